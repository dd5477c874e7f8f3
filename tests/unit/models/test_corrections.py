"""Corrections: an earlier event is replaced or struck, and the journey is as if it had been right from the start."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest
from pydantic import ValidationError

from activities.language import said
from models.calendar.public_holidays import last_weekday, next_weekday
from models.events.descriptions import name_of
from models.events.events import EVENT, Corrected, DeadlinePassed, Event
from models.fields import Source
from models.message import Message
from models.programme.programme import NoticeRule, Programme
from models.rules.decision import Proposal, Refusal
from models.stages import Stage
from models.state.deadlines import upcoming
from tests.support.builders import Way, but_for_bookkeeping, way_to, way_to_decision
from tests.support.programmes import SERVICE, met, scores
from tests.support.values import DAY, DESIGN_SOURCE, MONDAY, is_one_sentence, numbered_id


def on(days: int) -> date:
    """The day so many days after the beginning."""
    return MONDAY + timedelta(days=days)


@dataclass
class Told:
    """One event of the story: when, what, as told; and `right`, the fields in which that was wrong."""

    days: int
    kind: str
    fields: dict[str, Any] = field(default_factory=dict)
    right: dict[str, Any] | None = None
    may_be_struck: bool = False


STORY = [
    Told(0, "referred", right={"site": "2481", "coordinator": "bo.lind", "referring_partner": "kommunen"}),
    Told(2, "referral_accepted", right={"effective_on": on(3)}),
    Told(5, "requirements_checked", right={"findings": met(SERVICE.profiles[0], kitchen_experience="unmet")}),
    Told(
        10,
        "internship_agreed",
        {"starts_on": on(14), "ends_on": on(80)},
        right={"position": "lasarettet_ward_service", "starts_on": on(12), "ends_on": on(90)},
    ),
    Told(20, "check_in_recorded", right={"effective_on": on(18)}, may_be_struck=True),
    Told(25, "paused", right={"effective_on": on(22), "reason": "Ill"}),
    Told(32, "resumed", right={"effective_on": on(30)}),
    Told(40, "internship_extended", {"ends_on": on(100)}, right={"ends_on": on(110)}, may_be_struck=True),
    Told(100, "internship_completed", right={"effective_on": on(99)}),
    Told(105, "evaluation_recorded", right={"scores": scores(SERVICE, 2)}),
    Told(
        110,
        "temporary_role_agreed",
        {"form": "substitute", "starts_on": on(110), "ends_on": on(170)},
        right={"form": "special_fixed_term", "ends_on": on(180)},
    ),
    Told(150, "temporary_role_extended", {"ends_on": on(240)}, right={"ends_on": on(220)}, may_be_struck=True),
    Told(200, "temporary_role_ended", right={"effective_on": on(198)}),
    Told(205, "evaluation_recorded", right={"scores": scores(SERVICE, 5)}),
    Told(210, "permanent_role_agreed", right={"position": "lasarettet_ward_service", "effective_on": on(208)}),
    Told(300, "follow_up_recorded", right={"outcome": "studying"}, may_be_struck=True),
    Told(302, "partner_acknowledged", right={"notice_id": numbered_id(77)}, may_be_struck=True),
    Told(303, "note_added", right={"text": "Prefers evenings"}, may_be_struck=True),
]
"""A whole way from referral to follow-up."""

END = on(310)
WRONG = [index for index, told in enumerate(STORY) if told.right]
STRUCK = [index for index, told in enumerate(STORY) if told.may_be_struck]


def title(index: int) -> str:
    return f"{STORY[index].kind} ({index})"


def told_event(way: Way, index: int, right: bool = False) -> Event:
    """An event of the story, with an id that follows from its place in it."""
    told = STORY[index]
    way.day = on(told.days)
    changes = (told.right or {}) if right else {}
    return way.event(told.kind, **{**told.fields, **changes, "event_id": numbered_id(1000 + index)})


def tell(right: Sequence[int] = (), leave_out: Sequence[int] = (), up_to: int = len(STORY)) -> Way:
    """The story from its beginning, some events told right, some left out."""
    return told_once(tuple(right), tuple(leave_out), up_to).copied()


@cache
def told_once(right: tuple[int, ...], leave_out: tuple[int, ...], up_to: int) -> Way:
    way = Way()
    for index in range(up_to):
        if index not in leave_out:
            way.accepts(told_event(way, index, index in right))
    return way


def replacement(way: Way, index: int, **changes: Any) -> Event:
    """The event of the story as it stands, with other data."""
    event = next(entry.event for entry in way.journey.entries if entry.event.event_id == numbered_id(1000 + index))
    return EVENT.validate_python({**event.model_dump(), **(STORY[index].right or {}), **changes})


def correct(way: Way, index: int, **changes: Any) -> Event:
    return way.happens(
        "corrected", corrects=numbered_id(1000 + index), replacement=replacement(way, index, **changes).model_dump()
    )


def strike(way: Way, event: Event | int) -> Event:
    event_id = numbered_id(1000 + event) if isinstance(event, int) else event.event_id
    return way.happens("corrected", corrects=event_id, replacement=None)


def same(one: Way, other: Way) -> bool:
    return but_for_bookkeeping(one.state) == but_for_bookkeeping(other.state)


# What a correction does


@pytest.mark.parametrize("index", WRONG, ids=title)
def test_an_event_replaced_at_the_end_is_as_if_it_had_been_right_from_the_start(index: int) -> None:
    wrong, right = tell(), tell(right=[index])
    wrong.day = END
    correct(wrong, index)
    assert same(wrong, right)


@pytest.mark.parametrize("index", WRONG, ids=title)
def test_an_event_replaced_at_once_lets_the_way_go_on_as_if_it_had_been_right_from_the_start(index: int) -> None:
    way = tell(up_to=index + 1)
    assert STORY[index].kind == "note_added" or not same(way, tell(right=[index], up_to=index + 1))
    correct(way, index)
    assert same(way, tell(right=[index], up_to=index + 1))
    for later in range(index + 1, len(STORY)):
        way.accepts(told_event(way, later))
    assert same(way, tell(right=[index]))


@pytest.mark.parametrize("index", STRUCK, ids=title)
def test_an_event_struck_is_as_if_it_had_never_been(index: int) -> None:
    way = tell()
    way.day = END
    strike(way, index)
    assert same(way, tell(leave_out=[index]))


def test_all_of_a_way_can_be_corrected_event_by_event() -> None:
    way = tell()
    way.day = END
    for index in (10, *(index for index in WRONG if index != 10)):
        correct(way, index)
    assert same(way, tell(right=WRONG))


def test_nothing_is_rewritten() -> None:
    way = tell()
    before = way.journey.entries
    way.day = END
    correction = correct(way, 3)
    assert way.journey.entries[:-1] == before
    assert way.journey.entries[-1].event == correction


def test_a_correction_counts_as_touching_the_journey_on_its_own_day() -> None:
    way = tell()
    way.day = END
    correct(way, 4)
    assert way.state.touched_on == END
    assert all(moment.on > END for moment in upcoming(way.state))


def test_a_replacement_may_tell_of_a_day_that_had_not_come_when_the_first_was_told() -> None:
    way = tell(up_to=9)
    way.later(5)
    correct(way, 8, effective_on=on(104))
    assert way.state.since == on(104)


def test_an_event_may_be_replaced_by_one_of_another_kind() -> None:
    way = tell(up_to=4)
    end = way.later(1).happens("withdrawn")
    fields = {"kind": "internship_interrupted", "reason": "The ward closed", "seeks_new_place": True}
    common = {name: end.model_dump()[name] for name in ("event_id", "actor", "effective_on")}
    way.happens("corrected", corrects=end.event_id, replacement={**common, **fields})
    assert way.state.stage is Stage.AWAITING_PLACEMENT
    assert way.state.closed_from is None
    assert way.state.end_reason is not None


def test_striking_the_end_of_an_internship_gives_the_place_back() -> None:
    way = tell(up_to=9)
    assert way.state.place is None
    strike(way, 8)
    assert way.state.place == "lasarettet_tray_kitchen"
    assert (way.state.stage, way.state.since) == (Stage.INTERNSHIP, on(10))


def test_striking_an_end_opens_the_journey_again_whatever_the_window() -> None:
    way = tell(up_to=3)
    end = way.later(1).happens("discontinued")
    way.later(SERVICE.reopen_within_days + 300)
    strike(way, end)
    assert same(way, tell(up_to=3))


def test_a_pause_struck_while_it_lasts_never_was() -> None:
    way = tell(up_to=6)
    strike(way, 5)
    assert not way.state.paused
    assert same(way, tell(up_to=5))


def test_moving_to_new_rules_is_struck_like_anything_else() -> None:
    way = tell(up_to=4)
    changed = way.happens("rules_changed")
    assert way.state.rules != SERVICE
    strike(way, changed)
    assert way.state.rules == SERVICE


# Corrections of corrections


@pytest.mark.parametrize(
    ("steps", "holds"),
    [
        (("right", "strike last"), []),
        (("strike", "strike last"), []),
        (("right", "strike last", "strike last"), [4]),
        (("wrong", "right"), [4]),
        (("right", "wrong", "strike last"), [4]),
        (("wrong", "right", "strike first"), [4]),
        (("strike", "right"), [4]),
    ],
    ids=lambda part: " then ".join(part) if isinstance(part, tuple) else "",
)
def test_of_several_corrections_the_latest_that_is_not_struck_holds(steps: tuple[str, ...], holds: list[int]) -> None:
    """Of the check-in: told right, told wrong, or struck, or one of these corrections struck in its turn."""
    way, said = tell(up_to=5), list[Event]()
    for step in steps:
        match step:
            case "right":
                said.append(correct(way, 4))
            case "wrong":
                said.append(correct(way, 4, effective_on=on(19)))
            case "strike":
                said.append(strike(way, 4))
            case _:
                said.append(strike(way, said[0 if step == "strike first" else -1]))
    assert same(way, tell(right=holds, up_to=5))
    assert not same(way, tell(right=[] if holds else [4], up_to=5))


# What cannot be corrected


def refused(
    way: Way, event: Event | None, rule: str, source: Source, corrects: object = None, replaced: Event | None = None
) -> Refusal:
    target = corrects or (event.event_id if event else None)
    correction = way.event("corrected", corrects=target, replacement=replaced.model_dump() if replaced else None)
    return way.refuses_event(correction, rule, source)


@pytest.mark.parametrize(
    ("index", "changes", "later", "because"),
    [
        (1, {"effective_on": on(6)}, 2, "it_follows_what_went_before.too_early"),
        (2, {"findings": met(SERVICE.profiles[0], shift_work="unmet")}, 3, "possible_in_this_stage.other_stage"),
        (5, {"effective_on": on(33)}, 6, "it_resumes_after_it_paused.too_early"),
        (8, {"effective_on": on(106)}, 9, "it_follows_what_went_before.too_early"),
        (9, {"favourable": False}, 10, "the_evaluation_is_favourable.unfavourable"),
        (10, {"form": "summer_temporary", "starts_on": on(105), "ends_on": on(170)}, 11, "duration.too_long"),
    ],
)
def test_a_correction_that_makes_a_later_event_impossible_is_refused_and_names_that_event(
    index: int, changes: dict[str, Any], later: int, because: str
) -> None:
    way = tell()
    way.day = END
    correction = way.event(
        "corrected",
        corrects=numbered_id(1000 + index),
        replacement=replacement(way, index, **changes).model_dump(),
    )
    answer = way.propose(correction)
    assert isinstance(answer, Refusal)
    assert answer.rule == "later_events_stay_possible"
    assert is_one_sentence(said(answer.message, "en"))
    told = STORY[later]
    named = answer.message.values
    assert answer.message.id == "later_events_stay_possible.refused"
    assert (named["kind"], named["effective_on"]) == (name_of(told.kind), str(on(told.days)))
    assert named["event_id"] == str(numbered_id(1000 + later))
    why = named["why"]
    assert isinstance(why, Message)
    assert why.id == because
    assert answer.source


def test_the_refusal_gives_the_source_of_the_rule_that_the_later_event_would_break() -> None:
    way = tell()
    form = SERVICE.form("summer_temporary")
    assert form is not None
    changed = replacement(way, 10, form="summer_temporary", starts_on=on(105), ends_on=on(170))
    refused(way, changed, "later_events_stay_possible", form.source, replaced=changed)


@pytest.mark.parametrize("index", [1, 2, 3, 5, 6, 8, 9, 10, 12, 13, 14])
def test_what_later_events_stand_on_is_not_struck(index: int) -> None:
    way = tell()
    answer = way.propose(way.event("corrected", corrects=numbered_id(1000 + index), replacement=None))
    assert isinstance(answer, Refusal)
    assert answer.rule == "later_events_stay_possible"
    assert answer.message.values["event_id"] in {
        str(numbered_id(1000 + later)) for later in range(index + 1, len(STORY))
    }


def test_what_stands_in_the_way_of_a_correction_is_corrected_first() -> None:
    way = tell()
    way.day = END
    correct(way, 2, findings=met(SERVICE.profiles[0], kitchen_experience="unmet"), effective_on=on(6))
    correct(way, 1, effective_on=on(6))
    assert way.state.profile == "hospital_service"


def test_a_replacement_that_breaks_a_rule_itself_is_refused_by_that_rule() -> None:
    way = tell()
    way.day = END
    too_long = replacement(way, 3, starts_on=on(14), ends_on=on(14) + timedelta(days=200))
    refused(way, too_long, "the_internship_is_short_enough", SERVICE.internship.source, replaced=too_long)
    future = replacement(way, 14, effective_on=END + 2 * DAY)
    refused(way, future, "the_day_has_come", DESIGN_SOURCE, replaced=future)


@pytest.mark.parametrize("actor", ["partner:kommunen", "manager:lena.strand", "coordinator:bo.lind"])
def test_a_correction_does_not_make_an_event_somebody_elses(actor: str) -> None:
    way = tell()
    way.day = END
    in_another_name = replacement(way, 9, actor=actor)
    answer = refused(way, in_another_name, "it_can_be_corrected", DESIGN_SOURCE, replaced=in_another_name)
    assert answer.message.id == "it_can_be_corrected.another_author"


def test_an_event_that_is_unknown_is_not_corrected() -> None:
    way = tell()
    answer = refused(way, None, "it_can_be_corrected", DESIGN_SOURCE, corrects=numbered_id(9999))
    assert answer.message.id == "it_can_be_corrected.unknown"


def test_an_event_that_was_refused_is_not_corrected() -> None:
    way = tell(up_to=1)
    never = way.event("internship_completed")
    assert isinstance(way.propose(never), Refusal)
    refused(way, never, "it_can_be_corrected", DESIGN_SOURCE)


def test_a_correction_does_not_correct_itself() -> None:
    way = tell(up_to=2)
    own_id = numbered_id(4711)
    correction = way.event("corrected", event_id=own_id, corrects=own_id, replacement=None)
    way.refuses_event(correction, "it_can_be_corrected", DESIGN_SOURCE)


def test_that_a_deadline_has_passed_is_not_corrected() -> None:
    way = way_to(Stage.REFERRAL)
    way.day = upcoming(way.state)[0].on
    passed = way.happens("deadline_passed")
    for replaced, why in ((None, "a_deadline"), (passed, "by_the_journey_alone")):
        answer = refused(way, passed, "it_can_be_corrected", DESIGN_SOURCE, replaced=replaced)
        assert answer.message.id == f"it_can_be_corrected.{why}"


@pytest.mark.parametrize("actor", ["coordinator:anna.berg", "system:journey"])
def test_a_correction_does_not_make_a_deadline_pass(actor: str) -> None:
    """Else whoever wants to be left in peace could silence a reminder that has not come yet."""
    way = way_to_decision()
    note = way.happens("note_added")
    moment = upcoming(way.state)[-1]
    faked = DeadlinePassed(
        event_id=note.event_id,
        actor=actor,
        effective_on=way.day,
        deadline=moment.deadline,
        step=moment.step,
        due_on=moment.due_on,
    )
    refused(way, note, "it_can_be_corrected", DESIGN_SOURCE, replaced=faked)
    assert not way.state.passed


def test_a_referral_is_replaced_by_another_and_neither_struck_nor_turned_into_something_else() -> None:
    way = tell(up_to=2)
    referral = way.journey.entries[0].event
    answer = refused(way, referral, "it_can_be_corrected", DESIGN_SOURCE)
    assert answer.message.id == "it_can_be_corrected.the_referral"
    note = way.event("note_added", event_id=referral.event_id)
    refused(way, referral, "it_can_be_corrected", DESIGN_SOURCE, replaced=note)
    correct(way, 0)
    assert way.state.coordinator == "bo.lind"


def test_a_replaced_referral_is_held_to_the_rules_of_referral() -> None:
    way = tell(up_to=2)
    stranger = replacement(way, 0, referring_partner="kommunal")
    refused(way, stranger, "the_partner_may_refer", SERVICE.source, replaced=stranger)


def test_nothing_but_the_referral_is_replaced_by_a_referral() -> None:
    way = tell(up_to=3)
    accepted = way.journey.entries[1].event
    again = way.event("referred", event_id=accepted.event_id)
    refused(way, accepted, "possible_in_this_stage", DESIGN_SOURCE, replaced=again)


def test_a_correction_is_struck_but_not_replaced() -> None:
    way = tell()
    correction = correct(way, 3)
    note = way.event("note_added", event_id=correction.event_id)
    answer = refused(way, correction, "it_can_be_corrected", DESIGN_SOURCE, replaced=note)
    assert answer.message.id == "it_can_be_corrected.a_correction"


def test_striking_a_correction_is_refused_where_what_it_brings_back_would_stand_in_the_way() -> None:
    way = way_to(Stage.REQUIREMENT_CHECK)
    check = way.event("requirements_checked", findings=met(SERVICE.profiles[0], shift_work="unmet"))
    way.accepts(check)
    mended = way.event("requirements_checked", event_id=check.event_id)
    correction = way.happens("corrected", corrects=check.event_id, replacement=mended.model_dump())
    way.happens("internship_agreed")
    answer = refused(way, correction, "later_events_stay_possible", DESIGN_SOURCE)
    assert answer.message.values["kind"] == name_of("internship_agreed")


def test_a_replacement_keeps_the_id_of_what_it_replaces() -> None:
    way = tell(up_to=2)
    with pytest.raises(ValidationError, match=r"correction\.other_id"):
        way.event("corrected", corrects=numbered_id(1001), replacement=way.event("note_added").model_dump())


def test_a_correction_is_not_a_replacement() -> None:
    way = tell(up_to=2)
    inner = strike(way, 1)
    with pytest.raises(ValidationError):
        way.event("corrected", corrects=inner.event_id, replacement=inner.model_dump())


def test_a_correction_needs_a_reason() -> None:
    way = tell(up_to=2)
    with pytest.raises(ValidationError):
        way.event("corrected", corrects=numbered_id(1001), replacement=None, reason=" ")


# Who is told


def recipients(way: Way, kind: str, **fields: Any) -> tuple[str, ...]:
    return way.accepts(way.event(kind, **fields)).recipients


def with_notices(*notices: NoticeRule) -> Programme:
    return SERVICE.model_copy(update={"notices": notices})


TOLD_OF_AN_INTERNSHIP = ("arbetsformedlingen", "kommunal", "candidate", "maria.ek", "eva.sjo")
TOLD_OF_AN_INTERRUPTED_ONE = ("arbetsformedlingen", "maria.ek", "eva.sjo", "kommunal", "candidate")


def told_of_correcting(way: Way, event: Event, replaced: Event | None) -> tuple[str, ...]:
    data = replaced.model_dump() if replaced else None
    return recipients(way, "corrected", corrects=event.event_id, replacement=data)


def test_those_who_were_told_of_an_event_are_told_that_it_was_corrected() -> None:
    way = way_to(Stage.AWAITING_PLACEMENT)
    event = way.event("internship_agreed")
    assert way.accepts(event).recipients == TOLD_OF_AN_INTERNSHIP
    other = event.model_copy(update={"mentor": "siv.lund"})
    assert told_of_correcting(way, event, other) == (*TOLD_OF_AN_INTERNSHIP, "siv.lund")
    assert told_of_correcting(way, event, None) == (*TOLD_OF_AN_INTERNSHIP[:-1], "siv.lund")


def test_nobody_is_told_that_something_was_corrected_that_nobody_was_told_of() -> None:
    way = way_to(Stage.INTERNSHIP)
    note = way.happens("note_added")
    assert told_of_correcting(way, note, None) == ()


def test_those_who_are_told_of_the_like_of_a_replacement_are_told_too() -> None:
    way = way_to(Stage.INTERNSHIP)
    completed = way.happens("internship_completed")
    interrupted = way_to(Stage.INTERNSHIP).event("internship_interrupted", event_id=completed.event_id)
    assert told_of_correcting(way, completed, interrupted) == TOLD_OF_AN_INTERRUPTED_ONE


def test_those_who_were_told_of_a_correction_are_told_that_it_was_struck() -> None:
    way = way_to(Stage.INTERNSHIP)
    agreed = way.journey.entries[-1].event
    other = {**agreed.model_dump(), "mentor": "siv.lund"}
    correction = way.event("corrected", corrects=agreed.event_id, replacement=other)
    assert way.accepts(correction).recipients == (*TOLD_OF_AN_INTERNSHIP, "siv.lund")
    struck = way.event("corrected", corrects=correction.event_id, replacement=None)
    assert way.accepts(struck).recipients == (*TOLD_OF_AN_INTERNSHIP[:-1], "siv.lund", "eva.sjo")
    assert told_of_correcting(way, struck, None) == (*TOLD_OF_AN_INTERNSHIP, "siv.lund")


def test_those_who_were_told_of_an_earlier_replacement_are_told_of_the_next() -> None:
    way = way_to(Stage.INTERNSHIP)
    completed = way.happens("internship_completed")
    interrupted = way_to(Stage.INTERNSHIP).event("internship_interrupted", event_id=completed.event_id)
    told_of_correcting(way, completed, interrupted)
    assert told_of_correcting(way, completed, completed) == TOLD_OF_AN_INTERRUPTED_ONE


def test_a_programme_may_have_somebody_told_of_every_correction() -> None:
    way = way_to(Stage.INTERNSHIP, with_notices(NoticeRule(event="corrected", to=("manager", "coordinator"))))
    note = way.happens("note_added")
    assert told_of_correcting(way, note, None) == ("manager", "anna.berg")


def test_a_former_partner_and_coordinator_are_told_as_well_as_the_new_ones() -> None:
    way = Way(with_notices(NoticeRule(event="referred", to=("referring_partner", "coordinator"))))
    referral = way.event("referred")
    assert way.accepts(referral).recipients == ("arbetsformedlingen", "anna.berg")
    changed = referral.model_copy(update={"referring_partner": "kommunen", "coordinator": "bo.lind"})
    assert told_of_correcting(way, referral, changed) == ("arbetsformedlingen", "kommunen", "anna.berg", "bo.lind")


def test_each_is_told_once() -> None:
    way = way_to(Stage.EVALUATION, with_notices(NoticeRule(event="note_added", to=("kommunen", "referring_partner"))))
    assert recipients(way, "note_added") == ("kommunen", "arbetsformedlingen")
    own = Way(with_notices(NoticeRule(event="note_added", to=("kommunen", "referring_partner", "kommunen"))))
    own.happens("referred", referring_partner="kommunen")
    assert recipients(own, "note_added") == ("kommunen",)


def test_a_chain_of_a_thousand_strikes_is_followed_to_its_beginning() -> None:
    way = way_to(Stage.INTERNSHIP)
    latest = way.journey.entries[-1].event
    journey = way.journey
    for number in range(1, 1001):
        correction = Corrected(
            event_id=numbered_id(50_000 + number),
            actor="coordinator:bo.lind" if number % 2 else "coordinator:anna.berg",
            effective_on=way.day,
            corrects=latest.event_id,
            reason="To and fro",
            replacement=latest.model_copy(update={"mentor": "siv.lund"}) if number == 1 else None,
        )
        if number in (1, 2, 1000):
            proposal = way.propose(correction)
            assert isinstance(proposal, Proposal)
            assert proposal.recipients == (*TOLD_OF_AN_INTERNSHIP, "siv.lund")[: 6 if number == 1 else 5]
        journey._entries[correction.event_id] = journey.entries[-1].model_copy(update={"event": correction})
        latest = correction


# Deadlines


def test_a_date_that_a_correction_moves_is_reminded_of_anew_and_one_that_it_leaves_is_not() -> None:
    way = way_to(Stage.INTERNSHIP)
    agreed = way.journey.entries[-1].event
    end = way.state.agreed_end
    assert end is not None
    first = way.told_up_to(end - timedelta(days=10))
    assert ("internship_ending", "reminder", last_weekday(end - timedelta(days=14))) in first
    way.happens(
        "corrected",
        corrects=agreed.event_id,
        replacement=agreed.model_copy(update={"ends_on": end + timedelta(days=20)}),
    )
    again = way.told_up_to(end + timedelta(days=30))
    remind_on = last_weekday(end + timedelta(days=6))
    assert ("internship_ending", "reminder", remind_on) in again
    assert len(set(first + again)) == len(first + again)
    assert [told for told in again if told[0] == "internship_ending" and told[2] < remind_on] == []


def test_what_was_told_before_a_correction_is_not_told_again_after_it() -> None:
    way = way_to(Stage.INTERNSHIP)
    agreed = way.journey.entries[-1].event
    way.told_up_to(next_weekday(way.state.agreed_end or MONDAY))
    passed = way.state.passed
    way.happens("corrected", corrects=agreed.event_id, replacement=agreed.model_copy(update={"mentor": "jonas.alm"}))
    assert way.state.passed == passed
    assert way.told_up_to(way.day + timedelta(days=6)) == []
