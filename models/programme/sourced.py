"""What every rule of a programme has: where it is written, whether that was checked, and when it is open."""

from datetime import date
from typing import Annotated, Self

from pydantic import Field

from models.fields import BothLanguages, Day, Strict, checks_together
from models.message import InvalidValue, msg

Days = Annotated[int, Field(ge=0, le=3_650)]
Months = Annotated[int, Field(ge=1, le=120)]


class Sourced(Strict):
    """A rule of law, agreement or programme, with where it is written and whether someone has checked that."""

    source: BothLanguages
    """Where it is written: the law, agreement or description, with its paragraph. Whoever is refused is shown it."""
    verified: bool = False
    """Whether somebody has read the source and found that it says so."""


class Dated(Sourced):
    """A rule that is open to decisions from `valid_from` to `valid_until`, both included; without limit where None."""

    valid_from: Day | None = None
    """The first day on which decisions can be made by it."""
    valid_until: Day | None = None
    """The last day on which decisions can be made by it."""

    @checks_together
    def _begins_before_it_ends(self) -> Self:
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise InvalidValue(msg("dated.ends_before_it_begins", "valid_until lies before valid_from"), "valid_until")
        return self

    def is_open_on(self, day: date) -> bool:
        return (self.valid_from or day) <= day <= (self.valid_until or day)
