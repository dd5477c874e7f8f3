"""What was accepted stays accepted: rules of the code that become stricter do not stop a journey that sleeps."""

import pytest

from models.journey import transitions as moves
from models.journey.fold import Entry
from models.journey.journey import Journey
from models.rules.decision import Proposal, Refusal
from models.stages import Stage
from tests.support.builders import Way, rebuilt, way_to
from tests.support.programmes import nobody_checks_in
from tests.support.values import JOURNEY_ID

CHECK_INS_WITHOUT = "check_in_recorded"


@pytest.fixture
def way() -> Way:
    """On the way, with a check-in that was accepted."""
    way = way_to(Stage.INTERNSHIP)
    way.happens(CHECK_INS_WITHOUT)
    way.happens("note_added")
    return way


@pytest.fixture
def stricter(way: Way, monkeypatch: pytest.MonkeyPatch) -> Way:
    """The same way, met by a version in which nobody checks in."""
    rules_of = moves.rules_of
    own = {CHECK_INS_WITHOUT: (nobody_checks_in,)}
    monkeypatch.setattr(moves, "rules_of", lambda move: (*own.get(move.kind, ()), *rules_of(move)))
    return way


def test_a_journey_goes_on_with_what_was_accepted_before(stricter: Way) -> None:
    resumed = rebuilt(stricter.journey)
    assert resumed.state == stricter.state
    answer = resumed.propose(stricter.event(CHECK_INS_WITHOUT), stricter.journey.entries[-1].recorded_at)
    assert isinstance(answer, Refusal)
    assert answer.rule == "nobody_checks_in"


def test_another_event_can_still_be_corrected(stricter: Way) -> None:
    resumed, note = rebuilt(stricter.journey), stricter.journey.entries[-1].event
    assert note.kind == "note_added"
    strike = stricter.event("corrected", corrects=note.event_id, replacement=None)
    assert isinstance(resumed.propose(strike, stricter.journey.entries[-1].recorded_at), Proposal)


def test_what_is_corrected_now_is_judged_by_the_rules_of_now(stricter: Way) -> None:
    resumed, check_in = rebuilt(stricter.journey), stricter.journey.entries[-2].event
    other = {**check_in.model_dump(), "remark": "All is well"}
    replaced = stricter.event("corrected", corrects=check_in.event_id, replacement=other)
    answer = resumed.propose(replaced, stricter.journey.entries[-1].recorded_at)
    assert isinstance(answer, Refusal)
    assert answer.rule == "nobody_checks_in"


def test_what_the_table_does_not_know_is_no_journey(way: Way) -> None:
    entries: list[Entry] = [entry for entry in way.journey.entries if entry.event.kind != "internship_agreed"]
    with pytest.raises(ValueError, match="these events are no journey"):
        Journey(way.rules, entries, journey_id=JOURNEY_ID)


def test_an_event_that_was_recorded_before_is_taken_in_as_it_was(stricter: Way) -> None:
    journey, day = rebuilt(stricter.journey), stricter.journey.entries[-1].recorded_at
    event = stricter.event(CHECK_INS_WITHOUT)
    granted = journey.grandfather(event, day)
    assert isinstance(granted, Proposal)
    journey.commit(granted)
    note = journey.entries[-2].event
    strike = stricter.event("corrected", corrects=note.event_id, replacement=None)
    assert isinstance(journey.propose(strike, day), Proposal)
