"""Where a person's pages are at the desk: what letters and the desk itself lead to."""

from urllib.parse import quote, urlencode

from models.identifiers import JourneyId

PROGRAMME = "program"
"""The value of an address that says which of a person's journeys is meant."""


def person_path(journey_id: str, part: str = "", **said: str) -> str:
    """The address of a person's page, or of a part of it, for one of their journeys."""
    one = JourneyId.parse(journey_id)
    query = urlencode({PROGRAMME: f"{one.programme}/{one.turn}", **said}, safe="/")
    return f"/person/{quote(one.candidate)}{part}?{query}"
