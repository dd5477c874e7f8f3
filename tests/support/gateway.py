"""A gateway of a test's office, called in this process, and a partner's system that signs what it sends."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
from starlette.applications import Starlette
from temporalio.client import Client

from interfaces.gateway.app import Gateway, gateway_app
from interfaces.gateway.limits import Rate
from interfaces.gateway.openapi import CLOUD_EVENT
from runtime.keyring import Keyring
from runtime.observation.health import Health
from runtime.settings import Settings
from services.incoming.house import House
from tests.support.authority import key_of

ADDRESS = "http://gateway.test"


def secret_of(partner: str, number: int = 1) -> str:
    """A secret of a partner, the same in every test."""
    return "whsec_" + base64.b64encode(hashlib.sha256(f"{partner} {number}".encode()).digest()).decode()


@dataclass(frozen=True)
class Message:
    """A message on its way: what is signed of it."""

    body: bytes
    id: str = field(default_factory=lambda: f"msg_{uuid4().hex}")
    at: int = field(default_factory=lambda: int(datetime.now(UTC).timestamp()))

    def signed(self, *secrets: str) -> dict[str, str]:
        """Its headers, made without the library that checks them."""
        to_sign = f"{self.id}.{self.at}.".encode() + self.body
        keys = [base64.b64decode(secret.removeprefix("whsec_")) for secret in secrets]
        signatures = [base64.b64encode(hmac.digest(key, to_sign, "sha256")).decode() for key in keys]
        return {
            "content-type": CLOUD_EVENT,
            "webhook-id": self.id,
            "webhook-timestamp": str(self.at),
            "webhook-signature": " ".join(f"v1,{one}" for one in signatures),
        }

    def ago(self, **how_long: float) -> "Message":
        """The same, signed some time ago."""
        return Message(self.body, self.id, self.at - int(timedelta(**how_long).total_seconds()))


def cloud_event(kind: str, subject: str, data: dict[str, Any] | None = None, **attributes: Any) -> bytes:
    """A CloudEvent in JSON, of now, unless the attributes say otherwise."""
    said = {
        "specversion": "1.0",
        "id": "1",
        "source": "https://partner.example/system",
        "type": f"se.helavagen.{kind}",
        "subject": subject,
        "time": datetime.now(UTC).isoformat(),
        "data": data or {},
    }
    return json.dumps(said | attributes).encode()


@dataclass
class PartnerSystem:
    """Whoever sends, and the gateway before them."""

    http: httpx2.AsyncClient
    house: House
    secrets: Path
    app: Starlette

    async def sends(
        self, message: Message | bytes, partner: str = "arbetsformedlingen", **headers: str
    ) -> httpx2.Response:
        """The answer to a message that a partner has signed."""
        whole = Message(message) if isinstance(message, bytes) else message
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.http.post("/events", content=whole.body, headers=whole.signed(secret_of(partner)) | named)

    def agree(self, partner: str, *secrets: str) -> None:
        """Keep secrets of a partner, the newest first, and have the gateway see it."""
        (self.secrets / partner).write_text("\n".join(secrets))
        self.house.senders.look()


@asynccontextmanager
async def open_gateway(
    settings: Settings, *partners: str, client: Client | None = None, rate: Rate | None = None
) -> AsyncIterator[PartnerSystem]:
    """A gateway on an office's database, until the context ends. Partners have a secret each, and keys as in tests."""
    secrets = settings.data / "gateway_secrets"
    secrets.mkdir(exist_ok=True)
    keyring = Keyring(settings.keys or settings.data)
    for one in partners:
        (secrets / one).write_text(secret_of(one))
        if one not in keyring:
            keyring.add(one, key_of(one))
    house = House(settings.model_copy(update={"gateway_secrets": secrets}), client)
    app = gateway_app(Gateway(house.senders, house.incoming, Health({}), rate or Rate(1_000)))
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    try:
        async with httpx2.AsyncClient(transport=transport, base_url=ADDRESS) as http:
            yield PartnerSystem(http, house, secrets, app)
    finally:
        house.close()
