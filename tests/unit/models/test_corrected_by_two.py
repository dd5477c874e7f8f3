"""A decision is corrected by a second person: whoever wrote what holds today of it does not change it alone."""

from typing import Any

import pytest

from models.events.events import EVENT, EVENT_CLASSES, Event
from models.programme.programme import Programme
from models.stages import Stage
from tests.support.builders import Way, way_to, way_to_decision
from tests.support.programmes import SERVICE
from tests.support.values import COORDINATOR, DAY, numbered_id

ANNA, BO, EVA, SOURCE = COORDINATOR, "coordinator:bo.lind", "coordinator:eva.lo", SERVICE.decisions.source

BEFORE: dict[str, Stage] = {
    "requirements_checked": Stage.REQUIREMENT_CHECK,
    "internship_agreed": Stage.AWAITING_PLACEMENT,
    "evaluation_recorded": Stage.EVALUATION,
    "temporary_role_extended": Stage.TEMPORARY_ROLE,
    "returned_to_agency": Stage.INTERNSHIP,
    "discontinued": Stage.INTERNSHIP,
}


def decided(kind: str, rules: Programme = SERVICE) -> tuple[Way, Event]:
    """A way on which Anna has just decided something."""
    way = way_to(BEFORE[kind], rules) if kind in BEFORE else way_to_decision(rules)
    return way, way.happens(kind, actor=ANNA)


def correction(way: Way, of: Event, by: str, replacement: Event | None = None, **changes: Any) -> Event:
    """A correction by somebody, of an event that then holds with these changes, or not at all."""
    data = EVENT.validate_python({**(replacement or of).model_dump(), **changes}).model_dump() if changes else None
    return way.event("corrected", corrects=of.event_id, actor=by, replacement=data, reason="It was otherwise")


def is_refused(way: Way, event: Event) -> None:
    refusal = way.refuses_event(event, "corrected_by_two_people", SOURCE)
    assert refusal.message.id == "corrected_by_two_people.same_person"


@pytest.mark.parametrize("kind", sorted(kind for kind, cls in EVENT_CLASSES.items() if cls.is_decision))
def test_whoever_decided_neither_changes_nor_strikes_the_decision_alone(kind: str) -> None:
    way, event = decided(kind)
    is_refused(way, correction(way, event, ANNA, effective_on=way.day + DAY))
    is_refused(way, correction(way, event, ANNA))
    way.accepts(correction(way, event, BO, effective_on=way.day + DAY))


def test_another_role_makes_nobody_a_second_person() -> None:
    way, event = decided("internship_agreed")
    is_refused(way, correction(way, event, "manager:anna.berg"))


@pytest.mark.parametrize("kind", ["referral_accepted", "check_in_recorded", "note_added"])
def test_what_is_no_decision_is_corrected_by_whoever_wrote_it(kind: str) -> None:
    way = way_to(Stage.REFERRAL if kind == "referral_accepted" else Stage.INTERNSHIP)
    event = way.happens(kind, actor=ANNA)
    way.accepts(correction(way, event, ANNA, effective_on=way.day + DAY))


def test_the_latest_version_counts() -> None:
    way, event = decided("internship_agreed")
    way.accepts(correction(way, event, BO, position="lasarettet_ward_service"))
    is_refused(way, correction(way, event, BO, position="lasarettet_transport"))
    way.accepts(correction(way, event, ANNA, position="lasarettet_transport"))
    is_refused(way, correction(way, event, ANNA, position="lasarettet_ward_service"))


def test_striking_ones_own_correction_of_a_decision_needs_another_as_well() -> None:
    way, event = decided("internship_agreed")
    by_bo = correction(way, event, BO, position="lasarettet_ward_service")
    way.accepts(by_bo)
    is_refused(way, correction(way, by_bo, BO))
    struck = correction(way, by_bo, ANNA)
    way.accepts(struck)
    is_refused(way, correction(way, struck, ANNA))
    way.accepts(correction(way, struck, BO))


def test_once_a_correction_is_struck_the_first_version_counts_again() -> None:
    way, event = decided("internship_agreed")
    by_bo = correction(way, event, BO, position="lasarettet_ward_service")
    way.accepts(by_bo)
    way.accepts(correction(way, by_bo, "manager:lena.strand"))
    is_refused(way, correction(way, event, ANNA, position="lasarettet_transport"))
    way.accepts(correction(way, event, BO, position="lasarettet_transport"))


def test_nobody_turns_a_note_of_their_own_into_a_decision() -> None:
    way = way_to(Stage.AWAITING_PLACEMENT)
    note = way.happens("note_added", actor=ANNA)
    agreed = way.event("internship_agreed", event_id=note.event_id, actor=ANNA)
    is_refused(way, correction(way, note, ANNA, agreed, actor=ANNA))
    way.accepts(correction(way, note, BO, agreed, actor=ANNA))


def test_nobody_who_has_evaluated_or_corrected_the_evaluation_turns_a_colleagues_note_into_the_decision() -> None:
    way = way_to(Stage.EVALUATION)
    evaluation = way.happens("evaluation_recorded", actor=BO)
    way.accepts(correction(way, evaluation, ANNA, effective_on=way.day + DAY))
    note = way.happens("note_added", actor=EVA)
    agreed = way.event("temporary_role_agreed", event_id=note.event_id, actor=EVA)
    for evaluator in (BO, ANNA):
        refusal = way.refuses_event(
            correction(way, note, evaluator, agreed, actor=EVA), "corrected_by_two_people", SOURCE
        )
        assert refusal.message.id == "corrected_by_two_people.evaluated"
    way.accepts(correction(way, note, "manager:lena.strand", agreed, actor=EVA))


def test_nobody_turns_a_decision_of_their_own_into_a_note() -> None:
    way, event = decided("internship_agreed")
    note = way.event("note_added", event_id=event.event_id)
    is_refused(way, correction(way, event, ANNA, note, actor=ANNA))


def test_an_unknown_event_is_said_to_be_unknown() -> None:
    way = way_to(Stage.INTERNSHIP)
    unknown = way.event("corrected", corrects=numbered_id(9999), replacement=None, actor=ANNA)
    way.refuses_event(unknown, "it_can_be_corrected", "the product's rules")


@pytest.mark.parametrize("off", [{"by_two": False}, {"corrections_by_two": False}])
def test_a_programme_may_do_without(off: dict[str, bool]) -> None:
    rules = SERVICE.model_copy(update={"decisions": SERVICE.decisions.model_copy(update=off)})
    way, event = decided("internship_agreed", rules)
    way.accepts(correction(way, event, ANNA))


def test_rules_from_before_go_on_without() -> None:
    old = SERVICE.model_dump(mode="json")
    del old["decisions"]["corrections_by_two"]
    assert not Programme.model_validate(old).decisions.corrections_by_two


def test_what_takes_two_asks_for_ones_own_key_as_the_programme_says_and_nothing_else_does() -> None:
    demanding = SERVICE.model_copy(update={"decisions": SERVICE.decisions.model_copy(update={"own_key": "demanded"})})
    for rules, expected in ((SERVICE, "offered"), (demanding, "demanded")):
        way, event = decided("internship_agreed", rules)
        corrects = correction(way, event, BO)
        proposes = way.event(
            "correction_proposed", corrects=event.event_id, actor=ANNA, replacement=None, reason="Slip"
        )
        assert {way.journey.own_key_for(said) for said in (corrects, proposes)} == {expected}
        note = way.happens("note_added", actor=ANNA)
        assert [way.journey.own_key_for(said) for said in (event, note, correction(way, note, ANNA))] == [None] * 3
        way, event = decided("permanent_role_agreed", rules)
        assert way.journey.own_key_for(event) == expected
