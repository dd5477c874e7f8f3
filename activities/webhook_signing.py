"""Signing webhooks as the Standard Webhooks specification says, with one secret or, while they change, with several."""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime

from standardwebhooks import Webhook

from models.message import InvalidValue, msg

PREFIX = "whsec_"
"""Marks a text as a webhook secret (Standard Webhooks)."""

SHORTEST_SECRET, LONGEST_SECRET = 24, 64
"""Bytes in a secret (Standard Webhooks, "Signature scheme")."""

Signers = tuple[Webhook, ...]
"""One for each secret that counts, the newest first."""


def signers(secrets: Mapping[str, str], setting: str = "HELAVAGEN_WEBHOOK_SECRETS") -> dict[str, Signers]:
    """What signs and verifies, for each partner id. `secrets` holds their secrets, one a line, the newest first.

    Raises InvalidValue, naming the partner and the `setting` only, where one is malformed. The library itself would
    take almost any text for a key, and then sign with something else than the partner checks.
    """
    return {
        partner: tuple(Webhook(_key(partner, one, setting)) for one in _lines(of)) for partner, of in secrets.items()
    }


def signature_headers(message_id: str, body: str, by: Signers, now: datetime) -> dict[str, str]:
    """The three headers of Standard Webhooks. The receiver takes the message where any of the signatures holds."""
    # The library takes the clock's digits for UTC whatever the zone, so it must be given UTC.
    sent_at = now.astimezone(UTC)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(sent_at.timestamp())),
        "webhook-signature": " ".join(signer.sign(message_id, sent_at, body) for signer in by),
    }


def _lines(secrets: str) -> list[str]:
    return secrets.splitlines() or [""]


def _key(partner: str, secret: str, setting: str) -> bytes:
    encoded = secret.removeprefix(PREFIX)
    try:
        key = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except ValueError:
        key = b""
    if not (secret.startswith(PREFIX) and SHORTEST_SECRET <= len(key) <= LONGEST_SECRET):
        raise InvalidValue(
            msg(
                "webhooks.malformed_secret",
                "{setting} holds a malformed secret of partner {partner}. "
                "Write one a line, each whsec_ and then {shortest} to {longest} bytes in base64",
                setting=setting,
                partner=partner,
                shortest=SHORTEST_SECRET,
                longest=LONGEST_SECRET,
            )
        )
    return key
