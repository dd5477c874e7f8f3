"""What only the database could judge when an event was recorded, asked again of what is signed of positions, staff and
training: a place that was offered, free and fit for the candidate; those who receive an intern, trained."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, or_, select
from sqlalchemy.orm import Session

from activities.recording_checks import positions_of_unit, staff_of, taken_by
from auditing.evidence.evidence import Evidence
from auditing.evidence.fields import named
from auditing.evidence.findings import Finding, finding_of, refused_by, row_of
from auditing.verification.expected import Expected
from auditing.verification.moments import WAITED, around
from auditing.verification.others_checks import Others, spans_of
from auditing.verification.reconstruct import Refolding
from models.events.events import Corrected, InternshipAgreed, PermanentRoleAgreed, Repaired, TemporaryRoleAgreed
from models.fields import BothLanguages
from models.identifiers import JourneyId
from models.ledger.hash_chain import plain
from models.programme.admission import LastWorked
from models.programme.interns import InternsDemand
from models.programme.periods import most_at_once
from models.programme.position import employees_in
from models.programme.training import TrainingDemand
from models.programme.way import OtherUnit
from models.rules import recording as rules
from models.rules.registry import Rule, first_refusal
from models.state.other_units import units_as_corrected
from models.tables.base import table_of
from models.tables.journeys import PlaceRow, PositionChangeRow

RecordedCheck = Callable[[Evidence, Refolding], Iterator[Finding]]
"""What the events of a journey, as they were folded anew, are held against beside the history."""


def recorded_check(engine: Engine) -> RecordedCheck:
    """What `Verifier` holds each journey against where the database can be read."""

    positions, others = _Positions(), Others()

    def check(evidence: Evidence, refolded: Refolding) -> Iterator[Finding]:
        with Session(engine) as session:
            positions.read_on(session)
            for row in evidence.ledger:
                expected = refolded.by_row.get(row["row"]) or refolded.taken.get(row["event_id"])
                if expected is None or expected.after is None or isinstance(expected.event, Repaired):
                    continue
                for rule, found in _refusing(session, positions, evidence, refolded.id, expected):
                    yield finding_of(
                        "finding.not_as_offered",
                        "what is signed of positions and training does not allow the event",
                        row_of(row["row"]),
                        refused_by(rule.id),
                        named("position", found),
                    )
                for rule, said in others.refusing(session, refolded.id, row["row"], expected):
                    yield finding_of(
                        "finding.not_as_others_stood",
                        "what stands in the ledgers of others does not allow the event",
                        row_of(row["row"]),
                        refused_by(rule.id),
                        said,
                    )

    return check


Offer = Row[Any]
"""A row of the log of what positions offer: see `PositionChangeRow`."""


class _Positions:
    """The log of what positions offer, read on for each journey: it only grows."""

    def __init__(self) -> None:
        self._by_position: dict[str, list[Offer]] = {}
        self._number = 0
        self._first: datetime | None = None

    def read_on(self, session: Session) -> None:
        log = table_of(PositionChangeRow)
        for row in session.execute(select(log).where(log.c.number > self._number).order_by(log.c.number)):
            self._number = row.number
            self._first = min(self._first or row.recorded_at, row.recorded_at)
            self._by_position.setdefault(row.position, []).append(row)

    def offers(self, position: str, at: datetime) -> Sequence[Offer] | None:
        """What a position may have offered at a moment; None of a time of which no worker has signed anything."""
        if self._first is None or self._first > at + WAITED:
            return None
        return around(self._by_position.get(position, ()), at, lambda one: one.recorded_at)


def _refusing(
    session: Session, positions: _Positions, evidence: Evidence, journey: JourneyId, expected: Expected
) -> Iterator[tuple[Rule, str]]:
    """The rules that should have refused an accepted event, each with what it was about."""
    assert expected.event is not None
    assert expected.after is not None
    programme = journey.programme
    for said in (expected.event, getattr(expected.event, "replacement", None)):
        if isinstance(said, TemporaryRoleAgreed | PermanentRoleAgreed):
            offers = positions.offers(said.position, expected.recorded_at)
            if offers is not None and not any(programme in one.programmes.split() for one in offers):
                yield rules.the_position_exists, said.position
    yield from _refusing_the_place(session, positions, evidence, expected)
    if (alike := _alike_as_corrected(positions, expected)) is not None:
        yield rules.the_unit_is_another, alike
    if (demand := _demand(expected)) is not None:
        offers = positions.offers(demand.position, expected.recorded_at)
        if offers and (rule := _untrained(session, demand, offers, expected.recorded_at)) is not None:
            yield rule, demand.position


def _refusing_the_place(
    session: Session, positions: _Positions, evidence: Evidence, expected: Expected
) -> Iterator[tuple[Rule, str]]:
    place = expected.after.place if expected.after else None
    if place is None or place == (expected.before.place if expected.before else None):
        return
    offers = positions.offers(place, expected.recorded_at)
    if offers is None:
        return
    if (rule := _refuses_place(session, evidence, expected, place, offers)) is not None:
        yield rule, place
    elif _in_the_same_unit(positions, expected, place, offers):
        yield rules.the_unit_is_another, place
    elif _where_last_worked(expected, place, offers):
        yield rules.the_unit_is_not_the_last_one, place


def _in_the_same_unit(positions: _Positions, expected: Expected, place: str, offers: Sequence[Offer]) -> bool:
    """Whether an internship was in a unit in which one had been completed, where the programme forbids that."""
    after = expected.after
    if after is None or not after.rules.shape.units_differ:
        return False
    demand = OtherUnit(earlier=tuple(one.position for one in after.completed), source=after.rules.shape.source)
    earlier = [one for name in demand.earlier for one in positions.offers(name, expected.recorded_at) or ()]
    before = {BothLanguages.from_column(one.unit).sv for one in earlier}
    units = {BothLanguages.from_column(one.unit).sv for one in offers}
    return all(rules.the_unit_is_another(demand, place, unit, before) is not None for unit in units)


def _alike_as_corrected(positions: _Positions, expected: Expected) -> str | None:
    """The position of an internship that a correction left in the unit of another one, whatever that may have been."""
    demand = units_as_corrected(expected.event, expected.before, expected.after)
    before: set[str] = set()
    for position in demand.earlier if demand else ():
        offers = positions.offers(position, expected.recorded_at) or ()
        units = {BothLanguages.from_column(one.unit).sv for one in offers}
        if demand and units and all(rules.the_unit_is_another(demand, position, unit, before) for unit in units):
            return position
        before |= units if len(units) == 1 else set()
    return None


def _where_last_worked(expected: Expected, place: str, offers: Sequence[Offer]) -> bool:
    """Whether an internship was in the unit in which the person last worked, where the programme forbids that."""
    after = expected.after
    if after is None or not after.rules.internship.not_where_last_worked or after.last_unit is None:
        return False
    demand = LastWorked(unit=after.last_unit, source=after.rules.internship.source)
    units = [BothLanguages.from_column(one.unit) for one in offers]
    return all(rules.the_unit_is_not_the_last_one(demand, place, (unit.sv, unit.en)) is not None for unit in units)


def _refuses_place(
    session: Session, evidence: Evidence, expected: Expected, place: str, offers: Sequence[Offer]
) -> Rule | None:
    programme = JourneyId.parse(evidence.journey_id).programme
    of_programme = [one for one in offers if programme in one.programmes.split()]
    profile = expected.after.profile if expected.after else None
    if not of_programme:
        return rules.the_position_exists
    if not any(one.staffing_need for one in of_programme):
        return rules.the_position_fills_a_need
    if not any(one.profile == profile for one in of_programme):
        return rules.checked_for_the_position
    holders = _holders_before(session, evidence, expected.recorded_at, place, [place])
    span = expected.after.place_span if expected.after and expected.after.rules.periods else None
    there = most_at_once(spans_of(session, holders, expected.recorded_at), span) if span else len(holders)
    if there >= max(one.places for one in offers):
        return rules.a_place_is_free
    return _too_many_interns(session, evidence, expected, place, offers)


def _too_many_interns(
    session: Session, evidence: Evidence, expected: Expected, place: str, offers: Sequence[Offer]
) -> Rule | None:
    rule = expected.after.rules.internship if expected.after else None
    if rule is None or not rule.interns_per_employees:
        return None
    demand = InternsDemand(limits=rule.interns_per_employees, source=rule.source)
    there = positions_of_unit(session, offers[-1].unit)
    before = len(_holders_before(session, evidence, expected.recorded_at, place, there))
    stated = [employees_in(one.staffing_need) for one in offers]
    refused = all(rules.the_unit_is_large_enough(demand, place, employees, before) for employees in stated)
    return rules.the_unit_is_large_enough if refused else None


def _holders_before(
    session: Session, evidence: Evidence, at: datetime, place: str, there: Sequence[str]
) -> Sequence[str]:
    """The journeys that hold places of some positions now, and have held them for longer than a journey its own.
    Nothing is known of who has left since."""
    held, taken = evidence.one("places_taken"), table_of(PlaceRow).c
    if held is None or (held["position"], held["taken_at"]) != (place, plain(at)):
        return ()
    earlier = or_(taken.taken_at < at, (taken.taken_at == at) & (taken.journey_id < evidence.journey_id))
    return session.scalars(select(taken.journey_id).where(taken.position.in_(there), earlier)).all()


def _demand(expected: Expected) -> TrainingDemand | None:
    """What an internship that was agreed on, or corrected to be another, asked of those who receive it."""
    event, rule = expected.event, expected.after.rules.training if expected.after else None
    said = event.replacement if isinstance(event, Corrected) else event
    if rule is None or not isinstance(said, InternshipAgreed):
        return None
    return TrainingDemand(rule=rule, **said.model_dump(include={"position", "starts_on", "supervisor", "mentor"}))


def _untrained(session: Session, demand: TrainingDemand, offers: Sequence[Offer], at: datetime) -> Rule | None:
    """The rule that refuses, whatever of the records may have come in time."""
    refused: Rule | None = None
    for unit in {BothLanguages.from_column(one.unit).sv for one in offers}:
        for until in (at, at + WAITED):
            staff = staff_of(session, unit, demand.starts_on, until)
            people = {*staff, *filter(None, (demand.supervisor, demand.mentor))}
            taken = taken_by(session, demand.rule.package, people, until)
            found = first_refusal(rules.TRAINING_RULES, demand, unit, staff, taken)
            if found is None:
                return None
            refused = next(one for one in rules.TRAINING_RULES if one.id == found.rule)
    return refused
