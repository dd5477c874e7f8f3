"""Every rule is declared once, with its sentence, and every figure that is shown is one of the rules pinned."""

import ast
from collections.abc import Iterator
from datetime import date
from typing import Any, get_args

import pytest

from models.journey.journey import OF_CORRECTIONS
from models.journey.transitions import MOVES, rules_of, transition_for
from models.message import plain
from models.programme.duties import DutyRule
from models.programme.employment_form import EmploymentForm
from models.programme.programme import DeadlineRule, Programme
from models.rules.beginning import BEGINNING
from models.rules.context import Beginning, RuleContext
from models.rules.decision import Refusal
from models.rules.figures import READERS, figures
from models.rules.recording import (
    TRAINING_RULES,
    a_place_in_the_cohort_is_free,
    earlier_numbers_come_first,
    the_unit_is_another,
    the_unit_is_large_enough,
    the_unit_is_not_the_last_one,
)
from models.rules.registry import RULES as REGISTERED
from models.rules.registry import Guard, Rule, declare, rule, rule_in_words
from models.stages import Stage
from tests.support.builders import Way, way_to, way_to_conversion, way_to_decision
from tests.support.product import product_trees
from tests.support.programmes import CONSULTATION, PREPAREDNESS, RULES, SERVICE


def test_every_guard_is_asked_and_registered() -> None:
    in_recording: set[Rule] = {
        the_unit_is_another,
        the_unit_is_not_the_last_one,
        the_unit_is_large_enough,
        a_place_in_the_cohort_is_free,
        earlier_numbers_come_first,
    }
    asked: set[Rule] = {*BEGINNING, *TRAINING_RULES, *in_recording}
    asked.update(guard for move in MOVES for guard in rules_of(move))
    asked.update(guard for rules in OF_CORRECTIONS.values() for guard in rules if isinstance(guard, Guard))
    assert asked == {rule for rule in REGISTERED.values() if isinstance(rule, Guard)}


def test_a_rule_of_another_version_is_called_by_its_name() -> None:
    assert rule_in_words("nobody_checks_in") == plain("nobody checks in")


@pytest.mark.parametrize("figure", sorted({figure for rule in REGISTERED.values() for figure in rule.uses}))
def test_a_figure_that_a_rule_names_stands_in_the_programme_or_has_a_reader(figure: str) -> None:
    part, _, name = figure.rpartition(".")
    parts: dict[str, Any] = {"": Programme, "form": EmploymentForm, "duty": DutyRule, "deadline": DeadlineRule}
    of_programme = Programme.model_fields[part].annotation if part in Programme.model_fields else None
    where: Any = parts.get(part) or next(iter(get_args(of_programme)), of_programme)
    assert figure in READERS or name in where.model_fields


def relied(way: Way, rule: str, kind: str) -> dict[str, object]:
    found = figures(rule, RuleContext(way.state, kind, way.day, way.event(kind)))
    assert all(figure.source for figure in found)
    return {f"{figure.where}.{figure.name}": figure.value for figure in found}


def test_an_internship_relies_on_the_months_of_the_rules_that_the_journey_carries() -> None:
    short = SERVICE.model_copy(update={"internship": SERVICE.internship.model_copy(update={"longest_months": 4})})
    way = way_to(Stage.AWAITING_PLACEMENT, short)
    assert relied(way, "the_internship_is_short_enough", "internship_agreed") == {"internship.longest_months": 4}


@pytest.mark.parametrize(
    ("rule", "figure", "value"),
    [
        ("the_decision_is_short_enough", "forms.summer_temporary.longest_decision_months", 4),
        ("the_role_is_short_enough", "forms.summer_temporary.longest_months", 4),
        ("decided_by_two_people", "decisions.by_two", True),
    ],
)
def test_a_role_relies_on_its_form_and_on_who_decides(rule: str, figure: str, value: object) -> None:
    assert relied(way_to_decision(), rule, "temporary_role_agreed") == {figure: value}


def test_a_form_that_is_no_longer_open_relies_on_its_days() -> None:
    found = relied(way_to_decision(PREPAREDNESS, date(2018, 3, 5)), "the_form_is_open", "temporary_role_agreed")
    assert found["forms.preparedness_job.valid_until"] == "2018-12-31"


def test_a_conversion_relies_on_the_days_of_the_law() -> None:
    way = way_to_conversion()
    found = figures(
        "the_law_makes_it_permanent", RuleContext(way.state, "role_converted", way.day, way.event("role_converted"))
    )
    assert [figure.value for figure in found if figure.name == "more_than_days"] == [365]
    assert {figure.source for figure in found} == {"lagen om anställningsskydd (1982:80) 5 a §"}


def test_a_consultation_a_check_and_a_deadline_rely_on_theirs() -> None:
    heard = way_to(Stage.AWAITING_PLACEMENT, CONSULTATION)
    assert (
        relied(heard, "the_unions_have_been_consulted", "internship_agreed")["union_consultation.answer_within_days"]
        == 14
    )
    check = relied(way_to(Stage.REQUIREMENT_CHECK), "every_requirement_is_answered", "requirements_checked")
    needed = check["profiles.hospital_service.requirements"]
    assert isinstance(needed, dict)
    assert needed["shift_work"] == "essential"
    late = way_to(Stage.REFERRAL).later(30)
    assert relied(late, "the_deadline_has_passed", "deadline_passed")["deadlines.referral_unanswered.days"] == 14


def test_a_form_that_may_last_less_in_a_programme_relies_on_that() -> None:
    way = way_to_decision(PREPAREDNESS, date(2018, 3, 5))
    found = relied(way, "the_role_is_short_enough", "temporary_role_agreed")
    assert all(name.startswith(("forms.", "form_limits.")) for name in found)
    assert found


@pytest.mark.parametrize("rules", RULES.programmes.values(), ids=RULES.programmes)
def test_a_referral_relies_on_who_may_refer_where(rules: Programme) -> None:
    event = Way(rules).event("referred")
    context = Beginning(rules, event, event.effective_on)
    found = [figure for rule in BEGINNING for figure in figures(rule.id, context)]
    names = {figure.name for figure in found}
    assert ("referring_partners" in names, "towns" in names) == (True, bool(rules.towns))
    assert {figure.source for figure in found} == {rules.source}


def test_the_row_of_the_table_is_the_one_that_is_taken() -> None:
    way = way_to(Stage.INTERNSHIP)
    stays = way.event("internship_interrupted", seeks_new_place=False)
    for event, to in ((way.event("internship_interrupted"), Stage.AWAITING_PLACEMENT), (stays, Stage.CLOSED)):
        move = transition_for(RuleContext(way.state, event.kind, way.day, event))
        assert move is not None
        assert move.to is to
    assert transition_for(RuleContext(way.state, "reopened", way.day, way.event("reopened"))) is None


def test_a_rule_is_known_by_its_id_whatever_its_function_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.rules.registry.RULES", {})

    @rule("the_day_has_come", says="The day has come.")
    def renamed(_context: RuleContext) -> Refusal | None:
        return None

    assert renamed.id == renamed.refuse(plain("no")).rule == "the_day_has_come"
    with pytest.raises(ValueError, match="two rules are called the_day_has_come"):
        declare("the_day_has_come", says="The day has come.")


def ids_again(tree: ast.AST) -> Iterator[str]:
    """Ids of rules that stand in code outside their declaration."""
    declared, found = set[int](), list[tuple[int, str]]()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("rule", "declare"):
            declared.add(id(node.args[0]))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in REGISTERED:
            found.append((id(node), f"{node.value} in line {node.lineno}"))
    yield from (told for node, told in found if node not in declared)


def test_an_id_written_again_is_found() -> None:
    code = '@rule("there_is_room", says="There is room.")\ndef full(): return Refusal("there_is_room", "", why)'
    assert [*ids_again(ast.parse(code))] == ["there_is_room in line 2"]


def test_no_id_of_a_rule_is_written_again() -> None:
    assert {f"{file}: {found}" for file, tree in product_trees() for found in ids_again(tree)} == set()
