"""People's own keys at the desk (WebAuthn): made, kept, removed, and asked to sign a decision."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from fido2 import cbor
from fido2.utils import sha256, websafe_encode
from fido2.webauthn import AuthenticationResponse, CollectedClientData, RegistrationResponse

from activities.free_texts import as_sent
from activities.sealing import sealer_on
from models.access.passkeys import ALGORITHMS, MISSING, UNVERIFIED, challenge_of_event, challenge_of_key
from models.access.statements import PasskeyRegistered, PasskeyRemoved
from models.canonical import digest_of
from models.events.events import Event
from models.identifiers import JourneyId
from models.message import msg
from models.programme.programme import OwnKey
from models.sign_ins import Assertion
from runtime.errors import Refused, UsageError
from services.application import Application
from services.journeys import salt_for
from services.speaking import Speaking
from services.staff import made

NOT_MADE = msg("own_key.not_made", "The browser gave no key. Try again, or use another key or browser.")


@dataclass(frozen=True)
class Place:
    """Where keys are made and sign: `rp` is the name of the machine, without a port."""

    rp: str
    origin: str


def place_of(address: str) -> Place | None:
    """The place of a desk's address; None where it is reached by a number, for which browsers make no keys."""
    parts = urlsplit(address)
    try:
        ip_address(parts.hostname or "")
    except ValueError:
        return Place(parts.hostname or "", f"{parts.scheme}://{parts.netloc}")
    return None


def keys_here(application: Application, place: Place | None) -> list[PasskeyRegistered]:
    """The keys of whoever asks that count now and sign in this place."""
    if place is None:
        return []
    known = application.authority.passkeys.of(application.person(None), application.now())
    return [one for one in known if one.origin == place.origin]


def to_make(application: Application, place: Place, challenge: bytes) -> dict[str, Any]:
    """What a browser is asked for a new key, as JSON (PublicKeyCredentialCreationOptions)."""
    person, now = application.person(None), application.now()
    known = application.authority.person(person, now)
    return {
        "rp": {"id": place.rp, "name": "Hela vägen"},
        "user": {
            "id": websafe_encode(sha256(person.encode())),
            "name": person,
            "displayName": known.name if known else person,
        },
        "challenge": websafe_encode(challenge),
        "pubKeyCredParams": [{"type": "public-key", "alg": one} for one in ALGORITHMS],
        "excludeCredentials": _named(application.authority.passkeys.of(person, now)),
        "authenticatorSelection": {"residentKey": "discouraged", "userVerification": "required"},
        "attestation": "none",
    }


def to_sign(keys: Iterable[PasskeyRegistered], place: Place, challenge: bytes) -> dict[str, Any]:
    """What a browser is asked for a signature, as JSON (PublicKeyCredentialRequestOptions)."""
    return {
        "challenge": websafe_encode(challenge),
        "rpId": place.rp,
        "allowCredentials": _named(keys),
        "userVerification": "required",
    }


def _named(keys: Iterable[PasskeyRegistered]) -> list[dict[str, str]]:
    return [{"type": "public-key", "id": one.credential} for one in keys]


def made_here(application: Application, place: Place, written: str, challenge: bytes, label: str) -> PasskeyRegistered:
    """The key that a browser has made (WebAuthn, section 7.1), to be registered. No attestation is asked: which maker's
    keys are good enough is for whoever hands them out. Raises UsageError and Refused."""
    try:
        came = RegistrationResponse.from_dict(json.loads(written))
        client, said = came.response.client_data, came.response.attestation_object.auth_data
        new = said.credential_data
        is_ours = (client.type, client.challenge, client.origin, said.rp_id_hash) == (
            CollectedClientData.TYPE.CREATE,
            challenge,
            place.origin,
            sha256(place.rp.encode()),
        )
        if new is None or not is_ours:
            raise UsageError(NOT_MADE)
        if not said.is_user_verified():
            raise Refused(UNVERIFIED)
        credential, public_key = websafe_encode(new.credential_id), cbor.encode(dict(new.public_key)).hex()
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        raise UsageError(NOT_MADE) from None
    return made(
        PasskeyRegistered,
        at=application.now(),
        person=application.person(None),
        label=label,
        credential=credential,
        public_key=public_key,
        rp=place.rp,
        origin=place.origin,
        sign_in=_speaking(application).signer(application.person(None)).sign_in,
    )


def vouching_for(said: PasskeyRegistered) -> bytes:
    """What a key that counts already signs, so that a new one counts too."""
    return challenge_of_key(said)


def register(application: Application, said: PasskeyRegistered, *, code: str | None, vouched: str | None) -> None:
    """Let a key count from now on: under an invitation, or vouched for by another. Raises Refused and UsageError."""
    if vouched:
        said = said.model_copy(update={"sign_in": said.sign_in.model_copy(update={"own_key": signed_in(vouched)})})
    elif code:
        said = made(PasskeyRegistered, **{**dict(said), "code": code})
    application.statements.add(said, _speaking(application).signer(said.person).key)


def remove(application: Application, credential: str, because: str) -> None:
    """Let a key of one's own count no more. Raises Refused and UsageError."""
    by = _speaking(application).signer(application.person(None))
    said = {"person": application.person(None), "credential": credential, "because": because, "sign_in": by.sign_in}
    application.statements.add(made(PasskeyRemoved, at=application.now(), **said), by.key)


def signed_in(written: str, seen: int = 0) -> Assertion:
    """What a key has signed in a browser, as it is kept. Raises UsageError."""
    try:
        came = AuthenticationResponse.from_dict(json.loads(written))
        return Assertion(
            credential=websafe_encode(came.raw_id),
            authenticator_data=websafe_encode(came.response.authenticator_data),
            client_data=websafe_encode(came.response.client_data),
            signature=websafe_encode(came.response.signature),
            seen=seen,
        )
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        raise UsageError(NOT_MADE) from None


def challenge_for(application: Application, journey_id: JourneyId, event: Event, seen: int) -> bytes:
    """What a key signs of an event that is about to be sent, by somebody who was shown everything up to a row."""
    sealer = sealer_on(application.writing)
    sent = as_sent(sealer, journey_id, event)
    return challenge_of_event(journey_id, digest_of(sent, salt_for(sealer, journey_id, sent)), seen)


def give(
    application: Application, journey_id: JourneyId, event: Event, asks: OwnKey | None, written: str | None, seen: int
) -> None:
    """Let an event be sent with what its author's key has signed, if it has. Raises Refused where that is not the
    author's yes to this event, or is missing where the rules demand it, and UsageError."""
    if not written:
        if asks == "demanded":
            raise Refused(MISSING)
        return
    given, challenge = signed_in(written, seen), challenge_for(application, journey_id, event, seen)
    passkeys = application.authority.passkeys
    if (why_not := passkeys.why_not(given, event.actor.name, challenge, application.now())) is not None:
        raise Refused(why_not)
    _speaking(application).own_keys[event.event_id] = given


def _speaking(application: Application) -> Speaking:
    assert isinstance(application.keyring, Speaking)
    return application.keyring
