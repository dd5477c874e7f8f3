"""Who a token names, and the page on which somebody signs in whose web page of Temporal passes no token on."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape
from typing import Any
from urllib.parse import parse_qs

from aiohttp import web

from models.message import Message, msg
from models.sign_ins import How
from runtime.errors import Refused, UsageError
from runtime.i18n import in_any_case
from runtime.tokens import Issuer
from services.payloads import Payloads, SignedIn
from services.speaking import Known

COOKIE = "hela_vagen_codec"

FIELD = "token"

FORM = "application/x-www-form-urlencoded"

MOST_FIELDS = 10

MAIL = "email"
"""The claim that holds a mail address; any other holds the name in the register, or a mail address."""

MOST_SAID = 500
"""Characters of what a token says that are written down."""

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


async def who(claims: Mapping[str, Any], issuer: Issuer, payloads: Payloads) -> SignedIn:
    """Whoever a token names. Raises Refused where nobody of ours is called so."""
    named = claims.get(issuer.claim)
    if not isinstance(named, str) or (issuer.claim == MAIL and claims.get("email_verified", True) is not True):
        raise Refused("codec.nobody", "Your sign-in does not say who you are in the way that is expected here.")
    by_mail = issuer.claim == MAIL or "@" in named
    person = await asyncio.to_thread(payloads.person, named, by_mail=by_mail)
    return SignedIn(_known(person, claims, issuer), _because(claims, issuer))


def _known(person: str, claims: Mapping[str, Any], issuer: Issuer) -> Known:
    """How a token says that somebody is known. One that does not say since when counts from now."""
    now, since = datetime.now(UTC), claims.get("auth_time", claims.get("iat"))
    at = datetime.fromtimestamp(since, UTC) if isinstance(since, int | float) else now
    session = _said(claims, "sid") or _said(claims, "jti") or _said(claims, "sub")
    return Known(person, How.SESSION, issuer.issuer, session or person, at, _said(claims, "acr") or None)


def _because(claims: Mapping[str, Any], issuer: Issuer) -> str:
    """What is written down: the reason where the token has one, and by which sign-in."""
    by = " ".join(filter(None, (issuer.issuer, _said(claims, "jti"))))
    return f"{_said(claims, 'because')} [{by}]".strip()


def _said(claims: Mapping[str, Any], name: str) -> str:
    return " ".join(str(claims.get(name, "")).split())[:MOST_SAID]


def token_in(content_type: str, body: bytes) -> str:
    """The token in a form that was sent. Raises UsageError where it is none of ours."""
    try:
        if content_type != FORM:
            raise ValueError(content_type)
        fields = parse_qs(body.decode(), max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise UsageError("codec.no_form", "What was sent does not come from this page. Use its button.") from error
    return fields.get(FIELD, [""])[0].strip()


def page() -> web.Response:
    """Where somebody pastes a token."""
    label = msg("codec.page_token", "Paste your token here. It counts for some minutes.")
    form = (
        f'<form method="post"><p><label for="token">{_shown(label)}</label></p>'
        f'<p><textarea id="token" name="{FIELD}" rows="8" cols="80" required autocomplete="off"></textarea></p>'
        f"<p><button>{_shown(SIGN_IN)}</button></p></form>"
    )
    return _html(SIGN_IN, form)


def signed_in(person: str, token: str, *, secure: bool) -> web.Response:
    """The answer to a token that counts: a cookie for this session of the browser, which no script can read."""
    told = msg("codec.page_signed_in", "You are signed in as {person}. Reload Temporal's page.", person=person)
    answer = _html(SIGN_IN, f"<p>{_shown(told)}</p>")
    answer.set_cookie(COOKIE, token, httponly=True, samesite="Strict", secure=secure)
    return answer


def is_behind_tls(request: web.Request) -> bool:
    """Whether the browser spoke TLS to a proxy before us."""
    return request.headers.get("X-Forwarded-Proto") == "https"


SIGN_IN = msg("codec.page_title", "Sign in to read what Temporal keeps.")


def _html(title: Message, body: str) -> web.Response:
    head = f'<!doctype html><meta charset="utf-8"><title>{_shown(title)}</title><h1>{_shown(title)}</h1>'
    return web.Response(text=head + body, content_type="text/html", headers=HEADERS)


def _shown(message: Message) -> str:
    return escape(in_any_case(message))
