"""The keys of candidates: one data key each, wrapped by the master key.

Without its key, nothing of a candidate's that was sealed opens again: that is what erasure is. What a key does is in
`activities.seals`; everything that seals or opens goes through its `Seal`.
"""

from collections.abc import Callable, Iterable
from contextlib import nullcontext, suppress
from datetime import UTC, datetime
from functools import cached_property
from threading import Lock
from typing import Any, Protocol, cast

from cachetools import TTLCache
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Engine, exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from activities.round_trips import each_alone
from activities.seals import KEY_BYTES, CannotOpen, Seal, SealingError
from models.identifiers import JourneyId
from models.message import msg
from models.tables.ledger import LedgerRow
from models.tables.links import ReceivedMailRow
from models.tables.people import CandidateKeyRow, CandidateRow

KEPT_SECONDS = 300.0
"""For how long an opened key is kept in memory: an erasure reaches every process within it."""

MOST_KEPT = 10_000
"""Keys in memory at once: one hundred bytes each."""

IDENTITIES = "identities"
"""The name of the key, no candidate's, under which identity numbers are found: see `Sealer.index`."""


MAILS = "mails"
"""The name of the key, no candidate's either, that seals mails which answer no letter."""


class KeyEnded(SealingError):
    """The candidate's key was ended by a decision; nothing of theirs opens again."""

    def __init__(self, candidate: str) -> None:
        super().__init__(
            msg("sealing.erased", "The data of candidate {candidate} has been erased.", candidate=candidate)
        )


class KeyUnusable(SealingError):
    """The candidate's key is missing, was changed, or is another's."""

    def __init__(self, candidate: str) -> None:
        super().__init__(
            msg(
                "sealing.no_key",
                "The key of candidate {candidate} is missing or damaged. Restore it from the latest backup.",
                candidate=candidate,
            )
        )


class MasterKeyFailed(SealingError):
    """The master key is not at hand, or its service does not answer. Repeating helps once that is put right."""


class MasterKeyUnknown(MasterKeyFailed):
    """A key was wrapped by a master key that is not set here."""


class MasterKey(Protocol):
    """What wraps the keys of candidates. Safe to use by several threads. Raises MasterKeyFailed."""

    def wrap(self, key: bytes) -> str:
        """The key, wrapped, as text of at most 1,000 characters."""
        ...

    def unwrap(self, wrapped: str) -> bytes:
        """The key that was wrapped so, also by an earlier version of the master key. Raises CannotOpen."""
        ...

    def version_of(self, wrapped: str) -> str:
        """The name of the version of the master key that has wrapped it. Asks nobody."""
        ...

    def current(self) -> str:
        """The name of the version that wraps today."""
        ...


class Sealer:
    """The keys of candidates, opened by the master key and kept in memory for `kept_seconds`, at most `most` of them.

    Safe to use by several threads. A key that is not in memory is read from the database: not inside a transaction,
    since SQLite has one connection. `master` is asked for the master key once, when first needed.
    """

    def __init__(
        self,
        engine: Engine,
        master: Callable[[], MasterKey],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        kept_seconds: float = KEPT_SECONDS,
        most: int = MOST_KEPT,
    ) -> None:
        self._engine = each_alone(engine)
        self._master_key = master
        self._now = now
        self._seals: TTLCache[str, Seal] = TTLCache(most, kept_seconds)
        self._lock = Lock()

    def of(self, candidate: str) -> Seal:
        """A candidate's seal, made where there is none and nothing is kept that one has sealed. Raises SealingError."""
        return self.kept(candidate) or self.keep(candidate, self._read(candidate) or self._made(candidate))

    def known(self, candidate: str, session: Session | None = None) -> Seal:
        """The same, where there must be one already. Raises KeyUnusable, too.

        Whoever holds a connection says by which `session`: one that waits for a second while it holds the first waits
        for ever where others do the same, and on SQLite always.
        """
        if (seal := self.kept(candidate) or self._read(candidate, session)) is None:
            raise KeyUnusable(candidate)
        return self.keep(candidate, seal)

    def kept(self, candidate: str) -> Seal | None:
        """A candidate's seal, where it is in memory."""
        with self._lock:
            return self._seals.get(candidate)

    def unless_ended(self, candidate: str, session: Session | None = None) -> Seal | None:
        """As `known`; None where the key was ended."""
        try:
            return self.known(candidate, session)
        except KeyEnded:
            return None

    def have(self, candidates: Iterable[str]) -> None:
        """Have the keys of many candidates in memory, by one query. Those that are ended or unusable stay out."""
        wanted = sorted({one for one in candidates if self.kept(one) is None})
        query = select(CandidateKeyRow.candidate, CandidateKeyRow.wrapped).where(CandidateKeyRow.candidate.in_(wanted))
        with Session(self._engine) as session:
            rows = session.execute(query.where(CandidateKeyRow.wrapped.is_not(None))).all() if wanted else []
        for row in rows:
            with suppress(KeyUnusable):
                self.keep(row.candidate, Seal(unwrapped(self.master, row.candidate, str(row.wrapped))))

    def new(self, candidate: str) -> tuple[Seal, CandidateKeyRow]:
        """The seal of somebody new, and the row of its key, to be written in the transaction that registers them."""
        key = AESGCM.generate_key(8 * KEY_BYTES)
        row = CandidateKeyRow(candidate=candidate, wrapped=wrapped(self.master, candidate, key), made_at=self._now())
        return Seal(key), row

    def forget(self, candidate: str) -> None:
        """Drop a key from memory."""
        with self._lock:
            self._seals.pop(candidate, None)

    def index(self, value: str) -> str:
        """What a value is found by, where it is kept sealed: the same for the same value, and nobody else's guess."""
        return self.of(IDENTITIES).digest(b"index", value.encode())

    @cached_property
    def master(self) -> MasterKey:
        """The master key. Raises UsageError where none is set."""
        return self._master_key()

    def keep(self, candidate: str, seal: Seal) -> Seal:
        """Have a candidate's seal, which is in the database, in memory."""
        with self._lock:
            self._seals.setdefault(candidate, seal)  # which does not make it last longer
        return seal

    def _read(self, candidate: str, session: Session | None = None) -> Seal | None:
        query = select(CandidateKeyRow.wrapped).where(CandidateKeyRow.candidate == candidate)
        with Session(self._engine) if session is None else nullcontext(session) as asking:
            row = asking.execute(query).one_or_none()
        if row is None:
            return None
        if row.wrapped is None:
            raise KeyEnded(candidate)
        return Seal(unwrapped(self.master, candidate, row.wrapped))

    def _made(self, candidate: str) -> Seal:
        with Session(self._engine) as session:
            is_kept = session.scalar(select(_is_kept_of(candidate)))
        if is_kept and (made := self._read(candidate)) is not None:
            return made  # by somebody else just now
        if is_kept:
            raise KeyUnusable(candidate)  # another key would hide for good that theirs was lost
        seal, row = self.new(candidate)
        try:
            with Session(self._engine) as session, session.begin():
                session.add(row)
        except IntegrityError:  # somebody else made one just now, and that one counts
            return cast("Seal", self._read(candidate))
        return seal


SEALER = "sealer"
"""The execution option under which a database carries the keys with which it was opened."""


def keyed(engine: Engine, master: Callable[[], MasterKey]) -> Engine:
    """The database, with the keys to what is sealed in it."""
    return engine.execution_options(**{SEALER: Sealer(engine, master)})


def sealer_on(engine: Engine) -> Sealer:
    """The keys with which a database was opened."""
    return cast("Sealer", engine.get_execution_options()[SEALER])


def _is_kept_of(candidate: str) -> Any:
    """Whether anything is kept that only an earlier key opens."""
    if candidate == IDENTITIES:
        return exists(select(CandidateRow.number))
    if candidate == MAILS:
        return exists().where(ReceivedMailRow.notice_id.is_(None))
    mine = LedgerRow.journey_id.startswith(JourneyId.start_of(candidate), autoescape=True)
    return exists().where(mine, LedgerRow.row == 1)


def wrapped(master: MasterKey, candidate: str, key: bytes) -> str:
    """A candidate's key, wrapped together with whose it is: put in another's place it does not count."""
    return master.wrap(candidate.encode() + b"\x00" + key)


def unwrapped(master: MasterKey, candidate: str, kept: str) -> bytes:
    """The key that `wrapped` has wrapped. Raises KeyUnusable, MasterKeyFailed."""
    try:
        whose, _, key = master.unwrap(kept).partition(b"\x00")
    except CannotOpen:
        raise KeyUnusable(candidate) from None
    if whose != candidate.encode() or len(key) != KEY_BYTES:
        raise KeyUnusable(candidate)
    return key
