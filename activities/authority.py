"""Authority while recording: who signed an event, what they may do, and the worker's signature on each row."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import exists, select
from sqlalchemy.orm import Session
from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.chained_rows import append
from activities.genuine import is_genuine
from activities.statements import statements_after
from models.access.authorship import Claim, brought_rules, put_in_by, why_not_by
from models.access.register import Register
from models.access.speaking import also_for
from models.access.statements import SignedStatement
from models.identifiers import Actor, Role
from models.ledger.entry import LedgerEntry
from models.message import msg
from models.rules.decision import Refusal
from models.rules.recording import the_rules_are_registered
from models.sign_ins import read_sign_in
from models.signatures import Signer, public_key_of, row_bytes, sign
from models.tables.journeys import PositionChangeRow
from models.tables.ledger import LedgerRow, NoticeRow

BEHIND = "behind"
"""Type of the error of a recording for a journey that does not know all that the ledger holds of it, or not that it is
later than it was: it is to judge anew."""

KEY_COUNTS_NOT = "worker's key"
"""Type of the error of a recording by a worker whose key did not count at the moment of the event."""

SIGN_AGAIN_AFTER = timedelta(seconds=10)


class KnownRegister:
    """The register as the database has it, of which each statement is read once."""

    def __init__(self) -> None:
        self._register = Register()
        self._lock = Lock()

    def register(self, session: Session) -> Register:
        """The register with all statements that the transaction sees: it is asked for them once."""
        session.connection()  # first: those who have one and wait for the lock would keep us from having one
        transaction = session.get_transaction()
        if session.info.get(self) is transaction:
            return self._register
        with self._lock:
            session.info[self] = transaction
            for row in session.scalars(statements_after(self._register.number)):
                self._register.add(SignedStatement.of(row))
            return self._register

    def as_of(self, session: Session, number: int) -> Register:
        """The same in a transaction that has seen that the latest statement has a number: where that one is known,
        nothing is asked."""
        if self._register.number >= number:
            session.info[self] = session.get_transaction()
        return self.register(session)

    def genuine(self, session: Session, rows: Iterable[Any]) -> list[Any]:
        """Those rows that a worker of ours has written: whoever else can write to the database cannot sign."""
        register = self.register(session)
        return [row for row in rows if is_genuine(register, row)]


class Authority(KnownRegister):
    """The register as the database has it, and the key with which this worker signs its rows."""

    def __init__(self, worker_key: Ed25519PrivateKey) -> None:
        super().__init__()
        self._worker_key = worker_key

    def why_not(self, session: Session, entry: LedgerEntry) -> Refusal | None:
        """Why an event may not be recorded for its author; None where it may, and where nobody from outside says it."""
        if entry.own or entry.event is None or entry.actor is None:
            return None
        register = self.register(session)
        claim = Claim(
            entry.journey_id,
            entry.programme,
            entry.kind,
            entry.actor,
            entry.digest,
            entry.recorded_at,
            entry.signed,
            entry.parties,
            is_told=_is_told(session, entry.journey_id, entry.actor),
            sign_in=entry.signed.sign_in if entry.signed else None,
            also_for=_also_for(session, entry),
            demands_own_key=entry.own_key == "demanded",
            puts_in=put_in_by(entry.event),
        )
        return why_not_by(register, claim) or _unregistered(register, entry)

    def refuse_to_sign(self, register: Register, at: datetime) -> None:
        """A row that is signed with a key that did not count at its moment is nobody's: an audit finds it, and no
        journey takes it in. Raises ApplicationError: where the key is younger than the moment, since the event waited
        while the worker's key was replaced, judging anew as of now helps; where it was revoked, another worker."""
        if register.is_a_workers(self.key, at):
            return
        attempt = activity.info().attempt if activity.in_activity() else 1
        if attempt > 1 and register.is_a_workers(self.key, datetime.now(UTC)):
            message = "The worker's key is younger than the moment of this event, which is judged as of now."
            raise ApplicationError(message, type=BEHIND, non_retryable=True, category=ApplicationErrorCategory.BENIGN)
        # A second time only after a while: the clocks may differ, and each time stands in the history.
        message = "The worker's key does not count. Start the worker with a key that is registered."
        raise ApplicationError(message, type=KEY_COUNTS_NOT, next_retry_delay=SIGN_AGAIN_AFTER)

    @property
    def key(self) -> str:
        """The public key with which this worker signs."""
        return public_key_of(self._worker_key)

    def signature_of(self, row_hash: str) -> dict[str, str]:
        """The columns in which this worker signs a row."""
        signed = sign(self._worker_key, row_bytes(row_hash))
        return {"worker": signed.key, "worker_signature": signed.value}

    def append(self, session: Session, rows: Sequence[PositionChangeRow], at: datetime) -> None:
        """Put rows that this worker signs at the end of their log."""
        append(session, rows, at=at, by=Signer(self._worker_key))


def _is_told(session: Session, journey_id: str, actor: Actor) -> bool:
    """Whether a partner has been written to in this journey."""
    if actor.role is not Role.PARTNER:
        return False
    told = exists().where(NoticeRow.journey_id == journey_id, NoticeRow.recipient == actor.name)
    return bool(session.scalar(select(told)))


def _also_for(session: Session, entry: LedgerEntry) -> frozenset[str]:
    """For whom the same sign-in has spoken in this journey before."""
    signed = entry.signed
    if signed is None or signed.sign_in is None:
        return frozenset()
    spoken = (LedgerRow.journey_id == entry.journey_id, LedgerRow.key == signed.key, LedgerRow.accepted.is_(True))
    rows = session.execute(select(LedgerRow.actor, LedgerRow.sign_in).where(*spoken))
    return also_for(((actor, read_sign_in(kept)) for actor, kept in rows), signed.sign_in)


def _unregistered(register: Register, entry: LedgerEntry) -> Refusal | None:
    """A journey begins, goes on and is moved under registered rules alone."""
    for digest in _rules_of(entry):
        if not register.is_in_force(entry.programme, digest, entry.recorded_at):
            message = msg(
                "the_rules_are_registered.unknown",
                "These rules were never put in force. Ask the manager of the programme or an operator to put them in"
                " force.",
            )
            return the_rules_are_registered.refuse(message)
    return None


def _rules_of(entry: LedgerEntry) -> Sequence[str | None]:
    return entry.rules_digest, *brought_rules(entry.event)
