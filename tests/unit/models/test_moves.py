"""The table of moves: each pair of stage and kind of event, and the table itself against the design's."""

from collections.abc import Iterable

import pytest

from activities.language import said
from models.events.descriptions import name_of
from models.events.events import EVENT_CLASSES, NOT_FROM_THE_DESK
from models.journey.transitions import MACHINE, MOVES, moves_of, possible_from
from models.programme.way import USUAL
from models.rules.decision import Proposal, Refusal
from models.stages import ENDED_STAGES, OPEN_STAGES, Stage
from models.state.deadlines import upcoming
from tests.support.builders import Way, way_to, way_to_conversion
from tests.support.programmes import CONSULTATION, DUTIES, FOLLOWED_UP, LOTS, MAY_OFFER, met
from tests.support.values import at, is_one_sentence

S = Stage
STAYS = "stays"

WORKED = (S.INTERNSHIP, S.EVALUATION, S.TEMPORARY_ROLE, S.PERMANENT_ROLE)
DESIGN: dict[str, tuple[Iterable[Stage], Iterable[Stage | str]]] = {
    "referral_accepted": ([S.REFERRAL], [S.REQUIREMENT_CHECK]),
    "referral_declined": ([S.REFERRAL], [S.CLOSED]),
    "requirements_checked": ([S.REQUIREMENT_CHECK], [S.AWAITING_PLACEMENT, S.CLOSED]),
    "union_consulted": ([S.AWAITING_PLACEMENT, S.EVALUATION, S.TEMPORARY_ROLE], [STAYS]),
    "union_answered": ([S.AWAITING_PLACEMENT, S.EVALUATION, S.TEMPORARY_ROLE], [STAYS]),
    "lot_drawn": ([S.AWAITING_PLACEMENT], [STAYS]),
    "place_offered": ([S.AWAITING_PLACEMENT], [STAYS]),
    "offer_answered": ([S.AWAITING_PLACEMENT], [STAYS]),
    "internship_agreed": ([S.AWAITING_PLACEMENT], [S.INTERNSHIP]),
    "internship_extended": ([S.INTERNSHIP], [STAYS]),
    "check_in_recorded": ([S.INTERNSHIP, S.TEMPORARY_ROLE], [STAYS]),
    "internship_completed": ([S.INTERNSHIP], [S.EVALUATION]),
    "internship_interrupted": ([S.INTERNSHIP], [S.AWAITING_PLACEMENT, S.CLOSED]),
    "evaluation_recorded": ([S.EVALUATION], [STAYS]),
    "self_evaluation_recorded": ([S.EVALUATION], [STAYS]),
    "temporary_role_agreed": ([S.EVALUATION], [S.TEMPORARY_ROLE]),
    "temporary_role_extended": ([S.TEMPORARY_ROLE], [STAYS]),
    "temporary_role_ended": ([S.TEMPORARY_ROLE], [S.EVALUATION]),
    "permanent_role_agreed": ([S.EVALUATION, S.TEMPORARY_ROLE], [S.PERMANENT_ROLE]),
    "employment_found_elsewhere": (S, [STAYS]),
    "role_converted": ([S.TEMPORARY_ROLE], [S.PERMANENT_ROLE]),
    "returned_to_agency": (OPEN_STAGES, [S.CLOSED]),
    "withdrawn": (OPEN_STAGES, [S.CLOSED]),
    "discontinued": (OPEN_STAGES, [S.CLOSED]),
    "paused": (OPEN_STAGES, [STAYS]),
    "pause_extended": (OPEN_STAGES, [STAYS]),
    "resumed": (OPEN_STAGES, [STAYS, S.AWAITING_PLACEMENT]),
    "reopened": ([S.CLOSED], OPEN_STAGES),
    "correction_proposed": (S, [STAYS]),
    "proposal_declined": (S, [STAYS]),
    "corrected": (S, [STAYS]),
    "coordinator_changed": (S, [STAYS]),
    "partner_acknowledged": (S, [STAYS]),
    "duty_done": ([S.AWAITING_PLACEMENT, *WORKED, S.CLOSED], [STAYS]),
    "follow_up_recorded": ([S.PERMANENT_ROLE, S.CLOSED], [STAYS]),
    "note_added": (S, [STAYS]),
    "reminder_set": (S, [STAYS]),
    "reminder_moved": (S, [STAYS]),
    "reminder_done": (S, [STAYS]),
    "deadline_passed": (S, [STAYS]),
    "rules_changed": (S, [STAYS]),
    "repaired": (S, [STAYS]),
}
"""The design's table, written down apart from the code: kind → from → to."""


def impossible_in(stage: Stage) -> list[str]:
    return [kind for kind in EVENT_CLASSES if kind == "referred" or stage not in DESIGN[kind][0]]


def table_knows(stage: Stage, kind: str) -> bool:
    return any(move.kind == kind and stage in move.sources for move in moves_of(USUAL))


def destinations(stage: Stage, kind: str) -> set[Stage]:
    return {move.to or stage for move in moves_of(USUAL) if move.kind == kind and stage in move.sources}


def ready_for(kind: str, stage: Stage) -> Way:
    """A way in a stage, with all done that a kind of event asks for, so that nothing but the stage can refuse it."""
    if kind == "role_converted" and stage is Stage.TEMPORARY_ROLE:
        return way_to_conversion()
    of_kind = {"union_consulted": CONSULTATION, "union_answered": CONSULTATION}
    of_kind |= {"place_offered": MAY_OFFER, "offer_answered": MAY_OFFER, "lot_drawn": LOTS, "duty_done": DUTIES}
    way = way_to(stage, of_kind.get(kind, FOLLOWED_UP))
    if kind == "offer_answered" and stage in DESIGN[kind][0]:
        way.happens("place_offered")
    if kind == "duty_done" and stage in (S.AWAITING_PLACEMENT, S.CLOSED):
        way = way_to(S.INTERNSHIP, DUTIES)
        way.happens("internship_interrupted", seeks_new_place=stage is S.AWAITING_PLACEMENT)
    if kind == "union_answered" and stage in DESIGN[kind][0]:
        way.happens("union_consulted")
    if kind in ("temporary_role_agreed", "permanent_role_agreed") and stage is Stage.EVALUATION:
        way.happens("evaluation_recorded")
    if kind in ("reminder_moved", "reminder_done"):
        way.happens("reminder_set")
    if kind == "proposal_declined":
        way.happens("correction_proposed")
    if kind in ("pause_extended", "resumed") and stage is not Stage.CLOSED:
        way.happens("paused")
    if kind == "deadline_passed":
        way.day = upcoming(way.state)[0].on
    return way


def test_the_table_is_the_one_in_the_design() -> None:
    table = {
        kind: (
            {stage for move in moves_of(USUAL) if move.kind == kind for stage in move.sources},
            {move.to or STAYS for move in moves_of(USUAL) if move.kind == kind},
        )
        for kind in dict.fromkeys(move.kind for move in moves_of(USUAL))
    }
    assert table == {kind: (set(sources), set(to)) for kind, (sources, to) in DESIGN.items()}


def test_each_kind_of_event_but_the_referral_has_a_row() -> None:
    assert {move.kind for move in MOVES} == set(EVENT_CLASSES) - {"referred"}


def test_the_machine_has_the_moves_of_the_table_and_no_others() -> None:
    assert set(MACHINE.events) == {move.kind for move in MOVES}
    in_machine = [
        (kind, source, transition.dest)
        for kind, event in MACHINE.events.items()
        for source, transitions in event.transitions.items()
        for transition in transitions
    ]
    in_table = [(move.kind, source.name, move.to and move.to.name) for move in MOVES for source in move.sources]
    assert sorted(map(str, in_machine)) == sorted(map(str, in_table))


def test_no_row_uses_a_wildcard() -> None:
    assert all(isinstance(source, Stage) for move in MOVES for source in move.sources)


def test_the_machine_holds_no_journey_of_its_own() -> None:
    assert MACHINE.models == []


def test_every_guard_and_choice_is_a_named_function() -> None:
    judges = [guard.judge for move in MOVES for guard in move.guards]
    functions = [*judges, *(move.when for move in MOVES if move.when)]
    assert all(callable(function) and function.__name__ != "<lambda>" for function in functions)


def test_the_ended_stages_are_those_that_nothing_but_follow_ups_leaves_waiting() -> None:
    assert set(ENDED_STAGES) == set(DESIGN["follow_up_recorded"][0])


@pytest.mark.parametrize("stage", Stage)
def test_an_event_is_possible_in_a_stage_where_the_table_says_so_and_nowhere_else(stage: Stage) -> None:
    for kind in EVENT_CLASSES:
        way = ready_for(kind, stage)
        answer = way.propose(way.event(kind))
        if table_knows(stage, kind):
            assert isinstance(answer, Proposal), (kind, answer)
            assert answer.after.stage in destinations(stage, kind), kind
        else:
            assert isinstance(answer, Refusal), kind
            assert answer.rule == "possible_in_this_stage", kind
            assert way.state.stage is stage, kind


@pytest.mark.parametrize("stage", Stage)
def test_where_an_event_is_not_possible_others_are(stage: Stage) -> None:
    way = way_to(stage)
    allowed = way.journey.allowed(at(way.day))
    assert allowed
    assert set(allowed) <= set(possible_from(stage)) - NOT_FROM_THE_DESK
    for possible in allowed:
        instead = way.propose(way.event(possible))
        assert isinstance(instead, Proposal) or instead.rule != "possible_in_this_stage"
    for kind in impossible_in(stage):
        answer = way.propose(way.event(kind))
        assert isinstance(answer, Refusal), kind
        assert is_one_sentence(said(answer.message, "en"))
        assert answer.message.id == "possible_in_this_stage.other_stage", kind
        assert answer.message.values == {"kind": name_of(kind), "stage": stage.in_words}
        assert kind not in allowed


@pytest.mark.parametrize("stage", Stage)
def test_whatever_is_named_as_allowed_is_accepted_in_an_example(stage: Stage) -> None:
    way = way_to(stage)
    for kind in way.journey.allowed(at(way.day)):
        assert isinstance(way.propose(way.event(kind)), Proposal), kind


def test_nothing_but_a_referral_begins_a_journey() -> None:
    way = Way()
    assert way.journey.allowed(at(way.day)) == ("referred",)
    for kind in EVENT_CLASSES:
        answer = way.propose(way.event(kind))
        if kind == "referred":
            assert isinstance(answer, Proposal)
        else:
            assert isinstance(answer, Refusal)
            assert answer.rule == "it_begins_with_a_referral"
            assert is_one_sentence(said(answer.message, "en"))


def test_a_requirement_check_leads_to_the_wait_for_a_place_or_ends_the_way() -> None:
    way = way_to(Stage.REQUIREMENT_CHECK)
    profile = way.rules.profiles[0]
    qualified = way.propose(way.event("requirements_checked"))
    not_qualified = way.propose(way.event("requirements_checked", findings=met(profile, shift_work="unmet")))
    assert isinstance(qualified, Proposal)
    assert isinstance(not_qualified, Proposal)
    assert (qualified.after.stage, not_qualified.after.stage) == (Stage.AWAITING_PLACEMENT, Stage.CLOSED)


def test_an_interrupted_internship_leads_to_the_wait_for_another_place_or_ends_the_way() -> None:
    way = way_to(Stage.INTERNSHIP)
    for seeks, stage in ((True, Stage.AWAITING_PLACEMENT), (False, Stage.CLOSED)):
        answer = way.propose(way.event("internship_interrupted", seeks_new_place=seeks))
        assert isinstance(answer, Proposal)
        assert answer.after.stage is stage
        assert answer.after.place is None


@pytest.mark.parametrize("stage", OPEN_STAGES)
def test_a_reopened_journey_goes_on_in_the_stage_in_which_it_was_closed(stage: Stage) -> None:
    way = way_to(stage)
    way.happens("withdrawn")
    way.later(10).happens("reopened")
    assert way.state.stage is stage
    assert way.state.since == way.day
    assert way.state.closed_from is None
    assert way.state.end_reason is None


@pytest.mark.parametrize("stage", Stage)
def test_a_place_is_held_in_the_internship_and_nowhere_else(stage: Stage) -> None:
    assert way_to(stage).state.place == ("lasarettet_tray_kitchen" if stage is Stage.INTERNSHIP else None)


@pytest.mark.parametrize("stage", OPEN_STAGES)
def test_a_pause_is_a_flag_and_no_stage(stage: Stage) -> None:
    way = way_to(stage)
    way.happens("paused")
    assert (way.state.stage, way.state.paused) == (stage, True)
    way.later(3).happens("resumed")
    assert (way.state.stage, way.state.paused) == (stage, False)
