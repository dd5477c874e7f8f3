"""What every event has: an author, a day, and what its kind declares of itself."""

from dataclasses import dataclass
from enum import Enum
from typing import ClassVar, Self
from uuid import UUID

from pydantic import model_validator

from models.fields import Day, FreeText, Strict, added
from models.identifiers import Actor, JourneyId
from models.message import InvalidValue, Message, msg


class SaidBy(Enum):
    """Who may record a kind of event."""

    STAFF = "staff"
    MANAGERS = "managers"
    """The managers of the programme alone."""
    PARTNERS_TOO = "partners too"
    THE_JOURNEY = "the journey"
    """Only the journey itself: what follows from the calendar."""
    OPERATORS = "operators"
    """Whoever operates the system: what was done to the record, and nothing of the candidate."""


@dataclass(frozen=True)
class CorrectionPolicy:
    """How a kind of event can be corrected: struck, replaced by some kinds (None: by any), and why not otherwise.

    `as_replacement` tells why it cannot stand in another's place, where `otherwise` does not tell that too.
    """

    strikes: bool = True
    replaced_by: tuple[str, ...] | None = None
    otherwise: Message | None = None
    as_replacement: Message | None = None

    def allows(self, replacement: str | None) -> bool:
        """Whether an event can be struck, or replaced by one of the kind `replacement`."""
        if replacement is None:
            return self.strikes
        return self.replaced_by is None or replacement in self.replaced_by


class Moved(Strict):
    """An event of another journey that an event belongs to: it was recorded on the wrong person, and moved."""

    journey: JourneyId
    event: UUID


class Fact(Strict):
    """What every event has, and what each kind declares. `moved` is the event of the other journey, where it was
    recorded there first, or where, as a correction, it strikes what is recorded there now.

    `named` is the kind as people call it, `told` the sentence of what happened. A kind that `is_aside` says nothing of
    when the candidate was in a stage; one that goes on `while_paused` does not wait for the end of a pause; by one that
    `is_decision` the employer decides on a person; one that `is_answered` is about what waits for a second person, and
    nobody is offered it next. One that `is_drawn` follows from
    a drawing, and nobody is offered it either.
    """

    named: ClassVar[Message]
    told: ClassVar[Message]
    said_by: ClassVar[SaidBy] = SaidBy.STAFF
    is_aside: ClassVar[bool] = False
    while_paused: ClassVar[bool] = False
    is_ending: ClassVar[bool] = False
    is_decision: ClassVar[bool] = False
    is_answered: ClassVar[bool] = False
    is_drawn: ClassVar[bool] = False
    correction: ClassVar[CorrectionPolicy] = CorrectionPolicy()

    event_id: UUID
    actor: Actor
    effective_on: Day
    moved: Moved | None = added(None)


class Period(Strict):
    """Something that was agreed from one day to another, both included."""

    starts_on: Day
    ends_on: Day

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.ends_on < self.starts_on:
            raise InvalidValue(msg("period.ends_before_it_starts", "ends_on lies before starts_on"), "ends_on")
        return self


class Remarked(Fact):
    """Something that may be remarked upon."""

    remark: FreeText | None = None
