"""A journey as of a moment: what was recorded by then is one thing, what was in effect then another."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

import pytest

from models.journey.as_of import Untold, recorded_by, state_in_effect, state_recorded
from models.journey.fold import Entry
from models.stages import Stage
from models.state.state import State
from tests.support.builders import ROUTES, Way, but_for_bookkeeping, way_to, way_to_conversion, way_to_decision
from tests.support.programmes import SERVICE
from tests.support.values import MONDAY, at


def on(days: int) -> date:
    return MONDAY + timedelta(days=days)


def in_effect(way: Way, days: int, known: Sequence[Entry] | None = None) -> State | None:
    """What was in effect so many days after the beginning, by all that is known unless said."""
    state = state_in_effect(SERVICE, known or way.journey.entries, way.journey.id, on(days))
    assert not isinstance(state, Untold)
    return state


def stage_on(way: Way, days: int) -> Stage | None:
    state = in_effect(way, days)
    return state.stage if state else None


def corrects(way: Way, event_id: UUID, **fields: object) -> None:
    """An event is replaced by one that differs in these fields; with none, struck."""
    event = next(entry.event for entry in way.journey.entries if entry.event.event_id == event_id)
    replacement = event.model_copy(update=fields).model_dump() if fields else None
    way.happens("corrected", corrects=event_id, replacement=replacement)


@pytest.mark.parametrize("stage", Stage)
def test_on_the_last_day_both_are_the_journey_itself(stage: Stage) -> None:
    way = way_to(stage)
    held = in_effect(way, 0)
    assert held is not None
    assert but_for_bookkeeping(held) == but_for_bookkeeping(way.state)
    assert state_recorded(SERVICE, recorded_by(way.journey.entries, at(MONDAY)), way.journey.id) == way.state


def test_before_the_referral_nothing_was_in_effect_though_a_note_was_of_an_earlier_day() -> None:
    way = way_to(Stage.REFERRAL)
    way.happens("note_added", effective_on=on(-3))
    assert stage_on(way, -1) is None
    assert stage_on(way, 0) is Stage.REFERRAL


def test_what_was_recorded_late_was_in_effect_before_it_was_recorded() -> None:
    way = way_to(Stage.REQUIREMENT_CHECK)
    way.later(10).happens("requirements_checked", effective_on=on(2))
    assert [stage_on(way, day) for day in (1, 2, 10)] == [
        Stage.REQUIREMENT_CHECK,
        Stage.AWAITING_PLACEMENT,
        Stage.AWAITING_PLACEMENT,
    ]
    by_then = recorded_by(way.journey.entries, at(on(5)))
    assert state_recorded(SERVICE, by_then, way.journey.id).stage is Stage.REQUIREMENT_CHECK  # type: ignore[union-attr]


def test_what_was_not_known_yet_does_not_count() -> None:
    way = way_to(Stage.REQUIREMENT_CHECK)
    way.later(10).happens("requirements_checked", effective_on=on(2))
    known = recorded_by(way.journey.entries, at(on(9)))
    held = in_effect(way, 5, known)
    assert held is not None
    assert held.stage is Stage.REQUIREMENT_CHECK


def test_an_event_of_tomorrow_is_recorded_and_not_yet_in_effect() -> None:
    way = way_to(Stage.REFERRAL)
    way.happens("referral_accepted", effective_on=on(1))
    assert (way.state.stage, stage_on(way, 0), stage_on(way, 1)) == (
        Stage.REQUIREMENT_CHECK,
        Stage.REFERRAL,
        Stage.REQUIREMENT_CHECK,
    )


def test_a_corrected_day_moves_what_was_in_effect_and_a_struck_correction_moves_it_back() -> None:
    way = way_to(Stage.REFERRAL)
    accepted = way.later(8).happens("referral_accepted", effective_on=on(2))
    corrects(way, accepted.event_id, effective_on=on(6))
    assert [stage_on(way, day) for day in (4, 6)] == [Stage.REFERRAL, Stage.REQUIREMENT_CHECK]
    corrects(way, way.journey.entries[-1].event.event_id)
    assert [stage_on(way, day) for day in (1, 4)] == [Stage.REFERRAL, Stage.REQUIREMENT_CHECK]


def test_a_correction_tells_of_the_past_whatever_its_own_day() -> None:
    way = way_to(Stage.INTERNSHIP)
    agreed = way.journey.entries[-1].event
    corrects(way.later(30), agreed.event_id, position="lasarettet_transport")
    held = in_effect(way, 1)
    assert held is not None
    assert held.place == "lasarettet_transport"


def test_a_struck_event_was_never_in_effect() -> None:
    way = way_to(Stage.REQUIREMENT_CHECK)
    withdrawn = way.later(2).happens("withdrawn")
    corrects(way.later(5), withdrawn.event_id)
    assert stage_on(way, 3) is Stage.REQUIREMENT_CHECK


def test_a_reopened_journey_was_closed_until_the_day_on_which_it_was_reopened() -> None:
    way = way_to(Stage.AWAITING_PLACEMENT)
    way.later(5).happens("withdrawn")
    way.later(10).happens("reopened")
    assert [stage_on(way, day) for day in (4, 5, 14, 15)] == [
        Stage.AWAITING_PLACEMENT,
        Stage.CLOSED,
        Stage.CLOSED,
        Stage.AWAITING_PLACEMENT,
    ]


def test_what_was_accepted_is_not_judged_anew_where_what_it_rested_on_took_effect_later() -> None:
    way = way_to(Stage.EVALUATION)
    way.later(9).happens("evaluation_recorded", effective_on=on(9))
    way.happens("temporary_role_agreed", effective_on=on(4), starts_on=on(9))
    held = in_effect(way, 5)
    assert held is not None
    assert (held.stage, held.evaluation) == (Stage.TEMPORARY_ROLE, None)


def test_a_pause_is_in_effect_from_its_day_on() -> None:
    way = way_to(Stage.INTERNSHIP)
    way.later(10).happens("paused", effective_on=on(3))
    way.later(10).happens("resumed", effective_on=on(15))
    assert [state.paused for day in (2, 3, 14, 15) if (state := in_effect(way, day))] == [False, True, True, False]


def test_a_row_that_follows_only_from_a_later_day_cannot_be_told() -> None:
    """Older versions accepted what came in the wrong order, and what was accepted stays accepted."""
    way = way_to(Stage.REFERRAL)
    way.later(20)
    late = way.event("referral_accepted", effective_on=on(9))
    early = way.event("requirements_checked", effective_on=on(4))
    entries = [*way.journey.entries, *(Entry(event=event, recorded_at=at(way.day)) for event in (late, early))]
    assert state_in_effect(SERVICE, entries, way.journey.id, on(5)) == Untold(early.event_id)
    later = state_in_effect(SERVICE, entries, way.journey.id, on(9))
    assert isinstance(later, State)
    assert later.stage is Stage.AWAITING_PLACEMENT


def test_a_role_that_the_law_made_permanent_was_so_from_the_laws_day_on() -> None:
    way = Way()
    most_of_a_year = {"form": "special_fixed_term", "starts_on": on(-361), "ends_on": on(-1)}
    way.happens("referred", earlier_employment=[most_of_a_year])
    for kind in ("referral_accepted", "requirements_checked", "internship_agreed", "internship_completed"):
        way.happens(kind)
    way.happens("evaluation_recorded")
    way.happens("temporary_role_agreed", form="special_fixed_term")
    way.later(9).happens("role_converted")
    assert [stage_on(way, day) for day in (3, 4, 9)] == [
        Stage.TEMPORARY_ROLE,
        Stage.PERMANENT_ROLE,
        Stage.PERMANENT_ROLE,
    ]


def test_a_conversion_that_the_corrected_days_do_not_bear_out_was_never_in_effect() -> None:
    way = way_to_conversion()
    way.happens("role_converted")
    agreed = next(entry.event for entry in way.journey.entries if entry.event.kind == "temporary_role_agreed")
    corrects(way, agreed.event_id, form="substitute")
    assert way.state.stage is Stage.TEMPORARY_ROLE
    assert stage_on(way, 1) is Stage.TEMPORARY_ROLE


def test_rows_that_are_no_journey_are_said_to_be_none() -> None:
    way = way_to_decision()
    torn = [entry for entry in way.journey.entries if entry.event.kind != "internship_agreed"]
    with pytest.raises(ValueError, match="no journey"):
        state_recorded(SERVICE, torn, way.journey.id)
    assert state_recorded(SERVICE, [], way.journey.id) is None


def test_every_way_is_told_without_a_gap_on_each_of_its_days() -> None:
    """A way with a day between its steps stands on each day where its steps had brought it by then."""
    way = Way()
    expected: list[Stage] = []
    for kind in ROUTES[Stage.PERMANENT_ROLE]:
        way.happens(kind)
        expected.append(way.state.stage)
        way.later(1)
    assert [stage_on(way, day) for day in range(len(expected))] == expected
