"""Verifying what an earlier version recorded: that an event has more fields today is no finding."""

import json
from datetime import UTC, datetime
from typing import Any

from models.answers import Receipt
from models.events import EVENT
from models.ledger import digest_of
from models.stages import Stage
from runtime.auditing.histories import JourneyHistory
from runtime.auditing.verifying import _compared
from runtime.lists import LedgerLine
from tests.builders import way_to

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def old_event() -> dict[str, Any]:
    """A change of rules, as a version wrote it that knew neither review nor training."""
    said: dict[str, Any] = EVENT.dump_python(way_to(Stage.INTERNSHIP).event("rules_changed"), mode="json")
    del said["rules"]["relevance"], said["rules"]["training"]
    return said


def findings(sent: dict[str, Any], recorded: dict[str, Any]) -> list[str]:
    """What the comparison finds where this was sent and that was recorded."""
    receipt = Receipt(
        event_id=recorded["event_id"],
        kind="rules_changed",
        accepted=True,
        row=1,
        recorded_at=NOW,
        stage=Stage.INTERNSHIP,
        message="Recorded.",
    )
    line = LedgerLine(
        row=1,
        event_id=recorded["event_id"],
        kind="rules_changed",
        actor=recorded["actor"],
        effective_on=recorded["effective_on"],
        recorded_at=NOW,
        stage_before=Stage.INTERNSHIP,
        event=recorded,
        digest=digest_of(recorded),
        receipt=receipt,
    )
    history = JourneyHistory("journey", (), None, (receipt,), frozenset(), (json.dumps(sent).encode(),))
    return [finding.what for finding in _compared(history, [line])]


def test_an_event_of_an_earlier_version_was_sent_as_it_was_recorded() -> None:
    assert findings(old_event(), old_event()) == []


def test_an_event_that_was_recorded_otherwise_than_it_was_sent_is_found() -> None:
    assert findings(old_event(), {**old_event(), "reason": "Another reason"}) == ["event was never sent"]
