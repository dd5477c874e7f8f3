"""The findings of a report in words: those of one row together, with what explains the row."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby

from auditing.evidence.values_told import in_words
from auditing.inspection.rules_evaluated import RuleAnswer
from auditing.report.blocks import Block, Facts, moment, parts_of
from auditing.report.statement import Explanation, FindingTold, RuleSaid, Statement
from runtime.i18n import _, as_source, kind_told, rule_told, shown, translate
from services.told import TableTold


def findings_told(said: Statement) -> Iterator[Block]:
    """The findings, those of one row of the ledger together: what explains the row is told once."""
    if not said.findings:
        yield _("Nothing differs.")
        return
    rest = said.counted.findings - len(said.findings)
    if rest > 0:
        yield _(
            "The first {shown} of {count} findings are told here. All of them stand in the file of verdicts.",
            shown=len(said.findings),
            count=said.counted.findings,
        )
    for (journey, where), some in groupby(said.findings, lambda one: (one.journey, shown(one.where))):
        found = list(some)
        candidate, programme = parts_of(journey, said)
        title = ", ".join(part for part in (candidate, programme, where) if part != "–")
        rows = [(translate(one.what), in_words(one.expected), in_words(one.found)) for one in found]
        title = title[:1].upper() + title[1:]
        yield TableTold(title, (_("what"), _("expected"), _("found")), rows, "")
        if about := tuple(_about_the_row(found[0])):
            yield Facts(about)


def _about_the_row(one: FindingTold) -> Iterator[tuple[str, str]]:
    if one.why_not is not None:
        yield _("the row"), _("The rules of the row cannot be asked. {why}", why=translate(one.why_not))
    if one.why is None:
        return
    why, at = one.why, moment(datetime.fromisoformat(one.why.recorded_at))
    values = {"kind": kind_told(why.kind), "day": why.effective_on or "–", "moment": at}
    if why.accepted:
        yield _("the row"), _("{kind}, for {day}, recorded {moment}: accepted", **values)
    else:
        yield _("the row"), _("{kind}, for {day}, recorded {moment}: refused", **values)
    if why.reason is not None:
        yield _("reason"), translate(why.reason)
    yield from _rules(why)
    if why.rules_digest:
        yield _("rules in force"), why.rules_digest


def _rules(why: Explanation) -> Iterator[tuple[str, str]]:
    """How many rules answered what; of those that refuse or could not be asked which, and where they are written."""
    count = Counter(one.answer for one in why.rules)
    yield (
        _("its rules"),
        _(
            "{held} hold, {spared} did not apply, {unasked} could not be asked and {refuse} refuse.",
            held=count[RuleAnswer.HOLDS],
            spared=count[RuleAnswer.DID_NOT_APPLY],
            unasked=count[RuleAnswer.COULD_NOT_BE_ASKED],
            refuse=count[RuleAnswer.REFUSES],
        ),
    )
    for answer in (RuleAnswer.REFUSES, RuleAnswer.COULD_NOT_BE_ASKED):
        if named := [_named(one) for one in why.rules if one.answer is answer]:
            yield translate(answer.in_words), ". ".join(named) + "."


def _named(one: RuleSaid) -> str:
    """A rule, and where it is written."""
    return rule_told(one.rule, *map(as_source, one.sources))
