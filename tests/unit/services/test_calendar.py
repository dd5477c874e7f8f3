"""What is due as a calendar: whole days with ids that stay, no names, and what is done cancelled."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar, Event

from models.projections.open_items import OpenItem
from models.stages import Stage
from runtime.errors import UsageError
from services.queries.calendar import calendar_of, read_before, uid_of
from services.queries.lines import WorkLine
from tests.support.errors import raises
from tests.support.values import JOURNEY_ID, MONDAY

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def line(due_on: date = MONDAY, since: date = MONDAY, **item: Any) -> WorkLine:
    what = {"item": "check_in", "what": "check_in", "of_whom": "coordinator", "since": since, "days": 14, **item}
    one = OpenItem(due_on=due_on, **what)
    return WorkLine(
        journey_id=JOURNEY_ID,
        candidate="K7Q29FMXB",
        programme="service_division",
        since=since,
        site="2480",
        coordinator="anna.berg",
        stage=Stage.INTERNSHIP,
        of_whom=one.of_whom,
        waits_for=one.what,
        what="the check-in of day 14",
        item=one,
        due_on=due_on,
        overdue_days=0,
        when="today",
    )


def parsed(calendar: bytes) -> Calendar:
    found = Calendar.from_ical(calendar)
    assert isinstance(found, Calendar)
    return found


def events(calendar: bytes) -> dict[str, Event]:
    return {str(one["UID"]): one for one in parsed(calendar).events}


def only(calendar: bytes) -> Event:
    [event] = events(calendar).values()
    return event


def test_what_is_due_is_a_whole_day_in_sweden_without_names() -> None:
    written = calendar_of([line()], NOW)
    calendar, event = parsed(written), only(written)
    assert (calendar["VERSION"], calendar["METHOD"], calendar["X-WR-TIMEZONE"]) == (
        "2.0",
        "PUBLISH",
        "Europe/Stockholm",
    )
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (MONDAY, MONDAY + timedelta(days=1))
    assert event["SUMMARY"] == "K7Q29FMXB: the check-in of day 14"
    assert (event["STATUS"], event["SEQUENCE"], event.decoded("DTSTAMP")) == ("CONFIRMED", 0, NOW)
    assert written.startswith(b"BEGIN:VCALENDAR\r\n")
    assert max(map(len, written.split(b"\r\n"))) <= 75
    assert b"anna.berg" not in written


def test_an_event_that_moves_keeps_its_id_and_counts_up() -> None:
    before = calendar_of([line()], NOW)
    later = calendar_of([line(MONDAY + timedelta(days=3))], NOW + timedelta(hours=1), before)
    assert events(before).keys() == events(later).keys()
    assert (only(later)["SEQUENCE"], only(later).decoded("DTSTAMP")) == (1, NOW + timedelta(hours=1))


def test_an_event_that_stays_is_written_as_it_was() -> None:
    before = calendar_of([line(MONDAY + timedelta(days=3))], NOW)
    assert calendar_of([line(MONDAY + timedelta(days=3))], NOW + timedelta(days=1), before) == before


def test_what_is_late_lies_on_today_with_the_day_that_it_was_due() -> None:
    before = calendar_of([line()], NOW)
    late = only(calendar_of([line()], NOW + timedelta(days=5), before))
    assert late.decoded("DTSTART") == MONDAY + timedelta(days=5)
    assert late["SUMMARY"] == "K7Q29FMXB: the check-in of day 14, due 2026-03-02"
    assert (late["UID"], late["SEQUENCE"]) == (only(before)["UID"], 1)


def test_what_is_done_is_cancelled_and_the_next_of_its_kind_is_another_event() -> None:
    first, second = line(), line(MONDAY + timedelta(days=14), since=MONDAY + timedelta(days=7), days=21)
    before = calendar_of([first], NOW)
    after = calendar_of([second], NOW + timedelta(days=1), before)
    said = {uid: (str(event["STATUS"]), event["SEQUENCE"]) for uid, event in events(after).items()}
    assert said == {uid_of(first): ("CANCELLED", 1), uid_of(second): ("CONFIRMED", 0)}
    again = calendar_of([second], NOW + timedelta(days=2), after)
    assert again == after


def test_what_was_cancelled_long_ago_is_gone() -> None:
    cancelled = calendar_of([], NOW, calendar_of([line()], NOW))
    assert events(calendar_of([], NOW + timedelta(days=29), cancelled)) != {}
    assert events(calendar_of([], NOW + timedelta(days=31), cancelled)) == {}


def test_what_comes_back_is_no_longer_cancelled() -> None:
    cancelled = calendar_of([], NOW, calendar_of([line()], NOW))
    back = only(calendar_of([line()], NOW + timedelta(days=1), cancelled))
    assert (back["STATUS"], back["SEQUENCE"]) == ("CONFIRMED", 2)


@pytest.mark.parametrize("before", [b"hello", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", b"\xff\xfe"])
def test_a_file_of_somebody_elses_is_left_as_it_is(before: bytes) -> None:
    with raises(UsageError, "calendar.not_ours"):
        calendar_of([line()], NOW, before)


def test_the_first_time_there_is_no_file(tmp_path: Path) -> None:
    assert read_before(tmp_path / "due.ics") is None
    (tmp_path / "due.ics").write_bytes(b"x")
    assert read_before(tmp_path / "due.ics") == b"x"
