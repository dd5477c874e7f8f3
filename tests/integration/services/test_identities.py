"""Opening an identity: not while somebody is judged, never without a reason, never without a row that says so."""

from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Engine, delete, insert, select, text, update
from sqlalchemy.exc import DatabaseError

from activities.language import said
from models.identifiers import Actor
from models.stages import Stage
from models.tables.people import CandidateRow, ReadRow, TextRow
from runtime.errors import Refused, UsageError
from services.queries.reads import openings
from tests.support.builders import ROUTES
from tests.support.desks import NILS, NOW, WHY, IdentityDesk
from tests.support.errors import raises
from tests.support.programmes import SERVICE, met
from tests.support.recording import RecordedWay, recorder_on, rows_of
from tests.support.shapes import THREE, of_shape
from tests.support.values import COORDINATOR, is_one_sentence

BO = Actor.parse("coordinator:bo.lind")


@pytest.fixture
def desk(engine: Engine) -> IdentityDesk:
    return IdentityDesk(engine)


@pytest.mark.parametrize(
    "stage", [Stage.AWAITING_PLACEMENT, Stage.INTERNSHIP, Stage.TEMPORARY_ROLE, Stage.PERMANENT_ROLE, Stage.CLOSED]
)
def test_once_qualified_and_not_evaluated_an_identity_is_opened_and_a_row_says_so(
    desk: IdentityDesk, stage: Stage
) -> None:
    desk.way.comes(*ROUTES[stage])
    assert desk.opens() == NILS
    [row] = openings(desk.engine, desk.number)
    assert (row.journey_id, row.actor, row.because) == (desk.way.id, COORDINATOR, WHY)
    assert (row.read_at, row.stage, row.urgent) == (NOW, stage, False)


@pytest.mark.parametrize(
    ("stage", "why"),
    [
        (Stage.REFERRAL, "during_the_check"),
        (Stage.REQUIREMENT_CHECK, "during_the_check"),
        (Stage.EVALUATION, "during_evaluation"),
    ],
)
def test_while_somebody_is_judged_the_identity_stays_closed(desk: IdentityDesk, stage: Stage, why: str) -> None:
    desk.way.comes(*ROUTES[stage])
    with raises(Refused, f"identity_access.{why}") as refused:
        desk.opens(by=BO)
    assert is_one_sentence(said(refused.value.message, "en"))
    assert desk.rows() == []
    assert desk.opens("An accident on the ward", by=BO, urgent=True) == NILS
    [row] = openings(desk.engine, desk.number)
    assert (row.stage, row.urgent, row.because) == (stage, True, "An accident on the ward")


def test_whoever_was_never_qualified_stays_unknown_also_at_the_end(desk: IdentityDesk) -> None:
    desk.way.comes("referred", "referral_declined")
    with raises(Refused, "identity_access.ended_before_the_check"):
        desk.opens(by=BO)
    assert desk.rows() == []


def test_a_check_that_was_not_passed_opens_nothing(desk: IdentityDesk) -> None:
    desk.way.comes(*ROUTES[Stage.REQUIREMENT_CHECK])
    profile = desk.way.rules.profiles[0]
    desk.way.tells("requirements_checked", profile=profile.id, findings=met(profile, shift_work="unmet"))
    assert desk.way.state.stage is Stage.CLOSED
    with raises(Refused, "identity_access.ended_before_the_check"):
        desk.opens(by=BO)


def test_whoever_did_not_pass_the_check_of_a_second_internship_had_passed_the_first(desk: IdentityDesk) -> None:
    desk.way = RecordedWay(recorder_on(desk.engine), desk.number, rules=of_shape(THREE))
    desk.way.comes(*ROUTES[Stage.INTERNSHIP], "internship_completed")
    profile = desk.way.rules.profiles[0]
    desk.way.tells("requirements_checked", profile=profile.id, findings=met(profile, shift_work="unmet"))
    assert desk.way.state.stage is Stage.CLOSED
    assert desk.opens(by=BO) == NILS


def test_a_check_that_was_corrected_to_not_passed_opens_nothing(desk: IdentityDesk) -> None:
    desk.way.comes(*ROUTES[Stage.REQUIREMENT_CHECK])
    profile = desk.way.rules.profiles[0]
    check = desk.way.event("requirements_checked")
    assert desk.way.records(check).accepted
    right = check.model_dump() | {"findings": met(profile, shift_work="unmet")}
    assert desk.way.tells("corrected", corrects=check.event_id, reason="Misread", replacement=right).accepted
    assert desk.way.state.stage is Stage.CLOSED
    with raises(Refused, "identity_access.ended_before_the_check"):
        desk.opens(by=BO)


def test_whoever_left_and_came_back_to_the_check_is_unknown_again(desk: IdentityDesk) -> None:
    desk.way.comes(*ROUTES[Stage.REQUIREMENT_CHECK], "withdrawn", "reopened")
    with raises(Refused, "identity_access.during_the_check"):
        desk.opens(by=BO)


@pytest.mark.parametrize("stage", list(Stage))
def test_whoever_is_in_charge_must_call_and_opens_an_identity_in_any_stage(desk: IdentityDesk, stage: Stage) -> None:
    desk.way.comes(*ROUTES[stage])
    assert desk.opens() == NILS


def test_where_the_programme_keeps_a_stage_blind_not_even_whoever_is_in_charge_is_told(desk: IdentityDesk) -> None:
    blind = SERVICE.model_copy(update={"blind": (Stage.REQUIREMENT_CHECK,)})
    vars(desk.office)["book"] = SimpleNamespace(find=lambda _: blind)
    desk.way.comes(*ROUTES[Stage.REFERRAL])
    assert desk.opens() == NILS
    desk.way.comes("referral_accepted")
    with raises(Refused, "identity_access.during_the_check"):
        desk.opens()
    assert desk.opens("An accident", urgent=True) == NILS


@pytest.mark.parametrize("because", [None, "", "  "])
def test_no_identity_is_opened_without_a_reason(desk: IdentityDesk, because: str | None) -> None:
    desk.way.comes(*ROUTES[Stage.INTERNSHIP])
    for urgent in (False, True):
        with raises(UsageError, "reading.reason_missing"):
            desk.opens(because, urgent=urgent)
    with raises(UsageError, "reading.reason_format"):
        desk.opens("x" * 2_001)
    assert desk.rows() == []


@pytest.mark.parametrize("by", ["supervisor:maria.ek", "partner:samhall", "coordinator:nobody", "manager:samhall"])
def test_only_the_employers_own_staff_opens_identities(desk: IdentityDesk, by: str) -> None:
    desk.way.comes(*ROUTES[Stage.INTERNSHIP])
    with pytest.raises(Refused):
        desk.opens(by=Actor.parse(by), urgent=True)
    assert desk.rows() == []


def test_where_nobody_is_known_by_the_number_nothing_is_recorded(desk: IdentityDesk) -> None:
    desk.way.comes(*ROUTES[Stage.INTERNSHIP])
    with desk.engine.begin() as connection:
        connection.execute(delete(CandidateRow))
    with raises(Refused, "identity.unknown"):
        desk.opens()
    assert desk.rows() == []


def test_openings_are_told_in_their_order_and_of_the_candidate_asked_for(desk: IdentityDesk) -> None:
    desk.way.comes(*ROUTES[Stage.INTERNSHIP])
    for because in ("first", "second"):
        desk.opens(because)
    assert [row.because for row in openings(desk.engine, desk.number)] == ["first", "second"]
    assert openings(desk.engine, "K7Q29FMXB") == []


@pytest.mark.parametrize("table", ["reads", "texts"])
def test_the_database_itself_changes_and_removes_no_opening_and_no_text(desk: IdentityDesk, table: str) -> None:
    desk.way.comes(*ROUTES[Stage.INTERNSHIP])
    desk.opens()
    desk.way.keeps(desk.way.event("note_added"))
    row: Any = {"reads": ReadRow, "texts": TextRow}[table]
    before = rows_of(desk.engine, table)
    forbidden: list[Any] = [update(row).values(journey_id="elsewhere"), delete(row), text(f"delete from {table}")]
    if desk.engine.dialect.name == "sqlite":
        with desk.engine.connect() as connection:
            first = dict(connection.execute(select(*row.__table__.columns)).mappings().one())
        forbidden.append(insert(row).prefix_with("or replace").values({**first, "journey_id": "elsewhere"}))
    else:
        forbidden.append(text(f"truncate {table}"))
    for statement in forbidden:
        with desk.engine.connect() as connection, pytest.raises(DatabaseError, match="append-only"):
            connection.execute(statement)
    assert rows_of(desk.engine, table) == before
