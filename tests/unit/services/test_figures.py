"""The figures of a report: right where they are shown, and with nothing to be worked out where they are not."""

from collections import Counter
from datetime import date
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.stages import EndReason
from services.reports.counting import ON_THE_WAY, ROLE, STEPS, Counts, median
from services.reports.publishing import periods, publish
from services.reports.suppression import FEWEST
from tests.support.programmes import PREPAREDNESS, SERVICE
from tests.support.thoroughness import examples

TODAY = date(2018, 6, 1)
ENDS = (ON_THE_WAY, EndReason.NOT_QUALIFIED.value, EndReason.STUDIES.value, EndReason.NO_CONTACT.value)
TOWNS, EVENT_TYPES = ("2480", "2482", "2580"), ("agency", "church")


@st.composite
def people(draw: Any) -> list[dict[str, Any]]:
    """People of a programme, some alike, so that groups of every size come about."""
    found: list[dict[str, Any]] = []
    for _ in range(draw(st.integers(1, 9))):
        step = draw(st.sampled_from(STEPS))
        one = {
            "step": step,
            "end": draw(st.sampled_from(ENDS)),
            "town": draw(st.sampled_from(TOWNS)),
            "kind": draw(st.sampled_from(EVENT_TYPES)),
            "sex": draw(st.sampled_from(("women", "men", "men", "unknown"))),
            "month": draw(st.integers(1, 6)),
        }
        found += [one] * draw(st.sampled_from((1, 1, 2, 3, 4, 5, 8, 20)))
    return found


def counted(people: list[dict[str, Any]]) -> Counts:
    hired = [one for one in people if one["step"] == ROLE]
    return Counts(
        ways=Counter((one["step"], one["end"]) for one in people),
        groups=Counter((one["town"], one["kind"], one["step"] == ROLE) for one in people),
        hired=Counter(date(2017, one["month"], 3) for one in hired),
        sexes={"women": 0, "men": 0, "unknown": 0} | Counter(one["sex"] for one in hired),
        outcomes=Counter((180, one["town"]) for one in people if one["end"] != ON_THE_WAY),
    )


class Attacker:
    """Somebody who knows how a report is built, writes down every equation in it, and solves what can be solved."""

    def __init__(self) -> None:
        self.rows: list[dict[Any, Fraction]] = []

    def tell(self, total: Any, parts: list[Any]) -> None:
        """A total and its parts: numbers where the report shows them, names where it does not."""
        row: dict[Any, Fraction] = {}
        for term, sign in ((total, -1), *((part, 1) for part in parts)):
            name, amount = (term, 1) if isinstance(term, tuple) else ((), term)
            row[name] = row.get(name, Fraction(0)) + sign * amount
        self.rows.append({name: amount for name, amount in row.items() if amount})

    def worked_out(self) -> dict[Any, Fraction]:
        """Gaussian elimination, then bounds: nobody hidden is fewer than one."""
        self._eliminate()
        found = {}
        for row in self.rows:
            names = [name for name in row if name != ()]
            rest = -row.get((), Fraction(0))
            if len(names) == 1:
                found[names[0]] = rest / row[names[0]]
            elif names and all(row[name] == row[names[0]] for name in names) and rest / row[names[0]] == len(names):
                found |= dict.fromkeys(names, Fraction(1))
        return found

    def _eliminate(self) -> None:
        done: list[dict[Any, Fraction]] = []
        rows = [row for row in self.rows if row]
        while rows:
            row = rows.pop()
            names = [name for name in row if name != ()]
            if not names:
                continue
            pivot = names[0]
            row = {name: amount / row[pivot] for name, amount in row.items()}
            rows, done = ([_without(pivot, row, other) for other in some] for some in (rows, done))
            done.append(row)
        self.rows = done


def _without(pivot: Any, row: dict[Any, Fraction], other: dict[Any, Fraction]) -> dict[Any, Fraction]:
    factor = other.get(pivot, Fraction(0))
    mixed = {name: other.get(name, Fraction(0)) - factor * row.get(name, Fraction(0)) for name in {*row, *other}}
    return {name: amount for name, amount in mixed.items() if amount}


def attack(report: dict[str, Any]) -> dict[Any, Fraction]:
    """Everything that the report as JSON tells, against what it hides."""
    attacker, referred = Attacker(), report["referred"]
    hired = ("hired",) if report["hired"] is None else report["hired"]
    cells = {(one["step"], one["reason"]): one["people"] for one in report["losses"]}
    ends = list(report["reasons"])

    def term(name: tuple[str, ...], value: int | None) -> Any:
        return name if value is None else value

    steps = report["funnel"]
    farthest = [hired if one["step"] == ROLE else ("row", one["step"]) for one in steps]
    for number, one in enumerate(steps):
        ended = term(("ended", one["step"]), one["ended"])
        going = term(("going", one["step"]), one["on_the_way"])
        attacker.tell(farthest[number], [ended, going])
        attacker.tell(ended, [term((one["step"], end), cells.get((one["step"], end), 0)) for end in ends])
        if one["reached"] is not None:
            attacker.tell(one["reached"], farthest[number:])
    attacker.tell(referred, farthest)
    for end in ends:
        parts = [term((one["step"], end), cells.get((one["step"], end), 0)) for one in steps]
        attacker.tell(term(("end", end), report["reasons"][end]), parts)
    for what in ("towns", "partner_kinds"):
        groups = report[what]
        attacker.tell(referred, [term((what, one["group"]), one["referred"]) for one in groups])
        attacker.tell(hired, [term((what, one["group"], "hired"), one["hired"]) for one in groups])
        for one in groups:
            parts = [(what, one["group"], "not"), term((what, one["group"], "hired"), one["hired"])]
            attacker.tell(term((what, one["group"]), one["referred"]), parts)
    if report["balance"]:
        attacker.tell(hired, [term(("sex", one["sex"]), one["hired"]) for one in report["balance"]["shares"]])
    for one in report["follow_ups"]:
        parts = [term(("outcome", name), number) for name, number in one["outcomes"].items()]
        attacker.tell(term(("followed",), one["people"]), parts)
    return attacker.worked_out()


@examples(120)
@given(people())
def test_nobody_can_work_out_a_small_group_from_all_that_a_report_shows(people: list[dict[str, Any]]) -> None:
    report = publish(PREPAREDNESS, counted(people), TODAY).model_dump(mode="json")
    if len(people) < FEWEST:
        assert (report["referred"], report["hired"], report["funnel"]) == (None, None, [])
        return
    small = {name: number for name, number in attack(report).items() if 1 <= number < FEWEST}
    assert small == {}


def test_the_attacker_would_find_what_is_not_hidden_well_enough() -> None:
    """Three of fifty-three, hidden alone."""
    attacker = Attacker()
    attacker.tell(53, [("women",), 50])
    assert attacker.worked_out() == {("women",): 3}


@examples(120)
@given(people())
def test_no_number_in_a_report_tells_of_fewer_than_five(people: list[dict[str, Any]]) -> None:
    report = publish(SERVICE, counted(people), TODAY).model_dump(mode="json")
    assert [number for number in numbers(report) if 1 <= number < FEWEST] == []


def numbers(report: Any) -> list[int]:
    """Every count of people in a report."""
    if isinstance(report, dict):
        return [found for name, value in report.items() if name not in NO_PEOPLE for found in numbers(value)]
    if isinstance(report, list):
        return [found for value in report for found in numbers(value)]
    return [report] if isinstance(report, int) else []


NO_PEOPLE = {"fewest", "goal", "pace", "percent", "lowest_percent", "highest_percent", "after_days", "median_days"}


@examples(40)
@given(st.lists(st.integers(0, 7), min_size=1, max_size=4))
def test_no_month_can_be_worked_out_from_the_periods(months: list[int]) -> None:
    """All ways in which people could have been hired month by month that would give the same periods."""
    hired = Counter({date(2017, number, 5): people for number, people in enumerate(months, 1) if people})
    told = periods(hired)
    assert sum(one.hired for one in told) in (sum(months), 0)
    if not told or sum(months) < FEWEST:
        return
    first, last = told[0].from_month.month, told[-1].until_month.month
    possible: list[set[int]] = [set() for _ in range(last - first + 1)]
    for guess in product(range(max(months) + 5), repeat=last - first + 1):
        days = {date(2017, first + number, 5): people for number, people in enumerate(guess) if people}
        if sum(guess) == sum(months) and periods(Counter(days)) == told:
            for number, people in enumerate(guess):
                possible[number].add(people)
    assert all(len(values) > 1 or min(values) == 0 or min(values) >= FEWEST for values in possible)


def test_figures_that_hide_nothing_are_right() -> None:
    counts = Counts(
        ways=Counter(
            {("referral", "no_contact"): 6, ("requirement_check", "not_qualified"): 10}
            | {("internship", ON_THE_WAY): 7, (ROLE, ON_THE_WAY): 20, (ROLE, "studies"): 5}
        ),
        groups=Counter({("2480", "agency", True): 25, ("2480", "agency", False): 12, ("2482", "church", False): 11}),
        stays={"referral": Counter({3: 2, 9: 3}), "internship": Counter({60: 4})},
        people_who_left=Counter({"referral": 5, "internship": 4}),
        hired=Counter({date(2018, 1, 9): 9, date(2018, 2, 1): 3, date(2018, 3, 30): 13}),
        sexes={"women": 10, "men": 15, "unknown": 0},
        outcomes=Counter({(180, "at_work"): 8, (180, "seeking"): 5}),
        obstacles=Counter({("archive_assistant", "orderliness"): 6, ("archive_assistant", "reads_swedish"): 9}),
    )
    report = publish(PREPAREDNESS, counts, TODAY)
    assert (report.referred, report.hired, report.goal) == (48, 25, 2000)
    assert [(one.reached, one.ended, one.on_the_way) for one in report.funnel] == [
        *((48, 6, 0), (42, 10, 0), (32, 0, 0), (32, 0, 7), (25, 0, 0), (25, 5, 20)),
    ]
    assert report.pace is not None
    assert (report.pace.missing, report.pace.a_month) == (1975, 282.2)
    assert [(one.from_month.month, one.until_month.month, one.in_all) for one in report.hired_by_month] == [
        *((1, 1, 9), (2, 3, 25)),
    ]
    assert report.balance is not None
    assert [(one.sex, one.hired, one.percent) for one in report.balance.shares] == [("women", 10, 40), ("men", 15, 60)]
    assert [(one.stage, one.median_days) for one in report.stays] == [("referral", 9), ("internship", None)]
    assert [(one.group, one.referred, one.hired) for one in report.towns] == [("2480", 37, 25), ("2482", 11, 0)]
    assert report.follow_ups[0].people == 13
    assert report.obstacles is not None
    assert [(one.requirement, one.stopped) for one in report.obstacles] == [("reads_swedish", 9), ("orderliness", 6)]


def test_a_goal_whose_day_has_passed_needs_no_pace() -> None:
    counts = Counts(ways=Counter({(ROLE, ON_THE_WAY): 20}), sexes={"women": 9, "men": 11})
    report = publish(PREPAREDNESS, counts, date(2019, 1, 1))
    assert report.pace is not None
    assert report.pace.a_month is None
    assert publish(SERVICE, counts, date(2019, 1, 1)).pace is None


def test_a_sex_of_fewer_than_five_hides_the_other_too() -> None:
    counts = Counts(ways=Counter({(ROLE, ON_THE_WAY): 20}), sexes={"women": 3, "men": 17, "unknown": 0})
    balance = publish(PREPAREDNESS, counts, TODAY).balance
    assert balance is not None
    assert [(one.hired, one.percent) for one in balance.shares] == [(None, None), (None, None)]


@pytest.mark.parametrize(("values", "middle"), [([5], 5), ([1, 2], 1.5), ([1, 1, 9], 1), ([1, 3, 3, 9], 3)])
def test_the_median_is_the_middle(values: list[int], middle: float) -> None:
    assert median(Counter(values)) == middle
