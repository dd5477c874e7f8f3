"""Signing in and out: from the sign-in service to a session, and what ends one."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from interfaces.desk.asked import SEE_OTHER, form_of, in_thread
from runtime.errors import Refused
from runtime.open_id import Asking, Provider
from runtime.tokens import NotSignedIn
from services.application import Application
from services.desk_sessions import SignIn
from services.office import Office

BEGIN = "/logga-in/vidare"

BACK = "/logga-in/svar"
"""Where the sign-in service sends people back to."""

BACKCHANNEL = "/logga-ut/fran-tjansten"
"""Where the sign-in service says that a session of its own is over."""

MAIL = "email"

ON_THE_WAY = "hela_vagen_sign_in"
"""The cookie of a browser that was sent to the service."""

ON_THE_WAY_SECONDS = 900

MOST_SAID = 200
"""Characters of what the service says that are kept."""


async def begin(request: Request) -> Response:
    """Send the browser to the sign-in service. Raises ServiceUnavailable."""
    provider: Provider = request.app.state.provider
    address, asking = await provider.begin()
    answer = RedirectResponse(address, SEE_OTHER)
    back = quote(page_of_ours(request.query_params.get("till")), safe="")
    _keep(request, answer, ON_THE_WAY, f"{asking}.{back}", ON_THE_WAY_SECONDS)
    return answer


async def come_back(request: Request) -> Response:
    """Begin a session for whoever comes back from the service. Raises NotSignedIn, Refused, ServiceUnavailable."""
    provider: Provider = request.app.state.provider
    office: Office = request.app.state.office
    kept = request.cookies.get(_name(request, ON_THE_WAY), "").split(".", 3)
    asking = Asking.read(".".join(kept[:3]))
    if asking is None:
        raise NotSignedIn("desk.not_signed_in", "The sign-in was not completed. Sign in again.")
    claims = await provider.finish(f"{request.app.state.address}{BACK}?{request.url.query}", asking)
    person = await in_thread(_person_of, office, claims)
    sign_in = _sign_in_of(request, claims)
    secret = await in_thread(office.sessions.begin, person, sign_in)
    if (before := request.cookies.get(request.app.state.cookie)) is not None:
        await in_thread(office.sessions.forget, before)
    answer = RedirectResponse(page_of_ours(_unquoted(kept[3:])), SEE_OTHER)
    _keep(request, answer, request.app.state.cookie, secret, None)
    answer.delete_cookie(_name(request, ON_THE_WAY), secure=request.app.state.is_secure, httponly=True)
    return answer


async def end_from_outside(request: Request) -> Response:
    """End what the sign-in service says is over (OpenID Connect Back-Channel Logout). Raises NotSignedIn."""
    provider: Provider = request.app.state.provider
    office: Office = request.app.state.office
    claims = await provider.logout_claims(str((await form_of(request)).get("logout_token", "")))
    subject, session = _said(claims, "sub"), _said(claims, "sid")
    if subject or session:
        await in_thread(office.sessions.end_those_of, provider.issuer, subject, session)
    return Response(status_code=200)


def page_of_ours(path: str | None) -> str:
    """A page to go to after signing in: one of ours, whatever somebody has written into a link."""
    if path is None or not path.startswith("/") or path.startswith(("//", "/\\")) or not path.isprintable():
        return "/"
    return path


def _person_of(office: Office, claims: Mapping[str, Any]) -> str:
    named = _named(claims, office.settings.desk_claim)
    return office.person(named, by_mail=office.settings.desk_claim == MAIL or "@" in named)


def _named(claims: Mapping[str, Any], claim: str) -> str:
    named = claims.get(claim)
    if not isinstance(named, str) or not named or (claim == MAIL and claims.get("email_verified", True) is not True):
        raise Refused("desk.nobody", "Your sign-in does not say who you are in the way that is expected here.")
    return named


def _sign_in_of(request: Request, claims: Mapping[str, Any]) -> SignIn:
    provider: Provider = request.app.state.provider
    level = _said(claims, request.app.state.office.settings.desk_level_claim)
    return SignIn(provider.issuer, str(claims.get("sub", "")), _said(claims, "sid"), level, Application().now())


def _said(claims: Mapping[str, Any], name: str) -> str | None:
    said = claims.get(name)
    return said[:MOST_SAID] if isinstance(said, str) and said else None


def _unquoted(kept: list[str]) -> str | None:
    return unquote(kept[0]) if kept else None


def _name(request: Request, name: str) -> str:
    return f"__Host-{name}" if request.app.state.is_secure else name


def _keep(request: Request, answer: Response, name: str, value: str, seconds: int | None) -> None:
    name = name if name == request.app.state.cookie else _name(request, name)
    secure = request.app.state.is_secure
    answer.set_cookie(name, value, seconds, path="/", httponly=True, samesite="lax", secure=secure)
