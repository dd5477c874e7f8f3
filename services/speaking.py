"""How a server speaks for whoever has signed in to it: it signs with its own key, and says by what it knew them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from models.access.register import Register
from models.events.events import Event
from models.message import msg
from models.sign_ins import Assertion, How, ServerKind, SignIn, as_opaque
from models.signatures import EventSignature, Signer, public_key_of, sign_event
from runtime.errors import Refused, UsageError
from runtime.keyring import Keyring, servers_key


@dataclass(frozen=True)
class Known:
    """Somebody whom a server knows: `person` is their name in the register, or a partner's id. The rest is what is kept
    of how it knows them: see `models.sign_ins`. The same sign-in asked at another moment is the same."""

    person: str
    how: How
    issuer: str
    session: str
    at: datetime = field(compare=False)
    level: str | None = None


@dataclass(frozen=True)
class Server:
    """A server of ours: its name in the register, for whom it speaks, and its key."""

    name: str
    speaks_for: ServerKind
    key: Ed25519PrivateKey


def server_of(keyring: Keyring, register: Register, name: str, now: datetime) -> Server:
    """The server of this name, with the key that is here. Raises UsageError where it is missing or does not count."""
    key = servers_key(keyring, register, name, now)
    return Server(name, register.keys[public_key_of(key)].speaks_for or "partners", key)


class Speaking(Keyring):
    """What a server has in the place of somebody's keyring: it signs for that one person, and makes no key."""

    def __init__(self, server: Server, known: Known, now: Callable[[], datetime]) -> None:
        super().__init__(Path())
        self._server, self._known, self._now = server, known, now
        self.own_keys: dict[UUID, Assertion] = {}
        """What their own key has signed, by the ids of events that are about to be sent."""

    def names(self) -> list[str]:
        """Who has signed in."""
        return [self._known.person]

    def __contains__(self, name: str) -> bool:
        return name == self._known.person

    def add(self, name: str, key: Ed25519PrivateKey, passphrase: str | None = None) -> None:  # noqa: ARG002
        """Raises Refused: keys are made where they stay."""
        raise own_key_needed()

    def key(self, name: str) -> Ed25519PrivateKey:  # noqa: ARG002
        """Raises Refused: nobody's own key is here."""
        raise own_key_needed()

    def signer(self, name: str) -> Signer:
        """The server's key, with the sign-in of whoever has signed in. Raises UsageError of anybody else."""
        if name != self._known.person:
            raise UsageError(
                "speaking.another", "You have signed in as {person}. Act as yourself.", person=self._known.person
            )
        one, moment = self._known, self._now()
        sign_in = SignIn(
            server=self._server.name,
            how=one.how,
            issuer=as_opaque(one.issuer),
            session=as_opaque(one.session),
            level=as_opaque(one.level) if one.level else None,
            at=min(one.at, moment),  # the clock of whoever has signed them in may be ahead
            used_at=moment,
        )
        return Signer(self._server.key, sign_in)

    def sign(self, journey_id: str, event: Event, salt: str) -> EventSignature:
        """The server's signature, with what the author's own key has signed of this event. Raises as `signer` does."""
        by = self.signer(event.actor.name)
        sign_in = by.sign_in.model_copy(update={"own_key": self.own_keys.get(event.event_id)}) if by.sign_in else None
        return sign_event(by.key, journey_id, event, salt, sign_in)


def own_key_needed() -> Refused:
    """That something is said with a key of one's own, and by no server."""
    return Refused(
        msg(
            "speaking.own_key",
            "This is signed with a key of your own, which is on your own machine and not here. Do it there.",
        )
    )
