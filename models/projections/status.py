"""What the query `status` and the read model say of a journey: where it is, what it waits for, what is possible."""

from datetime import date, datetime
from functools import cache

from models.calendar.swedish_day import day_in_sweden
from models.events.events import EVENT_CLASSES
from models.events.values import DeadlineStep
from models.fields import Strict
from models.journey.fold import allowed
from models.programme.programme import Programme
from models.projections.of_some import is_needed, is_used
from models.projections.open_items import NOBODY, NOTHING, OpenItem, foremost, open_items
from models.stages import EndReason, Stage
from models.state.deadlines import expected
from models.state.employment_limits import Limit, conversion, limits
from models.state.pausing import EndInPause, ends_in_pause
from models.state.state import State


class NextDeadline(Strict):
    """A day on which a deadline takes its next step, and the day on which it is due."""

    name: str
    step: DeadlineStep
    on: date
    due_on: date


class Possible(Strict):
    """An event that is possible now, with the fields it needs and those it may have, beside author and day."""

    kind: str
    needs: tuple[str, ...]
    may_have: tuple[str, ...]


class Standing(Strict):
    """Where a journey stands. `stage` is None before the referral; `hired_on` is the first day of the first role.

    `waits_for`, `of_whom` and `due_on` are of the foremost of its open items.

    `limit_on` is the day on which the role, if it goes on as agreed, becomes permanent by the law `limit_by`.
    """

    candidate: str
    programme: str
    stage: Stage | None
    since: date | None = None
    paused: bool = False
    site: str | None = None
    coordinator: str | None = None
    position: str | None = None
    end_reason: EndReason | None = None
    hired_on: date | None = None
    waits_for: str
    of_whom: str
    due_on: date | None = None
    limit_on: date | None = None
    limit_by: str | None = None
    referring_partner: str | None = None
    profile: str | None = None
    events: int = 0


class Status(Standing):
    """A journey at a glance: where it stands, everything that it waits for, what comes next by the calendar, how long
    its role may still last, and what may be done."""

    items: tuple[OpenItem, ...] = ()
    next_deadlines: tuple[NextDeadline, ...] = ()
    limits: tuple[Limit, ...] = ()
    ends_in_pause: tuple[EndInPause, ...] = ()
    possible: tuple[Possible, ...] = ()


FILLED_IN = frozenset({"leaves", "together"})
"""Fields that commands fill in, and nobody types."""

COMMON_FIELDS = frozenset({"event_id", "kind", "actor", "effective_on", "moved"}) | FILLED_IN


@cache
def possible(kind: str) -> Possible:
    """The fields of a kind of event, apart from those that every event has."""
    fields = {name: field for name, field in EVENT_CLASSES[kind].model_fields.items() if name not in COMMON_FIELDS}
    return Possible(
        kind=kind,
        needs=tuple(name for name, field in fields.items() if field.is_required()),
        may_have=tuple(name for name, field in fields.items() if not field.is_required()),
    )


def possible_by(kind: str, rules: Programme | None) -> Possible:
    """The same by the rules of a journey: what only some programmes ask for is needed there, and left out elsewhere."""
    known = possible(kind)
    needed = tuple(name for name in known.may_have if is_needed(name, rules, kind))
    may_have = tuple(name for name in known.may_have if name not in needed and is_used(name, rules, kind))
    return Possible(kind=kind, needs=(*known.needs, *needed), may_have=may_have)


def stand(candidate: str, programme: str, state: State | None, events: int) -> Standing:
    """Where a journey of `events` accepted events stands."""
    if state is None:
        return Standing(
            candidate=candidate, programme=programme, stage=None, waits_for="referral", of_whom="referring_partner"
        )
    first = foremost(open_items(state))
    permanent = conversion(state)
    return Standing(
        candidate=candidate,
        programme=programme,
        waits_for=first.what if first else NOTHING,
        of_whom=first.of_whom if first else NOBODY,
        due_on=first.due_on if first else None,
        stage=state.stage,
        since=state.since,
        paused=state.paused,
        site=state.site,
        coordinator=state.coordinator,
        position=state.place,
        end_reason=state.end_reason if state.stage is Stage.CLOSED else None,
        hired_on=state.roles[0].starts_on if state.roles else None,
        limit_on=permanent.on if permanent else None,
        limit_by=permanent.rule.law if permanent else None,
        referring_partner=state.referring_partner,
        profile=state.profile,
        events=events,
    )


def describe(candidate: str, programme: str, state: State | None, events: int, now: datetime) -> Status:
    """The status of a journey of `events` accepted events at the moment `now`, in UTC."""
    moments = expected(state) if state else []
    return Status(
        **stand(candidate, programme, state, events).model_dump(),
        items=open_items(state),
        next_deadlines=tuple(
            NextDeadline(name=moment.deadline, step=moment.step, on=moment.on, due_on=moment.due_on)
            for moment in moments
        ),
        limits=limits(state, day_in_sweden(now)) if state else (),
        ends_in_pause=ends_in_pause(state) if state else (),
        possible=tuple(possible_by(kind, state.rules if state else None) for kind in allowed(state, now)),
    )
