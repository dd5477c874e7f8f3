"""Keys of workers and of servers that speak for people: made, registered and revoked by operators."""

from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from models.access.statements import KeyRevoked, ServerRegistered, Statement, WorkerRegistered
from models.sign_ins import ServerKind
from models.signatures import public_key_of
from runtime.errors import UsageError
from runtime.keyring import WORKER, Keyring
from runtime.statement_log import StatementLog
from services.staff import made


@dataclass(frozen=True)
class MachineKey:
    """A public key of a worker, which signs rows of ours, or of a server that speaks for people: from and up to which
    moment it counts."""

    key: str
    name: str
    speaks_for: ServerKind | None
    since: datetime
    until: datetime | None


MACHINES = ("worker", "server")


class Machines:
    """The keys of machines in the register, changed in the name of `by`, whose key is in the keyring."""

    def __init__(self, log: StatementLog, keyring: Keyring, by: str, now: datetime) -> None:
        self._log = log
        self._keyring = keyring
        self._by = by
        self._now = now

    def revoke(self, key: str, because: str) -> None:
        """Let the key of a worker or a server count no more from now on. Raises Refused and UsageError."""
        known = self._log.register().keys.get(key)
        if known is None or known.of not in MACHINES or not known.counts_at(self._now):
            raise UsageError("staff.no_machine_key", "No worker and no server has such a key that counts.")
        self._state(made(KeyRevoked, at=self._now, key=key, because=because))

    def keys(self) -> list[MachineKey]:
        """The keys of workers and servers, the latest first."""
        keys = self._log.register().keys.items()
        return [
            MachineKey(key, known.holder, known.speaks_for, known.since, known.until)
            for key, known in reversed(keys)
            if known.of in MACHINES
        ]

    def register_worker(self) -> str:
        """Make the worker's key of this machine, where there is none, and register it; returns the public key."""
        public = self._machines_key(WORKER)
        if public not in self._log.register().keys:
            self._state(WorkerRegistered(at=self._now, key=public))
        return public

    def register_server(self, name: str, speaks_for: ServerKind) -> str:
        """The same of the key of a server that speaks for people. Raises UsageError where its key is another's."""
        self._refuse_persons(name)
        public = self._machines_key(name)
        known = self._log.register().keys.get(public)
        if known is None:
            self._state(made(ServerRegistered, at=self._now, server=name, key=public, speaks_for=speaks_for))
        elif (known.of, known.holder, known.speaks_for) != ("server", name, speaks_for):
            raise UsageError("staff.other_server", "The key of {server} here was registered as another.", server=name)
        return public

    def _refuse_persons(self, name: str) -> None:
        register = self._log.register()
        if (
            name == WORKER
            or name in register.people
            or any(key.holder == name and key.of != "server" for key in register.keys.values())
        ):
            raise UsageError(
                "staff.name_taken", "{server} is called like somebody else. Choose another name.", server=name
            )

    def _machines_key(self, name: str) -> str:
        """The public key that is here under a name, made where there is none."""
        if name not in self._keyring:
            self._keyring.add(name, Ed25519PrivateKey.generate())
        return public_key_of(self._keyring.key(name))

    def _state(self, said: Statement) -> None:
        self._log.add(said, self._keyring.key(self._by))
