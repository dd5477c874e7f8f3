"""The figures of a report: right where they are shown, and with nothing to be worked out where they are not."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.stages import EndReason
from services.reports.counting import ON_THE_WAY, ROLE, STEPS, Counts, median
from services.reports.figures import Figures
from services.reports.hired import periods
from services.reports.publishing import Basis, Publication, may_follow, own_figures, publish
from services.reports.suppression import FEWEST, is_small
from tests.support.programmes import PREPAREDNESS, SERVICE
from tests.support.shapes import AT_ONCE, of_shape
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

    def tell(self, total: Any, *parts: Any) -> None:
        """A total and its parts: numbers where the report shows them, names where it does not."""
        row: dict[Any, Fraction] = {}
        for term, sign in ((total, -1), *((part, 1) for part in parts)):
            name, amount = (term, 1) if isinstance(term, tuple) else ((), term)
            row[name] = row.get(name, Fraction(0)) + sign * amount
        self.rows.append({name: amount for name, amount in row.items() if amount})

    def solved(self) -> dict[Any, Fraction]:
        """By Gaussian elimination: what has one value only, whatever it may be."""
        self._eliminate()
        alone = [(row, [name for name in row if name != ()]) for row in self.rows]
        return {names[0]: -row.get((), Fraction(0)) / row[names[0]] for row, names in alone if len(names) == 1}

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
            rows, done = (
                [_without(pivot, row, other) if pivot in other else other for other in some] for some in (rows, done)
            )
            done.append(row)
        self.rows = done


def _without(pivot: Any, row: dict[Any, Fraction], other: dict[Any, Fraction]) -> dict[Any, Fraction]:
    factor = other.get(pivot, Fraction(0))
    mixed = {name: other.get(name, Fraction(0)) - factor * row.get(name, Fraction(0)) for name in {*row, *other}}
    return {name: amount for name, amount in mixed.items() if amount}


Told = dict[tuple[str, ...], int | None]
"""What a report tells of each count by its name; None where it hides it. What it says nothing of is none."""

STEPS_ALONE = [step for step in STEPS if step != ROLE]


def told_by(figures: Figures) -> Told:
    """Everything that the report tells as JSON, and the counts that it lets stand behind."""
    report = figures.model_dump(mode="json")
    told: Told = {("all",): report["referred"], ("row", ROLE): report["hired"]}
    told |= {("row", step): None for step in STEPS_ALONE}
    for one in report["funnel"]:
        told |= {(what, one["step"]): one[what] for what in ("reached", "ended", "on_the_way")}
    told |= {("end", end): people for end, people in report["reasons"].items()}
    told |= {("cell", one["step"], one["reason"]): one["people"] for one in report["losses"]}
    for what in ("towns", "partner_kinds"):
        for one in report[what]:
            told |= {(what, one["group"], number): one[number] for number in ("referred", "hired")}
            told[what, one["group"], "not"] = None
    for one in (report["balance"] or {"shares": ()})["shares"]:
        told["sex", one["sex"]] = one["hired"]
    for one in report["follow_ups"]:
        told["followed", str(one["after_days"])] = one["people"]
        told |= {("outcome", str(one["after_days"]), name): number for name, number in one["outcomes"].items()}
    return told


def equations(*reports: Told) -> Iterator[tuple[tuple[str, ...], list[tuple[str, ...]]]]:
    """Each total with its parts, as whoever knows how a report is built can write them down."""
    names = {name for told in reports for name in told}
    ends = sorted(name[1] for name in names if name[0] == "end")
    for number, step in enumerate(STEPS):
        yield ("row", step), [("ended", step), ("on_the_way", step)]
        yield ("ended", step), [("cell", step, end) for end in ends]
        yield ("reached", step), [("row", after) for after in STEPS[number:]]
    yield ("all",), [("row", step) for step in STEPS]
    for end in ends:
        yield ("end", end), [("cell", step, end) for step in STEPS]
    for what in ("towns", "partner_kinds"):
        groups = sorted({name[1] for name in names if name[0] == what})
        if groups:
            yield ("all",), [(what, group, "referred") for group in groups]
            yield ("row", ROLE), [(what, group, "hired") for group in groups]
        for group in groups:
            yield (what, group, "referred"), [(what, group, "hired"), (what, group, "not")]
    if sexes := [name for name in names if name[0] == "sex"]:
        yield ("row", ROLE), sexes
    for total in [name for name in names if name[0] == "followed"]:
        yield total, [name for name in names if name[:2] == ("outcome", total[1])]


def attack(made: Publication) -> dict[Any, Fraction]:
    """Everything that one report tells, against what it hides; but for all those who were hired, whose number is told
    whatever it is."""
    attacker, told = Attacker(), told_by(made.figures)
    for total, parts in equations(told):
        attacker.tell(*[term(name, told.get(name, 0)) for name in (total, *parts)])
    found = attacker.solved().items()
    return {name: number for name, number in found if is_small(int(number)) and number != made.figures.hired}


def attack_over_time(before: Told, after: Told) -> dict[Any, Fraction]:
    """The same of what has changed between two reports."""
    attacker = Attacker()

    def change(name: tuple[str, ...]) -> Any:
        then, now = before.get(name, 0), after.get(name, 0)
        return term(name, None if then is None or now is None else now - then)

    for total, parts in equations(before, after):
        attacker.tell(*map(change, (total, *parts)))
    # How many reached a step is a sum of those who came no farther: five more and six fewer of them are one fewer.
    told = [name for name in {*before, *after} if name[0] != "reached" and not isinstance(change(name), tuple)]
    return {**attacker.solved(), **{name: Fraction(change(name)) for name in told}}


def term(name: tuple[str, ...], value: int | None) -> Any:
    return name if value is None else value


HEAD = {"programme", "name", "day", "own", "fewest", "goal", "referred", "hired"}


@examples(40)
@given(people())
def test_nobody_can_work_out_a_small_group_from_all_that_a_report_shows(people: list[dict[str, Any]]) -> None:
    made = publish(PREPAREDNESS, counted(people), TODAY)
    if made.figures.referred is None:
        assert made.figures.model_dump(exclude_defaults=True).keys() == {*HEAD, "pace"}
        return
    assert attack(made) == {}


@examples(30)
@given(people(), st.lists(st.integers(0, 200), max_size=3), people(), st.integers(0, 7))
def test_nobody_can_work_out_one_person_from_two_reports(
    first: list[dict[str, Any]], leave: list[int], more: list[dict[str, Any]], come: int
) -> None:
    """Between the two some have gone, and some have come."""
    second = [one for number, one in enumerate(first) if number not in leave] + more[:come]
    before = publish(PREPAREDNESS, counted(first), TODAY)
    after = publish(PREPAREDNESS, counted(second), TODAY, [before.basis])
    if None in (before.figures.referred, after.figures.referred) or not may_follow(after.basis, [before.basis]):
        return
    told = attack_over_time(told_by(before.figures), told_by(after.figures))
    assert {name: number for name, number in told.items() if is_small(int(number))} == {}
    assert attack(after) == {}


@examples(30)
@given(people())
def test_whoever_knows_one_person_of_a_hidden_group_learns_nothing_of_them(people: list[dict[str, Any]]) -> None:
    """Neither that nobody of the group was hired, nor why their way ended, by what is said of the others."""
    report = publish(PREPAREDNESS, counted(people), TODAY).figures
    for groups in (report.towns, report.partner_kinds):
        shown = [(one.referred, one.hired) for one in groups if one.referred is not None and one.hired is not None]
        if len(shown) < len(groups):
            hired = report.hired - sum(hired for _, hired in shown)
            others = (report.referred or 0) - report.hired - sum(referred - hired for referred, hired in shown)
            assert hired or not report.hired
            assert others or report.referred == report.hired
    for step in STEPS:
        told = [one.people for one in report.losses if one.step == step]
        assert None not in told or len(told) == len(report.reasons)


def test_that_nobody_of_the_hidden_groups_was_hired_does_not_follow_from_the_others() -> None:
    """All who were hired are of the one town that is large enough to be shown."""
    counts = Counts()
    counts.ways.update({("referral", ON_THE_WAY): 16, (ROLE, ON_THE_WAY): 6})
    counts.groups.update({("2480", "agency", False): 8, ("2480", "agency", True): 6})
    counts.groups.update({(town, "agency", False): few for town, few in (("2481", 2), ("2482", 3), ("2580", 3))})
    report = publish(PREPAREDNESS, counts, TODAY).figures
    assert [(one.group, one.referred, one.hired) for one in report.towns] == [
        ("2480", 14, None),
        *((town, None, None) for town in ("2481", "2482", "2580")),
    ]


def test_a_report_that_one_person_sets_apart_from_an_earlier_one_may_not_follow_it() -> None:
    """A day apart: one more is referred, hired, or hired of those who were referred."""
    before = publish(PREPAREDNESS, crowd(), TODAY).basis
    for ways in (
        {("referral", ON_THE_WAY): 21},
        {(ROLE, ON_THE_WAY): 31},
        {("referral", ON_THE_WAY): 19, (ROLE, ON_THE_WAY): 31},
        {("referral", ON_THE_WAY): 26, (ROLE, ON_THE_WAY): 34},
    ):
        after = crowd()
        after.ways.update({way: number - after.ways[way] for way, number in ways.items()})
        assert not may_follow(publish(PREPAREDNESS, after, TODAY, [before]).basis, [before])
    assert may_follow(publish(PREPAREDNESS, crowd(), TODAY, [before]).basis, [before])


def test_a_count_is_shown_again_once_it_has_changed_by_five_since_it_was_shown() -> None:
    reports: list[Basis] = []
    shown = []
    for moved in (0, 2, 4, 5):
        counts = crowd()
        counts.groups.update({("2480", "agency", False): moved, ("2482", "agency", False): -moved})
        made = publish(PREPAREDNESS, counts, TODAY, reports)
        reports.append(made.basis)
        shown.append([(one.group, one.referred) for one in made.figures.towns])
    first, hidden_ = [("2480", 30), ("2482", 20)], [("2480", None), ("2482", None)]
    assert shown == [first, hidden_, hidden_, [("2480", 35), ("2482", 15)]]


def test_what_is_hidden_beside_a_shown_change_has_not_changed_by_a_few_people_in_all() -> None:
    """Six more are referred, five of them in one town: the one who is left would be of the two hidden towns."""
    counts, more = crowd(), crowd()
    for one, moved in ((counts, 0), (more, 1)):
        one.ways["referral", ON_THE_WAY] += 6 * moved
        one.groups["2480", "agency", False] += 5 * moved
        one.groups["2482", "agency", False] = 3 + moved
        one.groups["2580", "agency", False] = 7
    before = publish(PREPAREDNESS, counts, TODAY)
    after = publish(PREPAREDNESS, more, TODAY, [before.basis])
    assert may_follow(after.basis, [before.basis])
    assert [one.referred for one in before.figures.towns] == [30, None, None]
    assert after.figures.towns[0].referred is None


def test_a_median_that_a_few_people_have_changed_is_not_shown_beside_the_earlier_one() -> None:
    before = crowd()
    before.stays, before.people_who_left = {"referral": Counter({3: 10})}, Counter({"referral": 10})
    earlier = [publish(PREPAREDNESS, before, TODAY).basis]
    told = []
    for more in (0, 1, 5):
        after = crowd()
        after.stays, after.people_who_left = {"referral": Counter({3: 10, 9: more})}, Counter({"referral": 10 + more})
        told.append(publish(PREPAREDNESS, after, TODAY, earlier).figures.stays[0].median_days)
    assert told == [3, None, 3]


def crowd() -> Counts:
    return Counts(
        ways=Counter({("referral", ON_THE_WAY): 20, (ROLE, ON_THE_WAY): 30}),
        groups=Counter(
            {("2480", "agency", True): 20, ("2480", "agency", False): 10}
            | {("2482", "agency", True): 10, ("2482", "agency", False): 10}
        ),
        hired=Counter({date(2017, 3, 3): 30}),
        sexes={"women": 15, "men": 15, "unknown": 0},
    )


def test_the_attacker_would_find_what_is_not_hidden_well_enough() -> None:
    """Three of fifty-three, hidden alone."""
    attacker = Attacker()
    attacker.tell(53, ("women",), 50)
    assert attacker.solved() == {("women",): 3}


@examples(120)
@given(people())
def test_no_number_in_a_report_tells_of_fewer_than_five(people: list[dict[str, Any]]) -> None:
    report = publish(SERVICE, counted(people), TODAY).figures.model_dump(mode="json")
    assert report.pop("hired") == sum(one["step"] == ROLE for one in people), "measured against the goal"
    report["funnel"] = [one for one in report["funnel"] if one["step"] != ROLE]
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
    report = publish(PREPAREDNESS, counts, TODAY).figures
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
    report = publish(PREPAREDNESS, counts, date(2019, 1, 1)).figures
    assert report.pace is not None
    assert report.pace.a_month is None
    assert publish(SERVICE, counts, date(2019, 1, 1)).figures.pace is None


def test_a_sex_of_fewer_than_five_hides_the_other_too() -> None:
    counts = Counts(ways=Counter({(ROLE, ON_THE_WAY): 20}), sexes={"women": 3, "men": 17, "unknown": 0})
    balance = publish(PREPAREDNESS, counts, TODAY).figures.balance
    assert balance is not None
    assert [(one.hired, one.percent) for one in balance.shares] == [(None, None), (None, None)]


@pytest.mark.parametrize(("values", "middle"), [([5], 5), ([1, 2], 1.5), ([1, 1, 9], 1), ([1, 3, 3, 9], 3)])
def test_the_median_is_the_middle(values: list[int], middle: float) -> None:
    assert median(Counter(values)) == middle


def test_own_figures_are_those_counted_by_hand_however_small_the_groups() -> None:
    """Eleven people: by step and end, town and hired or not, sex, month, and what became of them."""
    counts = Counts(
        ways=Counter(
            {("referral", "no_contact"): 1, ("requirement_check", "not_qualified"): 2, ("internship", ON_THE_WAY): 3}
            | {("internship", "studies"): 1, (ROLE, ON_THE_WAY): 3, (ROLE, "studies"): 1}
        ),
        groups=Counter(
            {("2480", "agency", True): 3, ("2480", "agency", False): 4}
            | {("2482", "church", True): 1, ("2482", "agency", False): 2, ("2580", "church", False): 1}
        ),
        stays={"referral": Counter({3: 2, 9: 1}), "until_work": Counter({40: 1})},
        people_who_left=Counter({"referral": 3, "until_work": 1}),
        hired=Counter({date(2018, 1, 9): 1, date(2018, 3, 30): 3}),
        sexes={"women": 1, "men": 2, "unknown": 1},
        outcomes=Counter({(180, "at_work"): 1, (180, "seeking"): 2}),
        obstacles=Counter({("archive_assistant", "orderliness"): 1, ("archive_assistant", "reads_swedish"): 2}),
    )
    report = own_figures(PREPAREDNESS, counts, TODAY)
    assert (report.own, report.referred, report.hired, report.goal) == (True, 11, 4, 2000)
    assert [(one.reached, one.ended, one.on_the_way) for one in report.funnel] == [
        *((11, 1, 0), (10, 2, 0), (8, 0, 0), (8, 1, 3), (4, 0, 0), (4, 1, 3)),
    ]
    assert [(one.step, one.reason, one.people) for one in report.losses] == [
        ("referral", "no_contact", 1),
        ("requirement_check", "not_qualified", 2),
        ("internship", "studies", 1),
        (ROLE, "studies", 1),
    ]
    assert report.reasons == {"no_contact": 1, "not_qualified": 2, "studies": 2}
    assert [(one.from_month.month, one.hired, one.in_all) for one in report.hired_by_month] == [
        *((1, 1, 1), (2, 0, 1), (3, 3, 4)),
    ]
    assert report.balance is not None
    assert [(one.hired, one.percent) for one in report.balance.shares] == [(1, 33.3), (2, 66.7), (1, None)]
    assert [(one.stage, one.median_days) for one in report.stays] == [("referral", 3), ("until_work", 40)]
    assert [(one.group, one.referred, one.hired) for one in report.towns] == [
        *(("2480", 7, 3), ("2482", 3, 1), ("2580", 1, 0)),
    ]
    assert [(one.group, one.referred, one.hired) for one in report.partner_kinds] == [
        ("agency", 9, 3),
        ("church", 2, 1),
    ]
    assert [(one.people, one.outcomes) for one in report.follow_ups] == [(3, {"at_work": 1, "seeking": 2})]
    assert report.obstacles is not None
    assert [(one.requirement, one.stopped) for one in report.obstacles] == [("reads_swedish", 2), ("orderliness", 1)]
    published = publish(PREPAREDNESS, counts, TODAY).figures
    assert (published.referred, published.hired, published.goal) == (11, 4, 2000)
    assert {people for one in published.losses for people in [one.people]} == {None}


def test_whoever_ended_as_planned_is_hired_and_not_lost() -> None:
    planned = EndReason.ENDED_AS_PLANNED.value
    counts = Counts(ways=Counter({(ROLE, planned): 40, (ROLE, "studies"): 20}), hired=Counter({date(2018, 1, 3): 60}))
    for report in (own_figures(PREPAREDNESS, counts, TODAY), publish(PREPAREDNESS, counts, TODAY).figures):
        assert [(one.reason, one.people) for one in report.losses] == [("studies", 20)]
        assert report.reasons == {planned: 40, "studies": 20}


def test_a_few_who_ended_as_planned_cannot_be_worked_out_from_those_who_did_not() -> None:
    planned = EndReason.ENDED_AS_PLANNED.value
    counts = Counts(ways=Counter({(ROLE, planned): 1, (ROLE, "studies"): 20}), hired=Counter({date(2018, 1, 3): 21}))
    published = publish(PREPAREDNESS, counts, TODAY).figures
    assert [(one.reason, one.people) for one in published.losses] == [("studies", None)]


def test_a_step_that_a_way_does_not_have_is_no_row_of_the_funnel() -> None:
    counts = Counts(ways=Counter({(ROLE, ON_THE_WAY): 40}), hired=Counter({date(2018, 1, 3): 40}))
    report = own_figures(of_shape(AT_ONCE), counts, TODAY)
    assert [one.step for one in report.funnel] == ["referral", "requirement_check", "awaiting_placement", ROLE]
