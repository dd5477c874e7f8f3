"""A correction that takes two: proposed by one, approved as it was by another, declined, withdrawn, or too old."""

from datetime import date
from typing import Any

import pytest

from models.events.events import EVENT, Event
from models.journey.proposals import open_proposals
from models.stages import Stage
from models.state.waiting_corrections import OPEN_FOR
from tests.support.builders import Way, way_to
from tests.support.values import COORDINATOR, DAY, DESIGN_SOURCE, at, numbered_id

ANNA, BO = COORDINATOR, "coordinator:bo.lind"


@pytest.fixture
def way() -> Way:
    """Anna has agreed on an internship, and proposes that it ends a day later."""
    way = way_to(Stage.INTERNSHIP)
    return proposed(way)


def proposed(way: Way) -> Way:
    agreed = next(one.event for one in way.journey.entries if one.event.kind == "internship_agreed")
    right = {**agreed.model_dump(), "ends_on": end_of(way) + DAY}
    way.happens("correction_proposed", corrects=agreed.event_id, replacement=right, reason="Mistyped", actor=ANNA)
    return way


def end_of(way: Way) -> date:
    agreed = way.state.internship
    assert agreed is not None
    assert agreed.ends_on is not None
    return agreed.ends_on


def approval(way: Way, by: str = BO, **otherwise: Any) -> Event:
    proposal = way.journey.entries[-1].event.model_dump()
    said = {"proposal": proposal["event_id"], "corrects": proposal["corrects"], "replacement": proposal["replacement"]}
    event = way.event("note_added").model_dump(include={"event_id", "effective_on"})
    return EVENT.validate_python({**event, "kind": "corrected", "actor": by, "reason": "Agreed", **said, **otherwise})


def waiting(way: Way) -> int:
    return len(open_proposals(way.journey.entries, at(way.day)))


def test_nothing_changes_until_a_second_person_approves_what_was_proposed(way: Way) -> None:
    before = end_of(way)
    assert waiting(way) == 1
    way.accepts(approval(way))
    assert end_of(way) == before + DAY
    assert waiting(way) == 0


def test_nobody_approves_what_they_have_proposed(way: Way) -> None:
    way.refuses_event(approval(way, ANNA), "approved_by_another", DESIGN_SOURCE)
    way.refuses_event(approval(way, "manager:anna.berg"), "approved_by_another", DESIGN_SOURCE)


def test_an_approval_says_what_was_proposed_and_nothing_else(way: Way) -> None:
    way.refuses_event(approval(way, replacement=None), "approved_by_another", DESIGN_SOURCE)


def test_what_was_declined_or_withdrawn_is_not_approved(way: Way) -> None:
    event = approval(way)
    way.happens("proposal_declined", proposal=way.journey.entries[-1].event.event_id, actor=BO)
    way.refuses_event(event, "the_proposal_is_open", DESIGN_SOURCE)
    way.refuses("proposal_declined", "the_proposal_is_open", DESIGN_SOURCE, proposal=numbered_id(-9))
    assert waiting(proposed(way)) == 1


def test_a_proposal_expires(way: Way) -> None:
    event = approval(way)
    way.later(OPEN_FOR.days)
    assert waiting(way) == 0
    way.refuses_event(event, "the_proposal_is_open", DESIGN_SOURCE)
    assert waiting(proposed(way)) == 1


def test_of_one_event_one_correction_is_proposed_at_a_time(way: Way) -> None:
    agreed = way.journey.entries[-2].event
    said: dict[str, Any] = {"corrects": agreed.event_id, "replacement": None}
    way.refuses("correction_proposed", "it_is_proposed_once", DESIGN_SOURCE, **said)


def test_what_could_not_be_corrected_so_is_not_proposed_either() -> None:
    way = way_to(Stage.INTERNSHIP)
    referral, accepted = (entry.event for entry in way.journey.entries[:2])
    said: dict[str, Any] = {"corrects": accepted.event_id, "replacement": None}
    way.refuses("correction_proposed", "later_events_stay_possible", DESIGN_SOURCE, **said)
    same: dict[str, Any] = {"corrects": referral.event_id, "replacement": referral.model_dump()}
    way.refuses("correction_proposed", "a_correction_changes_something", DESIGN_SOURCE, **same)


def test_what_is_struck_or_says_so_already_is_not_corrected_again() -> None:
    way = way_to(Stage.INTERNSHIP)
    note = way.happens("note_added")
    way.happens("corrected", corrects=note.event_id, replacement=None)
    way.refuses("corrected", "a_correction_changes_something", DESIGN_SOURCE, corrects=note.event_id, replacement=None)
    back = note.model_dump()
    way.happens("corrected", corrects=note.event_id, replacement=back)
    way.refuses("corrected", "a_correction_changes_something", DESIGN_SOURCE, corrects=note.event_id, replacement=back)
