"""Telling somebody by mail that they act for a colleague: for whom, from when until when, and how many candidates.

The mail goes outside, so it has room for nothing else: no candidate, by name or by number, stands in it.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import NAMESPACE_URL, uuid5

from babel.dates import format_date
from sqlalchemy import Engine, func, or_, select
from sqlalchemy.orm import Session
from temporalio import activity

from activities.announce import alive
from activities.authority import KnownRegister
from activities.email_channel import EmailChannel
from activities.language import Language, counted, said
from models.access.acting import Acting, to_tell
from models.access.register import Register
from models.fields import BothLanguages, Strict
from models.message import Message, msg
from models.partners.partner import is_email_address
from models.signatures import Digest
from models.stages import Stage
from models.tables.journeys import JourneyRow


class WhoActs(Strict):
    """Of which statement, by its hash, somebody is to be told, and to whom of those whom it tells anything, in their
    order."""

    statement: Digest
    which: int = 0

    @property
    def id(self) -> str:
        """The id of the workflow that tells it. The same statement has the same one, and names nobody."""
        return f"who-acts/{self.statement}/{self.which}"


class Told(StrEnum):
    """What came of it."""

    SENT = "sent"
    HOLDS_NO_MORE = "holds_no_more"
    NO_ADDRESS = "no_address"


@dataclass(frozen=True)
class Said:
    """All that such a mail may say: what both are called, the days, how many candidates, and where the desk is."""

    person: str
    first: date
    last: date
    count: int
    is_some: bool
    is_over: bool
    desk: str | None


class ActingMail:
    """Writes to whoever acts for a colleague, at the address that the register has."""

    def __init__(
        self, engine: Engine, known: KnownRegister, channel: EmailChannel, desk: str, now: Callable[[], datetime]
    ) -> None:
        """Without the address of the `desk` no mail leads there."""
        self._engine = engine
        self._known = known
        self._channel = channel
        self._desk = desk.rstrip("/") or None
        self._now = now

    @activity.defn(name="tell_who_acts")
    async def tell_who_acts(self, asked: WhoActs) -> Told:
        """Send the mail. A repeat has the same Message-ID, by which mailboxes know it.

        Raises DeliveryFailed while the mail server does not take it.
        """
        to, what = await asyncio.to_thread(self._read, asked)
        if what is None:
            return Told.HOLDS_NO_MORE
        if to is None:
            return Told.NO_ADDRESS
        address, language = to
        async with alive():
            await self._channel.tell(address, *composed(what, language), uuid5(NAMESPACE_URL, asked.id))
        return Told.SENT

    def _read(self, asked: WhoActs) -> tuple[tuple[str, Language] | None, Said | None]:
        """Whom it reaches and what it says, as it is now; nothing where it is not to be told any more."""
        with Session(self._engine) as session:
            register, now = self._known.register(session), self._now()
            one = found(register, asked, now)
            if one is None:
                return None, None
            reader, person = register.person(one.to, now), register.person(one.person, now)
            reached = reader is not None and register.works_here(one.to, now) and is_email_address(reader.email or "")
            what = Said(
                person.name if person else one.person,
                one.from_day,
                one.until_day,
                _count(session, one),
                is_some=one.journeys is not None,
                is_over=one.is_over,
                desk=self._desk,
            )
            return (((reader.email or "", reader.language) if reader and reached else None), what)


def found(register: Register, asked: WhoActs, now: datetime) -> Acting | None:
    """What is to be told still of a statement; None where it is too late, or something else was said since."""
    told = [one for one in register.acting if one.statement == asked.statement]
    one = told[asked.which] if asked.which < len(told) else None
    return one if one in to_tell(register.acting, now) else None


def _count(session: Session, one: Acting) -> int:
    """How many candidates it is about: those that somebody is in charge of and that still need anything."""
    row = JourneyRow
    query = select(func.count()).where(row.coordinator == one.person, row.erased_on.is_(None))
    query = query.where(or_(row.stage != Stage.CLOSED.value, row.due_on.is_not(None)))
    if one.journeys is not None:
        query = query.where(row.journey_id.in_(one.journeys))
    return session.scalar(query) or 0


def composed(what: Said, language: Language) -> tuple[str, str]:
    """Subject and text."""
    days = {"first": _day(what.first), "last": _day(what.last)}
    subject = (_OVER_SUBJECT if what.is_over else _SUBJECT).filled(person=what.person, **days)
    told: list[Message] = [_OVER] if what.is_over else [_SOME if what.is_some else _ALL, _MEANWHILE]
    many = counted(language, "{count} candidate", "{count} candidates", what.count)
    lines = [said(one.filled(person=what.person, count=many, **days), language) for one in told]
    if what.desk is not None:
        lines.append(said(_DESK.filled(desk=f"{what.desk}/"), language))
    return f"Hela vägen: {said(subject, language)}", "\n\n".join(lines) + "\n"


def _day(day: date) -> BothLanguages:
    return BothLanguages(**{tongue: format_date(day, "EEEE d MMMM y", locale=tongue) for tongue in ("sv", "en")})


_SUBJECT = msg("acting_mail.subject", "You act for {person} from {first} until {last}")
_OVER_SUBJECT = msg("acting_mail.over_subject", "You no longer act for {person}")
_ALL = msg(
    "acting_mail.all",
    "You stand in for {person} from {first} until {last}. {person} has {count} today, and those who come are with you"
    " too.",
)
_SOME = msg("acting_mail.some", "You have {count} of {person} from {first} until {last}.")
_MEANWHILE = msg(
    "acting_mail.meanwhile",
    "Meanwhile they are in your lists, each with the name of {person}. You may record of them as {person} may, in your"
    " own name, and you get the letters about them. It is over by itself after {last}.",
)
_OVER = msg(
    "acting_mail.over",
    "You no longer act for {person} as you were told before. Look at your day for what is still yours to do.",
)
_DESK = msg("acting_mail.desk", "Your day: {desk}")
