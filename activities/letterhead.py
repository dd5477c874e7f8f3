"""What stands in a letter beside its notice: whom to call, the partner's own reference, and what things are called."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, auto
from uuid import UUID

from models.fields import BothLanguages


class Audience(Enum):
    """Who reads a letter, and so what they can do about it."""

    PARTNER = auto()
    STAFF = auto()
    LOOKS_AFTER = auto()
    """A supervisor or mentor, who may have no way in but the letter's own."""
    COURIER = auto()
    """One of the staff who is to tell the candidate."""


@dataclass(frozen=True)
class Contact:
    """Whom to call or write to about a candidate; `instead_of` whom they stand in for."""

    name: str
    phone: str | None = None
    email: str | None = None
    instead_of: str | None = None


@dataclass(frozen=True)
class Reminded:
    """The letter that a reminder is about: of which kind of event it told, when it was sent, and its own number."""

    kind: str
    on: date
    notice_id: UUID


@dataclass(frozen=True)
class Link:
    """Where whoever reads a letter may answer it without signing in, and the last day on which they may."""

    address: str
    until: date


@dataclass(frozen=True)
class Letterhead:
    """What a letter says beside the notice. `names` are what the things that its facts name are called; `reference` and
    `referred_on`, those of their referral, are told to whoever made it; `reminded` of which letter it reminds;
    `link` is for a mail alone, and for one that `is_answerable`; `desk` is the address of the desk, for those who work
    there. `looks_after` is who supervises an internship, where somebody is to tell the candidate."""

    audience: Audience = Audience.PARTNER
    contact: Contact | None = None
    reference: str | None = None
    referred_on: date | None = None
    reminded: Reminded | None = None
    link: Link | None = None
    is_answerable: bool = False
    is_of_then: bool = False
    desk: str | None = None
    looks_after: str | None = None
    names: Mapping[str, BothLanguages] = field(default_factory=dict)


NO_HEAD = Letterhead()
