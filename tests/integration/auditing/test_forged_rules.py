"""Each rule on whole journeys: where it holds, where it does not apply, and where a forger let pass what breaks it.

The forger has a worker's key, the database and the histories; the author of the event is in it with them.
"""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from auditing.evidence.findings import Finding, Verdict
from auditing.inspection.rules_evaluated import RuleAnswer
from auditing.inspection.why import Why, why
from auditing.verification.unseen import UNSEEN
from models.rules.recording import DECIDED_IN_RECORDING
from models.rules.registry import RULES
from models.stages import Stage
from tests.support.databases import migrated
from tests.support.forged_in_recording import FORGINGS
from tests.support.forger import ForgedWay, record_of, verified
from tests.support.rule_cases import CASES, Case, Cases, comes, to
from tests.support.told_histories import OUR_BUILD

ON_THE_WAY: dict[str, Cases] = {
    **{id: cases for id, cases in CASES.items() if isinstance(cases.broken, Case)},
    "possible_in_this_stage": Cases(
        comes(to(Stage.REFERRAL), "referral_accepted"), comes(to(Stage.REFERRAL), "internship_completed")
    ),
}
OWN_FINDINGS = {
    "the_text_is_kept_apart": "finding.text_in_event",
    "the_rules_are_registered": "finding.rules_not_registered",
    "the_coordinator_is_known": "finding.coordinator_unknown",
    "the_notice_exists": "finding.confirmed_no_notice",
    "the_earlier_way_has_ended": "finding.in_programme_twice",
}
"""Findings that say nothing but that the rule is broken."""

NOT_OF_ONE_EVENT = {
    "each_event_once",
    "there_is_room",
    "it_is_an_event",
    "it_can_be_judged",
    "each_event_has_its_id",
    "the_row_is_told",
    "the_loss_takes_two",
    "the_journey_is_the_ledgers",
    "the_position_fills_a_need",
}
ANOTHER_BUILD = "0.0.9-of-nobody"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One database for all journeys, each of a candidate of its own."""
    engine = migrated(f"sqlite:///{tmp_path_factory.mktemp('forged') / 'rules.db'}", offering=True)
    yield engine
    engine.dispose()


def told(engine: Engine, case: object) -> ForgedWay:
    assert isinstance(case, Case)
    way, event = case.scene()
    here = ForgedWay(engine, way.journey.rules, way)
    here.hears(event)
    return here


def explained(way: ForgedWay) -> Why:
    """Why the last row of a journey was answered so."""
    evidence = way.evidence()
    return why(record_of(way.history.rules, evidence), str(len(evidence.ledger)))


def answer(found: Why, rule: str) -> RuleAnswer | None:
    return next((one.answer for one in found.asked if one.rule == rule), None)


def names(one: Finding, row: int, rule: str) -> bool:
    """Whether a finding names a row and a rule."""
    where, expected = one.where, one.expected
    if one.what.id == OWN_FINDINGS.get(rule):
        return not isinstance(where, str) and where.values == {"row": str(row)}
    is_there = not isinstance(where, str) and where.values == {"row": str(row)}
    return is_there and not isinstance(expected, str) and expected.values.get("rule") == rule


def test_every_rule_is_broken_here_or_elsewhere() -> None:
    assert set(RULES) == {*ON_THE_WAY, *map(rule_of, FORGINGS), *NOT_OF_ONE_EVENT}


@pytest.mark.parametrize("rule", ON_THE_WAY)
async def test_of_a_rule_that_holds_why_says_so_and_an_audit_agrees(engine: Engine, rule: str) -> None:
    way = told(engine, ON_THE_WAY[rule].holds)
    assert answer(explained(way), rule) is RuleAnswer.HOLDS
    found = await verified(engine, way.evidence())
    way.leaves()
    assert (found.verdict, found.findings, found.remarks, found.noted) == (Verdict.AGREES, (), (), ())


@pytest.mark.parametrize("rule", [rule for rule, cases in ON_THE_WAY.items() if cases.spared])
async def test_of_a_rule_that_does_not_apply_why_says_so_and_an_audit_agrees(engine: Engine, rule: str) -> None:
    way = told(engine, ON_THE_WAY[rule].spared)
    assert answer(explained(way), rule) in (RuleAnswer.DID_NOT_APPLY, None)
    found = await verified(engine, way.evidence())
    way.leaves()
    assert (found.verdict, found.findings, found.remarks, found.noted) == (Verdict.AGREES, (), (), ())


@pytest.mark.parametrize("rule", ON_THE_WAY)
async def test_what_breaks_a_rule_and_was_let_pass_is_named(engine: Engine, rule: str) -> None:
    case = ON_THE_WAY[rule].broken
    assert isinstance(case, Case)
    before, event = case.scene()
    way = ForgedWay(engine, before.journey.rules, before)
    assert way.lets_pass(event).rule == rule
    evidence, honest = way.evidence(), way.history.heard[:-1]
    row = len(evidence.ledger)
    found = explained(way)
    assert (found.row, found.accepted, answer(found, rule)) == (row, True, RuleAnswer.REFUSES)
    for build in (OUR_BUILD, ANOTHER_BUILD):  # of which the history says that it wrote it
        said = await verified(engine, way.evidence([way.history.run(build)]))
        assert said.verdict is Verdict.DIFFERS, build
        assert any(names(one, row, rule) for one in said.findings), (build, said.findings)
    way.history.heard = honest
    kept = await verified(engine, way.evidence())  # the history is as it was
    assert kept.verdict is Verdict.DIFFERS
    way.leaves()


def rule_of(forging: str) -> str:
    """The rule that a forging breaks, by its name: `a_rule, by a correction`."""
    return forging.partition(",")[0]


@pytest.mark.parametrize("forging", FORGINGS)
async def test_what_only_the_database_could_refuse_and_was_let_pass_is_named(engine: Engine, forging: str) -> None:
    way, rule = FORGINGS[forging](engine), rule_of(forging)
    evidence = way.evidence()
    found = await verified(engine, evidence)
    way.leaves()
    if rule in UNSEEN:
        assert found.verdict is Verdict.AGREES
    else:
        assert found.verdict is Verdict.DIFFERS
        assert any(names(one, len(evidence.ledger), rule) for one in found.findings), found.findings


def test_what_no_check_can_say_are_rules_of_recording() -> None:
    assert set(UNSEEN) <= DECIDED_IN_RECORDING
