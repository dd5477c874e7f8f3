"""The desk's pages asked in this process, without a browser: forms are read from a page and sent as a browser would."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any, cast

import httpx2
from starlette.applications import Starlette

from interfaces.desk.app import desk_app
from interfaces.desk.provider import Provider
from runtime.observation.health import Health
from services.desk_sessions import SignIn
from services.office import Office
from tests.support.office import TestOffice

ADDRESS = "http://desk.test"


OF_EVERY_PAGE = frozenset({"/sprak", "/logga-ut"})
"""Where the forms at the top of every page lead."""


class Form(HTMLParser):
    """A page's own form: where it leads, and its fields as they are filled in."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._inside, self._select, self._area = False, "", ""
        self.action = ""
        self.fields: dict[str, list[str]] = {}
        self.choices: dict[str, list[str]] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Read a field."""
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = said["action"] not in OF_EVERY_PAGE
            self.action = said["action"] if self._inside else self.action
        if not self._inside:
            return
        name, value = said.get("name", ""), said.get("value", "")
        match tag:
            case "input" if said.get("type") in ("radio", "checkbox"):
                self.choices.setdefault(name, []).append(value)
                if "checked" in said:
                    self.fields.setdefault(name, []).append(value)
            case "input":
                self.fields.setdefault(name, []).append(value)
            case "select":
                self._select = name
                self.fields.setdefault(name, [""])
            case "option" if self._select:
                self.choices.setdefault(self._select, []).append(value)
                if "selected" in said:
                    self.fields[self._select] = [value]
            case "textarea":
                self._area = name
                self.fields[name] = [""]

    def handle_data(self, data: str) -> None:
        """Read what stands in a large field."""
        if self._inside and self._area:
            self.fields[self._area] = [self.fields[self._area][0] + data]

    def handle_endtag(self, tag: str) -> None:
        """Leave a field or the form."""
        if tag == "form":
            self._inside = False
        if tag == "select":
            self._select = ""
        if tag == "textarea":
            self._area = ""


class Visitor:
    """Somebody who is signed in, with a browser of their own."""

    def __init__(self, app: Starlette, office: Office, person: str) -> None:
        self._office = office
        self._cookie = app.state.cookie
        self.client = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=app), base_url=ADDRESS, headers={"Sec-Fetch-Site": "same-origin"}
        )
        self.sign_in(person)

    def sign_in(self, person: str) -> None:
        """Begin a session of somebody."""
        signed = SignIn("https://sign-in.test", person, None, None, datetime.now(UTC))
        self.client.cookies.set(self._cookie, self._office.sessions.begin(person, signed))

    def sign_out(self) -> None:
        """Be without a session."""
        self.client.cookies.clear()

    async def get(self, path: str) -> httpx2.Response:
        """A page."""
        return await self.client.get(path)

    async def send(self, page: httpx2.Response, do: str | None = None, /, **said: Any) -> httpx2.Response:
        """Send the form of a page as it is filled in, but for what is said; `do` is the button that is pressed."""
        form = Form(page.text)
        assert form.action, page.text
        return await self.client.post(form.action, data=filled(form.fields, do, said))

    async def follow(self, page: httpx2.Response) -> httpx2.Response:
        """Where a page leads on to."""
        assert page.status_code == 303, page.text
        return await self.get(page.headers["location"])


def filled(fields: Mapping[str, list[str]], do: str | None, said: Mapping[str, Any]) -> dict[str, list[str]]:
    """The fields of a form with other answers, by their names with two underscores for a dot."""
    answers = dict(fields)
    for name, value in said.items():
        answers[name.replace("__", ".")] = [*map(str, value)] if isinstance(value, list | tuple) else [str(value)]
    return answers | ({"do": [do]} if do else {})


class Desk:
    """The desk of an office."""

    def __init__(self, office: TestOffice) -> None:
        self.office = Office(office.settings)
        vars(self.office)["_client"] = office.client
        self.app = desk_app(self.office, cast(Provider, None), ADDRESS, Health({}))

    def visitor(self, person: str = "anna.berg") -> Visitor:
        """Somebody who has signed in."""
        return Visitor(self.app, self.office, person)


@asynccontextmanager
async def open_desk(office: TestOffice) -> AsyncIterator[Desk]:
    """The desk of an office, until the context ends."""
    desk = Desk(office)
    try:
        yield desk
    finally:
        desk.office.close()
