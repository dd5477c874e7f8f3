"""Joining two candidates who are one person: the later number leads to the earlier from then on, and both ways stay."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NamedTuple

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
from services.identities.naming import names_in
from services.naming import folded
from services.protection import protect_alike
from services.queries.lines import JourneyLine
from services.reading import Permit, may_read_all, write_down
from services.recording.sureness import own_words
from services.referrals.identity_numbers import born_within
from workflows.messages import EMPLOYMENT_SIGNAL


class Joined(Strict):
    """Two numbers that are one person's, or, where `undone`, are so no more."""

    later: CandidateNumber
    earlier: CandidateNumber
    undone: bool = False


class OneOfTwo(Strict):
    """One of two candidates who are to be joined: the number, the name as far as the reader may see it, the ways."""

    candidate: CandidateNumber
    name: str | None
    ways: tuple[JourneyLine, ...]


class ToBeJoined(Strict):
    """What is to be said of two candidates, who they are, and whether their names or dates of birth `differ`."""

    joined: Joined
    earlier: OneOfTwo
    later: OneOfTwo
    differ: bool


class _Planned(NamedTuple):
    said: CandidatesJoined
    permits: tuple[Permit, ...]


def foresee(
    application: Application, one: str, other: str, given: str | None, because: str | None, *, undone: bool = False
) -> ToBeJoined:
    """Whom `join` would join. Nothing is joined; that names were seen is written down. Raises as `join` does."""
    said = _planned(application, one, other, given, because, undone=undone).said
    both = {number: application.journeys_of(number) for number in (said.earlier, said.later)}
    names = names_in(application, given, [line for lines in both.values() for line in lines])
    of = {
        number: OneOfTwo(candidate=number, name=names.get(number), ways=tuple(lines)) for number, lines in both.items()
    }
    identities = [identity for _, identity in sorted(application.register.identities(both).items())]
    return ToBeJoined(
        joined=Joined(later=said.later, earlier=said.earlier, undone=undone),
        earlier=of[said.earlier],
        later=of[said.later],
        differ=len(identities) == len(both) and _differ(*identities),
    )


def _differ(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    names = {" ".join(sorted(folded(str(each["name"])).split())) for each in (one, other)}
    first, second = sorted(born_within(str(each["identity_number"])[:8]) for each in (one, other))
    return len(names) > 1 or first.last < second.first


def join(
    application: Application, one: str, other: str, given: str | None, because: str | None, *, undone: bool = False
) -> Joined:
    """Sign that two candidates are one person, or, with `undone`, that they are two. The one who was registered later
    leads to the other.

    It is written down in all journeys of both, with the reason. Who is protected by one number is so by both. Raises
    UsageError, and Refused as reading does, where it is said already, or where the later one leads to somebody else.
    """
    said, permits = _planned(application, one, other, given, because, undone=undone)
    actor = permits[0].actor
    for permit in permits:
        write_down(application, permit)
    joins = application.authority.joins
    both = {*joins.numbers_of(said.earlier), *joins.numbers_of(said.later)}
    if not undone:
        protect_alike(
            application, both, actor, own_words(application, _("The person was joined with a protected one."))
        )
    application.statements.add(said, application.keyring.key(actor.name))
    vars(application).pop("authority", None)
    return Joined(later=said.later, earlier=said.earlier, undone=undone)


def _planned(
    application: Application, one: str, other: str, given: str | None, because: str | None, *, undone: bool
) -> _Planned:
    """What is to be said, and that it may be."""
    numbers = sorted({candidate_of(one), candidate_of(other)}, key=lambda number: _registered(application, number))
    if len(numbers) == 1:
        raise UsageError("join.same", "These are the same number. Give the numbers of two candidates.")
    earlier, later = numbers
    permits = [
        permit
        for number in numbers
        for permit in may_read_all(application, number, given, Operation.RECTIFICATION, because)
    ]
    said = CandidatesJoined(at=application.now(), later=later, earlier=earlier, undone=undone)
    if (why_not := application.authority.joins.why_not(said)) is not None:
        raise Refused(why_not)
    return _Planned(said, tuple(permits))


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
