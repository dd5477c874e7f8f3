"""Walks through the pages of the desk and of letters in a browser without scripts, each page kept as it was shown."""

import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, Locator, Page, Response
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Match, Route

from interfaces.desk.languages import COOKIE
from interfaces.serving import serving
from runtime.local.dev_server import HOST
from services.office import Office
from tests.support.desk import signed_in_now

MOST_MILLISECONDS = 8_000
"""For a page to come, or for a field to be there."""


@dataclass(frozen=True)
class Seen:
    """A page as it was shown, and which route has answered."""

    what: str
    route: str
    status: int
    language: str
    title: str
    html: str


@dataclass
class WalkedServer:
    """An application on a port: its address, what was asked of it, and every page that it has shown."""

    address: str
    app: Starlette
    seen: list[Seen] = field(default_factory=list)
    asked: set[tuple[str, str]] = field(default_factory=set)

    def route_of(self, method: str, url: str) -> str:
        """The path of the route that answers, as it is written in the code."""
        scope = {"type": "http", "method": method, "path": urlsplit(url).path, "root_path": ""}
        found = (one for one in self.app.routes if one.matches(scope)[0] is Match.FULL)
        return str(getattr(next(found), "path", ""))

    def never_asked(self) -> set[tuple[str, str]]:
        """Of each route the methods that nobody has asked in."""
        return {one for route in self.app.routes for one in _asked_in(route)} - self.asked

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["WalkedServer"]:
        """Serve until the context ends."""
        async with serving(self.app, HOST, urlsplit(self.address).port or 0, lambda: None):
            yield self


def _asked_in(route: BaseRoute) -> Iterator[tuple[str, str]]:
    if isinstance(route, Route):
        yield from ((method, route.path) for method in (route.methods or {"GET"}) - {"HEAD"})


@dataclass
class Walk:
    """Somebody's way through pages: each that is come to is kept."""

    server: WalkedServer
    page: Page

    async def to(self, path: str, what: str = "", status: int = 200) -> None:
        """Open a page."""
        await self._kept(await self.page.goto(self.server.address + path), what or path.partition("?")[0], status)

    async def clicks(self, on: str | Locator, what: str, status: int = 200) -> None:
        """Press a button or follow a link, given by its selector, to another page."""
        found = self.page.locator(on).first if isinstance(on, str) else on
        async with self.page.expect_navigation() as answer:
            await found.click()
        await self._kept(await answer.value, what, status)

    async def fetches(self, path: str) -> None:
        """Download a file."""
        answer = await self.page.request.get(self.server.address + path)
        assert answer.ok, path
        self.server.asked.add(("GET", self.server.route_of("GET", path)))

    async def sends(
        self, what: str, status: int = 200, button: str = "", said: Mapping[str, str] | None = None, **more: str
    ) -> None:
        """Fill in the page's form, by the names of its fields, and send it."""
        for name, value in {**(said or {}), **more}.items():
            await self.fills(name, value)
        await self.clicks(f"main form button{button}", what, status)

    async def fills(self, name: str, value: str) -> None:
        """Answer in a field, whatever it is."""
        one = self.page.locator(f"main [name='{name}']:not([type=hidden])").first
        kind = await one.evaluate("one => one.type")
        if kind in ("radio", "checkbox"):
            await self.page.locator(f"main [name='{name}'][value='{value}']").first.check()
        elif kind == "select-one":
            await one.select_option(value)
        else:
            await one.fill(value)

    async def _kept(self, answer: Response | None, what: str, status: int) -> None:
        assert answer is not None, what
        html = await self.page.content()
        assert answer.status == status, (what, answer.status, re.sub(r"\s+", " ", html.partition("<main")[2]))
        if status not in (200, 404) and 'class="errors"' in html:
            assert await self.page.locator(".errors:focus").count(), f"the summary has no focus: {what}"
        route = self.server.route_of(answer.request.method, answer.url)
        language = answer.headers["content-language"]
        self.server.seen.append(Seen(what, route, status, language, await self.page.title(), html))


async def walk(
    server: WalkedServer, browser: Browser, office: Office | None = None, person: str | None = None, **more: Any
) -> Walk:
    """A browser without scripts, where somebody is signed in to this office. `more` are of its window."""
    context = await browser.new_context(locale="sv-SE", java_script_enabled=False, **more)
    context.set_default_timeout(MOST_MILLISECONDS)
    await noted(server, context)
    if office is not None and person is not None:
        secret = office.sessions.begin(person, signed_in_now(person))
        kept = {server.app.state.cookie: secret, COOKIE: "sv"}
        await context.add_cookies([{"name": one, "value": it, "url": server.address} for one, it in kept.items()])
    return Walk(server, await context.new_page())


async def noted(server: WalkedServer, context: BrowserContext) -> None:
    """What is asked of a server from here on is noted."""

    def note(method: str, url: str) -> None:
        if url.startswith(server.address):
            server.asked.add((method, server.route_of(method, url)))

    context.on("request", lambda request: note(request.method, request.url))
