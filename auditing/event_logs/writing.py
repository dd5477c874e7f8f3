"""Writing an event log of some journeys, as process mining reads it, from the ledger."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from typing import Any, BinaryIO, Protocol

from sqlalchemy import Engine, Row, select

from activities.contents import candidate_in
from activities.sealing import Sealer, sealer_on
from auditing.event_logs.objects import PartnerKinds
from auditing.event_logs.ocel import JsonForm, OcelWriter, XmlForm
from auditing.event_logs.traces import LogNotice, Trace, trace_of
from auditing.event_logs.views import View
from auditing.event_logs.xes import XesWriter
from auditing.evidence.reading import in_chunks, seal_of
from models.identifiers import JourneyId
from models.tables.base import table_of
from models.tables.ledger import LedgerRow, NoticeRow
from services.queries.lines import LedgerLine, contents_in, ledger_line
from services.queries.protected import protected_on

AT_ONCE = 100
"""Journeys that are read together: enough that no query is for one, few enough to be held in memory."""


class LogForm(StrEnum):
    """A standard, and how it is written."""

    XES = "xes"
    OCEL_JSON = "ocel"
    OCEL_XML = "ocel-xml"


@dataclass
class WrittenLog:
    """How much was written, and what was left out: journeys of protected persons, and those of which the view has
    nothing, since nothing was accepted or contents are gone."""

    journeys: int = 0
    events: int = 0
    protected: int = 0
    empty: int = 0


class LogWriter(Protocol):
    """Writes a log, trace by trace."""

    def add(self, trace: Trace) -> None: ...

    def finish(self) -> None: ...


def writer_of(form: LogForm, out: BinaryIO, view: View, kinds: PartnerKinds) -> LogWriter:
    """What writes a log of the form to a file opened for bytes."""
    if form is LogForm.XES:
        return XesWriter(out, view)
    return OcelWriter(out, JsonForm() if form is LogForm.OCEL_JSON else XmlForm(), kinds)


def write_log(
    form: LogForm,
    journey_ids: Iterable[str],
    engine: Engine,
    out: BinaryIO,
    *,
    kinds: PartnerKinds,
    view: View = View.RECORDED,
    known_by: datetime | None = None,
) -> WrittenLog:
    """Write the log of these journeys, named in the language that is spoken now, by all that had been recorded by the
    moment `known_by`. `kinds` are those of the partners.

    No more than some journeys are held in memory at a time. Of protected persons nothing is written.
    """
    written, protected = WrittenLog(), protected_on(engine)
    writer = writer_of(form, out, view, kinds)
    for chunk in in_chunks(journey_ids, AT_ONCE):
        shown = [id_ for id_ in chunk if candidate_in(id_) not in protected]
        written.protected += len(chunk) - len(shown)
        notices = _notices_of(engine, shown, known_by) if form is not LogForm.XES else {}
        for id_, lines in _ledger_of(engine, shown, known_by).items():
            journey_id = JourneyId.read(id_)
            trace = trace_of(journey_id, lines, view, notices.get(id_, ())) if journey_id else None
            if trace is None:
                written.empty += 1
                continue
            writer.add(trace)
            written.journeys += 1
            written.events += len(trace.events)
    writer.finish()
    return written


def _ledger_of(engine: Engine, journey_ids: Sequence[str], known_by: datetime | None) -> dict[str, list[LedgerLine]]:
    """The ledger rows of these journeys, opened, by journey, each in their order."""
    table = table_of(LedgerRow)
    query = select(table).where(table.c.journey_id.in_(journey_ids)).order_by(table.c.journey_id, table.c.row)
    if known_by is not None:
        query = query.where(table.c.recorded_at <= known_by)
    sealer = sealer_on(engine)
    sealer.have(candidate_in(id_) for id_ in journey_ids)
    with engine.connect() as connection:
        found = {
            id_: list(rows) for id_, rows in groupby(connection.execute(query), key=lambda row: str(row.journey_id))
        }
    return {id_: list(_opened(sealer, id_, found.get(id_, ()))) for id_ in journey_ids}


def _opened(sealer: Sealer, journey_id: str, rows: Iterable[Row[Any]]) -> Iterator[LedgerLine]:
    seal = seal_of(sealer, candidate_in(journey_id)) if rows else None
    return (ledger_line({**row._mapping, **contents_in(seal, row)}) for row in rows)


def _notices_of(engine: Engine, journey_ids: Sequence[str], known_by: datetime | None) -> dict[str, list[LogNotice]]:
    """The notices of these journeys, by journey, as far as is known outside their contents."""
    table = table_of(NoticeRow)
    query = select(*(table.c[name] for name in NOTICE_COLUMNS)).where(table.c.journey_id.in_(journey_ids))
    found: defaultdict[str, list[LogNotice]] = defaultdict(list)
    with engine.connect() as connection:
        for row in connection.execute(query.order_by(table.c.created_at, table.c.notice_id)):
            moments = [(became, row._mapping[column]) for column, became in BECAME.items()]
            known = [(became, at) for became, at in moments if at is not None and (known_by is None or at <= known_by)]
            if known:
                notice = LogNotice(str(row.notice_id), str(row.event_id), row.recipient, known)
                found[row.journey_id].append(notice)
    return found


BECAME = {"created_at": "created", "sent_at": "sent", "bounced_at": "came back", "acknowledged_at": "acknowledged"}
"""What happens to a notice, by the column that has its moment."""

NOTICE_COLUMNS = ("notice_id", "journey_id", "event_id", "recipient", *BECAME)
