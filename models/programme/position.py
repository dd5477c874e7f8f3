"""Positions (befattningar) with places for interns: work that already exists and means something."""

from typing import Annotated

from pydantic import Field

from models.fields import BothLanguages, Name, Strict, Text


class Position(Strict):
    """A position with `places` for interns at a time, and the existing staffing need (bemanningsbehov) that it fills.

    `site` is the town's municipality code (SCB). What a position may still lack while it is written is found by
    `models.programme.review`; without a staffing need nobody is placed on it.
    """

    id: Name
    programmes: tuple[Name, ...]
    title: BothLanguages
    unit: Text
    site: Name
    staffing_need: BothLanguages | None = None
    profile: Name
    places: Annotated[int, Field(ge=0, le=1_000)]
    supervisor: Name | None = None
    mentor: Name | None = None
