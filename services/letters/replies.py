"""Taking a mail that answers a letter: it confirms the letter, or waits for somebody to look at it. It answers nothing.

Every mail is kept, sealed, once it is settled what it was taken for; until then the server that has sent it keeps it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from uuid import UUID, uuid5

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from activities.pages import person_path
from activities.sealing import MAILS, KeyEnded, sealer_on
from activities.seals import place_of
from models.access.charge import InCharge, readers
from models.access.statements import StaffEntered
from models.events.descriptions import name_of
from models.events.texts import is_reference
from models.fields import LONGEST_TEXT
from models.message import Message, msg
from models.partners.partner import CANDIDATE, Channel
from models.sign_ins import How
from models.state.recipients import MANAGER
from models.tables.journeys import JourneyRow
from models.tables.ledger import NoticeRow
from models.tables.links import ReceivedMailRow
from runtime.errors import Refused
from runtime.i18n import translate, using_language
from services.application import Application
from services.days import in_both
from services.letters import looking_after, partners
from services.letters.links import Letter, LinkGone, letter_to
from services.letters.mails import ReceivedMail, read_mail
from services.letters.office import LetterOffice, submit
from services.letters.partners import PartnerLetter, confirm, partner_letter
from services.letters.taken import Taken
from services.showing import recipient_name
from services.speaking import Known

LOGGER = logging.getLogger(__name__)

CUT = " […]"
"""Ends what is longer than a note may be; the whole mail is kept."""

MOST_NAMED = 500
"""Characters of a note that tell what is attached."""

TOLD_OF: dict[Taken, Message] = {
    Taken.ATTACHED: msg(
        "mail_told.attached",
        "A reply to our letter of {day} to {recipient}, about “{about}”, has something attached, of which nothing is"
        " recorded. See what it is under Replies to letters. It concerns candidate {candidate}.",
    ),
    Taken.BOUNCED: msg(
        "mail_told.came_back",
        "Our letter of {day} to {recipient}, about “{about}”, came back undelivered. Call them, and have their mail"
        " address corrected. It concerns candidate {candidate}.",
    ),
    Taken.STRANGER: msg(
        "mail_told.other_address",
        "A reply to our letter of {day} to {recipient}, about “{about}”, came from another address than theirs. It is"
        " kept, and nothing is recorded of it. Call them and ask. It concerns candidate {candidate}.",
    ),
    Taken.UNREADABLE: msg(
        "mail_told.cannot_be_read",
        "A reply to our letter of {day} to {recipient}, about “{about}”, cannot be read. It is kept, and nothing is"
        " recorded of it. Call them and ask. It concerns candidate {candidate}.",
    ),
    Taken.PAST: msg(
        "mail_told.too_late",
        "A reply to our letter of {day} to {recipient}, about “{about}”, came from somebody who does not look after the"
        " candidate now, or after the way has ended. It is kept, and nothing is recorded of it. Call them and ask. It"
        " concerns candidate {candidate}.",
    ),
    Taken.OFFICE: msg(
        "mail_told.of_yours",
        "You have replied to our letter of {day}, about “{about}”. Nothing is recorded of a mail of yours, since"
        " anybody can write your address on one. Note it on the page of candidate {candidate} in Hela vägen.",
    ),
}
"""What somebody is told by mail, of what becomes no note or only partly: whoever is in charge, or has replied."""

ATTACHED = msg("mail_told.attachments", "[Attached, see Replies to letters: {attachments}]")
"""What a note of a mail ends with to which something is attached."""

TO_YOU = msg("mail_told.to_you", "you, who were to tell the candidate")

AT = msg("mail_told.at", "Open the page: {address}")

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
        if mail.sender in await asyncio.to_thread(_at_the_office, application, letter):
            return Taken.OFFICE
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
        notice, desk = letter.notice, application.settings.desk_url.rstrip("/")
        told_here = list(_in_charge(application, letter))
        by_sender = [one for one in told_here if (one.email or "").casefold() == mail.sender]
        person = next(iter(by_sender if told is TOLD_OF[Taken.OFFICE] else told_here), None)
        if person is None or not person.email:
            return
        with using_language(person.language):
            names = {"recipient": _called(application, letter), "candidate": notice.candidate}
            about, day = name_of(notice.kind), in_both(letter.sent_on)
            subject = translate(SUBJECT.filled(candidate=notice.candidate))
            text = translate(told.filled(**names, about=about, day=day))
            where = translate(AT.filled(address=f"{desk}{person_path(notice.journey_id)}")) if desk else ""
        await self._tell(
            person.email, subject, f"{text}\n{where}".strip() + "\n", uuid5(letter.number, f"told {mail.id}")
        )


def _in_charge(application: Application, letter: Letter) -> Iterator[StaffEntered]:
    """Who works with the record of a letter's candidate now: whoever is in charge first."""
    with Session(application.reading) as session:
        row = session.get(JourneyRow, letter.notice.journey_id)
    if row is not None:
        yield from readers(application.authority, row.coordinator, InCharge.of(row), application.now())


def _at_the_office(application: Application, letter: Letter) -> set[str]:
    """The addresses of those, where a letter was meant for them: to tell the candidate, or as those who work here."""
    people = list(_in_charge(application, letter))
    if letter.notice.recipient not in {CANDIDATE, MANAGER, *(one.person for one in people)}:
        return set()
    return {one.email.casefold() for one in people if one.email}


def _called(application: Application, letter: Letter) -> str:
    """Whom a letter was sent to, in words."""
    recipient = letter.notice.recipient
    return translate(TO_YOU) if recipient == CANDIDATE else recipient_name(application, recipient)


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
        person, named = next(_in_charge(application, letter), None), ", ".join(map(str, mail.attachments))
        with using_language(person.language if person else "sv"):
            attached = "\n\n" + translate(ATTACHED.filled(attachments=_cut(named, MOST_NAMED)))
    said = f"“{mail.text}”" if is_reference(mail.text) else mail.text  # which would be taken for a text that is kept
    return _cut(said, LONGEST_TEXT - len(attached)) + attached, uuid5(letter.number, mail.id)


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
