"""The desk of a test: in this process, or on a port for a browser."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
from playwright.async_api import Browser, Page, async_playwright
from starlette.applications import Starlette
from temporalio.client import Client

from interfaces.desk.app import desk_app
from interfaces.desk.asked import FORM_TOKEN, form_token_of
from interfaces.desk.languages import COOKIE
from interfaces.desk.running import running_desk
from interfaces.desk.signing_in import BACK
from runtime.channels import tls_of
from runtime.local import tokens
from runtime.local.dev_server import HOST
from runtime.local.people import chosen_from
from runtime.local.sign_in import LEVEL, running_sign_in
from runtime.local.stack import free_port
from runtime.observation.health import Health
from runtime.open_id import Provider
from runtime.settings import Settings
from services.application import Application
from services.desk_sessions import DeskSession, SignIn
from services.office import Office
from tests.support.authority import found, keep_keys
from tests.support.databases import migrated
from tests.support.debian import DEBIAN, program

ADDRESS = "http://desk.test"
"""Under which a desk in this process is reached."""

NOWHERE = "http://127.0.0.1:9"
"""A sign-in service that does not answer."""

CHROMIUM = (
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--disable-dev-shm-usage"),
)


@dataclass(frozen=True)
class Visitor:
    """A browser without a window: keeps its cookies, and sends what its pages would send."""

    client: httpx2.AsyncClient
    token: str | None

    async def get(self, path: str, **params: Any) -> httpx2.Response:
        """Open a page; where the desk sends one on, that is the answer."""
        return await self.client.get(path, params=params or None)

    async def send(self, path: str, files: Mapping[str, Any] | None = None, /, **fields: Any) -> httpx2.Response:
        """Send a form of the desk."""
        told = {FORM_TOKEN: self.token, **fields} if self.token else fields
        return await self.client.post(path, data=told, files=files, headers={"Origin": ADDRESS})


@dataclass(frozen=True)
class TestDesk:
    """A desk in this process."""

    __test__ = False

    app: Starlette
    office: Office

    def visitor(self, person: str | None = None, language: str = "en") -> Visitor:
        """Somebody's browser: signed in, where it is somebody's."""
        client = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=self.app), base_url=self.app.state.address)
        host = urlsplit(self.app.state.address).hostname or ""
        client.cookies.set(COOKIE, language, domain=host)
        if person is None:
            return Visitor(client, None)
        secret = self.office.sessions.begin(person, signed_in_now(person))
        client.cookies.set(self.app.state.cookie, secret, domain=host)
        return Visitor(client, form_token_of(secret))


def session_of(person: str) -> DeskSession:
    """A session of this moment."""
    sign_in = signed_in_now(person)
    return DeskSession(f"id-of-{person}", person, sign_in, sign_in.at + timedelta(hours=1))


def signed_in_now(person: str) -> SignIn:
    """A sign-in of this moment."""
    return SignIn(NOWHERE, person, f"session of {person}", LEVEL, Application().now())


def desk_settings(folder: Path, **more: Any) -> Settings:
    """A database of the tests' people with their keys, without journeys, for a desk that needs nothing else."""
    keep_keys(folder / "keys")
    url = f"sqlite:///{folder / 'test.db'}"
    engine = migrated(url, offering=True)
    found(engine)
    engine.dispose()
    return Settings(data=folder, database_url=url, keys=folder / "keys", **more)


@asynccontextmanager
async def open_desk(
    settings: Settings, client: Client | None = None, *, address: str = ADDRESS, **more: Any
) -> AsyncIterator[TestDesk]:
    """A desk in this process, until the context ends; `client` is its client of Temporal, where it needs one."""
    settings = settings.model_copy(update={"desk_issuer": NOWHERE, "desk_claim": "sub", "desk_levels": LEVEL, **more})
    office = Office(settings, client)
    provider = Provider(settings, tls_of(settings), f"{address}{BACK}")
    try:
        yield TestDesk(desk_app(office, provider, address, Health({})), office)
    finally:
        office.close()


@asynccontextmanager
async def served_desk(settings: Settings, client: Client | None = None) -> AsyncIterator[str]:
    """A desk on a port, with a sign-in service beside it; gives its address."""
    tokens.make_token_key(settings.data)
    engine, port = Office(settings), free_port()
    own = {"desk_port": 0, "desk_issuer": f"http://{HOST}:{port}", "desk_claim": "sub", "desk_levels": LEVEL}
    people = lambda: chosen_from(engine.register(), datetime.now(UTC))  # noqa: E731
    try:
        async with (
            running_sign_in(settings.data, HOST, port, people),
            running_desk(settings.model_copy(update=own), client) as address,
        ):
            yield address
    finally:
        engine.close()


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Debian's browser; the one without windows, where `make` has put it, takes less than half of the time."""
    shell = DEBIAN / "chromium" / "chromium-headless-shell"
    executable = shell if shell.exists() else program("chromium", "chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=[*CHROMIUM])
        yield browser
        await browser.close()


async def sign_in(page: Page, address: str, person: str) -> None:
    """Sign in as somebody, from the desk's first page on."""
    await page.goto(address)
    await page.locator("main a.primary").click()
    await page.locator(f"a[href^='/authorize/{person}?']").click()
    await page.wait_for_url(f"{address}/**")


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def text_of(answer: httpx2.Response) -> str:
    """What a page says, without its markup, words apart by one space."""
    reader = _Text()
    reader.feed(answer.text)
    return " ".join(" ".join(reader.said).split())
