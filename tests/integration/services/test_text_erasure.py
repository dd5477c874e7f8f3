"""A text is erased by a decision: it is gone from the database's files, the rest verifies, and a signed row says so."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text, update
from sqlalchemy.exc import DatabaseError

from auditing.evidence.evidence import Evidence, read_rows
from auditing.verification.chained_checks import chained_findings
from auditing.verification.text_checks import text_check
from models.events.texts import texts_in
from models.tables.people import TextErasureRow, TextRow
from runtime.errors import Refused, UsageError
from runtime.statement_log import StatementLog
from services.application import Application
from services.privacy.text_erasure import ErasedTexts, erase_texts
from services.queries.lists import Lists
from services.recording.correction import correction
from services.texts import opened, texts_of
from tests.support.desks import office_of
from tests.support.errors import raises
from tests.support.findings import named
from tests.support.recording import RecordedWay, recorded_way, rows_of
from tests.support.values import COORDINATOR

SLIP = "Åsa berättade om sin sjukdom"
DECISION = "KS 2026/117"


@pytest.fixture
def way(engine: Engine) -> RecordedWay:
    """A journey whose second row is a note."""
    way = recorded_way(engine, "K7Q29FMXB")
    assert way.tells("note_added", text=SLIP).accepted
    return way


def office(way: RecordedWay) -> Application:
    engine = way.recorder.engine
    return office_of(engine, lists=Lists(engine))


def erases(way: RecordedWay, row: int = 2, actor: str = COORDINATOR, **more: Any) -> ErasedTexts:
    application = office(way)
    [line] = application.lists.journeys()
    return erase_texts(application, line, row, actor=actor, **{"decision": DECISION, **more})


def shown(way: RecordedWay, number: int = 2) -> list[str]:
    lines = opened(Lists(way.recorder.engine).ledger(way.id), texts_of(way.recorder.engine, way.id))
    return [text for _, text in texts_in(lines[number - 1].event)]


def findings(way: RecordedWay) -> list[tuple[str, str]]:
    engine = way.recorder.engine
    rows = read_rows(engine, [way.id])[way.id]
    of_texts = text_check(engine)(Evidence(way.id, (), rows), None)
    return [named(one) for one in (*of_texts, *chained_findings(engine, StatementLog(engine).register()))]


def test_an_erased_text_is_shown_as_erased_and_everything_verifies(way: RecordedWay) -> None:
    done = erases(way, decided_by="Lena Strand")
    assert (done.fields, done.decided_by, done.erased_by) == (("text",), "Lena Strand", COORDINATOR)
    assert shown(way) == ["(erased on 2026-03-02, KS 2026/117)"]
    [kept] = rows_of(way.recorder.engine, "texts")
    assert kept["contents"] is None
    [row] = rows_of(way.recorder.engine, "text_erasures")
    said = (row["number"], row["text"], row["decided_by"], row["decision"], row["recorded_by"])
    assert said == (1, kept["id"], "Lena Strand", DECISION, COORDINATOR)
    assert findings(way) == []


def test_nothing_of_an_erased_text_is_left_in_the_files_of_sqlite(way: RecordedWay) -> None:
    engine = way.recorder.engine
    if engine.dialect.name != "sqlite":
        assert not erases(way).is_gone
        return
    [sealed] = [row["contents"] for row in rows_of(engine, "texts")]
    files = [Path(f"{engine.url.database}{ending}") for ending in ("", "-wal")]
    assert any(sealed in file.read_bytes() for file in files)
    assert erases(way).is_gone
    assert not any(sealed in file.read_bytes() for file in files if file.exists())


def test_the_same_event_sent_again_brings_no_erased_text_back(way: RecordedWay) -> None:
    event = way.event("note_added", text=SLIP)
    first = way.records(event)
    erases(way, 3)
    assert way.records(event) == first
    assert shown(way, 3) == ["(erased on 2026-03-02, KS 2026/117)"]


def test_a_text_that_a_correction_took_along_is_erased_there_too(way: RecordedWay) -> None:
    said = correction(Lists(way.recorder.engine).ledger(way.id), 2, "A slip", {}, "2026-03-01")
    assert way.tells("corrected", **said).accepted
    erases(way)
    gone = "(erased on 2026-03-02, KS 2026/117)"
    assert (shown(way), shown(way, 3)) == ([gone], ["A slip", gone])
    again = correction(Lists(way.recorder.engine).ledger(way.id), 2, "The day again", {}, "2026-03-02")
    assert way.tells("corrected", **again).accepted
    assert findings(way) == []


def test_one_field_of_a_row_can_be_erased_alone(way: RecordedWay) -> None:
    said = correction(Lists(way.recorder.engine).ledger(way.id), 2, "A slip", {"text": "Something else"}, None)
    assert way.tells("corrected", **said).accepted
    with raises(UsageError, "erasure.other_field", known="reason, text"):
        erases(way, 3, field="remark")
    assert erases(way, 3, field="reason").fields == ("reason",)
    assert shown(way, 3) == ["(erased on 2026-03-02, KS 2026/117)", "Something else"]
    assert erases(way, 3).fields == ("text",)


def test_only_a_text_that_is_there_is_erased(way: RecordedWay) -> None:
    for row in (1, 9):
        with raises(UsageError, "erasure.no_text"):
            erases(way, row)
    wrongs: list[dict[str, Any]] = [{"decision": " "}, {"decided_by": "a\nb"}]
    for wrong in wrongs:
        with raises(UsageError, "erasure.one_line"):
            erases(way, **wrong)
    erases(way)
    with raises(Refused, "erasure.already"):
        erases(way)
    assert len(rows_of(way.recorder.engine, "text_erasures")) == 1


@pytest.mark.parametrize("actor", ["coordinator:bo.lind", "supervisor:maria.ek", "operator:kim.dahl"])
def test_whoever_the_table_does_not_permit_erases_nothing(way: RecordedWay, actor: str) -> None:
    with pytest.raises(Refused):
        erases(way, actor=actor)
    assert shown(way) == [SLIP]


def test_the_manager_may_erase_too(way: RecordedWay) -> None:
    assert erases(way, actor="manager:lena.strand").erased_by == "manager:lena.strand"


def test_contents_put_back_after_an_erasure_are_named(way: RecordedWay) -> None:
    engine = way.recorder.engine
    [before] = rows_of(engine, "texts")
    erases(way)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("alter table texts disable trigger all"))
        else:
            connection.execute(text("drop trigger texts_no_update"))
        connection.execute(update(TextRow).values(contents=bytes(before["contents"])))
    assert findings(way) == [("finding.text_not_erased", "row 2")]


def test_the_database_itself_lets_a_text_go_and_nothing_else(way: RecordedWay) -> None:
    erases(way)
    forbidden: list[Any] = [
        update(TextRow).values(contents=b"x"),
        update(TextRow).values(contents=None, field="x"),
        update(TextErasureRow).values(decision="x"),
        text("delete from text_erasures"),
    ]
    for statement in forbidden:
        with way.recorder.engine.connect() as connection, pytest.raises(DatabaseError, match="append-only"):
            connection.execute(statement)
