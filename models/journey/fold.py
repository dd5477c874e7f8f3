"""The fold: from events, as corrected, to the state they amount to. Pure, and the same today as in ten years."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from uuid import UUID

from models.calendar.swedish_day import day_in_sweden
from models.canonical import digest_of
from models.events import events as e
from models.events.descriptions import name_of
from models.fields import Strict
from models.identifiers import JourneyId
from models.journey.transitions import possible_from, try_transition
from models.message import msg
from models.programme.programme import Programme
from models.rules.beginning import it_begins_with_a_referral, may_begin
from models.rules.context import RuleContext
from models.rules.decision import Held, Inapplicable, Judgement, Refusal
from models.rules.registry import declare, rule
from models.stages import Stage
from models.state.evolve import apply_event, enter_stage, initial
from models.state.partner_obligations import restart_obligations
from models.state.replacing import replace
from models.state.state import State
from models.state.waiting_corrections import without


class Entry(Strict):
    """An accepted event and the moment, in UTC, at which it was recorded."""

    event: e.Event
    recorded_at: datetime


def mark_of(event: e.Event, recorded_at: datetime) -> str:
    """What tells an accepted event from any other, of the same journey or of one that somebody made up."""
    return f"{digest_of(event)} {recorded_at.astimezone(UTC).isoformat(timespec='microseconds')}"


def entries_of(rows: Iterable[object]) -> tuple[Entry, ...]:
    """The entries of accepted ledger rows: of anything that has an `event` and the moment `recorded_at`."""
    return tuple(Entry.model_validate(row, from_attributes=True) for row in rows)


possible_in_this_stage = declare(
    "possible_in_this_stage", says="The event is possible in the stage that the journey is in."
)
NOTHING_CAME_AFTER = Inapplicable(
    msg("later_events_stay_possible.none", "Nothing was recorded after what is corrected.")
)


@dataclass(frozen=True)
class CorrectionContext:
    """What a rule of corrections looks at: a correction, or what proposes or declines one, as it comes to a journey.

    `entries` are those before it and `rules` those in force; `refold` is the fold with the correction among them.
    """

    event: e.Corrected | e.CorrectionProposed | e.ProposalDeclined
    entries: Sequence[Entry]
    rules: Programme
    now: datetime
    refold: Callable[[], State | Refusal]

    @property
    def target(self) -> Entry | None:
        """The entry that is corrected; None where the journey has none such."""
        return next((one for one in self.entries if one.event.event_id == getattr(self.event, "corrects", None)), None)


@rule("later_events_stay_possible", says="With the correction every later event is still possible.")
def later_events_stay_possible(context: CorrectionContext) -> Judgement:
    ids = [entry.event.event_id for entry in context.entries]
    later = len(ids) - ids.index(context.target.event.event_id) - 1 if context.target else 0
    if not later:
        return NOTHING_CAME_AFTER
    folded = context.refold()
    if isinstance(folded, Refusal):
        return folded if folded.rule == later_events_stay_possible.id else None
    return Held(msg("later_events_stay_possible.holds", "Events that were recorded after it: {count}.", count=later))


NONE_GRANDFATHERED: frozenset[UUID] = frozenset()


def fold(
    rules: Programme,
    entries: Sequence[Entry],
    journey_id: JourneyId,
    grandfathered: Collection[UUID] = NONE_GRANDFATHERED,
) -> State | Refusal:
    """The state after all these events in order, as corrected; or, naming the event, the first refusal.

    No rule is asked about the events that are `grandfathered`, by their ids: see `resume`.
    """
    state: State | None = None
    for entry in in_effect(entries):
        after = take_in(rules, state, entry, journey_id, judged=entry.event.event_id not in grandfathered)
        if isinstance(after, Refusal):
            return after if _is_new(entry.event, entries[-1].event) else _no_longer_possible(entry.event, after)
        state = after
    return _begun(state)


def resume(
    rules: Programme, entries: Sequence[Entry], journey_id: JourneyId
) -> tuple[State | Refusal, frozenset[UUID]]:
    """The state after events that were all accepted when they came, and the ids of those that are `grandfathered`.

    The rules that stand in the code can become stricter while a journey sleeps. What was accepted stays accepted: its
    journey must neither stand still nor be judged anew. Only what the table itself does not know is refused.
    """
    grandfathered: set[UUID] = set()
    state: State | None = None
    for entry in in_effect(entries):
        after = take_in(rules, state, entry, journey_id)
        if isinstance(after, Refusal):
            grandfathered.add(entry.event.event_id)
            after = take_in(rules, state, entry, journey_id, judged=False)
        if isinstance(after, Refusal):
            return _no_longer_possible(entry.event, after), frozenset()
        state = after
    return _begun(state), frozenset(grandfathered)


def _begun(state: State | None) -> State | Refusal:
    missing = msg("it_begins_with_a_referral.none", "The referral is missing.")
    return state if state is not None else it_begins_with_a_referral.refuse(missing)


def step(
    rules: Programme, state: State | None, entry: Entry, journey_id: JourneyId, *, judged: bool = True
) -> State | Refusal:
    """One step of the fold: the state after an event, or the rule that refuses it."""
    event, today = entry.event, day_in_sweden(entry.recorded_at)
    if state is None:
        refused = may_begin(rules, event, today) if judged or not isinstance(event, e.Referred) else None
        return refused or initial(event, rules, today, journey_id)  # type: ignore[arg-type]
    reached = try_transition(RuleContext(state, event.kind, today, event), judged=judged)
    if isinstance(reached, Refusal):
        return reached
    if reached is None:
        message = msg(
            "possible_in_this_stage.other_stage",
            "{kind} is not possible in the stage {stage}. Record what is possible now, or correct an earlier event.",
            kind=name_of(event.kind),
            stage=state.stage,
        )
        return possible_in_this_stage.refuse(message)
    return enter_stage(state, event, reached, today)


def allowed(state: State | None, now: datetime) -> tuple[str, ...]:
    """The kinds of event that are possible in a state, as far as can be said without seeing the event."""
    return ("referred",) if state is None else _allowed(state, day_in_sweden(now))


@lru_cache(maxsize=256)
def _allowed(state: State, today: date) -> tuple[str, ...]:
    # The entry of an event asks of the state before and after, and whoever looks at the journey asks again.
    return tuple(
        kind
        for kind in possible_from(state.stage, state.rules.shape)
        if kind not in e.NOT_OFFERED and isinstance(try_transition(RuleContext(state, kind, today)), Stage)
    )


def in_effect(entries: Sequence[Entry]) -> list[Entry]:
    """The entries as corrected: in the order of recording, each with the data that holds today, struck ones left out.

    The latest correction of an event holds. Striking a correction brings back what it replaced. A replacement counts as
    recorded when the correction was, since it may tell of a day that the event it replaces could not know of.
    """
    corrections = corrections_in_effect(entries)
    kept = []
    for entry in entries:
        correction = corrections.get(entry.event.event_id)
        if correction is None:
            kept.append(entry)
        elif isinstance(correction.event, e.Corrected) and correction.event.replacement is not None:
            kept.append(Entry(event=correction.event.replacement, recorded_at=correction.recorded_at))
    return kept


def corrections_in_effect(entries: Sequence[Entry]) -> dict[UUID, Entry]:
    """The correction that holds of each event that is corrected, by the event's id; struck corrections left out."""
    corrections: dict[UUID, Entry] = {}
    for entry in reversed(entries):
        if isinstance(entry.event, e.Corrected) and entry.event.event_id not in corrections:
            corrections.setdefault(entry.event.corrects, entry)
    return corrections


def take_in(
    rules: Programme, state: State | None, entry: Entry, journey_id: JourneyId, *, judged: bool = True
) -> State | Refusal:
    """One entry of those `in_effect` taken into the fold: a correction has done its work, and leaves a trace only."""
    if state is not None and isinstance(entry.event, e.Corrected):
        evaluated = isinstance(entry.event.replacement, e.EvaluationRecorded) and state.evaluation is not None
        evaluators = state.evaluators | ({entry.event.actor} if evaluated else set())
        return replace(
            restart_obligations(state, entry.event),
            touched_on=day_in_sweden(entry.recorded_at),
            evaluators=evaluators,
            proposals=without(state.proposals, entry.event.proposal),
        )
    if state is not None and isinstance(entry.event, e.DeadlinePassed):
        # The day came and people were told, whatever a correction now says of the dates: it must not come twice.
        return apply_event(entry.event, state)
    after = step(rules, state, entry, journey_id, judged=judged)
    if state is not None and isinstance(entry.event, e.RoleConverted) and isinstance(after, Refusal):
        # It followed from days that have been corrected since. If the law still makes the role permanent, on another
        # day, the journey says so anew.
        return state
    return after


def _is_new(event: e.Event, latest: e.Event) -> bool:
    """Whether the event stands in the fold because the latest one, a correction, has just put it there."""
    return isinstance(latest, e.Corrected) and latest.corrects == event.event_id


def _no_longer_possible(event: e.Event, refusal: Refusal) -> Refusal:
    message = msg(
        "later_events_stay_possible.refused",
        "Then {kind} of {effective_on} would no longer be possible. Correct that event first: {why}",
        kind=name_of(event.kind),
        effective_on=event.effective_on,
        event_id=event.event_id,
        why=refusal.message,
    )
    return later_events_stay_possible.refuse(message, refusal.source)
