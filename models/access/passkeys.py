"""People's own keys for the desk (WebAuthn): whose each is, when it counts, and what it has signed. Pure.

What a key signs is a challenge: the hash of exactly that which is decided. So what it signed proves nothing else, and
anybody can check it years later with the register alone.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import rfc8785
from cryptography.exceptions import InvalidSignature
from fido2 import cbor
from fido2.cose import ES256, RS256, CoseKey, EdDSA
from fido2.utils import sha256, websafe_decode
from fido2.webauthn import AuthenticatorData, CollectedClientData

from models.access.statements import PasskeyRegistered, PasskeyRemoved
from models.identifiers import JourneyId
from models.message import Message, msg
from models.sign_ins import Assertion

ALGORITHMS = (ES256.ALGORITHM, EdDSA.ALGORITHM, RS256.ALGORITHM)
"""By which a key may sign: ECDSA on P-256, Ed25519 and RSA, each with SHA-256 or its own hash. All keys on the market
have one of them."""


@dataclass(frozen=True)
class Passkey:
    """A registered key: from `since` up to, but not including, `until`."""

    said: PasskeyRegistered
    since: datetime
    until: datetime | None = None

    def counts_at(self, moment: datetime) -> bool:
        return self.since <= moment and (self.until is None or moment < self.until)


@dataclass
class Passkeys:
    """All that were ever registered, by their credential."""

    known: dict[str, Passkey] = field(default_factory=dict)

    def of(self, person: str, at: datetime) -> list[PasskeyRegistered]:
        """Those of somebody that count at a moment."""
        known = list(self.known.values())  # another thread of the worker may be taking in a statement
        return [one.said for one in known if one.said.person == person and one.counts_at(at)]

    def add(self, said: PasskeyRegistered) -> None:
        self.known[said.credential] = Passkey(said, said.at)

    def remove(self, said: PasskeyRemoved) -> None:
        self.known[said.credential] = replace(self.known[said.credential], until=said.at)

    def why_not(self, assertion: Assertion, person: str, challenge: bytes, at: datetime) -> Message | None:
        """Why what a key has signed is not somebody's yes to this challenge at a moment; None where it is."""
        found = self.known.get(assertion.credential)
        if found is None or found.said.person != person or not found.counts_at(at):
            return UNKNOWN
        return why_not_signed(assertion, found.said, challenge)

    def why_not_added(self, said: PasskeyRegistered) -> Message | None:
        """Why a key cannot be registered: it is known, unusable, or not vouched for by one that its holder has already.
        Whether somebody who has none is invited is asked elsewhere."""
        if said.credential in self.known:
            return msg("passkey.known", "This key is registered already.")
        if not is_usable(said.public_key):
            return msg("passkey.unusable", "The desk cannot use this kind of key. Use another one.")
        given = said.sign_in.own_key
        if self.of(said.person, said.at):
            return self.why_not(given, said.person, challenge_of_key(said), said.at) if given else VOUCH
        return None

    def why_not_removed(self, said: PasskeyRemoved) -> Message | None:
        """Why a key cannot be removed: it is not that person's, or does not count."""
        found = self.known.get(said.credential)
        if found is None or found.said.person != said.person or not found.counts_at(said.at):
            return msg("passkey.not_there", "This key is not registered, or was removed already.")
        return None


def challenge_of_event(journey_id: JourneyId | str, digest: str, seen: int) -> bytes:
    """What a key signs of an event, 32 bytes: the event's salted digest – kind, fields, author and day –, the journey,
    and the last row that its author was shown."""
    return _challenge({"event": digest, "journey": str(journey_id), "seen": seen})


def challenge_of_key(said: PasskeyRegistered) -> bytes:
    """What a key signs that vouches for a further one of the same person."""
    fields = {"person", "label", "credential", "public_key", "rp", "origin"}
    return _challenge({"passkey": said.model_dump(mode="json", include=fields)})


def _challenge(said: Mapping[str, object]) -> bytes:
    return hashlib.sha256(rfc8785.dumps({**said, "format": "hela-vagen-own-key/1"})).digest()  # type: ignore[dict-item]


def why_not_signed(assertion: Assertion, key: PasskeyRegistered, challenge: bytes) -> Message | None:
    """Why an assertion is not this key's of this challenge (WebAuthn, section 7.2); None where it is."""
    try:
        client = CollectedClientData(websafe_decode(assertion.client_data))
        authenticator = AuthenticatorData(websafe_decode(assertion.authenticator_data))
        if client.type != CollectedClientData.TYPE.GET or client.challenge != challenge:
            return ANOTHER
        if client.origin != key.origin or client.cross_origin or authenticator.rp_id_hash != sha256(key.rp.encode()):
            return ELSEWHERE
        if not (authenticator.is_user_present() and authenticator.is_user_verified()):
            return UNVERIFIED
        signature = websafe_decode(assertion.signature)
        key_of_cose(key.public_key).verify(bytes(authenticator) + client.hash, signature)
    except (InvalidSignature, ValueError, KeyError, TypeError, AttributeError, IndexError, NotImplementedError):
        return NOT_SIGNED
    return None


def key_of_cose(public_key: str) -> CoseKey:
    """A public key as it is kept. Raises ValueError where it is none that we use."""
    said = cbor.decode(bytes.fromhex(public_key))
    if not isinstance(said, Mapping):
        raise ValueError("no key at all")
    key = CoseKey.parse(said)
    if key.ALGORITHM not in ALGORITHMS:
        raise ValueError("an algorithm that we do not use")
    return key


def is_usable(public_key: str) -> bool:
    """Whether anything can be checked with a public key as it is kept."""
    try:
        key_of_cose(public_key)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        return False
    return True


MISSING = msg(
    "the_own_key_is_given.missing",
    "This decision takes a key of your own. Register one under your settings, and sign with it.",
)

UNKNOWN = msg(
    "the_own_key_is_given.unknown",
    "The key is not one of yours, or was removed. Sign with a key that stands under your settings.",
)

ANOTHER = msg("the_own_key_is_given.another", "The key has signed something else. Read the decision again and sign it.")

ELSEWHERE = msg("the_own_key_is_given.elsewhere", "The key has signed on another page. Sign at the desk itself.")

UNVERIFIED = msg(
    "the_own_key_is_given.unverified",
    "The key has not made sure that it was you. Use one with a code, a fingerprint or your face.",
)

NOT_SIGNED = msg("the_own_key_is_given.not_signed", "The signature is not that of the key. Sign again.")

VOUCH = msg("passkey.vouch", "You have a key already. Confirm the new one with it.")
