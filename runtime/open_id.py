"""The sign-in service (OpenID Connect): where it is, what it is asked, and what it says of who has signed in."""

import asyncio
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlsplit

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import AsyncOAuth2Client

from runtime.errors import Refused, ServiceUnavailable, UsageError
from runtime.settings import Settings
from runtime.tokens import Issuer, KeySet, NotSignedIn, Tokens

DISCOVERY = "/.well-known/openid-configuration"

KNOWN_FOR_SECONDS = 3600.0
"""A service seldom moves, and publishes new keys under the address that it has told."""

TIMEOUT_SECONDS = 10.0

LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"

LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Asking:
    """What the browser keeps between being sent to the service and coming back: nothing of it is worth anything to
    anybody else."""

    state: str
    nonce: str
    verifier: str

    def __str__(self) -> str:
        return f"{self.state}.{self.nonce}.{self.verifier}"

    @classmethod
    def read(cls, kept: str) -> "Asking | None":
        """What a browser has kept; None where that is not what it was given."""
        parts = kept.split(".")
        return cls(*parts) if len(parts) == 3 and all(parts) else None


@dataclass(frozen=True)
class Service:
    """Where the parts of a sign-in service are, as it says itself."""

    authorization: str
    token: str
    keys: KeySet
    end_session: str | None


class Provider:
    """The sign-in service that the settings name."""

    def __init__(self, settings: Settings, tls: ssl.SSLContext, address: str) -> None:
        """`address` is where it sends people back to. Raises UsageError where no service is set."""
        if not settings.desk_issuer:
            raise UsageError("desk.no_issuer", "No sign-in service is set. Set HELAVAGEN_DESK_ISSUER.")
        _refuse_clear(settings.desk_issuer)
        self.issuer = settings.desk_issuer
        self._settings = settings
        self._tls = tls
        self._address = address
        self._service: Service | None = None
        self._known_at = -float("inf")
        self._lock = asyncio.Lock()

    async def begin(self) -> tuple[str, Asking]:
        """Where somebody is sent who wants to sign in, and what their browser keeps. Raises ServiceUnavailable."""
        service, asking = await self.service(), Asking(token_urlsafe(24), token_urlsafe(24), token_urlsafe(48))
        async with self._client() as client:
            levels = {"acr_values": self._settings.desk_levels} if self._settings.desk_levels else {}
            address, _state = client.create_authorization_url(
                service.authorization,
                state=asking.state,
                nonce=asking.nonce,
                code_verifier=asking.verifier,
                **levels,
            )
        return str(address), asking

    async def finish(self, answer: str, asking: Asking) -> Mapping[str, Any]:
        """What the service says of whoever came back to the address `answer`. Raises NotSignedIn, Refused where the
        sign-in is not sure enough, and ServiceUnavailable."""
        service = await self.service()
        try:
            async with self._client() as client:
                told = await client.fetch_token(
                    service.token, authorization_response=answer, state=asking.state, code_verifier=asking.verifier
                )
        except AuthlibBaseError:  # a state of somebody else, a code that was used, a sign-in that was broken off
            raise _not_signed_in() from None
        except (httpx2.HTTPError, ValueError) as error:
            raise _away() from error
        claims = await self._claims(service, str(told.get("id_token") or ""))
        if claims.get("nonce") != asking.nonce:
            raise _not_signed_in()
        self._refuse_unsure(claims)
        return claims

    async def logout_claims(self, token: str) -> Mapping[str, Any]:
        """What the service says is over (back-channel logout). Raises NotSignedIn, ServiceUnavailable."""
        claims = await self._claims(await self.service(), token)
        if "nonce" in claims or LOGOUT_EVENT not in (claims.get("events") or {}):
            raise _not_signed_in()
        return claims

    async def service(self) -> Service:
        """The service as it describes itself. Raises ServiceUnavailable."""
        async with self._lock:
            if self._service is None or time.monotonic() - self._known_at > KNOWN_FOR_SECONDS:
                self._service, self._known_at = await self._discovered(), time.monotonic()
            return self._service

    async def _discovered(self) -> Service:
        try:
            async with httpx2.AsyncClient(verify=self._tls, timeout=TIMEOUT_SECONDS) as client:
                answer = await client.get(self.issuer.rstrip("/") + DISCOVERY)
            said = answer.raise_for_status().json()
            if said["issuer"] != self.issuer:
                raise ValueError("another issuer")
            places = [said["authorization_endpoint"], said["token_endpoint"], said["jwks_uri"]]
            for place in places:
                _refuse_clear(place)
            return Service(places[0], places[1], KeySet(places[2], self._tls), said.get("end_session_endpoint"))
        except (httpx2.HTTPError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise _away() from error

    def _client(self) -> Any:
        return AsyncOAuth2Client(
            self._settings.desk_client,
            self._settings.desk_client_secret,
            scope="openid profile email",
            redirect_uri=self._address,
            code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_basic" if self._settings.desk_client_secret else "none",
            verify=self._tls,
            timeout=TIMEOUT_SECONDS,
        )

    async def _claims(self, service: Service, token: str) -> Mapping[str, Any]:
        tokens = Tokens(Issuer(self.issuer, self._settings.desk_client, self._settings.desk_claim), service.keys)
        try:
            return await tokens.claims(token)
        except NotSignedIn:
            raise _not_signed_in() from None
        except ServiceUnavailable as error:
            raise _away() from error

    def _refuse_unsure(self, claims: Mapping[str, Any]) -> None:
        levels = self._settings.desk_levels.split()
        if levels and claims.get(self._settings.desk_level_claim) not in levels:
            raise Refused(
                "desk.unsure", "You have signed in by a way that is not secure enough here. Choose a more secure one."
            )


def _refuse_clear(address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise UsageError("desk.issuer_clear", "The sign-in service must be reached over https.")


def _not_signed_in() -> NotSignedIn:
    return NotSignedIn("desk.not_signed_in", "The sign-in was not completed. Sign in again.")


def _away() -> ServiceUnavailable:
    return ServiceUnavailable(
        "desk.sign_in_away", "The sign-in service does not answer. Try again or ask your operator."
    )
