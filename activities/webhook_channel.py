"""Notices to a partner's own system: a CloudEvent, signed as the Standard Webhooks specification says."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from urllib.parse import quote

import aiohttp
from cloudevents.core.bindings.http import HTTPMessage, to_structured_event
from cloudevents.core.v1.event import CloudEvent

from activities.delivery import DeliveryFailed, DeliveryPostponed, DeliveryRefused
from activities.letterhead import NO_HEAD, Letterhead
from activities.outgoing import Answer, InsideOurNetwork, NotPermitted, Outgoing
from activities.retry_after import asked_wait, clocks_apart
from activities.tls import fault_of_certificate
from activities.tracing import current_traceparent
from activities.webhook_signing import Signers, signature_headers, signers
from models.partners.notice import Notice
from models.partners.partner import Recipient

WORTH_REPEATING = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS)
"""The answers below 500 that speak of the moment and not of the notice."""

TOLERANCE = timedelta(minutes=4)
"""By which a partner's clock may differ from ours: the libraries of Standard Webhooks refuse what was signed five
minutes ago or ahead."""

ASKS_TO_WAIT = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
"""The answers with which `Retry-After` says when to come back."""


class WebhookChannel:
    """Posts to each partner's address, or, with `catch_all`, to `<catch_all>/<partner id>` (staging, the local stack).

    `outgoing` belongs to whoever made it. `secrets` holds `whsec_…` secrets a partner id, one a line, the newest first;
    raises ValueError where one is malformed. `clock` says what time it is, with a time zone.
    """

    def __init__(
        self,
        outgoing: Outgoing,
        secrets: Mapping[str, str],
        clock: Callable[[], datetime],
        catch_all: str | None = None,
    ) -> None:
        self._outgoing = outgoing
        self._signers = signers(secrets)
        self._clock = clock
        self._catch_all = catch_all.rstrip("/") if catch_all else None
        self._quiet_until: dict[str, datetime] = {}

    def sign_with(self, secrets: Mapping[str, str]) -> None:
        """Sign with other secrets from now on. Raises InvalidValue where one is malformed, and changes nothing then."""
        self._signers = signers(secrets)

    async def send(self, notice: Notice, partner: Recipient, head: Letterhead = NO_HEAD) -> None:
        """See `Channel.send`. The other side knows a repeated notice by `webhook-id`, which is also the event's id.

        Where a partner has asked to be left in peace, no notice is sent to it before, whatever the journey.
        """
        signer = self._signers.get(partner.id)
        if signer is None:
            raise DeliveryRefused(
                f"Partner {partner.id} has no webhook secret; agree on one and add it to the secrets."
            )
        self._keep_quiet(partner)
        request = sign(as_cloudevent(notice, head), notice, signer, self._clock())
        answer = await self._post(partner, request)
        self._judge(answer, partner)

    def _keep_quiet(self, partner: Recipient) -> None:
        until = self._quiet_until.get(partner.id)
        if until is not None and (left := until - self._clock()).total_seconds() > 0:
            raise DeliveryPostponed(f"The webhook of partner {partner.id} has asked to wait.", left)

    async def _post(self, partner: Recipient, request: HTTPMessage) -> Answer:
        address = f"{self._catch_all}/{partner.id}" if self._catch_all else partner.address
        try:
            return await self._outgoing.post(address, request.body, request.headers)
        except NotPermitted as error:
            raise DeliveryRefused(f"The web address of partner {partner.id} {error}") from None
        # `from None`: what the libraries say repeats the address, which may hold a secret.
        except aiohttp.InvalidURL:
            raise DeliveryRefused(f"The web address of partner {partner.id} is malformed; correct it.") from None
        # A ClientError may be a ValueError too, as that of a certificate is: it comes before the address's own faults.
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise DeliveryFailed(unreached(f"the webhook of partner {partner.id}", error)) from None
        # A host that cannot be written in ASCII is a ValueError in the libraries.
        except ValueError:
            raise DeliveryRefused(f"The web address of partner {partner.id} is malformed; correct it.") from None

    def _judge(self, answer: Answer, partner: Recipient) -> None:
        whom, status = f"The webhook of partner {partner.id}", answer.status
        if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            return
        if status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED and answer.through_proxy:
            raise DeliveryFailed(PROXY_WANTS_LOG_IN)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in WORTH_REPEATING:
            raise DeliveryFailed(f"{whom} answered {status}.", self._wait(answer, partner))
        if status == HTTPStatus.GONE:
            raise DeliveryRefused(f"{whom} is gone ({status}); ask the partner for its new address.")
        if status < HTTPStatus.BAD_REQUEST:
            raise DeliveryRefused(f"{whom} answered {status}, and redirects are not followed; correct its address.")
        if (apart := clocks_apart(answer.date, self._clock())) > TOLERANCE:
            # What is signed at another time than the partner's is refused as a forgery: the notice itself is sound.
            seconds = round(apart.total_seconds())
            raise DeliveryFailed(
                f"{whom} answered {status}; its clock is {seconds} seconds from ours, so set the wrong one."
            )
        raise DeliveryRefused(f"{whom} answered {status}; ask the partner what it does not accept.")

    def _wait(self, answer: Answer, partner: Recipient) -> timedelta | None:
        wait = asked_wait(answer.retry_after, self._clock()) if answer.status in ASKS_TO_WAIT else None
        if wait is not None:
            self._quiet_until[partner.id] = self._clock() + wait
        return wait


def as_cloudevent(notice: Notice, head: Letterhead = NO_HEAD) -> CloudEvent:
    """The notice as a CloudEvent 1.0: the candidate's number is its subject, what the notice tells its data, beside the
    partner's own `reference` and `referred_on`, whom to `contact`, and what the things are `called` that it names."""
    attributes = {
        "id": str(notice.notice_id),
        "source": f"/helavagen/{quote(notice.journey_id)}",
        "type": f"se.helavagen.{notice.kind}",
        "subject": notice.candidate,
        "time": notice.recorded_at.astimezone(UTC),
        "datacontenttype": "application/json",
    }
    if (traceparent := current_traceparent()) is not None:
        attributes["traceparent"] = traceparent  # the distributed tracing extension
    beside = {
        "reference": head.reference,
        "referred_on": head.referred_on and head.referred_on.isoformat(),
        "contact": head.contact and {name: value for name, value in asdict(head.contact).items() if value},
        "called": {name: one.model_dump() for name, one in head.names.items()},
    }
    said = notice.model_dump(mode="json", exclude_none=True)
    return CloudEvent(attributes, said | {name: value for name, value in beside.items() if value})


def sign(event: CloudEvent, notice: Notice, by: Signers, now: datetime) -> HTTPMessage:
    """The event as a structured HTTP message with the three headers of Standard Webhooks."""
    message = to_structured_event(event)
    headers = signature_headers(str(notice.notice_id), message.body.decode(), by, now)
    return HTTPMessage(message.headers | headers, message.body)


PROXY_WANTS_LOG_IN = "The outgoing proxy demands a log-in (407); set user and password in its address."


def unreached(whom: str, error: Exception) -> str:
    """Why a request did not reach `whom`, in one sentence without the address."""
    if fault := fault_of_certificate(error):
        return f"The certificate of {whom} {fault}"
    match error:
        case aiohttp.ClientHttpProxyError(status=HTTPStatus.PROXY_AUTHENTICATION_REQUIRED):
            return PROXY_WANTS_LOG_IN
        case aiohttp.ClientHttpProxyError(status=status):
            return f"The outgoing proxy answered {status} for {whom}; ask its operator to let it through."
        case aiohttp.ClientProxyConnectionError():
            return "The outgoing proxy could not be reached; look at HTTPS_PROXY."
        case aiohttp.ClientConnectorError(os_error=InsideOurNetwork()):
            return (
                f"The name of {whom} leads inside our own network; ask the partner to correct its DNS, "
                "or register the host in HELAVAGEN_INTERNAL_HOSTS."
            )
        case aiohttp.ClientConnectorSSLError():
            return f"No TLS could be agreed with {whom}; ask the partner which version and ciphers it takes."
        case TimeoutError():
            return f"{whom[0].upper()}{whom[1:]} did not answer in time."
        case _:
            return f"{whom[0].upper()}{whom[1:]} could not be reached ({type(error).__name__})."
