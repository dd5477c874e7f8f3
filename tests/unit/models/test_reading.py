"""Reading what somebody sent: whatever it is, an event or one sentence without what was sent; never an exception."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from activities.language import said
from models.events.events import EVENT, EVENT_CLASSES, Event
from models.events.parsing import JSON, LARGEST_EVENT, MOST_PROBLEMS, Unreadable, explain, read_event
from models.fields import LONGEST_TEXT
from models.stages import Stage
from tests.support.builders import Way, way_to
from tests.support.thoroughness import examples
from tests.support.values import COORDINATOR, is_one_sentence, numbered_id

SECRET = "qzx7kalle19900101"
"""What must not come back: a name and a number that fit every pattern and stand nowhere else."""

NOTE: dict[str, Any] = {
    "event_id": str(numbered_id(1)),
    "kind": "note_added",
    "actor": COORDINATOR,
    "effective_on": "2026-03-02",
    "text": "Prefers mornings",
}


def sent(**changes: Any) -> bytes:
    return json.dumps({**NOTE, **changes}).encode()


def as_json(event: Event) -> dict[str, Any]:
    data: dict[str, Any] = EVENT.dump_python(event, mode="json")
    return data


def one_of_each_kind() -> list[dict[str, Any]]:
    """One event of each kind, as JSON data."""
    way = way_to(Stage.TEMPORARY_ROLE)
    return [as_json(way.event(kind)) for kind in EVENT_CLASSES]


EXAMPLES = one_of_each_kind()


def unreadable(answer: Event | Unreadable) -> str:
    assert isinstance(answer, Unreadable), answer
    return said(answer.message, "en")


def is_told_well(message: str) -> bool:
    return (
        message.startswith(("This is not an event: ", "The input ")) and message.endswith(".") and "\n" not in message
    )


def assert_never_fails(data: bytes, encoding: str = JSON) -> None:
    answer = read_event(data, encoding)
    if isinstance(answer, Unreadable):
        told = unreadable(answer)
        assert is_told_well(told), told
        assert len(told) < 2_000
    else:
        assert type(answer) in EVENT_CLASSES.values()


# What is an event


@pytest.mark.parametrize("data", EXAMPLES, ids=[data["kind"] for data in EXAMPLES])
def test_an_event_of_each_kind_is_read_and_written_without_loss(data: dict[str, Any]) -> None:
    event = read_event(json.dumps(data).encode())
    assert not isinstance(event, Unreadable)
    assert as_json(event) == data
    assert read_event(EVENT.dump_json(event)) == event


def test_the_largest_event_is_read() -> None:
    padded = sent() + b" " * (LARGEST_EVENT - len(sent()))
    assert not isinstance(read_event(padded), Unreadable)


def test_moving_to_new_rules_fits_well_into_an_event() -> None:
    data = next(data for data in EXAMPLES if data["kind"] == "rules_changed")
    assert len(json.dumps(data).encode()) < LARGEST_EVENT / 5


@pytest.mark.parametrize(
    "text",
    ["Å", "Tålig – och “glad”", "👍", "one\ntwo", "one\r\ntwo", "a\tb", "10\u00a0%", "x" * LONGEST_TEXT, "日本語", "ä́"],
)
def test_a_remark_may_be_written_as_people_write(text: str) -> None:
    assert not isinstance(read_event(sent(text=text)), Unreadable)


def test_line_ends_of_windows_and_web_forms_become_plain_ones() -> None:
    event = read_event(sent(text="  one\r\ntwo\r\n"))
    assert getattr(event, "text", None) == "one\ntwo"


# What is none


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "it is not JSON"),
        (b"\x00", "it is not JSON"),
        (b"\xff\xfe{\x00", "it is not JSON"),
        (json.dumps(NOTE).encode("utf-16"), "it is not JSON"),
        (json.dumps({**NOTE, "text": "Å"}, ensure_ascii=False).encode("latin-1"), "it is not JSON"),
        (b"\xef\xbb\xbf" + sent(), "it is not JSON"),
        (sent() + sent(), "it is not JSON"),
        (sent()[:-1], "it is not JSON"),
        (b"[" * 90_000, "it is not JSON"),
        (b'{"a":' * 15_000, "it is not JSON"),
        (b"[" * 20_000 + b"]" * 20_000, "it is not JSON"),
        (sent(text="").replace(b'""', rb'"\ud800"'), "it is not JSON"),
        (sent(text="").replace(b'""', rb'"\udfff\ud800"'), "it is not JSON"),
        (b"null", "the event: "),
        (b"[]", "the event: "),
        (b"[" + sent() + b"]", "the event: "),
        (b'"note_added"', "the event: "),
        (b"17", "the event: "),
        (b"NaN", "the event: "),
        (b"{}", "its kind must be one of referred, referral_accepted"),
        (sent(kind="hired"), "its kind must be one of"),
        (sent(kind=None), "its kind must be one of"),
        (sent(kind=7), "its kind must be one of"),
        (sent(kind=["note_added"]), "its kind must be one of"),
        (sent(event_id="17"), "event_id: "),
        (sent(event_id=None), "event_id: "),
        (sent(actor="anna.berg"), "actor: "),
        (sent(actor="coordinator:"), "actor: "),
        (sent(actor="coordinator:Anna Berg"), "actor: "),
        (sent(actor="coordinator:anna\n"), "actor: "),
        (sent(actor="judge:anna"), "actor: "),
        (sent(actor="coordinator:" + "a" * 65), "actor: "),
        (sent(effective_on="2026-02-30"), "effective_on: "),
        (sent(effective_on="in March"), "effective_on: "),
        (sent(effective_on="1989-12-31"), "the day must lie between 1990-01-01 and 2199-12-31"),
        (sent(effective_on="2200-01-01"), "the day must lie between"),
        (sent(effective_on="9999-12-31"), "the day must lie between"),
        (sent(effective_on="2026-03-02T10:00:00Z"), "effective_on: "),
        (sent(effective_on=10**300), "effective_on: "),
        (sent(text=""), "text: "),
        (sent(text=" \n\t "), "text: "),
        (sent(text="\u00a0"), "text: "),
        (sent(text="x" * (LONGEST_TEXT + 1)), "text: "),
        (sent(text="a\x00b"), "text: Remove invisible characters from the text"),
        (sent(text="a\x1b[31mb"), "invisible characters"),
        (sent(text="a\rb"), "invisible characters"),
        (sent(text="a\u202eb"), "invisible characters"),
        (sent(text="a\u2028b"), "invisible characters"),
        (sent(text="a\u0085b"), "invisible characters"),
        (sent(text="a\ufeffb"), "invisible characters"),
        (sent(text=17), "text: "),
        (sent(reason="why"), "a field of the event is unknown"),
        (sent(kind="paused"), "reason: it is missing"),
    ],
)
def test_what_is_no_event_is_answered_with_what_is_wrong(data: bytes, says: str) -> None:
    message = unreadable(read_event(data))
    assert says in message
    assert is_told_well(message)


@pytest.mark.parametrize("number", [10**19, -(10**19), 10**4299, 1e308, 3651, 0, -1, 90.5, "9" * 5_000, None, "NaN"])
def test_a_number_out_of_reach_is_no_number_of_days(number: object) -> None:
    data = {**NOTE, "kind": "follow_up_recorded", "after_days": number, "outcome": "at_work"}
    del data["text"]
    assert "after_days: " in unreadable(read_event(json.dumps(data).encode()))


def test_a_number_of_many_thousand_digits_is_answered_too() -> None:
    data = sent(kind="follow_up_recorded", after_days=0, outcome="at_work").replace(b" 0,", b" " + b"9" * 90_000 + b",")
    assert is_told_well(unreadable(read_event(data)))


def test_one_byte_more_than_the_largest_event_is_too_large() -> None:
    message = unreadable(read_event(sent() + b" " * (LARGEST_EVENT + 1 - len(sent()))))
    assert f"{LARGEST_EVENT + 1} bytes" in message
    assert is_one_sentence(message)


@pytest.mark.parametrize("encoding", ["", "binary/plain", "json/protobuf", "JSON/PLAIN", "binary/null", "\ufffd"])
def test_an_event_comes_as_plain_json_and_in_no_other_encoding(encoding: str) -> None:
    message = unreadable(read_event(sent(), encoding))
    assert is_one_sentence(message)
    assert "Send the event as JSON" in message


def test_of_a_field_that_stands_twice_the_last_one_is_read() -> None:
    twice = sent().replace(b'"kind"', b'"text": "First", "kind"', 1)
    event = read_event(twice)
    assert getattr(event, "text", None) == "Prefers mornings"


def test_a_kind_that_stands_twice_is_read_as_the_last_one() -> None:
    event = read_event(sent().replace(b'"kind"', b'"kind": "hired", "kind"', 1))
    assert getattr(event, "kind", None) == "note_added"


def test_more_problems_than_somebody_mends_at_a_time_are_counted() -> None:
    findings = [{"requirement": "A B", "result": "good"}] * 4
    message = unreadable(read_event(sent(kind="requirements_checked", profile="p", findings=findings)))
    assert message.count("findings.") == MOST_PROBLEMS
    assert message.endswith(f"and {8 + 1 - MOST_PROBLEMS} more.")


def test_a_problem_in_a_replacement_is_said_with_its_field() -> None:
    replaced = {**NOTE, "text": ""}
    data = {**NOTE, "kind": "corrected", "corrects": NOTE["event_id"], "reason": "Slip", "replacement": replaced}
    del data["text"]
    message = unreadable(read_event(json.dumps(data).encode()))
    assert "replacement.text: " in message
    assert "note_added" not in message


# What was sent does not come back


def spoilt() -> list[tuple[str, dict[str, Any]]]:
    """Each example of an event with a secret in each of its fields, beside them, or in the name of a field."""
    cases: list[tuple[str, dict[str, Any]]] = []
    for data in EXAMPLES:
        kind = data["kind"]
        cases += [(f"{kind} {name}", {**data, name: f"{SECRET} \x00"}) for name in data]
        cases += [(f"{kind} {name} list", {**data, name: [f"{SECRET} \x00"]}) for name in data]
        cases += [(f"{kind} {name} object", {**data, name: {SECRET: SECRET}}) for name in data]
        cases += [(f"{kind} beside", {**data, SECRET: SECRET}), (f"{kind} extra", {**data, "text ": SECRET})]
    return cases


def test_what_was_sent_does_not_come_back() -> None:
    for name, data in spoilt():
        message = unreadable(read_event(json.dumps(data).encode()))
        assert SECRET not in message, name
        assert "\x00" not in message, name


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "requirements_checked", "profile": "p", "findings": [{"requirement": SECRET, "result": "waived"}]},
        {"kind": "requirements_checked", "profile": "p", "findings": [{"requirement": "p", "result": SECRET}]},
        {"kind": "requirements_checked", "profile": "p", "findings": [{SECRET: "p", "result": "met"}]},
        {"kind": "evaluation_recorded", "favourable": True, "scores": [{"criterion": SECRET, "score": 9}]},
        {"kind": "corrected", "corrects": str(numbered_id(2)), "reason": SECRET, "replacement": {**NOTE, "x": SECRET}},
        {"kind": "corrected", "corrects": str(numbered_id(2)), "reason": "x", "replacement": {**NOTE, SECRET: "x"}},
        {"kind": "corrected", "corrects": str(numbered_id(2)), "reason": SECRET, "replacement": NOTE},
        {"kind": "corrected", "corrects": str(numbered_id(2)), "reason": "x", "replacement": {"kind": SECRET}},
    ],
)
def test_what_was_sent_deep_inside_does_not_come_back(changes: dict[str, Any]) -> None:
    data = {name: value for name, value in {**NOTE, **changes}.items() if name != "text"}
    assert SECRET not in unreadable(read_event(json.dumps(data).encode()))


def test_days_that_were_sent_do_not_come_back() -> None:
    way = way_to(Stage.AWAITING_PLACEMENT)
    data = {**as_json(way.event("internship_agreed")), "starts_on": "2031-07-13", "ends_on": "2030-11-17"}
    message = unreadable(read_event(json.dumps(data).encode()))
    assert "ends_on lies before starts_on" in message
    assert "2031" not in message
    assert "2030" not in message


@pytest.mark.parametrize("place", ["profiles", "forms", "criteria", "deadlines"])
def test_names_within_new_rules_do_not_come_back(place: str) -> None:
    data = as_json(Way().event("rules_changed"))
    name = "name" if place == "deadlines" else "id"
    data["rules"]["id"] = SECRET
    data["rules"][place] = [{**data["rules"][place][0], name: SECRET}] * 2
    message = unreadable(read_event(json.dumps(data).encode()))
    assert SECRET not in message
    assert "twice" in message


def test_requirements_within_new_rules_do_not_come_back() -> None:
    data = as_json(Way().event("rules_changed"))
    requirement = {**data["rules"]["profiles"][0]["requirements"][0], "id": SECRET}
    data["rules"]["profiles"][0] |= {"id": SECRET, "requirements": [requirement] * 2}
    message = unreadable(read_event(json.dumps(data).encode()))
    assert SECRET not in message
    assert "names a requirement twice" in message


# Whatever comes

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(10**30), 10**30)
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(
        [*EVENT_CLASSES, "2026-03-02", COORDINATOR, str(numbered_id(1)), "met", "waived", "\x00", "\ud800"]
    )
)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FIELDS = sorted({name for data in EXAMPLES for name in data})


@examples(500)
@given(st.binary(max_size=400), st.sampled_from([JSON, JSON, "binary/plain", ""]))
@example(b"", JSON)
@example(b"\x80", JSON)
def test_bytes_of_any_kind_are_answered(data: bytes, encoding: str) -> None:
    assert_never_fails(data, encoding)


@examples(500)
@given(st.text(max_size=300))
def test_text_of_any_kind_is_answered(text: str) -> None:
    assert_never_fails(text.encode("utf-8", "surrogatepass"))


@examples(500)
@given(anything)
def test_json_of_any_kind_is_answered(value: object) -> None:
    assert_never_fails(json.dumps(value).encode())


@examples(500)
@given(st.sampled_from(EXAMPLES), st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=8), anything, max_size=4))
def test_an_event_with_any_of_its_fields_spoilt_is_answered(data: dict[str, Any], changes: dict[str, Any]) -> None:
    assert_never_fails(json.dumps({**data, **changes}).encode())


@examples(500)
@given(st.sampled_from(EXAMPLES), st.data())
def test_an_event_with_any_of_its_bytes_spoilt_is_answered(data: dict[str, Any], draw: st.DataObject) -> None:
    whole = bytearray(json.dumps(data).encode())
    for _ in range(draw.draw(st.integers(1, 3))):
        whole[draw.draw(st.integers(0, len(whole) - 1))] = draw.draw(st.integers(0, 255))
    assert_never_fails(bytes(whole))


@examples(500)
@given(st.text(max_size=LONGEST_TEXT // 20))
def test_a_text_that_was_taken_can_be_stored_and_is_taken_again_unchanged(text: str) -> None:
    event = read_event(sent(text=text))
    if not isinstance(event, Unreadable):
        kept = as_json(event)["text"]
        assert kept.strip() == kept != ""
        assert all(char.isprintable() or char in "\n\t" or char.isspace() for char in kept)
        assert "\x00" not in kept
        assert "\r" not in kept
        assert read_event(EVENT.dump_json(event)) == event


def test_explain_is_one_sentence_without_the_values() -> None:
    with pytest.raises(ValidationError) as caught:
        EVENT.validate_python({**NOTE, "actor": SECRET, "text": "", SECRET: 1})
    message = said(explain(caught.value), "en")
    assert message.startswith("This is not an event: actor: ")
    assert "text: " in message
    assert "a field of the event is unknown" in message
    assert SECRET not in message
    assert message.endswith(".")
