"""Rotation of the master key: every key wrapped anew, none lost, whatever stops it."""

from functools import partial

import pytest
from sqlalchemy import Engine, create_engine, update
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from activities.sealing import KeyEnded, MasterKeyFailed, Sealer, keyed, sealer_on
from models.tables.base import Base
from models.tables.people import CandidateKeyRow
from runtime.encryption.master_keys import LocalMasterKey, name_of
from services.privacy import rotation
from services.privacy.rotation import count_keys, rotate

OLD, NEW = b"o" * 32, b"n" * 32
CANDIDATES = [f"candidate {number}" for number in range(7)]


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch) -> Engine:
    """Seven keys by the old master key, and the new one set before it."""
    monkeypatch.setattr(rotation, "BATCH", 2)
    database = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    for table in ("candidate_keys", "candidates", "ledger"):
        Base.metadata.tables[table].create(database)
    for candidate in CANDIDATES:
        Sealer(database, partial(LocalMasterKey, (OLD,))).of(candidate)
    return keyed(database, partial(LocalMasterKey, (NEW, OLD)))


def salts(database: Engine, *master: bytes) -> list[str]:
    """What follows from each candidate's key, opened by these master keys."""
    return [Sealer(database, partial(LocalMasterKey, master)).known(one).salt(b"") for one in CANDIDATES]


def counts(database: Engine) -> dict[str, int]:
    return {one.version: one.keys for one in count_keys(database).versions if one.keys}


def test_after_a_rotation_the_old_master_key_is_needed_no_more(database: Engine) -> None:
    before, told = salts(database, OLD), list[int]()
    assert counts(database) == {name_of(OLD): 7}
    assert rotate(database, told.append).rewrapped == 7
    assert salts(database, NEW) == before
    assert (counts(database), told) == ({name_of(NEW): 7}, [2, 2, 2, 1])
    with pytest.raises(MasterKeyFailed):
        salts(database, OLD)


def test_a_rotation_that_was_stopped_halfway_goes_on_where_it_was(database: Engine) -> None:
    before = salts(database, OLD)

    def stop(_done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotate(database, stop)
    assert counts(database) == {name_of(NEW): 2, name_of(OLD): 5}
    assert salts(database, NEW, OLD) == before
    assert rotate(database).rewrapped == 5
    assert salts(database, NEW) == before
    assert rotate(database).rewrapped == 0


def test_a_key_that_was_ended_meanwhile_stays_ended(database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    write = rotation._write

    def end_one_first(*args: object) -> int:
        with Session(database) as session, session.begin():
            session.execute(
                update(CandidateKeyRow).where(CandidateKeyRow.candidate == CANDIDATES[0]).values(wrapped=None)
            )
        return write(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(rotation, "_write", end_one_first)
    assert rotate(database).rewrapped == 6
    assert count_keys(database).ended == 1
    with pytest.raises(KeyEnded):
        sealer_on(database).known(CANDIDATES[0])


def test_a_key_that_does_not_open_is_named_and_stops_no_other(database: Engine) -> None:
    with Session(database) as session, session.begin():
        damaged = session.get_one(CandidateKeyRow, CANDIDATES[3])
        damaged.wrapped = f"{name_of(OLD)}:AAAA"
    done = rotate(database)
    assert (done.rewrapped, done.unusable) == (6, (CANDIDATES[3],))
