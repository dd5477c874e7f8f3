"""The rows of a list of referrals: what reading gives, and what its columns are called, in Swedish or English."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from models.events.values import EarlierEmployment
from models.fields import BothLanguages
from services.sheets.headings import Columns
from services.sheets.mistakes import Problem


@dataclass(frozen=True)
class ImportRow:
    """One referral, every value checked and in its normal form: the identity number has 12 digits and no sign.

    `protected_for` are the staff who alone may read of the person, where they are protected; `reference` is under what
    the partner keeps the matter.
    `cells` holds what was read, for whoever must mend the row after all."""

    line: int
    identity_number: str = field(repr=False)  # what points to a person must not slip into a log by way of the repr
    name: str = field(repr=False)
    email: str | None = field(repr=False)
    phone: str | None = field(repr=False)
    programme: str
    referring_partner: str
    site: str
    coordinator: str
    referred_on: date
    earlier_employment: tuple[EarlierEmployment, ...] = ()
    protected_for: tuple[str, ...] = ()
    address: str | None = field(repr=False, default=None)
    language: str | None = field(repr=False, default=None)
    contact_by: str | None = field(repr=False, default=None)
    reference: str | None = field(repr=False, default=None)
    group: str | None = None
    last_unit: str | None = field(repr=False, default=None)
    cells: dict[str, str] = field(repr=False, compare=False, default_factory=dict)


@dataclass(frozen=True)
class BadRow:
    """A row to mend. `cells` holds personal data: what was read, by header, for the columns that are read; cells
    beyond the last header are kept under names of their own, so that nothing a person needs for mending is lost.

    `read` is the row without what is wrong in it, in the columns `faulty`; None where it does not say who is meant, in
    which programme and town."""

    line: int
    cells: dict[str, str] = field(repr=False)
    problems: tuple[Problem, ...]
    read: ImportRow | None = field(repr=False, compare=False, default=None)
    faulty: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ImportFile:
    """`header` is the file's own, without a "problem" column; `rows` stand in the file's order; `notes` are sentences
    about the file. Every `line` is the line on which the row begins, as an editor or Excel numbers it."""

    header: tuple[str, ...]
    rows: tuple[ImportRow | BadRow, ...]
    notes: tuple[str, ...]


BESIDE = ("reference", "group", "last_unit")
"""What a referral says only where there is something to say."""


def told_beside(row: ImportRow) -> dict[str, Any]:
    """The fields of a referral that say under what the partner keeps it and what the programme asks besides: none of
    those of which nothing is said."""
    return {name: value for name in BESIDE if (value := getattr(row, name))}


KIND = "referrals"
"""The name under which the headings of such lists are remembered."""

COLUMNS = Columns(
    titles={
        "identity_number": (
            *("identity_number", "personnummer", "pers.nr", "pnr", "person-nr", "person id", "personal number", "ssn"),
            *("samordningsnummer", "person-/samordningsnummer", "personnr/samordningsnr", "personal identity number"),
            *("person- och samordningsnummer", "personidentitet", "id-nummer"),
        ),
        "name": ("name", "namn", "för- och efternamn", "förnamn och efternamn", "full name", "deltagare", "kandidat"),
        "email": ("email", "e-post", "e-mail", "mejl", "mail", "e-postadress", "mejladress", "mailadress", "epost adr"),
        "phone": ("phone", "telefon", "tel", "tfn", "telefonnummer", "telefonnr", "tel.nr", "tele", "telephone"),
        "address": ("address", "adress", "gatuadress", "bostadsadress", "street", "gata", "utdelningsadress"),
        "language": ("language", "språk", "modersmål", "preferred language"),
        "contact_by": ("contact_by", "kontaktas via", "kontaktsätt"),
        "programme": ("programme", "program", "insats", "programme name"),
        "referring_partner": (
            *("referring_partner", "anvisande part", "anvisad av", "anvisare", "anvisande myndighet", "partner"),
            *("remitterad av", "referred by"),
        ),
        "site": ("site", "ort", "kommunkod", "kommun", "town", "municipality", "hemkommun", "anvisningsort"),
        "coordinator": ("coordinator", "samordnare", "ansvarig samordnare", "koordinator"),
        "reference": (
            *("reference", "er referens", "referens", "partens referens", "ärendenummer", "ärendenr", "diarienummer"),
            *("anvisningsnummer", "dnr", "case number", "your reference"),
        ),
        "group": ("group", "grupp", "målgrupp", "personens grupp"),
        "last_unit": ("last_unit", "senaste enhet", "senaste arbetsplats", "last workplace"),
        "earlier_employment": ("earlier_employment", "tidigare anställning", "tidigare anställningar"),
        "protected_for": ("protected_for", "skyddad för", "skyddade personuppgifter"),
        "referred_on": (
            *("referred_on", "anvisad den", "anvisningsdatum", "datum", "anvisningsdag", "date", "anvisad"),
            *("anvisat datum", "datum för anvisning", "referral date", "effective_on"),
        ),
        "first_name": ("first_name", "förnamn", "tilltalsnamn", "given name"),
        "last_name": ("last_name", "efternamn", "surname", "family name"),
        "birth_date": ("birth_date", "födelsedatum", "född", "född den", "date of birth", "födelsetid", "born"),
        "last_four": ("last_four", "fyra sista", "sista fyra", "de fyra sista", "fyra sista siffrorna", "nummer"),
        "mobile": ("mobile", "mobil", "mobiltelefon", "mobilnummer", "mobilnr", "mobiltel", "cell phone"),
        "postal_code": ("postal_code", "postnummer", "postnr", "zip"),
        "postal_town": ("postal_town", "postort", "postal town"),
    },
    optional=frozenset(
        {
            *("email", "phone", "address", "language", "contact_by"),
            *(*BESIDE, "earlier_employment", "protected_for"),
        }
    ),
    parts={
        "name": ("first_name", "last_name"),
        "identity_number": ("birth_date", "last_four"),
        "phone": ("mobile", "phone"),
        "address": ("address", "postal_code", "postal_town"),
    },
    fillable=frozenset({"programme", "referring_partner", "site", "coordinator", "referred_on"}),
)
"""What a list of referrals may say of a person."""


def titled(column: str) -> BothLanguages:
    """A column as its header may be written."""
    return COLUMNS.named(column)
