"""Days as people write them: each is exactly one day, or none."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from models.calendar.written_days import NoDay, Towards, counts_from_today, read_day

FRIDAY = date(2026, 3, 6)
DAY = timedelta(days=1)
PAST, PLANNED = Towards.PAST, Towards.PLANNED


@pytest.mark.parametrize(
    "written",
    [
        *(
            "'02.03.2026",
            "'2026-03-02",
            "2026-03-02",
            "2026/03/02",
            "2026.03.02",
            "20260302",
            "2026-03-02 08:30",
            "2/3",
            "2/3 2026",
            "2/3-2026",
        ),
        *(
            "2.3.2026",
            "02.03.2026",
            "2-3-2026",
            "2–3–2026",
            "2 mars",
            "den 2 mars",
            "2 mars 2026",
            "2:a mars",
            "2 MARS",
        ),
        *("mån", "måndag", "i måndags", "mån 2/3", "måndag 2 mars 2026", " 2  mars ", "2 mar.", "March 2", "2nd March"),
        *("Monday", "Monday 2 March 2026", "March 2, 2026"),
    ],
)
def test_the_same_day_is_read_however_it_is_written(written: str) -> None:
    assert read_day(written, FRIDAY) == date(2026, 3, 2)


@pytest.mark.parametrize(
    ("written", "away"),
    [
        *(("idag", 0), ("i dag", 0), ("today", 0), ("igår", -1), ("I GÅR", -1), ("i förrgår", -2), ("i morgon", 1)),
        *(("imorgon", 1), ("övermorgon", 2), ("om 3 dagar", 3), ("om 2 veckor", 14)),
        *(("in 1 week", 7), ("i fredags", -7), ("på måndag", 3), ("on Monday", 3)),
    ],
)
def test_a_day_is_told_from_today(written: str, away: int) -> None:
    assert read_day(written, FRIDAY) == FRIDAY + away * DAY
    assert counts_from_today(written)


@pytest.mark.parametrize("written", ["2026-03-02", "2/3", "2 mars", "måndag 2 mars", "30/2", "1/3 26", "nonsens", ""])
def test_a_date_does_not_count_from_today(written: str) -> None:
    assert not counts_from_today(written)


@pytest.mark.parametrize(
    ("written", "past", "planned"),
    [
        ("6/3", FRIDAY, FRIDAY),
        ("10/2", date(2026, 2, 10), date(2026, 2, 10)),  # an agreement that is registered late
        ("31 december", date(2025, 12, 31), date(2026, 12, 31)),
        ("tisdag", date(2026, 3, 3), date(2026, 3, 10)),
    ],
)
def test_a_day_without_a_year_is_the_nearest_that_makes_sense(written: str, past: date, planned: date) -> None:
    assert (read_day(written, FRIDAY, PAST), read_day(written, FRIDAY, PLANNED)) == (past, planned)


@pytest.mark.parametrize(
    ("written", "today", "towards", "after", "could_be"),
    [
        ("1 december", date(2026, 11, 30), PAST, None, (date(2025, 12, 1), date(2026, 12, 1))),
        ("24/12", date(2026, 11, 30), PAST, None, (date(2025, 12, 24), date(2026, 12, 24))),
        ("7/3", FRIDAY, PAST, None, (date(2025, 3, 7), date(2026, 3, 7))),
        ("3/2", FRIDAY, PLANNED, None, (date(2026, 2, 3), date(2027, 2, 3))),
        ("8/3", FRIDAY, PLANNED, date(2027, 3, 9), (date(2027, 3, 8), date(2028, 3, 8))),
        ("1/9", FRIDAY, PLANNED, date(2026, 11, 2), (date(2026, 9, 1), date(2027, 9, 1))),
    ],
)
def test_where_the_nearest_makes_no_sense_the_year_is_asked_for(
    written: str, today: date, towards: Towards, after: date | None, could_be: tuple[date, ...]
) -> None:
    with pytest.raises(NoDay) as caught:
        read_day(written, today, towards, after)
    assert caught.value.candidates == could_be


def test_a_last_day_follows_the_first_one() -> None:
    assert read_day("31/12", FRIDAY, PLANNED, after=date(2026, 11, 2)) == date(2026, 12, 31)
    assert read_day("31/1", FRIDAY, PLANNED, after=date(2026, 11, 2)) == date(2027, 1, 31)
    assert read_day("fredag", FRIDAY, PLANNED, after=date(2026, 11, 2)) == date(2026, 11, 6)


@pytest.mark.parametrize(
    ("written", "towards", "could_be"),
    [
        ("fredag", PAST, (FRIDAY - 7 * DAY, FRIDAY)),
        ("fredag", PLANNED, (FRIDAY, FRIDAY + 7 * DAY)),
        ("på fredag", PAST, (FRIDAY, FRIDAY + 7 * DAY)),
        ("nästa tisdag", PLANNED, (FRIDAY + 4 * DAY, FRIDAY + 11 * DAY)),
        ("1/3 26", PAST, (date(2001, 3, 26), date(2026, 3, 1))),
        ("260302", PAST, (date(2002, 3, 26), date(2026, 3, 2))),
    ],
)
def test_what_could_be_two_days_is_neither(written: str, towards: Towards, could_be: tuple[date, ...]) -> None:
    with pytest.raises(NoDay) as caught:
        read_day(written, FRIDAY, towards)
    assert caught.value.candidates == could_be


@pytest.mark.parametrize(
    "written",
    [
        *(
            "31/2",
            "0/0",
            "2026-02-30",
            "03/25/2026",
            "2026-13-01",
            "2026-00-10",
            "20260231",
            "30 februari",
            "31/4 2026",
        ),
        *("tisdag 2 mars 2026", "fre 2/3", "29/2 2026", "0000-01-01"),
    ],
)
def test_a_day_that_no_calendar_has_is_told_so(written: str) -> None:
    with pytest.raises(NoDay) as caught:
        read_day(written, FRIDAY)
    assert caught.value.is_written_as_one
    assert not caught.value.candidates


@pytest.mark.parametrize(
    "written",
    [
        *("", " ", "2", "mars", "mars 2026", "2026", "46082", "2026-03", "2026-03/01", "2/3/", "/3", "2 3", "i månads"),
        *("2 marsipan", "fredagen", "x2/3", "2/3x", "٢٠٢٦-٠٣-٠١", "２/３", "1/3 026", "2026-3-2", "i mons", "2.5"),
    ],
)
def test_nothing_that_is_no_day_passes(written: str) -> None:
    with pytest.raises(NoDay) as caught:
        read_day(written, FRIDAY)
    assert not caught.value.candidates


@given(st.dates(date(1990, 1, 1), date(2199, 12, 31)), st.dates(date(2020, 1, 1), date(2050, 1, 1)))
def test_whatever_is_shown_back_is_read_as_the_same_day(day: date, today: date) -> None:
    for locale in ("sv_SE", "en_GB"):
        shown = format_date(day, "EEEE d MMMM y", locale=locale)
        assert read_day(shown, today) == read_day(str(day), today, PLANNED) == day


@given(st.dates(date(1996, 1, 1), date(2190, 1, 1)), st.dates(date(1996, 1, 1), date(2190, 1, 1)))
def test_a_day_without_a_year_keeps_its_day_and_stays_near(day: date, today: date) -> None:
    written, could_be = f"{day.day}/{day.month}", list[date]()
    for towards in (PAST, PLANNED):
        try:
            found = read_day(written, today, towards)
        except NoDay as error:
            could_be += error.candidates
        else:
            could_be.append(found)
            assert found <= today if towards is PAST else found >= today - 30 * DAY
            if (day.day, day.month) != (29, 2):
                assert abs(found - today) < 366 * DAY
    assert {(one.day, one.month) for one in could_be} == {(day.day, day.month)}


@given(st.text(max_size=30))
def test_any_text_is_a_day_or_none(text: str) -> None:
    with suppress(NoDay):
        assert isinstance(read_day(text, FRIDAY), date)
