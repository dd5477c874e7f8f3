"""How long an internship lasts in weeks, by the person's group, and a role in months, at least or exactly."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from models.fields import BothLanguages, Name, Strict, added
from models.programme.sourced import Months, Sourced

Weeks = Annotated[int, Field(ge=1, le=520)]
"""Weeks are seven days each, the last day included."""


class GroupLength(Strict):
    """How long an internship lasts for people of one group, who are told apart by the referral."""

    group: Name
    """The group's name in referrals."""
    name: BothLanguages
    """What people call the group."""
    longest_weeks: Weeks | None = None
    """How many weeks an internship of somebody in the group may last at most, extensions included."""
    shortest_weeks: Weeks | None = None
    """How many weeks it is agreed for at least."""


def groups_in_short(lengths: Iterable[GroupLength]) -> str:
    """The lengths of groups as a figure: `ready 4, near 8-13`, in weeks."""
    return ", ".join(
        f"{one.group} {'-'.join(str(weeks) for weeks in (one.shortest_weeks, one.longest_weeks) if weeks)}"
        for one in lengths
    )


class FormLength(Sourced):
    """For how long a role in a form is agreed in this programme. One that ends early is no breach of it."""

    form: Name
    """The form, by its id; one of the programme's."""
    shortest_months: Months | None = added(None)
    """How many months it is agreed for at least."""
    exact_months: tuple[Months, ...] = added(())
    """How many months it is agreed for exactly: one of these. Any number where it is left out."""
