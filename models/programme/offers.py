"""How places are offered to those who wait for one."""

from typing import Annotated

from pydantic import Field

from models.programme.sourced import Sourced


class OffersRule(Sourced):
    """Places are offered, and the candidate has so many working days to answer. An offer without an answer lapses."""

    required: bool = True
    """Whether nothing is agreed with somebody who waits for a place before an offer of it was accepted."""
    answer_within_working_days: Annotated[int, Field(ge=1, le=250)]
    """How many working days the candidate has at least to answer."""
