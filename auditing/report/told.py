"""A report in words, part by part, for its page and its PDF: both say the same, in the language that is spoken now."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import PurePosixPath

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from auditing.evidence.findings import Verdict
from auditing.population.population import ENDS
from auditing.population.sampling import BY
from auditing.population.scope import scope_told
from auditing.report.blocks import Block, Facts, Names, Quoted, Section, cut, fitting, moment, parts_of
from auditing.report.explaining import MOST_LACKS
from auditing.report.findings_told import findings_told
from auditing.report.statement import HeldAgainst, Lacking, SampleTold, SignedReport, Statement
from auditing.transparency.note import verifier_key
from models.fields import visible
from runtime.i18n import _, _n, translate
from services.queries.protected import unless_protected
from services.queries.titles import Titles
from services.told import TableTold

MOST_JOURNEYS = 200
"""Journeys that are listed with their verdicts: of more, the signed statement beside has the list."""


def title_of(_said: Statement) -> str:
    return _("Audit report")


def lead(said: Statement) -> Facts:
    """What was audited, by whom and when: what the first page begins with."""
    period = _period(said)
    return Facts(
        (
            (_("Ledger"), said.ledger),
            (_("Audited"), _audited(said)),
            *(((_("Period"), period),) if period else ()),
            (_("Auditor"), cut(visible(said.by)) if said.by else _("the holder of the key below")),
            (_("Verified"), moment(said.verified)),
            (_("Report made"), moment(said.moment)),
        )
    )


def conclusion(said: Statement) -> tuple[str, ...]:
    return tuple(map(translate, said.conclusion))


def sections(report: SignedReport) -> tuple[Section, ...]:
    """Everything that the report says below its conclusion."""
    said = report.statement
    parts = (
        Section(_("In short"), (_verdicts(said),)),
        Section(_("Population"), tuple(_population(said))),
        Section(_("Sample"), tuple(_sample(said))),
        Section(_("Checkpoint"), tuple(_checkpoint(said))),
        Section(_("Code and keys"), tuple(_code(said))),
        Section(_("Findings"), tuple(findings_told(said))),
        Section(_("Late, missing or untold"), tuple(_lacking(said))),
        Section(_("What no check can say"), tuple(_limits(said))),
        Section(_("Verified journeys"), tuple(_journeys(report))),
        Section(_("Signature"), tuple(_signature(report))),
    )
    return tuple(Section(title, tuple(map(fitting, blocks))) for title, blocks in parts)


def signature_lines() -> tuple[str, str]:
    """What stands below the lines to sign on by hand."""
    return _("Place and date"), _("Auditor's signature")


def _audited(said: Statement) -> str:
    """What was to be verified: of a sample, that it was one, and of how many."""
    scope, sample = scope_told(said.scope, Names(said)), said.sample
    if sample is None:
        return scope
    drawn = {"count": sample.drawn, "of": sample.of}
    return (
        _("A sample: {count} of {of} journeys, drawn at random.", **drawn) + " " + _("Drawn from: {scope}", scope=scope)
    )


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


def _sample(said: Statement) -> Iterator[Block]:
    """What was drawn, of what, and how anybody draws the same."""
    sample, names = said.sample, Names(said)
    if sample is None:
        yield _("No sample was drawn: all that was in scope was to be verified.")
        return
    drawn = {"count": sample.drawn, "of": sample.of, "moment": moment(datetime.fromisoformat(sample.at))}
    yield _("{count} of {of} journeys were drawn at random: {moment}.", **drawn)
    if not sample.is_stratified:
        yield _("The strata are more than the journeys asked for, so all journeys were drawn from together.")
    rows = [(*_stratum(sample, one.name, names), str(one.journeys), str(one.drawn)) for one in sample.strata]
    yield TableTold(_("Strata"), (*(translate(BY[one]) for one in sample.by), _("journeys"), _("drawn")), rows, "")
    yield Facts(((_("Seed"), sample.seed), (_("SHA-256 of the sample"), sample.digest)), _("To draw the same again"))
    yield translate(sample.method)


def _stratum(sample: SampleTold, name: Sequence[str], names: Titles) -> Iterator[str]:
    for by, value in zip(sample.by, name, strict=True):
        match by:
            case "programme":
                yield names.programme(value)
            case "town":
                yield unless_protected(names.town(value))
            case "end" if value in ENDS:
                yield translate(ENDS[value])
            case _:
                yield value


def _checkpoint(said: Statement) -> Iterator[Block]:
    if (held := said.held_against) is None:
        yield _(
            "No checkpoint was given. The audit shows that what is kept agrees with itself, and not that it is what was"
            " there before."
        )
        return
    yield _(
        "A checkpoint is a file that an auditor has signed and keeps outside. Everything that it covers was held"
        " against it: what was changed, removed or added since is among the findings."
    )
    yield _("It covers what was recorded until it was made, and nothing that came later.")
    yield Facts(
        (
            (_("Made"), moment(datetime.fromisoformat(held.at))),
            (_("Ledger"), held.ledger),
            (_("Covers"), _journeys_and_rows(held.journeys, held.rows)),
            *_covered_beside(said, held),
            (_("Came after it"), _journeys_and_rows(held.journeys_since, held.rows_since)),
            (_("Signed with the key"), held.public_key),
            (_("Public key"), _known(held.is_key_known)),
            (_("Root"), held.root),
        )
    )
    if held.grown:
        rows = [(*parts_of(one.journey, said), str(one.covered), str(one.after)) for one in held.grown]
        columns = (_("candidate"), _("programme"), _("ledger rows that it covers"), _("ledger rows after it"))
        yield TableTold(_("Verified journeys with rows that it does not cover"), columns, rows, "")


def _covered_beside(said: Statement, held: HeldAgainst) -> Iterator[tuple[str, str]]:
    """What else a checkpoint covers, and how many of the verified journeys, where the statement says so."""
    if held.statements is not None:
        counts = {"statements": held.statements, "readings": held.readings, "records": held.records}
        beside = _(
            "statements of the register of staff: {statements}, readings: {readings}, rows of the logs beside:"
            " {records}",
            **counts,
        )
        yield _("Also covers"), beside
    if held.verified is not None:
        covered = _("{count} of {of} journeys", count=held.verified, of=said.counted.journeys)
        yield _("Of what was verified it covers"), covered


def _known(is_known: bool) -> str:
    return _("given by the auditor, and compared") if is_known else _("not given, and so not compared")


def _journeys_and_rows(journeys: int, rows: int) -> str:
    of_journeys = _n("{count} journey", "{count} journeys", journeys)
    of_rows = _n("{count} ledger row", "{count} ledger rows", rows)
    return f"{of_journeys}, {of_rows}"


def _code(said: Statement) -> Iterator[Block]:
    yield Facts(
        (
            (_("Replayed by the code"), said.build),
            (_("Read from"), _database(said.source)),
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


def _database(source: str) -> str:
    """Which database a source is, without the folder in which it lies and without who reads it."""
    try:
        url = make_url(source)
    except ArgumentError:
        return source
    return ", ".join(filter(None, (url.get_backend_name(), url.host, PurePosixPath(url.database or "").name)))


def _lacking(said: Statement) -> Iterator[Block]:
    if (lacking := said.lacking) is None:
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
    if lacking.told:
        yield from _lacking_by_journey(said, lacking)
    if lacking.unseen:
        yield _n(
            "{count} journey could not be looked through.",
            "{count} journeys could not be looked through.",
            lacking.unseen,
        )


def _lacking_by_journey(said: Statement, lacking: Lacking) -> Iterator[Block]:
    """Whose each is; of protected persons only the number is told."""
    count = sum(lacking.found.values())
    if count > len(lacking.told):
        yield _(
            "{shown} of {count} are told by journey: those of protected persons are not, and of more than {most} only"
            " the first.",
            shown=len(lacking.told),
            count=count,
            most=MOST_LACKS,
        )
    rows = [
        (*parts_of(one.journey, said), translate(one.lack.in_words), one.day, one.row or "–", translate(one.what))
        for one in lacking.told
    ]
    columns = (_("candidate"), _("programme"), _("shortcoming"), _("day"), _("row"), _("what"))
    yield TableTold(_("By journey"), columns, rows, "")


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
        (*parts_of(line.journey, report.statement), translate(line.verdict.in_words), line.digest[:16])
        for line in lines[:MOST_JOURNEYS]
    ]
    columns = (_("candidate"), _("programme"), _("verdict"), _("hash of the verdict begins"))
    yield TableTold("", columns, rows, _("Nothing was verified."))


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
