"""What nobody may state, whatever their role: what would lock the register, or let one person act as two.

A register without an operator who has a key can be changed by nobody. And whoever invites somebody who has a key could
enrol one more in their name, unseen: a key that is lost is revoked first, which stands there and is felt.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from models.access.statements import KeyRevoked, PersonInvited, StaffEnded, StaffEntered, Statement
from models.identifiers import Role
from models.message import Message, msg

if TYPE_CHECKING:
    from models.access.register import Register


def why_not_safe(register: "Register", said: Statement, key: str) -> Message | None:
    """Why even those may not state it who may by their role; None where nothing is against it."""
    if isinstance(said, PersonInvited):
        has_one = keys_of(register, said.person, said.at) or register.passkeys.of(said.person, said.at)
        if not has_one or register.is_theirs(key, said.person):
            return None
        return msg(
            "invite.has_key",
            "{person} has a key that counts. They can invite themselves for another machine; a key that is lost must be"
            " revoked first.",
            person=said.person,
        )
    leaving = _stops_operating(register, said)
    if leaving is None or _others_operate(register, leaving, said.at):
        return None
    return msg(
        "register.last_operator",
        "{person} is the only operator with a key. Give a colleague that role and a key first.",
        person=leaving,
    )


def keys_of(register: "Register", person: str, at: datetime) -> list[str]:
    """The keys of somebody that count at a moment."""
    keys = list(register.keys.items())  # another thread of the worker may be taking in a statement
    return [key for key, known in keys if (known.of, known.holder) == ("person", person) and known.counts_at(at)]


def _stops_operating(register: "Register", said: Statement) -> str | None:
    """The operator who by this operates no more, at once or from a day on; None of any other statement."""
    match said:
        case StaffEnded():
            person = said.person
        case StaffEntered() if not _is_operator(said):
            person = said.person
        case KeyRevoked() if (known := register.keys.get(said.key)) is not None:
            person = known.holder
            if keys_of(register, person, said.at) != [said.key]:
                return None
        case _:
            return None
    return person if any(one.role is Role.OPERATOR for one in register.assignments(person, said.at)) else None


def _others_operate(register: "Register", person: str, at: datetime) -> bool:
    """Whether there is another operator with a key, of whose end nothing is known."""
    return any(
        other != person
        and register.works_here(other, at)
        and _is_operator(versions[-1])
        and keys_of(register, other, at)
        and all(end.at < versions[-1].at for end in register.ends.get(other, ()))
        for other, versions in list(register.people.items())
        if versions
    )


def _is_operator(said: StaffEntered) -> bool:
    """Whether somebody is an operator until further notice."""
    return any(one.role is Role.OPERATOR and one.until_day is None for one in said.assignments)
