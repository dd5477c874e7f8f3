"""Which tokens of a sign-in service count: everything else is refused with the same sentence."""

import base64
import hmac
import json
import ssl
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives import serialization

from runtime.errors import ServiceUnavailable, UsageError
from runtime.local import tokens as local
from runtime.tokens import ASKED_AGAIN_SECONDS, KEPT_SECONDS, STALE_SECONDS, Issuer, KeySet, NotSignedIn, Tokens
from tests.support.errors import raises
from tests.support.token_issuer import ISSUER, TokenIssuer

TLS = ssl.create_default_context()
SINCE, LATER = datetime.now(UTC) - timedelta(hours=1), datetime.now(UTC) + timedelta(hours=1)


@pytest.fixture
def issuer(tmp_path: Path) -> TokenIssuer:
    return TokenIssuer(tmp_path / "keys.json")


def tokens(issuer: TokenIssuer, clock: Callable[[], float] = lambda: 0.0) -> Tokens:
    return Tokens(ISSUER, KeySet(str(issuer.file), TLS, clock))


async def test_a_token_of_the_issuer_for_us_counts(issuer: TokenIssuer) -> None:
    assert (await tokens(issuer).claims(issuer.token()))["email"] == "anna.berg@employer.example"


def signed_by_a_stranger(issuer: TokenIssuer) -> str:
    return TokenIssuer(issuer.file.with_name("other.json"), issuer.name).token()


def of_an_unknown_key(issuer: TokenIssuer) -> str:
    return TokenIssuer(issuer.file.with_name("other.json"), "another").token()


def by_the_public_key_as_a_secret(issuer: TokenIssuer) -> str:
    """The classic confusion: the key that everybody knows, taken for a shared secret."""
    form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    secret = issuer.key.public_key().public_bytes(*form)
    header = _part({"alg": "HS256", "typ": "JWT", "kid": issuer.name})
    said = f"{header}.{_part(_dated(issuer.claims()))}"
    return f"{said}.{_base64(hmac.digest(secret, said.encode(), 'sha256'))}"


def unsigned(issuer: TokenIssuer) -> str:
    return f"{_part({'alg': 'none', 'kid': issuer.name})}.{_part(_dated(issuer.claims()))}."


def with_another_payload(issuer: TokenIssuer) -> str:
    header, _, signature = issuer.token().split(".")
    return f"{header}.{_part(_dated(issuer.claims(email='lena.strand@employer.example')))}.{signature}"


def _part(said: dict[str, object]) -> str:
    return _base64(json.dumps(said).encode())


def _dated(said: dict[str, object]) -> dict[str, object]:
    return {name: value.timestamp() if isinstance(value, datetime) else value for name, value in said.items()}


def _base64(said: bytes) -> str:
    return base64.urlsafe_b64encode(said).rstrip(b"=").decode()


WRONG: dict[str, Callable[[TokenIssuer], str]] = {
    "another issuer": lambda issuer: issuer.token(iss="https://login.other.example"),
    "another audience": lambda issuer: issuer.token(aud="another-service"),
    "no audience": lambda issuer: issuer.token(aud=None),
    "no issuer": lambda issuer: issuer.token(iss=None),
    "no end": lambda issuer: issuer.token(exp=None),
    "not yet": lambda issuer: issuer.token(nbf=LATER),
    "a stranger's key": signed_by_a_stranger,
    "an unknown key": of_an_unknown_key,
    "HS256 with the public key": by_the_public_key_as_a_secret,
    "alg none": unsigned,
    "another payload": with_another_payload,
    "another algorithm of the same key": lambda issuer: jwt.encode(
        issuer.claims(), issuer.key, "PS256", {"kid": issuer.name}
    ),
    "nothing": lambda _: "",
    "rubbish": lambda _: "a.b.c",
    "not base64": lambda _: "å.ä.ö",
    "very long": lambda issuer: issuer.token(said="x" * 10_000),
    "a key that is no text": lambda issuer: f"{_part({'alg': 'RS256', 'kid': 1})}.{issuer.token().split('.', 1)[1]}",
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
async def test_what_does_not_count_is_refused(issuer: TokenIssuer, wrong: Callable[[TokenIssuer], str]) -> None:
    with raises(NotSignedIn, "codec.token_wrong"):
        await tokens(issuer).claims(wrong(issuer))


async def test_a_token_that_has_expired_is_told_as_one(issuer: TokenIssuer) -> None:
    with raises(NotSignedIn, "codec.token_expired"):
        await tokens(issuer).claims(issuer.token(exp=SINCE))


async def test_a_shared_secret_among_the_keys_checks_nothing(issuer: TokenIssuer) -> None:
    secret = b"a shared secret that is long enough for HS256"
    issuer.publish({"kty": "oct", "kid": "shared", "k": _base64(secret), "alg": "HS256"})
    token = jwt.encode(issuer.claims(), secret, "HS256", {"kid": "shared"})
    with raises(NotSignedIn, "codec.token_wrong"):
        await tokens(issuer).claims(token)
    assert await tokens(issuer).claims(issuer.token())


async def test_a_new_key_is_found_at_once_but_strangers_do_not_have_the_keys_read_again_and_again(
    issuer: TokenIssuer,
) -> None:
    moment = [0.0]
    checked = tokens(issuer, lambda: moment[0])
    await checked.claims(issuer.token())
    second = TokenIssuer(issuer.file, "key-2")
    moment[0] = 1.0
    with raises(NotSignedIn, "codec.token_wrong"):
        await checked.claims(second.token())
    moment[0] = ASKED_AGAIN_SECONDS + 1
    assert await checked.claims(second.token())
    with raises(NotSignedIn, "codec.token_wrong"):  # the first key was withdrawn
        await checked.claims(issuer.token())


async def test_keys_are_used_for_a_while_where_the_service_does_not_answer(issuer: TokenIssuer) -> None:
    moment = [0.0]
    checked = tokens(issuer, lambda: moment[0])
    await checked.claims(issuer.token())
    issuer.file.unlink()
    moment[0] = KEPT_SECONDS + 1
    assert await checked.claims(issuer.token())
    moment[0] = STALE_SECONDS + 1
    with raises(ServiceUnavailable, "codec.jwks_unreadable"):
        await checked.claims(issuer.token())


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"keys": 1}', '{"keys": [1]}', "{" * 100_000])
async def test_what_is_no_set_of_keys_is_told(issuer: TokenIssuer, text: str) -> None:
    issuer.file.write_text(text)
    with raises(ServiceUnavailable, "codec.jwks_unreadable"):
        await tokens(issuer).claims(issuer.token())


def test_keys_come_over_tls_from_another_machine() -> None:
    with raises(UsageError, "codec.jwks_clear"):
        KeySet("http://login.employer.example/keys", TLS)
    KeySet("http://127.0.0.1/keys", TLS)


async def test_the_local_stack_makes_its_key_once_for_its_owner_alone_and_whole(tmp_path: Path) -> None:
    def token() -> str:
        return local.local_token(tmp_path / local.KEY, "kim.dahl", "Felsökning", datetime.now(UTC))

    (tmp_path / local.KEY).write_text("left by a start that was interrupted")
    local.make_token_key(tmp_path)
    assert {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()} == {0o600}
    first = token()
    local.make_token_key(tmp_path)
    issuer = Issuer(local.ISSUER, local.AUDIENCE, "sub")
    for one in (first, token()):
        claims = await Tokens(issuer, KeySet(str(tmp_path / local.KEY_SET), TLS)).claims(one)
        assert (claims["sub"], claims["because"]) == ("kim.dahl", "Felsökning")
        assert claims["exp"] - claims["iat"] == local.GOOD_FOR.total_seconds()
