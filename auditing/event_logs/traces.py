"""Traces: the ledger rows of a journey as an event log has them, as they were recorded or as they hold today."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from auditing.event_logs.views import View
from models.events.descriptions import name_of
from models.identifiers import Actor, JourneyId
from models.journey.fold import Entry, corrections_in_effect
from models.ledger.entry import UNREADABLE
from models.stages import Stage
from runtime.i18n import _, translate
from services.queries.lines import LedgerLine, accepted_entries
from services.queries.unreadable import is_an_event


class Lifecycle(StrEnum):
    """What became of an event, by the standard model of the lifecycle extension of XES."""

    ACCEPTED = "complete"
    REFUSED = "ate_abort"


STRUCK = "struck"
"""What stands for the kind of a replacement where a correction struck an event."""


@dataclass(frozen=True)
class LogEvent:
    """A ledger row as an event of a log. `kind`, `effective_on` and `event` are those that hold in the view.

    `in_effect` is None where the contents of the row are not kept, so that nobody can tell. `corrected_by` and
    `corrects` are rows of the same journey; `replacement` is the kind that a correction put in the place of another.
    """

    row: int
    event_id: str
    kind: str
    lifecycle: Lifecycle
    recorded_at: datetime
    effective_on: date | None
    actor: Actor | None
    rule: str | None
    stage_before: str | None
    stage_after: str | None
    in_effect: bool | None
    corrected_by: int | None = None
    corrects: int | None = None
    replacement: str | None = None
    event: Mapping[str, Any] | None = None

    @property
    def activity(self) -> str:
        """What the kind of event is called, in the language that is spoken now."""
        return activity(self.kind)

    def attributes(self) -> dict[str, str | int | bool]:
        """What the log says of it beside its name, moment, author and answer; what is not known is left out."""
        said: dict[str, str | int | bool | None] = {
            "row": self.row,
            "kind": self.kind,
            "effective_on": self.effective_on.isoformat() if self.effective_on else None,
            "rule": self.rule,
            "stage_before": self.stage_before,
            "stage_after": self.stage_after,
            "in_effect": self.in_effect,
            "corrected_by": self.corrected_by,
            "corrects": self.corrects,
            "replacement": self.replacement,
        }
        return {name: value for name, value in said.items() if value is not None}


@dataclass(frozen=True)
class LogNotice:
    """A notice of an event, to one recipient. `became` is what happened to it, each with its moment, in their order."""

    notice_id: str
    event_id: str
    recipient: str
    became: Sequence[tuple[str, datetime]]


@dataclass(frozen=True)
class Trace:
    """A journey of an event log: its events in the order of their rows, and the notices of them."""

    journey_id: JourneyId
    events: Sequence[LogEvent]
    notices: Sequence[LogNotice] = ()

    @property
    def referral(self) -> Mapping[str, Any]:
        """What the referral says; nothing where there is none or its contents are not kept."""
        return next((one.event or {} for one in self.events if one.kind == "referred"), {})


def activity(kind: str) -> str:
    """What a kind of event is called, in the language that is spoken now: each kind by a name of its own."""
    return _("not an event") if kind == UNREADABLE else translate(name_of(kind))


def instant(moment: datetime) -> str:
    """A moment as the standards write it: in UTC, with the offset."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def trace_of(
    journey_id: JourneyId, lines: Sequence[LedgerLine], view: View, notices: Sequence[LogNotice] = ()
) -> Trace | None:
    """The trace of a journey; None where the view has nothing of it: nothing was accepted, or contents are not kept
    that could have corrected something."""
    unknown = any(line.accepted and not is_an_event(line.event) for line in lines)
    if view is View.IN_EFFECT and unknown:
        return None
    corrections = {} if unknown else corrections_in_effect(accepted_entries(lines))
    reader = _Reader({line.event_id: line.row for line in lines}, corrections, known=not unknown)
    events = [reader.recorded(line) for line in lines]
    if view is View.IN_EFFECT:
        corrected = max((one.row for one in events if one.corrects), default=0)
        undone = _undone_conversions(events)
        events = [now for one in events if one.row not in undone for now in reader.in_effect(one, corrected)]
    shown = {one.event_id for one in events}
    return Trace(journey_id, events, [one for one in notices if one.event_id in shown]) if events else None


@dataclass(frozen=True)
class _Reader:
    """Reads the rows of a journey, and the corrections that hold: not `known` where contents are gone."""

    rows: Mapping[str, int]
    corrections: Mapping[UUID, Entry]
    known: bool

    def recorded(self, line: LedgerLine) -> LogEvent:
        by = self.corrections.get(UUID(line.event_id)) if line.accepted else None
        said = line.event or {}
        correction = said if line.kind == "corrected" and line.accepted else {}
        replaced = correction.get("replacement") or {}
        return LogEvent(
            row=line.row,
            event_id=line.event_id,
            kind=line.kind,
            lifecycle=Lifecycle.ACCEPTED if line.accepted else Lifecycle.REFUSED,
            recorded_at=line.recorded_at,
            effective_on=line.effective_on,
            actor=Actor.read(line.actor or ""),
            rule=line.rule,
            stage_before=line.stage_before,
            stage_after=line.stage_after,
            in_effect=line.accepted and by is None if self.known or not line.accepted else None,
            corrected_by=self.rows[str(by.event.event_id)] if by else None,
            corrects=self.rows.get(str(correction.get("corrects"))),
            replacement=replaced.get("kind", STRUCK) if correction else None,
            event=line.event,
        )

    def in_effect(self, one: LogEvent, corrected: int) -> Iterator[LogEvent]:
        """The event that holds today in the place of one that was recorded: none of one that was refused or struck.
        Its stages are known where it came after the last row that `corrected` something."""
        if one.lifecycle is Lifecycle.REFUSED:
            return
        if one.row < corrected:
            one = replace(one, stage_before=None, stage_after=None)
        by = self.corrections.get(UUID(one.event_id))
        if by is None:
            yield one
            return
        now = getattr(by.event, "replacement", None)
        if now is not None:
            event = now.model_dump(mode="json")
            yield replace(one, kind=now.kind, effective_on=now.effective_on, event=event, in_effect=True)


def _undone_conversions(events: Sequence[LogEvent]) -> frozenset[int]:
    """The rows by which the law made a role permanent, on days that have been corrected since: no correction strikes
    them, but the fold passes over them, and the way then stands elsewhere than such a role leads to."""
    reached = (Stage.PERMANENT_ROLE, Stage.CLOSED)
    last = max((one.row for one in events if one.corrects and one.stage_after not in reached), default=0)
    return frozenset(one.row for one in events if one.kind == "role_converted" and one.row < last)
