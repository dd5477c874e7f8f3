"""The work queue: who needs what from whom today, and who waits for a place."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, text
from typer.testing import CliRunner

import admin
from models.access.statements import Assignment, StaffEntered, Substitute
from models.calendar.swedish_day import day_in_sweden
from models.identifiers import ALPHABET, Role
from models.stages import Stage
from runtime.local.people import OPERATOR
from runtime.statement_log import StatementLog
from services.queries.lines import in_words
from services.queries.lists import DUE_SOON, Lists, turned_to, waiting_query, work_query
from tests.bench.people import make_up
from tests.bench.plans import plan_of
from tests.support.authority import SINCE, keep_keys, key_of
from tests.support.programmes import PREPAREDNESS
from tests.support.recording import ANNA, BO, CHARLIE, DANA, RecordedWay, recorded_way, recorder_on
from tests.support.values import MONDAY, candidate_from


def day(number: int) -> date:
    return MONDAY + timedelta(days=number)


def candidates(page: Any) -> list[str]:
    return [line.candidate for line in page.lines]


# Today


def test_today_shows_what_is_overdue_first_and_then_what_is_due_within_a_week(engine: Engine, lists: Lists) -> None:
    """A referral must be answered within fourteen days."""
    for candidate, day_number in ((BO, 8), (ANNA, 0), (CHARLIE, 9), (DANA, 1)):
        recorded_way(engine, candidate, day_number=day_number)
    found = lists.today(day(15))
    assert [(line.candidate, line.due_on, line.overdue_days, line.when) for line in found.lines] == [
        (ANNA, day(14), 1, "1 day overdue"),
        (DANA, day(15), 0, "today"),
        (BO, day(22), -7, "in 7 days"),
    ]
    assert candidates(lists.today(day(16))) == [ANNA, DANA, BO, CHARLIE]
    [line, *_] = found.lines
    assert (line.waits_for, line.of_whom) == ("referral_answer", "coordinator")


def test_today_leaves_out_what_nothing_is_due_of(engine: Engine, lists: Lists) -> None:
    recorded_way(engine, ANNA).comes("paused")
    assert lists.today(day(1_000)).lines == ()


@pytest.fixture
def four(engine: Engine) -> None:
    """Four journeys in two programmes, two towns and with two coordinators, due one after another."""
    RecordedWay(recorder_on(engine), DANA, PREPAREDNESS, MONDAY.replace(year=2018)).comes("referred")
    for number, (candidate, fields) in enumerate(
        ((ANNA, {"coordinator": "bo.lind"}), (BO, {}), (CHARLIE, {"site": "2482"}))
    ):
        recorded_way(engine, candidate, Stage.REFERRAL, number, **fields)


FILTERS: list[tuple[dict[str, Any], list[str]]] = [
    ({}, [DANA, ANNA, BO, CHARLIE]),
    ({"coordinator": "bo.lind"}, [ANNA]),
    ({"programme": "preparedness_jobs"}, [DANA]),
    ({"site": "2482"}, [CHARLIE]),
    ({"coordinator": "anna.berg", "site": "2480", "programme": "service_division"}, [BO]),
    ({"coordinator": "bo.lind", "programme": "preparedness_jobs"}, []),
    ({"size": 3}, [DANA, ANNA, BO]),
    ({"size": 3, "page": 2}, [CHARLIE]),
    ({"size": 3, "page": 3}, []),
    ({"size": 2, "page": 2, "site": "2480"}, [BO]),
]


@pytest.mark.usefixtures("four")
def test_today_is_filtered_and_turned_page_by_page(lists: Lists) -> None:
    for wanted, found in FILTERS:
        assert candidates(lists.today(day(1_000), **wanted)) == found, wanted


@pytest.mark.usefixtures("four")
def test_a_page_says_whether_another_one_follows(lists: Lists) -> None:
    sizes = (1, 3, 4, 5)
    assert [lists.today(day(1_000), size=size).more for size in sizes] == [True, True, False, False]
    assert not lists.today(day(1_000), size=2, page=2).more


@pytest.mark.usefixtures("four")
def test_a_page_is_one_query_beside_its_count_and_that_of_who_is_protected(engine: Engine, lists: Lists) -> None:
    with counted(engine) as statements:
        lists.today(day(1_000), coordinator="anna.berg", page=2, size=1)
    assert ["FROM protections" in statement for statement in statements] == [True, False, False]


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements that read while the context lasts."""
    statements: list[str] = []

    def see(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.lower().startswith("select"):
            statements.append(statement)

    event.listen(engine, "before_cursor_execute", see)
    yield statements
    event.remove(engine, "before_cursor_execute", see)


@pytest.mark.parametrize(
    ("days", "words"),
    [(12, "12 days overdue"), (1, "1 day overdue"), (0, "today"), (-1, "in 1 day"), (-6, "in 6 days")],
)
def test_days_are_told_in_words(days: int, words: str) -> None:
    assert str(in_words(days)) == words


# Those who wait for a place


def test_who_waits_longest_for_a_place_comes_first_with_what_fits(engine: Engine, lists: Lists) -> None:
    recorded_way(engine, BO, Stage.AWAITING_PLACEMENT, 3, site="2482")
    recorded_way(engine, ANNA, Stage.AWAITING_PLACEMENT, 1)
    recorded_way(engine, CHARLIE, Stage.AWAITING_PLACEMENT, 0).comes("paused")
    recorded_way(engine, DANA, Stage.INTERNSHIP)
    found = lists.waiting(day(10))
    assert [(line.candidate, line.waited_days, line.profile, line.site) for line in found.lines] == [
        (ANNA, 9, "hospital_service", "2480"),
        (BO, 7, "hospital_service", "2482"),
    ]
    assert [line.fitting for line in found.lines] == [
        ("lasarettet_tray_kitchen", "lasarettet_ward_service", "gallivare_ward_service in 2523"),
        ("gallivare_ward_service in 2523", "lasarettet_tray_kitchen in 2480", "lasarettet_ward_service in 2480"),
    ]
    assert candidates(lists.waiting(day(10), site="2482")) == [BO]
    assert candidates(lists.waiting(day(10), programme="preparedness_jobs")) == []
    assert (candidates(lists.waiting(day(10), size=1)), lists.waiting(day(10), size=1).more) == ([ANNA], True)


def test_a_position_without_a_free_place_does_not_fit(engine: Engine, lists: Lists) -> None:
    for letter in "EFGHJK":
        recorded_way(engine, candidate_from(letter), Stage.INTERNSHIP)
    recorded_way(engine, ANNA, Stage.AWAITING_PLACEMENT)
    assert [line.fitting for line in lists.waiting(day(1)).lines] == [
        ("lasarettet_ward_service", "gallivare_ward_service in 2523")
    ]


# Indexes


PLANS = {
    "everybody": ({}, "ix_open_items_due_on"),
    "a coordinator": ({"coordinator": "coordinator.07"}, "ix_open_items_coordinator_due_on"),
    "a town": ({"site": "2480"}, "ix_open_items_site_due_on"),
    "a programme": ({"programme": "preparedness_jobs"}, "ix_open_items_programme_due_on"),
}


def test_each_way_of_asking_for_today_and_the_queue_for_places_have_their_index(engine: Engine) -> None:
    """Of so many journeys that reading all of them costs more than an index."""
    make_up(engine, PREPAREDNESS, 6_000, date(2018, 6, 1))
    make_up(engine, PREPAREDNESS.model_copy(update={"id": "another"}), 6_000, date(2018, 6, 1), seed=2, first=6_000)
    with engine.begin() as connection:
        connection.execute(text("analyze"))
    for name, (wanted, index) in PLANS.items():
        plan = plan_of(engine, turned_to(work_query(date(2018, 6, 1), date(2018, 6, 1) + DUE_SOON, wanted), 1, 50))
        assert index in plan, (name, plan)
        assert "TEMP B-TREE" not in plan, (name, plan)  # SQLite's word for sorting; PostgreSQL may sort a few rows
    plan = plan_of(engine, turned_to(waiting_query(), 1, 50))
    assert "ix_journeys_stage_since" in plan, plan


# The commands


Says = Callable[..., str]


@pytest.fixture
def said(engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Says:
    """What a command says to Anna, a coordinator."""
    keep_keys(tmp_path / "keys")
    monkeypatch.setenv("HELAVAGEN_KEYS", str(tmp_path / "keys"))
    monkeypatch.setenv("HELAVAGEN_ACTOR", "anna.berg")
    monkeypatch.setenv("HELAVAGEN_DATABASE_URL", engine.url.render_as_string(hide_password=False))

    def said(*arguments: str) -> str:
        return CliRunner().invoke(admin.app, arguments, catch_exceptions=False).output

    return said


on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@on_sqlite
def test_today_is_ones_own_and_that_of_whom_one_stands_in_for(engine: Engine, said: Says) -> None:
    today = day_in_sweden(datetime.now(UTC))
    for candidate, days, coordinator in ((ANNA, 90, "anna.berg"), (BO, 10, "anna.berg"), (CHARLIE, 90, "bo.lind")):
        recorded_way(engine, candidate, day_number=(today - MONDAY).days - days, coordinator=coordinator)

    def shown(*arguments: str) -> list[str]:
        return [line["candidate"] for line in json.loads(said("today", "--json", *arguments))]

    assert shown() == [ANNA]
    assert "1 needs something, 1 is late" in said("today")
    assert shown("--week") == [ANNA, BO]
    assert sorted(shown("--all")) == [ANNA, CHARLIE]
    assert shown("--coordinator", "bo.lind") == [CHARLIE]
    assert sorted(shown("--actor", "manager:lena.strand")) == [ANNA, CHARLIE]
    leave = Substitute(person="anna.berg", from_day=today, until_day=today)
    roles = (Assignment(role=Role.COORDINATOR, from_day=MONDAY),)
    away = StaffEntered(at=SINCE, person="bo.lind", name="Bo", assignments=roles, substitute=leave)
    StatementLog(engine).add(away, key_of(OPERATOR))
    assert sorted(shown()) == [ANNA, CHARLIE]


@on_sqlite
def test_what_is_due_is_written_as_a_calendar(engine: Engine, said: Says, tmp_path: Path) -> None:
    way, file = recorded_way(engine, ANNA, Stage.INTERNSHIP), tmp_path / "due.ics"
    recorded_way(engine, BO, coordinator="bo.lind")
    assert "2 days are in" in said("calendar", "--output", str(file))
    way.comes("check_in_recorded", "paused")
    assert "0 days are in" in said("calendar", "--output", str(file))
    written = file.read_text()
    assert (written.count("STATUS:CANCELLED"), written.count("BEGIN:VEVENT")) == (2, 2)
    assert "1 day is in" in said("calendar", "--output", str(file), "--all")


@on_sqlite
def test_the_commands_say_what_to_do(engine: Engine, said: Says) -> None:
    for number in range(60):
        recorded_way(
            engine, candidate_from(f"A{ALPHABET[number // 30]}{ALPHABET[number % 30]}"), Stage.AWAITING_PLACEMENT
        )

    shown = said("today", "--town", "2480")
    assert "There are more: --page 2" in shown
    assert "60 need something, 60 are late" in shown
    assert "There are more" not in said("today", "--town", "2480", "--page", "2")
    assert "Page not found" in said("today", "--page", "3")
    assert "overdue" in said("today", "--coordinator", "anna.berg")
    assert "Nobody needs anything" in said("today", "--coordinator", "bo.lind")
    assert "Service assistant, tray kitchen; Service assistant, ward service" in said("positions", "--queue")
    assert "Nobody waits for a place" in said("positions", "--queue", "--town", "2482")
    refused = CliRunner().invoke(admin.app, ["positions", "--town", "2480"])
    assert "positions.options" in str(refused.exception)
