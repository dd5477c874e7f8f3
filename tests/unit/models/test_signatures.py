"""Signatures of events: whoever reads deploy/signing.md alone signs as we do."""

import json
import re
from pathlib import Path

import pytest

from models.canonical import digest_of
from models.events.events import EVENT, EVENT_CLASSES
from models.events.parsing import Unreadable, read_signed
from models.signatures import EventSignature, event_bytes, is_signed
from models.stages import Stage
from tests.support.authority import key_of, signature_of
from tests.support.builders import way_to
from tests.support.independent_signer import with_signature
from tests.support.values import JOURNEY_ID

ROOT = Path(__file__).parents[3]
SENT = [way_to(Stage.TEMPORARY_ROLE).event(kind) for kind in EVENT_CLASSES]


@pytest.mark.parametrize("event", SENT, ids=list(EVENT_CLASSES))
def test_a_stranger_signs_an_event_of_each_kind_as_we_do(event: object) -> None:
    said = EVENT.validate_python(event)
    ours = signature_of(JOURNEY_ID, said)
    sent = with_signature(json.loads(said.model_dump_json()), JOURNEY_ID, key_of(said.actor.name), ours.salt)
    assert EventSignature(**sent["signature"]) == ours
    read, signature = read_signed(json.dumps(sent).encode())
    assert signature is not None
    assert not isinstance(read, Unreadable)
    assert is_signed(event_bytes(JOURNEY_ID, digest_of(read, signature.salt)), signature.value, signature.key)


def test_the_page_shows_the_lines_with_which_a_stranger_signs() -> None:
    page = (ROOT / "deploy/signing.md").read_text("utf-8")
    [shown] = re.findall(r"```python\n(.*?)```", page, re.S)
    event = json.loads(SENT[0].model_dump_json())
    sign = "import hashlib, secrets\nimport rfc8785\n" + shown
    key = key_of("anna.berg")
    names = {"event": dict(event), "journey": str(JOURNEY_ID), "key": key}
    exec(sign, names)
    assert names["event"] == with_signature(event, JOURNEY_ID, key, str(names["salt"]))
