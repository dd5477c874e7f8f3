"""Whose word counts for somebody: that of their own key, or of a server of ours that knew them by a sign-in. Pure.

Authority itself – who works here, whose key is whose – rests on people's own keys alone: see `models.access.register`.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from models.access.keys import Key
from models.access.permissions import ROLE_NAMES
from models.identifiers import Actor, Role
from models.message import Message, msg
from models.sign_ins import How, ServerKind, SignIn, read_sign_in

if TYPE_CHECKING:
    from models.access.register import Register

GOOD_FOR = timedelta(hours=12)
"""How long after a sign-in a server may speak by it: a long day's work."""

CLOCKS_AGREE_WITHIN = timedelta(minutes=5)

SPEAKS_FOR: Mapping[ServerKind, Mapping[How, frozenset[Role]]] = {
    "staff": {
        How.SESSION: frozenset({Role.COORDINATOR, Role.MANAGER, Role.SUPERVISOR, Role.MENTOR, Role.AUDITOR}),
    },
    "partners": {
        How.MESSAGE: frozenset({Role.PARTNER}),
        How.LINK: frozenset({Role.PARTNER, Role.SUPERVISOR, Role.MENTOR}),
        How.MAIL: frozenset({Role.PARTNER, Role.SUPERVISOR, Role.MENTOR}),
    },
}
"""In which roles a server of each kind may speak for people, and by what. It is nobody's operator: what an operator
does is rare, and nothing of it can be undone."""


def why_not_word_of(
    key: Key, actor: Actor, sign_in: SignIn | None, at: datetime, *, reads: bool = False
) -> Message | None:
    """Why what a key signed, with this sign-in in it, is not the word of somebody at a moment; None where it is.

    Whether they have the role is asked elsewhere, of both alike. Whoever only `reads` may be an operator.
    """
    if key.of == "server":
        is_reading_operator = reads and actor.role is Role.OPERATOR
        asked = Actor.of(Role.AUDITOR, actor.name) if is_reading_operator else actor
        return _why_not_spoken(key, asked, sign_in, at)
    own = "partner" if actor.role is Role.PARTNER else "person"
    if (key.of, key.holder) != (own, actor.name):
        return msg(
            "the_key_is_the_authors.other",
            "The event names {actor} as its author and is signed with the key of {holder}. Send it in your own name.",
            actor=actor.name,
            holder=key.holder,
        )
    if sign_in is not None:
        return msg("the_key_is_the_authors.sign_in_beside", "A person's own key signs without a sign-in.")
    return None


def is_word_of(register: "Register", row: Mapping[str, Any], actor: Actor, at: datetime) -> bool:
    """The same of a row with `key` and perhaps `sign_in`: whether its key counted then and its word is theirs."""
    known = register.key_of(row["key"], at)
    return known is not None and why_not_word_of(known, actor, sign_in_of(row), at) is None


def sign_in_of(row: Mapping[str, Any]) -> SignIn | None:
    """The sign-in in a row, from wherever: as JSON it is left out where there is none."""
    return read_sign_in(row.get("sign_in"))


def also_for(spoken: Iterable[tuple[str | None, SignIn | None]], sign_in: SignIn) -> frozenset[str]:
    """For whom a sign-in has spoken, among authors with their sign-ins."""
    authors = (Actor.read(author or "") for author, other in spoken if other and other.whole == sign_in.whole)
    return frozenset(author.name for author in authors if author)


def _why_not_spoken(key: Key, actor: Actor, sign_in: SignIn | None, at: datetime) -> Message | None:
    if sign_in is None or sign_in.server != key.holder:
        return msg(
            "the_key_is_the_authors.no_sign_in",
            "{server} has signed for {actor} without a sign-in of its own.",
            server=key.holder,
            actor=actor.name,
        )
    if actor.role not in SPEAKS_FOR[key.speaks_for or "partners"].get(sign_in.how, frozenset()):
        return msg(
            "the_key_is_the_authors.other_kind",
            "{server} speaks for nobody in the role {role}. Send it with your own key.",
            server=key.holder,
            role=ROLE_NAMES[actor.role],
        )
    is_old = sign_in.used_at - sign_in.at > GOOD_FOR
    is_ahead = sign_in.at > sign_in.used_at or sign_in.used_at > at + CLOCKS_AGREE_WITHIN
    if is_old or is_ahead:
        return msg(
            "the_key_is_the_authors.sign_in_old",
            "The sign-in of {actor} did not count when it was used. Sign in again.",
            actor=actor.name,
        )
    return None


SHARED = msg(
    "the_key_is_the_authors.sign_in_shared",
    "This sign-in has spoken for somebody else. Sign in as yourself.",
)
"""That one sign-in stands for two people: a session is one person's, so that two of them are two people."""
