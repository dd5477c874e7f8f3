"""What an accepted event led to: stage, place, notices, deadlines, and what became possible."""

from collections.abc import Iterator
from datetime import date, datetime

from activities.outbox import Delivery
from auditing.evidence.recorded import JourneyRecord
from auditing.inspection.snapshot import Change, Pending, changes, snapshot
from models.fields import Strict
from models.journey.fold import Entry, allowed
from models.journey.journey import Journey
from models.stages import Stage
from models.state.state import State
from services.queries.lists import LedgerLine, accepted_entries


class Told(Strict):
    """A notice that followed, and how far it has come."""

    notice_id: str
    recipient: str
    status: Delivery
    attempts: int
    sent_at: datetime | None
    acknowledged_at: datetime | None


class Followed(Strict):
    """A deadline that the event set, and the rows in which it has taken a step since."""

    name: str
    due_on: date
    rows: tuple[int, ...]


class LedTo(Strict):
    """What followed. `changes` are all fields of the state that the event changed, the stage among them."""

    stage_before: Stage | None
    stage_after: Stage | None
    changes: tuple[Change, ...]
    place_taken: str | None
    place_freed: str | None
    notices: tuple[Told, ...]
    deadlines_set: tuple[Followed, ...]
    deadlines_ended: tuple[Pending, ...]
    made_possible: tuple[str, ...]
    no_longer_possible: tuple[str, ...]


def led_to(journey: JourneyRecord, line: LedgerLine, before: Journey) -> LedTo:
    """What followed from an accepted event that came to the journey `before`."""
    after = _after(journey, line)
    ours, theirs = snapshot(before.state), snapshot(after)
    freed, taken = ours.place, theirs.place
    could, can = (allowed(state, line.recorded_at) for state in (before.state, after))
    return LedTo(
        stage_before=ours.stage,
        stage_after=theirs.stage,
        changes=changes(ours, theirs),
        place_taken=taken if taken != freed else None,
        place_freed=freed if taken != freed else None,
        notices=tuple(_told(journey, line)),
        deadlines_set=tuple(_followed(journey, one) for one in theirs.deadlines if one not in ours.deadlines),
        deadlines_ended=tuple(one for one in ours.deadlines if one not in theirs.deadlines),
        made_possible=tuple(kind for kind in can if kind not in could),
        no_longer_possible=tuple(kind for kind in could if kind not in can),
    )


def _after(journey: JourneyRecord, line: LedgerLine) -> State | None:
    entries: list[Entry] = [*accepted_entries([one for one in journey.lines if one.row <= line.row])]
    return Journey(journey.rules, entries, journey_id=journey.journey_id).state


def _told(journey: JourneyRecord, line: LedgerLine) -> Iterator[Told]:
    for notice in sorted(journey.notices, key=lambda notice: notice.recipient):
        if notice.event_id == line.event_id:
            yield Told(**notice.model_dump(include=set(Told.model_fields)))


def _followed(journey: JourneyRecord, one: Pending) -> Followed:
    """Steps of a deadline are events of the journey's own, which name it and the day on which it was due."""
    said = {"deadline": one.name, "due_on": one.due_on.isoformat()}
    rows = tuple(line.row for line in journey.lines if line.event and said.items() <= line.event.items())
    return Followed(name=one.name, due_on=one.due_on, rows=rows)
