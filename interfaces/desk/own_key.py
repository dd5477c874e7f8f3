"""A key of one's own in a form: what its button asks of the browser, and what comes back. Keys cannot be used without
a script, so the pages that have such a button have one, of our own, and no other page has any."""

import hmac
import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from starlette.responses import Response

from interfaces.desk.asked import Asked
from interfaces.desk.guards import POLICY
from models.access.passkeys import MISSING
from models.events.events import Event
from models.identifiers import JourneyId
from models.message import Message, msg
from models.programme.programme import OwnKey
from runtime.errors import UsageError
from services import own_keys
from services.own_keys import Place

FIELD, SIGN = "own_key", "sign"
"""The field that the script fills in, and what the button asks for that it belongs to."""

NOTHING_CAME = msg(
    "desk.no_key_came", "The browser has used no key. That takes JavaScript: switch it on for the desk and try again."
)


@dataclass(frozen=True)
class KeyAsked:
    """How a page asks for a key: by a button that has `options`, or, where there is none, by saying so. Where it is not
    `demanded`, one may do without."""

    options: str | None
    demanded: bool
    missing: Message = MISSING


def place(asked: Asked) -> Place | None:
    """Where keys of this desk sign."""
    return own_keys.place_of(asked.request.app.state.address)


def asked_for(asked: Asked, journey_id: JourneyId, event: Event, asks: OwnKey | None, seen: int) -> KeyAsked | None:
    """How a page asks for the key with which an event is signed; None where it does not."""
    here, demanded = place(asked), asks == "demanded"
    keys = own_keys.keys_here(asked.application, here) if asks else []
    if here is None or not keys:
        return KeyAsked(None, demanded) if demanded else None
    challenge = own_keys.challenge_for(asked.application, journey_id, event, seen)
    return KeyAsked(options_to("get", own_keys.to_sign(keys, here, challenge)), demanded)


def take(asked: Asked, journey_id: JourneyId, event: Event, asks: OwnKey | None, seen: int) -> None:
    """Let an event be sent with what came of its author's key. Raises Refused and UsageError."""
    own_keys.give(asked.application, journey_id, event, asks, came(asked), seen)


def came(asked: Asked, button: str = "do") -> str | None:
    """What the script has filled in. Raises UsageError where its button was pressed and it has not."""
    given = asked.said(FIELD)
    if given is None and asked.said(button) == SIGN:
        raise UsageError(NOTHING_CAME)
    return given


def options_to(do: str, options: dict[str, Any]) -> str:
    """What the script is to ask the browser for: to "create" a key, or to "get" a signature."""
    return json.dumps({"do": do, "options": options})


def challenge_of(asked: Asked) -> bytes:
    """What a new key is made for: this session."""
    return hmac.new(asked.secret.encode(), b"own key", sha256).digest()


def scripted(answer: Response) -> Response:
    """A page that has our script."""
    answer.headers["Content-Security-Policy"] = f"{POLICY}; script-src 'self'"
    return answer
