"""Letters as partners get them: what is meant by name, whom to call, and what is nobody else's to know."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from temporalio.testing import ActivityEnvironment

from activities.addressees import Addressees
from activities.announce import Announced, Announcement, Announcer, NotDelivered, Sender
from activities.chained_rows import append
from activities.delivery import DeliveryFailed, DeliveryRefused
from activities.letterhead import Contact, Letterhead
from activities.messages import render
from activities.outbox import Outbox
from activities.recording_checks import Directory
from activities.webhook_channel import as_cloudevent
from models.access.statements import StaffEnded, StaffEntered, Substitute
from models.identifiers import Role
from models.partners.notice import Notice
from models.partners.partner import Channel, Recipient
from models.programme.programme import NoticeRule
from models.signatures import Signer
from models.state.deadlines import upcoming
from models.tables.people import ProtectionRow
from runtime.i18n import translate
from runtime.local.people import OPERATOR, everywhere
from runtime.rulebook.names import NamesIn
from runtime.statement_log import StatementLog
from services.queries.lists import Lists
from services.recording.preview import preview
from services.recording.to_call import to_be_called
from tests.support.authority import authority, key_of
from tests.support.desks import office_of
from tests.support.programmes import RULES, SERVICE
from tests.support.recording import ANNA, RecordedWay, recorder_on
from tests.support.values import MONDAY

REFERENCE = "AF-2026/17"
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

AGREED = "internship_agreed"
NINE = datetime.combine(MONDAY, time(9), UTC)


class Letters:
    """Takes every letter, with whom it is for and what stands beside it."""

    def __init__(self) -> None:
        self.sent: dict[str, tuple[Notice, Letterhead]] = {}
        self.announced = Announced()

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
    addressees = Addressees(
        Directory(RULES.partners), authority(), NamesIn(RULES), desk="https://desk.employer.example"
    )
    senders: dict[Channel, Sender] = dict.fromkeys(Channel, sent)
    announcer = Announcer(Outbox(engine), authority(), addressees, senders, lambda: at)
    event_id = way.journey.entries[-1].event.event_id
    said = Announcement(journey_id=way.id, event_id=event_id)
    sent.announced = await ActivityEnvironment().run(announcer.announce, said)
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
    assert set(sent.sent) == {"arbetsformedlingen", "kommunal", "maria.ek", "eva.sjo", "anna.berg"}
    for name in sent.sent:
        assert "\nBefattning: Serviceassistent, brickdukning\n" in sent.to(name)
        details = sent.sent[name][0].details
        days = (str(agreed.ends_on), str(agreed.ends_on + timedelta(days=7)))
        assert (details["was_ends_on"], details["now_ends_on"]) == days
        [line] = [line for line in sent.to(name).splitlines() if line.startswith("Sista dag: ")]
        assert " → " in line


async def test_a_supervisor_without_a_mail_address_is_called_and_is_no_dead_letter(way: RecordedWay) -> None:
    engine, roles = way.recorder.engine, everywhere((Role.SUPERVISOR,))
    maria = StaffEntered(at=NINE, person="maria.ek", name="Maria Ek", phone="08-465 004 12", assignments=roles)
    say(engine, maria)
    office = office_of(engine, lists=Lists(engine))
    [line] = Lists(engine).found(journey_id=way.id)
    foreseen = preview(office, line, way.event("withdrawn"), Lists(engine).ledger(way.id))
    assert foreseen is not None
    [told] = [translate(one.by) for one in foreseen.told if one.recipient == "maria.ek"]
    assert told == "no e-mail address: call 08-465 004 12"
    call = ["Maria Ek has no e-mail address. Call 08-465 004 12 about: agreement on an internship."]
    assert [translate(one) for one in to_be_called(office, line)] == call
    sent = await letters(way)
    assert "maria.ek" not in sent.sent
    [unwritten] = sent.announced.to_call
    status = {one.recipient: one.status.value for one in Lists(engine).notices_of(way.id) if one.kind == AGREED}
    assert status == {
        **dict.fromkeys(("arbetsformedlingen", "kommunal", "eva.sjo", "candidate"), "sent"),
        "maria.ek": "to_call",
    }
    assert [translate(one) for one in to_be_called(office, line)] == call
    say(engine, maria.model_copy(update={"email": "maria.ek@region.example"}))
    [unsent] = [UUID(one.notice_id) for one in Lists(engine).notices_of(way.id) if one.status == "to_call"]
    assert unsent == unwritten
    assert Outbox(engine).revive([unsent], NINE)
    assert list((await letters(way)).sent) == ["maria.ek"]
    assert list(to_be_called(office_of(engine, lists=Lists(engine)), line)) == []


async def test_an_extension_that_is_taken_back_is_told_to_the_same(way: RecordedWay) -> None:
    assert way.state.internship is not None
    ends_on = way.state.internship.ends_on
    assert ends_on is not None
    extended(way, ends_on + timedelta(days=7))
    wrong = way.journey.entries[-1].event.event_id
    assert way.tells("corrected", corrects=wrong, replacement=None, reason="Mistyped").accepted
    assert set((await letters(way)).sent) == {"arbetsformedlingen", "kommunal", "maria.ek", "eva.sjo", "anna.berg"}


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
        append(session, [row], at=NINE, by=Signer(key_of("lena.strand")))
    notice, head = (await letters(way)).sent["arbetsformedlingen"]
    assert notice.details == {}
    assert head.reference is None
    assert head.contact is not None
    assert head.contact.name == "Lena Strand"


class Ways:
    """Two channels, each of which does as it is told to the next time and remembers how often it was asked."""

    def __init__(self, **does: Exception | None) -> None:
        self.does, self.asked = does, dict.fromkeys(does, 0)

    def of(self, name: str) -> Sender:
        ways = self

        class One:
            async def send(self, notice: Notice, to: Recipient, head: Letterhead) -> None:  # noqa: ARG002
                ways.asked[name] += 1
                if (error := ways.does[name]) is not None:
                    raise error

        return One()

    async def announce(self, way: RecordedWay) -> str | None:
        """Why it is to be tried again; None where it is not."""
        also = {"also_by_mail": "handlaggare@arbetsformedlingen.example"}
        partners = [one.model_copy(update=also if one.id == "arbetsformedlingen" else {}) for one in RULES.partners]
        engine = way.recorder.engine
        addressees = Addressees(Directory(partners), authority(), NamesIn(RULES))
        senders = {Channel.EMAIL: self.of("mail"), Channel.WEBHOOK: self.of("webhook")}
        announcer = Announcer(Outbox(engine), authority(), addressees, senders, lambda: NINE)
        said = Announcement(journey_id=way.id, event_id=way.journey.entries[-1].event.event_id)
        try:
            await ActivityEnvironment().run(announcer.announce, said)
        except NotDelivered as error:
            return error.message
        return None


@pytest.fixture
def referred(engine: Engine) -> RecordedWay:
    return RecordedWay(recorder_on(engine), ANNA).comes("referred")


def status(way: RecordedWay) -> tuple[str, int, str | None]:
    [line] = Lists(way.recorder.engine).notices()
    return line.status, line.attempts, line.last_error


async def test_a_partner_is_told_by_its_system_and_by_mail_where_it_wants_both(referred: RecordedWay) -> None:
    ways = Ways(mail=None, webhook=None)
    assert await ways.announce(referred) is None
    assert ways.asked == {"mail": 1, "webhook": 1}
    assert status(referred) == ("sent", 1, None)


@pytest.mark.parametrize(("fails", "works"), [("mail", "webhook"), ("webhook", "mail")])
async def test_one_way_that_fails_does_not_repeat_the_other(referred: RecordedWay, fails: str, works: str) -> None:
    ways = Ways(**{fails: DeliveryFailed("not now"), works: None})
    for _ in range(3):
        assert "not now" in str(await ways.announce(referred))
    assert ways.asked == {fails: 3, works: 1}
    assert status(referred) == ("pending", 3, "not now")
    ways.does[fails] = None
    assert await ways.announce(referred) is None
    assert ways.asked == {fails: 4, works: 1}
    assert status(referred)[0] == "sent"


async def test_one_way_that_is_refused_is_a_dead_letter_of_that_way_alone(referred: RecordedWay) -> None:
    ways = Ways(mail=DeliveryRefused("no such mailbox"), webhook=DeliveryFailed("not now"))
    assert "not now" in str(await ways.announce(referred))
    ways.does["webhook"] = None
    assert await ways.announce(referred) is None
    assert ways.asked == {"mail": 1, "webhook": 2}
    assert status(referred)[0] == "dead"
    ways.does["mail"] = None
    [line] = Lists(referred.recorder.engine).notices()
    Outbox(referred.recorder.engine).revive([UUID(line.notice_id)], NINE)
    assert await ways.announce(referred) is None
    assert ways.asked == {"mail": 2, "webhook": 2}
    assert status(referred)[0] == "sent"


TELLS = tuple(
    NoticeRule(event=kind, to=("supervisor", "mentor", "candidate"))
    for kind in ("referred", "internship_agreed", "internship_completed")
)


@pytest.fixture
def told(engine: Engine) -> RecordedWay:
    """Somebody in an internship of whom those who look after them, and they themselves, are told."""
    rules = SERVICE.model_copy(update={"notices": TELLS})
    return RecordedWay(recorder_on(engine), ANNA, rules).comes("referred", "referral_accepted", "requirements_checked")


async def test_supervisor_and_mentor_are_told_by_their_own_address(told: RecordedWay) -> None:
    assert told.tells("internship_agreed", supervisor="maria.ek", mentor="eva.sjo").accepted
    sent = await letters(told)
    assert set(sent.sent) == {"maria.ek", "eva.sjo", "anna.berg"}
    assert "\nFrågor besvaras av: Anna Berg\n" in sent.to("maria.ek")
    assert "Svara gärna på det här brevet" not in sent.to("maria.ek")


async def test_before_anybody_looks_after_them_nobody_is_told_in_their_place(engine: Engine) -> None:
    way = RecordedWay(recorder_on(engine), ANNA, SERVICE.model_copy(update={"notices": TELLS})).comes("referred")
    assert [line.recipient for line in Lists(way.recorder.engine).notices()] == ["candidate"]


async def test_a_supervisor_who_has_left_is_not_written_to(told: RecordedWay) -> None:
    assert told.tells("internship_agreed", supervisor="maria.ek", mentor=None).accepted
    StatementLog(told.recorder.engine).add(
        StaffEnded(at=NINE, person="maria.ek", on=MONDAY - timedelta(days=1), because="Moved"), key_of(OPERATOR)
    )
    assert "maria.ek" not in (await letters(told)).sent


async def test_whoever_is_in_charge_is_asked_to_tell_the_candidate_in_the_way_they_want(told: RecordedWay) -> None:
    assert told.tells("internship_agreed").accepted
    notice, head = (await letters(told)).sent["anna.berg"]
    assert (notice.recipient, head.contact) == ("candidate", None)
    letter = render(notice, "sv", head)
    assert letter.subject.startswith("Berätta för kandidaten: En praktik är överenskommen")
    assert "på det sätt som hen vill bli nådd" in letter.text.replace("\n", " ")
    assert "\nHandledare: Maria Ek" in letter.text
    assert f"\nhttps://desk.employer.example/person/{told.candidate}?program=service_division/1\n" in letter.text


async def test_only_those_who_work_at_the_desk_are_led_there(way: RecordedWay) -> None:
    sent = await letters(way)
    assert sent.sent
    assert not [name for name in ("arbetsformedlingen", "kommunal") if "desk.employer.example" in sent.to(name)]


async def test_an_extension_that_is_taken_back_says_which_last_day_holds_and_of_what(way: RecordedWay) -> None:
    assert way.state.internship is not None
    holds = way.state.internship.ends_on
    assert holds is not None
    extended(way, holds + timedelta(days=7))
    wrong = way.journey.entries[-1].event.event_id
    assert way.tells("corrected", corrects=wrong, replacement=None, reason="Mistyped").accepted
    notice, _ = (await letters(way)).sent["kommunal"]
    assert notice.details == {
        "corrected": "internship_extended",
        "struck": "yes",
        "was_ends_on": str(holds + timedelta(days=7)),
        "now_ends_on": str(holds),
        "position": "lasarettet_tray_kitchen",
        "starts_on": str(way.state.internship.starts_on),
    }


async def test_no_letter_says_a_day_in_figures_or_changes_what_stays(way: RecordedWay) -> None:
    agreed = next(one.event for one in way.journey.entries if one.event.kind == "internship_agreed")
    other = {**agreed.model_dump(), "position": "lasarettet_ward_service"}
    for kind, said in (
        ("paused", {"until": way.day + timedelta(days=20), "reason": "Waits"}),
        ("pause_extended", {"until": way.day + timedelta(days=30), "reason": "Waits"}),
        ("resumed", {}),
        (
            "corrected",
            {"corrects": agreed.event_id, "replacement": other, "reason": "x", "actor": "coordinator:bo.lind"},
        ),
    ):
        receipt = way.tells(kind, **said)
        assert receipt.accepted, receipt
        letter = (await letters(way)).to("kommunal")
        assert "2026-" not in letter
        assert "\nOrt: Umeå\n" in letter
    assert "Serviceassistent, brickdukning → Serviceassistent, vårdnära service" in letter


async def test_a_partner_is_reminded_of_a_letter_by_what_it_told_its_day_and_its_number(engine: Engine) -> None:
    asks = NoticeRule(
        event="referral_accepted", to=("referring_partner",), acknowledge_within_days=10, remind_after_days=5
    )
    rules = SERVICE.model_copy(update={"notices": (asks,)})
    way = RecordedWay(recorder_on(engine), ANNA, rules).comes("referred", "referral_accepted")
    await letters(way)
    [owed] = way.state.acknowledgements
    reminder = next(one for one in upcoming(way.state) if (one.deadline, one.step.value) == (owed.deadline, "reminder"))
    way.later((reminder.on - way.day).days)
    passed = {"deadline": owed.deadline, "step": "reminder", "due_on": reminder.due_on}
    assert way.tells("deadline_passed", **passed, actor="system:journey").accepted
    sent = await letters(way, datetime.combine(way.day, time(9), UTC))
    told = " ".join(sent.to(owed.recipient).split())
    assert "Vi påminner om vårt brev ”godtagen anvisning” från måndag 2 mars 2026" in told
    assert f"nummer {owed.notice_id}" in told
