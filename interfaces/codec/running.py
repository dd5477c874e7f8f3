"""A codec server as the settings want it, from its start to the end of a context."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from interfaces.codec.server import CodecServer
from runtime.channels import tls_of
from runtime.database import open_for_watching
from runtime.observation.health import Health, has_todays_form
from runtime.settings import Settings, require_database
from runtime.temporal.client import namespace_of
from runtime.tokens import KeySet, Tokens, issuer_of
from services.application import Application
from services.payloads import Payloads


@asynccontextmanager
async def running_codec(settings: Settings) -> AsyncIterator[CodecServer]:
    """A server that listens. Raises UsageError where a setting is missing or wrong, ServiceUnavailable."""
    issuer = issuer_of(settings)
    application = Application()
    vars(application)["settings"] = settings
    payloads = Payloads(application, namespace_of(settings))
    watching = open_for_watching(require_database(settings))
    server = CodecServer(
        payloads,
        Tokens(issuer, KeySet(settings.codec_jwks, tls_of(settings))),
        Health({"database": partial(has_todays_form, watching)}),
        settings.codec_origins.split(),
        settings.codec_host,
        settings.codec_port,
    )
    await server.start()
    try:
        yield server
    finally:
        await server.stop()
        watching.dispose()
        application.writing.dispose()
        application.reading.dispose()
