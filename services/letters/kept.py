"""Mails that somebody must look at: who must look at them, who opened them, what came of them, and when they go.

Of a letter's reply that is whoever may read of its candidate. What answers no letter is a manager's to read: it can be
about anybody.
"""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, exists, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from activities.sealing import MAILS, KeyEnded, sealer_on
from activities.seals import place_of
from models.access.permissions import Reading, is_permitted
from models.identifiers import Actor, JourneyId, Role
from models.message import Message, msg
from models.tables.links import MailActRow, ReceivedMailRow
from runtime.errors import Refused, UsageError
from runtime.i18n import _
from services.application import Application
from services.letters.attachments import Attachment
from services.letters.mails import read_mail
from services.letters.taken import QUIET, READ, TO_BE_LOOKED_AT, Outcome, Taken
from services.queries.lines import JourneyLine
from services.readers import actors_of, assignments_of, reader_of, relation_in_list, require_known
from services.reading import read
from services.recording.sureness import own_words
from services.texts import telling

KEPT_FOR = timedelta(days=30)
"""How long a mail without a letter is kept once it is settled, and any that nobody needs to look at: so that a mistake
can be put right. What answers a letter is kept as long as the rest of its candidate."""

ATTEMPTS = 5


class KeptMail(NamedTuple):
    """A mail that somebody must look at. `line` is the journey of the letter that it answers."""

    id: str
    what: Taken
    received_at: datetime
    line: JourneyLine | None

    @property
    def candidate(self) -> str | None:
        return self.line.candidate if self.line else None


class OpenedMail(NamedTuple):
    """The same, opened: from whom it says that it is, what was written, without what it quotes, and what is attached.
    `content` is the whole mail as it came."""

    mail: KeptMail
    sender: str
    text: str
    attachments: tuple[Attachment, ...]
    content: bytes

    @property
    def tells(self) -> Message | None:
        """What of it is not to be written down elsewhere; None where nothing seems to be."""
        found = telling((self.text, *(one.name for one in self.attachments)))
        return TELLS.filled(what=found) if found else None


TELLS = msg("mails.tells", "The mail seems to contain {what}. Write down what matters of it without that.")


def as_plain(mail: KeptMail | OpenedMail) -> dict[str, object]:
    """A mail as JSON has it."""
    if isinstance(mail, OpenedMail):
        attached = [asdict(one) for one in mail.attachments]
        return {**as_plain(mail.mail), "sender": mail.sender, "text": mail.text, "attachments": attached}
    whose = {"candidate": mail.line.candidate, "journey_id": mail.line.journey_id} if mail.line else {}
    return {"id": mail.id, "what": mail.what, "received_at": mail.received_at, **whose}


def waiting_mails(application: Application, given: str | None) -> list[KeptMail]:
    """Those that the reader may look at and nobody has settled, the oldest first. Raises UsageError, Refused."""
    actors = actors_of(application, given)
    require_known(application, actors[0])
    row = ReceivedMailRow
    settled = exists().where(MailActRow.mail_id == row.id, MailActRow.what != READ)
    query = select(row.id, row.what, row.received_at, row.journey_id).where(row.what.in_(TO_BE_LOOKED_AT), ~settled)
    with Session(application.reading) as session:
        found = session.execute(query.order_by(row.received_at)).all()
    mails = [KeptMail(one.id, Taken(one.what), one.received_at, _line(application, one.journey_id)) for one in found]
    return [one for one in mails if _reader(application, actors, one) is not None]


def open_mail(application: Application, given: str | None, written: str) -> OpenedMail:
    """Open a mail by its id, or how that begins; that it is read is written down first. Raises UsageError where none
    of these waits for the reader, and Refused."""
    mail, actor = _meant(application, given, written)
    if mail.line is not None:
        because = own_words(application, _("A reply by mail was to be looked at."))
        read(application, mail.line, reader_of(application, given, mail.line, Reading.MAIL), Reading.MAIL, because)
    _write_down(application, mail, actor, READ)
    with Session(application.reading) as session:
        row = session.get_one(ReceivedMailRow, mail.id)
        try:
            seal = sealer_on(application.writing).of(mail.line.candidate if mail.line else MAILS)
        except KeyEnded as error:
            raise Refused(error.sentence) from error
        content = seal.open(place_of("received_mails", mail.id), row.contents)
    said = read_mail(content, "", ())
    return OpenedMail(mail, said.sender, said.text, said.attachments, content)


def settle_mail(application: Application, given: str | None, written: str, outcome: Outcome) -> KeptMail:
    """Say what came of a mail: it waits for nobody any more. Raises as `open_mail` does."""
    mail, actor = _meant(application, given, written)
    _write_down(application, mail, actor, outcome)
    return mail


def dispose_of_mails(application: Application) -> int:
    """Delete those that nobody needs any more; returns how many. Safe to repeat."""
    row, until = ReceivedMailRow, application.now() - KEPT_FOR
    settled = exists().where(MailActRow.mail_id == row.id, MailActRow.what != READ, MailActRow.at < until)
    is_quiet = row.what.in_(QUIET) & (row.received_at < until)
    with Session(application.writing) as session, session.begin():
        gone = session.execute(delete(row).where(or_(is_quiet, row.journey_id.is_(None) & settled)))
        return int(gone.rowcount)  # type: ignore[attr-defined]


def _line(application: Application, journey_id: str | None) -> JourneyLine | None:
    return next(iter(application.lists.found(journey_id=JourneyId.parse(journey_id))), None) if journey_id else None


def _reader(application: Application, actors: list[Actor], mail: KeptMail) -> Actor | None:
    """In which of their roles somebody may look at a mail."""
    for one in actors:
        if mail.line is not None:
            if is_permitted(one.role, Reading.MAIL, relation_in_list(application, mail.line, one)):
                return one
        elif one.role is Role.MANAGER and any(
            held.role is Role.MANAGER for held in assignments_of(application, one.name)
        ):
            return one
    return None


def _meant(application: Application, given: str | None, written: str) -> tuple[KeptMail, Actor]:
    found = [one for one in waiting_mails(application, given) if one.id.startswith(written)]
    if not written or len(found) != 1:
        raise UsageError("mails.unknown", "No such mail waits for you. See the list of those that do.")
    actor = _reader(application, actors_of(application, given), found[0])
    assert actor is not None
    return found[0], actor


def _write_down(application: Application, mail: KeptMail, actor: Actor, what: str) -> None:
    for _attempt in range(ATTEMPTS):
        try:
            with Session(application.writing) as session, session.begin():
                last = session.scalar(select(func.max(MailActRow.number)).where(MailActRow.mail_id == mail.id)) or 0
                row = MailActRow(mail_id=mail.id, number=last + 1, actor=str(actor), what=what)
                row.at = application.now()
                session.add(row)
            return
        except IntegrityError:  # somebody else has the mail open
            continue
    raise Refused("reading.busy", "Others are reading of this candidate just now. Try again.")
