"""How long things may take and how often they are tried, each with its reason."""

from datetime import time, timedelta

from temporalio.common import RetryPolicy

from activities.announce import TRIED_FOR

RECORDING = timedelta(seconds=30)
"""One transaction of a few rows; SQLite may have to wait for another writer."""

RECORD_AT_ONCE = timedelta(seconds=2)
"""Waits up to this long keep the workflow's task; longer ones are timers, as a task that is kept writes three events
into the history every eight seconds and lets no query through."""

RECORD_RETRY = RetryPolicy(initial_interval=timedelta(milliseconds=200), maximum_interval=timedelta(minutes=1))
"""For ever: an event waits for the database rather than being lost, and a minute after its return all goes on.

Six history events an attempt: the 51,200 that a run may have last for six days.
"""

LOOK_RETRY = RetryPolicy(
    initial_interval=timedelta(milliseconds=200),
    maximum_interval=timedelta(minutes=1),
    non_retryable_error_types=["ValidationError", "ValueError"],
)
"""As for an event; but rows that this version cannot read it never can, and a journey must not stand still for them."""

ANNOUNCING = timedelta(minutes=5)
"""One attempt at all notices of an event, side by side, each with a time-out of its own that is shorter: a mail's is
four minutes. Otherwise it would be sent anew while a slow server still takes it."""

ANNOUNCING_IS_ALIVE = timedelta(minutes=1)
"""Between two signs of life. Where a worker dies, the next one sends within a minute."""

ANNOUNCE_RETRY = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=15))
"""A short outage is bridged within seconds, a long one costs four attempts an hour."""

GIVE_UP_AFTER = TRIED_FOR
"""As long as the activity that gives up wants notices to have been tried."""

MARKING = timedelta(seconds=30)
"""One short transaction."""

REFERRAL_MUST_ARRIVE = timedelta(days=1)
"""The referral comes with the start; a workflow that somebody started without one ends after a day."""

START_OF_DAY = time(6, 0)
"""Deadlines fall at this hour in UTC: seven or eight in the morning in Sweden, before people come to work."""

ARCHIVING = timedelta(hours=12)
"""A whole night's archiving with all its attempts: done before the next night begins."""

ARCHIVING_IS_ALIVE = timedelta(minutes=2)
"""Between two signs of life: a handful of the largest histories, fetched from a busy server."""

ARCHIVE_RETRY = RetryPolicy(initial_interval=timedelta(seconds=10), maximum_interval=timedelta(minutes=10))
"""While the server or the archive is away; each attempt goes on where the last one was."""

TELLING_THE_OPERATOR = timedelta(hours=6)
"""A mail that comes later than in the morning is told by the next night's."""

COMPARING = timedelta(hours=4)
"""A hundred thousand journeys take minutes; whoever needs hours has a database that is in trouble."""

COMPARING_GOES_ON = timedelta(minutes=3)
"""Between two heartbeats lies one page: a few queries. Where a worker dies, the next one goes on from there."""

SETTLE = timedelta(minutes=5)
"""What is under way is done by then: an event is recorded and committed within seconds, longer only in an outage."""

REPORTING = timedelta(minutes=2)
"""One mail."""

REPORT_WITHIN = timedelta(hours=12)
"""A mail server that is down at night may be up in the morning; the log and the workflow's result say it anyway."""
