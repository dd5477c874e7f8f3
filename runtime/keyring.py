"""The keys of those who work at this machine: a folder with one file for each person, for its owner alone."""

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

from models.access.register import Register
from models.events.events import Event
from models.message import msg
from models.sign_ins import ServerKind
from models.signatures import EventSignature, Signer, public_key_of, sign_event
from runtime.asking import Passphrase, nobody_to_ask
from runtime.errors import UsageError
from runtime.files import new_file
from runtime.settings import Settings

WORKER = "worker"
"""Whose key a worker signs its rows with. No person is called so: their names have a dot in them, or another form."""

DESK, CODEC, GATEWAY = "desk", "codec", "gateway"

SERVERS: Mapping[str, ServerKind] = {DESK: "staff", CODEC: "staff", GATEWAY: "partners"}
"""The servers of the product that speak for people, and for whom."""

SHORTEST = 8
"""Characters of a passphrase: a shorter one is guessed by whoever has the file."""


def for_a_new_key(passphrase: str) -> str:
    """A passphrase for a key that is about to be made. Raises UsageError where it is too short."""
    if len(passphrase) < SHORTEST:
        raise UsageError(
            "keyring.passphrase_short",
            "The passphrase is too short. Choose one of at least {least} characters.",
            least=SHORTEST,
        )
    return passphrase


class Keyring:
    """A folder of private keys (PKCS8, PEM), each protected by a passphrase where its owner wants one."""

    def __init__(self, folder: Path, passphrase: Passphrase = nobody_to_ask) -> None:
        self._folder = folder
        self._passphrase = passphrase
        self._open: dict[str, Ed25519PrivateKey] = {}

    def names(self) -> list[str]:
        """Whose keys are here."""
        return sorted(file.stem for file in self._folder.glob("*.pem"))

    def __contains__(self, name: str) -> bool:
        return self._file(name).is_file()

    def add(self, name: str, key: Ed25519PrivateKey, passphrase: str | None = None) -> None:
        """Keep a new key. Raises UsageError where the person has one here: a key that is written over is lost."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        protection = (
            serialization.BestAvailableEncryption(passphrase.encode()) if passphrase else serialization.NoEncryption()
        )
        pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, protection)
        with new_file(self._file(name)) as out:
            out.write(pem)

    def refuse_second(self, name: str) -> None:
        """Raises UsageError where somebody has a key here: a new one would be written over it."""
        if name in self:
            raise UsageError(
                "keyring.known",
                "There is a key of {name} on this machine already. Move it away before you make another.",
                name=name,
            )

    def key(self, name: str) -> Ed25519PrivateKey:
        """Somebody's key, opened once. Raises UsageError where it is not here or does not open."""
        if name not in self._open:
            self._open[name] = self._read(name)
        return self._open[name]

    def signer(self, name: str) -> Signer:
        """Who signs for somebody: here they themselves. Raises UsageError as `key` does."""
        return Signer(self.key(name))

    def sign(self, journey_id: str, event: Event, salt: str) -> EventSignature:
        """The signature of an event's author, for one journey. Raises UsageError as `key` does."""
        by = self.signer(event.actor.name)
        return sign_event(by.key, journey_id, event, salt, by.sign_in)

    def _read(self, name: str) -> Ed25519PrivateKey:
        file = self._file(name)
        try:
            pem = file.read_bytes()
        except PermissionError:
            raise
        except OSError:
            raise UsageError(
                msg(
                    "keyring.missing",
                    "The key of {name} is not on this machine. Act as yourself, or enrol a key with an invitation.",
                    name=name,
                )
            ) from None
        try:
            key = serialization.load_pem_private_key(pem, password=None)
        except TypeError:  # so says cryptography where a passphrase is needed
            key = self._unlocked(name, pem)
        except (ValueError, UnsupportedAlgorithm):
            raise _unusable(file) from None
        if not isinstance(key, Ed25519PrivateKey):
            raise _unusable(file)
        return key

    def _unlocked(self, name: str, pem: bytes) -> PrivateKeyTypes:
        passphrase = self._passphrase(name)
        if passphrase is None:
            raise UsageError(
                msg(
                    "keyring.passphrase_missing",
                    "The key of {name} is protected by a passphrase, and nobody can be asked for it.",
                    name=name,
                )
            )
        try:
            return serialization.load_pem_private_key(pem, password=passphrase.encode())
        except ValueError:
            raise UsageError(
                msg("keyring.passphrase_wrong", "The passphrase does not open the key of {name}.", name=name)
            ) from None

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.pem"


def _unusable(file: Path) -> UsageError:
    """That a file of the keyring holds no key: whose it is says who makes another."""
    name = file.stem
    if name == WORKER:
        return UsageError(
            "worker.key_unusable",
            "{file} does not contain an Ed25519 private key. Move it away, and let an operator make and register "
            "another for this worker.",
            file=file,
        )
    if name in SERVERS:
        return UsageError(
            "server.key_unusable",
            "{file} does not contain an Ed25519 private key. Move it away, and let an operator make and register "
            "another for this server.",
            file=file,
        )
    return UsageError(
        "keyring.key_unusable",
        "{file} does not contain an Ed25519 private key. Move it away, and enrol another with an invitation.",
        file=file,
    )


def workers_key(keyring: Keyring, register: Register, now: datetime) -> Ed25519PrivateKey:
    """The key that a worker signs its rows with. Raises UsageError where it is missing or not registered."""
    if WORKER not in keyring:
        raise UsageError("worker.no_key", "This worker has no key. Let an operator make and register one.")
    key = keyring.key(WORKER)
    if not register.is_a_workers(public_key_of(key), now):
        raise UsageError(
            "worker.key_not_registered", "The worker's key is not registered. Let an operator register it."
        )
    return key


def servers_key(keyring: Keyring, register: Register, server: str, now: datetime) -> Ed25519PrivateKey:
    """The key that a server signs with for people. Raises UsageError where it is missing or not registered."""
    if server not in keyring:
        raise UsageError(
            "server.no_key", "The server {server} has no key. Let an operator make and register one.", server=server
        )
    key = keyring.key(server)
    known = register.key_of(public_key_of(key), now)
    if known is None or (known.of, known.holder) != ("server", server):
        raise UsageError(
            "server.key_not_registered",
            "The key of the server {server} is not registered. Let an operator register it.",
            server=server,
        )
    return key


def keyring_of(settings: Settings, passphrase: Passphrase = nobody_to_ask) -> Keyring:
    """The keyring that the settings name; otherwise the person's own (XDG Base Directory)."""
    config = os.environ.get("XDG_CONFIG_HOME") or "~/.config"
    return Keyring(settings.keys or Path(config).expanduser() / "hela-vagen" / "keys", passphrase)
