"""Periods in which the same places are filled one after another, as weeks of a summer."""

from collections.abc import Iterable
from datetime import date

from models.fields import BothLanguages, Day, Name, Strict


class PlacePeriod(Strict):
    """Days in which somebody has a place: exactly these, from the first to the last."""

    id: Name
    """Its name in the file."""
    name: BothLanguages
    """What people call it."""
    starts_on: Day
    """Its first day."""
    ends_on: Day
    """Its last day."""


class Span(Strict):
    """The first and the last day on which a place is held."""

    starts_on: Day
    ends_on: Day

    def overlaps(self, other: "Span") -> bool:
        return self.starts_on <= other.ends_on and other.starts_on <= self.ends_on


def most_at_once(others: Iterable[Span | None], wanted: Span) -> int:
    """How many of the others are there at a time, at most, during the days that are wanted. One of whom nobody knows
    the days counts on each of them."""
    spans = [wanted if one is None else one for one in others]
    there = [one for one in spans if one.overlaps(wanted)]
    return max((_on(max(one.starts_on, wanted.starts_on), there) for one in there), default=0)


def _on(day: date, spans: Iterable[Span]) -> int:
    return sum(one.starts_on <= day <= one.ends_on for one in spans)
