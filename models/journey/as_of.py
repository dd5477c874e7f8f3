"""A journey as of a moment, on two axes: what was recorded by then, and what, as is known now, was in effect then."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from models.events import events as e
from models.identifiers import JourneyId
from models.journey.fold import Entry, in_effect, resume, take_in
from models.programme.programme import Programme
from models.rules.decision import Refusal
from models.state.state import State


@dataclass(frozen=True)
class Untold:
    """What was in effect cannot be told: the event `event_id` follows only from another of a later day."""

    event_id: UUID


def recorded_by(entries: Sequence[Entry], moment: datetime) -> list[Entry]:
    """The entries that had been recorded by a moment, in their order."""
    return [entry for entry in entries if entry.recorded_at <= moment]


def state_recorded(rules: Programme, entries: Sequence[Entry], journey_id: JourneyId) -> State | None:
    """What these entries amount to, none of them judged anew. Raises ValueError where they are no journey."""
    if not entries:
        return None
    folded, _ = resume(rules, entries, journey_id)
    if isinstance(folded, Refusal):
        raise ValueError(f"these events are no journey: {folded.message}")
    return folded


def state_in_effect(
    rules: Programme, known: Sequence[Entry], journey_id: JourneyId, day: date
) -> State | Untold | None:
    """What held on a day by all that is known: the events as corrected, those that took effect later left out.

    A correction tells what was true all the time, whatever its own day. The order is that of recording, as in the fold;
    no rule is asked, because all of it was accepted. None before the referral took effect.
    """
    held = in_effect(known)
    moot = set(_passed_over(rules, held, journey_id))
    state: State | None = None
    for entry in held:
        if _is_left_out(entry, state, day) or entry.event.event_id in moot:
            continue
        after = take_in(rules, state, entry, journey_id, judged=False)
        if isinstance(after, Refusal):
            return Untold(entry.event.event_id)
        state = after
    return state


def _is_left_out(entry: Entry, state: State | None, day: date) -> bool:
    if isinstance(entry.event, e.Corrected):
        return state is None
    begins = isinstance(entry.event, e.Referred)
    return entry.event.effective_on > day or (state is None and not begins)


def _passed_over(rules: Programme, held: Sequence[Entry], journey_id: JourneyId) -> Iterator[UUID]:
    """Ids of events in which the journey said what the law did, and what the corrected dates no longer bear out."""
    if not any(isinstance(entry.event, e.RoleConverted) for entry in held):
        return
    state: State | None = None
    for entry in held:
        after = take_in(rules, state, entry, journey_id)
        if isinstance(after, Refusal):
            after = take_in(rules, state, entry, journey_id, judged=False)
        if isinstance(after, Refusal):
            return
        if isinstance(entry.event, e.RoleConverted) and after is state:
            yield entry.event.event_id
        state = after
