"""Whatever a client sends, as signal or as update: one ledger row, one sentence, and the journey goes on."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import uuid4

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment

from activities.free_texts import keep_texts
from models.events.events import EVENT, NoteAdded
from models.events.parsing import JSON, LARGEST_EVENT
from models.ledger.entry import UNREADABLE
from models.ledger.receipt import Receipt
from models.stages import Stage
from runtime.rulebook.loader import RuleBook
from runtime.settings import PROGRAMMES
from tests.support.agreeing import assert_agreement
from tests.support.authority import signature_of
from tests.support.databases import migrated_postgres
from tests.support.large import LARGEST
from tests.support.office import TestOffice, event, open_office
from worker import running_worker
from workflows.messages import EVENT_SIGNAL, SUBMIT_UPDATE

RULES = RuleBook(PROGRAMMES).programme("service_division")

PERSONAL = "Åsa Öberg 199001019802"
"""Stands in what is sent, and must stand in no answer and no log."""


@pytest.fixture(scope="module")
async def office(
    temporal: WorkflowEnvironment, postgres_server: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[TestOffice]:
    """One office for all, on the stricter of the databases; each test has a journey of its own."""
    data = tmp_path_factory.mktemp("rubbish")
    async with open_office(temporal.client, data, migrated_postgres(postgres_server, data.name)) as office:
        yield office


class Rubbish(NamedTuple):
    """A payload, and what the answer says of it."""

    payload: Payload
    says: str


def encoded(data: bytes | str, encoding: bytes | str = JSON, **metadata: bytes) -> Payload:
    data, encoding = (part.encode() if isinstance(part, str) else part for part in (data, encoding))
    return Payload(data=data, metadata={"encoding": encoding, **metadata})


def signed(office: TestOffice, journey: str, payload: Payload) -> Payload:
    """The same payload, but for the reference in the place of its text, and its author's signature at the end: the rest
    stays as odd as it was."""
    said = EVENT.validate_json(payload.data)
    sent = keep_texts(office.engine, journey, said, datetime.now(UTC))
    assert isinstance(said, NoteAdded)
    assert isinstance(sent, NoteAdded)
    odd = payload.data.decode()
    for written in (json.dumps(said.text), json.dumps(said.text, ensure_ascii=False)):
        odd = odd.replace(written, json.dumps(sent.text))
    head, _, tail = odd.rpartition("}")
    signature = signature_of(journey, sent).model_dump_json()
    data = f'{head}, "signature": {signature}}}{tail}'.encode()
    too_many = max(len(data) - LARGEST_EVENT, 0)  # spaces of the largest
    return Payload(data=data.replace(b" " * too_many, b"", 1), metadata=payload.metadata)


def note(**changed: Any) -> dict[str, Any]:
    """An event in order, as JSON data, with changes."""
    return {**json.loads(event("note_added", text=PERSONAL).model_dump_json()), **changed}


def as_json(**changed: Any) -> Payload:
    return encoded(json.dumps(note(**changed)))


def follow_up(days: str) -> Payload:
    """An event in order but for a number, which is written as given."""
    said = event("follow_up_recorded", after_days=90, outcome="at_work").model_dump_json()
    return encoded(said.replace(":90", f":{days}"))


NO_JSON = "it is not JSON"
NO_OBJECT = "the event: named fields are expected, not a single value"
OTHER_ENCODING = f"The input is not encoded as {JSON}"
WITHIN_REACH = "effective_on: the day must lie between 1990-01-01 and 2199-12-31"

RUBBISH = {
    # encodings
    "plain bytes": Rubbish(encoded(PERSONAL, "binary/plain"), OTHER_ENCODING),
    "protobuf": Rubbish(encoded(PERSONAL, "binary/protobuf", messageType=b"a.B"), OTHER_ENCODING),
    "protobuf as JSON": Rubbish(encoded("{}", "json/protobuf", messageType=b"a.B"), OTHER_ENCODING),
    "encrypted by a stranger": Rubbish(encoded(PERSONAL, "binary/encrypted"), OTHER_ENCODING),
    "nothing, encoded as null": Rubbish(encoded(b"", "binary/null"), OTHER_ENCODING),
    "no metadata": Rubbish(Payload(data=json.dumps(note()).encode()), OTHER_ENCODING),
    "an empty encoding": Rubbish(encoded(json.dumps(note()), b""), OTHER_ENCODING),
    "an encoding beyond ASCII": Rubbish(encoded(json.dumps(note()), b"\xffjson/plain\xfe"), OTHER_ENCODING),
    # no JSON
    "nothing at all": Rubbish(encoded(b""), NO_JSON),
    "text": Rubbish(encoded(PERSONAL), NO_JSON),
    "invalid UTF-8": Rubbish(encoded(b'{"kind": "\xff\xfe"}'), NO_JSON),
    "Latin-1": Rubbish(encoded(json.dumps(note(), ensure_ascii=False).encode("latin-1")), NO_JSON),
    "UTF-16": Rubbish(encoded(json.dumps(note()).encode("utf-16")), NO_JSON),
    "an open end": Rubbish(encoded(json.dumps(note())[:-1]), NO_JSON),
    "two events": Rubbish(encoded(json.dumps(note()) * 2), NO_JSON),
    "arrays nested deeply": Rubbish(encoded("[" * 40_000 + "]" * 40_000), NO_JSON),
    "objects nested deeply": Rubbish(encoded('{"a":' * 10_000 + "1" + "}" * 10_000), NO_JSON),
    "half a character": Rubbish(as_json(text="\ud800"), NO_JSON),
    "a number of 10,000 digits": Rubbish(encoded("9" * 10_000), NO_JSON),
    "an event with a number of 10,000 digits": Rubbish(follow_up("9" * 10_000), NO_JSON),
    # JSON, but no event
    "null": Rubbish(encoded("null"), NO_OBJECT),
    "true": Rubbish(encoded("true"), NO_OBJECT),
    "a number": Rubbish(encoded("1.5"), NO_OBJECT),
    "not a number": Rubbish(encoded("NaN"), NO_OBJECT),
    "a string": Rubbish(encoded(json.dumps(PERSONAL)), NO_OBJECT),
    "an array": Rubbish(encoded("[]"), NO_OBJECT),
    "an event in an array": Rubbish(encoded(json.dumps([note()])), NO_OBJECT),
    "an empty object": Rubbish(encoded("{}"), "its kind must be one of referred"),
    # an event, nearly
    "a kind not known": Rubbish(as_json(kind=PERSONAL), "its kind must be one of referred"),
    "a kind that is no text": Rubbish(as_json(kind=["note_added"]), "its kind must be one of referred"),
    "an unknown field": Rubbish(as_json(**{PERSONAL: 44}), "a field of the event is unknown"),
    "a field of the wrong type": Rubbish(as_json(text={"a": PERSONAL}), "text: a text is expected"),
    "a text nested deeply": Rubbish(as_json(text=json.loads("[" * 100 + "]" * 100)), "text: a text is expected"),
    "a NUL": Rubbish(as_json(text=f"{PERSONAL}\0"), "text: Remove invisible characters from the text"),
    "text that runs backwards": Rubbish(as_json(text=f"{PERSONAL}\u202e"), "Remove invisible characters from the text"),
    "a text too long": Rubbish(as_json(text=PERSONAL * 1_000), "text: Write at most 2000 characters"),
    "an author in no role": Rubbish(as_json(actor=PERSONAL), "actor: a role, a colon and a name are expected"),
    "an id that is none": Rubbish(as_json(event_id=PERSONAL), "event_id: an id is expected"),
    "no id": Rubbish(as_json(event_id=None), "event_id: an id is expected"),
    "the year 1": Rubbish(as_json(effective_on="0001-01-01"), WITHIN_REACH),
    "the year 9999": Rubbish(as_json(effective_on="9999-12-31"), WITHIN_REACH),
    "the year 10000": Rubbish(as_json(effective_on="10000-01-01"), "effective_on: a day is expected"),
    "a day that is none": Rubbish(as_json(effective_on="2026-02-30"), "effective_on: a day is expected"),
    "a fraction": Rubbish(follow_up("90.5"), "after_days: a whole number is expected"),
    "infinity": Rubbish(follow_up("Infinity"), "after_days: a whole number is expected"),
    "a number out of range": Rubbish(follow_up("9" * 30), "after_days: it must be at most 3650"),
    "rules with a NUL in them": Rubbish(
        encoded(event("rules_changed", reason="x", rules=RULES).model_dump_json().replace('"9111"', '"\\u0000"')),
        "rules.profiles.0.ssyk: only digits are expected",
    ),
    "a correction of itself": Rubbish(
        as_json(kind="corrected", corrects=str(uuid4()), reason=PERSONAL, replacement=note(kind="corrected")),
        "its kind must be one of referred",
    ),
}


async def test_each_kind_of_rubbish_leaves_one_row_and_the_journey_goes_on(
    office: TestOffice, caplog: pytest.LogCaptureFixture
) -> None:
    journey = await office.refer()
    handle = office.handle(journey)
    receipts: dict[str, Receipt] = {}
    for what, rubbish in RUBBISH.items():
        await handle.signal(EVENT_SIGNAL, RawValue(rubbish.payload))
        receipts[what] = await handle.execute_update(SUBMIT_UPDATE, RawValue(rubbish.payload), result_type=Receipt)
    assert (await office.send(journey, "referral_accepted")).accepted

    _, *lines, last = office.ledger(journey)
    assert [line.row for line in lines] == list(range(2, 2 + 2 * len(RUBBISH)))
    assert {(line.kind, line.receipt.accepted, line.event is None) for line in lines} == {(UNREADABLE, False, True)}
    assert (last.row, last.receipt.accepted) == (2 + 2 * len(RUBBISH), True)
    assert [line.receipt for line in lines[1::2]] == list(receipts.values())
    assert [line.receipt.message for line in lines[::2]] == [receipt.message for receipt in receipts.values()]
    said = {what: receipt.message for what, receipt in receipts.items()}
    assert {what: message for what, message in said.items() if RUBBISH[what].says not in message} == {}
    assert [what for what, message in said.items() if not is_one_sentence(message)] == []
    assert [what for what, receipt in receipts.items() if repeats(receipt.model_dump_json())] == []
    assert not repeats(caplog.text)
    await assert_agreement(office, journey)


def is_one_sentence(message: str) -> bool:
    return message.endswith(".") and "\n" not in message and len(message) < 1_000


def repeats(text: str) -> bool:
    """Whether anything of the personal text, or any long run of what was sent, stands in a text."""
    return any(part in text for part in ("Åsa", "\\u00c5sa", "Öberg", "19900101", "[[", "999999"))


async def test_a_payload_of_nearly_two_megabytes_is_refused_in_one_sentence(office: TestOffice) -> None:
    journey = await office.refer()
    handle = office.handle(journey)
    large = RawValue(as_json(text=LARGEST))
    await handle.signal(EVENT_SIGNAL, large)
    receipt = await handle.execute_update(SUBMIT_UPDATE, large, result_type=Receipt)
    assert "Shorten its remarks" in receipt.message
    assert LARGEST[:50] not in receipt.message
    assert (await office.send(journey, "referral_accepted")).row == 4
    await assert_agreement(office, journey)


async def test_a_history_that_large_payloads_have_filled_is_continued_as_a_new_one(office: TestOffice) -> None:
    journey = await office.refer()
    first_run = (await office.handle(journey).describe()).run_id
    large = RawValue(as_json(text=LARGEST))
    for _ in range(3):
        await office.handle(journey).signal(EVENT_SIGNAL, large)
    assert (await office.send(journey, "referral_accepted")).row == 5
    assert (await office.send(journey, "note_added", text="on we go")).row == 6
    assert (await office.handle(journey).describe()).run_id != first_run
    assert (await office.journeys.status(journey)).stage is Stage.REQUIREMENT_CHECK
    await assert_agreement(office, journey)


def as_large_as_allowed() -> Payload:
    """An event in order, with white space up to the last byte that is read."""
    data = json.dumps(note()).encode()
    return encoded(data + b" " * (LARGEST_EVENT - len(data)))


ODD = {
    "a key twice": encoded('{"text": "first", ' + json.dumps(note())[1:]),
    "indented": encoded(json.dumps(note(), indent=4, ensure_ascii=False)),
    "white space before it": encoded("\n\t " + json.dumps(note())),
    "more metadata": encoded(json.dumps(note()), JSON, unheard=b"of"),
    "any script": as_json(text="اسمي نور 🙂 — ﷽"),
    "long ago": as_json(effective_on="1990-01-01"),
    "as large as allowed": as_large_as_allowed(),
}


async def test_what_is_odd_but_in_order_is_accepted_once(office: TestOffice) -> None:
    journey = await office.refer()
    receipts = []
    for payload in (signed(office, journey, odd) for odd in ODD.values()):
        await office.handle(journey).signal(EVENT_SIGNAL, RawValue(payload))
        repeated = await office.handle(journey).execute_update(SUBMIT_UPDATE, RawValue(payload), result_type=Receipt)
        receipts.append(repeated)
    assert [what for what, receipt in zip(ODD, receipts, strict=True) if not receipt.accepted] == []
    # Each update repeated what its signal had said, and got the signal's receipt.
    assert [line.receipt for line in office.ledger(journey)][1:] == receipts
    await assert_agreement(office, journey)


async def test_a_message_of_an_unknown_name_is_refused_in_the_ledger(office: TestOffice) -> None:
    journey = await office.refer()
    said = event("referral_accepted")
    for name in ("Event", "event ", "submitt", "__temporal_nothing", "å" * 100):
        await office.handle(journey).signal(name, said)
        receipt = await office.handle(journey).execute_update(name, said, result_type=Receipt)
        assert "Unknown message name" in receipt.message
    await office.handle(journey).signal(SUBMIT_UPDATE, said)
    receipt = await office.handle(journey).execute_update(EVENT_SIGNAL, said, result_type=Receipt)
    assert "Unknown message name" in receipt.message
    assert [line.receipt.accepted for line in office.ledger(journey)] == [True, *[False] * 12]
    assert (await office.journeys.submit(journey, said)).accepted
    await assert_agreement(office, journey)


async def test_an_update_that_brings_nothing_or_too_much_is_refused_in_the_ledger(office: TestOffice) -> None:
    journey = await office.refer()
    handle, said = office.handle(journey), event("referral_accepted")
    await handle.signal(EVENT_SIGNAL)
    await handle.signal(EVENT_SIGNAL, args=[said, said])
    nothing = await handle.execute_update(SUBMIT_UPDATE, result_type=Receipt)
    too_much = await handle.execute_update(SUBMIT_UPDATE, args=[said, said, said], result_type=Receipt)
    assert "not 0. Send one event at a time" in nothing.message
    assert "not 3. Send one event at a time" in too_much.message
    assert (await office.journeys.submit(journey, said)).row == 6
    await assert_agreement(office, journey)


async def test_a_hundred_signals_and_twenty_updates_at_once_get_a_row_each(office: TestOffice) -> None:
    journey = await office.refer()
    turn = asyncio.Semaphore(8)  # Temporal takes ten updates of a workflow at a time

    async def update(said: Any) -> Receipt:
        async with turn:
            return await until_taken(office, journey, said)

    signals = [office.handle(journey).signal(EVENT_SIGNAL, said) for said in mixed(100)]
    answers = await asyncio.gather(*signals, *(update(said) for said in mixed(20)))
    last = await until_taken(office, journey, event("referral_accepted"))
    assert last.row == 122
    lines = office.ledger(journey)
    assert sum(line.receipt.accepted for line in lines) == 62
    assert [line.receipt.rule for line in lines if line.kind == UNREADABLE] == ["it_is_an_event"] * 60
    assert len({receipt.row for receipt in answers if receipt is not None}) == 20
    await assert_agreement(office, journey)


def mixed(count: int) -> Iterable[Any]:
    """Good events and rubbish by turns, each different."""
    for number in range(count):
        yield RawValue(encoded(f"rubbish {number}")) if number % 2 else event("note_added", text=f"note {number}")


async def until_taken(office: TestOffice, journey: str, said: Any) -> Receipt:
    """The receipt of an update. Where messages pour in, Temporal puts an update off and says so at once."""
    update_id = str(uuid4())
    while True:
        try:
            handle = office.handle(journey)
            receipt: Receipt = await handle.execute_update(SUBMIT_UPDATE, said, id=update_id, result_type=Receipt)
            return receipt
        except RPCError as error:
            if error.status not in (RPCStatusCode.FAILED_PRECONDITION, RPCStatusCode.RESOURCE_EXHAUSTED):
                raise


async def test_what_came_while_no_worker_ran_is_answered_in_its_order(
    temporal: WorkflowEnvironment, tmp_path_factory: pytest.TempPathFactory
) -> None:
    data = tmp_path_factory.mktemp("away")
    async with open_office(temporal.client, data, with_worker=False) as office:
        async with running_worker(office.client, office.settings, office.book, office.engine):
            journey = await office.refer()
        for said in mixed(6):
            await office.handle(journey).signal(EVENT_SIGNAL, said)
        await office.handle(journey).signal(EVENT_SIGNAL, RawValue(as_json(text=LARGEST)))
        await office.handle(journey).signal(EVENT_SIGNAL, RawValue(as_json(text=LARGEST)))
        await office.handle(journey).signal(EVENT_SIGNAL)
        async with running_worker(office.client, office.settings, office.book, office.engine):
            assert (await office.send(journey, "referral_accepted")).row == 11
            accepted = [line.receipt.accepted for line in office.ledger(journey)]
            assert accepted == [True, *[True, False] * 3, False, False, False, True]
            await assert_agreement(office, journey)
