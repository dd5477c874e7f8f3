"""What a worker counts as it goes along: events recorded, notices delivered, and how long each took. No label names
anybody: kinds, outcomes, channels, and partners, which are organisations."""

import asyncio
from collections.abc import Callable, Container, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from models.events.events import EVENT_CLASSES
from models.ledger.entry import UNREADABLE, LedgerEntry
from models.ledger.receipt import Receipt
from models.tables.ledger import NoticeRow

KINDS = frozenset({*EVENT_CLASSES, UNREADABLE})

OTHER = "other"
"""A label for what is not known: what a sender has made up is no label."""

ACKNOWLEDGED = "partner_acknowledged"

WAITS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600)
"""Seconds: from an event as it mostly goes to one that waits for a database that is away."""

DAYS = tuple(24 * 3600 * days for days in (0.04, 0.25, 1, 2, 3, 5, 7, 14, 30))


class Measures:
    """The counters of one worker, in a registry."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.events = Counter("helavagen_events", "Events recorded", ("kind", "outcome"), registry=registry)
        self.receipts = Histogram(
            "helavagen_event_receipt_seconds",
            "From when a journey takes up an event to its receipt",
            registry=registry,
            buckets=WAITS,
        )
        self.deliveries = Counter(
            "helavagen_deliveries", "Attempts to deliver a notice", ("channel", "outcome"), registry=registry
        )
        self.delivering = Histogram(
            "helavagen_delivery_seconds", "How long an attempt took", ("channel",), registry=registry
        )
        self.acknowledging = Histogram(
            "helavagen_acknowledged_seconds",
            "From when a notice was sent to when its partner acknowledged it",
            ("partner",),
            registry=registry,
            buckets=DAYS,
        )

        self.files = Gauge(
            "helavagen_files_set_aside", "Files of programmes/ with a fault", ("file",), registry=registry
        )

    def set_aside(self, files: Mapping[str, bool]) -> None:
        """Show of each file of `programmes/` whether it is set aside."""
        self.files.clear()
        for file, is_set_aside in files.items():
            self.files.labels(file).set(is_set_aside)

    def recorded(self, entry: LedgerEntry, receipt: Receipt, now: datetime) -> bool:
        """Count an event that has its receipt; False where that is the receipt of an earlier time."""
        is_first = receipt.recorded_at == entry.recorded_at
        outcome = ("accepted" if receipt.accepted else "refused") if is_first else "repeated"
        self.events.labels(entry.kind if entry.kind in KINDS else OTHER, outcome).inc()
        self.receipts.observe(max(0.0, (now - entry.recorded_at).total_seconds()))
        return is_first

    def delivered(self, channel: str, outcome: str, seconds: float) -> None:
        """Count an attempt to deliver."""
        self.deliveries.labels(channel, outcome).inc()
        self.delivering.labels(channel).observe(seconds)


class Sent(NamedTuple):
    """To which partner a notice was sent, and how long it took them to acknowledge it."""

    partner: str
    after: timedelta


def acknowledged(engine: Engine, notice_id: UUID) -> Sent | None:
    """How long a partner took for a notice; None where there is none, or it was not sent by us."""
    row = NoticeRow
    query = select(row.recipient, row.sent_at, row.acknowledged_at).where(row.notice_id == notice_id)
    with Session(engine) as session:
        found = session.execute(query).first()
    if found is None or found.sent_at is None or found.acknowledged_at is None:
        return None
    return Sent(found.recipient, found.acknowledged_at - found.sent_at)


class CountsEvents(Interceptor):
    """Counts each event as it is recorded. Nothing of it holds up or fails a recording."""

    def __init__(
        self, measures: Measures, engine: Engine, partners: Container[str], now: Callable[[], datetime]
    ) -> None:
        self._measures = measures
        self._engine = engine
        self._partners = partners
        self._now = now
        self._asked: set[asyncio.Task[None]] = set()

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """Stand before every activity."""
        return _Counting(next, self)

    def count(self, entry: LedgerEntry, receipt: Receipt) -> None:
        """Count an event, and where it acknowledges a notice how long that took."""
        is_first = self._measures.recorded(entry, receipt, self._now())
        if is_first and receipt.accepted and entry.kind == ACKNOWLEDGED and entry.event is not None:
            task = asyncio.create_task(self._ask(UUID(str(entry.event["notice_id"]))))
            self._asked.add(task)
            task.add_done_callback(self._forget)

    async def _ask(self, notice_id: UUID) -> None:
        sent = await asyncio.to_thread(acknowledged, self._engine, notice_id)
        if sent is not None:
            partner = sent.partner if sent.partner in self._partners else OTHER
            self._measures.acknowledging.labels(partner).observe(sent.after.total_seconds())

    def _forget(self, task: "asyncio.Task[None]") -> None:
        self._asked.discard(task)
        if not task.cancelled():
            task.exception()  # a database that is away is told of elsewhere


class _Counting(ActivityInboundInterceptor):
    def __init__(self, next: ActivityInboundInterceptor, counting: CountsEvents) -> None:
        super().__init__(next)
        self._counting = counting

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        result = await super().execute_activity(input)
        if isinstance(result, Receipt) and input.args and isinstance(input.args[0], LedgerEntry):
            self._counting.count(input.args[0], result)
        return result
