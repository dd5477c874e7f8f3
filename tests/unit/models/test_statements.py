"""Statements of authority: what the signature and the hash of each cover."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import ValidationError

from auditing.transparency.signing import read_public_key
from models.access.statements import Assignment, SignedStatement, hash_of_code
from models.identifiers import Role
from models.signatures import FIELD, SMALL_ORDER, can_sign, is_signed
from runtime.errors import UsageError
from tests.support.errors import raises
from tests.support.statement_logs import KIM, NINE, Log, public

FIRST = Log().statements[0]


@pytest.mark.parametrize(
    "changed",
    [
        {"number": 2},
        {"said": {**FIRST.said, "name": "Mallory"}},
        {"previous": "1" * 64},
        {"key": public("mallory.x")},
        {"signature": "0" * 128},
    ],
)
def test_the_hash_and_the_signature_cover_all_of_a_statement(changed: dict[str, Any]) -> None:
    assert FIRST.is_signed
    other = FIRST.model_copy(update=changed)
    assert not other.is_signed
    assert other.hash != FIRST.hash


def test_what_has_no_canonical_form_is_not_signed_and_has_a_hash() -> None:
    for said in ({"at": 2**60}, {"at": float("nan")}, {"at": "\ud800"}):
        other = FIRST.model_copy(update={"said": said})
        assert not other.is_signed
        assert len(other.hash) == 64


@pytest.mark.parametrize("key", sorted(SMALL_ORDER))
def test_a_key_of_a_small_order_signs_nothing_however_it_is_written(key: str) -> None:
    for written in (key, key.upper(), f"{key[:2]} {key[2:]}"):
        assert not can_sign(written)
        assert not is_signed(b"anything", f"01{'0' * 126}", written)
    with raises(UsageError, "key.signs_nothing"):
        read_public_key(key.upper())


def test_a_number_beyond_the_field_is_no_key() -> None:
    assert can_sign(FIRST.key)
    for number in range(FIELD, 2**255):
        assert not can_sign(number.to_bytes(32, "little").hex())


def test_one_signature_of_a_small_order_would_fit_everything() -> None:
    """Why such keys are named at all: the arithmetic lets the neutral point sign any bytes."""
    neutral, fits = f"01{'0' * 62}", f"01{'0' * 126}"
    for anything in (b"one", b"two"):
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(neutral)).verify(bytes.fromhex(fits), anything)
    log = Log(is_empty=True)
    said = {"kind": "founded", "at": "2026-03-02T09:00:00Z", "person": KIM, "name": KIM, "key": neutral}
    assert log.holds(said, KIM, key=neutral, signature=fits) == "register.not_signed"
    assert log.register.founder is None


@pytest.mark.parametrize("role", [Role.PARTNER, Role.SYSTEM])
def test_partners_and_the_system_are_no_staff(role: Role) -> None:
    with pytest.raises(ValidationError, match="are no staff"):
        Assignment(role=role, from_day=NINE.date())


def test_an_assignment_ends_on_or_after_its_first_day() -> None:
    with pytest.raises(ValidationError, match="until_day lies before from_day"):
        Assignment(role=Role.MENTOR, from_day="2026-03-02", until_day="2026-03-01")


def test_a_statement_is_read_from_its_row_as_it_was_written() -> None:
    assert SignedStatement.of(FIRST) == FIRST


def test_the_log_holds_the_hash_of_a_code_alone() -> None:
    assert hash_of_code("a code") == "3749cb48ee6e8dd6738012fc45cdabda219ccc1a1c46b6525d0f2072a65d90e4"
