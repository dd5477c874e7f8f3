"""One cell's text → one checked value. Every fault is a `BadValue`, and no message repeats what stood in the cell."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import partial
from typing import Any

from pydantic import ValidationError

from models.events.values import EarlierEmployment
from models.events.wariness import IDENTITY_NUMBER, Concern, concerns_in
from models.events.way import MOST_EARLIER_EMPLOYMENTS
from models.message import Message
from models.partners.partner import is_email_address
from models.programme.programme import Programme
from runtime.errors import Refused, UsageError
from runtime.rulebook.loader import RuleBook
from services.days import day_in, refuse_to_come
from services.identities.contact import FIELDS, contact_way, language_code
from services.recording.field_names import field_name
from services.referrals.bad_value import BadValue
from services.referrals.identity_numbers import HYPHENS, age_limit_on, age_of, identity_number
from services.referrals.names import NAMED, Names
from services.referrals.spoilt import as_written
from services.sheets.sheet import STRIPPED

MAX_LENGTH = 200
MAX_REFERENCE = 60
_FIRST_YEAR = 1990  # no programme is older; a lower year is a slip of the keyboard

_EXCEL_ERROR = re.compile(r"#[A-ZÅÄÖ0-9/]+[!?]?|##+|(?:Err|Fel):[0-9]{3}")  # #REF!, #SAKNAS!, a narrow column, Calc's
_GARBLED = re.compile(
    "\ufffd|Ã[\u0080-\u00bf…„–]"  # å, ä, ö or é after a wrong conversion between character sets
    "|[^\\W\\d_][“”„«»‹›][^\\W\\d_]"  # a quotation mark in the middle of a word
    "|[ªº][^\\W\\d_]"  # Ž in DOS 850
    "|[a-zåäö][ÈÚÇŽŠŒÕÂ](?:[a-zåäö]|\\b)"  # LindŽn: é of a Macintosh
    "|[bcdfgkpstvBCDFGKPSTV]š[bcdfghjklmnprstv]|jš[bcdfghklmnprstv]|[lL]š[bdfgnpr]|stršm"  # Sšderberg: ö of a Macintosh
    "|\\bĹ|ĺ[hngrsk]"  # Påhl, by Central European letters
    "|\\b[èêëïðñòùûì][a-zåäö]"  # a small letter of those begins no name
    "|[\u02c2-\u02ff]"  # accents that stand by themselves
)
_WORD = re.compile(r"[^\W\d_]+")
_OF_NO_SCRIPT = frozenset({"MODIFIER", "FEMININE", "MASCULINE"})
"""How the names of signs begin that count as letters and stand among those of any script."""
_UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
"""What counts as a letter or its mark, and shows nothing."""
_HEAPED = re.compile("[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]{4}")
"""More accents on one letter than any language has, once they are composed."""
_THREE_DIGITS = re.compile(r"[0-9]{3}")
_SLUG = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_PHONE = re.compile(r"\+?[0-9](?:[ -]*[0-9]){4,14}")
_BARE_DIGITS = re.compile(r"[1-9][0-9]+")
_SWEDISH_MOBILE = re.compile(r"7[0-9]{8}")
_SWEDEN = re.compile(r"46[1-9][0-9]{6,8}")
_FAMILY_FIRST = re.compile(
    r"^([^,]+),\s*((?!(?:[js]r|junior|senior|I{1,3}|IV)\b)[^\s,]+(?:\s+[^\s,]+)?)$", re.IGNORECASE
)
_IN_NAMES = frozenset("-–'’‘ʼ`´.,()/·“”\"")
"""Signs that stand in names beside letters, digits and spaces."""


def checked(name: str, text: str, today: date, names: Names | None = None) -> Any:
    """One value of a person or a referral, by its name, as every door takes it: form, file, prompt, JSON.

    With `names`, programmes, partners, towns and people may be called as people call them. Raises BadValue.
    """
    written = as_written(name, plain_text(text))
    if name == "site" and _THREE_DIGITS.fullmatch(written):
        written = written.zfill(4)  # a spreadsheet dropped its first zero
    if names is None or name not in NAMED:
        return readers(today)[name](written)
    if name == "protected_for":
        return tuple(dict.fromkeys(names.code(name, one) or short_name(one) for one in _apart(written)))
    return names.code(name, written) or readers(today)[name](written)


def _apart(text: str) -> list[str]:
    """Names with commas between, or short names with blanks."""
    return [one for part in text.split(",") if (one := part.strip())] if "," in text else _short_names(text)


def _short_names(text: str) -> list[str]:
    parts = text.split()
    return parts if all(_SLUG.fullmatch(part) for part in parts) else [text]


_PLAIN = str.maketrans(dict.fromkeys("\u00a0\u2002\u2003\u2007\u2009\u202f", " ") | dict.fromkeys("\u2010\u2011", "-"))
"""Spaces and hyphens that text programs put in the place of plain ones."""


def plain_text(text: str) -> str:
    """What holds for every text that is read: NFC, plain spaces and hyphens for no-break ones, nothing around it,
    nothing unseen, 200 characters."""
    text = unicodedata.normalize("NFC", text).translate(_PLAIN).strip(STRIPPED)
    if _EXCEL_ERROR.fullmatch(text):
        raise BadValue("cell.excel_error", "The cell contains an Excel error. Write the value itself.")
    if text.startswith("="):
        raise BadValue("cell.formula", "The cell contains a formula without a value. Write the value itself.")
    unseen = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
    if _UNSEEN.search(text) or any(unicodedata.category(character) in unseen for character in text):
        raise BadValue(
            "cell.unseen", "The text contains a line break, tab or invisible character. Type it again on one line."
        )
    if len(text) > MAX_LENGTH:
        raise BadValue("cell.long", "The text has more than {most} characters. Shorten it.", most=MAX_LENGTH)
    return text


def calendar_day(text: str, today: date) -> date:
    """A day that has been, as people write it; a time of day after it is dropped."""
    found = day_in(text, today)
    if not _FIRST_YEAR <= found.year <= today.year + 1:
        raise BadValue(
            "cell.year",
            "The year must be between {first} and {last}. Check the date.",
            first=_FIRST_YEAR,
            last=today.year + 1,
        )
    refuse_to_come(found, today)
    return found


def full_name(text: str) -> str:
    """A name with single spaces in it, the given name first: lists are often sorted by `Berg, Anna`."""
    if _is_garbled(text) or not all(map(_is_of_a_name, text)) or _has_inner_capital(text):
        raise BadValue(
            "cell.name_garbled", "The name has garbled letters. Type it again, or save the original as “CSV UTF-8”."
        )
    if not any(character.isalpha() for character in text):
        raise BadValue("cell.name_letters", "The name must contain letters.")
    if IDENTITY_NUMBER.search(text):
        raise BadValue("cell.name_identity", "The name contains a personal identity number. Write the name alone.")
    return " ".join(_FAMILY_FIRST.sub(r"\2 \1", text).split())


def _is_garbled(text: str) -> bool:
    return bool(_GARBLED.search(text) or _HEAPED.search(text)) or any(map(_is_of_two_scripts, _WORD.findall(text)))


def _is_of_two_scripts(word: str) -> bool:
    """Letters of another script among Latin ones: what another encoding makes of å, ä and ö."""
    if word.isascii():
        return False
    scripts = {unicodedata.name(letter, "").partition(" ")[0] for letter in word} - _OF_NO_SCRIPT
    return "LATIN" in scripts and len(scripts) > 1


def _is_of_a_name(character: str) -> bool:
    return character in _IN_NAMES or unicodedata.category(character)[0] in "LM" or character in " 0123456789"


def _has_inner_capital(text: str) -> bool:
    """Two capitals before a small letter, the second one rare in Swedish: PŒhl, read in a wrong encoding."""
    return any(
        first.isupper() and second.isupper() and third.islower() and not second.isascii() and second not in "ÅÄÖ"
        for first, second, third in zip(text, text[1:], text[2:], strict=False)
    )


def street_address(text: str) -> str:
    """An address on one line, with single spaces in it."""
    if _is_garbled(text):
        raise BadValue("cell.address_garbled", "The address has garbled letters. Type it again.")
    if not any(character.isalpha() for character in text):
        raise BadValue("cell.address_letters", "The address must name a street or a place.")
    if IDENTITY_NUMBER.search(text):
        raise BadValue(
            "cell.address_identity", "The address contains a personal identity number. Write the address alone."
        )
    return " ".join(text.split())


def short_name(text: str) -> str:
    """The name under which a programme, partner or coordinator is known to the system."""
    if not _SLUG.fullmatch(text.lower()):
        raise BadValue(
            "cell.short_name",
            "Use the short name: at most 64 of a–z, 0–9, full stop, hyphen and underscore, without spaces.",
        )
    return text.lower()


def short_names(text: str) -> tuple[str, ...]:
    """Short names with commas or blanks between, each once."""
    return tuple(dict.fromkeys(map(short_name, text.replace(",", " ").split())))


def municipality_code(text: str) -> str:
    """SCB's four digits."""
    if not re.fullmatch(r"[0-9]{4}", text):
        raise BadValue("cell.town", "The town must be given by its municipality code of four digits, such as 0180.")
    return text


def email_address(text: str) -> str:
    """An address outside: its domain has a full stop. Whether somebody reads it nobody can tell."""
    if not (is_email_address(text) and "." in text.rpartition("@")[2]):
        raise BadValue(
            "cell.email", "The e-mail address must look like name@example.se, without letters such as å, ä or ö."
        )
    return text


def phone_number(text: str) -> str:
    """Five to fifteen digits, as written but for the kind of hyphen; the first 0 or + that a spreadsheet dropped is put
    back where only one number can be meant."""
    number = text.translate(HYPHENS).replace("(0)", "").replace("/", "-")
    if _SWEDISH_MOBILE.fullmatch(number):
        return f"0{number}"
    if _SWEDEN.fullmatch(number):
        return f"+{number}"
    if not _PHONE.fullmatch(number):
        raise BadValue(
            "cell.phone", "The phone number may contain digits, spaces and hyphens, and + only at the beginning."
        )
    if IDENTITY_NUMBER.fullmatch(number) and number[0] not in "0+" and not number.isdecimal():
        raise BadValue("cell.phone_identity", "This is a personal identity number. Write the phone number.")
    if _BARE_DIGITS.fullmatch(number):
        raise BadValue(
            "cell.phone_start",
            "The phone number has no first 0 or +, which a spreadsheet may have dropped. Write it with its area code.",
        )
    return number


def reference(text: str) -> str:
    """Under what a partner keeps a matter. An identity number is none, nor a diagnosis: it would stand in the head of
    every letter."""
    if IDENTITY_NUMBER.search(text):
        raise BadValue(
            "cell.reference_identity",
            "The partner's reference contains a personal identity number. Write the number of the matter, or nothing.",
        )
    if Concern.HEALTH in concerns_in(text):
        raise BadValue(
            "cell.reference_health",
            "The partner's reference seems to tell of somebody's health. Write only the number of the matter, or"
            " nothing.",
        )
    if len(text) > MAX_REFERENCE:
        raise BadValue(
            "cell.reference_long",
            "The partner's reference is longer than {most} characters. Write only the number of the matter.",
            most=MAX_REFERENCE,
        )
    return " ".join(text.split())


def workplace(text: str) -> str:
    """What a unit is called, on one line. An identity number is none."""
    if IDENTITY_NUMBER.search(text):
        raise BadValue(
            "cell.workplace_identity", "The unit contains a personal identity number. Write what the unit is called."
        )
    return " ".join(text.split())


def readers(today: date) -> dict[str, Callable[[str], Any]]:
    """What reads each value of a referral, by its name."""
    return {
        "identity_number": partial(identity_number, today=today),
        "name": full_name,
        "email": email_address,
        "phone": phone_number,
        "address": street_address,
        "language": language_code,
        "contact_by": contact_way,
        "programme": short_name,
        "referring_partner": short_name,
        "site": municipality_code,
        "coordinator": short_name,
        "reference": reference,
        "group": short_name,
        "last_unit": workplace,
        "referred_on": partial(calendar_day, today=today),
        "earlier_employment": partial(earlier_employments, today=today),
        "protected_for": short_names,
    }


def earlier_employments(text: str, today: date) -> tuple[EarlierEmployment, ...]:
    """`substitute:2024-01-01:2024-06-30, …` → the employments, in order. Raises BadValue."""
    found = tuple(_employment(part.strip(), today) for part in text.split(",") if part.strip())
    if len(found) > MOST_EARLIER_EMPLOYMENTS:
        raise BadValue(
            "cell.employments_many",
            "At most {most} earlier employments can be given. Join those that follow directly on each other.",
            most=MOST_EARLIER_EMPLOYMENTS,
        )
    return tuple(sorted(found, key=lambda one: (one.starts_on, one.ends_on, one.form)))


def _employment(part: str, today: date) -> EarlierEmployment:
    form, _, days = part.partition(":")
    first, _, last = days.partition(":")
    try:
        starts_on, ends_on = day_in(first, today), day_in(last, today)
        return EarlierEmployment.model_validate({"form": form.strip(), "starts_on": starts_on, "ends_on": ends_on})
    except (ValidationError, BadValue):
        raise BadValue(
            "cell.employment_format",
            "An earlier employment is written as form:first day:last day, such as substitute:2024-01-01:2024-06-30.",
        ) from None


def told_of_employment(
    book: RuleBook, identity_number: str, referred_on: date, earlier: Iterable[EarlierEmployment]
) -> Mapping[str, Any]:
    """The fields of a referral that say so: none where there is nothing to say. Raises BadValue for an unknown form."""
    fields: dict[str, Any] = {"earlier_employment": tuple(earlier)}
    for one in fields["earlier_employment"]:
        if one.form not in book.forms:
            raise BadValue(
                "cell.employment_form", "Unknown employment form. Available: {known}.", known=", ".join(book.forms)
            )
    fields["age_limit_on"] = age_limit_on(identity_number, book.age_limits(), referred_on)
    return {name: value for name, value in fields.items() if value}


def told_of_age(rules: Programme, identity_number: str, referred_on: date) -> Mapping[str, Any]:
    """The field of a referral that says how old the person is on the programme's day, where it takes people of some
    ages alone. Raises Refused where the number does not tell it."""
    if rules.ages is None:
        return {}
    age = age_of(identity_number, rules.ages, referred_on)
    if age is None:
        raise Refused(
            "referral.age_unknown",
            "The identity number does not tell how old the person is on {day}, and {programme} takes people of some"
            " ages alone. Ask the Tax Agency for the date of birth, and refer by a number that has it.",
            day=rules.ages.day(referred_on),
            programme=rules.name,
        )
    return {"age": age}


def _called(name: str) -> Message:
    return FIELDS[name] if name in FIELDS else field_name(name)


@contextmanager
def told_in_field(name: str) -> Iterator[None]:
    """Raise UsageError, naming the field, where a value that somebody gave by itself cannot be used."""
    try:
        yield
    except BadValue as fault:
        raise UsageError("referral.in_field", "{field}: {what}", field=_called(name), what=fault.message) from fault
