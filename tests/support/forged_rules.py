"""What `why` and `verify` say of each rule, kept and broken: `python -m tests.support.forged_rules`, as a table."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine

from auditing.evidence.findings import Finding
from auditing.inspection.why import Why, why
from auditing.verification.unseen import UNSEEN
from models.programme.programme import Programme
from models.rules.decision import Refusal
from models.rules.registry import rule_in_words
from tests.support.databases import migrated
from tests.support.findings import english
from tests.support.forged_in_recording import FORGINGS, rule_of
from tests.support.forger import ForgedWay, record_of, verified
from tests.support.rule_cases import ON_THE_WAY, Case, LookedAt

OWN_FINDINGS = {
    "the_text_is_kept_apart": "finding.text_in_event",
    "the_rules_are_registered": "finding.rules_not_registered",
    "the_loss_takes_two": "finding.loss_not_by_two",
    "the_coordinator_is_known": "finding.coordinator_unknown",
    "the_notice_exists": "finding.confirmed_no_notice",
    "the_earlier_way_has_ended": "finding.in_programme_twice",
}
"""Findings that say nothing but that the rule is broken."""


def names(one: Finding, row: int, rule: str) -> bool:
    """Whether a finding names a row and a rule."""
    where, expected = one.where, one.expected
    if one.what.id == OWN_FINDINGS.get(rule):
        return not isinstance(where, str) and where.values == {"row": str(row)}
    is_there = not isinstance(where, str) and where.values == {"row": str(row)}
    return is_there and not isinstance(expected, str) and expected.values.get("rule") == rule_in_words(rule)


def heard(engine: Engine, case: LookedAt | None) -> ForgedWay:
    assert isinstance(case, Case)
    way, event = case.scene()
    here = ForgedWay(engine, way.journey.rules, way)
    here.hears(event)
    return here


def let_pass(engine: Engine, case: LookedAt) -> tuple[ForgedWay, Refusal]:
    """A journey to which a forger let an event come that a rule refuses, and that refusal."""
    assert isinstance(case, Case)
    before, event = case.scene()
    way = ForgedWay(engine, before.journey.rules, before)
    return way, way.lets_pass(event)


def explained(way: ForgedWay, rules: Programme | None = None) -> Why:
    """Why the last row of a journey was answered so, by the rules of its history, or of another one."""
    evidence = way.evidence()
    return why(record_of(rules or way.history.rules, evidence), str(len(evidence.ledger)))


HEAD = """\
| rule | why, where it holds | why, where it does not apply | why, broken and let pass | verify of that row |
| --- | --- | --- | --- | --- |"""
NONE = "–"


async def rows(engine: Engine) -> AsyncIterator[tuple[str, ...]]:
    """Of each rule that an event can break, what is said of it."""
    for rule, cases in ON_THE_WAY.items():
        kept = [_said(engine, rule, case) for case in (cases.holds, cases.spared)]
        way, _ = let_pass(engine, cases.broken)
        yield rule, *kept, _answer(explained(way), rule), await _found(engine, way, rule)
    for forging, forge in FORGINGS.items():
        way, rule = forge(engine), rule_of(forging)
        yield forging, NONE, NONE, _answer(explained(way), rule), await _found(engine, way, rule)


def _said(engine: Engine, rule: str, case: LookedAt | None) -> str:
    if case is None:
        return NONE
    way = heard(engine, case)
    way.leaves()
    return _answer(explained(way), rule)


def _answer(found: Why, rule: str) -> str:
    told = next((one for one in found.asked if one.rule == rule), None)
    return NONE if told is None else f"{english(told.answer.in_words)}: {told.why or told.says}"


async def _found(engine: Engine, way: ForgedWay, rule: str) -> str:
    evidence = way.evidence()
    found = await verified(engine, evidence)
    way.leaves()
    named = next((one for one in found.findings if names(one, len(evidence.ledger), rule)), None)
    if named is None:
        return f"{english(found.verdict.in_words)}: {english(UNSEEN[rule])}"
    parts = (english(one) for one in (found.verdict.in_words, named.where, named.what, named.expected))
    return "{}, {}: {} ({})".format(*parts)


async def main() -> None:
    with TemporaryDirectory() as folder:
        engine = migrated(f"sqlite:///{Path(folder) / 'rules.db'}", offering=True)
        print(HEAD)
        async for row in rows(engine):
            print(f"| {' | '.join(row)} |")
        engine.dispose()


if __name__ == "__main__":
    asyncio.run(main())
