"""Replies by mail: each confirms its letter or waits for somebody, answers nothing, and is lost in no case."""

import asyncio
import re
import smtplib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from temporalio.testing import WorkflowEnvironment

from activities.sealing import MAILS, sealer_on
from activities.seals import place_of
from auditing.evidence.evidence import read_rows
from interfaces.gateway.mail import MailServer
from models.identifiers import JourneyId
from models.tables.ledger import NoticeRow
from models.tables.links import MailActRow, ReceivedMailRow
from runtime.errors import Refused, UsageError
from runtime.local.dev_server import HOST
from runtime.local.inbox import read_inbox
from runtime.local.inboxes import HandedOn, MailInbox
from runtime.local.replying import letter_in, reply_to
from services.application import Application
from services.letters.kept import dispose_of_mails, open_mail, settle_mail, waiting_mails
from services.letters.replies import Replies
from services.letters.taken import Outcome, Taken
from services.observation.concerns import Matter, Seen, concerns
from services.observation.nights import Nights
from services.observation.standing import standing
from services.privacy.erasure import end_rows
from services.showing import shown_to
from services.texts import texts_of
from services.working import beside, questions
from tests.support.agreeing import assert_agreement
from tests.support.letters import KOMMUNAL, MARIA, LetterDesk, open_letters

REPLIES = "svar@employer.example"
ANNA = "coordinator:anna.berg"


@pytest.fixture(scope="module")
async def desk(temporal: WorkflowEnvironment, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[LetterDesk]:
    async with open_letters(temporal.client, tmp_path_factory.mktemp("replies"), replies_to=REPLIES) as desk:
        yield desk


class Told:
    """Takes the mails that whoever is in charge gets."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, str]] = []

    async def tell(self, address: str, subject: str, text: str, _id: UUID) -> None:
        self.sent.append((address, subject, text))


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def replies(desk: LetterDesk, told: Told) -> Replies:
    return Replies(desk.letters, REPLIES, told.tell)


async def answered(
    desk: LetterDesk, journey: JourneyId, text: str, sender: str = KOMMUNAL, to: str = KOMMUNAL, **more: str
) -> EmailMessage:
    """A reply to the letter that somebody got, otherwise the union, about a candidate."""
    letter = await desk.mail(to, journey.candidate)
    reply = EmailMessage()
    reply["From"], reply["To"] = sender, letter["Reply-To"]
    reply["In-Reply-To"] = letter["Message-ID"]
    reply["Message-ID"] = f"<{text[:3].strip()}-{journey.candidate}@kommunal.example>"
    for name, value in more.items():
        reply[name.replace("_", "-")] = value
    reply.set_content(f"{text}\n\nDen 3 mars skrev Hela vägen <svar@employer.example>:\n> Hej,\n")
    return reply


async def taken(replies: Replies, reply: EmailMessage, came_from: str = KOMMUNAL) -> Taken:
    return await replies.take(reply.as_bytes(), came_from, [reply["To"].addresses[0].addr_spec])


def kept(desk: LetterDesk, journey: JourneyId | None) -> list[bytes]:
    """The mails that are kept of a journey, opened."""
    seal = sealer_on(desk.office.engine).of(journey.candidate if journey else MAILS)
    query = select(ReceivedMailRow).where(ReceivedMailRow.journey_id == journey)
    with Session(desk.office.engine) as session:
        return [seal.open(place_of("received_mails", row.id), row.contents) for row in session.scalars(query)]


async def test_a_letter_says_where_replies_are_read(desk: LetterDesk) -> None:
    journey = await desk.asks_unions()
    letter = await desk.mail(KOMMUNAL, journey.candidate)
    [row] = [row for row in desk.office.lists.notices(journey_id=journey) if row.recipient == "kommunal"]
    assert letter["Reply-To"].addresses[0].addr_spec == f"svar+{row.notice_id}@employer.example"


async def test_a_reply_of_the_union_confirms_and_waits_to_be_looked_at_and_answers_nothing(
    desk: LetterDesk, replies: Replies
) -> None:
    journey = await desk.asks_unions()
    reply = await answered(desk, journey, "Vi har inga invändningar. Eva på 070-174 06 05 vet mer.")
    assert [await taken(replies, reply) for _ in range(2)] == [Taken.NOTED, Taken.NOTED]
    by_union = [kind for kind, actor in desk.kinds(journey) if actor == "partner:kommunal"]
    assert by_union == ["partner_acknowledged", "note_added"]
    assert "question" in [item.what for item in desk.office.lists.items(journey)]
    assert kept(desk, journey) == [reply.as_bytes()]
    await assert_agreement(desk.office, journey)


async def test_a_number_and_a_diagnosis_in_a_reply_are_lost_to_nobody_marked_and_told_in_no_letter(
    desk: LetterDesk, replies: Replies, told: Told
) -> None:
    journey, number = await desk.asks_unions(), "19900102-9801"
    reply = await answered(desk, journey, f"Det är {number}, som har ADHD.")
    reply.add_attachment(b"x", maintype="application", subtype="pdf", filename=f"intyg {number}.pdf")
    assert await taken(replies, reply) is Taken.ATTACHED
    office = desk.letters.application()
    [line] = office.lists.found(journey_id=journey)
    shown = shown_to(office, ANNA, line)
    [note] = shown.latest_notes
    assert note.text.count(number) == 2
    assert "text.tells" in [one.id for one in shown.marks[note.row or 0]]
    assert number not in str(beside(office, ANNA, questions(office, ANNA)).tasks)
    [mail] = {one for one in waiting(desk, ANNA) if open_mail(office, ANNA, one).mail.line == line}
    opened = open_mail(office, ANNA, mail)
    assert opened.tells is not None
    letters = [item.path.read_bytes() for item in desk.office.received() if journey.candidate in item.subject]
    assert number not in str([told.sent, letters, [vars(row) for row in shown.rows]])


async def test_mere_thanks_for_a_question_are_looked_at_too(desk: LetterDesk, replies: Replies) -> None:
    journey = await desk.asks_unions()
    assert await taken(replies, await answered(desk, journey, "Tack")) is Taken.NOTED


async def test_a_reply_without_words_of_its_own_confirms_alone(desk: LetterDesk, replies: Replies) -> None:
    journey = await desk.asks_unions()
    assert await taken(replies, await answered(desk, journey, "")) is Taken.CONFIRMED
    assert ("partner_acknowledged", "partner:kommunal") in desk.kinds(journey)
    assert [kind for kind, actor in desk.kinds(journey) if actor == "partner:kommunal"] == ["partner_acknowledged"]


@pytest.mark.parametrize("text", ["Se bilagan.", ""])
async def test_what_is_attached_waits_for_somebody_and_is_named(
    desk: LetterDesk, replies: Replies, told: Told, text: str
) -> None:
    journey, before = await desk.asks_unions(), waiting(desk, ANNA)
    reply = await answered(desk, journey, text)
    reply.add_attachment(b"x" * 2_000, maintype="application", subtype="pdf", filename="schema.pdf")
    assert [await taken(replies, reply) for _ in range(2)] == [Taken.ATTACHED, Taken.ATTACHED]
    assert [one.text for one in texts_of(desk.office.engine, journey).values()] == (
        [f"{text}\n\n[Bifogat, se Svar på brev: schema.pdf (PDF, 2 kB)]"] if text else []
    )
    [mail] = waiting(desk, ANNA) - before
    opened = open_mail(desk.letters.application(), ANNA, mail)
    assert (opened.text, [one.name for one in opened.attachments]) == (text, ["schema.pdf"])
    assert opened.content == reply.as_bytes()
    assert len(told.sent) == 1


async def test_what_a_program_may_have_sent_is_looked_at_and_confirms_nothing(
    desk: LetterDesk, replies: Replies
) -> None:
    journey = await desk.asks_unions()
    reply = await answered(desk, journey, "Jag är ledig till den 11 januari.")
    assert await taken(replies, reply) is Taken.NOTED
    assert [kind for kind, actor in desk.kinds(journey) if actor == "partner:kommunal"] == ["note_added"]


async def test_letters_that_cannot_be_told_are_recorded_nowhere_and_wait(desk: LetterDesk, replies: Replies) -> None:
    journey = await desk.asks_unions()
    address = (await desk.mail(KOMMUNAL, journey.candidate))["Reply-To"].addresses[0].addr_spec
    content = f"From: {KOMMUNAL}\r\n\r\nåtta".encode("cp850")
    assert await replies.take(content, KOMMUNAL, [address]) is Taken.UNREADABLE
    assert "partner:kommunal" not in [actor for _, actor in desk.kinds(journey)]


async def test_what_is_longer_than_a_note_is_cut_there_and_kept_whole(desk: LetterDesk, replies: Replies) -> None:
    journey = await desk.asks_unions()
    reply = await answered(desk, journey, "Ordning " * 2_000)
    assert await taken(replies, reply) is Taken.NOTED
    assert kept(desk, journey) == [reply.as_bytes()]


@pytest.mark.parametrize(
    ("more", "sender", "what"),
    [
        ({}, "nagon@annan.example", Taken.STRANGER),
        ({}, "forhandling@st.example", Taken.STRANGER),
        ({"Authentication_Results": "mx; dmarc=fail"}, KOMMUNAL, Taken.STRANGER),
        ({"Auto_Submitted": "auto-replied"}, KOMMUNAL, Taken.AUTOMATIC),
        ({"X_Spam_Flag": "YES"}, KOMMUNAL, Taken.SPAM),
    ],
)
async def test_what_the_partner_has_not_written_records_nothing_and_is_kept(
    desk: LetterDesk, replies: Replies, told: Told, more: dict[str, str], sender: str, what: Taken
) -> None:
    journey = await desk.asks_unions()
    before = desk.office.ledger(journey)
    reply = await answered(desk, journey, "Vi nekar", sender, **more)
    assert [await taken(replies, reply) for _ in range(2)] == [what, what]
    assert desk.office.ledger(journey) == before
    assert kept(desk, journey) == [reply.as_bytes()]
    assert len(told.sent) == (1 if what is Taken.STRANGER else 0)
    assert all(address == "anna.berg@employer.example" and journey.candidate in text for address, _, text in told.sent)
    assert all("till Kommunal" in text and not re.search(r"[0-9a-f]{8}-|kommunal\b", text) for *_, text in told.sent)


async def test_a_letter_that_comes_back_is_marked_and_whoever_is_in_charge_is_told(
    desk: LetterDesk, replies: Replies, told: Told
) -> None:
    journey = await desk.asks_unions()
    letter = await desk.mail(KOMMUNAL, journey.candidate)
    address = letter["Reply-To"].addresses[0].addr_spec
    report = (
        b"Content-Type: multipart/report; boundary=b\r\nMessage-ID: <r@x.example>\r\n\r\n--b\r\n"
        b"Content-Type: message/delivery-status\r\n\r\nFinal-Recipient: rfc822; x\r\nAction: failed\r\n"
        b"Status: 5.1.1\r\n\r\n--b--\r\n"
    )
    assert await replies.take(report, "", [address]) is Taken.BOUNCED
    with Session(desk.office.engine) as session:
        row = session.get_one(NoticeRow, UUID(address.partition("+")[2].partition("@")[0]))
        assert (row.status, row.bounced_at is not None) == ("sent", True)
    [line] = [one for one in desk.office.lists.notices(journey_id=journey) if one.recipient == "kommunal"]
    assert line.became.id == "delivery.came_back"
    assert "kom tillbaka" in told.sent[0][2]


async def test_what_comes_from_nobody_to_a_letter_says_that_it_came_back(
    desk: LetterDesk, replies: Replies, told: Told
) -> None:
    journey, before = await desk.asks_unions(), waiting(desk, ANNA)
    address = (await desk.mail(KOMMUNAL, journey.candidate))["Reply-To"].addresses[0].addr_spec
    content = b"From: x@y.example\r\nSubject: Undeliverable: Brev\r\n\r\nNo such user"
    assert await replies.take(content, "<>", [address]) is Taken.BOUNCED
    assert len(waiting(desk, ANNA) - before) == len(told.sent) == 1
    assert "kom tillbaka" in told.sent[0][2]


@pytest.mark.parametrize(
    ("text", "sender", "what", "kinds"),
    [
        ("Kan hen få ett skåp?", MARIA, Taken.NOTED, [("note_added", "supervisor:maria.ek")]),
        ("Tack!", MARIA, Taken.CONFIRMED, []),
        ("Ring mig", "anna.berg@employer.example", Taken.STRANGER, []),
    ],
)
async def test_a_reply_of_the_supervisor_waits_to_be_looked_at_and_checks_nobody_in(
    desk: LetterDesk, replies: Replies, text: str, sender: str, what: Taken, kinds: list[tuple[str, str]]
) -> None:
    journey = await desk.asks_unions()
    await desk.agrees(journey)
    before = desk.kinds(journey)
    assert await taken(replies, await answered(desk, journey, text, sender, to=MARIA), sender) is what
    assert desk.kinds(journey)[len(before) :] == kinds
    assert ("question" in [item.what for item in desk.office.lists.items(journey)]) == bool(kinds)
    await assert_agreement(desk.office, journey)


async def test_a_coordinator_who_replies_that_the_candidate_knows_is_told_where_to_note_it(
    desk: LetterDesk, replies: Replies, told: Told
) -> None:
    anna = "anna.berg@employer.example"
    journey = await desk.asks_unions()
    await desk.mail(anna, journey.candidate, "Berätta för kandidaten")
    before = desk.office.ledger(journey)
    reply = await answered(desk, journey, "Jag har ringt och berättat.", anna, to=anna)
    assert await taken(replies, reply, anna) is Taken.OFFICE
    assert desk.office.ledger(journey) == before
    [(address, _subject, text)] = told.sent
    assert address == anna
    assert f"Notera det på sidan för kandidat {journey.candidate} i Hela vägen." in text
    assert not re.search(r"[0-9a-f]{8}-|candidate\b", text)
    assert kept(desk, journey) == [reply.as_bytes()]
    assert not waiting(desk, ANNA) & set(_mails_of(desk, journey))
    other = await answered(desk, journey, "Nej, ring mig.", "bo.lind@employer.example", to=anna)
    assert await taken(replies, other) is Taken.STRANGER
    assert "till dig, som skulle berätta för kandidaten" in told.sent[-1][2]


async def test_a_supervisors_reply_after_the_end_is_told_of_and_recorded_nowhere(
    desk: LetterDesk, replies: Replies, told: Told
) -> None:
    journey = await desk.asks_unions()
    await desk.agrees(journey)
    reply = await answered(desk, journey, "Hen kom inte i dag", MARIA, to=MARIA)
    assert (await desk.office.send(journey, "withdrawn", end_reason="other")).accepted
    before = desk.office.ledger(journey)
    assert await taken(replies, reply, MARIA) is Taken.PAST
    assert desk.office.ledger(journey) == before
    assert kept(desk, journey) == [reply.as_bytes()]
    assert [address for address, *_ in told.sent] == ["anna.berg@employer.example"]


async def test_a_mail_that_answers_no_letter_is_kept_apart(desk: LetterDesk, replies: Replies) -> None:
    content = b"From: a@b.example\r\n\r\nKop billigt"
    assert await replies.take(content, "a@b.example", [REPLIES]) is Taken.UNBOUND
    assert content in kept(desk, None)


def _mails_of(desk: LetterDesk, journey: JourneyId) -> list[str]:
    with Session(desk.office.engine) as session:
        return list(session.scalars(select(ReceivedMailRow.id).where(ReceivedMailRow.journey_id == journey)))


def waiting(desk: LetterDesk, actor: str) -> set[str]:
    return {one.id for one in waiting_mails(desk.letters.application(), actor)}


async def test_a_strangers_mail_waits_for_who_is_in_charge_and_is_opened_with_a_trace_until_it_is_settled(
    desk: LetterDesk, replies: Replies
) -> None:
    journey, before = await desk.asks_unions(), waiting(desk, ANNA)
    await taken(replies, await answered(desk, journey, "Ring mig", "nagon@annan.example"))
    [mail] = waiting(desk, ANNA) - before
    application = desk.letters.application()
    opened = open_mail(application, ANNA, mail[:10])
    assert (opened.sender, opened.text) == ("nagon@annan.example", "Ring mig")
    [trace] = read_rows(desk.office.engine, [journey])[journey]["reads"]
    assert (trace["actor"], trace["what"]) == (ANNA, "mail")
    for stranger in ("supervisor:maria.ek", "auditor:rut.holm"):
        with pytest.raises((Refused, UsageError)):
            open_mail(application, stranger, mail)
    settle_mail(application, ANNA, mail, Outcome.CALLED)
    assert mail not in waiting(desk, ANNA)
    with Session(desk.office.engine) as session:
        acts = session.execute(select(MailActRow.actor, MailActRow.what).where(MailActRow.mail_id == mail)).all()
    assert [tuple(one) for one in acts] == [(ANNA, "read"), (ANNA, "called")]


async def test_a_mail_without_a_letter_is_a_managers_to_settle_and_goes_a_month_later(
    desk: LetterDesk, replies: Replies, monkeypatch: pytest.MonkeyPatch
) -> None:
    lena, content = "manager:lena.strand", b"From: a@b.example\r\nSubject: x\r\n\r\nVem svarar?"
    before = waiting(desk, lena)
    assert await replies.take(content, "a@b.example", [REPLIES]) is Taken.UNBOUND
    [mail] = waiting(desk, lena) - before
    assert mail not in waiting(desk, ANNA)
    application = desk.letters.application()
    assert open_mail(application, lena, mail).text == "Vem svarar?"
    now = datetime.now(UTC)
    assert [one.matter for one in concerns(_seen(desk), now + timedelta(days=4))].count(Matter.MAIL) == 1
    settle_mail(application, lena, mail, Outcome.NOTHING)
    for days, is_kept in ((29, True), (31, False)):
        monkeypatch.setattr(Application, "now", lambda _, days=days: now + timedelta(days=days))
        dispose_of_mails(application)
        assert (content in kept(desk, None)) == is_kept


def _seen(desk: LetterDesk) -> Seen:
    return Seen(standing(desk.office.engine, datetime.now(UTC).date()), Nights(None, None), None)


async def test_an_erasure_takes_the_mails_of_its_candidate(desk: LetterDesk, replies: Replies) -> None:
    journey = await desk.asks_unions()
    await taken(replies, await answered(desk, journey, "Ring mig", "nagon@annan.example"))
    end_rows(desk.office.engine, journey.candidate, datetime.now(UTC).date(), datetime.now(UTC))
    with Session(desk.office.engine) as session:
        assert not session.scalars(select(ReceivedMailRow.id).where(ReceivedMailRow.journey_id == journey)).all()


@asynccontextmanager
async def listening(replies: Replies) -> AsyncIterator[int]:
    server = MailServer(replies, REPLIES, HOST, 0)
    await server.start()
    try:
        yield server.port
    finally:
        await server.stop()


async def test_a_mail_server_hands_on_replies_and_is_told_for_each_recipient(
    desk: LetterDesk, replies: Replies
) -> None:
    journey = await desk.asks_unions()
    reply = await answered(desk, journey, "Ring gärna")
    address = reply["To"].addresses[0].addr_spec

    def hand_on(port: int) -> list[int]:
        with smtplib.LMTP(HOST, port) as server:
            server.ehlo("mx.employer.example")
            server.mail(KOMMUNAL)
            refused = server.rcpt("nobody@employer.example")[0]
            heard = [server.rcpt(one)[0] for one in (address, REPLIES)]
            return [refused, *heard, server.data(reply.as_bytes())[0], server.getreply()[0]]

    async with listening(replies) as port:
        assert await asyncio.to_thread(hand_on, port) == [550, 250, 250, 250, 250]
    assert ("note_added", "partner:kommunal") in desk.kinds(journey)


async def test_the_local_stacks_inbox_hands_on_what_a_reader_replies(
    desk: LetterDesk, replies: Replies, tmp_path: Path
) -> None:
    journey = await desk.asks_unions()
    await desk.mail(KOMMUNAL, journey.candidate)
    received = [one for one in desk.office.received() if journey.candidate in one.subject]
    which = next(number for number, one in enumerate(received, 1) if KOMMUNAL in one.recipient)
    async with listening(replies) as port:
        inbox = MailInbox(tmp_path, HOST, 0, HandedOn(REPLIES, HOST, port))
        await inbox.start()
        settings = desk.office.settings.model_copy(update={"smtp_host": HOST, "smtp_port": inbox.port})
        address = await asyncio.to_thread(reply_to, letter_in(received, which), "Vi har frågor", settings)
        await inbox.stop()
    assert address.startswith("svar+")
    assert ("note_added", "partner:kommunal") in desk.kinds(journey)
    assert read_inbox(tmp_path) == []


async def test_words_that_look_like_a_reference_are_lost_neither(desk: LetterDesk, replies: Replies) -> None:
    journey = await desk.asks_unions()
    assert await taken(replies, await answered(desk, journey, "text:" + "a" * 64)) is Taken.NOTED
    assert ("note_added", "partner:kommunal") in desk.kinds(journey)
