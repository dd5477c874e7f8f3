"""Sign-ins: by what a server of ours knew for whom it signed. Kept with what it signed, and covered by it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from urllib.parse import quote

from pydantic import AfterValidator, AwareDatetime, Field, PlainSerializer, StringConstraints, ValidationError

from models.fields import Name, Strict, added
from models.message import Message, msg

ServerKind = Literal["staff", "partners"]
"""For whom a server may speak."""

LONGEST = 200

Opaque = Annotated[str, StringConstraints(pattern=rf"^[!-~]{{1,{LONGEST}}}$")]
"""Something of others that is kept as it came: printable ASCII without spaces."""


def as_opaque(text: str) -> str:
    """Something of others as it can be kept: characters that it may not have are written as in an address."""
    return quote(text, safe="!#$&'()*+,-./:;=?@[]_~")[:LONGEST]


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _as_text(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc), PlainSerializer(_as_text, when_used="json")]
"""A moment, written in one way: in UTC with microseconds."""


class How(StrEnum):
    """How somebody let a server know that it was they: by signing in, by a message of their system, by a link that was
    sent to them, or by a reply by e-mail."""

    SESSION = "session"
    MESSAGE = "message"
    LINK = "link"
    MAIL = "mail"


Base64Url = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,4000}$")]
"""Bytes as WebAuthn writes them: base64url without padding."""


class Assertion(Strict):
    """What a person's own key has signed in their browser (WebAuthn, section 7.2), as it came: so it can be checked for
    ever. `credential` names the key, and `seen` is the last row of the journey that its holder was shown."""

    credential: Base64Url
    authenticator_data: Base64Url
    client_data: Base64Url
    signature: Base64Url
    seen: Annotated[int, Field(ge=0)] = 0


class SignIn(Strict):
    """That somebody was known to `server`, from `at` on; at `used_at` it signed for them.

    `issuer` is who says so: the address of a sign-in service, or the partner whose secret a message was signed with, or
    the address that a link was sent from. `session` names the session, the message or the notice: never what opens it,
    such as a cookie or a token, since it is read by others. `level` is how sure the issuer was, as it says itself.
    With `own_key` they have signed it themselves besides: the server's word is not all that it rests on.
    """

    server: Name
    how: How
    issuer: Opaque
    session: Opaque
    level: Opaque | None = None
    at: Moment
    used_at: Moment
    own_key: Assertion | None = added(None)

    def as_json(self) -> dict[str, Any]:
        """As it is signed and kept."""
        return self.model_dump(mode="json")

    @property
    def whole(self) -> tuple[str, How, str, str]:
        """What is one person's alone: this sign-in, whenever it is used."""
        return self.server, self.how, self.issuer, self.session


def read_sign_in(kept: Mapping[str, Any] | SignIn | None) -> SignIn | None:
    """A sign-in as a row has it; None where there is none, or none that can be read."""
    try:
        return SignIn.model_validate(kept) if kept is not None else None
    except ValidationError:
        return None


def in_words(sign_in: SignIn, moment: str) -> Message:
    """Whose word it is, and by what; `moment` is that of signing in, as it is shown."""
    said = _WORDS[sign_in.how] if sign_in.own_key is None else WITH_OWN_KEY
    level = sign_in.level or "–"
    return said.filled(server=sign_in.server, issuer=sign_in.issuer, moment=moment, level=level)


_WORDS: Mapping[How, Message] = {
    How.SESSION: msg("word.session", "by the word of {server}: signed in with {issuer} at {moment}, level {level}"),
    How.MESSAGE: msg("word.message", "by the word of {server}: message signed as {issuer} at {moment}, level {level}"),
    How.LINK: msg("word.link", "by the word of {server}: link from {issuer} opened at {moment}, level {level}"),
    How.MAIL: msg("word.mail", "by the word of {server}: reply by e-mail to {issuer} at {moment}, level {level}"),
}

WITH_OWN_KEY = msg(
    "word.own_key", "signed with a key of their own at {server}: signed in with {issuer} at {moment}, level {level}"
)
