"""Positions and places: an audit names what was changed in the database, and what no worker has signed."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from threading import Barrier
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from activities.chained_rows import append
from activities.positions import OFFERED
from auditing.evidence.evidence import Evidence, read_rows
from auditing.evidence.fields import FIELDS
from auditing.verification.chained_checks import chained_findings
from auditing.verification.position_checks import position_findings
from auditing.verification.projection_checks import place_findings_by_rows
from models.message import Message
from models.programme.position import Position
from models.signatures import Signer
from models.stages import Stage
from models.tables.journeys import PositionChangeRow, PositionRow
from runtime.keyring import WORKER
from runtime.statement_log import StatementLog
from tests.support.authority import found, key_of, offer
from tests.support.builders import ROUTES
from tests.support.findings import english, named
from tests.support.programmes import RULES
from tests.support.recording import RecordedWay, by_hand, recorder_on, rows_of

KITCHEN, TRANSPORT = "lasarettet_tray_kitchen", "lasarettet_transport"


@pytest.fixture
def engine(engine: Engine) -> Engine:
    """A database whose positions the worker of the tests has signed."""
    found(engine, RULES)
    return engine


def findings(engine: Engine) -> list[tuple[str, str]]:
    register = StatementLog(engine).register()
    return [named(one) for one in (*position_findings(engine), *chained_findings(engine, register))]


def changes(engine: Engine) -> int:
    return len(rows_of(engine, "position_changes", "number"))


def with_places(places: int) -> list[Position]:
    """The positions of the files, of which the kitchen has so many places."""
    return [one.model_copy(update={"places": places}) if one.id == KITCHEN else one for one in RULES.positions]


def test_positions_that_workers_signed_are_not_named(engine: Engine) -> None:
    before = changes(engine)
    assert before == len(RULES.positions)
    offer(engine, RULES.positions)
    assert changes(engine) == before
    offer(engine, with_places(9))
    assert changes(engine) == before + 1
    offer(engine, [one for one in RULES.positions if one.id != KITCHEN])
    assert changes(engine) == before + 2
    offer(engine, [one for one in RULES.positions if one.id != KITCHEN])
    assert changes(engine) == before + 2
    assert findings(engine) == []


@pytest.mark.parametrize("column", OFFERED)
def test_a_position_that_was_changed_is_named(engine: Engine, column: str) -> None:
    value = "7" if column == "places" else "'other'"
    by_hand(engine, f"update positions set {column} = {value} where id = '{KITCHEN}'")
    [one] = position_findings(engine)
    assert named(one) == ("finding.position_differs", f"position {KITCHEN}")
    assert isinstance(one.found, Message)
    assert f"{english(FIELDS.get(column, column))}: {value.strip(chr(39))}" == english(one.found)


def test_a_position_that_was_set_right_again_is_not_named(engine: Engine) -> None:
    """What the page on security says that an audit does not see. Whoever makes it see must say so there."""
    by_hand(engine, f"update positions set places = 7 where id = '{KITCHEN}'")
    assert len(findings(engine)) == 1
    offer(engine, RULES.positions)  # as every worker does that begins
    assert findings(engine) == []


def test_a_position_that_was_put_in_is_named(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        session.add(PositionRow(id="moon", places=7, **{name: "x" for name in OFFERED if name != "places"}))
    for _ in range(2):  # and stays so when a worker begins, which takes away its places
        assert findings(engine) == [("finding.position_not_signed", "position moon")]
        offer(engine, RULES.positions)
    assert [row["places"] for row in rows_of(engine, "positions") if row["id"] == "moon"] == [0]


def test_a_position_that_left_the_files_keeps_what_was_signed_of_it(engine: Engine) -> None:
    by_hand(engine, f"update positions set title = 'other' where id = '{KITCHEN}'")
    offer(engine, [one for one in RULES.positions if one.id != KITCHEN])
    [kitchen] = [row for row in rows_of(engine, "positions") if row["id"] == KITCHEN]
    assert (kitchen["title"], kitchen["places"]) == (RULES.positions[0].title.as_column(), 0)
    assert findings(engine) == []


def test_workers_that_begin_at_the_same_time_sign_each_change_once(engine: Engine) -> None:
    before, start = changes(engine), Barrier(4)

    def begins(_worker: int) -> None:
        start.wait()
        offer(engine, with_places(9))

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(begins, range(4)))
    assert changes(engine) == before + 1
    assert findings(engine) == []


def test_a_position_that_was_taken_out_is_named(engine: Engine) -> None:
    by_hand(engine, f"delete from positions where id = '{KITCHEN}'")
    assert findings(engine) == [("finding.position_missing", f"position {KITCHEN}")]


def more_places(engine: Engine, key: Ed25519PrivateKey) -> None:
    """Give the kitchen places, in the table and in the log."""
    [kitchen] = [one for one in rows_of(engine, "positions") if one["id"] == KITCHEN]
    said = {name: kitchen[name] for name in OFFERED}
    with Session(engine) as session, session.begin():
        append(
            session,
            [PositionChangeRow(position=KITCHEN, **{**said, "places": 7})],
            at=datetime.now(UTC),
            by=Signer(key),
        )
    by_hand(engine, f"update positions set places = 7 where id = '{KITCHEN}'")


def test_whoever_has_the_workers_key_can_give_a_position_places(engine: Engine) -> None:
    """What the page on security says that an audit does not see. Whoever makes it see must say so there."""
    more_places(engine, key_of(WORKER))
    assert findings(engine) == []


def test_a_change_that_no_registered_worker_signed_is_named(engine: Engine) -> None:
    more_places(engine, Ed25519PrivateKey.generate())
    assert findings(engine) == [
        ("finding.row_not_a_workers", f"positions offered, row {len(RULES.positions) + 1}"),
    ]


@pytest.mark.parametrize("statement", ["update position_changes set places = 7", "delete from position_changes"])
def test_the_database_refuses_to_change_what_was_signed(engine: Engine, statement: str) -> None:
    with engine.connect() as connection, pytest.raises(DatabaseError, match="append-only"):
        connection.execute(text(statement))


# Places, where no history tells


def evidence_of(engine: Engine, journey: str) -> Evidence:
    return Evidence(journey, (), read_rows(engine, [journey])[journey])


def place_of(evidence: Evidence) -> list[tuple[str, str]]:
    """What is said of the place: expected, found."""
    return [(english(one.expected), english(one.found)) for one in place_findings_by_rows(evidence, evidence.ledger)]


def with_place(evidence: Evidence, position: str | None) -> Evidence:
    places: Sequence[dict[str, Any]] = [{"position": position}] if position else []
    return replace(evidence, rows={**evidence.rows, "places_taken": places})


def erased(evidence: Evidence) -> Evidence:
    ledger = [{**row, "event": None} for row in evidence.ledger]
    return replace(evidence, rows={**evidence.rows, "ledger": ledger})


def test_a_place_is_held_by_the_rows_of_the_ledger(engine: Engine) -> None:
    way = RecordedWay(recorder_on(engine)).comes(*ROUTES[Stage.INTERNSHIP])
    held = evidence_of(engine, way.id)
    assert place_of(held) == place_of(erased(held)) == []
    assert place_of(with_place(held, TRANSPORT)) == [(KITCHEN, TRANSPORT)]
    assert place_of(with_place(held, None)) == [(KITCHEN, "no place")]
    assert place_of(with_place(erased(held), None)) == [("a place", "no place")]

    way.comes("internship_completed")
    freed = evidence_of(engine, way.id)
    assert place_of(freed) == place_of(erased(freed)) == []
    assert place_of(with_place(freed, KITCHEN)) == [("no place", KITCHEN)]


def test_a_place_that_nobody_has_a_row_for_is_named(engine: Engine) -> None:
    nobody = "journey/K7Q29FMXB/service_division"
    by_hand(engine, f"insert into places_taken values ('{nobody}', '{KITCHEN}', '2026-01-01 00:00:00.000000')")
    assert place_of(evidence_of(engine, nobody)) == [("no place", KITCHEN)]
