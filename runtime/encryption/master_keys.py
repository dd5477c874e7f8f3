"""Master keys: from the environment, from a file, or from Vault's transit engine."""

import logging
from base64 import b64decode, b64encode
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes
from threading import Lock

from activities.sealing import MasterKey, MasterKeyUnknown
from activities.seals import KEY_BYTES, CannotOpen, aes_open, aes_seal
from models.message import msg
from runtime.errors import UsageError
from runtime.files import new_file
from runtime.settings import Settings

PLACE = "candidate-key"
"""What a local master key seals is nothing else."""


class LocalMasterKey:
    """Master keys of 32 bytes that this process knows: the first one wraps, all of them unwrap."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._keys = {name_of(key): key for key in keys}
        self._current = name_of(keys[0])

    def wrap(self, key: bytes) -> str:
        """See `MasterKey.wrap`."""
        return f"{self._current}:{b64encode(aes_seal(self._keys[self._current], PLACE, key)).decode()}"

    def unwrap(self, wrapped: str) -> bytes:
        """See `MasterKey.unwrap`."""
        name, _, sealed = wrapped.partition(":")
        if name not in self._keys:
            raise MasterKeyUnknown(
                msg(
                    "master_key.other",
                    "The master key {name} that wrapped a key is not set. Set it beside the current one.",
                    name=name,
                )
            )
        try:
            return aes_open(self._keys[name], PLACE, b64decode(sealed, validate=True))
        except ValueError:
            raise CannotOpen from None

    def version_of(self, wrapped: str) -> str:
        """See `MasterKey.version_of`."""
        return wrapped.partition(":")[0]

    def current(self) -> str:
        """See `MasterKey.current`."""
        return self._current

    def knows(self, version: str) -> bool:
        """Whether what this version has wrapped opens here."""
        return version in self._keys


class MasterKeyInFile:
    """The master keys in a file, read again where the file has changed, or where another process has wrapped by a key
    that is not known here: a rotation needs no restart.

    A file that holds none just then, as in the midst of being written, changes nothing. Raises UsageError where it
    holds none at first.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = Lock()
        self._seen = self._state()
        self._keys = _in_file(file)

    def wrap(self, key: bytes) -> str:
        """See `MasterKey.wrap`."""
        return self._latest().wrap(key)

    def unwrap(self, wrapped: str) -> bytes:
        """See `MasterKey.unwrap`."""
        keys = self._latest()
        if not keys.knows(keys.version_of(wrapped)):
            keys = self._latest(whether_changed_or_not=True)  # two changes may bear the same moment
        return keys.unwrap(wrapped)

    def version_of(self, wrapped: str) -> str:
        """See `MasterKey.version_of`."""
        return self._keys.version_of(wrapped)

    def current(self) -> str:
        """See `MasterKey.current`."""
        return self._latest().current()

    def _latest(self, *, whether_changed_or_not: bool = False) -> LocalMasterKey:
        with self._lock:
            state = self._state()
            if whether_changed_or_not or state != self._seen:
                self._seen = state
                try:
                    self._keys = _in_file(self._file)
                except UsageError as error:
                    logging.getLogger(__name__).warning("kept the master keys from before: %s", error.message.id)
            return self._keys

    def _state(self) -> tuple[int, ...] | None:
        """What differs once somebody has written the file, or put another in its place; None where there is none."""
        try:
            found = self._file.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def name_of(key: bytes) -> str:
    """What a master key is called where it has wrapped something: eight characters that say nothing of it."""
    return sha256(b"hela-vagen-master-key" + key).hexdigest()[:8]


def master_key(settings: Settings) -> MasterKey:
    """The master key that the settings name. Raises UsageError where there is none, or it is none."""
    if settings.vault_transit_key:
        from runtime.encryption.vault import vault_master_key  # most employers have no Vault, and its client is slow

        return vault_master_key(settings.vault_transit_key)
    if settings.master_key:
        return LocalMasterKey(_read(settings.master_key.get_secret_value(), "HELAVAGEN_MASTER_KEY"))
    if settings.master_key_file:
        return MasterKeyInFile(settings.master_key_file)
    raise UsageError(
        "master_key.none",
        "No master key is set, so nothing of a person can be read. Set HELAVAGEN_MASTER_KEY_FILE.",
    )


def waits_for_restart(settings: Settings) -> bool:
    """Whether a process goes on with the master keys that it was started with: those of its environment."""
    return settings.master_key is not None and not settings.vault_transit_key


def _in_file(file: Path) -> LocalMasterKey:
    try:
        text = file.read_text()
    except (OSError, UnicodeDecodeError):
        raise UsageError(
            "master_key.no_file", "The file of the master key cannot be read. Correct HELAVAGEN_MASTER_KEY_FILE."
        ) from None
    return LocalMasterKey(_read(text, "HELAVAGEN_MASTER_KEY_FILE"))


def _read(text: str, setting: str) -> list[bytes]:
    """The keys in a setting, the current one first: each 32 bytes in base64, with space between them."""
    try:
        keys = [b64decode(word, validate=True) for word in text.split()]
    except ValueError:
        keys = []
    if not keys or any(len(key) != KEY_BYTES for key in keys):
        raise UsageError(
            "master_key.format",
            "{setting} does not hold a master key. It is 32 random bytes in base64, and older ones after it.",
            setting=setting,
        )
    return keys


def make_master_key_file(file: Path) -> None:
    """Write a new master key, for its owner alone, where there is none."""
    if not file.exists():
        with new_file(file) as out:
            out.write(b64encode(token_bytes(KEY_BYTES)) + b"\n")
