"""What an operator should look at though everything runs: notices that reach nobody, nights that came to nothing, a
ledger that nobody has signed."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine
from temporalio.client import Client

from models.calendar.swedish_day import day_in_sweden
from models.message import Message, msg
from services.observation.checkpoints import OVERDUE_AFTER, latest_checkpoint
from services.observation.nights import Nights, nights
from services.observation.standing import Standing, standing
from workflows.clock import day_at

LONG_PENDING = timedelta(days=1)
"""Nearly all notices are sent within seconds: what has waited for a day waits for somebody to look."""

MAIL_WAITS = timedelta(days=3)
"""For whoever looks at replies that nothing was recorded of: a weekend and a day."""

LATE_AFTER = timedelta(hours=26)
"""A night, and the time that its work may take."""


class Matter(StrEnum):
    """What a concern is about."""

    DEAD = "dead"
    PENDING = "pending"
    ABOUT_TO_GO = "about_to_go"
    NIGHT = "night"
    DIFFERENCES = "differences"
    CHECKPOINT = "checkpoint"
    FILES = "files"
    MAIL = "mail"


class Seen(NamedTuple):
    """What was looked at. `checkpoint` is when the ledger was last signed; None where nobody says where to look.
    `set_aside` are files of `programmes/` with faults."""

    stands: Standing
    nights: Nights
    checkpoint: datetime | None
    set_aside: Sequence[str] = ()


class Concern(NamedTuple):
    """Something to look at, and what to do about it."""

    matter: Matter
    says: Message


async def look(
    engine: Engine,
    client: Client,
    task_queue: str,
    checkpoints: Path | None,
    now: datetime,
    set_aside: Sequence[str] = (),
) -> list[Concern]:
    """Everything that somebody should look at. Raises DBAPIError, RPCError, OSError."""
    stands = await asyncio.to_thread(standing, engine, day_at(now))
    found = await nights(client, task_queue)
    signed = await asyncio.to_thread(latest_checkpoint, checkpoints) if checkpoints else None
    never = datetime.min.replace(tzinfo=UTC) if checkpoints else None
    return list(concerns(Seen(stands, found, signed or never, set_aside), now))


def concerns(seen: Seen, now: datetime) -> Iterator[Concern]:
    """What of it should be looked at."""
    yield from _of_notices(seen.stands, now)
    yield from _of_nights(seen.nights, now)
    if seen.checkpoint is not None and now - seen.checkpoint > OVERDUE_AFTER:
        unsigned = msg(
            "concern.checkpoint",
            "No auditor has signed the ledger for {days} days or more. Ask them to make a checkpoint.",
            days=OVERDUE_AFTER.days,
        )
        yield Concern(Matter.CHECKPOINT, unsigned)
    if seen.stands.oldest_mail is not None and now - seen.stands.oldest_mail > MAIL_WAITS:
        unread = msg(
            "concern.mail",
            "A reply by mail that nothing was recorded of has waited since {since}. Ask a manager or the"
            " coordinator in charge to look at it.",
            since=day_in_sweden(seen.stands.oldest_mail),
        )
        yield Concern(Matter.MAIL, unread)
    if seen.set_aside:
        faulty = msg(
            "concern.files",
            "Files of programmes that are set aside, as they have faults: {files}. What they said before is in force"
            " until each is corrected.",
            files=list(seen.set_aside),
        )
        yield Concern(Matter.FILES, faulty)


def _of_notices(stands: Standing, now: datetime) -> Iterator[Concern]:
    if stands.dead:
        dead = msg(
            "concern.dead",
            "Notices that could not be delivered: {count}. Correct what each of them names, and send them again.",
            count=stands.dead,
        )
        yield Concern(Matter.DEAD, dead)
    if stands.oldest_pending is not None and now - stands.oldest_pending > LONG_PENDING:
        waits = msg(
            "concern.pending",
            "A notice has waited to be sent since {since}. Correct what its last error names.",
            since=day_in_sweden(stands.oldest_pending),
        )
        yield Concern(Matter.PENDING, waits)


def _of_nights(found: Nights, now: datetime) -> Iterator[Concern]:
    done = [last.at for last in found if last is not None]
    if done and now - min(done) > LATE_AFTER:
        late = msg(
            "concern.night",
            "The work of the nights was last carried through on {day}. Look at its schedules in Temporal.",
            day=day_in_sweden(min(done)),
        )
        yield Concern(Matter.NIGHT, late)
    if found.archived is not None and found.archived.outcome.about_to_go:
        going = msg(
            "concern.about_to_go",
            "Closed histories that Temporal soon drops and the archive lacks: {count}. Repair the archive.",
            count=found.archived.outcome.about_to_go,
        )
        yield Concern(Matter.ABOUT_TO_GO, going)
    if found.reconciled is not None and (count := found.reconciled.differences):
        differs = msg(
            "concern.differences",
            "Things that differed from the ledger at the last reconciliation: {count}. Reconcile again to see them.",
            count=count,
        )
        yield Concern(Matter.DIFFERENCES, differs)


def as_one(found: Sequence[Concern]) -> Message:
    """All of them, one sentence after the other."""
    *others, last = [one.says for one in found]
    for before in reversed(others):
        last = msg("concern.and", "{first} {second}", first=before, second=last)
    return last


TOLD_ANYHOW = frozenset({Matter.DEAD, Matter.ABOUT_TO_GO, Matter.DIFFERENCES})
"""What the mails of the night name one by one."""


def beside(
    engine: Engine,
    client: Client,
    task_queue: str,
    checkpoints: Path | None,
    now: Callable[[], datetime],
    set_aside: Callable[[], Sequence[str]] = tuple,
) -> Callable[[], Awaitable[Sequence[Message]]]:
    """What the nightly mail says beside what it names one by one."""

    async def asked() -> Sequence[Message]:
        found = await look(engine, client, task_queue, checkpoints, now(), set_aside())
        return [one.says for one in found if one.matter not in TOLD_ANYHOW]

    return asked
