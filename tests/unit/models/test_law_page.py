"""The page on how the law is counted: the product reckons each of its examples as it was reckoned there by hand."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta

from models.calendar.periods import last_day_within
from models.calendar.swedish_day import day_in_sweden
from models.programme.programme import ConsultationRule
from models.stages import Stage
from models.state.deadlines import open_deadlines
from models.state.employment_limits import conversion
from tests.support.builders import Way, way_to
from tests.support.examples import OTHER_JOURNEY
from tests.support.programmes import CONSULTATION, RULES, SERVICE

PAGE = (Path(__file__).parents[3] / "deploy/law.md").read_text(encoding="utf-8")
EVERY_FORM = SERVICE.model_copy(update={"forms": tuple(form for versions in RULES.forms.values() for form in versions)})


def table(heading: str) -> list[list[str]]:
    """The rows of the table under a heading, cell by cell."""
    section = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def jobs(written: str) -> Iterator[tuple[bool, dict[str, Any]]]:
    """The jobs that a cell tells of, and whether each is one of another journey."""
    for part in written.split("; ") if written != "none" else ():
        _, _, said = part.rpartition("elsewhere ")
        form, _, days = said.partition(" ")
        if ".." in days:
            first, last = map(date.fromisoformat, days.split(".."))
            yield "elsewhere" in part, {"form": form, "starts_on": first, "ends_on": last}
            continue
        year, _, numbers = days.partition(": ")
        for month in range(1, 13):
            for number in numbers.split(", "):
                first = date(int(year), month, 1)
                day = first + (relativedelta(day=31) if number == "last" else relativedelta(day=int(number)))
                yield "elsewhere" in part, {"form": form, "starts_on": day, "ends_on": day}


@pytest.mark.parametrize("row", table("When a role becomes permanent"), ids=lambda row: f"{row[0][:60]} {row[2]}")
def test_a_role_becomes_permanent_when_the_page_says(row: list[str]) -> None:
    before, role, permanent_on, _, source = row
    [(_, agreed)] = jobs(role)
    told = [one for elsewhere, one in jobs(before) if not elsewhere]
    found = [
        {**one, "journey": OTHER_JOURNEY, "decided_on": one["starts_on"]}
        for elsewhere, one in jobs(before)
        if elsewhere
    ]
    way = Way(EVERY_FORM, agreed["starts_on"])
    way.happens("referred", earlier_employment=told)
    for kind in ("referral_accepted", "requirements_checked", "internship_agreed", "internship_completed"):
        way.happens(kind)
    way.happens("evaluation_recorded")
    way.happens("employment_found_elsewhere", employments=found, read_up_to=[])
    way.happens("temporary_role_agreed", **agreed)
    law = conversion(way.state)
    assert str(law.on if law else "never") == permanent_on
    assert source.endswith("unverified")


@pytest.mark.parametrize("row", table("When a period in months ends"), ids=lambda row: row[0])
def test_a_period_in_months_ends_when_the_page_says(row: list[str]) -> None:
    assert str(last_day_within(date.fromisoformat(row[0]), int(row[1]))) == row[2]


@pytest.mark.parametrize("row", table("The last day for an answer"), ids=lambda row: row[0])
def test_an_answer_is_due_when_the_page_says(row: list[str]) -> None:
    asked_on, days = date.fromisoformat(row[0]), int(row[1])
    rule = CONSULTATION.union_consultation
    assert isinstance(rule, ConsultationRule)
    rules = CONSULTATION.model_copy(
        update={"union_consultation": rule.model_copy(update={"answer_within_days": days, "remind_after_days": None})}
    )
    way = way_to(Stage.AWAITING_PLACEMENT, rules, asked_on)
    way.happens("union_consulted", about="internship_agreed", unions=["kommunal"])
    due = [day for one, day in open_deadlines(way.state) if one.name.startswith("consultation_")]
    assert [str(day) for day in due] == [row[2]]


@pytest.mark.parametrize("row", table("Which day it is"), ids=lambda row: row[0])
def test_it_is_the_day_that_the_page_says(row: list[str]) -> None:
    assert str(day_in_sweden(datetime.fromisoformat(row[0]))) == row[1]


def test_every_table_of_the_page_is_reckoned_and_its_sources_are_unverified() -> None:
    headings = re.findall(r"^## (.*)$", PAGE, re.MULTILINE)
    assert [len(table(heading)) >= 3 for heading in headings] == [True] * 4
    assert all("unverified" in PAGE.split(f"## {heading}\n")[1].split("\n## ")[0] for heading in headings)
