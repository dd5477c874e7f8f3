"""How somebody is reached, and in which language: what people write, and what it is called."""

from functools import cache

from babel import Locale, UnknownLocaleError

from models.access.identities import CHANGEABLE
from models.message import Message, Worded, msg
from runtime.i18n import language, translate
from services.referrals.bad_value import BadValue


class Way(Worded):
    """The way in which somebody wants to be reached."""

    PHONE = "phone", msg("contact.phone", "by telephone")
    SMS = "sms", msg("contact.sms", "by text message")
    EMAIL = "email", msg("contact.email", "by e-mail")
    LETTER = "letter", msg("contact.letter", "by letter")


FIELDS: dict[str, Message] = {
    "identity_number": msg("person.identity_number", "personal identity number"),
    "name": msg("person.name", "name"),
    "email": msg("person.email", "e-mail"),
    "phone": msg("person.phone", "telephone"),
    "address": msg("person.address", "address"),
    "language": msg("person.language", "preferred language"),
    "contact_by": msg("person.contact_by", "wants to be reached"),
}
"""What each thing that is held of a person is called."""

assert tuple(FIELDS) == CHANGEABLE

WRITTEN = {
    **{way.value: way for way in Way},
    **{"telefon": Way.PHONE, "telephone": Way.PHONE, "samtal": Way.PHONE, "text": Way.SMS, "e-mail": Way.EMAIL},
    **{"e-post": Way.EMAIL, "epost": Way.EMAIL, "mejl": Way.EMAIL, "mail": Way.EMAIL, "brev": Way.LETTER},
    **{"post": Way.LETTER},
}
"""What people write for each way."""


PERSONAL = ("email", "phone", "address", "language", "contact_by")
"""What may be known of a person beside name and identity number."""


def contact_way(text: str) -> str:
    """A way to reach somebody, as people write it. Raises BadValue."""
    way = WRITTEN.get(text.casefold())
    if way is None:
        known = ", ".join(Way)
        raise BadValue("cell.contact_by", "The way to reach the person must be one of: {known}.", known=known)
    return way.value


def language_code(text: str) -> str:
    """A language by its name in Swedish or English, or by its code, as its code. Raises BadValue."""
    written = text.casefold()
    code = _languages().get(written, written)
    if code not in Locale("en").languages:
        raise BadValue("cell.language", "The language is not known. Write its name, such as arabiska, or its code, ar.")
    return code


def language_name(code: str) -> str:
    """What a language is called by whoever reads."""
    try:
        return Locale.parse(code, sep="-").get_language_name(language()) or code
    except (UnknownLocaleError, ValueError):
        return code


def shown_of(field: str, value: str | None) -> str:
    """A thing that is held of a person, as it is shown."""
    if value is None:
        return "–"
    if field == "language":
        return language_name(value)
    return translate(Way(value).in_words) if field == "contact_by" else value


@cache
def _languages() -> dict[str, str]:
    return {name.casefold(): code for tongue in ("en", "sv") for code, name in Locale(tongue).languages.items()}
