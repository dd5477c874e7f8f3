"""The activities of the nightly reconciliation: page by page through ledger and Temporal, then again at what differs.

What lists say lags behind and what is under way changes while one looks: so nothing is reported that has not been
looked at a second time, asked of the workflow itself.
"""

import asyncio
import base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from temporalio import activity
from temporalio.client import Client, WorkflowExecutionStatus

from activities.reconciling.records import Records, Unsent, being_resent, described, is_asked, listed, shown_of
from models.calendar.swedish_day import day_in_sweden
from models.discrepancy import Difference, DifferenceKind
from models.fields import Strict
from models.message import Message, msg
from models.projections.consistency import Recorded, Shown, compare, nothing

MOST = 500
"""Differences that are told one by one; of more it is told how many. Where all is lost, the first ones say so."""


class Look(Strict):
    """When a reconciliation looks, and at workflows of which type. Days are those of `workflows.clock`."""

    workflow: str
    now: datetime
    today: date
    unsent_before: datetime


class Found(Strict):
    """What a part of a reconciliation has found so far, and how far it has come: to `after`, or to a page's token."""

    differences: tuple[Difference, ...] = ()
    more: int = 0
    looked_at: int = 0
    in_flight: bool = False
    after: str = ""

    def further(
        self, differences: Iterable[Difference], after: str, looked_at: int, *, in_flight: bool = False
    ) -> "Found":
        """With what the next page has brought."""
        together = (*self.differences, *differences)
        return Found(
            differences=together[:MOST],
            more=self.more + max(0, len(together) - MOST),
            looked_at=self.looked_at + looked_at,
            in_flight=self.in_flight or in_flight,
            after=after,
        )


class SecondLook(Strict):
    """The differences to look at again."""

    look: Look
    differences: tuple[Difference, ...]


PAGE = 200
"""Journeys at a time: their ids are written out in one query of Temporal's list."""

WORKFLOWS = 1_000
"""Workflows a page: as many as Temporal gives."""

IN_FLIGHT = timedelta(minutes=5)
"""What changed so lately may be between two steps: it is given time before it is looked at again."""


UNRECORDED = {DifferenceKind.WORKFLOW_UNKNOWN, DifferenceKind.WORKFLOW_UNRECORDED}
"""Whether a run without a row waits for it, or is nobody's, is told only by the workflow itself."""

ALL_PAGES = "all"
"""How far a listing has come whose last page was read."""


class Reconciler:
    """Reads Temporal and the database, and writes nothing. Every activity may be repeated."""

    def __init__(self, client: Client, records: Records) -> None:
        self._client = client
        self._records = records

    @activity.defn(name="compare_journeys")
    async def compare_journeys(self, look: Look) -> Found:
        """Every journey of the database against Temporal's list. Goes on from the page that its heartbeat names."""
        found = _so_far()
        while page := await asyncio.to_thread(self._records.page, found.after, PAGE):
            shown = await listed(self._client, [one.journey_id for one in page])
            found = await asyncio.to_thread(self._compare, look, page, shown, found)
            activity.heartbeat(found)
        return found

    def _compare(self, look: Look, page: Sequence[Recorded], shown: Mapping[str, Shown], so_far: Found) -> Found:
        differences: list[Difference] = []
        in_flight = False
        for recorded in page:
            run = shown.get(recorded.journey_id)
            if found := list(compare(recorded, run, self._is_over(look))):
                differences += found
                in_flight = in_flight or _changes(recorded, run, look.now)
        return so_far.further(differences, page[-1].journey_id, len(page), in_flight=in_flight)

    @activity.defn(name="compare_workflows")
    async def compare_workflows(self, look: Look) -> Found:
        """Every journey of Temporal's list that runs or has ended by itself, and whatever else runs under the id of
        one, against the ledger: is there one that it does not know?"""
        found = _so_far()
        while found.after != ALL_PAGES:
            pages = self._client.list_workflows(
                f'(WorkflowType = "{look.workflow}" AND TaskQueue = "{activity.info().task_queue}"'
                ' AND ExecutionStatus IN ("Running", "Completed")) OR (ExecutionStatus = "Running"'
                f' AND WorkflowType != "{look.workflow}" AND WorkflowId STARTS_WITH "journey/")',
                page_size=WORKFLOWS,
                next_page_token=base64.b64decode(found.after) or None,
            )
            await pages.fetch_next_page()
            runs = pages.current_page or []
            known = await asyncio.to_thread(self._records.known, [run.id for run in runs])
            strange = [run for run in runs if run.id not in known]
            after = base64.b64encode(pages.next_page_token or b"").decode() or ALL_PAGES
            in_flight = any(look.now - run.start_time < IN_FLIGHT for run in strange)
            differences = [one for run in strange for one in compare(Recorded(run.id), shown_of(run), _never_over)]
            running = sum(run.status is WorkflowExecutionStatus.RUNNING for run in runs)
            found = found.further(differences, after, running, in_flight=in_flight)
            activity.heartbeat(found)
        return found

    @activity.defn(name="find_unsent")
    async def find_unsent(self, look: Look) -> Found:
        """Notices that have been pending for longer than anybody sends them, and those that were given up."""
        unsent = await asyncio.to_thread(self._records.unsent, look.unsent_before, MOST + 1)
        dead = await asyncio.to_thread(self._records.given_up, MOST + 1)
        differences = [*(_unsent(one) for one in unsent), *(_dead(one) for one in dead)]
        return Found().further(differences, "", len(differences))

    @activity.defn(name="look_again")
    async def look_again(self, second: SecondLook) -> tuple[Difference, ...]:
        """Those of the differences that are still there, asked of each workflow itself; or that it is the ledger which
        lacks something, from which they follow."""
        there: list[Difference] = []
        for journey_id in dict.fromkeys(one.journey_id for one in second.differences):
            before = {one.kind for one in second.differences if one.journey_id == journey_id}
            before.add(DifferenceKind.LEDGER_BEHIND)
            before |= UNRECORDED if before & UNRECORDED else set()
            there += [one for one in await self.differences_of(journey_id, second.look) if one.kind in before]
            activity.heartbeat()
        return tuple(there)

    async def differences_of(self, journey_id: str, look: Look) -> list[Difference]:
        """Everything that differs of one journey just now."""
        recorded = await asyncio.to_thread(self._records.of, journey_id)
        shown, sending = await described(self._client, journey_id)
        if shown is not None and shown.running and shown.is_ours and not recorded.rows:
            shown = replace(shown, waits=shown.waits or await is_asked(self._client, journey_id))
        is_over = self._is_over(look)
        found = await asyncio.to_thread(lambda: list(compare(recorded, shown, is_over)))
        unsent = await asyncio.to_thread(self._records.unsent, look.unsent_before, MOST, journey_id)
        for one in unsent:
            if not sending and not await being_resent(self._client, journey_id, one.event_id):
                found.append(_unsent(one))
        dead = await asyncio.to_thread(self._records.given_up, MOST, journey_id)
        return [*found, *(_dead(one) for one in dead)]

    def _is_over(self, look: Look) -> Callable[[Recorded], bool]:
        return lambda recorded: self._records.is_over(recorded, look.today)


def _so_far() -> Found:
    """What an earlier attempt had found when it last said so."""
    details = activity.info().heartbeat_details
    return Found.model_validate(details[0]) if details else Found()


def _changes(recorded: Recorded, shown: Shown | None, now: datetime) -> bool:
    moments = [moment for moment in (recorded.changed_at, shown.changed_at if shown else None) if moment]
    return any(now - moment < IN_FLIGHT for moment in moments)


def _never_over(_recorded: Recorded) -> bool:
    return False


def _unsent(unsent: Unsent) -> Difference:
    pending = msg(
        "ledger_says.notices_pending",
        "notices of an event ({notices} in all) are pending since {since}",
        notices=unsent.notices,
        since=day_in_sweden(unsent.since),
    )
    return _of_notices(unsent, DifferenceKind.NOTICE_UNSENT, pending)


def _dead(unsent: Unsent) -> Difference:
    given_up = msg(
        "ledger_says.notices_dead",
        "notices of an event ({notices} in all), pending since {since}, could not be delivered",
        notices=unsent.notices,
        since=day_in_sweden(unsent.since),
    )
    return _of_notices(unsent, DifferenceKind.NOTICE_DEAD, given_up)


def _of_notices(unsent: Unsent, kind: DifferenceKind, found: Message) -> Difference:
    return Difference(
        journey_id=unsent.journey_id, kind=kind, expected=nothing(), found=found, event_id=unsent.event_id
    )
