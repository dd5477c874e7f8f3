"""Each rule on whole journeys: where it holds, where it does not apply, and where a forger let pass what breaks it.

The forger has a worker's key, the database and the histories; the author of the event is in it with them.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from auditing.evidence.findings import Verdict
from auditing.inspection.rules_evaluated import RuleAnswer
from auditing.inspection.why import Why
from auditing.verification.unseen import UNSEEN, UNSEEN_IN_A_BUNDLE
from models.journey.transitions import try_transition
from models.programme.programme import Programme
from models.rules.context import RuleContext
from models.rules.decision import Refusal
from models.rules.recording import DECIDED_IN_RECORDING
from models.rules.registry import RULES
from models.stages import Stage
from tests.support.builders import Way, way_to
from tests.support.databases import migrated
from tests.support.findings import named
from tests.support.forged_in_recording import FORGINGS, UNFOUND, rule_of
from tests.support.forged_rules import explained, heard, let_pass, names
from tests.support.forger import ForgedWay, verified
from tests.support.programmes import COHORTS, LOTS, SERVICE
from tests.support.rule_cases import ON_THE_WAY, ONE_DECIDES, UNATTENDED, Case, changed, comes, to
from tests.support.told_histories import OUR_BUILD, Heard
from tests.support.values import MONDAY, both

NOT_OF_ONE_EVENT = {"there_is_room", "it_can_be_judged", "the_row_is_told", "the_journey_is_the_ledgers"}
"""Rules that an event alone does not break: they have tests of their own here."""

ANOTHER_BUILD = "0.0.9-of-nobody"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One database for all journeys, each of a candidate of its own."""
    engine = migrated(f"sqlite:///{tmp_path_factory.mktemp('forged') / 'rules.db'}", offering=True)
    yield engine
    engine.dispose()


def answer(found: Why, rule: str) -> RuleAnswer | None:
    return next((one.answer for one in found.asked if one.rule == rule), None)


def test_every_rule_is_broken_here_or_elsewhere() -> None:
    assert set(RULES) == {*ON_THE_WAY, *map(rule_of, FORGINGS), *NOT_OF_ONE_EVENT}


@pytest.mark.parametrize("rule", ON_THE_WAY)
async def test_of_a_rule_that_holds_why_says_so_and_an_audit_agrees(engine: Engine, rule: str) -> None:
    way = heard(engine, ON_THE_WAY[rule].holds)
    assert answer(explained(way), rule) is RuleAnswer.HOLDS
    found = await verified(engine, way.evidence())
    way.leaves()
    assert (found.verdict, found.findings, found.remarks, found.noted) == (Verdict.AGREES, (), (), ())


@pytest.mark.parametrize("rule", [rule for rule, cases in ON_THE_WAY.items() if cases.spared])
async def test_of_a_rule_that_does_not_apply_why_says_so_and_an_audit_agrees(engine: Engine, rule: str) -> None:
    way = heard(engine, ON_THE_WAY[rule].spared)
    assert answer(explained(way), rule) in (RuleAnswer.DID_NOT_APPLY, None)
    found = await verified(engine, way.evidence())
    way.leaves()
    assert (found.verdict, found.findings, found.remarks, found.noted) == (Verdict.AGREES, (), (), ())


@pytest.mark.parametrize("rule", ON_THE_WAY)
async def test_what_breaks_a_rule_and_was_let_pass_is_named(engine: Engine, rule: str) -> None:
    way, refused = let_pass(engine, ON_THE_WAY[rule].broken)
    assert refused.rule == rule
    evidence, honest = way.evidence(), way.history.heard[:-1]
    row = len(evidence.ledger)
    found = explained(way)
    assert (found.row, found.accepted, answer(found, rule)) == (row, True, RuleAnswer.REFUSES)
    assert not found.other_rules
    for build in (OUR_BUILD, ANOTHER_BUILD):  # of which the history says that it wrote it
        said = await verified(engine, way.evidence([way.history.run(build)]))
        assert said.verdict is Verdict.DIFFERS, build
        assert any(names(one, row, rule) for one in said.findings), (build, said.findings)
    way.history.heard = honest
    kept = await verified(engine, way.evidence())  # the history is as it was
    assert kept.verdict is Verdict.DIFFERS
    way.leaves()


@pytest.mark.parametrize("forging", FORGINGS)
async def test_what_only_the_database_could_refuse_and_was_let_pass_is_named(engine: Engine, forging: str) -> None:
    way, rule = FORGINGS[forging](engine), rule_of(forging)
    evidence = way.evidence()
    found = await verified(engine, evidence)
    way.leaves()
    if forging.endswith(UNFOUND):
        assert rule in UNSEEN
        assert found.verdict is Verdict.AGREES
    else:
        assert found.verdict is Verdict.DIFFERS
        assert any(names(one, len(evidence.ledger), rule) for one in found.findings), found.findings


@pytest.fixture
def anew(tmp_path: Path) -> Iterator[Engine]:
    """A database without journeys of others."""
    engine = migrated(f"sqlite:///{tmp_path / 'anew.db'}", offering=True)
    yield engine
    engine.dispose()


def told(engine: Engine, way: Way, kind: str = "note_added", **fields: Any) -> ForgedWay:
    """A way that is heard by an honest worker, with one more event."""
    here = ForgedWay(engine, way.journey.rules, way)
    receipt = here.hears(way.event(kind, **fields))
    assert receipt.accepted, receipt
    return here


@pytest.mark.parametrize("kind", ["paused", "withdrawn", "place_offered"])
async def test_whoever_waits_no_more_with_an_earlier_number_came_before_nobody(anew: Engine, kind: str) -> None:
    told(anew, to(Stage.AWAITING_PLACEMENT, LOTS, "lot_drawn", number=1)(), kind)
    last = told(anew, to(Stage.AWAITING_PLACEMENT, LOTS, "lot_drawn")().later(1), "place_offered")
    found = await verified(anew, last.evidence())
    assert (found.verdict, found.findings) == (Verdict.AGREES, ())


async def test_whoever_left_a_cohort_before_it_began_took_no_place_from_who_came_then(anew: Engine) -> None:
    admitted = to(Stage.REFERRAL, COHORTS, "referral_accepted", cohort="spring")
    for kind in ("withdrawn", "note_added"):
        told(anew, admitted(), kind)
    last = told(anew, to(Stage.REFERRAL, COHORTS)().later(1), "referral_accepted", cohort="spring")
    found = await verified(anew, last.evidence())
    assert (found.verdict, found.findings) == (Verdict.AGREES, ())


EXCHANGED: dict[str, Programme] = {
    "the_town_is_known": changed(towns=()),
    "the_unions_have_been_consulted": SERVICE,
    "someone_looks_after_the_intern": UNATTENDED,
    "both_have_evaluated": SERVICE,
    "decided_by_two_people": ONE_DECIDES,
    "corrected_by_two_people": ONE_DECIDES,
}
"""Rules of the forger's own that let pass what those in force refuse, by the rule that is broken."""


@pytest.mark.parametrize("rule", ["it_is_an_event", "each_event_once"])
def test_what_was_no_event_or_came_twice_and_was_let_pass_is_refused_by_its_rule(engine: Engine, rule: str) -> None:
    found = explained(FORGINGS[rule](engine))
    assert (found.accepted, answer(found, rule)) == (True, RuleAnswer.REFUSES)


@pytest.mark.parametrize("rule", EXCHANGED)
async def test_rules_that_were_exchanged_in_the_history_are_named(engine: Engine, rule: str) -> None:
    way, _ = let_pass(engine, ON_THE_WAY[rule].broken)
    found = await verified(engine, way.evidence([way.history.run(rules=EXCHANGED[rule])]))
    way.leaves()
    assert explained(way, EXCHANGED[rule]).other_rules
    row = f"row {len(way.journey.entries)}"
    assert found.verdict is Verdict.DIFFERS
    assert ("finding.rules_not_in_force", row) in [named(one) for one in found.findings]


@pytest.mark.parametrize("rule", EXCHANGED)
async def test_rules_of_ones_own_in_history_and_ledger_are_named(engine: Engine, rule: str) -> None:
    case = ON_THE_WAY[rule].broken
    assert isinstance(case, Case)
    before, event = case.scene()
    own = EXCHANGED[rule].model_copy(update={"name": both("Of one's own")})
    way = ForgedWay(engine, SERVICE, Way(SERVICE, before.day))
    way.goes_by(own)
    for one in (*(entry.event for entry in before.journey.entries), event):
        here = way.as_here(one)
        way.forges(here, way.signed(here))
    found = await verified(engine, way.evidence())
    way.leaves()
    assert answer(explained(way), rule) is not RuleAnswer.REFUSES  # it is asked by the rules that the history names
    rows = {f"row {number}" for number in range(1, len(way.journey.entries) + 1)}
    assert rows == {where for what, where in map(named, found.findings) if what == "finding.rules_not_registered"}


async def test_an_event_in_a_full_journey_is_named(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    way = ForgedWay(engine, SERVICE, way_to(Stage.REFERRAL))
    monkeypatch.setattr("models.journey.journey.LARGEST_JOURNEY", 500)
    refused = way.lets_pass(way_to(Stage.REFERRAL).event("note_added"))
    found = await verified(engine, way.evidence())
    assert refused.rule == "there_is_room"
    assert any(names(one, 2, "there_is_room") for one in found.findings)


async def test_an_event_over_which_the_rules_stumble_is_named(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    way = heard(engine, comes(to(Stage.REFERRAL), "note_added"))
    tried = try_transition

    def stumbling(context: RuleContext, *, judged: bool = True) -> Stage | Refusal | None:
        if context.kind == "note_added" and judged and context.event is not None:
            raise RuntimeError("a slip in the rules")
        return tried(context, judged=judged)

    monkeypatch.setattr("models.journey.fold.try_transition", stumbling)
    found = await verified(engine, way.evidence())
    assert any(names(one, 2, "it_can_be_judged") for one in found.findings)


async def test_what_only_the_journey_says_and_somebody_sent_is_named(engine: Engine) -> None:
    """The day has come, and the journey would have said so itself, under the id that follows from it."""
    case = ON_THE_WAY["the_deadline_has_passed"].holds
    assert isinstance(case, Case)
    before, event = case.scene()
    way = ForgedWay(engine, before.journey.rules, before)
    receipt = way.forges(event, None)
    way.history.heard[-1] = Heard(event, receipt)
    found = await verified(engine, way.evidence())
    assert any(names(one, receipt.row, "the_deadline_has_passed") for one in found.findings)


async def test_a_row_that_no_history_tells_is_named(engine: Engine) -> None:
    way = ForgedWay(engine, SERVICE, way_to(Stage.REFERRAL))
    way.lets_pass(way_to(Stage.REFERRAL).event("internship_completed"))
    way.history.heard.pop()
    found = await verified(engine, way.evidence())
    assert ("finding.row_unexpected", "row 2") in [named(one) for one in found.findings]


async def test_a_run_that_was_begun_with_what_a_rule_refuses_names_row_and_rule(engine: Engine) -> None:
    """The history is lost, and the journey begun anew from a ledger in which the forger has written."""
    way = ForgedWay(engine, SERVICE, way_to(Stage.AWAITING_PLACEMENT))
    late = way_to(Stage.AWAITING_PLACEMENT).event("internship_agreed", ends_on=MONDAY + timedelta(days=400))
    way.lets_pass(late)
    way.history.heard.clear()
    run = way.history.run(entries=way.journey.entries)
    found = await verified(engine, way.evidence([run]))
    assert any(names(one, 4, "the_internship_is_short_enough") for one in found.findings), found


def test_each_rule_of_which_no_check_can_say_something_is_forged_so() -> None:
    assert set(UNSEEN) == {rule_of(forging) for forging in FORGINGS if forging.endswith(UNFOUND)}
    assert set(UNSEEN_IN_A_BUNDLE) <= DECIDED_IN_RECORDING
