"""Who is given which figures, what is written down of it, and what two published reports tell together."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from auditing.verification.chained_checks import chained_findings
from models.access.statements import Assignment
from models.identifiers import Actor, Role
from runtime.errors import Refused
from runtime.statement_log import StatementLog
from services.application import Application
from services.queries.reads import of_unit, report_reads
from services.queries.reads_told import reports_told
from services.reports.figures import Figures
from services.reports.issuing import own_report, published_report
from tests.bench.people import make_up
from tests.support.authority import enter, found
from tests.support.databases import migrated
from tests.support.desks import office_of
from tests.support.errors import raises
from tests.support.programmes import PREPAREDNESS, RULES
from tests.support.recording import rows_of

MANAGER, COORDINATOR = "lena.strand", "anna.berg"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """Sixty people who were referred, on a database of a kind that does not matter."""
    engine = migrated(f"sqlite:///{tmp_path / 'test.db'}")
    found(engine, RULES)
    make_up(engine, PREPAREDNESS, 60, on(6).date())
    yield engine
    engine.dispose()


def on(month: int, day: int = 1) -> datetime:
    return datetime(2018, month, day, 9, tzinfo=UTC)


def office(engine: Engine, now: datetime) -> Application:
    office = office_of(engine)
    vars(office)["now"] = lambda: now
    return office


def published(engine: Engine, now: datetime, by: str = MANAGER) -> Figures:
    return published_report(office(engine, now), PREPAREDNESS, by)


def acts(engine: Engine) -> list[tuple[str, Any]]:
    return [(row["act"], Actor.parse(row["recorded_by"]).name) for row in rows_of(engine, "reports")]


def comes(engine: Engine, people: int, first: int = 1000) -> None:
    """So many more are referred, none of whom comes any farther."""
    make_up(engine, PREPAREDNESS, people, on(6).date(), seed=first, first=first)
    with engine.begin() as connection:
        of_them = "journey_id in (select journey_id from journeys order by rowid desc limit :people)"
        for statement in (
            f"update journeys set stage = 'referral', hired_on = null, end_reason = null where {of_them}",
            f"delete from passages where number > 0 and {of_them}",
            f"delete from findings where {of_them}",
            f"delete from follow_ups where {of_them}",
        ):
            connection.execute(text(statement), {"people": people})


def test_the_manager_of_the_programme_reads_true_figures_and_that_is_written_down(engine: Engine) -> None:
    figures = own_report(office(engine, on(6)), PREPAREDNESS, MANAGER)
    assert (figures.own, figures.referred, acts(engine)) == (True, 60, [("read", MANAGER)])
    assert list(chained_findings(engine, StatementLog(engine).register())) == []


def test_who_has_read_or_published_a_report_is_told_beside_the_readings(engine: Engine) -> None:
    own_report(office(engine, on(6)), PREPAREDNESS, MANAGER)
    published(engine, on(6, 2))
    found = [(one.programme, one.actor, one.what, one.read_at) for one in report_reads(engine)]
    by = ("preparedness_jobs", f"manager:{MANAGER}")
    assert found == [(*by, "report", on(6)), (*by, "publication", on(6, 2))]
    assert [one.what for one in report_reads(engine, since=on(6, 2))] == ["publication"]
    assert report_reads(engine, reader=COORDINATOR) == []
    register = StatementLog(engine).register()
    assert len(of_unit(report_reads(engine), register, PREPAREDNESS.id)) == 2
    assert of_unit(report_reads(engine), register, "of_nobody", "0000") == report_reads(engine)  # a manager everywhere
    assert len(list(reports_told(report_reads(engine)).rows)) == 2


def test_whoever_may_not_reads_nothing_and_nothing_is_written(engine: Engine) -> None:
    with raises(Refused, "report.for_its_manager"):
        own_report(office(engine, on(6)), PREPAREDNESS, COORDINATOR)
    with raises(Refused, "report.not_published"):
        published(engine, on(6), COORDINATOR)
    assert acts(engine) == []


def test_what_a_manager_has_published_anybody_is_given_for_the_month(engine: Engine) -> None:
    first = published(engine, on(6))
    comes(engine, 1)
    for by in (MANAGER, COORDINATOR, "nobody.here"):
        assert published(engine, on(6, 2), by) == first
    assert acts(engine) == [("published", MANAGER)]


def test_in_a_later_month_one_that_one_person_sets_apart_is_not_published(engine: Engine) -> None:
    first = published(engine, on(6, 30))
    comes(engine, 1)
    assert published(engine, on(7)) == first
    comes(engine, 4, first=2000)
    assert published(engine, on(7), COORDINATOR) == first
    second = published(engine, on(7))
    assert (second.day, second.referred, second.hired) == (on(7).date(), 65, first.hired)
    assert published(engine, on(7, 2), COORDINATOR) == second
    assert [act for act, _ in acts(engine)] == ["published", "published"]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("update reports set figures = replace(figures, 'referred', 'refused')", "finding.record_not_signed"),
        ("delete from reports where number = 1", "finding.record_missing"),
    ],
)
def test_a_log_of_reports_that_was_changed_is_found(engine: Engine, change: str, what: str) -> None:
    published(engine, on(6))
    own_report(office(engine, on(6)), PREPAREDNESS, MANAGER)
    with engine.begin() as connection:
        for trigger in ("update", "delete"):
            connection.execute(text(f"drop trigger reports_no_{trigger}"))
        connection.execute(text(change))
    told = {finding.what.id for finding in chained_findings(engine, StatementLog(engine).register())}
    assert what in told


def test_a_report_that_a_coordinator_or_another_programmes_manager_wrote_down_is_found(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = Assignment(role=Role.MANAGER, programme="easy_jobs", from_day=date(2018, 1, 1))
    enter(engine, "eva.ek", elsewhere)
    with raises(Refused, "report.for_its_manager"):
        own_report(office(engine, on(6)), PREPAREDNESS, "manager:eva.ek")
    for reader in (Actor.of(Role.COORDINATOR, COORDINATOR), Actor.of(Role.MANAGER, "eva.ek")):
        monkeypatch.setattr("services.reports.issuing._reader", lambda *_, reader=reader: reader)
        own_report(office(engine, on(6)), PREPAREDNESS, None)
    monkeypatch.undo()
    own_report(office(engine, on(6)), PREPAREDNESS, MANAGER)
    findings = list(chained_findings(engine, StatementLog(engine).register()))
    assert [finding.what.id for finding in findings] == ["finding.record_out_of_role"] * 2
