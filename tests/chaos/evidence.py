"""What is left of a world when it has come to rest, read from tables, histories and receivers, past all services."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Engine, select
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHistory
from temporalio.service import RPCError

from activities.authority import BEHIND
from activities.contents import event_in
from activities.sealing import sealer_on
from models.identifiers import JOURNEY_WORKFLOW, JourneyId
from models.programme.programme import Programme
from models.projections.status import Status
from models.tables.base import Base
from models.tables.journeys import JourneyRow, PlaceRow, PositionRow
from models.tables.ledger import LedgerRow, NoticeRow, StatementRow
from runtime.encryption.opened import opened
from runtime.local.inbox import InboxItem, read_inbox
from tests.chaos.journal import Sent
from workflows.messages import STATUS_QUERY


@dataclass
class Told:
    """What the histories of a journey's runs say: receipts by event, rows each; and which events it took in from the
    ledger or carried into a run. `is_open` while its latest run goes on."""

    receipts: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    known: set[str] = field(default_factory=set)
    is_open: bool = False


@dataclass
class Evidence:
    """Rows as they stand, each with the columns of its table; of the ledger also the `event`, opened."""

    rules: dict[str, Programme]
    ledger: dict[str, list[Any]]
    notices: list[Any]
    lists: dict[str, Any]
    places: dict[str, str]
    offered: dict[str, int]
    worker_keys: set[str]
    told: dict[str, Told]
    statuses: dict[str, Status]
    deliveries: list[InboxItem]
    sent: list[Sent]
    answers: set[str] = field(default_factory=set)
    """The journeys that have answered one more event after all."""


def rows(engine: Engine, table: type[Base]) -> list[Any]:
    """All rows of a table, in the order of its key."""
    with engine.connect() as connection:
        found = connection.execute(select(table.__table__).order_by(*table.__table__.primary_key))
        return [SimpleNamespace(**row._mapping) for row in found]


def ledger_of(engine: Engine) -> dict[str, list[Any]]:
    """The ledger by journey, in the order of rows, with what is sealed in them."""
    found: dict[str, list[Any]] = defaultdict(list)
    sealer = sealer_on(engine)
    for row in rows(engine, LedgerRow):
        seal = sealer.unless_ended(JourneyId.parse(row.journey_id).candidate)
        row.event = event_in(seal, row) if seal else None
        found[row.journey_id].append(row)
    return {journey: sorted(of_one, key=lambda row: row.row) for journey, of_one in found.items()}


async def read(
    engine: Engine, client: Client, rules: dict[str, Programme], inbox: Path, sent: Sequence[Sent], answers: set[str]
) -> Evidence:
    """Everything. Raises RPCError and what the database raises: nothing is broken any more."""
    said = [one.said for one in rows(engine, StatementRow)]
    ledger = ledger_of(engine)
    told = await told_by_histories(client, {*ledger, *(one.journey for one in sent)})
    return Evidence(
        rules=rules,
        ledger=ledger,
        notices=rows(engine, NoticeRow),
        lists={row.journey_id: row for row in rows(engine, JourneyRow)},
        places={row.journey_id: row.position for row in rows(engine, PlaceRow)},
        offered={row.id: row.places for row in rows(engine, PositionRow)},
        worker_keys={str(one["key"]) for one in said if one["kind"] == "worker_registered"},
        told=told,
        statuses=await statuses_of(client, told),
        deliveries=read_inbox(inbox),
        sent=list(sent),
        answers=answers,
    )


async def statuses_of(client: Client, journeys: Iterable[str]) -> dict[str, Status]:
    """What each journey says of itself; nothing where it says nothing."""
    found = {}
    for journey in journeys:
        try:
            handle = client.get_workflow_handle(journey)
            found[journey] = await handle.query(STATUS_QUERY, result_type=Status)
        except RPCError:
            continue
    return found


async def told_by_histories(client: Client, journeys: Iterable[str]) -> dict[str, Told]:
    """What Temporal keeps of these journeys."""
    found: dict[str, Told] = {}
    for journey in journeys:
        async for run in client.list_workflows(f'WorkflowType = "{JOURNEY_WORKFLOW}" AND WorkflowId = "{journey}"'):
            history = await client.get_workflow_handle(run.id, run_id=run.run_id).fetch_history()
            _read_run(found.setdefault(run.id, Told()), await opened(client, history))
    return found


ENDS = frozenset(
    {
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW,
    }
)


def _read_run(told: Told, history: WorkflowHistory) -> None:
    begun = history.events[0].workflow_execution_started_event_attributes
    for payload in begun.input.payloads:
        told.known.update(entry["event"]["event_id"] for entry in json.loads(payload.data).get("entries", ()))
    for event in history.events:
        if event.event_type != EventType.EVENT_TYPE_MARKER_RECORDED:
            continue
        marker = event.marker_recorded_event_attributes
        for payload in marker.details["result"].payloads if "result" in marker.details else ():
            receipt = json.loads(payload.data)
            if "event_id" in receipt:  # what else a journey asks of the database is answered otherwise
                told.receipts[receipt["event_id"]].add(receipt["row"])
        failure = marker.failure.application_failure_info
        if failure.type == BEHIND:
            told.known.update(json.loads(one.data)["event"]["event_id"] for one in failure.details.payloads)
    told.is_open = told.is_open or history.events[-1].event_type not in ENDS
