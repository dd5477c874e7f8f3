"""What an audit says of remarks that were changed or taken out in the database."""

import pytest
from sqlalchemy import Engine, text

from auditing.evidence.evidence import Evidence, read_rows
from auditing.verification.remark_checks import remark_check
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
    return [named(one) for one in remark_check(desk.engine)(Evidence(desk.way.id, (), rows), None)]


def by_hand(engine: Engine, change: str) -> None:
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("alter table remarks disable trigger all"))
        else:
            for guard in ("remarks_no_update", "remarks_no_delete"):
                connection.execute(text(f"drop trigger {guard}"))
        connection.execute(text(change))


def test_nothing_is_found_where_a_remark_is_as_it_was_written(desk: RemarkDesk) -> None:
    assert found(desk) == []


def test_a_remark_that_was_changed_is_named_by_its_row(desk: RemarkDesk) -> None:
    by_hand(desk.engine, "update remarks set text = 'Something else'")
    assert found(desk) == [("finding.remark_differs", "row 5")]


def test_a_remark_that_was_taken_out_is_named_by_its_row(desk: RemarkDesk) -> None:
    by_hand(desk.engine, "delete from remarks")
    assert found(desk) == [("finding.remark_missing", "row 5")]
