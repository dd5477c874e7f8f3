"""People of the tests with keys of their own: enrolled in a register, and signing what they send by any client."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from temporalio.client import (
    Client,
    Interceptor,
    OutboundInterceptor,
    SignalWorkflowInput,
    StartWorkflowInput,
    StartWorkflowUpdateInput,
    StartWorkflowUpdateWithStartInput,
)

from activities.authority import Authority
from activities.free_texts import keep_texts
from activities.positions import sync_positions
from models.access.register import Register
from models.access.statements import (
    Assignment,
    Founded,
    KeyEnrolled,
    PartnerRegistered,
    PersonInvited,
    RulesRegistered,
    ServerRegistered,
    SignedStatement,
    StaffEntered,
    Statement,
    WorkerRegistered,
    hash_of_code,
)
from models.canonical import digest_of
from models.events.events import EVENT, Event
from models.events.parsing import SIGNATURE, signed_event
from models.identifiers import Role
from models.programme.position import Position
from models.programme.programme import Programme
from models.signatures import EventSignature, public_key_of, sign_event
from models.tables.ledger import StatementRow
from runtime.keyring import SERVERS, WORKER, Keyring
from runtime.local.people import OPERATOR, everywhere, staff_of
from runtime.rulebook.loader import RuleBook
from runtime.settings import PROGRAMMES
from runtime.statement_log import StatementLog, next_statement
from workflows.messages import JourneyStart

SINCE = datetime(2000, 1, 1, tzinfo=UTC)
"""When the people of the tests were enrolled: before all that they do."""

SUPERVISORS = ("maria.ek", "jonas.alm", "zita.ny")


def key_of(name: str) -> Ed25519PrivateKey:
    """Somebody's key, the same in every test."""
    return Ed25519PrivateKey.from_private_bytes(sha256(f"test key of {name}".encode()).digest())


def signature_of(journey_id: str, event: Event) -> EventSignature:
    """The signature of an event's author, with a salt that follows from the event."""
    salt = sha256(f"{journey_id} {digest_of(event)}".encode()).hexdigest()[:32]
    return sign_event(key_of(event.actor.name), journey_id, event, salt)


class TestKeyring(Keyring):
    """Everybody's key, without a folder."""

    __test__ = False

    def __init__(self) -> None:
        super().__init__(Path("nowhere"))

    def __contains__(self, name: str) -> bool:
        return name in SERVERS

    def key(self, name: str) -> Ed25519PrivateKey:
        return key_of(name)


def authority() -> Authority:
    return Authority(key_of(WORKER))


def found(engine: Engine, book: RuleBook | None = None) -> None:
    """Enrol the people of the tests in an empty register, and put the rules in force. Safe to repeat."""
    with Session(engine) as session, session.begin():
        if session.scalar(select(StatementRow.number).limit(1)) is None:
            session.add_all(StatementRow(**statement) for statement in _statements(book or RuleBook(PROGRAMMES)))


def offer(engine: Engine, positions: Iterable[Position]) -> None:
    """Have the database know positions, signed by the worker of the tests."""
    with Session(engine) as session, session.begin():
        sync_positions(session, positions, authority(), SINCE)


def put_in_force(engine: Engine, rules: Programme) -> None:
    """Register rules, where they are not."""
    digest = digest_of(rules)
    with Session(engine) as session:
        said = session.scalars(select(StatementRow.said)).all()
    # Not by the fold, which checks every signature anew: two hundred journeys ask this in one test.
    if not any((one.get("programme"), one.get("digest")) == (rules.id, digest) for one in said):
        registered = RulesRegistered(at=SINCE, programme=rules.id, digest=digest)
        StatementLog(engine).add(registered, key_of(OPERATOR))


def keep_keys(folder: Path) -> None:
    """Put everybody's keys where scripts and workers look for them."""
    keyring = Keyring(folder)
    for name in (WORKER, *SERVERS, OPERATOR, *SUPERVISORS, "anna.berg", "bo.lind", "lena.strand", "karin.holm"):
        if name not in keyring:
            keyring.add(name, key_of(name))


def enter(engine: Engine, name: str, /, *roles: Assignment, **more: Any) -> None:
    """Somebody works here from now on, and has a key."""
    log, code, key = StatementLog(engine), f"invitation of {name}", public_key_of(key_of(name))
    until = SINCE + timedelta(days=1)
    said = StaffEntered(at=SINCE, person=name, **{"name": name, "assignments": roles, **more})
    log.add(said, key_of(OPERATOR))
    log.add(PersonInvited(at=SINCE, person=name, code_hash=hash_of_code(code), expires_at=until), key_of(OPERATOR))
    log.add(KeyEnrolled(at=SINCE, person=name, key=key, code=code), key_of(name))


@cache
def register_of_tests() -> Register:
    """The register that the people of the tests are enrolled in, without a database. Nobody changes it."""
    return Register.fold(SignedStatement.of(StatementRow(**one)) for one in _statements(RuleBook(PROGRAMMES)))


@cache
def _statements(book: RuleBook) -> list[dict[str, Any]]:
    register = Register()
    return [next_statement(register, said, key_of(name)).model_dump() for said, name in _said(book)]


def _said(book: RuleBook) -> Sequence[tuple[Statement, str]]:
    staff = list(staff_of(book, SINCE))
    known = {one.person for one in staff}
    staff += [
        StaffEntered(at=SINCE, person=name, name=name, assignments=everywhere((Role.SUPERVISOR,)))
        for name in SUPERVISORS
        if name not in known
    ]
    said: list[tuple[Statement, str]] = [
        (Founded(at=SINCE, person=OPERATOR, name="Kim Dahl", key=public_key_of(key_of(OPERATOR))), OPERATOR),
        (WorkerRegistered(at=SINCE, key=public_key_of(key_of(WORKER))), OPERATOR),
    ]
    for server, kind in SERVERS.items():
        said.append(
            (ServerRegistered(at=SINCE, server=server, key=public_key_of(key_of(server)), speaks_for=kind), OPERATOR)
        )
    for one in staff:
        code = f"invitation of {one.person}"
        until = SINCE + timedelta(days=1)
        key = public_key_of(key_of(one.person))
        said += [
            (one, OPERATOR),
            (PersonInvited(at=SINCE, person=one.person, code_hash=hash_of_code(code), expires_at=until), OPERATOR),
            (KeyEnrolled(at=SINCE, person=one.person, key=key, code=code), one.person),
        ]
    for partner in book.partners:
        key = public_key_of(key_of(partner.id))
        said.append((PartnerRegistered(at=SINCE, partner=partner.id, key=key), OPERATOR))
    for rules in book.programmes.values():
        said.append((RulesRegistered(at=SINCE, programme=rules.id, digest=digest_of(rules)), OPERATOR))
    return said


def signing(client: Client, engine: Engine) -> Client:
    """The client, on which everybody signs what they send, and the rules that a journey begins with are in force."""
    config = client.config()
    config["interceptors"] = [Signing(engine)]
    return Client(**config)


class Signing(Interceptor):
    """Signs events that come unsigned, in the name of the author that they say."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:
        return _Signing(next, self._engine)


class _Signing(OutboundInterceptor):
    def __init__(self, next: OutboundInterceptor, engine: Engine) -> None:
        super().__init__(next)
        self._engine = engine

    async def start_workflow(self, input: StartWorkflowInput) -> Any:
        self._put_in_force(input.args)
        return await super().start_workflow(input)

    async def signal_workflow(self, input: SignalWorkflowInput) -> None:
        input.args = _signed(self._engine, input.id, input.args)
        await super().signal_workflow(input)

    async def start_workflow_update(self, input: StartWorkflowUpdateInput) -> Any:
        input.args = _signed(self._engine, input.id, input.args)
        return await super().start_workflow_update(input)

    async def start_update_with_start_workflow(self, input: StartWorkflowUpdateWithStartInput) -> Any:
        start, update = input.start_workflow_input, input.update_workflow_input
        self._put_in_force(start.args)
        update.args = _signed(self._engine, start.id, update.args)
        return await super().start_update_with_start_workflow(input)

    def _put_in_force(self, args: Sequence[Any]) -> None:
        for start in args:
            if isinstance(start, JourneyStart):
                put_in_force(self._engine, start.rules)


ANYTHING: TypeAdapter[Any] = TypeAdapter(Any)


def _signed(engine: Engine, journey_id: str, args: Sequence[Any]) -> Sequence[Any]:
    """What is sent, its texts kept apart, and signed, where it is one event without a signature; else as it is."""
    if len(args) != 1:
        return args
    try:
        said = ANYTHING.dump_python(args[0], mode="json")
        if not isinstance(said, dict) or SIGNATURE in said:
            return args
        event = keep_texts(engine, journey_id, EVENT.validate_python(said), SINCE)
    except (ValidationError, ValueError, TypeError):
        return args
    return [signed_event(event, signature_of(journey_id, event))]
