"""Secrets by which webhooks are signed and known again, as the Standard Webhooks specification has them."""

import base64
from collections.abc import Mapping

from standardwebhooks import Webhook

PREFIX = "whsec_"
"""Marks a text as a webhook secret (Standard Webhooks)."""

SHORTEST_SECRET, LONGEST_SECRET = 24, 64
"""Bytes in a secret (Standard Webhooks, "Signature scheme")."""


def signers(secrets: Mapping[str, str]) -> dict[str, Webhook]:
    """What signs and verifies, for each partner id. Raises ValueError, naming the partner only, where one is malformed.

    The library itself would take almost any text for a key, and then sign with something else than the partner checks.
    """
    return {partner: Webhook(_key(partner, secret)) for partner, secret in secrets.items()}


def _key(partner: str, secret: str) -> bytes:
    encoded = secret.removeprefix(PREFIX)
    try:
        key = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except ValueError:
        key = b""
    if not (secret.startswith(PREFIX) and SHORTEST_SECRET <= len(key) <= LONGEST_SECRET):
        raise ValueError(
            f"The webhook secret of partner {partner} is malformed; it must be {PREFIX} and then "
            f"{SHORTEST_SECRET} to {LONGEST_SECRET} bytes in base64."
        )
    return key
