"""Repairing every journey that differs: after a move to another cluster, or when Temporal was put back."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass

from models.discrepancy import BEYOND_REPAIR, LEFT_BY_A_REPAIR, Difference
from models.fields import Strict
from models.identifiers import Actor, JourneyId
from models.message import Message
from runtime.errors import Refused
from services.operations.repair import Repair, Repairer
from workflows.nightly import Reconciliation

AT_A_TIME = 10
"""Journeys that are repaired side by side, as many as are renewed so."""


class RepairOutcome(Strict):
    """What came of one journey: what was repaired, or why it was not."""

    journey_id: str
    repair: Repair | None = None
    why_not: Message | None = None


@dataclass(frozen=True)
class AllToRepair:
    """Journeys of which programme, or all; by whom and why, and whether those whose history is lost go on by today's
    rules."""

    actor: Actor
    because: str
    programme: str | None = None
    rules_of_today: bool = False


async def repair_all(
    look: Callable[[], Awaitable[Reconciliation]], repairer: Repairer, wanted: AllToRepair
) -> AsyncIterator[RepairOutcome]:
    """Look and repair, until nothing is named that was not tried, since a look names so many and no more. Safe
    to repeat, and to interrupt. Raises ServiceUnavailable."""

    async def repaired(id_: JourneyId) -> RepairOutcome:
        try:
            done = await repairer.repair(id_, wanted.actor, wanted.because, rules_of_today=wanted.rules_of_today)
        except Refused as error:
            return RepairOutcome(journey_id=id_, why_not=error.message)
        return RepairOutcome(journey_id=id_, repair=done)

    tried: set[JourneyId] = set()
    while named := [one for one in _mendable((await look()).differences, wanted) if one not in tried]:
        tried.update(named)
        for first in range(0, len(named), AT_A_TIME):
            for outcome in await asyncio.gather(*map(repaired, named[first : first + AT_A_TIME])):
                yield outcome


def _mendable(differences: Sequence[Difference], wanted: AllToRepair) -> list[JourneyId]:
    """The journeys of which a repair mends what differs."""
    beyond = {one.journey_id for one in differences if one.kind in BEYOND_REPAIR}
    differing = {one.journey_id for one in differences if one.kind not in LEFT_BY_A_REPAIR}
    ids = (JourneyId.read(one) for one in sorted(differing - beyond))
    return [one for one in ids if one is not None and wanted.programme in (None, one.programme)]
