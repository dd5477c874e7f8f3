"""What is sealed opens with its candidate's key, in its place, as it was, and never otherwise."""

import asyncio
import zlib
from base64 import b64encode
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, update
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool
from temporalio.api.common.v1 import Payload
from temporalio.converter import WorkflowSerializationContext

from activities.sealing import KeyEnded, KeyUnusable, MasterKeyFailed, Sealer
from activities.seals import CannotOpen, Seal, aes_open, aes_seal
from models.tables.base import Base
from models.tables.people import CandidateKeyRow
from runtime.encryption.master_keys import LocalMasterKey
from runtime.encryption.payload_codec import ENCODING, MOST_BYTES, SealedPayloads

ANNA, BO = "A22222223", "B22222226"
OLD, NEW = b"o" * 32, b"n" * 32
KEYS = st.binary(min_size=32, max_size=32)


class Keys:
    """A database of keys in memory, and sealers on it."""

    def __init__(self) -> None:
        self.engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
        for table in ("candidate_keys", "candidates", "ledger"):
            Base.metadata.tables[table].create(self.engine)

    def sealer(self, *master: bytes, **more: float) -> Sealer:
        return Sealer(self.engine, partial(LocalMasterKey, master or (OLD,)), **more)  # type: ignore[arg-type]

    def change(self, candidate: str, wrapped: str | None) -> None:
        with Session(self.engine) as session, session.begin():
            query = update(CandidateKeyRow).where(CandidateKeyRow.candidate == candidate)
            session.execute(query.values(wrapped=wrapped))

    def wrapped(self, candidate: str) -> str:
        with Session(self.engine) as session:
            return str(session.get_one(CandidateKeyRow, candidate).wrapped)


@pytest.fixture
def keys() -> Keys:
    return Keys()


@given(KEYS, st.text(), st.binary())
def test_what_is_sealed_opens_as_it_was(key: bytes, place: str, content: bytes) -> None:
    assert aes_open(key, place, aes_seal(key, place, content)) == content


@given(KEYS, st.text(), st.binary(), st.data())
def test_any_bit_that_is_flipped_keeps_it_closed(key: bytes, place: str, content: bytes, data: st.DataObject) -> None:
    sealed = bytearray(aes_seal(key, place, content))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(CannotOpen):
        aes_open(key, place, bytes(sealed))


@given(KEYS, KEYS, st.text(), st.text(), st.binary())
def test_another_key_or_place_does_not_open_it(key: bytes, other: bytes, here: str, there: str, said: bytes) -> None:
    sealed = aes_seal(key, here, said)
    for one, place in ((other, here), (key, there)):
        if (one, place) != (key, here):
            with pytest.raises(CannotOpen):
                aes_open(one, place, sealed)


@given(st.binary())
def test_rubbish_opens_with_no_key(rubbish: bytes) -> None:
    with pytest.raises(CannotOpen):
        Seal(OLD).open("here", rubbish)


def test_each_candidate_has_a_key_of_their_own_and_the_same_in_every_process(keys: Keys) -> None:
    sealed = keys.sealer().of(ANNA).seal("here", b"a secret")
    assert keys.sealer().known(ANNA).open("here", sealed) == b"a secret"
    with pytest.raises(CannotOpen):
        keys.sealer().of(BO).open("here", sealed)


def test_keys_that_were_exchanged_open_nothing_and_others_go_on(keys: Keys) -> None:
    third = "C2222222U"
    sealed = keys.sealer().of(third).seal("here", b"a secret")
    keys.sealer().of(ANNA), keys.sealer().of(BO)
    keys.change(ANNA, keys.wrapped(BO))
    with pytest.raises(KeyUnusable):
        keys.sealer().known(ANNA)
    assert keys.sealer().known(third).open("here", sealed) == b"a secret"


@pytest.mark.parametrize(
    "damage", [lambda text: text[:-8] + "AAAAAAA=", lambda text: text[:9], lambda text: text + "%"]
)
def test_a_key_that_was_changed_is_told_as_such(keys: Keys, damage: Callable[[str], str]) -> None:
    keys.sealer().of(ANNA)
    keys.change(ANNA, damage(keys.wrapped(ANNA)))
    with pytest.raises(KeyUnusable):
        keys.sealer().known(ANNA)
    sealer = keys.sealer()
    sealer.have([ANNA])  # which passes by what it cannot use
    assert sealer.kept(ANNA) is None


def test_without_a_key_nothing_is_opened_and_none_is_made(keys: Keys) -> None:
    with pytest.raises(KeyUnusable):
        keys.sealer().known(ANNA)
    with pytest.raises(KeyUnusable):
        keys.sealer().known(ANNA)


def test_a_key_that_was_ended_stays_ended(keys: Keys) -> None:
    keys.sealer().of(ANNA)
    keys.change(ANNA, None)
    for ask in (keys.sealer().of, keys.sealer().known):
        with pytest.raises(KeyEnded):
            ask(ANNA)
    assert keys.sealer().unless_ended(ANNA) is None


def test_an_older_master_key_goes_on_opening_beside_the_current_one(keys: Keys) -> None:
    sealed = keys.sealer(OLD).of(ANNA).seal("here", b"a secret")
    assert keys.sealer(NEW, OLD).known(ANNA).open("here", sealed) == b"a secret"
    with pytest.raises(MasterKeyFailed):
        keys.sealer(NEW).known(ANNA)


def test_a_key_is_kept_for_its_time_and_no_more_than_so_many(keys: Keys) -> None:
    sealer = keys.sealer(most=1)
    sealer.of(ANNA), sealer.of(BO)
    assert (sealer.kept(ANNA), sealer.kept(BO) is None) == (None, False)
    at_once = keys.sealer(kept_seconds=0)
    at_once.of(ANNA)
    assert at_once.kept(ANNA) is None


def test_a_salt_follows_from_the_content_and_the_key_alone(keys: Keys) -> None:
    anna, bo = keys.sealer().of(ANNA), keys.sealer().of(BO)
    assert anna.salt(b"one") == keys.sealer().of(ANNA).salt(b"one")
    assert len({anna.salt(b"one"), anna.salt(b"two"), bo.salt(b"one")}) == 3


def codec(keys: Keys, workflow: str, namespace: str = "default") -> SealedPayloads:
    return SealedPayloads(keys.sealer()).with_context(WorkflowSerializationContext(namespace, workflow))


def journey(candidate: str, programme: str = "easy_jobs") -> str:
    return f"journey/{candidate}/{programme}"


SECRET = Payload(metadata={"encoding": b"json/plain"}, data=b'"a secret"')


def encoded(keys: Keys, workflow: str) -> Payload:
    [sealed] = asyncio.run(codec(keys, workflow).encode([SECRET]))
    return sealed


def decoded(keys: Keys, payload: Payload, workflow: str, namespace: str = "default") -> Payload:
    [plain] = asyncio.run(codec(keys, workflow, namespace).decode([payload]))
    return plain


def test_a_payload_of_a_journey_is_sealed_and_opens_there(keys: Keys) -> None:
    sealed = encoded(keys, journey(ANNA))
    assert sealed.metadata["encoding"] == ENCODING
    assert b"secret" not in sealed.SerializeToString()
    assert decoded(keys, sealed, journey(ANNA)) == SECRET


def test_a_payload_put_in_another_place_stays_sealed(keys: Keys) -> None:
    sealed = encoded(keys, journey(ANNA))
    encoded(keys, journey(BO))
    assert decoded(keys, sealed, journey(ANNA, "service_division")) == sealed
    assert decoded(keys, sealed, journey(BO)) == sealed
    assert decoded(keys, sealed, journey(ANNA), "another") == sealed


def test_what_nobody_sealed_is_passed_on_as_it_came(keys: Keys) -> None:
    encoded(keys, journey(ANNA))
    rubbish = Payload(metadata={"encoding": ENCODING}, data=b"rubbish")
    assert decoded(keys, rubbish, journey(ANNA)) == rubbish
    assert decoded(keys, SECRET, journey(ANNA)) == SECRET


def test_a_payload_whose_key_was_ended_stays_sealed_and_one_whose_key_is_lost_is_tried_again(keys: Keys) -> None:
    sealed = encoded(keys, journey(ANNA))
    keys.change(ANNA, None)
    assert decoded(keys, sealed, journey(ANNA)) == sealed
    keys.change(ANNA, b64encode(b"lost").decode())
    with pytest.raises(MasterKeyFailed):
        decoded(keys, sealed, journey(ANNA))


def test_what_repeats_itself_is_packed_before_it_is_sealed(keys: Keys) -> None:
    long = Payload(metadata=SECRET.metadata, data=b"rules and " * 1_000)
    [sealed] = asyncio.run(codec(keys, journey(ANNA)).encode([long]))
    assert len(sealed.data) < len(long.data) / 10
    assert decoded(keys, sealed, journey(ANNA)) == long


@pytest.mark.parametrize(
    "content",
    [
        SECRET.SerializeToString(),
        zlib.compress(SECRET.SerializeToString())[:-5],
        zlib.compress(b"not a payload"),
        zlib.compress(Payload(data=bytes(MOST_BYTES)).SerializeToString()),
    ],
    ids=["not packed", "cut off", "no payload", "larger than any of ours"],
)
def test_what_was_sealed_with_the_key_and_is_none_of_ours_stays_sealed(keys: Keys, content: bytes) -> None:
    sealed = encoded(keys, journey(ANNA))
    seal, place = keys.sealer().of(ANNA), f"temporal/default/{journey(ANNA)}"
    assert decoded(keys, Payload(metadata=sealed.metadata, data=sealed.data), journey(ANNA)) == SECRET
    other = Payload(metadata=sealed.metadata, data=seal.seal(place, content))
    assert decoded(keys, other, journey(ANNA)) == other


@pytest.mark.parametrize("workflow", ["archive-histories", f"resend/{journey(ANNA)}/1", "journey/nobody/easy_jobs"])
def test_payloads_of_other_workflows_hold_nothing_of_a_person_and_pass(keys: Keys, workflow: str) -> None:
    assert asyncio.run(codec(keys, workflow).encode([SECRET])) == [SECRET]
