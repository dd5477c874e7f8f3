"""A notice that a partner is to confirm: reminded, escalated, and over once it or what followed it is confirmed."""

from typing import Any
from uuid import UUID

import pytest

from models.partners.notice import id_of_notice
from models.programme.programme import NoticeRule, Programme
from models.rules.decision import Proposal
from models.stages import Stage
from models.state.partner_obligations import due_of, unconfirmed
from tests.support.builders import Way, way_to
from tests.support.programmes import SERVICE
from tests.support.values import DAY, JOURNEY_ID, MONDAY, numbered_id


def asking(event: str, *to: str, within: int = 10, remind: int | None = 4) -> Programme:
    """The service division, where those told of an event are to confirm it."""
    rule = NoticeRule(event=event, to=to, acknowledge_within_days=within, remind_after_days=remind)
    return SERVICE.model_copy(update={"deadlines": (), "notices": (rule,)})


CHECKED = asking("requirements_checked", "referring_partner", "union")
DUE = MONDAY + 10 * DAY


def owing(rules: Programme = CHECKED) -> tuple[Way, UUID]:
    """A way on which two partners owe a confirmation, and the notice to the first."""
    way = way_to(Stage.AWAITING_PLACEMENT, rules)
    return way, way.state.acknowledgements[0].notice_id


def steps(way: Way, days: int = 60) -> list[tuple[str, str, int]]:
    """Who was told of what on which day, of the deadlines for confirmations alone."""
    told = []
    for _ in range(days):
        way.day += DAY
        before = len(way.journey.entries)
        way.tell_deadlines()
        for entry in way.journey.entries[before:]:
            if entry.event.kind == "deadline_passed" and entry.event.deadline.startswith("acknowledgement_"):
                told.append((entry.event.deadline, entry.event.step.value, (way.day - MONDAY).days))
    return told


def test_the_notice_that_is_awaited_is_the_one_that_was_sent() -> None:
    way, notice_id = owing()
    checked = way.journey.entries[-1].event
    assert notice_id == id_of_notice(checked.event_id, JOURNEY_ID, "arbetsformedlingen")
    assert [owed.recipient for owed in unconfirmed(way.state)] == ["arbetsformedlingen", "kommunal"]
    assert due_of(way.state, checked.event_id) == {"arbetsformedlingen": DUE, "kommunal": DUE}


def test_partners_that_do_not_confirm_are_reminded_and_then_it_is_escalated() -> None:
    way, _ = owing()
    names = [owed.deadline for owed in way.state.acknowledgements]
    assert sorted(steps(way)) == sorted(
        [(name, step, day) for name in names for step, day in (("reminder", 4), ("escalation", 10))]
    )


def recipients_of(way: Way, day: int, step: str) -> tuple[str, ...]:
    way.day = MONDAY + day * DAY
    event = way.event("deadline_passed", deadline=way.state.acknowledgements[0].deadline, step=step, due_on=DUE)
    return way.accepts(event).recipients


def test_the_partner_itself_is_reminded_and_coordinator_and_manager_are_told_at_the_end() -> None:
    way, _ = owing()
    assert recipients_of(way, 4, "reminder") == ("arbetsformedlingen",)
    assert recipients_of(way, 10, "escalation") == ("anna.berg", "manager")


def test_a_partner_called_like_its_kind_is_reminded_itself() -> None:
    way = Way(asking("referral_accepted", "referring_partner"))
    way.happens("referred", referring_partner="samhall")
    way.happens("referral_accepted")
    assert recipients_of(way, 4, "reminder") == ("samhall",)


def test_a_confirmed_notice_is_over_for_its_partner_and_for_nobody_else() -> None:
    way, notice_id = owing()
    way.happens("partner_acknowledged", notice_id=notice_id)
    assert [owed.recipient for owed in unconfirmed(way.state)] == ["kommunal"]
    assert {name for name, *_ in steps(way)} == {way.state.acknowledgements[1].deadline}


def test_confirming_the_reminder_confirms_the_notice() -> None:
    way, _ = owing()
    way.day = MONDAY + 4 * DAY
    way.tell_deadlines()
    for entry in way.journey.entries:
        if entry.event.kind == "deadline_passed":
            way.happens("partner_acknowledged", notice_id=id_of_notice(entry.event.event_id, JOURNEY_ID, "kommunal"))
    assert [owed.recipient for owed in unconfirmed(way.state)] == ["arbetsformedlingen"]


def test_confirming_a_correction_confirms_the_notice() -> None:
    way, _ = owing()
    checked = way.journey.entries[-1].event
    way.day += DAY
    replaced = checked.model_copy(update={"effective_on": way.day}).model_dump()
    corrected = way.happens("corrected", corrects=checked.event_id, replacement=replaced, actor="coordinator:bo.lind")
    way.happens("partner_acknowledged", notice_id=id_of_notice(corrected.event_id, JOURNEY_ID, "kommunal"))
    assert [owed.recipient for owed in unconfirmed(way.state)] == ["arbetsformedlingen"]


def test_a_struck_event_asks_for_no_confirmation() -> None:
    way, _ = owing()
    checked = way.journey.entries[-1].event
    way.happens("corrected", corrects=checked.event_id, replacement=None, actor="coordinator:bo.lind")
    assert way.state.acknowledgements == ()


def test_the_days_count_from_the_telling_and_not_from_what_is_told() -> None:
    way = Way(CHECKED)
    way.happens("referred")
    way.happens("referral_accepted")
    way.happens("requirements_checked", recorded=MONDAY + 100 * DAY)
    assert {owed.told_on for owed in way.state.acknowledgements} == {MONDAY + 100 * DAY}


def test_a_pause_moves_the_confirmation_as_any_deadline() -> None:
    way, _ = owing()
    way.later(2).happens("paused")
    assert steps(way, 30) == []
    way.happens("resumed")
    assert {day for _, step, day in steps(way) if step == "escalation"} == {42}  # the 40th day is a Saturday


def test_an_internship_that_begins_does_not_begin_the_reminding_anew() -> None:
    way, _ = owing()
    assert len(steps(way, 15)) == 4
    way.happens("internship_agreed")
    assert steps(way) == []


def test_what_was_told_at_the_end_is_still_waited_for_after_it() -> None:
    way = way_to(Stage.CLOSED, asking("withdrawn", "referring_partner"))
    assert [step for _, step, _ in steps(way)] == ["reminder", "escalation"]


def test_the_referral_itself_can_be_confirmed() -> None:
    way = way_to(Stage.REFERRAL, asking("referred", "municipality", remind=None))
    assert [(step, day) for _, step, day in steps(way)] == [("escalation", 10)]


def test_without_a_rule_nothing_is_owed() -> None:
    assert way_to(Stage.PERMANENT_ROLE).state.acknowledgements == ()


def test_an_unknown_notice_confirms_nothing() -> None:
    way, _ = owing()
    assert isinstance(way.propose(way.event("partner_acknowledged", notice_id=numbered_id(-5))), Proposal)
    way.happens("partner_acknowledged", notice_id=numbered_id(-5))
    assert len(unconfirmed(way.state)) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"remind_after_days": 3},
        {"acknowledge_within_days": 3, "remind_after_days": 3},
        {"acknowledge_within_days": 0},
        {"acknowledge_within_days": 3, "to": ["kommunal", "manager"]},
        {"acknowledge_within_days": 3, "event": "corrected"},
        {"acknowledge_within_days": 3, "event": "deadline_passed"},
    ],
)
def test_a_notice_rule_that_cannot_be_kept_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        NoticeRule.model_validate({"event": "referred", "to": ["kommunal"], **wrong})
