"""How many interns a workplace may have at a time, by its ordinary employees."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from models.fields import Source, Strict


class InternsPerEmployees(Strict):
    """One intern for each so many ordinary employees, up to some number of them; the next table goes on from there."""

    one_for_each: Annotated[int, Field(ge=1, le=10_000)]
    """For how many ordinary employees there may be one intern at a time."""
    up_to: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    """Up to how many ordinary employees this holds. Left out in the last table alone, which holds for all that follow.
    """
    begun: bool = False
    """Whether a number that is begun counts as a whole one, so that six employees count as ten where five have one."""


class InternsDemand(Strict):
    """What an internship that takes a place asks of the workplace, and where that is written."""

    limits: tuple[InternsPerEmployees, ...]
    source: Source


def most_interns(limits: Iterable[InternsPerEmployees], employees: int) -> int:
    """How many interns may be there at a time."""
    counted = most = 0
    for limit in limits:
        until = employees if limit.up_to is None else min(limit.up_to, employees)
        within = max(0, until - counted)
        most += -(-within // limit.one_for_each) if limit.begun else within // limit.one_for_each
        counted = max(counted, until)
    return most


def in_short(limits: Iterable[InternsPerEmployees]) -> str:
    """The limits as a figure: `1:5 (-50), 1:10`."""
    return ", ".join(f"1:{one.one_for_each}" + (f" (-{one.up_to})" if one.up_to else "") for one in limits)
