"""Taking a mail that answers a letter: it confirms the letter, or waits for somebody to look at it. It answers nothing.

Every mail is kept, sealed, once it is settled what it was taken for; until then the server that has sent it keeps it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID, uuid5

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from activities.sealing import MAILS, KeyEnded, sealer_on
from activities.seals import place_of
from models.access.charge import whom_to_tell
from models.access.statements import StaffEntered
from models.fields import LONGEST_TEXT
from models.message import Message, msg
from models.partners.partner import Channel
from models.sign_ins import How
from models.tables.journeys import JourneyRow
from models.tables.ledger import NoticeRow
from models.tables.links import ReceivedMailRow
from runtime.errors import Refused
from runtime.i18n import translate, using_language
from services.application import Application
from services.letters import looking_after, partners
from services.letters.links import Letter, LinkGone, letter_to
from services.letters.mails import ReceivedMail, read_mail
from services.letters.office import LetterOffice, submit
from services.letters.partners import PartnerLetter, confirm, partner_letter
from services.letters.taken import Taken
from services.speaking import Known

LOGGER = logging.getLogger(__name__)

CUT = " […]"
"""Ends what is longer than a note may be; the whole mail is kept."""

MOST_NAMED = 500
"""Characters of a note that tell what is attached."""

TOLD_OF: dict[Taken, Message] = {
    Taken.ATTACHED: msg(
        "mail_told.attached",
        "A reply to the letter {number} to {recipient} about candidate {candidate} has something attached, of which"
        " nothing is recorded. See what it is under Replies to letters.",
    ),
    Taken.BOUNCED: msg(
        "mail_told.bounced",
        "The letter {number} to {recipient} about candidate {candidate} came back undelivered. Call them, and have"
        " their mail address corrected.",
    ),
    Taken.STRANGER: msg(
        "mail_told.stranger",
        "A reply to the letter {number} to {recipient} about candidate {candidate} came from another address than"
        " theirs. It is kept, and nothing is recorded of it. Call them and ask.",
    ),
    Taken.UNREADABLE: msg(
        "mail_told.unreadable",
        "A reply to the letter {number} to {recipient} about candidate {candidate} cannot be read. It is kept, and"
        " nothing is recorded of it. Call them and ask.",
    ),
    Taken.PAST: msg(
        "mail_told.past",
        "A reply to the letter {number} to {recipient} about candidate {candidate} came from somebody who does not look"
        " after the candidate now, or after the way has ended. It is kept, and nothing is recorded of it. Call them and"
        " ask.",
    ),
}
"""What whoever is in charge is told by mail, of what becomes no note, or not all of it."""

ATTACHED = msg("mail_told.attachments", "[Attached, see Replies to letters: {attachments}]")
"""What a note of a mail ends with to which something is attached."""

SUBJECT = msg("mail_told.subject", "A letter needs you – candidate {candidate}")

Tell = Callable[[str, str, str, UUID], Awaitable[None]]
"""Sends a plain mail: to which address, its subject, its text, and its id. Raises DeliveryFailed."""


class Replies:
    """Takes mails that come to the address for replies, and tells whoever is in charge of those that become no note."""

    def __init__(self, office: LetterOffice, address: str, tell: Tell) -> None:
        self._office = office
        self._address = address
        self._tell = tell

    async def take(self, content: bytes, came_from: str, came_to: Sequence[str]) -> Taken:
        """Settle what a mail is, and keep it; the same mail again changes nothing.

        Raises ServiceUnavailable, DeliveryFailed and what the database raises, where taking it again helps.
        """
        mail = await asyncio.to_thread(read_mail, content, came_from, came_to)
        application = self._office.application()
        if (before := await asyncio.to_thread(_taken_before, application, mail.id)) is not None:
            return before
        letter = await asyncio.to_thread(_letter_of, application, mail)
        taken = await self._settle(application, mail, letter)
        if letter is not None and taken in TOLD_OF:
            await self._tell_in_charge(application, mail, letter, TOLD_OF[taken])
        await asyncio.to_thread(_keep, application, mail, letter, taken, content)
        LOGGER.info("a mail was taken: %s", taken)
        return taken

    async def _settle(self, application: Application, mail: ReceivedMail, letter: Letter | None) -> Taken:
        taken = _by_itself(mail, letter)
        if taken is not None or letter is None:
            return taken or Taken.UNBOUND
        try:
            page = await asyncio.to_thread(partner_letter, self._office, application, letter)
        except LinkGone:
            return Taken.STRANGER
        if page is None:
            return await self._of_staff(application, letter, mail)
        if mail.sender not in _addresses(page):
            return Taken.STRANGER
        self._speak(application, letter, mail)
        return await self._of_partner(application, page, mail)

    async def _of_partner(self, application: Application, page: PartnerLetter, mail: ReceivedMail) -> Taken:
        """Whoever was asked something and replies is looked at, however little they write: it could be an answer. What
        a program may have sent for them confirms nothing."""
        if not mail.may_be_automatic:
            await confirm(application, page)
        if mail.text and (page.question is not None or not mail.is_mere_thanks):
            note = partners.note(application, page, *_text_of(application, mail, page.letter))
            await submit(application, page.letter.journey_id, note)
            return Taken.ATTACHED if mail.attachments else Taken.NOTED
        return Taken.ATTACHED if mail.attachments else Taken.CONFIRMED

    async def _of_staff(self, application: Application, letter: Letter, mail: ReceivedMail) -> Taken:
        """Whoever looks after the candidate has their words noted; that a letter came they need not confirm."""
        theirs = await asyncio.to_thread(looking_after.letter_read_by, application, letter, mail.sender)
        if theirs is None:
            return Taken.STRANGER
        try:
            _, author = await asyncio.to_thread(looking_after.author_of, application, theirs)
        except LinkGone:
            return Taken.PAST
        if mail.text and not mail.is_mere_thanks:
            self._speak(application, theirs, mail)
            note = looking_after.note(application, author, *_text_of(application, mail, letter))
            await submit(application, theirs.journey_id, note)
            return Taken.ATTACHED if mail.attachments else Taken.NOTED
        return Taken.ATTACHED if mail.attachments else Taken.CONFIRMED

    def _speak(self, application: Application, letter: Letter, mail: ReceivedMail) -> None:
        known = Known(letter.reader, How.MAIL, self._address, f"{letter.number}.{mail.id}", application.now())
        self._office.speak(application, known)

    async def _tell_in_charge(
        self, application: Application, mail: ReceivedMail, letter: Letter, told: Message
    ) -> None:
        notice, person = letter.notice, _in_charge(application, letter)
        if person is None or not person.email:
            return
        names = {"number": letter.number, "recipient": notice.recipient, "candidate": notice.candidate}
        with using_language(person.language):
            subject, text = translate(SUBJECT.filled(candidate=notice.candidate)), translate(told.filled(**names))
        await self._tell(person.email, subject, f"{text}\n", uuid5(letter.number, f"told {mail.id}"))


def _in_charge(application: Application, letter: Letter) -> StaffEntered | None:
    with Session(application.reading) as session:
        row = session.get(JourneyRow, letter.notice.journey_id)
    if row is None:
        return None
    return whom_to_tell(application.authority, row.coordinator, row.programme, row.site, application.now())


def _by_itself(mail: ReceivedMail, letter: Letter | None) -> Taken | None:
    """What a mail is by what it says; None where that depends on who has written it."""
    if mail.bounce is not None and letter is not None:
        return Taken.BOUNCED
    if mail.is_spam:
        return Taken.SPAM
    if mail.is_automatic and mail.bounce is None:
        return Taken.AUTOMATIC
    if letter is not None and not mail.is_readable:
        return Taken.UNREADABLE
    return Taken.STRANGER if letter is not None and mail.is_forged else None


def _letter_of(application: Application, mail: ReceivedMail) -> Letter | None:
    found = (letter_to(application, number) for number in mail.numbers)
    return next((letter for letter in found if letter is not None), None)


def _text_of(application: Application, mail: ReceivedMail, letter: Letter) -> tuple[str, UUID]:
    """What a note of a mail says, and its id; what is attached is named in the language of whoever is in charge."""
    attached = ""
    if mail.attachments:
        person, named = _in_charge(application, letter), ", ".join(map(str, mail.attachments))
        with using_language(person.language if person else "sv"):
            attached = "\n\n" + translate(ATTACHED.filled(attachments=_cut(named, MOST_NAMED)))
    return _cut(mail.text, LONGEST_TEXT - len(attached)) + attached, uuid5(letter.number, mail.id)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - len(CUT)] + CUT


def _addresses(page: PartnerLetter) -> set[str]:
    return {way.address.casefold() for way in page.partner.ways if way.channel is Channel.EMAIL}


def _taken_before(application: Application, id_: str) -> Taken | None:
    with Session(application.reading) as session:
        row = session.get(ReceivedMailRow, id_)
        return Taken(row.what) if row is not None else None


def _keep(application: Application, mail: ReceivedMail, letter: Letter | None, taken: Taken, content: bytes) -> None:
    """Keep a mail, and mark the notice of a letter that came back."""
    now = application.now()
    try:
        seal = sealer_on(application.writing).of(letter.journey_id.candidate if letter else MAILS)
    except KeyEnded as error:
        raise Refused(error.sentence) from error
    row = ReceivedMailRow(id=mail.id, what=taken, received_at=now)
    row.contents = seal.seal(place_of("received_mails", mail.id), content)
    row.notice_id, row.journey_id = (letter.number, letter.journey_id) if letter else (None, None)
    try:
        with Session(application.writing) as session, session.begin():
            session.add(row)
            if letter is not None and taken is Taken.BOUNCED:
                notice = session.get_one(NoticeRow, letter.number)
                notice.bounced_at = notice.bounced_at or now
    except IntegrityError:  # it came twice at once
        return
