"""Looking up what stands in a letter beside its notice, when it is sent."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.authority import KnownRegister
from activities.contents import candidate_in, event_in
from activities.letterhead import Audience, Contact, Letterhead, Reminded
from activities.protections import protected_in
from activities.sealing import sealer_on
from models.access.charge import whom_to_tell
from models.access.register import Register
from models.access.statements import StaffEntered
from models.calendar.swedish_day import day_in_sweden
from models.events.events import Corrected, Referred
from models.fields import BothLanguages
from models.journey.fold import Entry, in_effect
from models.partners.notice import NOW, WAS, Notice
from models.partners.partner import Recipient
from models.state.obligations import notice_of
from models.tables.journeys import JourneyRow, PositionRow
from models.tables.ledger import LedgerRow, NoticeRow

REFERRALS = frozenset(cls.model_fields["kind"].default for cls in (Referred, Corrected))
"""Kinds that say whom a partner referred, and under which reference."""


class Names(Protocol):
    """What the rules of today call things; None for what they do not have."""

    def programme(self, id: str) -> BothLanguages | None: ...

    def form(self, id: str) -> BothLanguages | None: ...

    def town(self, code: str) -> str | None: ...


def letterhead(
    session: Session,
    authority: KnownRegister,
    names: Names,
    notice: Notice,
    to: Recipient,
    audience: Audience,
    may_learn: Collection[str],
    at: datetime,
) -> Letterhead:
    """What stands beside a notice that goes to somebody at a moment. Of things, no more than the notice itself names,
    and the town where they may learn of positions; of somebody protected neither that, nor a reference, nor anybody who
    may not read of them."""
    register = authority.register(session)
    named_staff = protected_in(session, authority.register, notice.candidate).get(notice.candidate)
    contact = _contact(session, register, notice, at)
    if named_staff is not None and (contact is None or contact.person not in named_staff):
        working = (register.person(name, at) for name in sorted(named_staff) if register.works_here(name, at))
        contact = next((person for person in working if person is not None), None)
    own = _own_referral(session, authority, notice, to) if named_staff is None else None
    return Letterhead(
        audience=audience,
        contact=_shown(session, register, notice, contact, at) if contact and contact.person != to.id else None,
        reference=own.reference if own else None,
        referred_on=own.effective_on if own else None,
        reminded=_reminded(session, notice),
        names=_names(session, names, notice, in_which_town="position" in may_learn and named_staff is None),
    )


def _contact(session: Session, register: Register, notice: Notice, at: datetime) -> StaffEntered | None:
    row = session.get(JourneyRow, notice.journey_id)
    return whom_to_tell(register, row.coordinator, row.programme, row.site, at) if row is not None else None


def _shown(session: Session, register: Register, notice: Notice, person: StaffEntered, at: datetime) -> Contact:
    row = session.get(JourneyRow, notice.journey_id)
    absent = register.person(row.coordinator, at) if row is not None else None
    stands_in = absent is not None and register.substitute_of(absent.person, at) == person.person
    return Contact(person.name, person.phone, person.email, absent.name if absent and stands_in else None)


def _reminded(session: Session, notice: Notice) -> Reminded | None:
    """The letter that a partner is reminded of: one that the very same recipient was sent in this journey."""
    number = notice_of(notice.details.get("deadline", ""))
    earlier = session.get(NoticeRow, number) if number is not None else None
    if earlier is None or earlier.sent_at is None:
        return None
    if (earlier.journey_id, earlier.recipient) != (notice.journey_id, notice.recipient):
        return None
    return Reminded(earlier.kind, day_in_sweden(earlier.sent_at), earlier.notice_id)


def _own_referral(session: Session, authority: KnownRegister, notice: Notice, to: Recipient) -> Referred | None:
    """The referral that somebody made; nobody else's is told, as the ledger has it. The list only says whom to spare
    the question."""
    row = session.get(JourneyRow, notice.journey_id)
    if row is None or row.referring_partner != to.id:
        return None
    referral = referral_of(session, authority, notice.journey_id)
    return referral if referral is not None and referral.referring_partner == to.id else None


def referral_of(session: Session, register: KnownRegister, journey_id: str) -> Referred | None:
    """The referral of a journey as it holds today."""
    seal = sealer_on(session.get_bind().engine).unless_ended(candidate_in(journey_id), session)
    query = select(LedgerRow).filter_by(journey_id=journey_id, accepted=True)
    rows = session.scalars(query.where(LedgerRow.kind.in_(REFERRALS)).order_by(LedgerRow.row))
    said = [(event_in(seal, row), row.recorded_at) for row in register.genuine(session, rows)] if seal else []
    entries = [Entry.model_validate({"event": event, "recorded_at": at}) for event, at in said if event is not None]
    return next((one.event for one in in_effect(entries) if isinstance(one.event, Referred)), None)


def _names(session: Session, names: Names, notice: Notice, *, in_which_town: bool) -> dict[str, BothLanguages]:
    found: dict[str, BothLanguages | None] = {"programme": names.programme(notice.programme)}
    journey = session.get(JourneyRow, notice.journey_id) if in_which_town else None
    if journey is not None and (its_town := names.town(journey.site)) is not None:
        found["town"] = _alike(its_town)
    for before in ("", WAS, NOW):
        form, position = notice.details.get(f"{before}form"), notice.details.get(f"{before}position")
        found[f"{before}form"] = names.form(form) if form else None
        row = session.get(PositionRow, position) if position else None
        if row is not None:
            town = names.town(row.site)
            found[f"{before}position"] = BothLanguages.from_column(row.title)
            found[f"{before}unit"] = BothLanguages.from_column(row.unit)
            found[f"{before}town"] = _alike(town) if town else None
    return {name: called for name, called in found.items() if called is not None}


def _alike(text: str) -> BothLanguages:
    return BothLanguages(sv=text, en=text)
