"""The chain: what a row's hash covers, and that whoever reads RFC 8785 alone arrives at the same."""

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
import rfc8785

from auditing.verification.ledger_checks import chain_findings
from models.canonical import digest_of
from models.events.events import EVENT_CLASSES
from models.ledger.hash_chain import CHAINED, FORM, GENESIS, row_hash
from models.stages import Stage
from tests.support.builders import way_to

ROW: dict[str, Any] = {
    "journey_id": "journey/K7Q29FMXB/service_division",
    "row": 1,
    "event_id": UUID(int=7),
    "kind": "referred",
    "actor": "coordinator:anna.berg",
    "effective_on": None,
    "recorded_at": datetime(2026, 3, 2, 9, tzinfo=UTC),
    "accepted": True,
    "rule": None,
    "source": None,
    "stage_before": None,
    "stage_after": Stage.REFERRAL,
    "digest": "d" * 64,
    "rules_digest": "e" * 64,
    "commitment": "c" * 64,
    "receipt": {"row": 1, "message": "Recorded; åäö."},
    "receipt_salt": None,
    "key": "a" * 64,
    "signature": "b" * 128,
    "previous": GENESIS,
    "form": FORM,
}


def test_a_row_hash_is_what_anybody_computes_from_the_description() -> None:
    written = (
        '{"accepted":true,"actor":"coordinator:anna.berg","commitment":"'
        + "c" * 64
        + '","digest":"'
        + "d" * 64
        + '","effective_on":null,'
        '"event_id":"00000000-0000-0000-0000-000000000007","form":1,"journey_id":"journey/K7Q29FMXB/service_division",'
        '"key":"'
        + "a" * 64
        + '","kind":"referred","previous":"'
        + "0" * 64
        + '","recorded_at":"2026-03-02T09:00:00.000000+00:00","row":1,"rule":null,"rules_digest":"'
        + "e" * 64
        + '","signature":"'
        + "b" * 128
        + '","source":null,"stage_after":"referral",'
        '"stage_before":null}'
    )
    assert row_hash(ROW) == hashlib.sha256(written.encode()).hexdigest()


@pytest.mark.parametrize("column", CHAINED)
def test_a_row_hash_covers_every_column(column: str) -> None:
    other = {"recorded_at": ROW["recorded_at"] + timedelta(microseconds=1), "accepted": False, "row": 2}
    other["form"] = FORM + 1
    assert row_hash({**ROW, column: other.get(column, "other")}) != row_hash(ROW)


def test_a_row_hash_does_not_depend_on_how_a_database_gives_a_moment_or_the_contents_of_the_event() -> None:
    elsewhere = ROW["recorded_at"].astimezone(timezone(timedelta(hours=2)))
    assert row_hash({**ROW, "recorded_at": elsewhere, "id": 9, "event": {"erased": True}, "receipt": None}) == row_hash(
        ROW
    )


@pytest.mark.parametrize("kind", sorted(set(EVENT_CLASSES) - {"referred"}))
def test_the_digest_of_an_event_is_over_its_canonical_form_too(kind: str) -> None:
    event = way_to(Stage.INTERNSHIP).event(kind)
    canonical = rfc8785.dumps(json.loads(event.model_dump_json()))
    assert digest_of(event) == hashlib.sha256(canonical).hexdigest()


def test_a_row_of_another_form_is_found() -> None:
    def found(**changed: Any) -> list[str]:
        row = {**ROW, **changed}
        return [one.what.id for one in chain_findings([{**row, "hash": row_hash(row)}])]

    assert found() == []
    assert found(form=FORM + 1) == found(form=None) == ["finding.form_unknown"]


def test_a_receipt_that_does_not_fit_its_digest_is_found_and_one_that_is_erased_is_not() -> None:
    def found(**changed: Any) -> list[str]:
        row = {**ROW, **changed}
        return [one.what.id for one in chain_findings([{**row, "hash": row_hash(row)}])]

    salted = {"receipt_salt": "5" * 32, "commitment": digest_of({"receipt": ROW["receipt"], "salt": "5" * 32})}
    assert found(**salted) == []
    assert found(**salted, receipt={"row": 2}) == ["finding.answer_digest_differs"]
    assert found(receipt=None) == ["finding.contents_closed"]
