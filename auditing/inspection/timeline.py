"""The timeline: what happened to a candidate, line by line, in plain words, and what did not happen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from activities.delivery import Delivery
from auditing.inspection.late import late_days
from auditing.inspection.omissions import Lack, Omission
from auditing.inspection.wording import as_answered, what_came, word_of
from models.calendar.swedish_day import day_in_sweden
from models.fields import Strict
from models.identifiers import Actor
from models.journey.fold import corrections_in_effect
from models.message import Worded, msg
from models.partners.notice import id_of_notice
from models.stages import Stage
from runtime.i18n import _, answer, called, translate
from services.queries.lines import LedgerLine, NoticeLine, accepted_entries, told_to


class Sort(Worded):
    """What a line of the timeline tells of."""

    EVENT = "event", msg("sort.event", "event")
    CORRECTION = "correction", msg("sort.correction", "correction")
    REFUSAL = "refusal", msg("sort.refusal", "refusal")
    NOTICE = "notice", msg("sort.notice", "notice")
    ACKNOWLEDGEMENT = "acknowledgement", msg("sort.acknowledgement", "acknowledgement")
    DEVIATION = "deviation", msg("sort.deviation", "deviation")


class TimelineRow(Strict):
    """A line: `what` happened, `by` whom, the `answer`, and the stage afterwards. Words are of one language.

    `row` is the ledger row, and None for what happened to a notice, and for what did not happen. `corrected_by` is the
    row of the correction of this event that holds today. `word` tells whose word it is that the author said it, where a
    server signed for them. `kind` is the event's, of a notice that of the event it tells of, of what did not happen
    that of the event at which it shows. `late_days` are the days that passed before what happened was recorded, where
    they are many. `lack` says in what way the line is not as it should be.
    """

    row: int | None
    sort: Sort
    recorded_at: datetime
    effective_on: date | None
    by: str
    what: str
    answer: str
    stage: Stage | None
    event_id: str
    kind: str
    corrected_by: int | None = None
    word: str | None = None
    late_days: int | None = None
    lack: Lack | None = None


def timeline(
    lines: Sequence[LedgerLine],
    notices: Iterable[NoticeLine] = (),
    lacks: Iterable[Omission] = (),
    now: datetime | None = None,
) -> list[TimelineRow]:
    """Everything that happened, in the language that is spoken now; with what happened to these notices among it, and
    with what should have happened and has not, as it is `now`."""
    rows = {line.event_id: line.row for line in lines}
    holding = corrections_in_effect(accepted_entries(lines))
    corrected = {str(event_id): rows[str(by.event.event_id)] for event_id, by in holding.items()}
    told = [_of_line(line, lines, rows, corrected.get(line.event_id)) for line in lines]
    beside = [row for notice in notices for row in _of_notice(notice, rows)]
    shown = {row.row: row for row in told}
    missed = [one for one in lacks if one.lack is not Lack.RECORDED_LATE]
    missed_at: dict[int | None, list[TimelineRow]] = defaultdict(list)
    for one in missed:
        if one.row is not None:
            missed_at[one.row].append(_of_lack(one, shown[one.row]))
    still_open = [_open_still(one, now or datetime.now(UTC)) for one in missed if one.row is None]
    return [
        *(one for row in _in_order(told, beside) for one in (row, *(missed_at[row.row] if row.row else ()))),
        *still_open,
    ]


def _of_line(
    line: LedgerLine,
    lines: Sequence[LedgerLine],
    rows: dict[str, int],
    corrected_by: int | None,
) -> TimelineRow:
    accepted, late = Sort.CORRECTION if line.kind == "corrected" else Sort.EVENT, late_days(line)
    return TimelineRow(
        row=line.row,
        sort=accepted if line.receipt.accepted else Sort.REFUSAL,
        recorded_at=line.recorded_at,
        effective_on=line.effective_on,
        by=line.actor or _("unknown"),
        what=_confirmed(line, lines) or what_came(line, rows),
        answer=answer(line.receipt),
        stage=line.receipt.stage,
        event_id=line.event_id,
        kind=line.kind,
        corrected_by=corrected_by if line.receipt.accepted else None,
        word=word_of(line),
        late_days=late,
        lack=None if late is None else Lack.RECORDED_LATE,
    )


def _of_lack(lack: Omission, at: TimelineRow) -> TimelineRow:
    """A line for what came late or never, or was told to the wrong ones, and the row at which it shows."""
    answer = _("{lack}, as row {row} shows", lack=translate(lack.lack.in_words), row=at.row)
    shown = {"recorded_at": at.recorded_at, "event_id": at.event_id, "kind": at.kind}
    return _deviation(lack, answer=answer, **shown)


def _open_still(lack: Omission, now: datetime) -> TimelineRow:
    """A line for what was due and has not come, on the day on which it is asked for."""
    answer = _("{lack}, as of {day}", lack=translate(lack.lack.in_words), day=day_in_sweden(now))
    return _deviation(lack, answer=answer, recorded_at=now, event_id="", kind="")


def _deviation(lack: Omission, **shown: Any) -> TimelineRow:
    said = {"effective_on": lack.day, "what": lack.what, "lack": lack.lack}
    return TimelineRow(row=None, sort=Sort.DEVIATION, by=_("the audit"), stage=None, **said, **shown)


def _confirmed(line: LedgerLine, lines: Sequence[LedgerLine]) -> str | None:
    """What a partner's own confirmation is about: ids of notices, which follow from event and recipient, say nothing
    to people. None of any other line, and where somebody else confirmed in the partner's place."""
    if line.kind != "partner_acknowledged" or line.event is None:
        return None
    by = Actor.read(line.actor or "")
    name = by.name if by else ""
    for other in lines:
        if str(id_of_notice(UUID(other.event_id), line.journey_id, name)) == line.event["notice_id"]:
            partner = called("recipient", name)
            return as_answered(
                line, _("{recipient} confirmed the notice of row {row}.", recipient=partner, row=other.row)
            )
    return None


def _of_notice(notice: NoticeLine, rows: dict[str, int]) -> Iterator[TimelineRow]:
    """A line for how far a notice has come, and one for its acknowledgement."""
    row, to = rows.get(notice.event_id, _("unknown")), told_to(notice.recipient, notice.sent_to)
    by = {"event_id": notice.event_id, "kind": notice.kind, "row": None, "effective_on": None, "stage": None}
    what = {
        Delivery.SENT: _("{recipient} was told of row {row}.", recipient=to, row=row),
        Delivery.PENDING: _("{recipient} is to be told of row {row}; the notice is on its way.", recipient=to, row=row),
        Delivery.DEAD: _("{recipient} could not be told of row {row}.", recipient=to, row=row),
        Delivery.TO_CALL: _(
            "{recipient} has no e-mail address, and is to be called of row {row}.", recipient=to, row=row
        ),
        Delivery.WITHDRAWN: _("{recipient} is no longer to be told of row {row}.", recipient=to, row=row),
    }[notice.status]
    state, at = translate(notice.status.in_words), notice.sent_at or notice.created_at
    yield TimelineRow(sort=Sort.NOTICE, recorded_at=at, by=_("the product"), what=what, answer=state, **by)
    if notice.acknowledged_at is not None:
        what = _("{recipient} confirmed the notice of row {row}.", recipient=to, row=row)
        at = notice.acknowledged_at
        yield TimelineRow(sort=Sort.ACKNOWLEDGEMENT, recorded_at=at, by=to, what=what, answer=_("confirmed"), **by)


def _in_order(lines: Sequence[TimelineRow], others: Sequence[TimelineRow]) -> list[TimelineRow]:
    """Ledger rows in the order of the ledger, whatever their moments say; the others each after what came before it."""
    ordered: list[TimelineRow] = []
    left = sorted(others, key=lambda row: row.recorded_at)
    for line in lines:
        while left and left[0].recorded_at < line.recorded_at:
            ordered.append(left.pop(0))
        ordered.append(line)
    return [*ordered, *left]
