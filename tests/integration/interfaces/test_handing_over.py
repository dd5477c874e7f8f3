"""`admin.py hand-over`: many go to a colleague at once, all or none, and a command that was broken off goes on."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from babel.dates import format_date
from sqlalchemy import Engine

from models.calendar.written_days import WEEKDAYS
from models.events.events import Event
from models.ledger.receipt import Receipt
from runtime.errors import ServiceUnavailable
from runtime.statement_log import StatementLog
from services.answers import EVENT_KEPT, not_kept
from services.application import Application
from services.queries.lists import Lists
from tests.support.recording import ANNA, BO, CHARLIE, DANA, RecordedWay, everything, recorder_on
from tests.support.scripts import said, send_to, set_for_scripts, sit_at_a_terminal

TWO_DAYS = timedelta(days=2)

THREE = (ANNA, BO, CHARLIE)
"""Numbers of candidates."""


@pytest.fixture
def ways(engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[RecordedWay]:
    """Three of Anna's, on the way."""
    set_for_scripts(engine, monkeypatch, tmp_path)
    return [RecordedWay(recorder_on(engine), one).comes("referred", "referral_accepted") for one in THREE]


@pytest.fixture
def sent(ways: list[RecordedWay], monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    return send_to(monkeypatch, *ways)


def in_charge(engine: Engine) -> dict[str, str]:
    return {line.candidate: line.coordinator for line in Lists(engine).found()}


def test_all_of_somebodys_are_handed_over_one_signed_event_each(engine: Engine, sent: list[Event]) -> None:
    told = said("hand-over", "--all", "--to", "Bo Lind", "--because", "Leave")
    assert f"Handed over to Bo Lind: {ANNA}, {BO}, {CHARLIE}" in told or "Handed over to Bo Lind: " in told
    assert in_charge(engine) == dict.fromkeys(THREE, "bo.lind")
    assert [event.kind for event in sent] == ["coordinator_changed"] * 3
    assert "Nobody is left" in said("hand-over", "--all", "--to", "bo.lind", "--because", "Leave")


def test_some_are_chosen_by_their_numbers(engine: Engine, sent: list[Event]) -> None:
    said("hand-over", ANNA, CHARLIE, "--to", "bo.lind", "--because", "Leave")
    assert in_charge(engine) == {ANNA: "bo.lind", BO: "anna.berg", CHARLIE: "bo.lind"}
    assert len(sent) == 2
    refused = said("hand-over", ANNA, BO, "--from", "Anna Berg", "--to", "lena.strand", "--because", "Leave")
    assert "is not in the charge of anna.berg" in refused
    assert len(sent) == 2


def test_whom_the_colleague_has_already_is_named(engine: Engine, sent: list[Event]) -> None:
    words = ("--to", "bo.lind", "--because", "Leave")
    assert "Already with" not in said("hand-over", CHARLIE, *words)
    told = said("hand-over", *THREE, *words)
    assert f"Already with Bo Lind: {CHARLIE}." in told
    assert f"Handed over to Bo Lind: {ANNA}, {BO}." in told
    assert f"Already with Bo Lind: {ANNA}, {BO}, {CHARLIE}." in said("hand-over", *THREE, *words, "--dry-run")
    assert in_charge(engine) == dict.fromkeys(THREE, "bo.lind")
    assert len(sent) == 3


def test_where_a_rule_is_against_one_none_is_handed_over(
    engine: Engine, ways: list[RecordedWay], sent: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert RecordedWay(recorder_on(engine), DANA, day=ways[0].day).tells("referred", site="2523").accepted
    before = everything(engine)
    monkeypatch.setattr("interfaces.cli.commands.handing_over._refuse_coming", lambda *_: None)
    told = said("hand-over", *THREE, DANA, "--to", "bo.lind", "--because", "Leave", "--on", str(ways[0].day + TWO_DAYS))
    assert f"Nobody was handed over: {ANNA}: " in told
    assert f"{DANA}: " in told
    assert (sent, everything(engine)) == ([], before)


def test_a_dry_run_shows_who_would_be_told_and_sends_nothing(engine: Engine, sent: list[Event]) -> None:
    before = everything(engine)
    told = said("hand-over", "--all", "--to", "bo.lind", "--because", "Leave", "--dry-run")
    assert "3 candidates from Anna Berg to Bo Lind" in told
    assert "Bo Lind (by e-mail)" in told
    assert (sent, everything(engine)) == ([], before)


def test_a_day_of_the_week_is_the_coming_one_and_is_shown_in_full(ways: list[RecordedWay], sent: list[Event]) -> None:
    ahead = ways[0].day + timedelta(days=4)
    words = ("hand-over", "--all", "--to", "bo.lind", "--because", "Leave", "--on")
    told = said(*words, WEEKDAYS[ahead.weekday()][2])
    assert f"{format_date(ahead, 'EEEE d MMMM y', locale='en')} is in the future" in told
    assert sent == []
    today = format_date(ways[0].day, "EEEE d MMMM y", locale="en")
    assert f"to Bo Lind, {today}:" in said(*words, "today", "--dry-run")


def test_from_a_coming_day_for_good_is_refused_once_and_before_anything_is_asked(
    ways: list[RecordedWay], sent: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    coming = str(ways[0].day + timedelta(days=4))
    sit_at_a_terminal(monkeypatch)
    for whom in (THREE, ("--all",)):
        told = said("hand-over", *whom, "--to", "Bo Lind", "--on", coming)
        assert told.count("is in the future") == 1
        assert "--until" in told
        assert "3 candidates" not in told
        assert "why?" not in told
    last = str(ways[0].day + timedelta(days=10))
    told = said("hand-over", "--to", "Bo Lind", "--on", coming, typed=f"\n{last}\nall\nyes\n")
    assert "Enter for good" not in told
    assert "An answer is needed" in told
    assert "Bo Lind stands in for Anna Berg" in told
    assert sent == []


def test_at_a_terminal_the_question_names_the_day_in_full_and_how_many(
    ways: list[RecordedWay], sent: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    sit_at_a_terminal(monkeypatch)
    told = said("hand-over", ANNA, "--to", "bo.lind", "--because", "Leave", typed="no\n")
    today = format_date(ways[0].day, "EEEE d MMMM y", locale="en")
    assert f"Hand over 1 candidate to Bo Lind on {today}?" in told
    assert sent == []


def test_what_is_broken_off_tells_how_far_it_came_and_goes_on_when_it_is_given_again(
    engine: Engine, ways: list[RecordedWay], sent: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    by_id, left = {str(way.id): way for way in ways}, iter((True, False))

    async def submit(journey_id: str, event: Event) -> Receipt:
        if not next(left, False):
            raise ServiceUnavailable("temporal.unavailable", "Temporal cannot be reached.")
        return by_id[str(journey_id)].records(event)

    async def journeys(_application: Application) -> Any:
        return SimpleNamespace(submit=submit)

    monkeypatch.setattr(Application, "journeys", journeys)
    told = said("hand-over", *THREE, "--to", "bo.lind", "--because", "Leave")
    assert f"Handed over: {ANNA}. Not yet: {BO}, {CHARLIE}. Give the" in told
    assert in_charge(engine) == {ANNA: "bo.lind", BO: "anna.berg", CHARLIE: "anna.berg"}
    send_to(monkeypatch, *ways)
    assert f"Handed over to Bo Lind: {BO}, {CHARLIE}" in said(
        "hand-over", *THREE, "--to", "bo.lind", "--because", "Leave"
    )
    assert in_charge(engine) == dict.fromkeys(THREE, "bo.lind")
    assert sent == []


@pytest.mark.parametrize("error", [ServiceUnavailable(EVENT_KEPT), not_kept("one")], ids=["kept", "not kept"])
def test_where_no_worker_answers_the_advice_is_to_give_the_same_command_again(
    ways: list[RecordedWay], sent: list[Event], monkeypatch: pytest.MonkeyPatch, error: ServiceUnavailable
) -> None:
    async def submit(_journey_id: str, _event: Event) -> Receipt:
        raise error

    async def journeys(_application: Application) -> Any:
        return SimpleNamespace(submit=submit)

    monkeypatch.setattr(Application, "journeys", journeys)
    told = said("hand-over", *THREE, "--to", "bo.lind", "--because", "Leave")
    assert f"No answer comes. {ANNA} may be handed over later. Give the same command again" in told
    assert "--event-id" not in told
    assert sent == []
    send_to(monkeypatch, *ways)
    assert f"Handed over to Bo Lind: {ANNA}, " in said("hand-over", *THREE, "--to", "bo.lind", "--because", "Leave")


def test_at_a_terminal_everything_is_asked_for(
    engine: Engine, sent: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    sit_at_a_terminal(monkeypatch)
    told = said("hand-over", typed="Bo\n\nLeave\n7\n1-2\n\n")
    assert "Write numbers between 1 and 3." in told
    assert sorted(in_charge(engine).values()) == ["anna.berg", "bo.lind", "bo.lind"]
    assert len(sent) == 2


def test_at_a_terminal_enter_takes_nobody_and_all_takes_a_yes_that_names_how_many(
    engine: Engine, sent: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    sit_at_a_terminal(monkeypatch)
    told = said("hand-over", typed="Bo\n\nLeave\nx y\n\n")
    assert "Write numbers between 1 and 3." in told
    assert "An answer is needed." in told
    assert sent == []
    for choice in ("all", "1-3"):
        told = said("hand-over", typed=f"Bo\n\nLeave\n{choice}\n\n")
        assert "Hand over 3 candidates to Bo Lind" in told
        assert "Nothing was recorded." in told
    assert "Nothing was recorded." in said("hand-over", "--all", "--to", "bo.lind", typed="\nLeave\n\n")
    assert sent == []
    said("hand-over", typed="Bo\n\nLeave\nALLA\nyes\n")
    assert in_charge(engine) == dict.fromkeys(THREE, "bo.lind")


def test_until_a_day_a_colleague_stands_in_and_nobody_changes_coordinator(
    engine: Engine, ways: list[RecordedWay], sent: list[Event]
) -> None:
    until = ways[0].day + timedelta(days=10)
    told = said("hand-over", "--to", "Bo Lind", "--until", str(until))
    assert "Bo Lind stands in for Anna Berg" in told
    assert sent == []
    assert in_charge(engine) == dict.fromkeys(THREE, "anna.berg")
    register = StatementLog(engine).register()

    def substitute(days: int) -> str | None:
        return register.substitute_of("anna.berg", datetime.combine(ways[0].day + timedelta(days=days), time(12), UTC))

    assert [substitute(days) for days in (-1, 0, 10, 11)] == [None, "bo.lind", "bo.lind", None]
    assert register.faults == []


def test_at_a_terminal_it_is_said_that_a_colleague_stands_in_and_everywhere_it_is_shown(
    ways: list[RecordedWay], sent: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    sit_at_a_terminal(monkeypatch)
    until = ways[0].day + timedelta(days=10)
    last = format_date(until, "EEEE d MMMM y", locale="en")
    told = said("hand-over", "--to", "Bo Lind", "--until", str(until), typed="yes\n")
    assert "Bo Lind stands in for Anna Berg" in told.rpartition("It is recorded.")[2]
    assert f"until {last}" in told.rpartition("It is recorded.")[2]
    assert "Bo Lind stands in for Anna Berg" in said("whoami")
    assert "Bo Lind stands in for Anna Berg" in said("whoami", by="bo.lind")
    assert f"bo.lind from {ways[0].day} until {until}" in said("staff", "list", by="kim.dahl")
    assert sent == []


def test_a_second_substitute_replaces_the_first_and_that_is_told(ways: list[RecordedWay], sent: list[Event]) -> None:
    until = ways[0].day + timedelta(days=10)
    assert "The new one replaces that" not in said("hand-over", "--to", "bo.lind", "--until", str(until))
    told = said("hand-over", "--to", "lena.strand", "--until", str(until + TWO_DAYS))
    assert "Bo Lind was to stand in for Anna Berg" in told
    assert "Lena Strand stands in for Anna Berg" in told
    assert sent == []


def test_whoever_is_back_early_ends_it(engine: Engine, ways: list[RecordedWay], sent: list[Event]) -> None:
    assert "Nobody stands in for anna.berg." in said("hand-over", "--back")
    said("hand-over", "--to", "bo.lind", "--until", str(ways[0].day + timedelta(days=10)))
    assert "Omit the rest" in said("hand-over", "--back", "--to", "bo.lind")
    assert "does not stand in" in said("hand-over", "--back", "--dry-run")
    assert "Bo Lind stands in" in said("whoami")
    assert "From today Bo Lind does not stand in for Anna Berg." in said("hand-over", "--back")
    assert "stands in" not in said("whoami")
    register = StatementLog(engine).register()
    assert register.faults == []
    assert register.substitute_of("anna.berg", datetime.combine(ways[0].day, time(12), UTC)) is None
    assert sent == []


def test_a_substitute_must_take_charge_and_days_must_be_in_order(ways: list[RecordedWay], sent: list[Event]) -> None:
    until = str(ways[0].day + timedelta(days=10))
    assert "Did you mean" in said("hand-over", "--to", "jonas.alm", "--until", until) or sent == []
    assert "is before the first day" in said("hand-over", "--to", "bo.lind", "--until", "2026-01-01")
    assert sent == []


def lent(engine: Engine, way: RecordedWay) -> list[str]:
    """With whom each of the three is on a day, from the day before until twelve days after; `-` with Anna alone."""
    lendings = StatementLog(engine).register().lendings
    noons = [datetime.combine(way.day + timedelta(days=one), time(12), UTC) for one in range(-1, 13)]
    ids = [f"journey/{one}/service_division" for one in THREE]
    return ["".join((lendings.borrower_of(id_, "anna.berg", noon) or "-")[0] for noon in noons) for id_ in ids]


def test_named_candidates_are_with_a_colleague_until_a_day_and_everywhere_it_is_shown(
    engine: Engine, ways: list[RecordedWay], sent: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    until, again = str(ways[0].day + timedelta(days=9)), str(ways[0].day + timedelta(days=11))
    assert "are with Bo Lind" in said("hand-over", ANNA, CHARLIE, "--to", "Bo Lind", "--until", until, "--dry-run")
    assert lent(engine, ways[0]) == ["-" * 14] * 3
    told = said("hand-over", ANNA, CHARLIE, "--to", "Bo Lind", "--until", until)
    assert "2 candidates of Anna Berg are with Bo Lind from" in told
    assert "It is recorded already." in said("hand-over", ANNA, CHARLIE, "--to", "Bo Lind", "--until", until)
    again_as_data = said("hand-over", ANNA, CHARLIE, "--to", "Bo Lind", "--until", until, "--json")
    assert again_as_data.strip() == "[]"
    assert (sent, in_charge(engine)) == ([], dict.fromkeys(THREE, "anna.berg"))
    assert lent(engine, ways[0]) == ["-bbbbbbbbbb---", "-" * 14, "-bbbbbbbbbb---"]
    assert len(StatementLog(engine).register().lendings.said) == 1
    for by in ("anna.berg", "bo.lind"):
        assert "2 candidates of Anna Berg are with Bo Lind" in said("whoami", by=by)
        assert said("list", by=by).count(f"(with bo.lind until {until})") == 2
    assert f'"lent_until": "{until}"' in said("list", "--json", by="lena.strand")
    work = [said("today", "--week", "--numbers", by=by) for by in ("bo.lind", "anna.berg")]
    assert [[one in each for one in THREE] for each in work] == [[True, False, True], [True] * 3]
    sit_at_a_terminal(monkeypatch)
    told = said("hand-over", CHARLIE, "--to", "bo.lind", "--until", again, typed="yes\n")
    assert "were to be with Bo Lind" in told
    assert lent(engine, ways[0]) == ["-bbbbbbbbbb---", "-" * 14, "-bbbbbbbbbbbb-"]


def test_who_is_the_colleagues_already_is_lent_to_nobody_and_nobody_stands_in(
    engine: Engine, ways: list[RecordedWay], sent: list[Event]
) -> None:
    said("hand-over", ANNA, "--to", "bo.lind", "--because", "Leave")
    told = said("hand-over", ANNA, "--to", "bo.lind", "--until", str(ways[0].day + timedelta(days=9)), "--yes")
    assert f"Already with Bo Lind: {ANNA}." in told
    assert "Nobody is left to hand over." in told
    assert "stands in" not in told + said("whoami")
    assert lent(engine, ways[0]) == ["-" * 14] * 3
    assert len(sent) == 1


def test_only_who_is_lent_already_keeps_the_first_day(
    engine: Engine, ways: list[RecordedWay], sent: list[Event]
) -> None:
    first, second, third, last = (str(ways[0].day + timedelta(days=one)) for one in (2, 4, 6, 9))
    said("hand-over", ANNA, "--to", "bo.lind", "--until", second)
    said("hand-over", BO, "--to", "lena.strand", "--until", first)
    told = said("hand-over", ANNA, BO, "--to", "bo.lind", "--on", second, "--until", last)
    assert told.count("1 candidate of Anna Berg is with Bo Lind from") == 2
    assert lent(engine, ways[0]) == ["-bbbbbbbbbb---", "-lll-bbbbbb---", "-" * 14]
    assert "It is recorded already." in said("hand-over", ANNA, BO, "--to", "bo.lind", "--on", second, "--until", last)
    said("hand-over", ANNA, BO, CHARLIE, "--to", "bo.lind", "--on", third, "--until", last)
    assert lent(engine, ways[0]) == ["-bbbbbbbbbb---", "-lll---bbbb---", "-------bbbb---"]
    assert (sent, StatementLog(engine).register().faults) == ([], [])


def test_lent_candidates_come_back_early_one_or_all(
    engine: Engine, ways: list[RecordedWay], sent: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    until = ("--until", str(ways[0].day + timedelta(days=4)))
    said("hand-over", ANNA, BO, "--to", "bo.lind", *until)
    assert f"{CHARLIE}: lent to nobody by" in said("hand-over", ANNA, CHARLIE, "--back")
    assert "From today 1 candidate is with Anna Berg again" in said("hand-over", ANNA, "--back", "--dry-run")
    assert lent(engine, ways[0])[0] == "-bbbbb--------"
    assert "From today 1 candidate is with Anna Berg again" in said("hand-over", ANNA, "--back")
    assert lent(engine, ways[0]) == ["-" * 14, "-bbbbb--------", "-" * 14]
    said("hand-over", "--to", "lena.strand", *until)
    with monkeypatch.context() as at_a_terminal:
        sit_at_a_terminal(at_a_terminal)
        told = said("hand-over", "--back", typed="no\n")
    assert "again" not in told
    assert lent(engine, ways[0])[1] == "-bbbbb--------"
    told = said("hand-over", "--back")
    assert "From today 1 candidate is with Anna Berg again, and not with Bo Lind." in told
    assert "From today Lena Strand does not stand in for Anna Berg." in told
    assert lent(engine, ways[0]) == ["-" * 14] * 3
    assert "Nobody stands in for anna.berg." in said("hand-over", "--back")
    said("hand-over", ANNA, "--to", "bo.lind", "--on", until[1], *until)
    told = said("hand-over", ANNA, "--back")
    assert "1 candidate of Anna Berg stays with Anna Berg, and does not go to Bo Lind on" in told
    assert "From today" not in told
    assert (sent, StatementLog(engine).register().faults) == ([], [])


def test_what_cannot_be_lent_is_told_in_a_sentence_and_nothing_is_recorded(
    engine: Engine, ways: list[RecordedWay], sent: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("interfaces.cli.commands.handing_over.colleague", lambda _application, written: written)
    day, until = str(ways[0].day), str(ways[0].day + timedelta(days=9))
    said("hand-over", CHARLIE, "--to", "lena.strand", "--until", until)
    before = everything(engine)
    for words, told in (
        ((ANNA, "--to", "bo.lind", "--on", until, "--until", day), "is before the first day"),
        ((ANNA, "--to", "bo.lind", "--on", "2026-01-01", "--until", "2026-01-02"), "has passed"),
        ((ANNA, "--to", "anna.berg", "--until", until), "Nobody lends candidates to themselves."),
        ((ANNA, "--to", "jonas.alm", "--until", until), "does not take charge of candidates in that programme"),
        ((ANNA, "--from", "lena.strand", "--to", "bo.lind", "--until", until), "is not in the charge of lena.strand"),
        ((ANNA, CHARLIE, "--to", "bo.lind", "--until", until), "Some of these are with lena.strand from"),
    ):
        assert told in said("hand-over", *words)
    assert "Only an operator" in said(
        "hand-over", ANNA, "--from", "anna.berg", "--to", "bo.lind", "--until", until, by="bo.lind"
    )
    assert everything(engine) == before
    assert lent(engine, ways[0])[0] == "-" * 14
    hers = ("--from", "anna.berg", "--to", "bo.lind", "--until", until)
    assert "2 candidates of Anna Berg are with Bo Lind" in said("hand-over", ANNA, BO, *hers, by="lena.strand")
    assert sent == []


def test_who_may_not_stand_in_is_refused_before_anybody_is_asked(
    ways: list[RecordedWay], sent: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    sit_at_a_terminal(monkeypatch)
    monkeypatch.setattr("interfaces.cli.commands.handing_over.colleague", lambda _application, written: written)
    until = str(ways[0].day + timedelta(days=10))
    for words, by in (
        (("hand-over", "--to", "jonas.alm", "--until", until), "anna.berg"),
        (("hand-over", "--to", "anna.berg", "--until", until), "anna.berg"),
        (("hand-over", "--from", "lena.strand", "--to", "bo.lind", "--until", until), "anna.berg"),
        (("staff", "change", "anna.berg", "--substitute", "jonas.alm", "--until", until), "kim.dahl"),
        (("staff", "change", "lena.strand", "--substitute", "bo.lind", "--until", until), "anna.berg"),
    ):
        told = said(*words, by=by)
        assert "Is this right?" not in told, told
        assert "does not take charge" in told or "Nobody stands in for themselves" in told or "Only an operator" in told
    assert sent == []


def test_staff_change_says_whom_a_substitute_replaces_and_asks(
    engine: Engine, ways: list[RecordedWay], sent: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    until = ("--until", str(ways[0].day + timedelta(days=10)))
    assert "was to stand in" not in said(
        "staff", "change", "anna.berg", "--substitute", "bo.lind", *until, by="kim.dahl"
    )
    again = ("staff", "change", "anna.berg", "--substitute", "lena.strand", *until)

    def substitute() -> str | None:
        at = datetime.combine(ways[0].day, time(12), UTC)
        return StatementLog(engine).register().substitute_of("anna.berg", at)

    told = said(*again, "--dry-run", by="kim.dahl")
    assert "Bo Lind was to stand in for Anna Berg" in told
    assert "Lena Strand stands in for Anna Berg" in told
    sit_at_a_terminal(monkeypatch)
    assert "Nothing was recorded." in said(*again, by="kim.dahl", typed="no\n")
    assert substitute() == "bo.lind"
    assert "anna.berg was changed." in said(*again, by="kim.dahl", typed="\n")
    assert substitute() == "lena.strand"
    assert sent == []


def test_those_who_are_handed_over_are_shown_with_their_names(
    sent: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("interfaces.cli.commands.handing_over.names_in", lambda *_: {ANNA: "Amina Uppdiktad"})
    told = said("hand-over", "--all", "--to", "bo.lind", "--because", "Leave", "--dry-run")
    assert f"  {ANNA}  Amina Uppdiktad  " in told
    assert "3 candidates from Anna Berg to Bo Lind" in told
    assert sent == []
