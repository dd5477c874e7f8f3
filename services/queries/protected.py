"""Lists of protected persons: what could tell where one is gives way to a word, and no filter finds them by it."""

from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from activities.protections import protected_in
from activities.statements import statements_after
from models.access.protections import PROTECTED
from models.access.register import Register
from models.access.statements import SignedStatement
from models.message import Message, msg
from runtime.i18n import _

M = TypeVar("M", bound=BaseModel)

TELLS_WHERE: dict[str, Any] = {
    "site": PROTECTED,
    "position": None,
    "profile": None,
    "referring_partner": None,
    "fitting": (),
    "fitting_in": {},
    "recipient": PROTECTED,
    "sent_to": None,
    "last_error": None,
    "partner": None,
}
"""What a line could tell of where somebody is, and what a list says in its place."""


def protected_on(engine: Engine, candidate: str | None = None) -> dict[str, frozenset[str]]:
    """The staff who may read of each protected candidate, by candidate; or of one alone."""
    with Session(engine) as session:
        return protected_in(session, register_in, candidate)


def register_in(session: Session) -> Register:
    """The register as the database has it, read in a session."""
    return Register.fold(SignedStatement.of(row) for row in session.scalars(statements_after(0)))


def masked(line: M, candidate: str, protected: Collection[str]) -> M:
    """The line as it may stand in a list."""
    if candidate not in protected:
        return line
    inner = {name: masked(value, candidate, protected) for name, value in line if isinstance(value, BaseModel)}
    return line.model_copy(update=inner | {name: said for name, said in TELLS_WHERE.items() if hasattr(line, name)})


def asks_where(wanted: Mapping[str, Any]) -> bool:
    """Whether a list is of those who are somewhere."""
    return any(wanted.get(name) is not None for name in TELLS_WHERE)


def unless_protected(text: str) -> str:
    """What a list tells of where somebody is; of somebody protected, that."""
    return _("protected") if text == PROTECTED else text


def only_named_staff() -> Message:
    """Why nobody but the named staff is shown anything of a protected person."""
    return msg("reading.protected", "This person is protected. Only the staff named for them may read of them.")
