"""The form of each kind of event: its questions, what its answers come to, and all that is wrong told at once."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from models.events.events import NOT_FROM_THE_DESK
from models.stages import Stage
from runtime.statement_log import StatementLog
from services.queries.lists import Lists
from services.recording.draft import event_of
from services.recording.form import KINDS, SCORES, Checked, Form, Shape, answers_of, checked, form_of, given_in
from services.recording.knowledge import Knowledge
from tests.support.authority import found as found_staff
from tests.support.builders import ROUTES
from tests.support.databases import migrated
from tests.support.programmes import COHORTS, OFFERING, RULES
from tests.support.recording import RecordedWay, recorder_on
from tests.support.values import MONDAY

BEFORE = {
    **dict.fromkeys(("referral_accepted", "referral_declined", "paused"), Stage.REFERRAL),
    **dict.fromkeys(("requirements_checked", "union_consulted", "union_answered"), Stage.REQUIREMENT_CHECK),
    "internship_agreed": Stage.AWAITING_PLACEMENT,
    **dict.fromkeys(
        ("evaluation_recorded", "self_evaluation_recorded", "temporary_role_agreed", "permanent_role_agreed"),
        Stage.EVALUATION,
    ),
    **dict.fromkeys(("temporary_role_extended", "temporary_role_ended"), Stage.TEMPORARY_ROLE),
    **dict.fromkeys(("reopened", "follow_up_recorded"), Stage.CLOSED),
}
"""Where a kind of event fits; the others during an internship."""


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return migrated(f"sqlite:///{tmp_path / 'test.db'}", offering=True)


class Asked:
    """The form of a kind of event where a journey stands, and what its answers come to."""

    def __init__(self, engine: Engine, stage: Stage) -> None:
        self.engine = engine
        self.way = RecordedWay(recorder_on(engine)).comes(*ROUTES[stage])

    @property
    def knowledge(self) -> Knowledge:
        lists = Lists(self.engine)
        rows, register = lambda: lists.ledger(self.way.id), StatementLog(self.engine).register
        return Knowledge(
            RULES,
            self.way.id,
            rows,
            self.way.day,
            register,
            free=lambda: lists.free_places("service_division", self.way.day),
        )

    def form(self, kind: str, answers: Mapping[str, list[str]] | None = None) -> Form:
        return form_of(kind, answers or {}, self.knowledge)

    def checked(self, kind: str, answers: Mapping[str, list[str]]) -> Checked:
        return checked(self.form(kind, answers), answers, self.knowledge)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_can_be_recorded_by_the_answers_to_its_form(engine: Engine, kind: str) -> None:
    asked = Asked(engine, BEFORE.get(kind, Stage.INTERNSHIP))
    said = asked.way.event(kind)
    found = asked.checked(kind, answers_of(said.model_dump(mode="json")))
    assert found.problems == {}
    assert found.draft is not None
    assert event_of(found.draft, event_id=said.event_id, actor=said.actor, day=found.day) == said


def test_a_cohort_is_asked_for_only_where_the_programme_has_some_that_are_not_over(engine: Engine) -> None:
    asked = Asked(engine, Stage.REFERRAL)
    assert asked.form("referral_accepted").question("cohort") is None
    knows = asked.knowledge
    knows.__dict__["rules"] = COHORTS
    question = form_of("referral_accepted", {}, knows).question("cohort")
    assert question is not None
    assert ([one.code for one in question.choices], question.default) == (["spring"], "spring")


def test_an_agreement_is_filled_in_with_the_offer_that_was_accepted(engine: Engine) -> None:
    asked = Asked(engine, Stage.REFERRAL)
    asked.way = RecordedWay(recorder_on(engine), "B22222226", OFFERING).comes(*ROUTES[Stage.AWAITING_PLACEMENT])
    until = asked.way.day + timedelta(days=89)
    for kinds, filled in ((("place_offered",), ("", "")), (("offer_answered",), (str(asked.way.day), str(until)))):
        asked.way.comes(*kinds)
        knows = asked.knowledge
        knows.__dict__["rules"] = OFFERING
        form = form_of("internship_agreed", {}, knows)
        days = [one.default for name in ("starts_on", "ends_on") if (one := form.question(name))]
        assert tuple(days) == filled
    position, supervisor = form.question("position"), form.question("supervisor")
    assert position is not None
    assert position.default == "lasarettet_tray_kitchen"
    assert supervisor is not None
    assert "Maria Ek" in str(supervisor.hint)


def test_only_what_staff_say_has_a_form() -> None:
    assert not NOT_FROM_THE_DESK & set(KINDS)
    assert {"referred", "corrected", "correction_proposed", "rules_changed"}.isdisjoint(KINDS)


def test_a_check_asks_for_each_requirement_of_the_profile_and_for_nothing_before_one_is_chosen(engine: Engine) -> None:
    asked = Asked(engine, Stage.REQUIREMENT_CHECK)
    first = asked.form("requirements_checked")
    assert (first.lacks, first.question("findings")) == ("profile", None)
    chosen = asked.form("requirements_checked", {"profile": ["hospital_service"]})
    findings = chosen.question("findings")
    assert chosen.lacks is None
    assert findings is not None
    profile = RULES.programme("service_division").profile("hospital_service")
    assert profile is not None
    assert [one.name for one in findings.items] == [f"findings.{one.id}" for one in profile.requirements]
    offered = {one.name: {each.code for each in one.choices} for one in findings.items}
    assert all(("trainable" in offered[f"findings.{one.id}"]) is one.trainable for one in profile.requirements)


def test_an_evaluation_asks_for_a_score_by_each_criterion(engine: Engine) -> None:
    scores = Asked(engine, Stage.EVALUATION).form("evaluation_recorded").question("scores")
    assert scores is not None
    assert {tuple(each.code for each in one.choices) for one in scores.items} == {SCORES}


def test_everything_that_is_wrong_is_told_at_once_beside_its_question(engine: Engine) -> None:
    asked = Asked(engine, Stage.AWAITING_PLACEMENT)
    answers = {"starts_on": ["förrgår i juli"], "ends_on": ["31/2 2026"], "effective_on": ["32"], "mentor": ["ja"]}
    found = asked.checked("internship_agreed", answers)
    assert found.draft is None
    assert {name: message.id for name, message in found.problems.items()} == {
        "position": "form.unanswered",
        "starts_on": "cell.date_format",
        "ends_on": "cell.month_length",
        "effective_on": "cell.date_format",
        "mentor": "given.names_nobody",
    }


def test_a_last_day_before_the_first_one_is_told_of_at_the_last(engine: Engine) -> None:
    asked = Asked(engine, Stage.AWAITING_PLACEMENT)
    answers = {"position": ["lasarettet_transport"], "starts_on": ["2026-05-04"], "ends_on": ["2026-05-01"]}
    assert {name: one.id for name, one in asked.checked("internship_agreed", answers).problems.items()} == {
        "ends_on": "given.ends_first"
    }


@pytest.mark.parametrize("written", ["2/4 2026", "2 april 2026", "2026-04-02", " 2/4 2026 "])
def test_a_day_may_be_written_in_any_form(engine: Engine, written: str) -> None:
    found = Asked(engine, Stage.INTERNSHIP).checked("reminder_set", {"remind_on": [written], "task": ["Ring"]})
    assert found.draft is not None
    assert found.draft.fields["remind_on"] == "2026-04-02"


def test_what_is_left_empty_is_filled_in_from_what_is_known(engine: Engine) -> None:
    asked = Asked(engine, Stage.AWAITING_PLACEMENT)
    period = {"starts_on": [str(MONDAY)], "ends_on": [str(MONDAY + timedelta(days=30))]}
    found = asked.checked("internship_agreed", {"position": ["lasarettet_ward_service"], "mentor": [" "], **period})
    assert found.draft is not None
    assert found.draft.filled_in.keys() == {"supervisor", "mentor"}


def test_positions_that_fit_come_first_and_a_name_may_be_anybodys(engine: Engine) -> None:
    found_staff(engine)
    form = Asked(engine, Stage.AWAITING_PLACEMENT).form("internship_agreed")
    position, supervisor = form.question("position"), form.question("supervisor")
    assert position is not None
    assert supervisor is not None
    assert 0 < (position.fitting or 0) < len(position.choices)
    assert supervisor.shape is Shape.NAME
    offered = {one.code for one in supervisor.choices}
    assert "maria.ek" in offered
    assert not offered & {"kim.dahl", "bo.lind"}
    assert supervisor.hint is not None
    assert supervisor.hint.id == "form.empty_is_the_positions"


def test_whoever_is_it_where_the_supervisor_is_left_empty_is_told_at_the_field(engine: Engine) -> None:
    found_staff(engine)
    asked, answers = Asked(engine, Stage.AWAITING_PLACEMENT), {"position": ["lasarettet_ward_service"]}
    supervisor = asked.form("internship_agreed", answers).question("supervisor")
    assert supervisor is not None
    assert supervisor.hint is not None
    assert (supervisor.hint.id, supervisor.hint.values) == ("form.empty_is", {"person": "Jonas Alm"})


def test_those_who_refer_are_offered_and_a_score_says_what_it_means(engine: Engine) -> None:
    partners = {one.code for one in Asked(engine, Stage.INTERNSHIP).knowledge.choices("referring_partner", {})}
    assert "arbetsformedlingen" in partners
    assert not partners & {"if_metall", "kommunal", "fackforbundet_st"}
    scores = Asked(engine, Stage.EVALUATION).form("evaluation_recorded").question("scores.tasks")
    assert scores is not None
    assert [one.title for one in scores.choices] == ["1, not at all", "2", "3, as expected", "4", "5, far better"]


def test_one_of_the_staff_who_looks_after_nobody_is_still_known_by_name(engine: Engine) -> None:
    found_staff(engine)
    period = {"starts_on": [str(MONDAY)], "ends_on": [str(MONDAY + timedelta(days=30))]}
    said = {"position": ["lasarettet_ward_service"], "supervisor": ["Bo Lind"], **period}
    found = Asked(engine, Stage.AWAITING_PLACEMENT).checked("internship_agreed", said)
    assert found.draft is not None
    assert found.draft.fields["supervisor"] == "bo.lind"


@pytest.mark.parametrize(
    "answers",
    [
        {"findings.hygiene_routines": ["met"], "findings.unknown": ["met"], "unknown": ["x"]},
        {"findings.hygiene_routines": ["kanske"], "profile": ["hospital_service"]},
        {"profile": ["x" * 5000]},
        {"profile": ["hospital_service", "transport_service"], "findings.shift_work": ["", "unmet"]},
    ],
)
def test_odd_answers_are_told_of_and_never_recorded(engine: Engine, answers: dict[str, list[str]]) -> None:
    asked = Asked(engine, Stage.REQUIREMENT_CHECK)
    found = asked.checked("requirements_checked", answers)
    assert found.draft is None
    assert found.problems
    assert "unknown" not in given_in(asked.form("requirements_checked", answers), answers)


def test_an_event_with_a_list_has_an_answer_for_each_of_its_items() -> None:
    said: dict[str, Any] = {
        "findings": [{"requirement": "shift_work", "result": "waived", "reason": "Days only"}],
        "scores": [{"criterion": "tasks", "score": 4}],
        "unions": ["kommunal", "vision"],
        "favourable": True,
        "remark": None,
    }
    assert answers_of(said) == {
        "findings.shift_work": ["waived"],
        "findings.shift_work.reason": ["Days only"],
        "scores.tasks": ["4"],
        "unions": ["kommunal", "vision"],
        "favourable": ["true"],
    }
