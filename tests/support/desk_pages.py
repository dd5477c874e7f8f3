"""The desk's forms without a browser: read from a page, and sent with other answers as a browser would."""

from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

import httpx2

from tests.support.desk import ADDRESS, Visitor

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


@dataclass
class Browsing:
    """Somebody who fills in forms."""

    visitor: Visitor

    async def get(self, path: str) -> httpx2.Response:
        """A page."""
        return await self.visitor.get(path)

    async def send(self, page: httpx2.Response, do: str | None = None, /, **said: Any) -> httpx2.Response:
        """Send the form of a page as it is filled in, but for what is said; `do` is the button that is pressed."""
        form = Form(page.text)
        assert form.action, page.text
        answers = filled(form.fields, do, said)
        return await self.visitor.client.post(form.action, data=answers, headers={"Origin": ADDRESS})

    async def follow(self, page: httpx2.Response) -> httpx2.Response:
        """Where a page leads on to."""
        assert page.status_code == 303, page.text
        return await self.visitor.client.get(page.headers["location"])


def filled(fields: Mapping[str, list[str]], do: str | None, said: Mapping[str, Any]) -> dict[str, list[str]]:
    """The fields of a form with other answers, by their names with two underscores for a dot."""
    answers = dict(fields)
    for name, value in said.items():
        answers[name.replace("__", ".")] = [*map(str, value)] if isinstance(value, list | tuple) else [str(value)]
    return answers | ({"do": [do]} if do else {})
