"""Employments in other journeys of the same person: all those with one employer count together by law."""

from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from temporalio import activity

from activities.accepted_entries import accepted_entries
from activities.authority import Authority
from models.access.register import Register
from models.events.events import Referred
from models.events.values import EmploymentElsewhere, ReadUpTo
from models.fields import Strict
from models.identifiers import CandidateNumber, JourneyId
from models.journey.fold import Entry, in_effect
from models.stages import ENDED_STAGES
from models.state.roles_held import roles_held
from models.tables.journeys import JourneyRow


class Asking(Strict):
    """The journey that asks."""

    journey_id: JourneyId


class FoundElsewhere(Strict):
    """What other journeys of a person tell at a moment, in UTC: the employments, up to which rows they were read, and
    the journeys that are still on their way."""

    at: datetime
    employments: tuple[EmploymentElsewhere, ...] = ()
    read_up_to: tuple[ReadUpTo, ...] = ()
    open_journeys: tuple[JourneyId, ...] = ()


class OtherJourneys:
    """Reads the ledger for a journey that must know of the person's other ones."""

    def __init__(self, engine: Engine, authority: Authority, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._authority = authority
        self._now = now

    @activity.defn(name="look_elsewhere")
    def look_elsewhere(self, asking: Asking) -> FoundElsewhere:
        """What the person's other journeys tell now. It writes nothing, so it can be repeated.

        Raises what the database raises where it cannot be reached.
        """
        journey_id, at = asking.journey_id, self._now()
        with Session(self._engine) as session:
            numbers = same_person(self._authority.register(session), journey_id.candidate)
            others = sorted(_journeys_of(session, numbers) - {journey_id})
            found = [(other, *self._told(session, other)) for other in others]
            stages = select(JourneyRow.journey_id, JourneyRow.stage).where(JourneyRow.journey_id.in_(others))
            ended = {id_ for id_, stage in session.execute(stages) if stage in ENDED_STAGES}
        return FoundElsewhere(
            at=at,
            employments=tuple(one for _, employments, _ in found for one in employments),
            read_up_to=tuple(ReadUpTo(journey=other, row=row) for other, _, row in found if row),
            open_journeys=tuple(other for other in others if other not in ended),
        )

    def _told(self, session: Session, journey_id: JourneyId) -> tuple[tuple[EmploymentElsewhere, ...], int]:
        """The employments that a journey tells of, and the last row that was read."""
        read = accepted_entries(session, self._engine, self._authority.register(session), journey_id)
        return employments_in(journey_id, read.entries), read.last_row


def employments_in(journey_id: JourneyId, entries: Iterable[Entry]) -> tuple[EmploymentElsewhere, ...]:
    """The employments that a journey's accepted events tell of: agreed on the way, or told at its referral."""
    events = [entry.event for entry in in_effect(tuple(entries))]
    earlier = [one for event in events if isinstance(event, Referred) for one in event.earlier_employment]
    told: list[dict[str, object]] = [
        {
            "form": one.form,
            "starts_on": one.starts_on,
            "ends_on": one.ends_on,
            "decided_on": one.starts_on,
            "told": True,
        }
        for one in earlier
    ]
    agreed: list[dict[str, object]] = [
        {
            "form": role.form,
            "starts_on": role.starts_on,
            "ends_on": role.ends_on,
            "decided_on": role.decided_on or role.starts_on,
        }
        for role in roles_held(events)
    ]
    return tuple(EmploymentElsewhere.model_validate({"journey": journey_id, **one}) for one in (*told, *agreed))


def same_person(register: Register, candidate: CandidateNumber) -> tuple[CandidateNumber, ...]:
    """The numbers under which a person is known: several, where candidates were joined."""
    return register.joins.numbers_of(candidate)


def _journeys_of(session: Session, candidates: Iterable[CandidateNumber]) -> set[JourneyId]:
    query = select(JourneyRow.journey_id).where(JourneyRow.candidate.in_(tuple(candidates)))
    return {JourneyId.parse(journey_id) for journey_id in session.scalars(query)}
