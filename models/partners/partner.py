"""Whom notices reach, and partners (samverkansparter): who they are, and the list of them that each town has."""

import re
from enum import StrEnum
from ipaddress import ip_address
from typing import Literal, Self
from urllib.parse import urlsplit

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email
from pydantic import Field

from models.fields import Name, OneLine, Strict, Text, checks_together
from models.message import InvalidValue, msg

# A mail server of one's own may serve names that mean nothing to others; by this list email-validator refuses them.
SPECIAL_USE_DOMAIN_NAMES[:] = [name for name in SPECIAL_USE_DOMAIN_NAMES if name not in ("local", "localhost")]

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(?:[._]{_LABEL})*\.?")
_VISIBLE = re.compile(r"[!-~]+")


class PartnerKind(StrEnum):
    """What somebody who is told, or who refers, is to the programme."""

    AGENCY = "agency"
    MUNICIPALITY = "municipality"
    UNION = "union"
    CHURCH = "church"
    SAMHALL = "samhall"
    CIVIL_SOCIETY = "civil_society"
    TALENT_ORGANISATION = "talent_organisation"
    UNIT = "unit"


class Channel(StrEnum):
    """How notices reach somebody."""

    EMAIL = "email"
    WEBHOOK = "webhook"


NO_EMAIL_ADDRESS = msg(
    "partner.no_email_address", "partner {partner} has channel email, and its address is not an e-mail address in ASCII"
)

NO_WEB_ADDRESS = msg(
    "partner.no_web_address", "partner {partner} has channel webhook, and its address is not a plain http(s) address"
)


LINK_DAYS = 30
"""For as many days the link in a letter counts where nobody has said otherwise."""


class Recipient(Strict):
    """Somebody who receives notices. `address` is an e-mail address or a web address, as `channel` says; `link_days`
    for how many days the link in a letter counts."""

    id: Name
    """Its name in programmes and towns. It never changes once it was written to."""
    name: OneLine
    """What it is called, on one line."""
    channel: Channel
    """How notices reach it."""
    address: str
    """Its e-mail address, or the https address to which signed webhooks go, as channel says."""
    language: Literal["sv", "en"] = "sv"
    """In which language it is written to."""
    link_days: int = Field(default=LINK_DAYS, ge=2, le=180)
    """For how many days the link in a letter counts."""

    @checks_together
    def _address_fits_the_channel(self) -> Self:
        if self.channel is Channel.EMAIL and not is_email_address(self.address):
            raise InvalidValue(NO_EMAIL_ADDRESS.filled(partner=self.id), "address")
        if self.channel is Channel.WEBHOOK and not is_web_address(self.address):
            raise InvalidValue(NO_WEB_ADDRESS.filled(partner=self.id), "address")
        return self


ALSO_BY_MAIL = msg(
    "partner.also_by_mail", "also_by_mail of partner {partner} is for an e-mail address beside the channel webhook"
)


class Partner(Recipient):
    """A partner. `discloses` names the fields of an event that it may learn; None where that follows from its kind.
    `also_by_mail` is where people of a partner read what its system gets."""

    kind: PartnerKind
    """What it is to the programme. What it is told follows from that, unless `discloses` says otherwise."""
    discloses: tuple[Name, ...] | None = None
    """What it may be told of an event, by the names below. It follows from its kind where it is left out."""
    also_by_mail: str | None = None
    """An e-mail address where people read what its system gets, beside the channel webhook."""

    @checks_together
    def _a_mail_comes_beside_a_webhook(self) -> Self:
        if self.also_by_mail is not None and not (
            self.channel is Channel.WEBHOOK and is_email_address(self.also_by_mail)
        ):
            raise InvalidValue(ALSO_BY_MAIL.filled(partner=self.id), "also_by_mail")
        return self

    @property
    def ways(self) -> tuple[Recipient, ...]:
        """Every way in which it is told."""
        if self.also_by_mail is None:
            return (self,)
        mail = {"channel": Channel.EMAIL, "address": self.also_by_mail}
        own = {name: getattr(self, name) for name in Recipient.model_fields}
        return (self, Recipient(**{**own, **mail}))


PARTNER_KINDS = frozenset(PartnerKind)
"""Kinds that a notice rule can name instead of partners."""


CANDIDATE = "candidate"
"""The candidate, of whom workers know no address: whoever is in charge is asked to tell them."""

OWN_PARTS = frozenset({"coordinator", "manager", "supervisor", "mentor", CANDIDATE})
"""Names in a notice rule that stand for a part in the journey which no partner has."""


class TownPartner(Strict):
    """A partner on a town's list, with its kind on the day on which the list was pinned."""

    id: Name
    kind: PartnerKind


class Town(Strict):
    """A town by its municipality code (SCB), `id`, with the partners on its list in their order."""

    id: Name
    name: Text
    partners: tuple[TownPartner, ...] = ()

    def of_kind(self, kind: str) -> tuple[str, ...]:
        """The partners of one kind on the list."""
        return tuple(partner.id for partner in self.partners if partner.kind == kind)


def is_email_address(text: str) -> bool:
    """Whether `text` is one bare e-mail address that every mail server takes: ASCII, no quoting, no comments."""
    try:
        validate_email(text, check_deliverability=False, globally_deliverable=False, allow_smtputf8=False, strict=True)
    except EmailNotValidError:
        return False
    return text.isascii()


def is_web_address(text: str) -> bool:
    """Whether `text` is an absolute http or https address with a host and without user, password or fragment."""
    if not _VISIBLE.fullmatch(text):
        return False
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    bare = parts.username is None and parts.password is None and not parts.fragment
    return parts.scheme in ("http", "https") and _is_host(parts.hostname or "") and port != 0 and bare


def _is_host(text: str) -> bool:
    try:
        return bool(ip_address(text))
    except ValueError:
        return _HOST.fullmatch(text) is not None
