"""From what is kept of a journey to what the commands on moments look at, with the rules that were pinned then."""

from models.programme import Programme
from runtime.auditing.evidence import Evidence, LiveSource
from runtime.auditing.recorded import Recorded
from runtime.auditing.rows import recorded_of
from runtime.auditing.story import Began, tell
from runtime.converter import data_converter
from runtime.desk.office import Office
from runtime.errors import WrongUse


async def everything_of(office: Office, journey_id: str) -> Recorded:
    """What is recorded of a journey, by server and database. Raises as `recorded_in`, and Unreachable."""
    [evidence] = await LiveSource(office.lists.engine, await office.client()).read([journey_id])
    return await recorded_in(evidence)


async def recorded_in(evidence: Evidence) -> Recorded:
    """What is recorded of a journey, by what is kept of it anywhere. Raises WrongUse where no run of it is kept."""
    return recorded_of(evidence.journey_id, await pinned_rules(evidence), evidence.ledger, evidence.rows["notices"])


async def pinned_rules(evidence: Evidence) -> Programme:
    """The rules in force at referral, which every run of a journey carries. Raises WrongUse where none is kept."""
    story = await tell(evidence.runs[:1], data_converter())
    for chapter in story.chapters:
        if isinstance(chapter, Began):
            return chapter.start.rules
    raise WrongUse("Temporal no longer keeps the history of this journey, and the rules of then stand in it.")
