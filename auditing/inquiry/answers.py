"""How each question is answered of one journey: what its rows say, by what was known."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from pydantic import ValidationError

from auditing.inquiry.inquiry import RULES_UNKNOWN, Found, Holds, Inquiry, Tally
from auditing.inquiry.overdue import PinnedRules, overdue_in
from auditing.inquiry.reads import Reading
from auditing.inquiry.rows import JourneyRows, Row
from auditing.inquiry.staff import Staff
from auditing.inspection.late import LATE_AFTER
from models.calendar.swedish_day import day_in_sweden
from models.events import events as e
from models.events.descriptions import in_words
from models.events.events import EVENT_CLASSES
from models.fields import Source
from models.journey.journey import OF_CORRECTIONS
from models.journey.transitions import ALWAYS, MOVES
from models.ledger.receipt import Receipt

DECISIONS = frozenset(kind for kind, cls in EVENT_CLASSES.items() if cls.is_decision)
"""Kinds by which the employer decides on a person."""

ROLES = frozenset({"temporary_role_agreed", "temporary_role_extended", "permanent_role_agreed"})
"""Decisions that follow an evaluation."""

EVALUATION = "evaluation_recorded"

MINUTES = 10
"""Within so many minutes of an evaluation, nobody has thought a decision over."""


class Means(NamedTuple):
    """What an answer is made with: who worked where, the rules of then, and what counts what cannot be told."""

    staff: Staff
    rules: PinnedRules | None
    tally: Tally


@dataclass(frozen=True)
class Asked:
    """A question as it is asked of one journey."""

    inquiry: Inquiry
    means: Means
    journey: JourneyRows
    reads: tuple[Reading, ...] = ()

    def fits(self, found: Found) -> bool:
        """Whether something that answers is as the filters say, also by who was in charge then."""
        wanted, at = self.inquiry.coordinator, found.recorded_at or self.inquiry.known_by
        in_charge = self.journey.coordinator(at) if wanted is not None else None
        charged = wanted is None or (
            in_charge is not None and self.means.staff.acted_for(in_charge, wanted, self.journey.id, at)
        )
        return charged and self.inquiry.fits(found)

    def found(self, row: Row, **more: Any) -> Found:
        """What a ledger row answers, as it holds by what is known."""
        holds, replacement, by = self.journey.held(row)
        return Found(
            self.journey.id,
            row.row,
            replacement.kind if replacement else row.kind,
            row.actor,
            self.means.staff.unit(row.actor, row.recorded_at),
            row.rule,
            row.source,
            replacement.effective_on if replacement else row.effective_on,
            row.recorded_at,
            holds if row.accepted else None,
            by,
            more,
            (replacement.actor,) if replacement else (),
            self.journey.erased,
        )


Answer = Callable[[Asked], Iterator[Found]]


def decisions(asked: Asked) -> Iterator[Found]:
    """Every decision; with a rule, those that it judged, by the table of moves."""
    for row in asked.journey.rows:
        found = asked.found(row)
        if found.kind not in DECISIONS or not row.accepted:
            continue
        rule = asked.inquiry.rule
        yield found._replace(rule=rule) if rule and is_asked(rule, row) else found


def is_asked(rule: str, row: Row) -> bool:
    """Whether an event of this kind is judged by a rule in that stage. What the database judges, it judges by what the
    event says, and the ledger names that rule only where it refused."""
    moves = (move for move in MOVES if move.kind == row.kind and row.stage_before in move.sources)
    asked = {guard.id for guard in ALWAYS} | {guard.id for move in moves for guard in move.guards}
    return rule in asked | {guard.id for guard in OF_CORRECTIONS.get(row.kind, ())}


def refusals(asked: Asked) -> Iterator[Found]:
    """Every event that was refused, and why."""
    for row in asked.journey.rows:
        contents = asked.journey.opened.get(row.row)
        receipt = _receipt(contents.receipt if contents else None)
        source: Source | None = receipt.source if receipt and receipt.source else row.source
        yield asked.found(row, why=receipt)._replace(source=source)


def _receipt(kept: Any) -> Receipt | None:
    try:
        return Receipt.model_validate(kept)
    except ValidationError:
        return None


def corrections(asked: Asked) -> Iterator[Found]:
    """Every correction: of which row, what it put in its place, and whether somebody corrected their own."""
    journey = asked.journey
    by_row = {row.row: row for row in (*journey.sealed.values(), *journey.rows)}
    events = {entry.event.event_id: entry.event for entry in journey.entries}
    for row in journey.rows:
        event = events.get(row.event_id)
        if row.kind != "corrected" or not row.accepted:
            continue
        found, target, after = asked.found(row), None, None
        if isinstance(event, e.Corrected):
            after = event.replacement
            target = by_row.get(journey.row_of.get(event.corrects, 0))
            found = found._replace(kind=target.kind if target else None)
        yield found._replace(
            more={
                "corrects": target.row if target else None,
                "recorded_by": target.actor if target else None,
                "replaced": event.replacement is not None if isinstance(event, e.Corrected) else None,
                "was_on": target.effective_on if target else None,
                "became": after.effective_on if after else None,
                "said": in_words(journey.opened[target.row].event) if target and target.row in journey.opened else None,
                "reads_now": in_words(after.model_dump(mode="json")) if after else None,
                "proposed_in": journey.row_of.get(event.proposal)
                if isinstance(event, e.Corrected) and event.proposal
                else None,
            }
        )


def late(asked: Asked) -> Iterator[Found]:
    """What was recorded so many days after the day on which it took effect, or more."""
    least = LATE_AFTER.days + 1 if asked.inquiry.least is None else asked.inquiry.least
    for row in asked.journey.rows:
        days = (day_in_sweden(row.recorded_at) - row.effective_on).days if row.effective_on and row.accepted else 0
        if row.effective_on and days >= max(least, 1):
            # What was late is the row as it came, whatever a correction has since put in its place.
            yield asked.found(row, days_late=days)._replace(kind=row.kind, effective_on=row.effective_on)


def same_unit(asked: Asked) -> Iterator[Found]:
    """Decisions on a role by somebody who worked in one unit with whoever had evaluated.

    Of a decision whose pair nobody knows a unit of, it cannot be told, which is counted.
    """
    staff, untold = asked.means.staff, set()
    for pair in _pairs(asked):
        shared = staff.shared(pair.evaluator, pair.row.actor, pair.row.recorded_at)
        if shared or _is_one(pair.evaluator, pair.row.actor):
            yield pair.found(asked, shared="; ".join(shared) or None)
        elif not staff.is_told(pair.evaluator, pair.row.actor, pair.row.recorded_at):
            untold.add(pair.row.row)
    asked.means.tally.decisions_untold += len(untold)


def minutes_apart(asked: Asked) -> Iterator[Found]:
    """Decisions on a role within minutes of the evaluation that they rest on."""
    most = timedelta(minutes=MINUTES if asked.inquiry.least is None else asked.inquiry.least)
    for pair in _pairs(asked):
        apart = pair.row.recorded_at - pair.evaluated_at
        if apart <= most:
            yield pair.found(asked, minutes=int(apart.total_seconds() // 60))


class _Pair(NamedTuple):
    """A decision on a role, and an evaluation before it that holds, or what corrected that."""

    row: Row
    evaluation: int
    evaluator: str | None
    evaluated_at: datetime

    def found(self, asked: Asked, **more: Any) -> Found:
        told = {"evaluation": self.evaluation, "evaluator": self.evaluator}
        others = (self.evaluator,) if self.evaluator else ()
        return asked.found(self.row, **told, **more)._replace(others=others)


def _pairs(asked: Asked) -> Iterator[_Pair]:
    """Each decision with its evaluation: the latest before it that was not struck, and who corrected that before."""
    evaluated: list[tuple[int, str | None, datetime]] = []
    for row in asked.journey.rows:
        holds, replacement, by = asked.journey.held(row)
        kind = replacement.kind if replacement else row.kind
        if kind == EVALUATION and holds is not Holds.STRUCK:
            evaluated = [(row.row, row.actor, row.recorded_at)]
            if replacement is not None and by is not None:
                correction = next((one for one in asked.journey.sealed.values() if one.row == by), None)
                evaluated += [(row.row, replacement.actor, correction.recorded_at)] if correction else []
        if kind in ROLES and holds is not Holds.STRUCK:
            yield from (_Pair(row, *one) for one in evaluated if one[2] <= row.recorded_at)


def _is_one(one: str | None, other: str | None) -> bool:
    """Whether two authors are one person, in whichever roles."""
    return bool(one and other) and str(one).partition(":")[2] == str(other).partition(":")[2]


def overdue(asked: Asked) -> Iterator[Found]:
    """Deadlines that ran past their day by so many days or more, and what ended them."""
    journey, tally = asked.journey, asked.means.tally
    if not journey.rows:
        return  # nothing was ever accepted
    least = 1 if asked.inquiry.least is None else asked.inquiry.least
    rules = asked.means.rules.of(journey) if asked.means.rules and not journey.erased else None
    if rules is None:
        tally.untold["erased" if journey.erased else RULES_UNKNOWN] += 1
        return
    if len(journey.recorded) < len(journey.rows):
        tally.untold["unreadable"] += 1
        return
    try:
        found = overdue_in(journey, rules, day_in_sweden(asked.inquiry.known_by))
    except ValueError:  # `verify` tells it
        tally.untold["contradicting"] += 1
        return
    for one in found:
        if one.days < least:
            continue
        row = one.by.row if one.by else None
        of_row = asked.found(row) if row else Found(journey.id)
        more = {"days_over": one.days, "outcome": one.lack, "ended_on": row.effective_on if row else None}
        yield of_row._replace(rule=one.rule.name, source=rules.source, effective_on=one.due_on, more=more)


def readings(asked: Asked) -> Iterator[Found]:
    """Every reading, also one that was refused: by whom, in which part, and why."""
    for one in asked.reads:
        more = {"relation": one.relation, "stage": one.stage, "urgent": one.urgent, "refused": one.refused}
        yield Found(
            asked.journey.id,
            one.number,
            one.what,
            one.actor,
            None if one.protected else asked.means.staff.unit(one.actor, one.read_at),
            None,
            None,
            day_in_sweden(one.read_at),
            one.read_at,
            more={**more, "because": one.because},
            erased=asked.journey.erased,
        )


def journeys(asked: Asked) -> Iterator[Found]:
    """The journeys in which any row is as the filters say, each once, as it stood by what is known."""
    inquiry, journey = asked.inquiry, asked.journey
    every = [asked.found(row) for row in journey.rows]
    looked_at = every if inquiry.in_effect.is_always else [one for one in every if one.holds is not None]
    if not any(asked.fits(one) for one in looked_at):
        return
    first, accepted = journey.rows[0], [row for row in journey.rows if row.accepted]
    refused_by = {row.rule: None for row in journey.rows if not row.accepted and row.rule}
    at = journey.rows[-1].recorded_at
    yield every[0]._replace(
        row=len(journey.rows),
        kind=None,
        actor=None,
        unit=None,
        rule=None,
        source=None,
        holds=None,
        corrected_by=None,
        recorded_at=first.recorded_at,
        more={
            "stage": accepted[-1].stage_after if accepted else None,
            "town": journey.town,
            "coordinator": journey.coordinator(at),
            "last_recorded_on": day_in_sweden(at),
            "refused_rows": sum(not row.accepted for row in journey.rows),
            "refused_by": tuple(refused_by),
        },
    )
