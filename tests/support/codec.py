"""A codec server of a test's office, and how the stock command and a web page use it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from interfaces.codec.running import running_codec
from runtime.local import tokens
from runtime.local.dev_server import HOST
from runtime.settings import Settings

PAGE = "http://127.0.0.1:8233"
"""The origin of Temporal's web page in tests."""

READS = "lena.strand"
"""A manager, who may read of every candidate."""


@dataclass(frozen=True)
class Codec:
    """A codec server at work."""

    address: str
    settings: Settings

    def token(self, person: str = READS, because: str | None = "A test") -> str:
        """A token of somebody who has signed in."""
        assert self.settings.codec_token_key is not None
        return tokens.local_token(self.settings.codec_token_key, person, because, datetime.now(UTC))

    def options(self, arguments: Sequence[str]) -> Sequence[str]:
        """What an operator gives the stock command beside its arguments."""
        named = {"-w", "--workflow-id"}
        of = next((value for name, value in pairwise(arguments) if name in named), "none")
        return (
            *("--codec-endpoint", self.address, "--codec-auth", f"Bearer {self.token()}"),
            *("--codec-header", f"X-Workflow-Id={of}"),
        )


@asynccontextmanager
async def open_codec(settings: Settings, **more: Any) -> AsyncIterator[Codec]:
    """A codec server on an office's database, with tokens as a local stack has them, until the context ends."""
    tokens.make_token_key(settings.data)
    own = {
        "codec_port": 0,
        "codec_origins": PAGE,
        "codec_issuer": tokens.ISSUER,
        "codec_audience": tokens.AUDIENCE,
        "codec_jwks": str(settings.data / tokens.KEY_SET),
        "codec_claim": "sub",
        "codec_token_key": settings.data / tokens.KEY,
        **more,
    }
    settings = settings.model_copy(update=own)
    async with running_codec(settings) as server:
        yield Codec(f"http://{HOST}:{server.port}", settings)
