"""The shape of a programme's way: which stages it has, how often, and from where somebody is hired."""

from typing import Annotated

from pydantic import Field

from models.fields import BothLanguages, Name, Source, Strict, added
from models.programme.sourced import Sourced
from models.stages import OPEN_STAGES, Stage


class WayRule(Sourced):
    """The shape of the way, where it is another than referral, requirement check, one internship, evaluation, role.

    Without internships a role is agreed once the requirement check is passed, and nobody is evaluated before it.
    """

    internships: Annotated[int, Field(ge=0, le=12)] = 1
    """How many internships lead to an evaluation, one after another: with 0 a role is agreed as soon as the requirement
    check is passed."""
    check_before_each: bool = False
    """Whether each internship after the first has a requirement check of its own before it."""
    units_differ: bool = False
    """Whether each internship is in another unit than those that were completed before."""
    hired_at_any_time: bool = False
    """Whether a role can be agreed during an internship and between two as well, without an evaluation before it. The
    internship ends with that."""
    ends_as_planned: bool = False
    """Whether the way ends with the temporary role, as planned where it lasted as agreed, and nobody is evaluated after
    it."""

    @property
    def hires_in(self) -> frozenset[Stage]:
        """The stages in which a role can be agreed, beside one that follows another role at once."""
        found = {Stage.EVALUATION}
        if not self.internships:
            found |= {Stage.AWAITING_PLACEMENT}
        if self.hired_at_any_time:
            found |= {Stage.REQUIREMENT_CHECK, Stage.AWAITING_PLACEMENT, Stage.INTERNSHIP}
        return frozenset(found)

    @property
    def leads_through(self) -> tuple[Stage, ...]:
        """The stages up to a permanent role, in their order; up to a temporary one where the way ends with that."""
        left_out = frozenset() if self.internships else {Stage.INTERNSHIP, Stage.EVALUATION}
        if self.ends_as_planned:
            left_out |= {Stage.PERMANENT_ROLE}
        return tuple(stage for stage in OPEN_STAGES if stage not in left_out)


class OtherUnit(Strict):
    """That an internship is in another unit than those of the positions on which one was completed before; or, where
    one of these `is_corrected`, that all of the positions are in units of their own."""

    earlier: tuple[Name, ...]
    source: Source
    is_corrected: bool = added(default=False)


USUAL = WayRule(
    source=BothLanguages(
        sv="produktens regler: varje anställning börjar med en praktik",
        en="the product's rules: every hire begins with an internship",
    )
)
"""The shape of the way of a programme that says nothing of it."""
