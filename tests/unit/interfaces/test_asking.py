"""Whoever is asked at a terminal answers in words, each checked at once; others are told what is missing."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
import typer

from interfaces.cli import prompts as asking
from interfaces.cli.prompts import ask_day, choose_event, complete_event
from interfaces.cli.questions import Question, confirm
from interfaces.cli.questions import ask as put
from models.identifiers import JourneyId
from runtime.errors import UsageError
from services.naming import Named
from services.recording.given import read_given
from services.recording.knowledge import Knowledge
from tests.support.authority import register_of_tests
from tests.support.errors import raises
from tests.support.programmes import RULES
from tests.support.rule_cases import PART_TIME
from tests.support.values import MONDAY


class Terminal:
    """What is asked, and what somebody types to each question in its turn."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.typed: Iterator[str] = iter(())

    def types(self, *answers: str) -> "Terminal":
        self.typed = iter(answers)
        return self

    def prompt(self, question: str, **_: Any) -> str:
        self.asked.append(question)
        return next(self.typed)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    terminal = Terminal()
    monkeypatch.setattr(asking, "may_ask", lambda: True)
    monkeypatch.setattr(typer, "prompt", terminal.prompt)
    monkeypatch.setenv("HELAVAGEN_LANG", "sv")
    return terminal


Shown = Callable[[], str]


@pytest.fixture
def shown(capsys: pytest.CaptureFixture[str]) -> Shown:
    """What stands on the screen since it was last looked at, beside the questions."""
    return lambda: capsys.readouterr().out


def ask(kind: str, programme: str = "service_division", *, briefly: bool = False, **fields: Any) -> dict[str, Any]:
    journey = JourneyId.of("K7Q29FMXB", programme)
    return complete_event(
        kind, fields, Knowledge(RULES, journey, list, MONDAY, register_of_tests), briefly=briefly
    ).fields


def test_each_requirement_is_asked_with_its_text_and_answered_by_number_word_or_letter(
    terminal: Terminal, shown: Shown
) -> None:
    terminal.types("1", "1", "ej", "kan", "undantaget", "Bara dagtid", "i")
    fields = ask("requirements_checked")
    assert fields["profile"] == "hospital_service"
    told = shown()
    for one in RULES.programme("service_division").profiles[0].requirements:
        assert one.text.sv in told
    assert [one["result"] for one in fields["findings"]] == ["met", "trainable", "waived", "unmet"]
    assert fields["findings"][2]["reason"] == "Bara dagtid"


def test_the_beginning_of_one_choice_alone_is_enough_and_what_it_meant_is_shown(
    terminal: Terminal, shown: Shown
) -> None:
    terminal.types("me", "u", "up", *("1",) * 6)
    fields = ask("requirements_checked")
    assert (fields["profile"], fields["findings"][0]["result"]) == ("transport_service", "met")
    assert terminal.asked[:3] == ["profil", "resultat", "resultat"]
    assert "\n  Medarbetare i interna transporter\n" in shown()


def test_a_wrong_answer_is_asked_again_and_loses_none_of_the_others(terminal: Terminal, shown: Shown) -> None:
    terminal.types("Serviceassistent", "Medarbetare i interna transporter", "2/3", "31/2", "1/2 2026", "31/8", "", "")
    fields = ask("internship_agreed")
    assert terminal.asked.count("befattning") == 2
    assert terminal.asked.count("sista dag") == 3
    said = (fields["position"], fields["starts_on"], fields["ends_on"], fields["supervisor"])
    assert said == ("lasarettet_transport", "2026-03-02", "2026-08-31", "jonas.alm")
    told = shown()
    assert "Flera kan avses" in told
    assert "måndag 2 mars 2026" in told
    assert "Det finns 28 dagar i februari 2026" in told
    assert "Sista dagen ligger före den första" in told


def test_enter_takes_what_is_shown_or_leaves_an_optional_answer_out(terminal: Terminal) -> None:
    terminal.types("2", "2/3", "31/8", "", "")
    fields = ask("internship_agreed")
    assert terminal.asked[-2:] == ["handledare [Jonas Alm]", "mentor [Eva Sjo]"]
    assert (fields["supervisor"], fields["mentor"]) == ("jonas.alm", "eva.sjo")
    terminal.types("")
    assert "remark" not in ask("check_in_recorded")


def test_a_question_mark_lists_what_there_is_and_enter_alone_is_not_an_answer(terminal: Terminal, shown: Shown) -> None:
    terminal.types("?", "", "egen önskan", "")
    assert ask("withdrawn")["end_reason"] == "own_wish"
    told = shown()
    assert "11  inte lämplig" in told
    assert "Ett svar behövs" in told


def test_a_question_mark_says_how_a_day_or_a_yes_is_written(terminal: Terminal, shown: Shown) -> None:
    terminal.types("?", "")
    assert ask_day(MONDAY) == MONDAY
    assert "Skriv en dag, till exempel" in shown()
    terminal.types("?", "ja")
    assert confirm("Skicka?")
    assert "Svara ja eller nej" in shown()
    terminal.types("2", "?", "2/3", "?", "31/8", "", "")
    ask("internship_agreed")
    assert shown().count("Skriv en dag, till exempel") == 2


def test_scores_stand_beside_their_criteria_and_are_numbers_from_one_to_five(terminal: Terminal, shown: Shown) -> None:
    terminal.types("ja", "6", "4", "5", "x", "3", "")
    fields = ask("evaluation_recorded")
    assert (fields["favourable"], [one["score"] for one in fields["scores"]]) == ("true", [4, 5, 3])
    told = shown()
    assert RULES.programme("service_division").criteria[0].text.sv in told
    assert told.count("Poängen är ett tal från 1 till 5.") == 2


def test_of_a_programme_that_is_gone_nothing_is_offered(terminal: Terminal) -> None:
    terminal.types("ward", "x=met")
    assert ask("requirements_checked", "gone")["profile"] == "ward"


def test_what_is_given_is_not_asked_for(terminal: Terminal) -> None:
    assert ask("referral_declined", reason="No supervisor") == {"reason": "No supervisor"}
    assert ask("check_in_recorded", briefly=True) == {}
    assert terminal.asked == []


@pytest.mark.usefixtures("terminal")
def test_what_is_given_may_be_written_as_people_write_it() -> None:
    given: dict[str, Any] = {
        "position": "serviceassistent brickdukning",
        "starts_on": "2 mars",
        "ends_on": "31/8",
        "supervisor": "Maria Ek",
    }
    fields = ask("internship_agreed", **given)
    said = {name: fields[name] for name in given}
    assert said == {
        "position": "lasarettet_tray_kitchen",
        "starts_on": "2026-03-02",
        "ends_on": "2026-08-31",
        "supervisor": "maria.ek",
    }


def read(kind: str, field: str, value: Any, **fields: Any) -> Any:
    knowledge = Knowledge(RULES, JourneyId.of("K7Q29FMXB", "service_division"), list, MONDAY, register_of_tests)
    return read_given(kind, {**fields, field: value}, knowledge)[field]


@pytest.mark.parametrize(
    ("kind", "field", "written", "code"),
    [
        ("withdrawn", "end_reason", "Studier", "studies"),
        ("paused", "until", "31/8 2027", "2027-08-31"),
        ("pause_extended", "until", "31/8 2027", "2027-08-31"),
        ("evaluation_recorded", "favourable", "nej", "false"),
        ("evaluation_recorded", "favourable", False, False),
        ("coordinator_changed", "coordinator", "Bo Lind", "bo.lind"),
        ("follow_up_recorded", "after_days", "90", "90"),
        ("union_consulted", "unions", "Kommunal, nobody.known", "kommunal,nobody.known"),
        ("union_consulted", "unions", ["Kommunal"], ["kommunal"]),
        ("union_consulted", "about", "praktik", "internship_agreed"),
        ("internship_agreed", "position", "of_older_rules", "of_older_rules"),
        ("internship_agreed", "supervisor", "nobody.known", "nobody.known"),
        ("evaluation_recorded", "scores", "Utför uppgifterna som de beskrivits=4", "tasks=4"),
        (
            "evaluation_recorded",
            "scores",
            [{"criterion": "Utför uppgifterna som de beskrivits", "score": 4}],
            [{"criterion": "tasks", "score": 4}],
        ),
    ],
)
def test_names_are_understood_in_options_and_json_alike(kind: str, field: str, written: Any, code: Any) -> None:
    assert read(kind, field, written) == code


def test_findings_are_understood_by_the_texts_of_the_profile() -> None:
    found = read("requirements_checked", "findings", "Kan följa hygienrutiner=kan läras", profile="hospital_service")
    assert found == "hygiene_routines=trainable"


def test_a_field_that_names_nothing_says_which_one_and_what_there_is() -> None:
    with raises(UsageError, "event.field") as caught:
        read("withdrawn", "end_reason", "trött")
    assert "naming.unknown" in str(caught.value)
    with raises(UsageError, "event.field") as caught:
        read("internship_extended", "ends_on", "2026-02-30")
    assert "cell.month_length" in str(caught.value)


def test_the_day_is_asked_for_and_enter_is_today(terminal: Terminal, shown: Shown) -> None:
    terminal.types("")
    assert ask_day(MONDAY) == MONDAY
    assert terminal.asked == ["dag [måndag 2 mars 2026]"]
    terminal.types("i går")
    assert ask_day(MONDAY) == date(2026, 3, 1)
    assert "söndag 1 mars 2026" in shown()


def test_an_event_is_chosen_by_number_or_name_among_those_that_are_possible(terminal: Terminal) -> None:
    possible = ["internship_agreed", "paused", "withdrawn"]
    for typed, kind in (("1", "internship_agreed"), ("paus", "paused"), ("praktik överenskommen", "internship_agreed")):
        terminal.types(typed)
        assert choose_event(possible) == kind
    terminal.types("")
    assert choose_event(possible) is None


def test_yes_and_no_are_understood_in_both_languages(terminal: Terminal) -> None:
    for typed, said in (("j", True), ("JA", True), ("yes", True), ("n", False), ("nej", False), ("", False)):
        terminal.types(typed)
        assert confirm("Skicka?") is said
    terminal.types("kanske", "ja")
    assert confirm("Skicka?")


def test_who_cannot_be_asked_is_told_what_is_missing() -> None:
    with raises(UsageError, "event.lacks", options="--profile, --findings"):
        ask("requirements_checked")


@pytest.mark.parametrize("written", ["ja", "Nej", "y", "j", "n", "x"])
def test_an_answer_to_another_question_names_no_mentor(written: str) -> None:
    with raises(UsageError, "event.field"):
        read("internship_agreed", "mentor", written)
    assert read("internship_agreed", "mentor", "nobody.known") == "nobody.known"


def test_what_does_not_fit_is_counted_and_shown_to_whoever_asks(terminal: Terminal, shown: Shown) -> None:
    choices = [Named(code, code.title()) for code in ("ward", "kitchen", "stores", "yard")]
    question = Question("position", choices, first=2)
    terminal.types("4")
    assert put(question, str) == "yard"
    assert shown() == "   1  Ward\n   2  Kitchen\n  2 passar inte nu. Skriv ? för att se alla.\n  Yard\n"
    terminal.types("?", "3")
    assert put(question, str) == "stores"
    assert "   4  Yard\n" in shown()


def test_a_letter_chooses_nobody_and_what_may_be_left_out_says_so(terminal: Terminal, shown: Shown) -> None:
    terminal.types("5", "2/3", "31/8", "n", "j", "jonas", "j", "")
    fields = ask("internship_agreed")
    assert (fields["supervisor"], "mentor" in fields) == ("jonas.alm", False)
    assert shown().count("Det här är inget namn.") == 3
    assert terminal.asked[-1] == "mentor (Enter hoppar över)"


def test_reasons_are_listed_at_once_and_the_one_chosen_by_its_number_is_shown(terminal: Terminal, shown: Shown) -> None:
    terminal.types("1", "")
    assert ask("withdrawn")["end_reason"]
    told = shown()
    reasons = [line.strip() for line in told.splitlines()]
    assert "6 passar inte nu. Skriv ? för att se alla." in reasons
    assert reasons[0].removeprefix("1").strip() == reasons[-1]


def test_hours_a_week_are_asked_where_the_programme_has_hours(terminal: Terminal) -> None:
    terminal.types("2", "2/3", "31/8", "25", "", "")
    knowledge = Knowledge(RULES, JourneyId.of("K7Q29FMXB", "service_division"), list, MONDAY, register_of_tests)
    knowledge.rules = PART_TIME
    assert complete_event("internship_agreed", {}, knowledge).fields["hours_a_week"] == "25"
    assert "timmar i veckan" in terminal.asked
