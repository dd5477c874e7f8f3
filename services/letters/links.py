"""Links in letters: whose each is, and whether it still counts."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.contents import candidate_in, notice_in
from activities.links import hash_of_token
from activities.protections import protected_in
from activities.sealing import sealer_on
from models.calendar.swedish_day import day_in_sweden
from models.identifiers import JourneyId
from models.message import msg
from models.partners.notice import Notice
from models.sign_ins import How
from models.tables.journeys import JourneyRow
from models.tables.ledger import NoticeRow
from models.tables.links import LinkRow
from runtime.errors import Refused
from services.application import Application
from services.speaking import Known

BEHIND_LINKS = " .,;:!?*'\"<>()[]{}»”’"
"""Signs that stand in no link, and that mail programs take for a part of it."""


MOST_LATER = 10
"""Letters that the page of an earlier one tells of."""


class LinkGone(Refused):
    """A link that is unknown, has expired, or whose reader may not answer any more."""

    def __init__(self) -> None:
        super().__init__(
            msg("link.gone", "This link does not count, or no longer. Call the coordinator who is named in the letter.")
        )


@dataclass(frozen=True)
class Letter:
    """A notice as it was sent to `reader`, and what has become of it."""

    notice: Notice
    reader: str
    acknowledged_at: datetime | None
    is_protected: bool
    sent_on: date

    @property
    def journey_id(self) -> JourneyId:
        return JourneyId.parse(self.notice.journey_id)

    @property
    def number(self) -> UUID:
        return self.notice.notice_id


def letter_by(application: Application, token: str) -> Letter:
    """The letter that a link stands for, with or without what a mail program took along behind it. Changes nothing:
    programs follow links too. Raises LinkGone."""
    with Session(application.reading) as session:
        link = session.get(LinkRow, hash_of_token(token.rstrip(BEHIND_LINKS)))
        if link is None or link.expires_at <= application.now():
            raise LinkGone
        found = _letter(application, session, link.notice_id, link.recipient)
    if found is None or found.journey_id != link.journey_id:
        raise LinkGone
    return found


def later_than(application: Application, letter: Letter) -> list[Letter]:
    """What the recipient of a letter was sent after it about the same way, the first first: at most the latest few."""
    row = NoticeRow
    with Session(application.reading) as session:
        sent_at = select(row.sent_at).where(row.notice_id == letter.number).scalar_subquery()
        same = (row.journey_id == letter.journey_id) & (row.recipient == letter.notice.recipient)
        query = select(row.notice_id).where(same, row.sent_at > sent_at).order_by(row.sent_at.desc()).limit(MOST_LATER)
        found = [_letter(application, session, number, None) for number in session.scalars(query).all()]
    return [one for one in reversed(found) if one is not None]


def known_by_link(application: Application, letter: Letter) -> Known:
    """Whoever has opened the link of a letter just now: it was sent to their address alone."""
    sent_from = application.settings.links_url or application.settings.mail_from
    return Known(letter.reader, How.LINK, sent_from, f"{letter.number}.{letter.reader}", application.now())


def readers_of(application: Application, letter: Letter) -> set[str]:
    """Whom a letter to one of the staff has reached: whoever it was meant for, who stands in or has
    the candidate for a while, and who got a link."""
    meant = letter.notice.recipient
    register, now = application.authority, application.now()
    with Session(application.reading) as session:
        row = session.get(JourneyRow, letter.notice.journey_id)
        is_in_charge = row is not None and row.coordinator == meant
        borrower = register.lendings.borrower_of(letter.journey_id, meant, now) if is_in_charge else None
        linked = set(session.scalars(select(LinkRow.recipient).where(LinkRow.notice_id == letter.number)))
    return {meant, *filter(None, (register.substitute_of(meant, now), borrower)), *linked}


def letter_to(application: Application, number: UUID) -> Letter | None:
    """The letter of a number, to whoever it was meant for; None where there is none that opens."""
    with Session(application.reading) as session:
        return _letter(application, session, number, None)


def _letter(application: Application, session: Session, number: UUID, reader: str | None) -> Letter | None:
    row = session.get(NoticeRow, number)
    if row is None:
        return None
    candidate = candidate_in(row.journey_id)
    seal = sealer_on(application.reading).unless_ended(candidate, session)
    notice = notice_in(seal, row) if seal is not None else None
    if notice is None:
        return None
    is_protected = bool(protected_in(session, lambda _: application.authority, candidate))
    shown = notice.of_somebody_protected() if is_protected else notice
    day = day_in_sweden(row.sent_at or row.created_at)
    return Letter(shown, reader or notice.recipient, row.acknowledged_at, is_protected, day)
