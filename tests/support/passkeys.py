"""A security key in software: registers itself, and signs what a page asks of it."""

import json
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fido2 import cbor
from fido2.cose import EdDSA
from fido2.utils import sha256, websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from models.sign_ins import Assertion
from tests.support.authority import key_of

FLAG = AuthenticatorData.FLAG

VERIFIED = FLAG.UP | FLAG.UV


class SecurityKey:
    """A key of somebody's; `name` makes it this one."""

    def __init__(self, name: str, rp: str = "desk.test", origin: str = "http://desk.test") -> None:
        self.key: Ed25519PrivateKey = key_of(f"security key {name}")
        self.id = f"credential {name}".encode()
        self.rp, self.origin, self.counter = rp, origin, 0

    @property
    def credential(self) -> str:
        """Its name, as pages have it."""
        return websafe_encode(self.id)

    @property
    def _cose(self) -> EdDSA:
        return EdDSA.from_cryptography_key(self.key.public_key())  # type: ignore[no-untyped-call,no-any-return]

    @property
    def public_key(self) -> str:
        """In the form of COSE, in hexadecimal."""
        return cbor.encode(self._cose).hex()

    def created(self, challenge: bytes, **changed: Any) -> str:
        """What a browser sends of a new key, as JSON."""
        client = CollectedClientData.create(CollectedClientData.TYPE.CREATE, challenge, self.origin)
        data = AttestedCredentialData.create(b"\0" * 16, self.id, self._cose)
        said = AuthenticatorData.create(sha256(self.rp.encode()), changed.get("flags", VERIFIED) | FLAG.AT, 0, data)
        attested = AttestationObject.create("none", said, {})
        return self._json(attestationObject=attested, clientDataJSON=client)

    def signed(self, challenge: bytes, seen: int = 0, **changed: Any) -> Assertion:
        """What it has signed, as it is kept; `changed` are the origin, the relying party or the flags."""
        client, said, value = self._sign(challenge, changed)
        encoded = [websafe_encode(one) for one in (said, client, value)]
        return Assertion(
            credential=self.credential,
            authenticator_data=encoded[0],
            client_data=encoded[1],
            signature=encoded[2],
            seen=seen,
        )

    def answered(self, challenge: bytes, **changed: Any) -> str:
        """What a browser sends of a signature, as JSON."""
        client, said, value = self._sign(challenge, changed)
        return self._json(authenticatorData=said, clientDataJSON=client, signature=value)

    def _sign(self, challenge: bytes, changed: Mapping[str, Any]) -> tuple[bytes, bytes, bytes]:
        self.counter += 1
        kind = changed.get("type", CollectedClientData.TYPE.GET)
        client = CollectedClientData.create(kind, challenge, changed.get("origin", self.origin))
        rp = sha256(changed.get("rp", self.rp).encode())
        said = AuthenticatorData.create(rp, changed.get("flags", VERIFIED), self.counter)
        return client, said, self.key.sign(said + client.hash)

    def _json(self, **response: bytes) -> str:
        said = {name: websafe_encode(value) for name, value in response.items()}
        whole = {"id": self.credential, "rawId": self.credential, "type": "public-key", "response": said}
        return json.dumps({**whole, "clientExtensionResults": {}})
