"""What is sealed of who a candidate is, and of why somebody read of them."""

import secrets
from typing import Any, NamedTuple

from activities.seals import CannotOpen, Seal, place_of
from models.access.identities import COMMITTED
from models.access.readings import commitment_to_reason

IN_CLEAR = ("number", "registered_at")
"""What stands beside the sealed part of an identity."""


def sealed_identity(seal: Seal, identity: dict[str, Any]) -> bytes:
    """An identity, with all that `models.access.identities.COMMITTED` names, as it stands in its row."""
    said = {name: identity.get(name) for name in COMMITTED if name not in IN_CLEAR}
    return seal.seal_json(place_of("candidates", identity["number"]), said)


def opened_identity(seal: Seal, row: Any) -> dict[str, Any]:
    """The identity in a row, with what stands in clear beside it. Raises CannotOpen."""
    said = seal.open_json(place_of("candidates", row.number), row.contents)
    if not isinstance(said, dict):
        raise CannotOpen
    return {**dict.fromkeys(COMMITTED), **said, **{name: getattr(row, name) for name in IN_CLEAR}}


class Reason(NamedTuple):
    """Why somebody read or did something, with the salt of its commitment; neither where they gave no reason."""

    because: str | None
    salt: str | None

    @classmethod
    def given(cls, because: str | None) -> "Reason":
        """A reason with a salt of its own."""
        return cls(because, secrets.token_hex(16) if because is not None else None)

    @property
    def commitment(self) -> str | None:
        """What stands in the signed row for it."""
        return commitment_to_reason(self.because, self.salt or "") if self.because is not None else None


def place_of_reading(journey_id: str, number: int) -> str:
    """Where the reason of a reading belongs."""
    return place_of("reads", journey_id, number)


def place_of_protection(number: int) -> str:
    """Where the reason of a protection belongs."""
    return place_of("protections", number)


def sealed_reason(seal: Seal | None, place: str, reason: Reason) -> bytes:
    """A reason as it stands in its row; nothing where the candidate's key was ended."""
    return seal.seal_json(place, list(reason)) if seal is not None else b""


def opened_reason(seal: Seal | None, place: str, contents: bytes) -> Reason:
    """The reason in a row; none where it was erased. Raises CannotOpen."""
    said = seal.open_json(place, contents) if seal is not None and contents else (None, None)
    try:
        return Reason(*said)
    except TypeError:
        raise CannotOpen from None


def reason_in(seal: Seal | None, place: str, contents: bytes) -> str | None:
    """Why, as a row says; None also where it does not open."""
    try:
        return opened_reason(seal, place, contents).because
    except CannotOpen:
        return None
