"""What each rule says of an event: that it holds, that it had nothing to judge and why, or that it is broken."""

import pytest

from activities.language import said
from models.rules.decision import Held, Inapplicable, Judgement, Refusal
from models.rules.registry import RULES, Guard
from tests.support.rule_cases import CASES, LookedAt
from tests.support.values import is_one_sentence

GUARDS = {id: rule for id, rule in RULES.items() if isinstance(rule, Guard)}


def test_every_rule_that_judges_has_its_cases() -> None:
    assert set(CASES) == set(GUARDS)


def answer(rule: str, case: LookedAt) -> Judgement:
    found: Judgement = GUARDS[rule].judge(*case())
    assert found is None or is_one_sentence(said(found.message, "en")), found
    return found


@pytest.mark.parametrize("rule", CASES)
def test_a_rule_holds_where_what_it_asks_is_there(rule: str) -> None:
    assert isinstance(answer(rule, CASES[rule].holds), Held | None)


@pytest.mark.parametrize("rule", [rule for rule, cases in CASES.items() if cases.spared])
def test_a_rule_that_has_nothing_to_judge_does_not_hold_but_says_so(rule: str) -> None:
    spared = CASES[rule].spared
    assert spared is not None
    assert isinstance(answer(rule, spared), Inapplicable)


@pytest.mark.parametrize("rule", CASES)
def test_a_rule_refuses_what_breaks_it(rule: str) -> None:
    found = answer(rule, CASES[rule].broken)
    assert isinstance(found, Refusal)
    assert found.rule == rule
