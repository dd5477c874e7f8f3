"""Tokens of a sign-in service (JWT): whose they are, checked against the keys that the service publishes (JWKS)."""

import asyncio
import json
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import jwt

from runtime.errors import ServiceUnavailable, UsageError, UserError
from runtime.settings import Settings

ALGORITHMS = frozenset({"EdDSA", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512"})
"""Signatures with a key pair. A shared secret would let whoever checks a token make one."""

REQUIRED = ("exp", "iss", "aud")

LEEWAY_SECONDS = 30
"""By how much the clocks of the service and of this machine may differ."""

KEPT_SECONDS = 300
"""For how long keys are used without asking again. A key that the service has withdrawn counts no longer than that."""

STALE_SECONDS = 3600
"""For how long they are used while the service does not answer."""

ASKED_AGAIN_SECONDS = 10
"""A token of an unknown key has the keys read anew, but no more often than this, whoever sends such tokens."""

TIMEOUT = aiohttp.ClientTimeout(total=10)

LARGEST_KEY_SET = 200_000
"""Bytes. A sign-in service publishes some kilobytes."""

LARGEST_TOKEN = 8_000
"""Characters: more does not fit into a header."""


class NotSignedIn(UserError):
    """There is no token, or none that counts. Signing in anew helps."""


@dataclass(frozen=True)
class Issuer:
    """Whose tokens count: what they must say of their issuer and audience, and which claim names the person."""

    issuer: str
    audience: str
    claim: str


def issuer_of(settings: Settings) -> Issuer:
    """Whose tokens count, as set. Raises UsageError where a part of it is missing."""
    if not (settings.codec_issuer and settings.codec_audience and settings.codec_jwks):
        raise UsageError(
            "settings.codec",
            "Whose tokens count is not set. Set HELAVAGEN_CODEC_ISSUER, HELAVAGEN_CODEC_AUDIENCE and "
            "HELAVAGEN_CODEC_JWKS.",
        )
    return Issuer(settings.codec_issuer, settings.codec_audience, settings.codec_claim)


class KeySet:
    """The public keys of a sign-in service, from a file or an address."""

    def __init__(self, source: str, tls: ssl.SSLContext, clock: Callable[[], float] = time.monotonic) -> None:
        """Raises UsageError where the address is reached without TLS on another machine."""
        self._source = source
        self._tls = tls
        self._clock = clock
        self._keys: list[jwt.PyJWK] = []
        self._read_at = self._tried_at = -float("inf")
        self._lock = asyncio.Lock()
        address = urlsplit(source)
        self._is_address = address.scheme in ("http", "https")
        if address.scheme == "http" and address.hostname not in ("localhost", "127.0.0.1", "::1"):
            raise UsageError("codec.jwks_clear", "HELAVAGEN_CODEC_JWKS must be reached over https.")

    async def key(self, name: str | None) -> jwt.PyJWK | None:
        """The key of that name, or the only one where a token names none. Raises ServiceUnavailable."""
        async with self._lock:
            if self._age > KEPT_SECONDS or (self._named(name) is None and self._may_ask):
                await self._read()
            return self._named(name)

    @property
    def _age(self) -> float:
        return self._clock() - self._read_at

    @property
    def _may_ask(self) -> bool:
        return self._clock() - self._tried_at > ASKED_AGAIN_SECONDS

    def _named(self, name: str | None) -> jwt.PyJWK | None:
        if name is None:
            return self._keys[0] if len(self._keys) == 1 else None
        return next((key for key in self._keys if key.key_id == name), None)

    async def _read(self) -> None:
        self._tried_at = self._clock()
        try:
            text = await (self._fetched() if self._is_address else asyncio.to_thread(Path(self._source).read_text))
            self._keys = [key for key in _keys_in(text) if key.algorithm_name in ALGORITHMS]
        except (aiohttp.ClientError, OSError, ValueError, TimeoutError) as error:
            if self._age > STALE_SECONDS:
                raise ServiceUnavailable(
                    "codec.jwks_unreadable",
                    "The keys of the sign-in service cannot be read ({why}). Check HELAVAGEN_CODEC_JWKS.",
                    why=type(error).__name__,
                ) from error
        else:
            self._read_at = self._tried_at

    async def _fetched(self) -> str:
        connector = aiohttp.TCPConnector(ssl=self._tls)
        async with (
            aiohttp.ClientSession(connector=connector, timeout=TIMEOUT, trust_env=True) as session,
            session.get(self._source, allow_redirects=False, raise_for_status=True) as answer,
        ):
            if answer.status != 200:
                raise ValueError("no answer")
            text = await answer.content.read(LARGEST_KEY_SET)
            if not answer.content.at_eof():
                raise ValueError("too large")
            return text.decode()


def _keys_in(text: str) -> list[jwt.PyJWK]:
    """The keys of a set that can be used. Raises ValueError."""
    try:
        return list(jwt.PyJWKSet.from_dict(json.loads(text)))
    except (jwt.PyJWTError, AttributeError, TypeError, RecursionError) as error:
        raise ValueError("no set of keys") from error


class Tokens:
    """Checks tokens of one issuer."""

    def __init__(self, issuer: Issuer, keys: KeySet) -> None:
        self.issuer = issuer
        self._keys = keys

    async def claims(self, token: str) -> dict[str, Any]:
        """What a token says. Raises NotSignedIn where it does not count, and ServiceUnavailable."""
        try:
            if len(token) > LARGEST_TOKEN:
                raise jwt.InvalidTokenError
            name = jwt.get_unverified_header(token).get("kid")
            key = await self._keys.key(name)
            if key is None:
                raise jwt.InvalidTokenError
            return jwt.decode(
                token,
                key,
                algorithms=[key.algorithm_name],  # the key's own, whatever the token says
                audience=self.issuer.audience,
                issuer=self.issuer.issuer,
                leeway=LEEWAY_SECONDS,
                options={"require": list(REQUIRED)},
            )
        except jwt.ExpiredSignatureError:
            raise NotSignedIn("codec.token_expired", "Your sign-in has expired. Sign in again.") from None
        except jwt.PyJWTError:  # what the library says repeats what was sent
            raise NotSignedIn("codec.token_wrong", "Your sign-in does not count here. Sign in again.") from None
