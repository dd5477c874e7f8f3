"""What is written down of an event: one entry for the ledger, complete, so that writing it needs nothing else."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from models.events.events import Referred
from models.fields import Strict, added
from models.identifiers import Actor, JourneyId
from models.partners.notice import OF_A_CORRECTION, TOLD, MayLearn, Notice, field_of, id_of_notice
from models.programme.admission import LastWorked
from models.programme.cohorts import CohortDemand
from models.programme.interns import InternsDemand
from models.programme.offers import LotDemand
from models.programme.periods import Span
from models.programme.programme import OwnKey
from models.programme.training import TrainingDemand
from models.programme.way import OtherUnit
from models.projections.details import Details
from models.projections.status import Standing
from models.rules.decision import Refusal
from models.signatures import EventSignature
from models.stages import Stage
from models.state.state import State

UNREADABLE = "unreadable"
"""The kind under which the ledger keeps what was no event."""


class Parties(Strict):
    """Who has to do with a journey, as far as the journey knows: before the event, or, of a referral, with it."""

    site: str | None = None
    coordinator: str | None = None
    supervisor: str | None = None
    mentor: str | None = None
    referring_partner: str | None = None


def parties_of(said: object, before: State | None) -> Parties:
    """Who has to do with a journey before something is said. Nothing went before a referral: those that it names."""
    if before is None:
        return (
            Parties(**said.model_dump(include=set(Parties.model_fields))) if isinstance(said, Referred) else Parties()
        )
    agreed = before.internship
    return Parties(
        site=before.site,
        coordinator=before.coordinator,
        supervisor=agreed.supervisor if agreed else None,
        mentor=agreed.mentor if agreed else None,
        referring_partner=before.referring_partner,
    )


class LedgerEntry(Strict):
    """An event with the answer of the core, or, where `event` is None, the trace of something that was no event.

    `digest` names what was sent: see `models.canonical`. `standing` is where the journey stands afterwards; `place` the
    position of which the candidate then holds a place, `place_since` when it was taken, where that was not by this
    event, and `profile` the requirement profile it was checked for;
    `details` what else of the read models the event has changed.
    `training` is what an internship asks of those who receive it, `span` the days of a place that is counted day by
    day, `interns` what it asks of the size of their unit, `other_unit` and
    `last_worked` in which units it is not. `allowed_before` and `allowed_after` are the kinds of
    event that were and are possible. `known` counts the accepted events that the core knew when it answered: where
    the ledger holds more, the answer does not count. None asks for no such check. `last` is the latest of these
    events, and `rows` the row of the latest receipt: a ledger without them has been put back to an earlier day.
    `answer_by` is the day by which each of those who are asked for an answer is to give it; `beside` is what
    notices repeat beside what the event says: see `models.journey.facts_beside`. `rules_digest` names the rules by
    which the event was judged.
    `own` says that the journey itself says so, and nobody from outside; `signed` is the signature that came with it,
    and `parties` are those whose relation to the candidate counts. `own_key` says whether the rules ask for a key of
    the author's own. `carried` are the marks of the events that the run was begun with, until the ledger has been asked
    whether they are its own; `continued` says that an earlier run of the journey has handed them on.
    """

    journey_id: JourneyId
    candidate: str
    programme: str
    event_id: UUID
    kind: str
    actor: Actor | None = None
    effective_on: date | None = None
    event: dict[str, Any] | None = None
    digest: str
    recorded_at: datetime
    stage_before: Stage | None = None
    standing: Standing
    place: str | None = None
    place_since: datetime | None = None
    profile: str | None = None
    training: TrainingDemand | None = None
    details: Details = Details()
    recipients: tuple[str, ...] = ()
    allowed_before: tuple[str, ...] = ()
    allowed_after: tuple[str, ...] = ()
    refused: Refusal | None = None
    known: int | None = None
    last: UUID | None = None
    rows: int = 0
    answer_by: dict[str, date] = Field(default_factory=dict)
    beside: dict[str, str] = Field(default_factory=dict)
    rules_digest: str | None = None
    own: bool = False
    signed: EventSignature | None = None
    parties: Parties = Parties()
    own_key: OwnKey | None = added(None)
    interns: InternsDemand | None = added(None)
    span: Span | None = added(None)
    other_unit: OtherUnit | None = added(None)
    last_worked: LastWorked | None = added(None)
    cohort: CohortDemand | None = added(None)
    lot: LotDemand | None = added(None)
    carried: tuple[str, ...] = ()
    continued: bool = False


def notices(entry: LedgerEntry, may_learn: MayLearn) -> Iterator[Notice]:
    """The notices that follow from an accepted entry, one a recipient, each with an id that never changes.

    What a recipient may not be told never gets into its notice.
    """
    if entry.effective_on is None or entry.event is None:
        return
    details = {name: str(entry.event[name]) for name in TOLD if entry.event.get(name) is not None}
    details |= entry.beside
    for recipient in entry.recipients:
        told = may_learn(recipient)
        yield Notice(
            notice_id=id_of_notice(entry.event_id, entry.journey_id, recipient),
            journey_id=entry.journey_id,
            candidate=entry.candidate,
            programme=entry.programme,
            event_id=entry.event_id,
            kind=entry.kind,
            stage=entry.standing.stage if "stage" in told else None,
            effective_on=entry.effective_on if "effective_on" in told else None,
            recorded_at=entry.recorded_at,
            recipient=recipient,
            details={
                name: value for name, value in details.items() if name in OF_A_CORRECTION or field_of(name) in told
            }
            | _asked(entry, recipient),
        )


def follows_from(row: Any, event: Mapping[str, Any], beside: Mapping[str, str], notice: Notice) -> bool:
    """Whether a notice says nothing but what an accepted row of the ledger says. `row` has the columns of the ledger,
    `event` is the event in it, and `beside` what follows from the rows before it.

    Whom an event is told the row does not say; an audit does, which folds the events.
    """
    id_ = JourneyId.parse(row.journey_id)
    details = {name: value for name, value in notice.details.items() if name != ASKED_UNTIL}
    return (
        notice.notice_id == id_of_notice(row.event_id, id_, notice.recipient)
        and (notice.journey_id, notice.candidate, notice.programme) == (id_, id_.candidate, id_.programme)
        and (notice.event_id, notice.kind, notice.recorded_at) == (row.event_id, row.kind, row.recorded_at)
        and notice.stage in (None, row.stage_after)
        and notice.effective_on in (None, row.effective_on)
        and all(
            beside.get(name) == value or (name in TOLD and str(event.get(name)) == value)
            for name, value in details.items()
        )
    )


ASKED_UNTIL = "answer_by"
"""The detail that says until when we ask for an answer."""


def _asked(entry: LedgerEntry, recipient: str) -> dict[str, str]:
    """Until when the recipient is to answer: what we ask of them, and nothing about the candidate."""
    return {ASKED_UNTIL: entry.answer_by[recipient].isoformat()} if recipient in entry.answer_by else {}
