"""Whoever is asked at a terminal is offered the words of the programme; others are told what is missing."""

from typing import Any

import pytest
import typer

from interfaces.cli import prompts as asking
from interfaces.cli.prompts import complete_event
from models.identifiers import JourneyId
from runtime.errors import UsageError
from services.recording.draft import Knowledge
from tests.support.errors import raises
from tests.support.programmes import RULES
from tests.support.values import MONDAY


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a person at a terminal is asked, who answers everything with the first word that is offered."""
    questions: list[str] = []

    def prompt(question: str, **_: Any) -> str:
        questions.append(question)
        return question.partition("[")[2].rstrip("]").split(", ")[0] or "something"

    monkeypatch.setattr(asking, "may_ask", lambda: True)
    monkeypatch.setattr(typer, "prompt", prompt)
    return questions


def ask(kind: str, programme: str = "service_division", **fields: str) -> dict[str, Any]:
    return complete_event(kind, fields, Knowledge(RULES, JourneyId.of("K7Q29FMXB", programme), list, MONDAY)).fields


def test_the_profiles_and_then_the_requirements_of_the_chosen_one_are_offered(asked: list[str]) -> None:
    assert ask("requirements_checked")["profile"] == "hospital_service"
    assert asked[0] == "profile [hospital_service, transport_service]"
    assert asked[1].endswith("[swedish_for_safety, hygiene_routines, shift_work, kitchen_experience]")
    ask("requirements_checked", profile="transport_service")
    assert asked[2].endswith("[reads_labels, shift_work]")


def test_the_positions_of_the_programme_are_offered_and_no_others(asked: list[str]) -> None:
    ask("internship_agreed", "preparedness_jobs")
    assert "position [landsarkivet_scanning]" in asked


@pytest.mark.parametrize(
    ("kind", "offer"),
    [
        ("temporary_role_agreed", "form [summer_temporary, special_fixed_term, substitute]"),
        ("evaluation_recorded", "[tasks, reliability, cooperation]"),
        ("withdrawn", "end reason [referral_declined, "),
        ("follow_up_recorded", "outcome [at_work, studying, "),
    ],
)
def test_forms_criteria_and_reasons_are_offered(asked: list[str], kind: str, offer: str) -> None:
    ask(kind)
    assert any(offer in question for question in asked)


def test_of_a_programme_that_is_gone_nothing_is_offered(asked: list[str]) -> None:
    ask("requirements_checked", "gone")
    assert asked[0] == "profile"


def test_what_takes_any_words_is_asked_for_plainly(asked: list[str]) -> None:
    ask("referral_declined")
    assert asked == ["reason"]


def test_what_is_given_is_not_asked_for(asked: list[str]) -> None:
    assert ask("referral_declined", reason="No supervisor") == {"reason": "No supervisor"}
    assert asked == []


def test_who_cannot_be_asked_is_told_what_is_missing() -> None:
    with raises(UsageError, "event.lacks", options="--profile, --findings"):
        ask("requirements_checked")
