"""The master key of the tests, and clients that seal with it."""

from base64 import b64encode
from hashlib import sha256

from pydantic import SecretStr
from sqlalchemy import Engine
from temporalio.client import Client

from activities.sealing import sealer_on
from runtime.encryption.payload_codec import SealedPayloads
from runtime.temporal.client import data_converter

MASTER_KEY = SecretStr(b64encode(sha256(b"master key of the tests").digest()).decode())
"""The same in every test."""


def sealed(client: Client, engine: Engine) -> Client:
    """The client, with payloads that it seals with the keys of a database."""
    config = client.config()
    config["data_converter"] = data_converter(SealedPayloads(sealer_on(engine)))
    return Client(**config)
