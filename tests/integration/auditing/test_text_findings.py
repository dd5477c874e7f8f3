"""What an audit says of texts that were changed or taken out in the database."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from auditing.evidence.evidence import Evidence, read_rows
from auditing.verification.text_checks import text_check, text_findings
from services.texts import texts_of
from tests.support.desks import RemarkDesk
from tests.support.findings import named

TEXT = "Lär sig snabbt,\nsäger till när något är oklart"


@pytest.fixture
def desk(engine: Engine) -> RemarkDesk:
    """A journey whose evaluation has a remark."""
    desk = RemarkDesk(engine)
    assert desk.way.records(desk.prepares(remark=f" {TEXT} ")[0]).accepted
    return desk


def found(desk: RemarkDesk) -> list[tuple[str, str]]:
    rows = read_rows(desk.engine, [desk.way.id])[desk.way.id]
    return [named(one) for one in text_check(desk.engine)(Evidence(desk.way.id, (), rows), None)]


def by_hand(engine: Engine, change: str) -> None:
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("alter table texts disable trigger all"))
        else:
            for guard in ("texts_no_update", "texts_no_delete"):
                connection.execute(text(f"drop trigger {guard}"))
        connection.execute(text(change))


def test_nothing_is_found_where_a_text_is_as_it_was_written(desk: RemarkDesk) -> None:
    assert found(desk) == []


def test_a_text_that_was_changed_without_the_keys_is_named_by_its_row(desk: RemarkDesk) -> None:
    by_hand(desk.engine, "update texts set contents = (select max(contents) from ledger)")
    assert found(desk) == [("finding.text_missing", "row 5")]


def test_a_text_that_was_changed_with_the_keys_is_named_by_its_row(desk: RemarkDesk) -> None:
    [(reference, kept)] = texts_of(desk.engine, desk.way.id).items()
    row = read_rows(desk.engine, [desk.way.id])[desk.way.id]["ledger"][4]
    changed = {reference: kept.model_copy(update={"text": "Something else"})}
    assert [named(one) for one in text_findings(desk.way.id, [row], changed)] == [("finding.text_differs", "row 5")]


def test_a_text_that_was_taken_out_is_named_by_its_row(desk: RemarkDesk) -> None:
    by_hand(desk.engine, "delete from texts")
    assert found(desk) == [("finding.text_missing", "row 5")]


def test_a_text_that_was_lost_with_a_database_that_was_put_back_is_noted_and_no_finding(desk: RemarkDesk) -> None:
    restored = {"first": 5, "last": 5, "runs": ("a run",)}
    assert desk.way.tells("repaired", actor="operator:kim.dahl", restored=restored).accepted
    by_hand(desk.engine, "delete from texts where field = 'remark'")
    assert found(desk) == [("noted.text_lost", "row 5")]
    with desk.engine.begin() as connection:
        connection.execute(text("delete from texts"))
    assert found(desk) == [("noted.text_lost", "row 5"), ("finding.text_missing", "row 6")]


def test_a_text_that_is_gone_without_a_decision_is_named_by_its_row(desk: RemarkDesk) -> None:
    by_hand(desk.engine, "update texts set contents = null")
    assert found(desk) == [("finding.text_missing", "row 5")]


def test_a_text_that_is_said_to_be_somebody_elses_is_named_by_its_row(desk: RemarkDesk) -> None:
    by_hand(desk.engine, "update texts set written_by = 'coordinator:lena.strand'")
    assert found(desk) == [("finding.text_author_differs", "row 5")]


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2099-01-01 00:00:00.000000", [("finding.text_moment_differs", "row 5")]),
        ("1999-01-01 00:00:00.000000", [("finding.text_moment_differs", "row 5")]),
    ],
)
def test_a_text_of_another_time_than_its_event_is_named_by_its_row(
    desk: RemarkDesk, at: str, expected: list[tuple[str, str]]
) -> None:
    by_hand(desk.engine, f"update texts set written_at = '{at}'")
    assert found(desk) == expected


@pytest.mark.parametrize("off", [timedelta(hours=1), timedelta(days=-3)])
def test_a_text_by_another_clock_or_that_waited_long_is_noted(desk: RemarkDesk, off: timedelta) -> None:
    [(reference, kept)] = texts_of(desk.engine, desk.way.id).items()
    rows = read_rows(desk.engine, [desk.way.id])[desk.way.id]["ledger"]
    recorded = datetime.fromisoformat(rows[4]["recorded_at"])
    moved = {reference: kept.model_copy(update={"written_at": recorded + off})}
    assert [named(one) for one in text_findings(desk.way.id, rows, moved)] == [("noted.text_moment", "row 5")]


def test_a_text_of_a_refused_event_that_is_gone_is_noted(desk: RemarkDesk) -> None:
    rows = read_rows(desk.engine, [desk.way.id])[desk.way.id]["ledger"]
    rows[4]["accepted"] = False
    assert list(text_findings(desk.way.id, rows, texts_of(desk.engine, desk.way.id))) == []
    assert [named(one) for one in text_findings(desk.way.id, rows, {})] == [("noted.refused_text_missing", "row 5")]


def test_a_text_that_stands_in_an_event_is_named_by_its_row(desk: RemarkDesk) -> None:
    row = read_rows(desk.engine, [desk.way.id])[desk.way.id]["ledger"][4]
    row["event"]["remark"] = TEXT
    assert [named(one) for one in text_findings(desk.way.id, [row], {})] == [("finding.text_in_event", "row 5")]
