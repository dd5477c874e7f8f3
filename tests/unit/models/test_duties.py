"""What recurs while somebody works: its periods, when they are due, and what is open after the end."""

from datetime import date, timedelta
from typing import Any

from models.projections.open_items import open_items
from models.stages import Stage
from models.state.deadlines import open_deadlines, rests_until
from models.state.duties import duty_periods, not_done, to_do
from tests.support.builders import Way, way_to
from tests.support.programmes import DUTIES, SERVICE
from tests.support.values import MONDAY

GRANT: dict[str, Any] = {"duty": "grant", "period": "2026-03", "days": 30, "kronor": 15_000}


def of(way: Way, duty: str) -> list[tuple[str, date, date, int]]:
    return [(one.id, one.first, one.last, one.days) for one in duty_periods(way.state) if one.rule.id == duty]


def names(way: Way) -> list[str]:
    return sorted(rule.name for rule, _ in open_deadlines(way.state) if rule.name.endswith("_grant"))


def test_months_and_terms_are_cut_by_what_was_agreed() -> None:
    way = way_to(Stage.TEMPORARY_ROLE, DUTIES)
    assert of(way, "grant") == [
        ("2026-03", MONDAY, date(2026, 3, 31), 30),
        ("2026-04", date(2026, 4, 1), MONDAY + timedelta(days=59), 30),
    ]
    assert of(way, "papers") == [("vt-2026", MONDAY, MONDAY + timedelta(days=59), 60)]


def test_days_of_a_pause_do_not_count() -> None:
    way = way_to(Stage.TEMPORARY_ROLE, DUTIES)
    way.happens("paused")
    assert of(way, "grant") == []
    way.later(10).happens("resumed")
    assert [days for *_, days in of(way, "grant")] == [20, 30]


def test_weeks_count_from_the_first_day() -> None:
    grant = DUTIES.duties[1].model_copy(update={"every": "weeks", "weeks": 4})
    way = way_to(Stage.TEMPORARY_ROLE, DUTIES.model_copy(update={"duties": (grant,)}))
    starts = [MONDAY + timedelta(weeks=weeks) for weeks in (0, 4, 8)]
    assert [(name, first) for name, first, *_ in of(way, "grant")] == [(str(day), day) for day in starts]
    assert [days for *_, days in of(way, "grant")] == [28, 28, 4]


def test_the_next_period_runs_once_the_one_before_is_done_or_late() -> None:
    way = way_to(Stage.TEMPORARY_ROLE, DUTIES)
    assert names(way) == ["claim_2026-03_grant"]
    done = way.copied().later(31)
    done.happens("duty_done", **GRANT)
    assert names(done) == ["claim_2026-04_grant"]
    way.told_up_to(date(2026, 4, 13))
    assert names(way) == ["claim_2026-03_grant", "claim_2026-04_grant", "lost_claim_2026-03_grant"]
    assert [one.item for one in open_items(way.state) if one.what == "claim"] == names(way)[:2]


def test_what_was_missed_stays_open_after_the_end_until_its_last_day() -> None:
    way = way_to(Stage.TEMPORARY_ROLE, DUTIES).later(31)
    way.happens("discontinued")
    assert [one.id for one in to_do(way.state) if one.rule.id == "grant"] == ["2026-03", "2026-04"]
    last = max(one.last_day for one in to_do(way.state))
    rest = rests_until(way.state)
    assert rest is not None
    assert rest > last
    way.told_up_to(rest)
    assert to_do(way.state) == []
    assert names(way) == []
    way.refuses("duty_done", "the_duty_is_done_in_time", DUTIES.duties[1].source, **GRANT)
    way.happens("duty_done", effective_on=date(2026, 4, 1), **GRANT)
    assert "2026-03" not in [one.id for one in not_done(way.state) if one.rule.id == "grant"]


def test_nothing_recurs_where_a_programme_does_not_say_so() -> None:
    way = way_to(Stage.TEMPORARY_ROLE, SERVICE)
    assert duty_periods(way.state) == ()
    assert way.refuses("duty_done", "the_duty_is_asked_for", SERVICE.source).id == "the_duty_is_asked_for.none"
