"""Two candidates who are one person are joined: the later number leads to the earlier, and their employment counts."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from activities.other_journeys import Asking, OtherJourneys
from activities.sealing import sealer_on
from auditing.verification.chained_checks import chained_findings
from auditing.verification.protection_checks import protection_findings
from models.access.statements import CandidatesJoined
from models.identifiers import CandidateNumber
from models.stages import Stage
from models.tables.people import CandidateKeyRow
from runtime.errors import Refused, UsageError
from runtime.statement_log import StatementLog
from services import protection
from services.identities.finding import find
from services.identities.joining import Joined, join
from services.identities.rectifying import rectify
from services.identities.register import Person, Register
from services.queries.protected import protected_on
from services.queries.reads import reads
from services.referrals.referring import protection_for, turn_in
from services.referrals.rows import ImportRow
from tests.support.authority import TestKeyring, authority, key_of
from tests.support.builders import ROUTES
from tests.support.desks import NILS, NOW, IdentityDesk
from tests.support.errors import raises
from tests.support.import_files import made_up_number
from tests.support.programmes import RULES, SERVICE
from tests.support.recording import RecordedWay, recorder_on
from tests.support.values import COORDINATOR, MONDAY

WHY = "He got a personal number"
AGAIN = Person(made_up_number("19850505", 987), "Nils Påhittad")

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def desk(engine: Engine) -> IdentityDesk:
    desk = IdentityDesk(engine)
    desk.way.comes(*ROUTES[Stage.AWAITING_PLACEMENT])
    vars(desk.office).pop("register")  # which this one opens itself, with what the other register says
    return desk


@pytest.fixture
def later(desk: IdentityDesk) -> CandidateNumber:
    """The same person, registered once more by another number, in a role of their own."""
    number = Register(desk.engine, Random(2), TestKeyring()).number_of(AGAIN, NOW + timedelta(hours=1), COORDINATOR)
    RecordedWay(recorder_on(desk.engine), number).comes(*ROUTES[Stage.TEMPORARY_ROLE])
    return number


def joined(desk: IdentityDesk, later: str, by: Any = COORDINATOR, **more: Any) -> Joined:
    return join(desk.office, later, desk.number, str(by), WHY, **more)


def employers_of(desk: IdentityDesk) -> set[str]:
    """Whose employments count in the journey of the earlier number."""
    other = OtherJourneys(desk.engine, authority(), lambda: datetime.now(UTC))
    found = other.look_elsewhere(Asking(journey_id=desk.way.id))
    return {one.journey.candidate for one in found.employments}


def test_the_later_number_leads_to_the_earlier_and_its_employment_counts_until_it_is_undone(
    desk: IdentityDesk, later: CandidateNumber
) -> None:
    assert employers_of(desk) == set()
    assert joined(desk, later) == Joined(later=later, earlier=desk.number)
    assert employers_of(desk) == {later}
    registered = desk.office.register
    assert registered.known(AGAIN.identity_number) == later
    assert registered.goes_on_by(AGAIN.identity_number) == desk.number
    assert registered.number_of(AGAIN, NOW, COORDINATOR) == desk.number
    found = find(desk.office, later, str(COORDINATOR), WHY)
    assert {(one.candidate, one.same_as) for one in found.lines} == {(desk.number, None), (later, desk.number)}
    assert {line.candidate for line in (desk.office.find(later), desk.office.find(desk.number))} == {later, desk.number}
    assert {(one.candidate, one.what, one.because) for one in reads(desk.engine)} >= {
        (number, "rectification", WHY) for number in (later, desk.number)
    }

    joined(desk, later, undone=True)
    assert employers_of(desk) == set()
    assert desk.office.register.goes_on_by(AGAIN.identity_number) == later
    assert StatementLog(desk.engine).register().faults == []


def referral(identity_number: str, programme: str = SERVICE.id) -> ImportRow:
    said = {"referring_partner": "kommunen", "site": "2480", "coordinator": "anna.berg", "referred_on": MONDAY}
    who = {"identity_number": identity_number, "name": AGAIN.name, "email": None, "phone": None}
    return ImportRow(line=2, programme=programme, **who, **said)  # type: ignore[arg-type]


def test_a_referral_by_either_number_meets_the_journey_that_stands_by_the_other(desk: IdentityDesk) -> None:
    """Case 28: the same list began a second journey in the programme in which the later number had one."""
    later = Register(desk.engine, Random(2), TestKeyring()).number_of(AGAIN, NOW + timedelta(hours=1), COORDINATOR)
    way = RecordedWay(recorder_on(desk.engine), later, RULES.programme("easy_jobs"))
    way.comes("referred")
    joined(desk, later)
    for number in (NILS.identity_number, AGAIN.identity_number):
        turn = turn_in(desk.office, referral(number, "easy_jobs"), way.rules)
        assert turn is not None
        assert turn.stands is not None
        assert turn.stands.journey_id == way.id


def test_who_was_erased_by_the_earlier_number_goes_on_by_the_later_one(
    desk: IdentityDesk, later: CandidateNumber
) -> None:
    joined(desk, later)
    sealer_on(desk.engine).forget(desk.number)
    with Session(desk.engine) as session, session.begin():
        gone = update(CandidateKeyRow).where(CandidateKeyRow.candidate == desk.number)
        session.execute(gone.values(wrapped=None))
    assert desk.office.register.goes_on_by(AGAIN.identity_number) == later
    assert desk.office.register.numbers_of(later) == (later,)
    turn = turn_in(desk.office, referral(AGAIN.identity_number), SERVICE)
    assert turn is not None
    assert turn.journey_id.candidate == later


def test_who_is_protected_by_one_number_is_so_by_both(desk: IdentityDesk, later: CandidateNumber) -> None:
    protection.protect(desk.office, later, str(COORDINATOR), ["anna.berg"], WHY)
    assert set(protected_on(desk.engine)) == {later}
    joined(desk, later)
    assert protected_on(desk.engine) == {number: {"anna.berg"} for number in (later, desk.number)}
    protection.protect(desk.office, desk.number, str(COORDINATOR), ["anna.berg", "bo.lind"], WHY)
    assert protected_on(desk.engine) == {number: {"anna.berg", "bo.lind"} for number in (later, desk.number)}
    protection.end(desk.office, later, str(COORDINATOR), WHY)
    assert protected_on(desk.engine) == {}
    register = StatementLog(desk.engine).register()
    assert [*chained_findings(desk.engine, register), *protection_findings(desk.engine, register)] == []


def test_who_is_protected_by_a_referral_is_so_by_each_number(desk: IdentityDesk, later: CandidateNumber) -> None:
    joined(desk, later)
    protection_for(desk.office, COORDINATOR, ["anna.berg"])(desk.number)
    assert protected_on(desk.engine) == {number: {"anna.berg"} for number in (later, desk.number)}


def test_nobody_is_given_an_identity_number_that_they_have_by_another_number(
    desk: IdentityDesk, later: CandidateNumber
) -> None:
    joined(desk, later)
    with raises(Refused, "identity.of_the_same_person", other=later):
        rectify(desk.office, desk.number, str(COORDINATOR), {"identity_number": AGAIN.identity_number}, WHY)


def test_a_number_without_a_way_of_its_own_shows_that_of_the_person(desk: IdentityDesk) -> None:
    other = Register(desk.engine, Random(3), TestKeyring()).number_of(AGAIN, NOW + timedelta(hours=1), COORDINATOR)
    said = CandidatesJoined(at=NOW, later=other, earlier=desk.number)
    StatementLog(desk.engine).add(said, key_of("anna.berg"))
    vars(desk.office).pop("authority")
    assert desk.office.find(other).candidate == desk.number


def test_what_is_said_already_or_makes_no_sense_is_refused_and_nothing_is_written(
    desk: IdentityDesk, later: CandidateNumber
) -> None:
    with raises(UsageError, "join.same"):
        joined(desk, desk.number)
    with raises(Refused, "join.not_joined"):
        joined(desk, later, undone=True)
    with raises(UsageError, "reading.reason_missing"):
        join(desk.office, later, desk.number, str(COORDINATOR), None)
    assert reads(desk.engine) == []
    joined(desk, later)
    with raises(Refused, "join.one_already"):
        joined(desk, later)


@pytest.mark.parametrize("by", ["supervisor:maria.ek", "operator:kim.dahl"])
def test_only_those_join_who_may_put_right_who_somebody_is(desk: IdentityDesk, later: CandidateNumber, by: str) -> None:
    with pytest.raises(Refused):
        joined(desk, later, by)
    said = CandidatesJoined(at=NOW, later=later, earlier=desk.number)
    with raises(Refused, "register.not_to_join"):
        StatementLog(desk.engine).add(said, key_of(by.partition(":")[2]))
