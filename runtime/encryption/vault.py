"""The master key in Vault's transit engine, or OpenBao's, which speaks the same."""

from base64 import b64decode, b64encode
from collections.abc import Callable
from functools import partial
from typing import Any

import hvac
import requests
from hvac.exceptions import InvalidRequest, VaultError

from activities.sealing import MasterKeyFailed
from activities.seals import CannotOpen
from models.message import msg

TIMEOUT_SECONDS = 10


class VaultMasterKey:
    """A key in the transit engine of Vault or OpenBao, which never leaves it. Its versions are the engine's own.

    Where and as whom it is reached is set as for any client of Vault: VAULT_ADDR, VAULT_TOKEN, VAULT_CACERT.
    """

    def __init__(self, client: hvac.Client, name: str) -> None:
        self._transit = client.secrets.transit
        self._name = name

    def wrap(self, key: bytes) -> str:
        """See `MasterKey.wrap`."""
        said = self._ask(partial(self._transit.encrypt_data, self._name, plaintext=b64encode(key).decode()))
        return str(said["ciphertext"])

    def unwrap(self, wrapped: str) -> bytes:
        """See `MasterKey.unwrap`."""
        said = self._ask(partial(self._transit.decrypt_data, self._name, ciphertext=wrapped))
        return b64decode(said["plaintext"])

    def version_of(self, wrapped: str) -> str:
        """See `MasterKey.version_of`."""
        return ":".join(wrapped.split(":", 2)[:2])

    def current(self) -> str:
        """See `MasterKey.current`."""
        return f"vault:v{self._ask(partial(self._transit.read_key, self._name))['latest_version']}"

    def _ask(self, ask: Callable[[], Any]) -> Any:
        try:
            return ask()["data"]
        except InvalidRequest:
            raise CannotOpen from None
        # `from None`: what the libraries say repeats the address and the key that was sent.
        except VaultError as error:
            why = type(error).__name__
            raise MasterKeyFailed(
                msg("master_key.refused", "Vault refuses the master key ({why}). Check its token and policy.", why=why)
            ) from None
        except (requests.RequestException, KeyError, TypeError, ValueError) as error:
            why = type(error).__name__
            raise MasterKeyFailed(
                msg("master_key.unreachable", "Vault cannot be reached ({why}). Check VAULT_ADDR, or wait.", why=why)
            ) from None


def vault_master_key(name: str) -> VaultMasterKey:
    """The key of that name, where the environment says that Vault is."""
    return VaultMasterKey(hvac.Client(timeout=TIMEOUT_SECONDS), name)
