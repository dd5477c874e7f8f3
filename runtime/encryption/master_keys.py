"""Master keys: from the environment, from a file, or from Vault's transit engine."""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes

from activities.sealing import MasterKey, MasterKeyFailed
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
            raise MasterKeyFailed(
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
        try:
            text = settings.master_key_file.read_text()
        except (OSError, UnicodeDecodeError):
            raise UsageError(
                "master_key.no_file", "The file of the master key cannot be read. Correct HELAVAGEN_MASTER_KEY_FILE."
            ) from None
        return LocalMasterKey(_read(text, "HELAVAGEN_MASTER_KEY_FILE"))
    raise UsageError(
        "master_key.none",
        "No master key is set, so nothing of a person can be read. Set HELAVAGEN_MASTER_KEY_FILE.",
    )


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
