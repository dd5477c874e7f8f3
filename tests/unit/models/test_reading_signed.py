"""Reading an event with the signature that came beside its fields; never an exception."""

import json
from typing import Any

import pytest

from models.events.events import EVENT
from models.events.parsing import LARGEST_EVENT, SIGNATURE, Unreadable, read_event, read_signed, signed_event
from models.signatures import EventSignature
from tests.support.values import COORDINATOR, numbered_id

NOTE: dict[str, Any] = {
    "event_id": str(numbered_id(1)),
    "kind": "note_added",
    "actor": COORDINATOR,
    "effective_on": "2026-03-02",
    "text": "Prefers mornings, åäö",
}
GIVEN = {"key": "a" * 64, "value": "b" * 128, "salt": "c" * 32}


def sent(signature: Any = GIVEN, **changed: Any) -> bytes:
    return json.dumps({**NOTE, SIGNATURE: signature, **changed}).encode()


def test_an_event_is_read_with_its_signature_and_is_the_same_without() -> None:
    event, signature = read_signed(sent())
    assert signature == EventSignature(**GIVEN)
    assert event == read_event(json.dumps(NOTE).encode()) == EVENT.validate_python(NOTE)


def test_what_is_signed_is_read_again_as_it_was() -> None:
    event, signature = EVENT.validate_python(NOTE), EventSignature(**GIVEN)
    assert read_signed(json.dumps(signed_event(event, signature)).encode()) == (event, signature)


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        7,
        [],
        {},
        {"key": "a" * 64},
        {**GIVEN, "key": "A" * 64},
        {**GIVEN, "key": "a" * 63},
        {**GIVEN, "value": "b" * 127},
        {**GIVEN, "value": f"{'b' * 127}\n"},
        {**GIVEN, "more": 1},
    ],
)
def test_a_signature_that_is_none_counts_as_missing_and_the_event_is_read(signature: Any) -> None:
    event, read = read_signed(sent(signature))
    assert read is None
    assert event == EVENT.validate_python(NOTE)


def test_an_event_without_the_field_has_no_signature() -> None:
    assert read_signed(json.dumps(NOTE).encode()) == (EVENT.validate_python(NOTE), None)


def test_the_word_in_a_text_is_no_signature() -> None:
    data = json.dumps({**NOTE, "text": 'He wrote "signature": "x"'}).encode()
    event, signature = read_signed(data)
    assert (event, signature) == (read_event(data), None)


def test_a_signature_inside_an_event_is_a_field_that_is_unknown() -> None:
    replacement = {**NOTE, "event_id": str(numbered_id(2)), SIGNATURE: GIVEN}
    said = {**NOTE, "kind": "corrected", "corrects": NOTE["event_id"], "replacement": replacement, "reason": "A slip"}
    del said["text"]
    event, signature = read_signed(json.dumps({**said, SIGNATURE: GIVEN}).encode())
    assert isinstance(event, Unreadable)
    assert signature is not None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b'"signature"',
        b'["signature"]',
        b'{"signature"',
        b'{"signature": 1}',
        b'{"signature": NaN}',
        b'{"signature":' * 10_000,
        b'\xff\xfe"signature"',
        sent()[:-1],
        sent(kind="hired"),
        sent(text="x" * LARGEST_EVENT),
    ],
)
def test_what_is_no_event_is_answered_as_such(data: bytes) -> None:
    event, _ = read_signed(data)
    assert isinstance(event, Unreadable)


def test_what_is_too_large_or_in_another_encoding_is_not_looked_into() -> None:
    assert read_signed(sent(text="x" * LARGEST_EVENT))[1] is None
    event, signature = read_signed(sent(), "binary/protobuf")
    assert isinstance(event, Unreadable)
    assert signature is None


def test_of_two_signatures_the_last_counts_as_in_every_field() -> None:
    twice = b'{"signature": 7, ' + sent()[1:]
    assert read_signed(twice)[1] == EventSignature(**GIVEN)
