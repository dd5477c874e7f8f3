"""Rows that somebody writes into the ledger by SQL, changes there or takes out, and the finding that must name each."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, delete, insert, select, update

from activities.contents import opened, sealed
from models.canonical import digest_of
from models.events.events import Event
from models.ledger.hash_chain import row_hash
from models.signatures import row_bytes, sign, sign_event
from models.tables.base import table_of
from models.tables.ledger import LedgerRow
from runtime.keyring import WORKER
from tests.support.authority import key_of
from tests.support.office import event
from tests.support.tampering import seal_in

FORGER = Ed25519PrivateKey.from_private_bytes(bytes([9] * 32))
LEDGER = table_of(LedgerRow)
GUARDS = ("ledger_no_update", "ledger_no_delete", "ledger_next_row", "ledger_chain")


def rows_of(connection: Connection, journey: str) -> list[dict[str, Any]]:
    """The rows as they stand, and what is sealed in them, for somebody who has the keys."""
    found = connection.execute(select(LEDGER).where(LEDGER.c.journey_id == journey).order_by(LEDGER.c.row))
    seal = seal_in(connection, journey)
    return [{**row._mapping, "said": opened(seal, row)} for row in found]


def with_contents(connection: Connection, row: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """A row with other contents, sealed for its place, and hashed."""
    said = row["said"]._replace(**changed)
    event = said.event and digest_of(said.event, said.event_salt)
    row = {**row, "digest": event or row["digest"], "commitment": said.commitment, "said": said}
    row["contents"] = sealed(seal_in(connection, row["journey_id"]), said, row["journey_id"], row["row"])
    return {**row, "hash": row_hash(row)}


def put_in(connection: Connection, row: dict[str, Any]) -> None:
    connection.execute(insert(LEDGER).values({name: value for name, value in row.items() if name != "said"}))


def next_row(connection: Connection, journey: str, said: Event, key: Ed25519PrivateKey | None) -> dict[str, Any]:
    """The row that a worker would write next, with a right chain; unsigned by a worker. `key` signs the event."""
    *_, last = rows_of(connection, journey)
    number, salt = last["row"] + 1, "a" * 32
    signed = sign_event(key, journey, said, salt) if key else None
    receipt = {
        **last["said"].receipt,
        "row": number,
        "event_id": str(said.event_id),
        "kind": said.kind,
        "accepted": True,
    }
    row = {
        **{name: last[name] for name in ("journey_id", "stage_after", "rules_digest", "form")},
        **{"row": number, "event_id": said.event_id, "kind": said.kind, "actor": str(said.actor)},
        **{"effective_on": said.effective_on, "recorded_at": datetime.now(UTC), "accepted": True, "rule": None},
        **{"source": None, "stage_before": last["stage_after"], "previous": last["hash"], "said": last["said"]},
        **{"key": signed.key if signed else None, "signature": signed.value if signed else None},
        **{"worker": None, "worker_signature": None},
    }
    event = json.loads(said.model_dump_json())
    return with_contents(connection, row, event=event, event_salt=salt, receipt=receipt)


def written_by(row: dict[str, Any], worker: Ed25519PrivateKey) -> dict[str, Any]:
    signed = sign(worker, row_bytes(row["hash"]))
    return {**row, "worker": signed.key, "worker_signature": signed.value}


def with_a_key_of_ones_own(connection: Connection, journey: str) -> None:
    row = next_row(connection, journey, event("note_added", text="Forged."), FORGER)
    put_in(connection, written_by(row, FORGER))


def with_a_signature_copied(connection: Connection, journey: str) -> None:
    row = next_row(connection, journey, event("note_added", text="Forged."), None)
    last = rows_of(connection, journey)[-1]
    copied = {name: last[name] for name in ("key", "signature")}
    row = {**row, **copied}
    row["hash"] = row_hash(row)
    put_in(connection, {**row, "worker": last["worker"], "worker_signature": last["worker_signature"]})


TAKEN = UUID("0f6b8f5e-4d6c-4d1f-9f0e-3b1f3a7f1a01")
"""The event id under which somebody forges a row before the genuine event is sent."""


def under_an_id_sent_afterwards(connection: Connection, journey: str) -> None:
    row = next_row(connection, journey, event("note_added", text="Forged.", event_id=TAKEN), FORGER)
    put_in(connection, written_by(row, FORGER))


def changed_and_hashed_anew(connection: Connection, journey: str) -> None:
    for guard in GUARDS:
        connection.exec_driver_sql(f"drop trigger {guard}")
    first, second, *later = rows_of(connection, journey)
    said = {**second["said"].event, "text": "Something else."}
    rows, previous = [with_contents(connection, second, event=said), *later], first["hash"]
    for row in rows:
        row["previous"] = previous
        previous = row["hash"] = row_hash(row)
        values = {name: row[name] for name in ("contents", "digest", "previous", "hash")}
        connection.execute(update(LEDGER).where(LEDGER.c.id == row["id"]).values(values))


def moved_back_before_a_revocation(connection: Connection, journey: str) -> None:
    """Signed by nobody's worker: the last row is dated a year earlier, and hashed anew."""
    *_, last = rows_of(connection, journey)
    last["recorded_at"] -= timedelta(days=365)
    values = {"recorded_at": last["recorded_at"], "hash": row_hash(last)}
    connection.execute(update(LEDGER).where(LEDGER.c.id == last["id"]).values(values))


def with_the_workers_key_and_no_author(connection: Connection, journey: str) -> None:
    """Whoever has taken the worker's key can sign a row, and not the event in it."""
    row = next_row(connection, journey, event("note_added", text="Forged."), FORGER)
    put_in(connection, written_by(row, key_of(WORKER)))


def made_to_do_harm(connection: Connection, journey: str) -> None:
    """Whoever has taken the worker's key writes what no reader expects: texts with places in them, and an answer that
    says itself over and over."""
    said: Any = "{0} {x.__class__} {:3000000000} {0:{1}}"
    for _ in range(30):
        said = {"id": "the_union_answers_for_itself.other", "values": {"union": said, "other": "{0}"}}
    row = next_row(connection, journey, event("note_added", text="Forged."), FORGER)
    receipt = {**row["said"].receipt, "message": "{0}", "reason": said, "source": "{:3000000000}"}
    event_ = {**row["said"].event, "moved": {}, "read_up_to": [{}], "text": "{0}", "reason": "{x.__class__}"}
    put_in(connection, written_by(with_contents(connection, row, receipt=receipt, event=event_), key_of(WORKER)))


def taken_out(connection: Connection, journey: str) -> None:
    *_, last = rows_of(connection, journey)
    connection.execute(delete(LEDGER).where(LEDGER.c.id == last["id"]))


@dataclass(frozen=True)
class Forging:
    """What is done to a journey of two rows, what is sent honestly afterwards, and the finding that must name it."""

    forge: Callable[[Connection, str], None]
    row: int
    what: str
    afterwards: UUID | None = None


NOT_A_WORKERS = "finding.row_not_a_workers"
FORGINGS = {
    "inserted with a key of one's own": Forging(with_a_key_of_ones_own, 3, NOT_A_WORKERS, uuid4()),
    "inserted with a worker's signature copied": Forging(with_a_signature_copied, 3, NOT_A_WORKERS, uuid4()),
    "inserted under an id that is sent afterwards": Forging(under_an_id_sent_afterwards, 3, NOT_A_WORKERS, TAKEN),
    "changed and hashed anew": Forging(changed_and_hashed_anew, 2, NOT_A_WORKERS),
    "dated earlier and hashed anew": Forging(moved_back_before_a_revocation, 2, NOT_A_WORKERS),
    "written with the worker's key": Forging(with_the_workers_key_and_no_author, 3, "finding.row_unexpected"),
    "taken out": Forging(taken_out, 2, "finding.row_missing"),
}
