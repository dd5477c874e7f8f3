"""The mail to whoever acts for a colleague: what it says, and that it has room for nothing else."""

from dataclasses import fields
from datetime import date
from typing import Any

import pytest

from activities.acting_mail import Said, WhoActs, composed
from activities.language import Language

DAYS: Any = {"person": "Anna Berg", "first": date(2026, 12, 4), "last": date(2026, 12, 12)}
DESK = "https://desk.employer.example"


@pytest.mark.parametrize(
    ("language", "changed", "subject", "lines"),
    [
        (
            "sv",
            {},
            "Hela vägen: Du är ersättare för Anna Berg från fredag 4 december 2026 till och med lördag 12",
            ["Du har hand om 5 kandidater åt Anna Berg från fredag 4 december 2026", f"Mitt idag: {DESK}/"],
        ),
        ("sv", {"count": 1}, "", ["Du har hand om 1 kandidat åt Anna Berg"]),
        (
            "sv",
            {"is_some": False},
            "",
            ["Anna Berg har 5 kandidater i dag, och du har också hand om dem som tillkommer"],
        ),
        ("sv", {"is_over": True}, "Hela vägen: Du är inte längre ersättare för Anna Berg", ["Se i Mitt idag"]),
        ("en", {}, "Hela vägen: You act for Anna Berg from", ["You have 5 candidates of Anna Berg", "Your day: "]),
    ],
)
def test_it_says_for_whom_from_when_until_when_how_many_and_where(
    language: Language, changed: dict[str, Any], subject: str, lines: list[str]
) -> None:
    what = Said(**{**DAYS, "count": 5, "is_some": True, "is_over": False, "desk": DESK, **changed})
    heading, text = composed(what, language)
    assert heading.startswith(subject)
    assert [line for line in lines if line not in text] == []


def test_it_has_room_for_no_candidate_and_leads_nowhere_without_a_desk() -> None:
    assert {one.name for one in fields(Said)} == {"person", "first", "last", "count", "is_some", "is_over", "desk"}
    what = Said(**DAYS, count=5, is_some=True, is_over=False, desk=None)
    assert "http" not in composed(what, "sv")[1]


def test_the_id_of_a_workflow_names_nobody() -> None:
    assert WhoActs(statement="a" * 64, which=1).id == f"who-acts/{'a' * 64}/1"
