"""Why an event was answered so: rules and their figures, the state they saw, what followed, what was corrected."""

import pytest

from activities.delivery import Delivery
from auditing.evidence.recorded import JourneyRecord
from auditing.inspection.rules_evaluated import RuleAnswer
from auditing.inspection.why import Why, why
from auditing.inspection.why_told import why_told
from interfaces.cli.output import show
from models.journey import transitions as moves
from models.rules.registry import RULES
from models.stages import Stage
from runtime.errors import Refused, UsageError
from runtime.i18n import as_source, using_language
from tests.support.audited import Story, on, the_story
from tests.support.errors import raises
from tests.support.programmes import nobody_checks_in


@pytest.fixture(scope="module")
def story() -> Story:
    return the_story()


def asked(found: Why) -> dict[str, RuleAnswer]:
    return {one.rule: one.answer for one in found.asked}


def explained(story: Story, name: str) -> Why:
    """The reasons for a row, by its number; by the id of its event they are the same."""
    found = why(story.journey, str(story.rows[name]))
    assert why(story.journey, story.id_of(name)) == found
    return found


def test_an_accepted_event_names_the_rules_of_its_move_and_their_figures(story: Story) -> None:
    found = explained(story, "agreed")
    assert (found.accepted, found.refused, found.by) == (True, None, "coordinator:anna.berg")
    assert set(asked(found).values()) == {RuleAnswer.HOLDS, RuleAnswer.DID_NOT_APPLY}
    assert {
        "the_internship_is_short_enough",
        "it_starts_on_the_way",
        "a_place_is_free",
        "the_author_is_permitted",
    } <= set(asked(found))
    [months] = [figure for figure in found.figures if figure.name == "longest_months"]
    assert (months.where, months.value, months.verified) == ("internship", 6, True)
    assert months.rules == ("the_internship_is_short_enough",)
    assert as_source(months.source).startswith("förordning (2000:634) 7 §")


def test_it_shows_the_state_that_the_rules_saw_and_what_it_led_to(story: Story) -> None:
    found = explained(story, "agreed")
    assert (found.before.stage, found.before.place) == (Stage.AWAITING_PLACEMENT, None)
    assert found.led_to is not None
    assert (found.led_to.stage_before, found.led_to.stage_after) == (Stage.AWAITING_PLACEMENT, Stage.INTERNSHIP)
    assert (found.led_to.place_taken, found.led_to.place_freed) == ("lasarettet_ward_service", None)
    assert {one.name for one in found.led_to.deadlines_set} == {"check_in_due", "internship_ending"}
    assert [one.name for one in found.led_to.deadlines_ended] == ["placement_due"]
    assert "internship_extended" in found.led_to.made_possible
    assert "check_in_recorded" not in found.led_to.made_possible  # it begins later
    assert "internship_agreed" in found.led_to.no_longer_possible
    assert {(one.recipient, one.status, one.acknowledged_at is not None) for one in found.led_to.notices} == {
        ("arbetsformedlingen", Delivery.SENT, True),
        ("kommunal", Delivery.DEAD, False),
        ("maria.ek", Delivery.PENDING, False),
        ("eva.sjo", Delivery.PENDING, False),
        ("candidate", Delivery.PENDING, False),
    }


def test_a_deadline_that_it_set_names_the_row_in_which_it_took_its_step(story: Story) -> None:
    found = explained(story, "role")
    assert found.led_to is not None
    assert {one.name: one.rows for one in found.led_to.deadlines_set}["role_ending"] == (story.rows["reminded"],)
    reminded = explained(story, "reminded")
    assert asked(reminded)["the_deadline_has_passed"] is RuleAnswer.HOLDS
    assert {figure.name: figure.value for figure in reminded.figures}["remind_days_before"] == 30


def test_what_was_corrected_later_and_by_whom_is_told(story: Story) -> None:
    [later] = explained(story, "agreed").corrected
    assert (later.row, later.by, later.because) == (story.rows["corrected"], "coordinator:bo.lind", "A slip")
    found = explained(story, "corrected")
    assert found.corrects == later
    assert {"corrected_by_two_people", "later_events_stay_possible", "it_can_be_corrected"} <= set(asked(found))
    assert found.led_to is not None
    assert {change.field for change in found.led_to.changes} == {"since", "ends_on", "deadlines"}
    struck = explained(story, "struck")
    assert [one.row for one in struck.corrected] == [story.rows["brought back"]]


def test_a_freed_place_is_told(story: Story) -> None:
    led_to = explained(story, "completed").led_to
    assert led_to is not None
    assert (led_to.place_freed, led_to.place_taken) == ("lasarettet_ward_service", None)


def test_a_refusal_names_its_rule_its_source_and_what_was_possible(story: Story) -> None:
    found = explained(story, "by the evaluator")
    assert found.led_to is None
    assert found.refused is not None
    assert (found.refused.rule, found.refused.decided_in_recording) == ("decided_by_two_people", False)
    assert as_source(found.refused.source).startswith("the service division's project model of 2013")
    assert "permanent_role_agreed" in found.refused.allowed
    assert [rule for rule, answer in asked(found).items() if answer is RuleAnswer.REFUSES] == ["decided_by_two_people"]
    assert not any(one.in_recording for one in found.asked)


def test_a_correction_that_would_put_in_what_a_rule_refuses_names_that_rule(story: Story) -> None:
    found = explained(story, "corrected wrongly")
    assert found.refused is not None
    assert found.refused.rule == "the_internship_is_short_enough"
    assert [rule for rule, answer in asked(found).items() if answer is RuleAnswer.REFUSES] == [
        "the_internship_is_short_enough"
    ]
    assert ("longest_months", 6) in {(figure.name, figure.value) for figure in found.figures}


def test_an_event_that_the_stage_does_not_know_is_refused_by_that(story: Story) -> None:
    found = explained(story, "too early")
    assert asked(found) == {"possible_in_this_stage": RuleAnswer.REFUSES}
    assert found.asked[0].why is not None
    assert "completed internship is not possible in the stage" in found.asked[0].why


def test_a_refusal_of_the_database_says_that_the_rules_let_it_pass(story: Story) -> None:
    found = explained(story, "nowhere")
    assert found.refused is not None
    assert (found.refused.rule, found.refused.decided_in_recording) == ("the_position_exists", True)
    of_core = {one.answer for one in found.asked if not one.in_recording}
    of_recording = {one.rule: one.answer for one in found.asked if one.in_recording}
    assert RuleAnswer.REFUSES not in of_core
    assert of_recording["the_position_exists"] is RuleAnswer.REFUSES
    assert of_recording["a_place_is_free"] is RuleAnswer.COULD_NOT_BE_ASKED


def test_what_was_no_event_is_explained_too(story: Story) -> None:
    found = explained(story, "rubbish")
    assert found.refused is not None
    assert (found.kind, found.event, found.asked, found.figures) == ("unreadable", None, (), ())
    assert found.refused.rule == "it_is_an_event"
    assert "not encoded as json/plain" in found.refused.why
    assert found.before.stage is Stage.REQUIREMENT_CHECK


def test_the_referral_is_judged_by_the_rules_by_which_a_journey_begins(story: Story) -> None:
    found = explained(story, "referred")
    assert found.before.stage is None
    assert {"the_programme_is_open", "the_town_is_known", "the_partner_may_refer"} <= set(asked(found))
    assert {figure.name for figure in found.figures} == {"valid_from", "towns", "referring_partners"}


def test_what_was_possible_instead_is_named_and_no_correction_for_a_correction(
    story: Story, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, is_there in (("corrected wrongly", False), ("nowhere", True)):
        found = explained(story, name)
        assert found.refused is not None
        assert ("corrected" in found.refused.allowed) is is_there
        assert "withdrawn" in found.refused.allowed
        with using_language("en"):
            show.blocks(why_told(found))
        [instead] = [line for line in capsys.readouterr().out.splitlines() if "possible instead: " in line]
        assert "_" not in instead
        assert ("correction" in instead) is is_there


def test_what_was_accepted_by_older_rules_names_the_rules_that_would_refuse_it_today(
    story: Story, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stricter = (*moves.rules_of(moves.MOVES[0]), nobody_checks_in)
    monkeypatch.setattr("auditing.inspection.rules_evaluated.rules_of", lambda _: stricter)
    found = explained(story, "taken on")
    assert asked(found)["nobody_checks_in"] is RuleAnswer.REFUSES
    show.blocks(why_told(found))
    assert "Recorded as accepted, though this rule refuses it: nobody_checks_in." in capsys.readouterr().out
    monkeypatch.setitem(RULES, "nobody_checks_in", nobody_checks_in)
    show.blocks(why_told(found))
    assert "Today nobody_checks_in would refuse it." in capsys.readouterr().out


@pytest.mark.parametrize("wanted", ["99", "0", "x", "0f0e0d0c-0b0a-4908-8706-050403020100"])
def test_a_row_that_is_not_there_is_refused(story: Story, wanted: str) -> None:
    with raises(UsageError, "event.not_in_journey"):
        why(story.journey, wanted)


def test_rows_that_are_no_journey_are_refused_in_a_sentence(story: Story) -> None:
    torn = JourneyRecord(story.journey.journey_id, story.journey.rules, story.journey.lines[1:])
    with raises(Refused, "ledger.no_journey"):
        why(torn, str(story.rows["role"]))


@pytest.mark.parametrize("language", ["en", "sv"])
def test_every_row_is_told_in_both_languages(story: Story, language: str, capsys: pytest.CaptureFixture[str]) -> None:
    with using_language(language):  # type: ignore[arg-type]
        for name in story.rows:
            show.blocks(why_told(explained(story, name)))
    told = capsys.readouterr().out
    expected = {
        "en": ["It took a place on lasarettet_ward_service.", "only the database could judge it", "Corrected later:"],
        "sv": ["Den tog en plats på lasarettet_ward_service.", "bara databasen kunde bedöma det", "Rättat senare:"],
    }
    assert [sentence for sentence in expected[language] if sentence not in told] == [], told
    assert str(on(9)) in told
