"""Who has sent a message: the partner with whose secret it is signed, as the Standard Webhooks specification says."""

import logging
import re
from collections.abc import Callable, Mapping

from standardwebhooks import Webhook, WebhookVerificationError

from activities.language import said
from activities.webhook_signing import Signers, signers
from models.message import InvalidValue, msg
from models.partners.partner import Partner
from runtime.errors import UsageError
from runtime.rulebook.kept import KeptBook

LOGGER = logging.getLogger(__name__)

HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")

MESSAGE_ID = re.compile(r"[!-~]{1,128}")
"""What the id of a message may look like: it is kept, and goes into no log."""

SECONDS_SINCE_1970 = re.compile(r"[0-9]{1,11}")

SETTING = "HELAVAGEN_GATEWAY_SECRETS"

Secrets = Callable[[], Mapping[str, str]]
"""Reads the secrets with which partners sign, a partner's id to its secrets, one a line. Raises OSError and
UnicodeDecodeError."""


class Senders:
    """The partners that may send, and their secrets: two while one gives way to another.

    Raises UsageError where a secret is malformed, or is that of two partners.
    """

    def __init__(self, kept: KeptBook, secrets: Secrets) -> None:
        self._kept = kept
        self._secrets = secrets
        self._signers = read_signers(self._secrets)

    def look(self) -> None:
        """Take up what has changed: partners that came and went, and their secrets. What is wrong stays as it was."""
        try:
            self._kept.look()
            self._signers = read_signers(self._secrets)
        except UsageError as error:
            LOGGER.warning("the secrets of partners stay as they were: %s", said(error.message, "en"))
        except OSError as error:
            LOGGER.warning("the folder of programmes cannot be read: %s", type(error).__name__)

    def who(self, headers: Mapping[str, str], body: bytes) -> Partner | None:
        """Whose message it is; None of one that nobody has signed just now whom we know.

        Every secret is tried, whoever it turns out to be: the time that it takes tells nothing of who is known.
        """
        given = {name: headers.get(name, "") for name in HEADERS}
        if not MESSAGE_ID.fullmatch(given["webhook-id"]) or not SECONDS_SINCE_1970.fullmatch(
            given["webhook-timestamp"]
        ):
            return None
        every = [(partner, one) for partner, of in self._signers.items() for one in of]
        found = {partner for partner, signer in every if _holds(signer, body, given)}
        return next((partner for partner in self._kept.partners or () if partner.id in found), None)


def read_signers(read: Secrets) -> dict[str, Signers]:
    """What verifies the messages of each partner. Raises UsageError where a secret is malformed, or is that of two."""
    try:
        secrets = read()
        _refuse_shared(secrets)
        return signers(secrets, SETTING)
    except InvalidValue as error:
        raise UsageError(
            "settings.gateway_secrets", "The secrets of partners cannot be used: {why}.", why=error.message
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        why = msg("gateway.secret_unreadable", "a file of HELAVAGEN_GATEWAY_SECRETS cannot be read as text")
        raise UsageError(
            "settings.gateway_secrets", "The secrets of partners cannot be used: {why}.", why=why
        ) from error


def _refuse_shared(secrets: Mapping[str, str]) -> None:
    """Whoever has signed is told by the secret alone, so that no two partners may have the same."""
    whose: dict[str, str] = {}
    for partner, of in sorted(secrets.items()):
        for one in of.split():
            if whose.setdefault(one.rstrip("="), partner) != partner:
                raise InvalidValue(
                    msg(
                        "gateway.secret_shared",
                        "the partners {one} and {other} have the same secret",
                        one=whose[one.rstrip("=")],
                        other=partner,
                    )
                )


def _holds(signer: Webhook, body: bytes, headers: dict[str, str]) -> bool:
    try:
        signer.verify(body, headers, json_parse=False)
    # The library raises ValueError, not its own error, for a signature or a body that cannot even be decoded.
    except (WebhookVerificationError, ValueError):
        return False
    return True
