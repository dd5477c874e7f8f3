"""Whom a notice reaches on the day on which it is sent, by partners.toml and the register of staff."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from activities.addressees import Addressees
from activities.delivery import DeliveryRefused, NobodyWritten
from activities.outbox import Outbox
from activities.recording_checks import Directory
from models.access.statements import StaffEnded, StaffEntered, Statement
from models.identifiers import Role
from models.partners.notice import Notice
from models.partners.partner import Partner
from models.programme.programme import NoticeRule
from runtime.local.people import OPERATOR, everywhere
from runtime.rulebook.names import NamesIn
from runtime.statement_log import StatementLog
from services.queries.lists import Lists
from tests.support.authority import authority, key_of
from tests.support.programmes import RULES, SERVICE
from tests.support.recording import RecordedWay, recorder_on

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
TELLS_ALL = NoticeRule(event="referred", to=("referring_partner", "coordinator", "manager"))


@pytest.fixture
def told(engine: Engine) -> dict[str, Notice]:
    """The notices of a referral, by whom they are meant for."""
    way = RecordedWay(recorder_on(engine), rules=SERVICE.model_copy(update={"notices": (TELLS_ALL,)}))
    way.tells("referred")
    event_id = UUID(Lists(engine).notices()[0].event_id)
    return {notice.recipient: notice for notice in Outbox(engine).due(authority(), way.id, event_id)}


def reached(engine: Engine, notice: Notice, partners: tuple[Partner, ...] = RULES.partners) -> str:
    """The address that a notice goes to."""
    with Session(engine) as session:
        [to] = Addressees(Directory(partners), authority(), NamesIn(RULES)).find(session, notice, NOW)
    return f"{to.name} <{to.address}>"


def say(engine: Engine, said: Statement) -> None:
    StatementLog(engine).add(said, key_of(OPERATOR))


def leaves(engine: Engine, *people: str) -> None:
    for person in people:
        say(engine, StaffEnded(at=NOW, person=person, on=date(2026, 2, 27), because="Moved"))


def test_a_notice_is_meant_for_the_partner_the_coordinator_and_the_manager(told: dict[str, Notice]) -> None:
    assert set(told) == {"arbetsformedlingen", "anna.berg", "manager"}
    assert {notice.stage for notice in told.values()} == {"referral"}  # staff may know all that a partner may


def test_partners_are_reached_as_the_file_says_and_staff_as_the_register_says(
    engine: Engine, told: dict[str, Notice]
) -> None:
    anna = StaffEntered(
        at=NOW,
        person="anna.berg",
        name="Anna Berg",
        email="anna@new.example",
        assignments=everywhere((Role.COORDINATOR,)),
    )
    say(engine, anna)
    assert reached(engine, told["arbetsformedlingen"]).startswith("Arbetsförmedlingen <https://")
    assert reached(engine, told["anna.berg"]) == "Anna Berg <anna@new.example>"
    assert reached(engine, told["manager"]) == "Lena Strand <lena.strand@employer.example>"


def test_what_is_meant_for_somebody_who_has_left_reaches_the_manager(engine: Engine, told: dict[str, Notice]) -> None:
    leaves(engine, "anna.berg")
    assert reached(engine, told["anna.berg"]) == "Lena Strand <lena.strand@employer.example>"


def test_whoever_looks_after_somebody_and_has_no_mail_address_is_left_to_a_call(
    engine: Engine, told: dict[str, Notice]
) -> None:
    maria = StaffEntered(at=NOW, person="maria.ek", name="Maria Ek", assignments=everywhere((Role.SUPERVISOR,)))
    say(engine, maria)
    with pytest.raises(NobodyWritten, match=r"maria\.ek has no mail address .* call them"):
        reached(engine, told["manager"].model_copy(update={"recipient": "maria.ek"}))


def test_what_reaches_nobody_is_refused_with_what_to_do(engine: Engine, told: dict[str, Notice]) -> None:
    with pytest.raises(DeliveryRefused, match=r"arbetsformedlingen is not in programmes/partners\.toml"):
        reached(engine, told["arbetsformedlingen"], ())
    nowhere = everywhere((Role.COORDINATOR,))
    say(engine, StaffEntered(at=NOW, person="anna.berg", name="Anna Berg", assignments=nowhere))
    with pytest.raises(DeliveryRefused, match=r"anna\.berg has no mail address"):
        reached(engine, told["anna.berg"])
    leaves(engine, "anna.berg", "lena.strand")
    with pytest.raises(DeliveryRefused, match="nobody is in charge of service_division"):
        reached(engine, told["anna.berg"])
