"""What was recorded late, who was not told, and what never happened: what no single rule asks about."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Generic, Protocol, TypeVar

from pydantic import Field

from auditing.evidence.recorded import JourneyRecord, no_journey
from auditing.inspection.late import late_days
from models.events import events as e
from models.events.descriptions import name_of
from models.fields import Strict
from models.journey.fold import Entry
from models.journey.journey import Journey
from models.message import Message, Worded, msg
from models.programme.programme import CountsFrom, DeadlineRule
from models.rules.decision import Proposal
from models.state.deadlines import FOLLOW_UP, deadline_in_words, open_deadlines
from models.state.duties import NAMES as OF_DUTIES
from models.state.obligations import ACKNOWLEDGEMENT, CONSULTATION, REMINDER
from models.state.state import State
from runtime.i18n import translate
from services.queries.lines import LedgerLine, accepted_entries, told_to


class Lack(Worded):
    """In what way something is not as it should be."""

    RECORDED_LATE = "recorded_late", msg("lack.recorded_late", "recorded late")
    HAPPENED_LATE = "happened_late", msg("lack.happened_late", "happened late")
    NEVER_HAPPENED = "never_happened", msg("lack.never_happened", "never happened")
    NOT_TOLD = "not_told", msg("lack.not_told", "not told")
    TOLD_BESIDE = "told_beside", msg("lack.told_beside", "told without having to be")


class Omission(Strict):
    """Something late, missing or untold: in `what` words, on which `day`, and the `row` at which it shows.

    `row` is None where nothing has come of it to this day; `said` is `what` in no language.
    """

    lack: Lack
    row: int | None
    day: date
    what: str
    said: Message = Field(exclude=True)


@dataclass(frozen=True)
class Step:
    """An accepted event with the ledger line, the states around it, and who was to be told of it."""

    line: LedgerLine
    event: e.Event
    before: State | None
    after: State
    recipients: tuple[str, ...]


def steps(record: JourneyRecord) -> Iterator[Step]:
    """The accepted events of a journey, as each came to it, but for those from which nothing follows."""
    journey = Journey(record.rules, journey_id=record.journey_id)
    lines = {line.event_id: line for line in record.lines if line.receipt.accepted}
    for entry in record.entries:
        answer = taken_in(journey, entry)
        if answer is None:
            continue
        yield Step(lines[str(entry.event.event_id)], entry.event, answer.before, answer.after, answer.recipients)
        journey.commit(answer)


def taken_in(journey: Journey, entry: Entry) -> Proposal | None:
    """What followed from an accepted event, also where a rule refuses it; None where nothing follows from it: a
    correction that is refused, or what the journey does not know where it stands."""
    answer = journey.propose(entry.event, entry.recorded_at)
    if not isinstance(answer, Proposal) and not isinstance(entry.event, e.Corrected):
        answer = journey.grandfather(entry.event, entry.recorded_at)
    return answer if isinstance(answer, Proposal) else None


def journey_after(record: JourneyRecord, row: int) -> Journey:
    """The journey as it was after a row. Raises Refused where the rows are no journey."""
    entries = accepted_entries([line for line in record.lines if line.row <= row])
    with suppress(ValueError):
        return Journey(record.rules, entries, journey_id=record.journey_id)
    journey = Journey(record.rules, journey_id=record.journey_id)
    for entry in entries:
        if (answer := taken_in(journey, entry)) is not None:
            journey.commit(answer)
    if journey.state is None:
        raise no_journey()
    return journey


def omissions(record: JourneyRecord, today: date) -> list[Omission]:
    """All that a journey lacks, in the order in which it shows; what is still open last."""
    taken = list(steps(record))
    found = [one for step in taken for one in (*recorded_late(step.line), *_told_otherwise(record, step))]
    return sorted([*found, *_missed(taken, today)], key=lambda one: (one.row is None, one.row or 0, one.day))


def recorded_late(line: LedgerLine) -> Iterator[Omission]:
    """That an accepted event was recorded long after the day on which it took effect."""
    late = late_days(line)
    if late is not None and line.effective_on is not None:
        what = msg(
            "omission.recorded_late",
            "It took effect on {day} and was recorded {days} days later.",
            day=line.effective_on,
            days=late,
        )
        yield _omission(Lack.RECORDED_LATE, line.row, line.effective_on, what)


def _told_otherwise(record: JourneyRecord, step: Step) -> Iterator[Omission]:
    """Who should have been told by the rules of then, and was not; and who was, and need not have been."""
    written = {one.recipient for one in record.notices if one.event_id == str(step.event.event_id)}
    values = {"kind": name_of(step.event.kind)}
    for recipient in step.recipients:
        if recipient not in written:
            what = msg("omission.not_told", "{recipient} was to be told of {kind}, and no notice was written.",
                       recipient=told_to(recipient, None), **values)  # fmt: skip
            yield _omission(Lack.NOT_TOLD, step.line.row, step.event.effective_on, what)
    for recipient in sorted(written - set(step.recipients)):
        what = msg("omission.told_beside", "{recipient} was told of {kind}, though the rules do not ask for it.",
                   recipient=told_to(recipient, None), **values)  # fmt: skip
        yield _omission(Lack.TOLD_BESIDE, step.line.row, step.event.effective_on, what)


def _missed(taken: Sequence[Step], today: date) -> Iterator[Omission]:
    """What was due and came late or never, in words."""
    for one in missed(taken, today):
        values = {"deadline": deadline_in_words(one.rule.name), "day": one.due_on}
        if one.by is None:
            what = msg("omission.still_open", "Due on {day} and not done yet: {deadline}.", **values)
            yield _omission(one.lack, None, one.due_on, what)
        elif one.lack is Lack.HAPPENED_LATE:
            late = msg(
                "omission.happened_late", "Due on {day} and {days} days late: {deadline}.", days=one.days, **values
            )
            yield _omission(one.lack, one.by.line.row, one.due_on, late)
        else:
            never = msg("omission.never_happened", "Due on {day} and never happened: {deadline}. Instead came: {kind}.",
                        kind=name_of(one.by.event.kind), **values)  # fmt: skip
            yield _omission(one.lack, one.by.line.row, one.due_on, never)


class Taken(Protocol):
    """An accepted event and the state after it."""

    @property
    def event(self) -> e.Event: ...
    @property
    def after(self) -> State: ...


T = TypeVar("T", bound=Taken)


@dataclass(frozen=True)
class Missed(Generic[T]):
    """A deadline that ran past its day, by so many `days`, and the step `by` which it ended; None while it is open."""

    lack: Lack
    rule: DeadlineRule
    due_on: date
    days: int
    by: T | None


def missed(taken: Sequence[T], today: date) -> Iterator[Missed[T]]:
    """What was due and came late or never. In a pause nothing is due, and what a correction moves is due anew."""
    running: dict[str, tuple[DeadlineRule, date]] = {}
    for step in taken:
        if step.after.paused:
            running = {} if step.after.ended else running
            continue
        open_now = {rule.name: (rule, due_on) for rule, due_on in open_deadlines(step.after)}
        standing = isinstance(step.event, e.Resumed | e.Corrected | e.RulesChanged | e.DeadlinePassed)
        for name, (rule, due_on) in running.items():
            days = (step.event.effective_on - due_on).days
            if standing or open_now.get(name) == (rule, due_on) or days <= 0:
                continue
            yield Missed(_lack(rule, step.event.kind), rule, due_on, days, step)
        running = open_now
    for rule, due_on in running.values():
        if due_on < today:
            yield Missed(Lack.NEVER_HAPPENED, rule, due_on, (today - due_on).days, None)


def _lack(rule: DeadlineRule, kind: str) -> Lack:
    """Whether what ended a deadline was what was due."""
    kinds = _done_by(rule)
    done = kind in kinds or not (kinds or kind in e.ENDINGS)
    return Lack.HAPPENED_LATE if done else Lack.NEVER_HAPPENED


def _done_by(rule: DeadlineRule) -> tuple[str, ...]:
    """The kinds of event that do what is due; none where whatever ends the deadline does."""
    if rule.counts_from is CountsFrom.LAST_CHECK_IN:
        return ("check_in_recorded",)
    if rule.until_evaluated:
        return ("evaluation_recorded",)
    done_by = (kinds for prefix, kinds in OF_PREFIXES.items() if rule.name.startswith(prefix))
    return next(done_by, ())


OF_PREFIXES = {
    FOLLOW_UP: ("follow_up_recorded",),
    **dict.fromkeys(OF_DUTIES, ("duty_done",)),
    ACKNOWLEDGEMENT: ("partner_acknowledged",),
    CONSULTATION: ("union_answered",),
    REMINDER: ("reminder_done", "reminder_moved"),
}


def _omission(lack: Lack, row: int | None, day: date, what: Message) -> Omission:
    return Omission(lack=lack, row=row, day=day, what=translate(what), said=what)
