"""Joining two candidates who are one person: the later number leads to the earlier from then on, and both ways stay."""

from contextlib import suppress

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access.permissions import Operation
from models.access.statements import CandidatesJoined
from models.fields import Strict
from models.identifiers import CandidateNumber
from models.message import msg
from models.stages import ENDED_STAGES
from models.tables.people import CandidateRow
from runtime.errors import Refused, UsageError
from runtime.i18n import _
from runtime.temporal.client import temporal_errors
from services.application import Application, candidate_of
from services.protection import protect_alike
from services.reading import may_read_all, write_down
from services.recording.sureness import own_words
from workflows.messages import EMPLOYMENT_SIGNAL


class Joined(Strict):
    """Two numbers that are one person's, or, where `undone`, are so no more."""

    later: CandidateNumber
    earlier: CandidateNumber
    undone: bool = False


def join(
    application: Application, one: str, other: str, given: str | None, because: str | None, *, undone: bool = False
) -> Joined:
    """Sign that two candidates are one person, or, with `undone`, that they are two. The one who was registered later
    leads to the other.

    It is written down in all journeys of both, with the reason. Who is protected by one number is so by both. Raises
    UsageError, and Refused as reading does, where it is said already, or where the later one leads to somebody else.
    """
    numbers = sorted({candidate_of(one), candidate_of(other)}, key=lambda number: _registered(application, number))
    if len(numbers) == 1:
        raise UsageError("join.same", "These are the same number. Give the numbers of two candidates.")
    earlier, later = numbers
    permits = [
        permit
        for number in numbers
        for permit in may_read_all(application, number, given, Operation.RECTIFICATION, because)
    ]
    actor, at = permits[0].actor, application.now()
    said = CandidatesJoined(at=at, later=later, earlier=earlier, undone=undone)
    if (why_not := application.authority.joins.why_not(said)) is not None:
        raise Refused(why_not)
    for permit in permits:
        write_down(application, permit)
    joins = application.authority.joins
    both = {*joins.numbers_of(earlier), *joins.numbers_of(later)}
    if not undone:
        protect_alike(
            application, both, actor, own_words(application, _("The person was joined with a protected one."))
        )
    application.statements.add(said, application.keyring.key(actor.name))
    vars(application).pop("authority", None)
    return Joined(later=later, earlier=earlier, undone=undone)


async def have_looked(application: Application, joined: Joined) -> None:
    """Have the open journeys of both look for employment in the other one's: limits count across them, or no more.
    Raises ServiceUnavailable. Safe to repeat."""
    client = await application.client()
    for number in (joined.earlier, joined.later):
        for line in application.lists.found(candidate=number):
            if line.stage not in ENDED_STAGES:
                with suppress(Refused), temporal_errors(not_found=ENDED):
                    await client.get_workflow_handle(line.journey_id).signal(EMPLOYMENT_SIGNAL)


ENDED = msg("join.ended", "The journey has ended meanwhile.")
"""Told to nobody: one that has ended counts nothing more."""


def _registered(application: Application, number: CandidateNumber) -> tuple[str, str]:
    """When somebody was registered; whoever is not here any more was so first."""
    query = select(CandidateRow.registered_at).where(CandidateRow.number == number)
    with Session(application.reading) as session:
        at = session.scalar(query)
    return (at.isoformat() if at else "", number)
