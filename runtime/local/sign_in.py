"""The local stack's sign-in service (OpenID Connect), for this machine alone: one clicks on whoever one wants to be."""

import time
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from pathlib import Path
from secrets import token_urlsafe
from urllib.parse import urlencode

import jwt
from aiohttp import web

from runtime.local import tokens

LEVEL = "loa3"
"""How sure it says that it is: enough for the desk."""

GOOD_FOR_SECONDS = 300

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}

STYLE = (
    "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:38rem;margin:2rem auto;padding:0 1rem;color:#1c2024}"
    "ul{list-style:none;padding:0}a{display:block;padding:.7rem 1rem;margin:.4rem 0;border:2px solid #00566b;"
    "border-radius:3px;color:#00566b;text-decoration:none}a:hover{background:#e5f0f3}small{color:#50575e}"
    "a:focus-visible{outline:3px solid #ffb400;box-shadow:0 0 0 5px #1c2024}"
)

People = Callable[[], Mapping[str, tuple[str, str]]]
"""Who can be chosen now: by their name in the register, what they are called and what they do."""


@dataclass(frozen=True)
class _Granted:
    person: str
    client: str
    nonce: str
    challenge: str
    back: str
    until: float


class LocalSignIn:
    """Answers as any sign-in service does, and asks for no password."""

    def __init__(self, data: Path, address: str, people: People) -> None:
        self._data = data
        self._address = address
        self._people = people
        self._granted: dict[str, _Granted] = {}

    def app(self) -> web.Application:
        """What listens."""
        app = web.Application()
        app.router.add_get("/.well-known/openid-configuration", self._described)
        app.router.add_get("/keys", self._keys)
        app.router.add_get("/authorize", self._choose)
        app.router.add_get("/authorize/{person}", self._chosen)
        app.router.add_post("/token", self._token)
        return app

    async def _described(self, _request: web.Request) -> web.Response:
        return web.json_response(
            {
                "issuer": self._address,
                "authorization_endpoint": f"{self._address}/authorize",
                "token_endpoint": f"{self._address}/token",
                "jwks_uri": f"{self._address}/keys",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["EdDSA"],
                "code_challenge_methods_supported": ["S256"],
            }
        )

    async def _keys(self, _request: web.Request) -> web.Response:
        return web.Response(text=(self._data / tokens.KEY_SET).read_text(), content_type="application/json")

    async def _choose(self, request: web.Request) -> web.Response:
        links = "".join(
            f'<li><a href="/authorize/{escape(person)}?{escape(request.query_string)}">{escape(name)}'
            f"<br><small>{escape(does)}</small></a></li>"
            for person, (name, does) in self._people().items()
        )
        page = (
            '<!doctype html><html lang="sv"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
            f"<title>Vem är du?</title><style>{STYLE}</style><main><h1>Vem är du?</h1><p>Det här är"
            f" inloggningen på din egen dator. Alla här är påhittade.</p><ul>{links}</ul></main></html>"
        )
        return web.Response(text=page, content_type="text/html", headers=HEADERS)

    async def _chosen(self, request: web.Request) -> web.Response:
        person, said = request.match_info["person"], request.query
        if person not in self._people() or said.get("code_challenge_method") != "S256":
            raise web.HTTPBadRequest
        code, now = token_urlsafe(24), time.monotonic()
        self._granted = {name: one for name, one in self._granted.items() if one.until > now}
        self._granted[code] = _Granted(
            person,
            said.get("client_id", ""),
            said.get("nonce", ""),
            said.get("code_challenge", ""),
            said.get("redirect_uri", ""),
            now + GOOD_FOR_SECONDS,
        )
        query = urlencode({"code": code, "state": said.get("state", "")})
        raise web.HTTPSeeOther(f"{said.get('redirect_uri', '')}?{query}")

    async def _token(self, request: web.Request) -> web.Response:
        form = await request.post()
        granted = self._granted.pop(str(form.get("code", "")), None)
        challenge = (
            urlsafe_b64encode(sha256(str(form.get("code_verifier", "")).encode()).digest()).rstrip(b"=").decode()
        )
        if granted is None or granted.until < time.monotonic():
            return web.json_response({"error": "invalid_grant"}, status=400)
        if challenge != granted.challenge or form.get("redirect_uri") != granted.back:
            return web.json_response({"error": "invalid_grant"}, status=400)
        told = {"access_token": token_urlsafe(16), "token_type": "Bearer", "id_token": self._id_token(granted)}
        return web.json_response(told, headers={"Cache-Control": "no-store"})

    def _id_token(self, granted: _Granted) -> str:
        now = int(time.time())
        said = {
            "iss": self._address,
            "sub": granted.person,
            "aud": granted.client,
            "nonce": granted.nonce,
            "iat": now,
            "exp": now + GOOD_FOR_SECONDS,
            "acr": LEVEL,
            "sid": token_urlsafe(12),
        }
        key = (self._data / tokens.KEY).read_bytes()
        return jwt.encode(said, key, algorithm="EdDSA", headers={"kid": tokens.NAME})


@asynccontextmanager
async def running_sign_in(data: Path, host: str, port: int, people: People) -> AsyncIterator[str]:
    """A sign-in service that listens; gives the address by which it names itself."""
    address = f"http://{host}:{port}"
    runner = web.AppRunner(LocalSignIn(data, address, people).app(), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield address
    finally:
        await runner.cleanup()
