"""Checkpoints: written, read, checked by a stranger's code, and no change to one goes unseen."""

import json
import stat
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from auditing.transparency.checkpoint import read_checkpoint
from auditing.transparency.checkpointing import file_name, write_checkpoint
from auditing.transparency.merkle import root_of
from auditing.transparency.proof import Proof, check, read_proof, write_proof
from auditing.transparency.signing import LARGEST, Leaf, make_key, public_key_of, read_key, read_public_key
from models.identifiers import CandidateNumber
from runtime.errors import Refused, UsageError, UserError
from tests.support.checkpoints import (
    AT,
    AUDITOR,
    BESIDE,
    FIVE,
    LEAVES,
    LEDGER,
    PUBLIC,
    STRANGER,
    id_of,
    read_back,
    written,
)
from tests.support.errors import raises
from tests.support.independent_checker import canonical, check_checkpoint, check_proof
from tests.support.thoroughness import examples

Change = Callable[[Any], object]


def test_what_was_written_is_read(tmp_path: Path) -> None:
    checkpoint = read_back(tmp_path)
    assert checkpoint.leaves == LEAVES
    said = checkpoint.statement
    assert (said.ledger, said.at, said.journeys, said.rows) == (LEDGER, "2026-11-23T02:00:00Z", 5, 15)
    assert (said.moment, said.public_key) == (AT, PUBLIC)
    assert checkpoint.leaf(id_of(FIVE[3])) == LEAVES[3]
    assert checkpoint.leaf("journey/K2345678/service_division") is None
    assert checkpoint.leaf("journey/Z/service_division") is None


@pytest.mark.parametrize("size", range(6))
def test_a_stranger_finds_that_checkpoint_and_proofs_hold(tmp_path: Path, size: int) -> None:
    file = written(tmp_path, LEAVES[:size])
    check_checkpoint(file.read_text(encoding="utf-8"), PUBLIC)
    checkpoint = read_checkpoint(file)
    for each in LEAVES[:size]:
        proof = checkpoint.proof(each.journey_id)
        check(proof, PUBLIC)
        check_proof(proof.model_dump_json(), PUBLIC)


@examples(50)
@given(st.dictionaries(st.text("abc_", max_size=4), st.text(max_size=8) | st.integers(0, LARGEST), max_size=4))
def test_the_canonical_form_is_as_the_document_tells_it(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


def swap(leaves: list[Any]) -> None:
    leaves[1], leaves[2] = leaves[2], leaves[1]


OTHER = "f" * 64
CHANGES: dict[str, tuple[Change, str]] = {
    "a head": (lambda said: said["leaves"][2].__setitem__(2, OTHER), "checkpoint.changed"),
    "a number of rows": (lambda said: said["leaves"][2].__setitem__(1, 9), "checkpoint.changed"),
    "rows moved from one to another": (
        lambda said: (said["leaves"][1].__setitem__(1, 1), said["leaves"][2].__setitem__(1, 4)),
        "checkpoint.changed",
    ),
    "a number of readings": (lambda said: said["leaves"][2].__setitem__(3, 9), "checkpoint.changed"),
    "a head of readings": (lambda said: said["leaves"][2].__setitem__(4, OTHER), "checkpoint.changed"),
    "a journey's id": (lambda said: said["leaves"][2].__setitem__(0, id_of("K234567A5")), "checkpoint.changed"),
    "a leaf that is gone": (lambda said: said["leaves"].pop(), "checkpoint.changed"),
    "a leaf too many": (lambda said: said["leaves"].append([*LEAVES[4]]), "checkpoint.changed"),
    "leaves in another order": (lambda said: swap(said["leaves"]), "checkpoint.changed"),
    "the root": (lambda said: said["statement"].update(root=OTHER), "checkpoint.changed"),
    "the moment": (lambda said: said["statement"].update(at="2027-11-23T02:00:00Z"), "checkpoint.changed"),
    "the ledger": (lambda said: said["statement"].update(ledger="Region Skåne"), "checkpoint.changed"),
    "the journeys": (lambda said: said["statement"].update(journeys=4), "checkpoint.changed"),
    "the rows": (lambda said: said["statement"].update(rows=16), "checkpoint.changed"),
    "the key": (lambda said: said["statement"].update(public_key=public_key_of(STRANGER)), "checkpoint.changed"),
    "the statements": (lambda said: said["statement"].update(statements=8), "checkpoint.changed"),
    "the register": (lambda said: said["statement"].update(register_head=OTHER), "checkpoint.changed"),
    "the rows of a log": (
        lambda said: said["statement"]["chains"]["training_completions"].update(rows=7),
        "checkpoint.changed",
    ),
    "the head of a log": (
        lambda said: said["statement"]["chains"]["training_completions"].update(head=OTHER),
        "checkpoint.changed",
    ),
    "a log that is gone": (lambda said: said["statement"]["chains"].clear(), "checkpoint.changed"),
    "the signature": (lambda said: said.update(signature="0" * 128), "checkpoint.changed"),
    "a field more": (lambda said: said["statement"].update(note="x"), "checkpoint.unknown_file"),
    "a field less": (lambda said: said["statement"].pop("rows"), "checkpoint.unknown_file"),
    "a number as a text": (lambda said: said["statement"].update(rows="15"), "checkpoint.unknown_file"),
    "a hash in capitals": (lambda said: said["leaves"][2].__setitem__(2, OTHER.upper()), "checkpoint.unknown_file"),
    "a moment that there is not": (
        lambda said: said["statement"].update(at="2026-02-30T02:00:00Z"),
        "checkpoint.unknown_file",
    ),
    "another format": (
        lambda said: said["statement"].update(format="hela-vagen-checkpoint/2"),
        "file.other_format",
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_checkpoint_that_was_changed_is_refused(tmp_path: Path, change: str) -> None:
    file = written(tmp_path)
    do, named = CHANGES[change]
    said = json.loads(file.read_text(encoding="utf-8"))
    do(said)
    file.write_text(json.dumps(said))
    with raises(UserError, named) as refused:
        read_checkpoint(file)
    assert isinstance(refused.value, Refused if named == "checkpoint.changed" else UsageError)
    # What our own reading forgives in spelling or refuses in form a stranger's may not; what was changed it finds too.
    if isinstance(refused.value, Refused):
        with pytest.raises((AssertionError, InvalidSignature)):
            check_checkpoint(file.read_text(encoding="utf-8"), PUBLIC)


@pytest.mark.parametrize("leaves", [(LEAVES[1], LEAVES[0]), (LEAVES[0], LEAVES[0])])
def test_leaves_out_of_order_are_refused_though_they_were_signed(tmp_path: Path, leaves: tuple[Leaf, ...]) -> None:
    """A journey that stood in it twice could be shown with either head."""
    file = written(tmp_path)
    said = json.loads(file.read_text(encoding="utf-8"))
    counts = {"journeys": 2, "rows": sum(leaf.rows for leaf in leaves)}
    said["statement"].update(root=root_of(leaf.hash for leaf in leaves).hex(), **counts)
    said["signature"] = AUDITOR.sign(canonical(said["statement"])).hex()
    file.write_text(json.dumps({**said, "leaves": leaves}))
    with raises(Refused, "checkpoint.changed"):
        read_checkpoint(file)


def flips(content: bytes) -> Iterator[bytes]:
    """The content with one bit of one byte flipped, for each byte."""
    for place in range(len(content)):
        yield content[:place] + bytes([content[place] ^ 1 << place % 7]) + content[place + 1 :]


def test_a_bit_that_is_flipped_anywhere_in_a_checkpoint_is_found_unless_it_says_the_same(tmp_path: Path) -> None:
    checkpoint = read_back(tmp_path, LEAVES[:2])
    file = tmp_path / "flipped.json"
    for content in flips((tmp_path / "checkpoint.json").read_bytes()):
        file.write_bytes(content)
        try:
            assert read_checkpoint(file) == checkpoint
        except UserError:
            continue


def test_a_bit_that_is_flipped_anywhere_in_a_proof_is_found_unless_it_says_the_same(tmp_path: Path) -> None:
    proof = read_back(tmp_path).proof(id_of(FIVE[2]))
    for content in flips(proof.model_dump_json().encode()):
        try:
            changed = Proof.model_validate_json(content)
            check(changed)
            assert changed == proof
        except (ValidationError, Refused):
            continue


def test_one_that_leaves_a_journey_out_and_is_signed_anew_is_by_another_key(tmp_path: Path) -> None:
    file = written(tmp_path, LEAVES[:4], key=STRANGER)
    assert read_checkpoint(file).statement.journeys == 4
    with raises(Refused, "checkpoint.other_key", found=public_key_of(STRANGER)):
        read_checkpoint(file, PUBLIC)


def test_a_key_of_a_small_order_signs_no_checkpoint(tmp_path: Path) -> None:
    file = written(tmp_path)
    said = json.loads(file.read_text())
    said["statement"]["public_key"], said["signature"] = f"01{'0' * 62}", f"01{'0' * 126}"
    file.write_text(json.dumps(said))
    with raises(Refused, "checkpoint.changed"):
        read_checkpoint(file)


def test_one_of_another_ledger_is_refused(tmp_path: Path) -> None:
    with raises(Refused, "checkpoint.other_ledger", found="Region Sörmland", ledger="Region Skåne"):
        read_checkpoint(written(tmp_path), PUBLIC, "Region Skåne")


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe", b"[1]", b'{"leaves": [' * 1000])
def test_what_is_none_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "any.json"
    file.write_bytes(content)
    with raises(UsageError, "checkpoint.unknown_file", file="any.json"):
        read_checkpoint(file)
    with raises(UsageError, "proof.unknown_file", file="any.json"):
        read_proof(file)


def test_a_file_that_there_is_not_is_named(tmp_path: Path) -> None:
    with raises(UsageError, "checkpoint.unreadable", file="none.json"):
        read_checkpoint(tmp_path / "none.json")
    with raises(UsageError, "proof.unreadable", file="none.json"):
        read_proof(tmp_path / "none.json")


def test_nothing_is_written_over_and_nothing_is_left_half(tmp_path: Path) -> None:
    file = written(tmp_path)
    before = file.read_bytes()
    with raises(UsageError, "file.unwritable", why="it exists already, and is not written over"):
        written(tmp_path, LEAVES[:1])
    assert file.read_bytes() == before

    def broken() -> Iterator[Leaf]:
        yield LEAVES[0]
        raise ConnectionError

    half = tmp_path / "half.json"
    with raises(UsageError, "file.unwritable"):
        write_checkpoint(half, broken(), BESIDE, ledger=LEDGER, at=AT, key=AUDITOR)
    assert not half.exists()
    with raises(UsageError, "file.unwritable", why="its folder does not exist"):
        written(tmp_path / "nowhere")


@pytest.mark.parametrize("leaves", [(LEAVES[1], LEAVES[0]), (LEAVES[0], LEAVES[0])])
def test_what_could_not_be_read_is_not_written(tmp_path: Path, leaves: tuple[Leaf, ...]) -> None:
    with pytest.raises(ValueError, match="in order"):
        written(tmp_path, leaves)
    assert list(tmp_path.iterdir()) == []


def test_it_is_called_after_its_moment() -> None:
    assert file_name(AT + timedelta(minutes=5)) == "hela-vagen-checkpoint-2026-11-23T0205Z.json"


PROOF_CHANGES: dict[str, Change] = {
    "the head": lambda said: said["leaf"].update(head=OTHER),
    "the rows": lambda said: said["leaf"].update(rows=4),
    "the readings": lambda said: said["leaf"].update(reads=2),
    "the head of the readings": lambda said: said["leaf"].update(reads_head=OTHER),
    "the journey": lambda said: said["leaf"].update(journey=id_of("K234567A5")),
    "the index": lambda said: said.update(index=3),
    "an index beyond the tree": lambda said: said.update(index=2 + 2**40),
    "a hash of the path": lambda said: said["path"].__setitem__(1, OTHER),
    "a shorter path": lambda said: said["path"].pop(),
    "a longer path": lambda said: said["path"].append(OTHER),
    "the path turned round": lambda said: said["path"].reverse(),
    "the root": lambda said: said["statement"].update(root=OTHER),
    "the moment": lambda said: said["statement"].update(at="2020-11-23T02:00:00Z"),
    "the size of the tree": lambda said: said["statement"].update(journeys=6),
    "the signature": lambda said: said.update(signature=said["signature"][::-1]),
    "the key": lambda said: said["statement"].update(public_key=public_key_of(STRANGER)),
}


PROOF_REFUSED = dict.fromkeys(
    ("the root", "the moment", "the size of the tree", "the signature", "the key"), "proof.changed"
)
"""What is said of a change in the statement; of any other, that the journey is not in the checkpoint."""


@pytest.mark.parametrize("change", PROOF_CHANGES)
def test_a_proof_that_was_changed_does_not_hold(tmp_path: Path, change: str) -> None:
    said = json.loads(read_back(tmp_path).proof(id_of(FIVE[2])).model_dump_json())
    PROOF_CHANGES[change](said)
    with raises(Refused, PROOF_REFUSED.get(change, "proof.not_in_checkpoint")):
        check(Proof.model_validate_json(json.dumps(said)))
    with pytest.raises((AssertionError, InvalidSignature)):
        check_proof(json.dumps(said), PUBLIC)


def test_a_proof_is_written_and_read(tmp_path: Path) -> None:
    proof = read_back(tmp_path).proof(id_of(FIVE[2]))
    write_proof(tmp_path / "proof.json", proof)
    assert read_proof(tmp_path / "proof.json") == proof
    with raises(Refused, "proof.other_key"):
        check(proof, public_key_of(STRANGER))
    with raises(UsageError, "checkpoint.no_such_journey", journey="journey/none/x"):
        read_back(tmp_path / "..").proof("journey/none/x")


def test_a_key_is_for_its_owner_alone_and_never_written_over(tmp_path: Path) -> None:
    file = tmp_path / "auditor.pem"
    public = make_key(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert public_key_of(read_key(file)) == public == read_public_key(f" {public.upper()}\n")
    with raises(UsageError, "file.unwritable", why="it exists already, and is not written over"):
        make_key(file)
    assert public_key_of(read_key(file)) == public


def locked() -> bytes:
    by = serialization.BestAvailableEncryption(b"secret")
    return AUDITOR.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, by)


def of_another_kind() -> bytes:
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return generate_private_key(SECP256R1()).private_bytes(*form)


def nothing() -> bytes:
    return b""


WRONG_KEYS = {
    "nothing": (nothing, "key.not_private"),
    "a passphrase": (locked, "key.passphrase"),
    "another kind": (of_another_kind, "key.not_private"),
}


@pytest.mark.parametrize("wrong", WRONG_KEYS)
def test_what_is_no_key_is_said_to_be_none(tmp_path: Path, wrong: str) -> None:
    content, named = WRONG_KEYS[wrong]
    (tmp_path / "key.pem").write_bytes(content())
    with raises(UsageError, named, file="key.pem"):
        read_key(tmp_path / "key.pem")


def test_a_key_that_there_is_not_and_one_that_is_mistyped(tmp_path: Path) -> None:
    with raises(UsageError, "key.unreadable", file="key.pem"):
        read_key(tmp_path / "key.pem")
    with raises(UsageError, "key.not_public"):
        read_public_key(PUBLIC[:-1])


def test_a_journey_is_found_by_its_candidate(tmp_path: Path) -> None:
    number = CandidateNumber.draw(Random(1))
    ids = [f"journey/{number}/{programme}" for programme in ("easy_jobs", "service_division")]
    checkpoint = read_back(tmp_path, tuple(Leaf(each, 1, OTHER, 0, OTHER) for each in ids))
    assert checkpoint.journey_of(f" {number.lower()}", "easy_jobs") == ids[0]
    with raises(UsageError, "journey.several", choices="easy_jobs, service_division"):
        checkpoint.journey_of(number)
    with raises(UsageError, "checkpoint.no_journey_of"):
        checkpoint.journey_of(number, "chain_of_measures")
    with raises(UsageError, "checkpoint.no_journey_of"):
        checkpoint.journey_of(CandidateNumber.draw(Random(2)))
    with raises(UsageError, "candidate.number"):
        checkpoint.journey_of(number[:-1])
