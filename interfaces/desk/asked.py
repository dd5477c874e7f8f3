"""What a page gets of a request: who asks, what they work with, and what they have sent."""

import asyncio
import hmac
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any, TypeVar, cast

from anyio import CapacityLimiter, to_thread
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartParser
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from activities.language import Language
from interfaces.desk.again import FORM_TOKEN as FORM_TOKEN
from interfaces.desk.again import kept
from interfaces.desk.guards import LARGEST_BODY, TooLarge
from interfaces.desk.languages import chosen_in, keep_language, language_of
from interfaces.desk.rendering import html
from models.identifiers import Role
from models.message import Message
from runtime.errors import Refused, UsageError
from runtime.i18n import using_language
from services.application import Application
from services.desk_sessions import DeskSession
from services.office import THREADS, Office
from services.readers import assignments_of

SECONDS_TO_SEND = 60.0
"""For a form to arrive, also a large file over a slow line."""

MOST_FIELDS = 2_000
"""A form to mend an import has some for each row."""

LARGEST_FIELD = 100_000

SEE_OTHER = 303


@dataclass
class Asked:
    """A request of somebody who is signed in."""

    request: Request
    office: Office
    session: DeskSession
    secret: str
    form: FormData = field(default_factory=FormData)

    @property
    def person(self) -> str:
        """Their name in the register."""
        return self.session.person

    @cached_property
    def named(self) -> str:
        """What they are called."""
        application = self.application
        known = application.authority.person(self.person, application.now())
        return known.name if known else self.person

    @cached_property
    def roles(self) -> frozenset[Role]:
        """The roles that they have anywhere today."""
        return frozenset(one.role for one in assignments_of(self.application, self.person))

    @property
    def language(self) -> Language:
        """What they are answered in."""
        return language_of(self.request)

    @cached_property
    def application(self) -> Application:
        """What they work with, for this request alone."""
        return self.office.application(self.session)

    @property
    def form_token(self) -> str:
        """What a form of this session carries."""
        return form_token_of(self.secret)

    @property
    def path(self) -> str:
        """The address that was asked for, without its host."""
        query = self.request.url.query
        return f"{self.request.url.path}?{query}" if query else self.request.url.path

    def said(self, name: str) -> str | None:
        """A field of the form, without spaces around it; None where nothing stands in it."""
        value = self.form.get(name)
        return (value.strip() or None) if isinstance(value, str) else None

    def given(self, name: str) -> str | None:
        """A value of the address, such as `page`; None where nothing stands there."""
        return (self.request.query_params.get(name) or "").strip() or None

    def part(self, name: str) -> str:
        """A part of the path, such as `candidate`."""
        return str(self.request.path_params[name])


Handler = Callable[[Asked], Response | Awaitable[Response]]

T = TypeVar("T")

Endpoint = Callable[[Request], Awaitable[Response]]

_threads: dict[asyncio.AbstractEventLoop, CapacityLimiter] = {}


async def in_thread(work: Callable[..., T], *values: Any) -> T:
    """Do something that waits for the database, beside the loop: as many at once as there are connections."""
    limiter = _threads.setdefault(asyncio.get_running_loop(), CapacityLimiter(THREADS))
    return await to_thread.run_sync(work, *values, limiter=limiter)


def signed_in(handler: Handler) -> Endpoint:
    """Answer whoever is signed in by a page; whoever is not is sent to sign in first."""

    async def answer(request: Request) -> Response:
        with using_language(language_of(request)):
            asked = await _asked(request)
            form = await form_of(request) if request.method == "POST" else FormData()
        chosen, form = chosen_in(form)
        with using_language(chosen or language_of(request)):
            given = await _answered(handler, request, asked, form)
        if chosen is not None:
            keep_language(given, chosen, request)
        return given

    return answer


async def _answered(handler: Handler, request: Request, asked: Asked | None, form: FormData) -> Response:
    if asked is None:
        return kept(request, form, None) or _to_sign_in(request)
    request.state.asked, asked.form = asked, form
    if request.method == "POST" and not _is_of_this_session(asked):
        if (again := await in_thread(kept, request, form, asked)) is not None:
            return again
        raise Refused("desk.form_old", "This page belongs to an earlier sign-in. Open it anew and try again.")
    if inspect.iscoroutinefunction(handler):
        return await cast("Awaitable[Response]", handler(asked))
    return cast("Response", await in_thread(handler, asked))


async def _asked(request: Request) -> Asked | None:
    office: Office = request.app.state.office
    secret = request.cookies.get(request.app.state.cookie)
    if not secret:
        return None
    session = await in_thread(_session_of, office, secret)
    return Asked(request, office, session, secret) if session else None


def _session_of(office: Office, secret: str) -> DeskSession | None:
    """The session of a secret, while its person works here: whoever has left is out at once."""
    session = office.sessions.find(secret, Application().now())
    if session is None or office.works_here(session.person):
        return session
    office.sessions.end(session.id)
    return None


MultiPartParser.spool_max_size = LARGEST_BODY
"""Of a file that is sent nothing touches a disk: it may be a list of people."""


async def form_of(request: Request) -> FormData:
    """What was sent. Raises UsageError where it is not a form, too large, or does not arrive."""
    try:
        async with asyncio.timeout(SECONDS_TO_SEND):
            return await request.form(max_fields=MOST_FIELDS, max_part_size=LARGEST_FIELD)
    except (HTTPException, TooLarge, TimeoutError):
        raise UsageError(
            "desk.unreadable", "What was sent is too large, or did not arrive in full. Send less and try again."
        ) from None


def _is_of_this_session(asked: Asked) -> bool:
    """Whether a page of this session has made the form."""
    sent = asked.form.get(FORM_TOKEN)
    return isinstance(sent, str) and hmac.compare_digest(sent.encode(), asked.form_token.encode())


def form_token_of(secret: str) -> str:
    """What the forms of a session carry: whoever reads a page learns nothing of the secret by it."""
    return hmac.new(secret.encode(), b"form", sha256).hexdigest()


def _to_sign_in(request: Request) -> Response:
    from urllib.parse import quote

    query = f"?{request.url.query}" if request.url.query else ""
    back = f"{request.url.path}{query}" if request.method == "GET" else "/"
    return RedirectResponse(f"/logga-in?till={quote(back, safe='')}" if back != "/" else "/logga-in", SEE_OTHER)


def page(asked: Asked, template: str, status: int = 200, **values: Any) -> Response:
    """A page of the desk for whoever is signed in."""
    return html(template, status, asked=asked, **values)


def go_to(path: str) -> Response:
    """Send the browser on to another page, after something was done."""
    return RedirectResponse(path, SEE_OTHER)


@dataclass(frozen=True)
class FieldError:
    """That something is wrong with a field of a form, which the error summary links to."""

    field: str
    message: Message
