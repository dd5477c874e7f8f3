"""Positions (befattningar) with places for interns: work that already exists and means something."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from models.fields import BothLanguages, Name, Strict


def _alike(given: Any) -> Any:
    """A name that is the same in both languages may be written once."""
    return {"sv": given, "en": given} if isinstance(given, str) else given


class Position(Strict):
    """A position with `places` for interns at a time, and the existing staffing need (bemanningsbehov) that it fills.

    `unit` is known by its Swedish name where something is kept of it, such as its staff. `site` is the town's
    municipality code (SCB). What a position may still lack while it is written is found by `models.programme.review`;
    without a staffing need nobody is placed on it.
    """

    id: Name
    programmes: tuple[Name, ...]
    title: BothLanguages
    unit: Annotated[BothLanguages, BeforeValidator(_alike)]
    site: Name
    staffing_need: BothLanguages | None = None
    profile: Name
    places: Annotated[int, Field(ge=0, le=1_000)]
    supervisor: Name | None = None
    mentor: Name | None = None
