"""How many hours a week people are there, by what is agreed."""

from typing import Annotated

from pydantic import Field

from models.fields import Strict
from models.programme.sourced import Sourced

Hours = Annotated[int, Field(ge=1, le=80)]
"""Whole hours a week."""


class HoursSpan(Strict):
    """Between how many hours a week."""

    lowest: Hours | None = None
    """The fewest hours a week."""
    highest: Hours | None = None
    """The most hours a week."""


class HoursRule(Sourced):
    """How many hours a week are agreed. Nobody is asked for hours of what is left out."""

    internship: HoursSpan | None = None
    """The hours a week of an internship."""
    role: HoursSpan | None = None
    """The hours a week of a role, time-limited or permanent."""

    def of(self, kind: str) -> HoursSpan | None:
        """The hours of what a kind of event agrees on or changes; None where it is neither."""
        if kind in ("internship_agreed", "internship_extended"):
            return self.internship
        return (
            self.role if kind in ("temporary_role_agreed", "temporary_role_extended", "permanent_role_agreed") else None
        )
