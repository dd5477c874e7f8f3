"""Rotation of the master key: the keys of candidates, wrapped anew by its current version, a batch at a time."""

from collections.abc import Callable, Sequence

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from activities.sealing import KeyUnusable, MasterKey, sealer_on, unwrapped, wrapped
from models.fields import Strict
from models.tables.base import table_of
from models.tables.people import CandidateKeyRow

KEYS = table_of(CandidateKeyRow)

BATCH = 100
"""Keys in one transaction: a second with Vault far away, and journeys wait for no longer than that."""


class KeyCount(Strict):
    """How many keys a version of the master key has wrapped, and whether it is the one that wraps today."""

    version: str
    current: bool
    keys: int


class Counted(Strict):
    """The keys of candidates: by version of the master key, the current one first, and how many were ended."""

    versions: tuple[KeyCount, ...]
    ended: int


class Rotated(Strict):
    """What a rotation did: how many keys it wrapped anew, and whose keys do not open and stayed as they are."""

    rewrapped: int
    unusable: tuple[str, ...]


def count_keys(engine: Engine) -> Counted:
    """How many keys there are, and what wraps them. Raises MasterKeyFailed and UsageError."""
    master = sealer_on(engine).master
    current, counted = master.current(), dict[str, int]()
    counted[current] = ended = 0
    with engine.connect() as connection:
        for one in connection.execution_options(yield_per=1_000).scalars(select(KEYS.c.wrapped)):
            if one is None:
                ended += 1
            else:
                version = master.version_of(one)
                counted[version] = counted.get(version, 0) + 1
    versions = sorted(counted, key=lambda version: (version != current, version))
    return Counted(
        versions=tuple(KeyCount(version=one, current=one == current, keys=counted[one]) for one in versions),
        ended=ended,
    )


def rotate(engine: Engine, done: Callable[[int], None] = lambda _count: None) -> Rotated:
    """Wrap anew every key that the current version of the master key has not wrapped. `done` is told how many were
    looked at each time.

    Each batch is one transaction: stopped anywhere, what is done is done, and the next call does the rest. A key that
    somebody ended meanwhile stays ended. Raises MasterKeyFailed where the master key is out of reach.
    """
    master, after = sealer_on(engine).master, ""
    current, rewrapped, unusable = master.current(), 0, list[str]()
    while batch := _batch(engine, after):
        changed: list[tuple[str, str, str]] = []
        for candidate, kept in batch:
            if master.version_of(kept) == current:
                continue
            try:
                changed.append((candidate, kept, _anew(master, candidate, kept)))
            except KeyUnusable:
                unusable.append(candidate)
        rewrapped += _write(engine, changed)
        after = batch[-1][0]
        done(len(batch))
    return Rotated(rewrapped=rewrapped, unusable=tuple(unusable))


def _anew(master: MasterKey, candidate: str, kept: str) -> str:
    return wrapped(master, candidate, unwrapped(master, candidate, kept))


def _batch(engine: Engine, after: str) -> Sequence[tuple[str, str]]:
    query = select(KEYS.c.candidate, KEYS.c.wrapped).where(KEYS.c.candidate > after, KEYS.c.wrapped.is_not(None))
    with Session(engine) as session:
        return [(row.candidate, row.wrapped) for row in session.execute(query.order_by(KEYS.c.candidate).limit(BATCH))]


def _write(engine: Engine, changed: Sequence[tuple[str, str, str]]) -> int:
    """Where a key is still wrapped as it was read: whoever ended it meanwhile, or rotates too, is not undone."""
    with Session(engine) as session, session.begin():
        return sum(
            session.connection()
            .execute(update(KEYS).where(KEYS.c.candidate == candidate, KEYS.c.wrapped == kept).values(wrapped=new))
            .rowcount
            for candidate, kept, new in changed
        )
