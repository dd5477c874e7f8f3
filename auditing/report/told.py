"""A report in words, part by part, for its page and its PDF: both say the same, in the language that is spoken now."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from auditing.evidence.findings import Verdict
from auditing.inspection.rules_evaluated import RuleAnswer
from auditing.population.population import ENDS
from auditing.population.scope import scope_told
from auditing.report.statement import (
    OF_NO_JOURNEY,
    PROTECTED,
    Explanation,
    FindingTold,
    HeldAgainst,
    Lacking,
    SignedReport,
    Statement,
)
from auditing.transparency.note import verifier_key
from models.calendar.swedish_day import in_swedish_time
from models.identifiers import shown_parts
from runtime.i18n import _, _n, as_kind, as_rule, as_source, one_of, shown, translate
from services.queries.titles import Titles
from services.told import TableTold

MOST_JOURNEYS = 200
"""Journeys that are listed with their verdicts: of more, the signed statement beside has the list."""


class Facts(NamedTuple):
    """Labels with values, below a title of their own where they have one."""

    pairs: tuple[tuple[str, str], ...]
    title: str = ""


class Quoted(NamedTuple):
    """A text that stands as it is, line by line."""

    text: str


Block = str | Facts | TableTold | Quoted


class Section(NamedTuple):
    """A heading, and what stands below it."""

    title: str
    blocks: tuple[Block, ...]


def title_of(_said: Statement) -> str:
    return _("Audit report")


def lead(said: Statement) -> Facts:
    """What was audited, by whom and when: what the first page begins with."""
    period = _period(said)
    return Facts(
        (
            (_("Ledger"), said.ledger),
            (_("Audited"), scope_told(said.scope, _Names(said))),
            *(((_("Period"), period),) if period else ()),
            (_("Auditor"), said.by or _("the holder of the key below")),
            (_("Verified"), moment(said.verified)),
            (_("Report made"), moment(said.moment)),
        )
    )


def conclusion(said: Statement) -> tuple[str, ...]:
    return tuple(map(translate, said.conclusion))


def sections(report: SignedReport) -> tuple[Section, ...]:
    """Everything that the report says below its conclusion."""
    said = report.statement
    return (
        Section(_("In short"), (_verdicts(said),)),
        Section(_("Population"), tuple(_population(said))),
        Section(_("Checkpoint"), tuple(_checkpoint(said.held_against))),
        Section(_("Code and keys"), tuple(_code(said))),
        Section(_("Findings"), tuple(_findings(said))),
        Section(_("Late, missing or untold"), tuple(_lacking(said.lacking))),
        Section(_("What no check can say"), tuple(_limits(said))),
        Section(_("Verified journeys"), tuple(_journeys(report))),
        Section(_("Signature"), tuple(_signature(report))),
    )


def signature_lines() -> tuple[str, str]:
    """What stands below the lines to sign on by hand."""
    return _("Place and date"), _("Auditor's signature")


def moment(at: datetime) -> str:
    """A moment by the clock in Sweden."""
    return _("{moment}, Swedish time", moment=in_swedish_time(at))


class _Names(Titles):
    """What programmes and towns are called, as the statement has it: no file is asked that may have changed since."""

    def __init__(self, said: Statement) -> None:
        self._said = said

    def programme(self, programme_id: str) -> str:
        return one_of(self._said.programmes.get(programme_id, programme_id))

    def town(self, code: str) -> str:
        return self._said.towns.get(code, code)


def _period(said: Statement) -> str:
    first, last = said.scope.first, said.scope.last
    if first and last:
        return _("{first} to {last}", first=first, last=last)
    if first:
        return _("from {day} on", day=first)
    return _("until {day}", day=last) if last else ""


def _verdicts(said: Statement) -> TableTold:
    counted = said.counted
    verdicts = [(translate(one.in_words), str(counted.verdicts[one])) for one in Verdict]
    rest = [
        (_("journeys verified"), str(counted.journeys)),
        (_("of these, of protected persons"), str(counted.protected)),
        (_("of these, outside the population"), str(counted.beyond)),
        (_("ledger rows"), str(counted.rows)),
        (_("notices"), str(counted.notices)),
        (_("history events"), str(counted.history_events)),
        (_("findings"), str(counted.findings)),
        (_("of these, beside the journeys"), str(counted.elsewhere)),
        (_("differences that another version of the code explains"), str(counted.remarks)),
        (_("things to note that contradict nothing"), str(counted.noted)),
    ]
    return TableTold("", (_("what"), _("how many")), [*rest, *verdicts], "")


def _population(said: Statement) -> Iterator[Block]:
    yield _("The population is every journey in scope that the ledger has a row of.") + " " + said.population.told()
    if said.counted.beyond:
        yield _n(
            "{count} journey more was verified, which only a list, the server, the archive or the checkpoint knows.",
            "{count} journeys more were verified, which only a list, the server, the archive or the checkpoint knows.",
            said.counted.beyond,
        )
    ends = [(translate(ENDS[end]) if end in ENDS else end, str(count)) for end, count in said.population.ends.items()]
    yield TableTold(_("How they ended"), (_("end"), _("journeys")), ends, _("No journey is in scope."))


def _checkpoint(held: HeldAgainst | None) -> Iterator[Block]:
    if held is None:
        yield _(
            "No checkpoint was given. The audit shows that what is kept agrees with itself, and not that it is what was"
            " there before."
        )
        return
    yield _(
        "A checkpoint is a file that an auditor has signed and keeps outside. Everything that it covers was held"
        " against it: what was changed, removed or added since is among the findings."
    )
    yield Facts(
        (
            (_("Made"), moment(datetime.fromisoformat(held.at))),
            (_("Ledger"), held.ledger),
            (_("Covers"), _journeys_and_rows(held.journeys, held.rows)),
            (_("Came after it"), _journeys_and_rows(held.journeys_since, held.rows_since)),
            (_("Signed with the key"), held.public_key),
            (_("Public key"), _known(held.is_key_known)),
            (_("Root"), held.root),
        )
    )


def _known(is_known: bool) -> str:
    return _("given by the auditor, and compared") if is_known else _("not given, and so not compared")


def _journeys_and_rows(journeys: int, rows: int) -> str:
    of_journeys = _n("{count} journey", "{count} journeys", journeys)
    return f"{of_journeys}, {_n('{count} ledger row', '{count} ledger rows', rows)}"


def _code(said: Statement) -> Iterator[Block]:
    yield Facts(
        (
            (_("Replayed by the code"), said.build),
            (_("Read from"), said.source),
            (_("Report made by"), _("Hela vägen {version}", version=said.version)),
            (_("Register of staff founded with the key"), said.founder or "–"),
            (_("Founder's key"), _known(said.is_founder_known)),
        )
    )  # fmt: skip
    rows = [(build, str(count)) for build, count in said.counted.written_by.items()]
    yield TableTold(
        _("Code that wrote the journeys"),
        (_("version"), _("journeys")),
        rows,
        _("No history that was replayed names the code that wrote it."),
    )


def _findings(said: Statement) -> Iterator[Block]:
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
        candidate, programme = _parts(journey, said)
        title = ", ".join(part for part in (candidate, programme, where) if part != "–")
        rows = [(translate(one.what), shown(one.expected), shown(one.found)) for one in found]
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
    values = {"kind": as_kind(why.kind), "day": why.effective_on or "–", "moment": at}
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
    for one in why.rules:
        if one.answer in (RuleAnswer.COULD_NOT_BE_ASKED, RuleAnswer.REFUSES):
            sources = ", ".join(as_source(source) for source in one.sources)
            yield translate(one.answer.in_words), f"{as_rule(one.rule)} ({sources})" if sources else as_rule(one.rule)


def _lacking(lacking: Lacking | None) -> Iterator[Block]:
    if lacking is None:
        yield _("The journeys could not be read when the report was made.")
        return
    yield _(
        "Of {journeys} journeys that were looked through, {lacking} have something that was late, missing or untold."
        " This is no finding of the audit: it is for the employer to explain.",
        journeys=lacking.journeys,
        lacking=lacking.journeys_with,
    )
    rows = [(translate(lack.in_words), str(count)) for lack, count in lacking.found.items()]
    yield TableTold(_("How often"), (_("what"), _("times")), rows, "")
    if lacking.unseen:
        yield _n(
            "{count} journey could not be looked through.",
            "{count} journeys could not be looked through.",
            lacking.unseen,
        )


def _limits(said: Statement) -> Iterator[Block]:
    rows = [(translate(one.what), translate(one.why)) for one in said.limits]
    yield TableTold("", (_("what"), _("why not")), rows, "")


def _journeys(report: SignedReport) -> Iterator[Block]:
    lines = report.verdicts
    if len(lines) > MOST_JOURNEYS:
        yield _(
            "The first {shown} of {count} are listed. The signed statement has all of them.",
            shown=MOST_JOURNEYS,
            count=len(lines),
        )
    rows = [
        (*_parts(line.journey, report.statement), translate(line.verdict.in_words), line.digest[:16])
        for line in lines[:MOST_JOURNEYS]
    ]
    columns = (_("candidate"), _("programme"), _("verdict"), _("hash of the verdict begins"))
    yield TableTold("", columns, rows, _("Nothing was verified."))


def _parts(journey: str | None, said: Statement) -> tuple[str, str]:
    """Whose journey, and in which programme."""
    if journey is None or journey in OF_NO_JOURNEY:
        return _("register and logs"), "–"
    if journey == PROTECTED:
        return _("protected person"), "–"
    candidate, programme = shown_parts(journey)
    name, slash, turn = programme.partition("/")
    return candidate, f"{_Names(said).programme(name)}{slash}{turn}"


def _signature(report: SignedReport) -> Iterator[Block]:
    said = report.statement
    yield _(
        "The statement behind this report is signed. Who has the auditor's public key, by another way than this file,"
        " can check that nothing in it was changed: with Hela vägen, or with any tool that reads signed notes"
        " (c2sp.org/signed-note)."
    )
    yield signed_with(said)
    yield Quoted(report.note)


def signed_with(said: Statement) -> Facts:
    """What is signed, and by which key."""
    return Facts(
        (
            (_("SHA-256 of the statement"), said.digest),
            (_("Auditor's public key"), said.public_key),
            (_("The key for other tools"), verifier_key(said.public_key)),
        )
    )
