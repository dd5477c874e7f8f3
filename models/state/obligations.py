"""What is awaited of partners: that they confirm a notice, and that a union answers before something is agreed."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from models.events.values import UnionAnswer

REMINDER = "reminder_"
"""Names of the deadlines of reminders begin so; the id of the event that set it follows."""

QUESTION = f"{REMINDER}question_"
"""Those of what a note asks: it is a reminder for the day on which it is asked."""

ACKNOWLEDGEMENT, CONSULTATION = "acknowledgement_", "consultation_"
"""Names of the deadlines for what partners owe begin so; the id of the notice that asked for it follows."""


def notice_of(deadline: str) -> UUID | None:
    """The notice that asked a partner for what a deadline is about; None where it is about nothing such."""
    prefix = next((one for one in (ACKNOWLEDGEMENT, CONSULTATION) if deadline.startswith(one)), None)
    try:
        return UUID(deadline.removeprefix(prefix)) if prefix else None
    except ValueError:
        return None


@dataclass(frozen=True)
class Acknowledgement:
    """The confirmation that a partner owes of the notice `notice_id`, told on `told_on`, within so many days.

    `about` is the kind of event that it told of. `also` are notices that came after it on the same: reminders and
    corrections. Whoever confirms one confirms it.
    """

    event_id: UUID
    notice_id: UUID
    recipient: str
    told_on: date
    within_days: int
    remind_after_days: int | None
    about: str
    also: frozenset[UUID] = frozenset()

    @property
    def deadline(self) -> str:
        return f"{ACKNOWLEDGEMENT}{self.notice_id}"


@dataclass(frozen=True)
class Consultation:
    """A union that was asked about an agreement to come, and its latest answer.

    `consulted_on` is the day on which it was asked, `told_on` that day or, where it was recorded later, the day of
    recording, on which the notice went out: its time counts from there.
    """

    event_id: UUID
    notice_id: UUID
    about: str
    union: str
    consulted_on: date
    told_on: date
    answer: UnionAnswer | None = None
    answered_on: date | None = None

    @property
    def deadline(self) -> str:
        return f"{CONSULTATION}{self.notice_id}"
