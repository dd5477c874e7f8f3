"""What is known is not typed twice: position, profile, form, and who looks after an intern."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine

from interfaces.cli import prompts as asking
from interfaces.cli.prompts import complete_event
from models.identifiers import Actor
from models.programme.programme import Programme
from models.stages import Stage
from models.state.duties import duty_periods
from runtime.errors import UsageError
from runtime.rulebook.loader import RuleBook
from runtime.settings import PROGRAMMES
from services.queries.lists import Lists
from services.recording.form import form_of
from services.recording.knowledge import Knowledge
from tests.support.builders import ROUTES
from tests.support.desks import RemarkDesk
from tests.support.errors import raises
from tests.support.programmes import DUTIES, PREPAREDNESS, RULES, SERVICE
from tests.support.recording import RecordedWay, recorder_on
from tests.support.shapes import AS_PLANNED, of_shape
from tests.support.values import MONDAY

IN_2018 = date(2018, 3, 5)


class BookOf(RuleBook):
    """The rule book as it would be with these rules for every journey, or none."""

    def __init__(self, rules: Programme | None) -> None:
        super().__init__(PROGRAMMES)
        self._rules = rules

    def find(self, _programme_id: str) -> Programme | None:
        return self._rules


@pytest.fixture
def way(engine: Engine) -> RecordedWay:
    return RecordedWay(recorder_on(engine))


def known(
    engine: Engine, way: RecordedWay, kind: str, rules: Programme | None = SERVICE, day: date = MONDAY, **given: Any
) -> dict[str, str]:
    rows = Lists(engine).ledger(way.id)
    return Knowledge(BookOf(rules), way.id, lambda: rows, day).fields(kind, given)


def knowledge_after(engine: Engine, way: RecordedWay) -> Knowledge:
    way.comes(*ROUTES[Stage.EVALUATION])
    return Knowledge(RULES, way.id, lambda: Lists(engine).ledger(way.id), MONDAY)


@pytest.mark.parametrize("kind", ["temporary_role_agreed", "permanent_role_agreed"])
def test_a_role_is_on_the_position_of_the_internship_unless_another_is_given(
    engine: Engine, way: RecordedWay, kind: str
) -> None:
    way.comes(*ROUTES[Stage.EVALUATION])
    assert known(engine, way, kind) == {"position": "lasarettet_tray_kitchen"}
    assert known(engine, way, kind, position="lasarettet_transport") == {}


def test_the_next_role_is_on_the_position_of_the_one_before(engine: Engine, way: RecordedWay) -> None:
    way.comes(*ROUTES[Stage.TEMPORARY_ROLE])
    assert known(engine, way, "permanent_role_agreed") == {"position": "lasarettet_transport"}


def test_a_corrected_position_is_the_one_that_is_known(engine: Engine, way: RecordedWay) -> None:
    way.comes(*ROUTES[Stage.INTERNSHIP])
    agreed = way.journey.entries[-1].event
    right = agreed.model_dump() | {"position": "lasarettet_ward_service"}
    assert way.tells("corrected", corrects=agreed.event_id, reason="Mistyped", replacement=right).accepted
    assert known(engine, way, "permanent_role_agreed") == {"position": "lasarettet_ward_service"}


def test_what_was_refused_is_not_known(engine: Engine, way: RecordedWay) -> None:
    way.comes(*ROUTES[Stage.REFERRAL])
    assert not way.tells("permanent_role_agreed").accepted
    assert known(engine, way, "permanent_role_agreed") == {}


def test_who_looks_after_an_intern_follows_from_the_position(engine: Engine, way: RecordedWay) -> None:
    way.comes(*ROUTES[Stage.AWAITING_PLACEMENT])
    at_the_ward: dict[str, Any] = {"position": "lasarettet_ward_service"}
    assert known(engine, way, "internship_agreed", **at_the_ward) == {"supervisor": "jonas.alm", "mentor": "eva.sjo"}
    assert known(engine, way, "internship_agreed", **at_the_ward, supervisor="per.dahl") == {"mentor": "eva.sjo"}
    assert known(engine, way, "internship_agreed", position="lasarettet_transport") == {"supervisor": "jonas.alm"}
    assert known(engine, way, "internship_agreed", position="nowhere") == {}
    assert known(engine, way, "internship_agreed") == {}


def test_a_form_is_known_where_only_one_is_open_on_the_day(engine: Engine, way: RecordedWay) -> None:
    assert known(engine, way, "temporary_role_agreed", PREPAREDNESS, IN_2018) == {"form": "preparedness_job"}
    assert known(engine, way, "temporary_role_agreed", PREPAREDNESS, MONDAY) == {}
    assert known(engine, way, "temporary_role_agreed", SERVICE) == {}


def test_a_profile_is_known_where_there_is_only_one_or_where_it_was_used_before(
    engine: Engine, way: RecordedWay
) -> None:
    assert known(engine, way, "requirements_checked", SERVICE) == {}
    one = SERVICE.model_copy(update={"profiles": SERVICE.profiles[1:]})
    assert known(engine, way, "requirements_checked", one) == {"profile": "transport_service"}
    way.comes(*ROUTES[Stage.AWAITING_PLACEMENT])
    assert known(engine, way, "requirements_checked", SERVICE) == {"profile": "hospital_service"}


def test_where_the_programme_has_left_the_files_the_journey_is_still_known(engine: Engine, way: RecordedWay) -> None:
    way.comes(*ROUTES[Stage.EVALUATION])
    assert known(engine, way, "temporary_role_agreed", None) == {"position": "lasarettet_tray_kitchen"}


def test_nothing_is_known_of_other_events(engine: Engine, way: RecordedWay) -> None:
    way.comes(*ROUTES[Stage.EVALUATION])
    assert known(engine, way, "note_added") == known(engine, way, "evaluation_recorded") == {}


def test_an_event_is_sent_complete_and_what_was_filled_in_is_told(engine: Engine) -> None:
    desk = RemarkDesk(engine)
    desk.way.comes("internship_completed", "evaluation_recorded")
    event, filled_in = desk.prepares("permanent_role_agreed", UUID(int=7), starts_on=str(MONDAY))
    assert filled_in == {"position": "lasarettet_tray_kitchen"}
    assert desk.way.records(event.model_copy(update={"actor": Actor("manager:lena.strand")})).accepted


def test_what_nobody_knows_is_still_asked_for(engine: Engine, way: RecordedWay) -> None:
    with raises(UsageError, "event.lacks", options="--starts-on"):
        complete_event("permanent_role_agreed", {}, knowledge_after(engine, way))


def test_a_person_at_a_terminal_may_change_what_is_known(
    engine: Engine, way: RecordedWay, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered: dict[str, object] = {}
    day = str(MONDAY + timedelta(days=1))

    def prompt(text: str, **_: object) -> object:
        name, _bracket, default = text.rstrip("]").partition(" [")
        offered[name] = default
        return "lasarettet_ward_service" if name == "position" else day

    monkeypatch.setattr(asking, "may_ask", lambda: True)
    monkeypatch.setattr("typer.prompt", prompt)
    drafted = complete_event("permanent_role_agreed", {}, knowledge_after(engine, way))
    assert offered == {
        "position": "Service assistant, tray kitchen (The hospital, restaurant and tray kitchen)",
        "first day": "",
    }
    assert drafted.fields == {"position": "lasarettet_ward_service", "starts_on": day}


def test_the_positions_that_fit_come_first_and_are_counted(engine: Engine, way: RecordedWay) -> None:
    way.comes(*ROUTES[Stage.AWAITING_PLACEMENT])
    free = {one.id: one.places for one in RULES.positions}

    def offered() -> tuple[list[str], int | None]:
        knowledge = Knowledge(RULES, way.id, lambda: Lists(engine).ledger(way.id), MONDAY, free=lambda: free)
        return [one.code for one in knowledge.choices("position", {})], knowledge.fitting("position")

    every = [one.id for one in RULES.positions_of("service_division")]
    here = [
        one.id
        for one in RULES.positions_of("service_division")
        if (one.site, one.profile) == ("2480", "hospital_service")
    ]
    codes, fitting = offered()
    assert codes[:fitting] == here
    assert sorted(codes) == sorted(every)
    free[here[0]] = 0
    codes, fitting = offered()
    assert codes[:fitting] == here[1:]
    assert here[0] in codes


def test_forms_that_are_open_on_the_day_come_first(engine: Engine, way: RecordedWay) -> None:
    knowledge = knowledge_after(engine, way)
    rules = RULES.programme("service_division")
    open_ones = {form.id for form in rules.forms if form.is_open_on(MONDAY)}
    codes = [one.code for one in knowledge.choices("form", {})]
    assert set(codes[: knowledge.fitting("form")]) == open_ones
    assert set(codes) == {form.id for form in rules.forms}


def test_the_periods_that_can_be_recorded_on_the_day_come_first(engine: Engine, way: RecordedWay) -> None:
    [_talk, grant, _papers] = DUTIES.duties
    claims = DUTIES.model_copy(update={"duties": (grant.model_copy(update={"stages": (Stage.INTERNSHIP,)}),)})
    way.comes(*ROUTES[Stage.INTERNSHIP])
    rows = Lists(engine).ledger(way.id)
    before = Knowledge(BookOf(claims), way.id, lambda: rows, MONDAY)
    assert before.journey is not None
    assert before.journey.state is not None
    first, second, third, *_later = duty_periods(before.journey.state)
    for day, possible in (
        (first.last, []),
        (second.last, [first.id]),
        (second.last + timedelta(days=1), [first.id, second.id]),
        (first.last_day + timedelta(days=1), [second.id, third.id]),
    ):
        knowledge = Knowledge(BookOf(claims), way.id, lambda: rows, day)
        codes = [one.code for one in knowledge.choices("period", {})]
        assert codes[: knowledge.fitting("period")] == possible, day
        assert set(codes) >= {first.id, second.id}


def test_a_role_that_ends_the_way_is_likely_to_have_ended_as_agreed(engine: Engine, way: RecordedWay) -> None:
    way.comes(*ROUTES[Stage.TEMPORARY_ROLE])
    ledger = Lists(engine).ledger(way.id)
    known = Knowledge(BookOf(of_shape(AS_PLANNED)), way.id, lambda: ledger, MONDAY)
    assert known.journey is not None
    assert known.journey.state is not None
    last = known.journey.state.agreed_end
    assert last is not None
    for rules, today, likely in (
        (of_shape(AS_PLANNED), last + timedelta(days=9), last),
        (of_shape(AS_PLANNED), last - timedelta(days=9), last - timedelta(days=9)),
        (SERVICE, last + timedelta(days=9), last + timedelta(days=9)),
    ):
        known = Knowledge(BookOf(rules), way.id, lambda: ledger, today)
        form = form_of("temporary_role_ended", {}, known)
        assert form.questions[-1].default == str(likely)
        assert known.likely_day("check_in_recorded") == today
