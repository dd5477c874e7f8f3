"""The people of the local stack, all invented: enrolled at its first start, so that nobody needs to know of keys."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from secrets import token_urlsafe

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from models.access.permissions import ROLE_NAMES
from models.access.register import Register
from models.access.statements import (
    Assignment,
    Founded,
    KeyEnrolled,
    PartnerRegistered,
    PersonInvited,
    RulesRegistered,
    ServerRegistered,
    StaffEntered,
    Statement,
    WorkerRegistered,
    hash_of_code,
)
from models.canonical import digest_of
from models.fields import FIRST_DAY, Name, OneLine, Strict
from models.identifiers import Role
from models.programme.position import Position
from models.programme.programme import Programme
from models.signatures import public_key_of
from runtime.errors import UsageError
from runtime.i18n import translate, using_language
from runtime.keyring import SERVERS, WORKER, Keyring
from runtime.rulebook.listed import read_list
from runtime.rulebook.loader import RuleBook
from runtime.statement_log import INVITATION, StatementLog

OPERATOR = "kim.dahl"
"""Who founds the register of a local stack."""

PEOPLE = Path(__file__).with_name("people.toml")


class LocalPerson(Strict):
    """Somebody who works here, as the file has them: `roles` everywhere, and which programmes they manage."""

    id: Name
    name: OneLine
    email: str
    phone: str | None = None
    roles: tuple[Role, ...]
    manages: tuple[Name, ...] = ()


def settle(log: StatementLog, keyring: Keyring, book: RuleBook, now: datetime) -> None:
    """Found the register, give everybody a key, and put today's rules in force. Safe to repeat:
    what is there already stays. Raises UsageError where the keys at hand are those of another register."""
    _refuse_keys_of_another(log.register(), keyring)
    founder = _kept(keyring, OPERATOR)
    if log.register().founder is None:
        log.add(Founded(at=now, person=OPERATOR, name="Kim Dahl", key=public_key_of(founder)), founder)
    worker = _kept(keyring, WORKER)
    register = log.register()
    statements: list[Statement] = []
    if public_key_of(worker) not in register.keys:
        statements.append(WorkerRegistered(at=now, key=public_key_of(worker)))
    for server, speaks_for in SERVERS.items():
        if (public := public_key_of(_kept(keyring, server))) not in register.keys:
            statements.append(ServerRegistered(at=now, server=server, key=public, speaks_for=speaks_for))
    statements += [staff for staff in staff_of(book, now) if staff.person not in register.people]
    statements += [
        RulesRegistered(at=now, programme=programme.id, digest=digest)
        for programme in _sound(book)
        if (programme.id, digest := digest_of(programme)) not in register.rules
    ]
    log.add_all(statements, founder)
    for name in (staff.person for staff in staff_of(book, now)):
        if name not in keyring:
            _enrol(log, keyring, name, founder, now)
    for partner in book.readable_partners:
        if partner.id not in keyring:
            key = _kept(keyring, partner.id)
            log.add(PartnerRegistered(at=now, partner=partner.id, key=public_key_of(key)), founder)


def _sound(book: RuleBook) -> list[Programme]:
    """The programmes that can be read; none where a list that they take from has a fault."""
    try:
        return list(book.programmes.values())
    except UsageError:
        return []


def _refuse_keys_of_another(register: Register, keyring: Keyring) -> None:
    """So that none is made beside a database that was copied without its keys."""
    if register.founder is None:
        return
    if OPERATOR not in keyring or public_key_of(keyring.key(OPERATOR)) not in register.keys:
        raise UsageError(
            "stack.keys_of_another",
            "The folder of keys does not belong to this database. Put the two of the same data folder together.",
        )


def staff_of(book: RuleBook, now: datetime) -> Iterator[StaffEntered]:
    """Everybody who works here: those of the file, and whoever supervises on a position, everywhere."""
    for one in read_list(PEOPLE, "people", LocalPerson):
        manages = (Assignment(role=Role.MANAGER, programme=name, from_day=FIRST_DAY) for name in one.manages)
        assignments = (*everywhere(one.roles), *manages)
        yield StaffEntered(
            at=now, person=one.id, name=one.name, email=one.email, phone=one.phone, assignments=assignments
        )
    for name in sorted(_supervising(book.readable_positions)):
        yield StaffEntered(
            at=now,
            person=name,
            name=name.replace(".", " ").title(),
            email=f"{name}@employer.example",
            assignments=everywhere((Role.SUPERVISOR, Role.MENTOR)),
        )


def chosen_from(register: Register, at: datetime) -> dict[str, tuple[str, str]]:
    """Who can sign in on a local stack: by their name in the register, what they are called and their roles."""
    found = {}
    for name in list(register.people):
        person, roles = register.person(name, at), dict.fromkeys(one.role for one in register.assignments(name, at))
        if person is not None and roles:
            with using_language("sv"):
                found[name] = (person.name, ", ".join(translate(ROLE_NAMES[role]) for role in roles))
    return found


def _supervising(positions: Iterable[Position]) -> set[str]:
    return {name for position in positions for name in (position.supervisor, position.mentor) if name}


def everywhere(roles: Iterable[Role]) -> tuple[Assignment, ...]:
    """These roles in every programme and town, from long ago."""
    return tuple(Assignment(role=role, from_day=FIRST_DAY) for role in roles)


def _kept(keyring: Keyring, name: str) -> Ed25519PrivateKey:
    if name not in keyring:
        keyring.add(name, Ed25519PrivateKey.generate())
    return keyring.key(name)


def _enrol(log: StatementLog, keyring: Keyring, name: str, founder: Ed25519PrivateKey, now: datetime) -> None:
    code = token_urlsafe()
    log.add(PersonInvited(at=now, person=name, code_hash=hash_of_code(code), expires_at=now + INVITATION), founder)
    key = _kept(keyring, name)
    log.add(KeyEnrolled(at=now, person=name, key=public_key_of(key), code=code), key)
