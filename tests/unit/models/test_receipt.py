"""The receipt on the wire: what a client that has nothing of ours reads."""

import json
from datetime import UTC, datetime
from uuid import UUID

from activities.language import said
from models.events.descriptions import name_of
from models.ledger.receipt import Receipt
from models.message import Message
from models.stages import Stage
from runtime.temporal.client import data_converter

REASON = Message(id="possible_in_this_stage.other_stage").filled(kind=name_of("paused"), stage=Stage.INTERNSHIP)


def test_a_refusal_travels_as_id_values_and_english_in_json() -> None:
    refused = Receipt(
        event_id=UUID("3a2bcaee-c210-5693-a2fb-c4ffa67c2e07"),
        kind="paused",
        accepted=False,
        row=2,
        recorded_at=datetime(2026, 3, 2, 8, 30, tzinfo=UTC),
        stage=Stage.INTERNSHIP,
        rule="possible_in_this_stage",
        source="the product's rules",
        message=said(REASON, "en"),
        reason=REASON,
        allowed=("resumed", "note_added"),
    )
    [payload] = data_converter().payload_converter.to_payloads([refused])
    assert payload.metadata["encoding"] == b"json/plain"
    assert json.loads(payload.data) == {
        "event_id": "3a2bcaee-c210-5693-a2fb-c4ffa67c2e07",
        "kind": "paused",
        "accepted": False,
        "row": 2,
        "recorded_at": "2026-03-02T08:30:00Z",
        "stage": "internship",
        "rule": "possible_in_this_stage",
        "source": "the product's rules",
        "message": "pause is not possible in the stage internship. Record what is possible now, or correct an "
        "earlier event.",
        "reason": {
            "id": "possible_in_this_stage.other_stage",
            "values": {
                "kind": {"id": "event_name.paused", "values": {}},
                "stage": {"id": "stage.internship", "values": {}},
            },
        },
        "allowed": ["resumed", "note_added"],
    }
    assert data_converter().payload_converter.from_payloads([payload], [Receipt]) == [refused]
