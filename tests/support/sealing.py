"""The master key of the tests, and clients that seal with it."""

from base64 import b64encode
from hashlib import sha256

from pydantic import SecretStr
from sqlalchemy import Engine
from temporalio.client import Client

from activities.sealing import sealer_on
from runtime.database import open_engine, open_for_reading
from runtime.encryption.payload_codec import SealedPayloads
from runtime.encryption.sealers import with_keys
from runtime.settings import Settings
from runtime.temporal.client import data_converter

MASTER_KEY = SecretStr(b64encode(sha256(b"master key of the tests").digest()).decode())
"""The same in every test."""

SETTINGS = Settings(master_key=MASTER_KEY)


def sealed(client: Client, engine: Engine) -> Client:
    """The client, with payloads that it seals with the keys of a database."""
    config = client.config()
    config["data_converter"] = data_converter(SealedPayloads(sealer_on(engine)))
    return Client(**config)


def open_keyed(url: str) -> Engine:
    """A database to write to, with the keys that the tests' master key opens."""
    return with_keys(open_engine(url), SETTINGS)


def open_keyed_for_reading(url: str) -> Engine:
    """The same, only to read."""
    return with_keys(open_for_reading(url), SETTINGS)
