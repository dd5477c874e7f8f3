"""Free texts of events: where they stand, and references that commit to them."""

import hashlib
import hmac
from typing import Any
from uuid import UUID

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from models.events.events import EVENT, EVENT_CLASSES, Event
from models.events.texts import TextPlace, event_with, is_reference, reference_of, texts_in, with_texts
from models.identifiers import JourneyId

JOURNEY = JourneyId.of("K7Q29FMXB", "easy_jobs")
EVENT_ID = "3f0c7c7e-5a7b-4b52-9b0e-0d8c1f6f7a11"
PLACE = TextPlace(EVENT_ID, "reason")
SALT = "0123456789abcdef" * 2
COMMON = {"event_id": EVENT_ID, "actor": "coordinator:anna.berg", "effective_on": "2026-03-02"}


def event(kind: str, **fields: Any) -> Event:
    return EVENT.validate_python({"kind": kind, **COMMON, **fields})


def test_a_reference_can_be_checked_by_whoever_has_the_text_and_its_salt() -> None:
    said = {"format": "hela-vagen-text/1", "journey": JOURNEY, "event": EVENT_ID, "field": "reason", "text": "Åsa"}
    mac = hmac.new(bytes.fromhex(SALT), rfc8785.dumps(said), hashlib.sha256).hexdigest()
    assert reference_of(JOURNEY, PLACE, "Åsa", SALT) == f"text:{mac}"


@given(st.text(min_size=1), st.text(min_size=1))
def test_a_reference_follows_from_journey_event_field_text_and_salt(one: str, other: str) -> None:
    reference = reference_of(JOURNEY, PLACE, one, SALT)
    assert is_reference(reference)
    assert reference == reference_of(JOURNEY, PLACE, one, SALT)
    others = [
        reference_of("journey/K7Q29FMXB/other", PLACE, one, SALT),
        reference_of(JOURNEY, PLACE._replace(event_id="x"), one, SALT),
        reference_of(JOURNEY, PLACE._replace(field="text"), one, SALT),
        reference_of(JOURNEY, PLACE, one, SALT[::-1]),
    ]
    assert reference not in others
    assert (reference == reference_of(JOURNEY, PLACE, other, SALT)) == (one == other)


@pytest.mark.parametrize("text", ["text:", f"text:{'A' * 64}", f" text:{'0' * 64}", f"text:{'0' * 65}", "", None, 1])
def test_what_is_written_otherwise_is_no_reference(text: object) -> None:
    assert not is_reference(text)


EVERY: list[tuple[Event, list[str]]] = [
    (event("referral_declined", reason="a"), ["reason"]),
    (event("note_added", text="a"), ["text"]),
    (event("check_in_recorded", remark="a"), ["remark"]),
    (event("check_in_recorded"), []),
    (event("referral_accepted"), []),
    (event("role_converted", form="x", law="section 5 a"), []),
    (
        event(
            "requirements_checked",
            profile="x",
            findings=[
                {"requirement": "a", "result": "met"},
                {"requirement": "b", "result": "waived", "reason": "a"},
            ],
        ),
        ["findings.reason"],
    ),
    (
        event("corrected", corrects=EVENT_ID, reason="a", replacement={"kind": "note_added", **COMMON, "text": "b"}),
        ["reason", "text"],
    ),
]


@pytest.mark.parametrize(("said", "fields"), EVERY)
def test_the_texts_of_an_event_are_found_and_replaced_each_in_its_place(said: Event, fields: list[str]) -> None:
    found = list(texts_in(said.model_dump(mode="json")))
    assert [place.field for place, _ in found] == fields
    assert {place.event_id for place, _ in found} <= {EVENT_ID}
    replaced = event_with(said, lambda place, text: f"{place.field}: {text}")
    assert [text for _, text in texts_in(replaced.model_dump(mode="json"))] == [
        f"{p.field}: {text}" for p, text in found
    ]
    assert event_with(replaced, lambda _, text: text.partition(": ")[2]) == said


def test_every_field_that_people_write_freely_is_one_of_these() -> None:
    """A kind whose field is declared otherwise would travel with its text."""
    declared = {
        (kind, name)
        for kind, cls in EVENT_CLASSES.items()
        for name in cls.model_fields
        if name in ("reason", "text", "remark")
    }
    found = {
        (kind, name)
        for kind, name in declared
        if list(texts_in({"kind": kind, "event_id": EVENT_ID, name: "a"})) == [(TextPlace(EVENT_ID, name), "a")]
    }
    assert found == declared


@pytest.mark.parametrize("said", [{}, {"kind": "nonsense"}, {"kind": 1}, {"kind": "paused", "reason": 1}])
def test_what_is_no_event_stays_as_it_is(said: dict[str, Any]) -> None:
    assert with_texts(said, lambda _, text: text + "!") == said
    assert list(texts_in(said)) == list(texts_in(None)) == []


def test_a_text_in_a_replacement_is_in_the_event_that_it_replaces() -> None:
    inner = {"kind": "note_added", **COMMON, "event_id": str(UUID(int=1)), "text": "b"}
    said = event("corrected", corrects=UUID(int=1), reason="a", replacement=inner).model_dump(mode="json")
    assert [place.event_id for place, _ in texts_in(said)] == [EVENT_ID, str(UUID(int=1))]
