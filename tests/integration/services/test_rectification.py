"""Putting right who a candidate is: with a trace, by whoever may, and never with another's identity number."""

from random import Random

import pytest
from sqlalchemy import Engine

from auditing.verification.chained_checks import chained_findings
from auditing.verification.identity_checks import identity_findings
from models.stages import Stage
from runtime.errors import Refused, UsageError
from runtime.statement_log import StatementLog
from services.identities.rectifying import rectify
from services.identities.register import Person, Register
from services.queries.reads import reads
from tests.support.authority import TestKeyring
from tests.support.builders import ROUTES
from tests.support.desks import NILS, NOW, IdentityDesk
from tests.support.errors import raises
from tests.support.import_files import made_up_number
from tests.support.recording import RecordedWay, recorder_on, rows_of
from tests.support.values import COORDINATOR

WHY = "He has married"
OTHER = Person(made_up_number("19910202", 981), "Brita Gåtfull")


@pytest.fixture
def desk(engine: Engine) -> IdentityDesk:
    desk = IdentityDesk(engine)
    desk.way.comes(*ROUTES[Stage.AWAITING_PLACEMENT])
    return desk


def rectifies(desk: IdentityDesk, by: str = COORDINATOR, because: str | None = WHY, **said: str) -> None:
    rectify(desk.office, desk.number, by, said, because)


def findings(desk: IdentityDesk) -> list[str]:
    register = StatementLog(desk.engine).register()
    return [one.what.id for one in (*identity_findings(desk.engine), *chained_findings(desk.engine, register))]


def test_what_is_put_right_holds_and_leaves_a_signed_row(desk: IdentityDesk) -> None:
    rectifies(desk, name="  Nils   Gift ", email="")
    assert desk.register.person(desk.number) == Person(NILS.identity_number, "Nils Gift", None, NILS.phone)
    first, second = rows_of(desk.engine, "identity_commitments", "number")
    assert (first["candidate"], second["candidate"]) == (desk.number, desk.number)
    assert (second["recorded_by"], first["commitment"] != second["commitment"]) == (COORDINATOR, True)
    assert findings(desk) == []
    [line] = reads(desk.engine)
    assert (line.what, line.because, line.actor) == ("rectification", WHY, COORDINATOR)


def test_by_a_new_identity_number_the_person_is_found_and_by_the_old_one_nobody(desk: IdentityDesk) -> None:
    number = made_up_number("19850506", 984)
    rectifies(desk, identity_number=f"{number[2:8]}-{number[8:]}")
    assert (desk.register.known(number), desk.register.known(NILS.identity_number)) == (desk.number, None)
    assert findings(desk) == []


def test_a_coordination_number_gives_way_to_a_personal_number_and_finds_the_person_still(engine: Engine) -> None:
    desk, register = IdentityDesk(engine), Register(engine, Random(2), TestKeyring())
    before, after = made_up_number("19900276", 981), made_up_number("19900216", 981)
    number = register.number_of(Person(before, "Byter Nummer"), NOW, COORDINATOR)
    RecordedWay(recorder_on(engine), number).comes("referred")
    rectify(desk.office, number, COORDINATOR, {"identity_number": after}, "She has her personal number")
    assert (register.known(before), register.known(after)) == (number, number)
    assert register.person(number).earlier == ({"field": "identity_number", "value": before, "until": "2026-03-02"},)
    assert register.number_of(Person(before, "Byter Nummer"), NOW, COORDINATOR) == number
    assert findings(desk) == []


def test_what_was_right_until_now_is_kept_and_forgotten_when_told_to(desk: IdentityDesk) -> None:
    rectify(desk.office, desk.number, COORDINATOR, {"name": "Nils Gift", "phone": "070-174 06 07"}, WHY, keep=True)
    kept = desk.register.person(desk.number).earlier
    assert [(one["field"], one["value"]) for one in kept] == [("name", NILS.name), ("phone", NILS.phone)]
    rectifies(desk, name=NILS.name)
    assert [one["field"] for one in desk.register.person(desk.number).earlier] == ["phone"]
    rectify(desk.office, desk.number, COORDINATOR, {}, WHY, forget=True)
    assert desk.register.person(desk.number).earlier == ()
    assert findings(desk) == []


def test_all_that_is_known_of_a_person_can_be_put_right(desk: IdentityDesk) -> None:
    rectifies(desk, address=" Storgatan 1,  972 31 Luleå ", language="Arabiska", contact_by="sms")
    person = desk.register.person(desk.number)
    assert (person.address, person.language, person.contact_by) == ("Storgatan 1, 972 31 Luleå", "ar", "sms")
    rectifies(desk, address="", language="", contact_by="")
    person = desk.register.person(desk.number)
    assert (person.address, person.language, person.contact_by) == (None, None, None)
    for wrong in ({"language": "rotvälska"}, {"contact_by": "brevduva"}, {"address": "12"}, {"name": "Li\u200bna"}):
        with raises(UsageError, "referral.in_field"):
            rectifies(desk, **wrong)


def test_an_identity_as_it_was_before_is_found(desk: IdentityDesk) -> None:
    [before] = rows_of(desk.engine, "candidates")
    rectifies(desk, name="Nils Gift")
    with desk.engine.begin() as connection:
        old = {"contents": before["contents"], "number": desk.number}
        connection.exec_driver_sql(
            "update candidates set contents = :contents where number = :number"
            if desk.engine.dialect.name == "sqlite"
            else "update candidates set contents = %(contents)s where number = %(number)s",
            old,
        )
    assert findings(desk) == ["finding.identity_changed"]


def test_another_candidates_identity_number_is_refused_and_written_down_of_both(desk: IdentityDesk) -> None:
    """Of the kind of case security/14: the refusal tells whether somebody is a candidate."""
    other = Register(desk.engine, Random(2), TestKeyring()).number_of(OTHER, NOW, COORDINATOR)
    RecordedWay(recorder_on(desk.engine), other).comes(*ROUTES[Stage.AWAITING_PLACEMENT])
    with raises(Refused, "identity.anothers"):
        rectifies(desk, identity_number=OTHER.identity_number)
    assert desk.register.person(desk.number) == NILS
    told = [(line.candidate, line.what, line.because == WHY) for line in reads(desk.engine)]
    assert told == [(desk.number, "rectification", True), (other, "journey", False)]


def test_whoever_may_not_or_says_nothing_changes_nothing(desk: IdentityDesk) -> None:
    with raises(UsageError, "rectification.nothing"):
        rectifies(desk)
    with raises(UsageError, "referral.in_field"):
        rectifies(desk, identity_number="850505-1234")
    with raises(UsageError, "reading.reason_missing"):
        rectifies(desk, because=None, name="Nils Gift")
    with raises(Refused, "permission.for_other_roles"):
        rectifies(desk, "supervisor:maria.ek", name="Nils Gift")
    assert (desk.register.person(desk.number), reads(desk.engine)) == (NILS, [])
    assert len(rows_of(desk.engine, "identity_commitments")) == 1


def test_the_same_again_leaves_no_second_row(desk: IdentityDesk) -> None:
    rectifies(desk, name="Nils Gift")
    rectifies(desk, name="Nils Gift")
    assert len(rows_of(desk.engine, "identity_commitments")) == 2
