"""How journeys and the work on them look in a terminal: lists, what is due today, who waits, where one stands."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from textwrap import shorten
from types import MappingProxyType

from interfaces.cli.output.show import table, tell
from models.access.protections import PROTECTED
from models.projections.item_words import item_in_words, party_in_words, wait_in_words, whom_in_words
from models.projections.open_items import CALL, NOTHING, OpenItem
from models.projections.status import NextDeadline, Status
from models.state.deadlines import deadline_in_words
from models.state.employment_limits import becomes_permanent
from models.state.employment_limits import in_words as in_words_of
from runtime.i18n import _, _n, as_typed, one_of, translate
from services.queries.lines import JourneyLine, PositionLine, WaitingPage, WorkLine, WorkPage
from services.queries.lines import in_words as when_due
from services.queries.protected import unless_protected
from services.queries.titles import free_of

TASK_FITS = 60
"""Characters of a reminder's text that fit into a line of a list; `show` has all of it."""

NO_NAMES: Mapping[str, str] = MappingProxyType({})


def journeys(
    lines: Sequence[JourneyLine], names: Mapping[str, str] = NO_NAMES, tasks: Mapping[str, str] = NO_NAMES
) -> None:
    """Journeys, a line each; `tasks` has what those are to be reminded of that wait for it, by their ids."""
    rows = (
        (
            *(
                *_who(line.candidate, names),
                line.programme,
                _stage(line),
                line.since,
                unless_protected(line.site),
                line.coordinator,
            ),
            *_awaited(line, tasks.get(str(line.journey_id))),
        )
        for line in lines
    )
    columns = (
        *(*_titled(names), _("programme"), _("stage"), _("since"), _("town")),
        *(_("coordinator"), _("waits for"), _("due")),
    )
    table("", columns, rows, _("No journeys fit."))


def _who(candidate: str, names: Mapping[str, str]) -> tuple[str, ...]:
    """A candidate's cells: the number, and beside it the name where any is seen."""
    return (candidate, names.get(candidate, "–")) if names else (candidate,)


def _titled(names: Mapping[str, str]) -> tuple[str, ...]:
    return (_("candidate"), _("name")) if names else (_("candidate"),)


def _awaited(line: JourneyLine, task: str | None) -> tuple[object, object]:
    if line.erased_on is not None:
        return _("erased on {day}", day=line.erased_on), None
    return _with_task(translate(wait_in_words(line.waits_for)), task), line.due_on


def _with_task(what: str, task: str | None) -> str:
    """What is waited for, and of a reminder what it is about, cut to fit."""
    return _("{what}: {task}", what=what, task=shorten(task, TASK_FITS, placeholder="…")) if task else what


def today(
    page: WorkPage,
    becoming: Iterable[JourneyLine] = (),
    names: Mapping[str, str] = NO_NAMES,
    tasks: Mapping[str, str] = NO_NAMES,
    *,
    numbered: bool = False,
) -> None:
    """What is due, `numbered` where a line is to be chosen by its number; `tasks` has what reminders are about."""
    rows = (
        (
            *((number,) if numbered else ()),
            *(f"{line.due_on} ({when_due(line.overdue_days)})", *_who(line.candidate, names), line.programme),
            *(as_typed(line.stage), _what_of_whom(line.item, tasks)),
            *(line.coordinator, unless_protected(line.site)),
        )
        for number, line in enumerate(page.lines, start=1)
    )
    columns = (
        *(*((_("number"),) if numbered else ()), _("due"), *_titled(names), _("programme"), _("stage")),
        *(_("waits for"), _("coordinator"), _("town")),
    )
    nobody = _("Nobody needs anything.")
    _page(page, _needing(page), columns, rows, nobody)
    permanent(becoming)


def _what_of_whom(one: OpenItem, tasks: Mapping[str, str]) -> str:
    if (task := tasks.get(one.item)) is not None:
        return _with_task(translate(item_in_words(one)), task)
    return _("{what}, of {whom}", what=translate(item_in_words(one)), whom=translate(whom_in_words(one)))


def _needing(page: WorkPage) -> str:
    needing = _n("{count} needs something", "{count} need something", page.needing)
    late = _n("{count} is late", "{count} are late", page.late)
    return _("{day}: {needing}, {late}", day=page.day, needing=needing, late=late)


def items(items: Sequence[OpenItem], today: date) -> None:
    """Everything that a journey waits for, one sentence each; what would be told in the same words, once."""
    for sentence, count in Counter(item(one, today) for one in items).items():
        of_them = _("({count} of them)", count=count)
        tell(sentence if count == 1 else f"{sentence} {of_them}")


def item(one: OpenItem, today: date, task: str | None = None) -> str:
    """A sentence on something that a journey waits for; of a reminder with what it is about, where that is told."""
    what = _with_task(translate(item_in_words(one)), task and f"“{task}”")
    awaited = {"what": what, "whom": translate(whom_in_words(one))}
    if one.due_on is None:
        return _("Waits for {what}, of {whom}.", **awaited)
    late = when_due((today - one.due_on).days)
    return _("Waits for {what}, of {whom}, due {day} ({when}).", **awaited, day=one.due_on, when=late)


def earlier(lines: Iterable[JourneyLine]) -> None:
    """The journeys of somebody who has come back: what to name to see each."""
    for line in lines:
        named = f"{line.programme}/{line.journey_id.turn}"
        tell(_("earlier: {programme}, {stage}, since {day}", programme=named, stage=_stage(line), day=line.since))


def permanent(lines: Iterable[JourneyLine]) -> None:
    """Whose role the law will make permanent, and when: one sentence each."""
    for line in lines:
        if line.limit_on is not None:
            what = translate(becomes_permanent(line.limit_on, line.limit_by or _("law")))
            who = {"candidate": line.candidate, "programme": line.programme}
            tell(_("{candidate} in {programme}: {what}.", **who, what=what))


def calls(lines: Iterable[WorkLine], names: Mapping[str, str], whom: Mapping[str, str]) -> None:
    """Whom to call about whom, and what to type once it is done: one sentence each."""
    for line in lines:
        who = " ".join(filter(None, (line.candidate, names.get(line.candidate))))
        what = _what_of_whom(line.item, whom)
        tell(_("{candidate} in {programme}: {what}.", candidate=who, programme=line.programme, what=what))
        noted = f"admin.py signal {line.candidate} partner_acknowledged --notice-id "
        tell(_("Once they know: {command}", command=noted + line.item.item.removeprefix(CALL)))


def waiting(page: WaitingPage) -> None:
    """Those who wait for a place, and the free positions that fit."""
    rows = (
        (
            _n("{since} ({count} day)", "{since} ({count} days)", line.waited_days, since=line.since),
            line.candidate if line.number is None else f"{line.candidate} ({line.number})",
            *(line.programme, line.profile or "–", unless_protected(line.site), line.coordinator),
            "; ".join(line.fitting) or ("–" if line.site == PROTECTED else _("none is free")),
        )
        for line in page.lines
    )
    columns = (
        *(_("since"), _("candidate"), _("programme"), _("profile")),
        *(_("town"), _("coordinator"), _("free positions that fit")),
    )
    _page(page, _("Who waits for a place"), columns, rows, _("Nobody waits for a place."))


def status(status: Status, today: date) -> None:
    """A journey at a glance: where it is, why it stands still, what may be done."""
    stage = (translate(status.stage.in_words) if status.stage else _("not begun")) + if_paused(status.paused)
    place = {"candidate": status.candidate, "programme": status.programme, "stage": stage}
    since = _("{candidate} in {programme}: {stage}, since {day}", **place, day=status.since)
    tell(since if status.since else _("{candidate} in {programme}: {stage}", **place), style="bold")
    items(status.items, today)
    if status.waits_for == NOTHING:
        tell(_("Waits for nothing."))
    elif not status.items:
        awaited = {
            "what": translate(wait_in_words(status.waits_for)),
            "whom": translate(party_in_words(status.of_whom)),
        }
        tell(_("Waits for {what}, of {whom}.", **awaited))
    for deadline in status.next_deadlines[:3]:
        tell(f"  {_deadline(deadline)}")
    ending(status)
    for limit in status.limits:
        tell(f"  {translate(in_words_of(limit))}")


def ending(status: Status) -> None:
    """What ends while the journey is paused: one sentence each."""
    for one in status.ends_in_pause:
        tell(f"  {translate(one.in_words)}")


def positions(lines: Sequence[PositionLine]) -> None:
    rows = [
        (
            line.id,
            one_of(line.unit),
            line.site,
            free_of(line),
            _need(line),
        )
        for line in lines
    ]
    columns = (_("position"), _("unit"), _("town"), _("free"), _("staffing need"))
    table("", columns, rows, _("No positions fit."))


def _need(line: PositionLine) -> str:
    return one_of(line.staffing_need) if line.staffing_need else "–"


def _deadline(deadline: NextDeadline) -> str:
    return _(
        "{day}: {step} of {deadline} (due {due})",
        day=deadline.on,
        step=translate(deadline.step.in_words),
        deadline=translate(deadline_in_words(deadline.name)),
        due=deadline.due_on,
    )


def _page(
    page: WorkPage | WaitingPage, title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], nobody: str
) -> None:
    table(title, columns, rows, nobody if page.page == 1 else _("Page not found. Omit --page to see the first one."))
    if page.more:
        tell(_("There are more: --page {page}", page=page.page + 1))


def _stage(line: JourneyLine) -> str:
    reason = f" ({as_typed(line.end_reason)})" if line.end_reason else ""
    return f"{as_typed(line.stage)}{if_paused(line.paused)}{reason}"


def if_paused(paused: bool) -> str:
    """What stands beside a stage in which a journey is paused."""
    return " (" + _("paused") + ")" if paused else ""
