"""Cohorts: groups that begin and end together, as by a school's calendar, each with so many places."""

from typing import Annotated

from pydantic import Field

from models.fields import BothLanguages, Day, Name, Source, Strict


class Cohort(Strict):
    """A group of candidates who begin and end together. Whoever leaves before it begins frees their place in it."""

    id: Name
    """Its name in the event by which a referral is accepted."""
    name: BothLanguages
    """What people call it."""
    starts_on: Day
    """Its first day."""
    ends_on: Day
    """Its last day. Nobody is admitted to it afterwards."""
    places: Annotated[int, Field(ge=1, le=1_000)]
    """How many can be in it."""


class CohortDemand(Strict):
    """The cohort to which somebody is admitted, and where it is written how many can be in it."""

    cohort: Cohort
    source: Source
