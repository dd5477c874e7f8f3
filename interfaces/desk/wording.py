"""How the desk's pages name what is done, and where a person's pages are."""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote, urlencode

from models.events.descriptions import name_of
from models.identifiers import JourneyId
from runtime.i18n import translate

PROGRAMME = "program"
"""The value of an address that says which of a person's journeys is meant."""


class Step(NamedTuple):
    """What leads on: what it is called and where it is done."""

    label: str
    path: str


def capital(text: str) -> str:
    """The text with a large first letter, as a label or a sentence begins."""
    return text[:1].upper() + text[1:]


def person_path(journey_id: str, part: str = "", **said: str) -> str:
    """The address of a person's page, or of a part of it, for one of their journeys."""
    one = JourneyId.parse(journey_id)
    query = urlencode({PROGRAMME: f"{one.programme}/{one.turn}", **said}, safe="/")
    return f"/person/{quote(one.candidate)}{part}?{query}"


def recording(journey_id: str, kind: str, fields: Mapping[str, str] | None = None) -> Step:
    """The form of a kind of event, with fields that are known already."""
    return Step(capital(translate(name_of(kind))), person_path(journey_id, f"/registrera/{kind}", **(fields or {})))
