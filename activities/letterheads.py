"""Looking up what stands in a letter beside its notice, when it is sent."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from activities.authority import KnownRegister
from activities.background import Background, background
from activities.letterhead import Audience, Contact, Letterhead, Reminded
from models.access.charge import InCharge, whom_to_tell
from models.access.register import Register
from models.access.statements import StaffEntered
from models.calendar.swedish_day import day_in_sweden
from models.events.events import InternshipAgreed, Referred
from models.fields import BothLanguages
from models.partners.notice import NOW, WAS, Notice
from models.partners.partner import Recipient
from models.state.obligations import notice_of
from models.tables.ledger import NoticeRow

AGREED = InternshipAgreed.model_fields["kind"].default


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
    register, behind = authority.register(session), background(session, authority, notice.journey_id)
    named_staff = behind.named_staff
    contact = _contact(behind, register, at)
    if named_staff is not None and (contact is None or contact.person not in named_staff):
        working = (register.person(name, at) for name in sorted(named_staff) if register.works_here(name, at))
        contact = next((person for person in working if person is not None), None)
    own = _own_referral(behind, to) if named_staff is None else None
    return Letterhead(
        audience=audience,
        contact=_shown(behind, register, contact, notice.journey_id, at)
        if contact and contact.person != to.id
        else None,
        reference=own.reference if own else None,
        referred_on=own.effective_on if own else None,
        reminded=_reminded(session, notice),
        looks_after=_supervisor(behind, register, at)
        if audience is Audience.COURIER and notice.kind == AGREED
        else None,
        names=_names(behind, names, notice, in_which_town="position" in may_learn and named_staff is None),
    )


def _supervisor(behind: Background, register: Register, at: datetime) -> str | None:
    """Who supervises the latest internship; of somebody protected nobody."""
    name = behind.supervisor if behind.named_staff is None else None
    person = register.person(name, at) if name else None
    return ", ".join(filter(None, (person.name, person.phone))) if person else name


def _contact(behind: Background, register: Register, at: datetime) -> StaffEntered | None:
    row = behind.journey
    if row is None:
        return None
    return whom_to_tell(register, row.coordinator, InCharge.of(row), at)


def _shown(behind: Background, register: Register, person: StaffEntered, journey_id: str, at: datetime) -> Contact:
    row = behind.journey
    absent = register.person(row.coordinator, at) if row is not None else None
    stands_in = absent is not None and register.acts_for(person.person, absent.person, journey_id, at)
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


def _own_referral(behind: Background, to: Recipient) -> Referred | None:
    """The referral that somebody made; nobody else's is told, as the ledger has it. The list only says whom to spare
    the question."""
    if behind.journey is None or behind.journey.referring_partner != to.id:
        return None
    return behind.referral if behind.referral is not None and behind.referral.referring_partner == to.id else None


def _names(behind: Background, names: Names, notice: Notice, *, in_which_town: bool) -> dict[str, BothLanguages]:
    found: dict[str, BothLanguages | None] = {"programme": names.programme(notice.programme)}
    journey = behind.journey if in_which_town else None
    if journey is not None and (its_town := names.town(journey.site)) is not None:
        found["town"] = _alike(its_town)
    for before in ("", WAS, NOW):
        form, position = notice.details.get(f"{before}form"), notice.details.get(f"{before}position")
        found[f"{before}form"] = names.form(form) if form else None
        row = behind.position(position) if position else None
        if row is not None:
            town = names.town(row.site)
            found[f"{before}position"] = BothLanguages.from_column(row.title)
            found[f"{before}unit"] = BothLanguages.from_column(row.unit)
            found[f"{before}town"] = _alike(town) if town else None
    return {name: called for name, called in found.items() if called is not None}


def _alike(text: str) -> BothLanguages:
    return BothLanguages(sv=text, en=text)
