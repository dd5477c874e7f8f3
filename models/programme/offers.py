"""How places are offered to those who wait for one."""

from typing import Annotated

from pydantic import Field

from models.fields import Source, Strict
from models.programme.sourced import Sourced


class OffersRule(Sourced):
    """Places are offered, and the candidate has so many working days to answer. An offer without an answer lapses."""

    required: bool = True
    """Whether nothing is agreed with somebody who waits for a place before an offer of it was accepted."""
    answer_within_working_days: Annotated[int, Field(ge=1, le=250)]
    """How many working days the candidate has at least to answer."""


class LotteryRule(Sourced):
    """Lots are drawn of those who wait for a place, where there are more of them than places."""

    offers_in_order: bool = True
    """Whether a place is offered to nobody as long as somebody with an earlier number, checked for the same profile,
    has not been offered one."""


class LotDemand(Strict):
    """What an offer to somebody with a number asks of those who drew an earlier one with the same seed."""

    number: int
    seed: str
    profile: str | None
    source: Source
