"""How things look in a terminal: tables, receipts, a journey. Plain data goes in; `--json` takes another way."""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from pydantic import BaseModel
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from models.answers import Receipt, in_words
from models.awaited import ACKNOWLEDGEMENT, HEARING
from models.limits import becomes_permanent
from models.limits import in_words as in_words_of
from models.position import Position
from models.programme import EmploymentForm, Programme
from models.status import Possible, Status, possible
from runtime.auditing.verifying import Verification
from runtime.lists import JourneyLine, LedgerLine, NoticeLine, PositionLine
from runtime.local.inbox import InboxItem
from runtime.report.figures import Figures
from runtime.report.tables import headline, tables
from runtime.work import WaitingPage, WorkPage

NO_TERMINAL_WIDTH = 200
"""Columns where nobody looks: a pipe or a file must not cut what a program may read."""


def console() -> Console:
    return Console() if sys.stdout.isatty() else Console(width=NO_TERMINAL_WIDTH)


def as_json(value: Any) -> None:
    """Print models, lists or plain data as JSON on stdout."""
    sys.stdout.write(json.dumps(_plain(value), ensure_ascii=False, indent=2) + "\n")


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], empty: str) -> None:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    out = console()
    if table.row_count:
        out.print(table, markup=False)
    else:
        out.print(empty, markup=False)


def journeys(lines: Sequence[JourneyLine]) -> None:
    rows = [
        (
            line.candidate,
            line.programme,
            _stage(line),
            line.since,
            line.site,
            line.coordinator,
            line.waits_for,
            line.due_on,
        )
        for line in lines
    ]
    columns = ("candidate", "programme", "stage", "since", "site", "coordinator", "waits for", "due")
    _table("", columns, rows, "No journeys fit.")


def today(page: WorkPage, becoming: Iterable[JourneyLine] = ()) -> None:
    rows = [
        (
            f"{line.due_on} ({line.when})",
            line.candidate,
            line.programme,
            line.stage,
            f"{line.waits_for}, of the {line.of_whom}",
            line.coordinator,
            line.site,
        )
        for line in page.lines
    ]
    columns = ("due", "candidate", "programme", "stage", "waits for", "coordinator", "town")
    _table(
        f"Who needs something, {page.day}", columns, rows, _nobody(page.page, "Nobody waits for anything this week.")
    )
    _more(page.page, page.more)
    permanent(becoming)


def permanent(lines: Iterable[JourneyLine]) -> None:
    """Whose role the law will make permanent, and when: one sentence each."""
    for line in lines:
        if line.limit_on is not None:
            said = becomes_permanent(line.limit_on, line.limit_by or "law")
            console().print(f"{line.candidate} in {line.programme}: {said}.", markup=False, soft_wrap=True)


def waiting(page: WaitingPage) -> None:
    """Those who wait for a place, and the free positions that fit."""
    rows = [
        (
            f"{line.since} ({line.waited_days} days)",
            line.candidate,
            line.programme,
            line.profile,
            line.site,
            line.coordinator,
            ", ".join(line.fitting) or "none is free",
        )
        for line in page.lines
    ]
    columns = ("since", "candidate", "programme", "profile", "town", "coordinator", "free positions that fit")
    _table("Who waits for a place", columns, rows, _nobody(page.page, "Nobody waits for a place."))
    _more(page.page, page.more)


def _nobody(page: int, sentence: str) -> str:
    return sentence if page == 1 else "There is no such page; leave --page away for the first one."


def _more(page: int, more: bool) -> None:
    if more:
        console().print(f"There are more: --page {page + 1}", markup=False)


def _stage(line: JourneyLine) -> str:
    paused = " (paused)" if line.paused else ""
    reason = f" ({line.end_reason})" if line.end_reason else ""
    return f"{line.stage}{paused}{reason}"


def status(status: Status) -> None:
    """A journey at a glance: where it is, why it stands still, what may be done."""
    out = console()
    stage = f"{status.stage or 'not begun'}{' (paused)' if status.paused else ''}"
    since = f", since {status.since}" if status.since else ""
    out.print(f"{status.candidate} in {status.programme}: {stage}{since}", style="bold", markup=False)
    due = f", due {status.due_on}" if status.due_on else ""
    out.print(f"Waits for {status.waits_for}, of the {status.of_whom}{due}.", markup=False)
    for deadline in status.next_deadlines[:3]:
        out.print(
            f"  {deadline.on}: {deadline.step} of {_awaited(deadline.name)} (due {deadline.due_on})", markup=False
        )
    for limit in status.limits:
        out.print(f"  {in_words_of(limit)}", markup=False, soft_wrap=True)


def _awaited(deadline: str) -> str:
    """A deadline's name; of what a partner owes, whose names hold the id of a notice, what it is."""
    if deadline.startswith(ACKNOWLEDGEMENT):
        return "a partner's confirmation of a notice"
    return "a union's answer" if deadline.startswith(HEARING) else deadline


def ledger(lines: Sequence[LedgerLine]) -> None:
    rows = [
        (line.row, line.effective_on, line.kind, line.actor, line.receipt.stage, _answer(line.receipt), line.event_id)
        for line in lines
    ]
    _table("", ("row", "day", "event", "by", "stage", "answer", "event id"), rows, "Nothing is recorded.")


def _answer(receipt: Receipt) -> str:
    return "accepted" if receipt.accepted else f"refused: {receipt.message}"


def receipt(receipt: Receipt) -> None:
    """The answer to an event, for the one who sent it."""
    out = console()
    out.print(f"{receipt.kind}: accepted as row {receipt.row}; the candidate is in {receipt.stage}.", markup=False)
    out.print(f"Event id: {receipt.event_id}", markup=False)


def refusal(receipt: Receipt) -> str:
    """One sentence, the rule with its source, and what is possible instead."""
    return (
        f"Refused: {receipt.message}\n  rule: {receipt.rule} ({receipt.source})\n"
        f"  possible now: {in_words(receipt.allowed)}\n  recorded as row {receipt.row}, event id {receipt.event_id}"
    )


def options(status: Status) -> None:
    """What may be done now, with the fields that each event takes."""
    rows = [(kind.kind, ", ".join(kind.needs) or "–", ", ".join(_typed(kind)) or "–") for kind in status.possible]
    _table("Possible now", ("event", "needs", "may have"), rows, "Nothing is possible any more.")
    console().print(
        f"Profiles, positions, forms and criteria: admin.py programme guide {status.programme}", markup=False
    )


def _typed(kind: Possible) -> list[str]:
    """Optional fields as they are typed: a remark is typed as text, and travels as the id under which it is kept."""
    return list(dict.fromkeys("remark" if name == "remark_id" else name for name in kind.may_have))


def field_help(kind: str) -> str:
    wanted = possible(kind)
    return f"{kind} needs {in_words(wanted.needs)}" + (
        f" and may have {in_words(wanted.may_have)}" if wanted.may_have else ""
    )


def notices(lines: Sequence[NoticeLine]) -> None:
    rows = [
        (line.notice_id, line.journey_id, line.kind, line.recipient, line.status, line.attempts, line.last_error)
        for line in lines
    ]
    columns = ("notice", "journey", "event", "to", "status", "attempts", "last error")
    _table("", columns, rows, "No notices fit.")


def guide(rules: Programme, positions: Sequence[Position]) -> None:
    """The words that a programme's events take, and how the lists among them are typed."""
    for profile in rules.profiles:
        rows = [
            (one.id, "essential" if one.essential else "desirable", "yes" if one.trainable else "no", one.text)
            for one in profile.requirements
        ]
        columns = ("requirement", "weight", "trainable", "what it asks")
        _table(f"Profile {profile.id}: {profile.title}", columns, rows, "No requirements.")
    rows_ = [(one.id, one.profile, one.site, one.title) for one in positions]
    _table("Positions", ("position", "profile", "site", "title"), rows_, "No positions.")
    _table("Forms of employment", ("form", "name", "open", "at most"), map(_form, rules.forms), "None.")
    _table("Criteria", ("criterion", "what it asks"), [(one.id, one.text.en) for one in rules.criteria], "None.")
    results = ", ".join(f"{one.id}=met" for one in rules.profiles[0].requirements)
    scores = ",".join(f"{one.id}=4" for one in rules.criteria)
    console().print(
        f"A check is typed as --profile {rules.profiles[0].id} --findings {results.replace(', ', ',')}"
        " (met, unmet, trainable, or waived:why), an evaluation as"
        f" --favourable true --scores {scores} (1 to 5).",
        markup=False,
    )


def programmes(all_: Sequence[Programme]) -> None:
    rows = [(one.id, one.name.en, one.valid_from, one.valid_until, one.manager, one.source) for one in all_]
    _table("", ("programme", "name", "from", "until", "manager", "source"), rows, "No programmes.")


def _form(form: EmploymentForm) -> tuple[object, ...]:
    days = f"{form.valid_from or ''} – {form.valid_until or ''}" if form.valid_from or form.valid_until else ""
    months = f"{form.longest_months} months" if form.longest_months else ""
    permanent = f"permanent after {form.conversion.more_than_days} days" if form.conversion else ""
    return form.id, form.name.en, days, ", ".join(filter(None, (months, permanent)))


def positions(lines: Sequence[PositionLine]) -> None:
    rows = [(line.id, line.unit, line.site, f"{line.free} of {line.places}", line.staffing_need) for line in lines]
    _table("", ("position", "unit", "site", "free", "staffing need"), rows, "No positions fit.")


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], empty: str) -> None:
    _table(title, columns, rows, empty)


def counts(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    _table(title, columns, rows, "Nothing to count.")


def report(figures: Figures) -> None:
    console().print(f"{figures.programme}, {figures.day}: {headline(figures)}", markup=False, highlight=False)
    for table in tables(figures):
        console().print(f"\n{table.title}", style="italic", markup=False, highlight=False)
        _table("", table.columns, table.rows, "Nothing to count.")


def inbox(items: Sequence[InboxItem]) -> None:
    rows = [
        (f"{item.received_at:%Y-%m-%d %H:%M:%S}", item.channel, item.recipient, item.subject, item.path)
        for item in items
    ]
    _table("", ("received", "by", "for", "subject", "file"), rows, "Nothing has been received.")


def timeline(rows: Sequence[Mapping[str, Any]]) -> None:
    out = console()
    for row in rows:
        out.print(f"{row['row']:>3}  {row['effective_on'] or '–'}  {row['what']}", markup=False, highlight=False)
        recorded = f"{row['recorded_at']:%Y-%m-%d %H:%M} UTC"
        out.print(f"     by {row['by']}, recorded {recorded}; {row['answer']}", markup=False, highlight=False)


def verifications(found: Sequence[Verification]) -> None:
    """Findings one by one, then the verdicts counted."""
    out = console()
    for one in found:
        for finding in one.findings:
            where = f"{one.journey_id}, {finding.where}"
            out.print(f"{where}: {finding.what}: expected {finding.expected}; found {finding.found}", markup=False)
        if one.because:
            out.print(f"{one.journey_id}: {one.verdict}, because {one.because}", markup=False)
    counts = Counter(one.verdict for one in found)
    rows, events = sum(one.rows for one in found), sum(one.history_events for one in found)
    out.print(
        f"{len(found)} journeys, {rows} ledger rows, {events} history events: "
        + (", ".join(f"{n} {verdict}" for verdict, n in counts.items()) or "nothing")
    )


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[[], None]]:
    """A progress bar on stderr, where it disturbs no output; call what it gives after each step."""
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(what, total=total)
        yield lambda: bar.advance(task)
