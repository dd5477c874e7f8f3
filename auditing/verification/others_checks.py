"""What the ledgers of others say of the moment of an event: who had a place in its cohort or on its days, and who
waited with an earlier number."""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

from pydantic import ValidationError
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from activities.contents import event_in
from activities.places_by_day import span_of
from activities.sealing import sealer_on
from auditing.verification.expected import Expected
from models.events import events as e
from models.identifiers import JourneyId
from models.journey.fold import Entry, in_effect
from models.message import Message, msg
from models.programme.cohorts import CohortDemand
from models.programme.offers import LotDemand
from models.programme.periods import Span
from models.rules import recording as rules
from models.rules.decision import Refusal
from models.rules.registry import Rule
from models.stages import Stage
from models.tables.journeys import JourneyRow
from models.tables.ledger import LedgerRow
from workflows.messages import cohort_demanded, lot_demanded


class Known(NamedTuple):
    """An accepted row of a journey: its number among all rows of the ledger, its event, and the stage after it."""

    number: int
    entry: Entry
    stage: str | None


Counted = Callable[[Sequence[Known]], bool]


class Others:
    """The accepted rows of the journeys of a programme, each programme read once. Nothing of who was erased."""

    def __init__(self) -> None:
        self._read: dict[str, dict[str, list[Known]]] = {}

    def refusing(
        self, session: Session, journey: JourneyId, row: int, expected: Expected
    ) -> Iterator[tuple[Rule, Message]]:
        """The rules by which the ledgers of others should have let an accepted event be refused, with what they say."""
        cohort = cohort_demanded(expected.before, expected.after)
        if cohort is not None:
            admitted = self._count(session, journey, row, expected.recorded_at, lambda known: _is_in(known, cohort))
            if isinstance(rules.a_place_in_the_cohort_is_free(cohort, admitted), Refusal):
                yield (
                    rules.a_place_in_the_cohort_is_free,
                    msg("found.in_the_cohort", "others in the cohort: {count}", count=admitted),
                )
        lot = lot_demanded(expected.before, expected.after)
        if lot is not None:
            first = self._count(session, journey, row, expected.recorded_at, lambda known: _comes_first(known, lot))
            if first:
                yield (
                    rules.earlier_numbers_come_first,
                    msg("found.earlier_numbers", "others who waited with an earlier number: {count}", count=first),
                )

    def _count(self, session: Session, journey: JourneyId, row: int, at: datetime, counted: Counted) -> int:
        """How many others were surely so when a row was written: by the rows that were there by its day and its number
        both, and by those that were there by one of them. What was restored has a later number than it had."""
        written = select(LedgerRow.id).where(LedgerRow.journey_id == journey, LedgerRow.row == row)
        number = session.scalar(written) or 0
        return sum(
            counted([one for one in known if one.number < number and one.entry.recorded_at < at])
            and counted([one for one in known if one.number < number or one.entry.recorded_at < at])
            for other, known in self._of(session, journey.programme).items()
            if other != journey
        )

    def _of(self, session: Session, programme: str) -> dict[str, list[Known]]:
        if programme not in self._read:
            self._read[programme] = _read(session, JourneyRow.programme == programme)
        return self._read[programme]


def _read(session: Session, which: ColumnElement[bool]) -> dict[str, list[Known]]:
    query = select(LedgerRow).join(JourneyRow, JourneyRow.journey_id == LedgerRow.journey_id)
    query = query.where(which, LedgerRow.accepted.is_(True))
    sealer, found = sealer_on(session.get_bind().engine), dict[str, list[Known]]()
    for row in session.scalars(query.order_by(LedgerRow.journey_id, LedgerRow.row)):
        seal = sealer.unless_ended(JourneyId.parse(row.journey_id).candidate, session)
        event = _event_in(event_in(seal, row) if seal is not None else None)
        if event is not None:
            entry = Entry(event=event, recorded_at=row.recorded_at)
            found.setdefault(row.journey_id, []).append(Known(row.id, entry, row.stage_after))
    return found


def _event_in(said: object) -> e.Event | None:
    """What a row says; None where nobody can read it, which is a finding of its own journey and of no other."""
    try:
        return e.EVENT.validate_python(said)
    except ValidationError:
        return None


def spans_of(session: Session, holders: Collection[str], at: datetime) -> Iterator[Span]:
    """The days of those who hold a place, as they were agreed or offered before a moment, where anything says so."""
    for known in _read(session, LedgerRow.journey_id.in_(holders)).values() if holders else ():
        span = span_of([one.entry for one in known if one.entry.recorded_at < at])
        if span is not None:
            yield span


def _is_in(known: Sequence[Known], demand: CohortDemand) -> bool:
    """Whether somebody was admitted to a cohort, and had not left before it began."""
    events = [one.event for one in in_effect([one.entry for one in known])]
    admitted = [event for event in events if isinstance(event, e.ReferralAccepted)]
    if not admitted or admitted[-1].cohort != demand.cohort.id:
        return False
    left_on = _closed_on(known)
    return left_on is None or left_on >= demand.cohort.starts_on


def _closed_on(known: Sequence[Known]) -> date | None:
    """The day on which a way ended, as it stood; None where it goes on."""
    if known[-1].stage != Stage.CLOSED:
        return None
    still = next((one for one in reversed(known) if one.stage != Stage.CLOSED), known[0])
    closing = known[known.index(still) + 1].entry.event
    now = {one.event.event_id: one.event for one in in_effect([one.entry for one in known])}
    return now.get(closing.event_id, closing).effective_on


def _comes_first(known: Sequence[Known], demand: LotDemand) -> bool:
    """Whether somebody waited with an earlier number of the same drawing, checked for the same profile, neither paused
    nor offered anything."""
    if not known or known[-1].stage != Stage.AWAITING_PLACEMENT:
        return False
    events = [one.event for one in in_effect([one.entry for one in known])]
    latest = {type(event): place for place, event in enumerate(events)}
    lot, check = (_last(events, kind) for kind in (e.LotDrawn, e.RequirementsChecked))
    if not isinstance(lot, e.LotDrawn) or (lot.seed, lot.number < demand.number) != (demand.seed, True):
        return False
    is_paused = latest.get(e.Paused, -1) > latest.get(e.Resumed, -1)
    is_offered = latest.get(e.PlaceOffered, -1) > latest[e.LotDrawn]
    return not is_paused and not is_offered and getattr(check, "profile", None) == demand.profile


def _last(events: Sequence[e.Event], kind: type) -> e.Event | None:
    return next((event for event in reversed(events) if isinstance(event, kind)), None)
