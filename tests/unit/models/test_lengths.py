"""Lengths in weeks by the person's group, least lengths of internships, and lengths of roles."""

from datetime import date, timedelta
from typing import Any

import pytest

from models.programme.lengths import FormLength
from models.programme.programme import Programme
from models.rules.context import RuleContext
from models.rules.figures import figures
from tests.support.builders import Way, way_to_decision
from tests.support.programmes import SERVICE
from tests.support.rule_cases import BY_GROUP, awaiting, changed
from tests.support.values import MONDAY, both

SOURCE = both("an agreement")


def internship(rules: Programme, group: str | None = None, **changes: Any) -> Way:
    return awaiting(
        changed(rules, internship=rules.internship.model_copy(update=changes)), **({"group": group} if group else {})
    )()


def ends(weeks: int, days: int = 0) -> dict[str, Any]:
    return {"ends_on": MONDAY + timedelta(weeks=weeks, days=days - 1)}


@pytest.mark.parametrize(("group", "weeks"), [("near", 4), ("far", 13)])
def test_an_internship_lasts_as_many_weeks_as_the_group_may(group: str, weeks: int) -> None:
    way = internship(BY_GROUP, group)
    why = way.refuses(
        "internship_agreed", "the_internship_is_short_enough", SERVICE.internship.source, **ends(weeks, 1)
    )
    assert why.values["last_day"] == str(ends(weeks)["ends_on"])
    way.happens("internship_agreed", **ends(weeks))
    longer: dict[str, Any] = {"rule": "the_internship_is_short_enough", "source": SERVICE.internship.source}
    way.refuses("internship_extended", **longer, **ends(weeks, 1))


def test_what_is_said_of_everybody_holds_in_a_group_too() -> None:
    way = internship(BY_GROUP, "far", longest_months=2)
    way.refuses("internship_agreed", "the_internship_is_short_enough", SERVICE.internship.source, **ends(10))
    way.happens("internship_agreed", **ends(8))


def test_an_internship_lasts_ten_to_twelve_weeks_for_everybody() -> None:
    way = internship(SERVICE, longest_months=None, longest_weeks=12, shortest_weeks=10)
    source = SERVICE.internship.source
    way.refuses("internship_agreed", "the_internship_is_long_enough", source, **ends(10, -1))
    way.refuses("internship_agreed", "the_internship_is_short_enough", source, **ends(12, 1))
    way.happens("internship_agreed", **ends(12))
    way.refuses("internship_extended", "the_internship_is_long_enough", source, **ends(10, -1))
    way.happens("internship_extended", **ends(10))


@pytest.mark.parametrize("kind", ["internship_completed", "internship_interrupted"])
def test_an_internship_that_ends_early_is_no_breach_of_the_least_length(kind: str) -> None:
    way = internship(SERVICE, shortest_weeks=10)
    way.happens("internship_agreed", **ends(10))
    way.later(5).happens(kind)


def test_an_internship_of_which_nothing_is_said_may_last_for_any_time() -> None:
    internship(SERVICE, longest_months=None).happens("internship_agreed", **ends(100))


def test_the_group_is_said_where_the_programme_has_groups_and_is_one_of_them() -> None:
    source = BY_GROUP.internship.source
    assert Way(BY_GROUP).refuses("referred", "the_group_is_known", source).id == "the_group_is_known.missing"
    told = Way(BY_GROUP).refuses("referred", "the_group_is_known", source, group="other")
    assert (told.id, told.values["known"]) == ("the_group_is_known.unknown", "near, far")
    Way(SERVICE).happens("referred", group="other")  # nothing asks for it


def test_a_referral_is_corrected_to_another_group() -> None:
    way = internship(BY_GROUP, "near")
    first = way.journey.entries[0].event
    way.happens("corrected", corrects=first.event_id, replacement={**first.model_dump(), "group": "far"}, reason="Slip")
    way.happens("internship_agreed", **ends(13))


def test_a_rule_names_the_lengths_of_the_persons_group_alone() -> None:
    way = internship(BY_GROUP, "far")
    context = RuleContext(way.state, "internship_agreed", way.day, way.event("internship_agreed"))
    found = {one.name: one.value for one in figures("the_internship_is_long_enough", context)}
    assert found == {"shortest_weeks": 2, "lengths": "far 8-13"}


def role(**length: Any) -> Way:
    lengths = tuple(FormLength(form=form.id, source=SOURCE, **length) for form in SERVICE.forms)
    return way_to_decision(changed(form_lengths=lengths), date(2026, 1, 31))


def test_a_role_is_agreed_for_no_less_than_the_least_length_of_its_form() -> None:
    way = role(shortest_months=1)
    least: dict[str, Any] = {"rule": "the_role_is_of_its_length", "source": SOURCE}
    way.refuses("temporary_role_agreed", **least, ends_on=date(2026, 2, 27))
    way.happens("temporary_role_agreed", ends_on=date(2026, 2, 28))  # where the day is missing, the month's last one
    way.happens("temporary_role_extended", ends_on=date(2026, 3, 20))
    way.refuses("temporary_role_extended", **least, ends_on=date(2026, 2, 27))
    way.later(2).happens("temporary_role_ended")


def test_a_role_of_exact_lengths_is_agreed_for_one_of_them_and_extended_to_another() -> None:
    way = role(exact_months=(1, 3))
    exact: dict[str, Any] = {"rule": "the_role_is_of_its_length", "source": SOURCE}
    told = way.refuses("temporary_role_agreed", **exact, ends_on=date(2026, 3, 30))
    assert told.values["last_days"] == ("2026-02-28", "2026-04-30")
    way.happens("temporary_role_agreed", ends_on=date(2026, 2, 28))
    way.refuses("temporary_role_extended", **exact, ends_on=date(2026, 3, 30))
    way.happens("temporary_role_extended", ends_on=date(2026, 4, 30))
