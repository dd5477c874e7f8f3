"""From what is kept of a journey to what the commands on moments look at, with the rules that were pinned then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models import candidate_number
from models.programme import Programme
from runtime.auditing.recorded import Recorded
from runtime.auditing.rows import recorded_of
from runtime.desk.office import Office
from runtime.errors import WrongUse

# Importing Temporal takes half a second, and the timeline only reads the database.
if TYPE_CHECKING:
    from runtime.auditing.evidence import Evidence


async def everything_of(office: Office, journey_id: str) -> Recorded:
    """What is recorded of a journey, by server and database. Raises as `recorded_in`, and Unreachable."""
    from runtime.auditing.evidence import LiveSource

    [evidence] = await LiveSource(office.lists.engine, await office.client()).read([journey_id])
    return await recorded_in(evidence)


async def recorded_in(evidence: Evidence) -> Recorded:
    """What is recorded of a journey, by what is kept of it anywhere. Raises WrongUse where no run of it is kept."""
    return recorded_of(evidence.journey_id, await pinned_rules(evidence), evidence.ledger, evidence.rows["notices"])


async def pinned_rules(evidence: Evidence) -> Programme:
    """The rules in force at referral, which every run of a journey carries. Raises WrongUse where none is kept."""
    from runtime.auditing.story import Began, tell
    from runtime.converter import data_converter

    story = await tell(evidence.runs[:1], data_converter())
    for chapter in story.chapters:
        if isinstance(chapter, Began):
            return chapter.start.rules
    raise WrongUse("Temporal no longer keeps the history of this journey, and the rules of then stand in it.")


def find_journey(office: Office, candidate: str, programme: str | None) -> str:
    """The id of a candidate's journey, also of one whose referral was refused: it has a row and no journey.

    Raises WrongUse where there is none, or several.
    """
    try:
        return office.find(candidate, programme).journey_id
    except WrongUse:
        number = candidate_number.read(candidate)
        found = [id_ for id_ in office.lists.journey_ids() if _is_of(id_, number, programme)]
        if len(found) != 1:
            raise
        return found[0]


def _is_of(journey_id: str, number: str | None, programme: str | None) -> bool:
    _, whose, where = journey_id.split("/")
    return whose == number and programme in (None, where)
