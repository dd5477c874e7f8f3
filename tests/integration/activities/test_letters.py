"""Letters as partners get them: what is meant by name, whom to call, and what is nobody else's to know."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from temporalio.testing import ActivityEnvironment

from activities.addressees import Addressees
from activities.announce import Announcement, Announcer, Sender
from activities.chained_rows import append
from activities.letterhead import Contact, Letterhead
from activities.messages import render
from activities.outbox import Outbox
from activities.recording_checks import Directory
from activities.webhook_channel import as_cloudevent
from models.access.statements import StaffEntered, Substitute
from models.identifiers import Role
from models.partners.notice import Notice
from models.partners.partner import Channel, Recipient
from models.tables.people import ProtectionRow
from runtime.local.people import OPERATOR, everywhere
from runtime.rulebook.names import NamesIn
from runtime.statement_log import StatementLog
from tests.support.authority import authority, key_of
from tests.support.programmes import RULES
from tests.support.recording import ANNA, RecordedWay, recorder_on
from tests.support.values import MONDAY

REFERENCE = "AF-2026/17"
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

NINE = datetime.combine(MONDAY, time(9), UTC)


class Letters:
    """Takes every letter, with whom it is for and what stands beside it."""

    def __init__(self) -> None:
        self.sent: dict[str, tuple[Notice, Letterhead]] = {}

    async def send(self, notice: Notice, to: Recipient, head: Letterhead) -> None:
        self.sent[to.id] = (notice, head)

    def to(self, name: str) -> str:
        """The letter to somebody, in Swedish, with its lines as one reads them."""
        notice, head = self.sent[name]
        return render(notice, "sv", head).text


@pytest.fixture
def way(engine: Engine) -> RecordedWay:
    """Somebody whom the agency has referred under its own reference, in an internship."""
    way = RecordedWay(recorder_on(engine), ANNA)
    assert way.tells("referred", reference=REFERENCE).accepted
    return way.comes("referral_accepted", "requirements_checked", "internship_agreed")


async def letters(way: RecordedWay, at: datetime = NINE) -> Letters:
    """The letters of the latest event."""
    engine, sent = way.recorder.engine, Letters()
    addressees = Addressees(engine, Directory(RULES.partners), authority(), NamesIn(RULES))
    senders: dict[Channel, Sender] = dict.fromkeys(Channel, sent)
    announcer = Announcer(Outbox(engine), authority(), addressees, senders, lambda: at)
    event_id = way.journey.entries[-1].event.event_id
    await ActivityEnvironment().run(announcer.announce, Announcement(journey_id=way.id, event_id=event_id))
    return sent


def anna(**more: Any) -> StaffEntered:
    roles = everywhere((Role.COORDINATOR,))
    return StaffEntered(at=NINE, person="anna.berg", name="Anna Berg", assignments=roles, **more)


def say(engine: Engine, said: StaffEntered) -> None:
    StatementLog(engine).add(said, key_of(OPERATOR))


async def test_a_letter_names_what_it_is_about_and_whom_to_call(way: RecordedWay) -> None:
    say(way.recorder.engine, anna(email="anna.berg@region.example", phone="08-465 004 11"))
    letter = (await letters(way)).to("kommunal")
    for line in (
        "Program: Servicedivisionens väg in",
        "Befattning: Serviceassistent, brickdukning",
        "Ort: Umeå",
        "Frågor besvaras av: Anna Berg",
        "Telefon: 08-465 004 11",
        "E-post: anna.berg@region.example",
    ):
        assert f"\n{line}\n" in letter
    assert "_" not in letter


async def test_the_reference_is_told_to_whoever_gave_it_and_to_nobody_else(way: RecordedWay) -> None:
    sent = await letters(way)
    assert f"\nEr referens: {REFERENCE}\n" in sent.to("arbetsformedlingen")
    assert REFERENCE not in sent.to("kommunal")


async def test_a_system_gets_reference_contact_and_names_as_well(way: RecordedWay) -> None:
    said: Any = as_cloudevent(*(await letters(way)).sent["arbetsformedlingen"]).get_data()
    assert said["reference"] == REFERENCE
    assert said["contact"]["name"] == "Anna Berg"
    assert said["called"]["town"] == {"sv": "Umeå", "en": "Umeå"}


async def test_a_referral_is_confirmed_to_whoever_made_it(engine: Engine) -> None:
    way = RecordedWay(recorder_on(engine), ANNA)
    assert way.tells("referred", reference=REFERENCE).accepted
    sent = await letters(way)
    assert list(sent.sent) == ["arbetsformedlingen"]
    assert ANNA in sent.to("arbetsformedlingen")
    assert f"\nEr referens: {REFERENCE}\n" in sent.to("arbetsformedlingen")


async def test_a_reference_that_was_corrected_is_told_as_it_is_now(way: RecordedWay) -> None:
    referral = way.journey.entries[0].event
    right = {**referral.model_dump(), "reference": "AF-2026/71"}
    assert way.tells("corrected", corrects=referral.event_id, replacement=right, reason="Mistyped").accepted
    assert "\nEr referens: AF-2026/71\n" in (await letters(way)).to("arbetsformedlingen")


async def test_whoever_stands_in_is_named_with_whom_they_stand_in_for(way: RecordedWay) -> None:
    away = Substitute(person="bo.lind", from_day=MONDAY, until_day=MONDAY + timedelta(days=7))
    say(way.recorder.engine, anna(substitute=away))
    contact = (await letters(way)).sent["kommunal"][1].contact
    assert contact is not None
    assert (contact.name, contact.instead_of) == ("Bo Lind", "Anna Berg")
    later = (await letters(way.comes("check_in_recorded", "internship_completed"), NINE + timedelta(days=14))).sent
    assert later["arbetsformedlingen"][1].contact == Contact("Anna Berg")


def extended(way: RecordedWay, ends_on: date) -> None:
    assert way.tells("internship_extended", ends_on=ends_on, reason="More to learn").accepted


async def test_another_last_day_is_told_to_those_who_were_told_the_days_and_from_what_to_what(way: RecordedWay) -> None:
    agreed = way.state.internship
    assert agreed is not None
    assert agreed.ends_on is not None
    extended(way, agreed.ends_on + timedelta(days=7))
    sent = await letters(way)
    assert set(sent.sent) == {"arbetsformedlingen", "kommunal"}
    for name in sent.sent:
        assert "\nBefattning: Serviceassistent, brickdukning\n" in sent.to(name)
        [line] = [line for line in sent.to(name).splitlines() if line.startswith("Sista dag: ")]
        assert f" {agreed.ends_on.day} " in line.partition(" → ")[0]
        assert f" {agreed.ends_on.day + 7} " in line.partition(" → ")[2] or agreed.ends_on.day + 7 > 28


async def test_an_extension_that_is_taken_back_is_told_to_the_same(way: RecordedWay) -> None:
    assert way.state.internship is not None
    ends_on = way.state.internship.ends_on
    assert ends_on is not None
    extended(way, ends_on + timedelta(days=7))
    wrong = way.journey.entries[-1].event.event_id
    assert way.tells("corrected", corrects=wrong, replacement=None, reason="Mistyped").accepted
    assert set((await letters(way)).sent) == {"arbetsformedlingen", "kommunal"}


async def test_those_who_may_not_learn_the_days_hear_of_no_extension(engine: Engine) -> None:
    way = RecordedWay(recorder_on(engine), ANNA)
    assert way.tells("referred", referring_partner="svenska_kyrkan").accepted
    way.comes("referral_accepted", "requirements_checked", "internship_agreed")
    assert way.state.internship is not None
    assert way.state.internship.ends_on is not None
    extended(way, way.state.internship.ends_on + timedelta(days=7))
    letter = (await letters(way)).to("svenska_kyrkan")
    assert not any(told in letter for told in ("dag:", "Befattning", "Enhet", "Ort", "→"))


async def test_of_somebody_protected_only_one_who_may_read_of_them_is_named(way: RecordedWay) -> None:
    with Session(way.recorder.engine) as session, session.begin():
        row = ProtectionRow(candidate=ANNA, staff="lena.strand", commitment="0" * 64, contents=b"")
        row.recorded_by = "manager:lena.strand"
        append(session, [row], at=NINE, key=key_of("lena.strand"))
    notice, head = (await letters(way)).sent["arbetsformedlingen"]
    assert notice.details == {}
    assert head.reference is None
    assert head.contact is not None
    assert head.contact.name == "Lena Strand"
