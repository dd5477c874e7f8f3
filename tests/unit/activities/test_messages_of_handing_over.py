"""The letter of those who were handed over names both, and lists the numbers."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from activities.language import Language
from activities.letterhead import Letterhead
from activities.messages import render
from models.identifiers import CandidateNumber, JourneyId
from models.partners.notice import Notice

WHO = {"leaves": "Anna Berg", "takes_over": "Bo Lind, 070-174 06 05", "candidates": "A22222223, B22222226"}


def notice(**details: str) -> Notice:
    return Notice(
        notice_id=UUID(int=1),
        journey_id=JourneyId.of("A22222223", "service_division"),
        candidate=CandidateNumber("A22222223"),
        programme="service_division",
        event_id=UUID(int=2),
        kind="coordinator_changed",
        stage=None,
        effective_on=None,
        recorded_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
        recipient="bo.lind",
        details=details,
    )


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("sv", "Anna Berg lämnar över till Bo Lind, 070-174 06 05, för de här kandidaterna: A22222223, B22222226."),
        ("en", "Anna Berg hands over to Bo Lind, 070-174 06 05, for these candidates: A22222223, B22222226."),
    ],
)
def test_it_names_both_and_lists_the_numbers(language: Language, told: str) -> None:
    assert told in " ".join(render(notice(**WHO), language).text.split())


def test_of_several_the_subject_says_how_many_and_no_facts_of_one_stand_below() -> None:
    letter = render(notice(**WHO), "sv", Letterhead(desk="https://desk.employer.example"))
    assert letter.subject.endswith("– 2 kandidater")
    assert "\nKandidat: " not in letter.text
    assert "\nhttps://desk.employer.example/\n" in letter.text
    alone = render(notice(candidates="A22222223"), "sv", Letterhead(desk="https://desk.employer.example"))
    assert alone.subject.endswith("– kandidat A22222223")
    assert "\nhttps://desk.employer.example/person/A22222223?program=service_division/1\n" in alone.text


def test_where_nobody_is_known_to_leave_it_still_says_whom_to_call() -> None:
    letter = render(notice(takes_over=WHO["takes_over"], candidates="A22222223"), "sv").text
    assert "Samordnare från och med nu: Bo Lind, 070-174 06 05" in " ".join(letter.split())
    assert "Anna" not in letter
