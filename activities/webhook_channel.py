"""Notices to a partner's own system: a CloudEvent, signed as the Standard Webhooks specification says."""

import base64
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from urllib.parse import quote

import aiohttp
from cloudevents.core.bindings.http import HTTPMessage, to_structured_event
from cloudevents.core.v1.event import CloudEvent
from standardwebhooks import Webhook

from activities.announce import DeliveryFailed, DeliveryRefused
from models.partners.notice import Notice
from models.partners.partner import Recipient

WEBHOOK_TIMEOUT = aiohttp.ClientTimeout(total=15)
"""A receiver is to put the notice aside and answer at once; Standard Webhooks advises 15 to 30 seconds."""

WORTH_REPEATING = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS)
"""The answers below 500 that speak of the moment and not of the notice."""


class WebhookChannel:
    """Posts to each partner's address, or, with `catch_all`, to `<catch_all>/<partner id>` (staging, the local stack).

    `session` belongs to whoever made it. `secrets` holds a `whsec_…` secret a partner id; raises ValueError where one
    is malformed. `clock` says what time it is, with a time zone.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        secrets: Mapping[str, str],
        clock: Callable[[], datetime],
        catch_all: str | None = None,
        timeout: aiohttp.ClientTimeout = WEBHOOK_TIMEOUT,
    ) -> None:
        self._session = session
        self._signers = signers(secrets)
        self._clock = clock
        self._catch_all = catch_all.rstrip("/") if catch_all else None
        self._timeout = timeout

    async def send(self, notice: Notice, partner: Recipient) -> None:
        """See `Channel.send`. The other side knows a repeated notice by `webhook-id`, which is also the event's id."""
        signer = self._signers.get(partner.id)
        if signer is None:
            raise DeliveryRefused(
                f"Partner {partner.id} has no webhook secret; agree on one and add it to the secrets."
            )
        request = sign(as_cloudevent(notice), notice, signer, self._clock())
        try:
            address = f"{self._catch_all}/{partner.id}" if self._catch_all else partner.address
            status = await self._post(address, request)
        # `from None`: what the libraries say repeats the address, which may hold a secret.
        # A ClientError may be a ValueError too, as that of a certificate is: it comes before the address's own faults.
        except aiohttp.ClientConnectorCertificateError:
            raise DeliveryFailed(
                f"The certificate of the webhook of partner {partner.id} is not valid; ask the partner to renew it."
            ) from None
        except aiohttp.InvalidURL:
            raise DeliveryRefused(f"The web address of partner {partner.id} is malformed; correct it.") from None
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise _unreached(partner, error) from None
        # A host that cannot be written in ASCII is a ValueError in the libraries.
        except ValueError:
            raise DeliveryRefused(f"The web address of partner {partner.id} is malformed; correct it.") from None
        _judge(status, partner)

    async def _post(self, address: str, request: HTTPMessage) -> int:
        """The status of the answer. The status is the whole answer: its body, however large, is never read."""
        async with self._session.post(
            address, data=request.body, headers=request.headers, allow_redirects=False, timeout=self._timeout
        ) as response:
            return response.status


def as_cloudevent(notice: Notice) -> CloudEvent:
    """The notice as a CloudEvent 1.0: the candidate's number is its subject, what the notice tells its data."""
    attributes = {
        "id": str(notice.notice_id),
        "source": f"/helavagen/{quote(notice.journey_id)}",
        "type": f"se.helavagen.{notice.kind}",
        "subject": notice.candidate,
        "time": notice.recorded_at.astimezone(UTC),
        "datacontenttype": "application/json",
    }
    return CloudEvent(attributes, notice.model_dump(mode="json", exclude_none=True))


def sign(event: CloudEvent, notice: Notice, signer: Webhook, now: datetime) -> HTTPMessage:
    """The event as a structured HTTP message with the three headers of Standard Webhooks."""
    message = to_structured_event(event)
    # The library takes the clock's digits for UTC whatever the zone, so it must be given UTC.
    sent_at = now.astimezone(UTC)
    headers = {
        "webhook-id": str(notice.notice_id),
        "webhook-timestamp": str(int(sent_at.timestamp())),
        "webhook-signature": signer.sign(str(notice.notice_id), sent_at, message.body.decode()),
    }
    return HTTPMessage(message.headers | headers, message.body)


def _unreached(partner: Recipient, error: Exception) -> DeliveryFailed:
    if isinstance(error, TimeoutError):
        return DeliveryFailed(f"The webhook of partner {partner.id} did not answer in time.")
    return DeliveryFailed(f"The webhook of partner {partner.id} could not be reached ({type(error).__name__}).")


def _judge(status: int, partner: Recipient) -> None:
    whom = f"The webhook of partner {partner.id}"
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in WORTH_REPEATING:
        raise DeliveryFailed(f"{whom} answered {status}.")
    if status == HTTPStatus.GONE:
        raise DeliveryRefused(f"{whom} is gone ({status}); ask the partner for its new address.")
    if status < HTTPStatus.BAD_REQUEST:
        raise DeliveryRefused(f"{whom} answered {status}, and redirects are not followed; correct its address.")
    raise DeliveryRefused(f"{whom} answered {status}; ask the partner what it does not accept.")


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
