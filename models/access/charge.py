"""Who is in charge of candidates, and who reads what is meant for the coordinator or the manager. Pure."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain
from typing import NamedTuple, Protocol

from models.access.everywhere import EVERYWHERE
from models.access.register import Register
from models.access.statements import StaffEntered
from models.identifiers import Role
from models.partners.partner import CANDIDATE
from models.state.recipients import MANAGER

TAKE_CHARGE = (Role.COORDINATOR, Role.MANAGER)
"""Who can be the coordinator in charge of a candidate."""


NAME_A_COORDINATOR = frozenset({"coordinator_changed", "referred"})
"""Kinds of event by which a candidate is given to somebody."""


def takes_charge(register: Register, name: str, programme: str, at: datetime) -> bool:
    """Whether somebody can be in charge of a programme's candidates at a moment."""
    return _has_one_of(register, name, TAKE_CHARGE, programme, at)


def ever_in_charge(register: Register) -> set[str]:
    """Who takes charge of candidates anywhere, or once did: candidates of those who have left may still be theirs."""
    return {name for name in list(register.people) if _ever_takes_charge(register, name)}


def _ever_takes_charge(register: Register, name: str) -> bool:
    said = register.people.get(name)
    return said is not None and any(one.role in TAKE_CHARGE for one in said[-1].assignments)


LOOK_AFTER = (Role.SUPERVISOR, Role.MENTOR)
"""Who looks after an intern, and is told of them as long as they have the role."""


def looking_after(register: Register) -> set[str]:
    """Who looks after interns anywhere, or once did."""
    said = {name: register.people[name][-1] for name in list(register.people)}
    return {name for name, one in said.items() if any(each.role in LOOK_AFTER for each in one.assignments)}


def is_staff(register: Register, recipient: str) -> bool:
    """Whether a recipient of notices is one of the employer's own, also one who has left; what is meant for a candidate
    is for one of them to tell."""
    return recipient in (MANAGER, CANDIDATE) or recipient in register.people


class Of(Protocol):
    """What says whose a candidate is: the row of a journey, a line of a list."""

    @property
    def journey_id(self) -> str: ...
    @property
    def programme(self) -> str: ...
    @property
    def site(self) -> str | None: ...
    @property
    def coordinator(self) -> str | None: ...


class InCharge(NamedTuple):
    """Of which journey somebody is in charge, and who: in a programme and a town, without one in any."""

    journey_id: str
    programme: str
    town: str | None
    coordinator: str | None

    @classmethod
    def of(cls, line: Of) -> "InCharge":
        return cls(line.journey_id, line.programme, line.site, line.coordinator)


def whom_to_tell(register: Register, recipient: str, charge: InCharge, at: datetime) -> StaffEntered | None:
    """Who reads at a moment what is meant for somebody in charge of a candidate in a town: where they are the
    coordinator whoever they have lent the candidate to, they themselves, on leave their substitute, otherwise the
    programme's manager. None where nobody is there."""
    return next(readers(register, recipient, charge, at), None)


def readers(register: Register, recipient: str, charge: InCharge, at: datetime) -> Iterator[StaffEntered]:
    """All who may read it, who comes first first. Without a town, those who may in any of them."""
    journey_id, programme, town, coordinator = charge
    borrower = register.lendings.borrower_of(journey_id, recipient, at) if recipient == coordinator else None
    first = [borrower] if borrower and not register.substitute_of(borrower, at) else []
    names = chain(first, _asked(register, recipient, programme, town, at))
    reached = (_at_work(register, name, programme, at) for name in names)
    yield from (person for person in reached if person is not None)


def _asked(register: Register, recipient: str, programme: str, town: str | None, at: datetime) -> Iterator[str]:
    """Who is asked, one after another: mostly the first is there."""
    if recipient == CANDIDATE:
        yield from sorted(ever_in_charge(register))
    elif recipient != MANAGER:
        yield recipient
    yield from managers(register, programme, town, at)


def managers(register: Register, programme: str, town: str | None, at: datetime) -> list[str]:
    """Who manages a programme in a town at a moment: first those whose role names the programme, then the town."""
    found = [
        (one.programme == EVERYWHERE, one.town == EVERYWHERE, name)
        for name in list(register.people)  # another thread of the worker may be taking in a statement
        for one in register.assignments(name, at)
        if one.role is Role.MANAGER and one.is_in(programme, town)
    ]
    return [name for *_, name in sorted(found)]


def _at_work(register: Register, name: str, programme: str, at: datetime) -> StaffEntered | None:
    substitute = register.substitute_of(name, at)
    reader = substitute or name
    if substitute and register.substitute_of(substitute, at):
        return None
    roles = TAKE_CHARGE if _ever_takes_charge(register, name) else LOOK_AFTER
    may = all(_has_one_of(register, one, roles, programme, at) for one in (name, reader))
    return register.person(reader, at) if may else None


def _has_one_of(register: Register, name: str, roles: Iterable[Role], programme: str, at: datetime) -> bool:
    return any(register.has_role(name, role, programme, None, at) for role in roles)
