"""Days, ids and people of the tests."""

import re
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid5

from models.fields import BothLanguages
from models.identifiers import ALPHABET, Actor, CandidateNumber, JourneyId
from models.message import Message

MONDAY = date(2026, 3, 2)
"""The day on which a way in a test begins, unless it says another."""

DAY = timedelta(days=1)
IDS = UUID("0a4f6f0e-0000-4000-8000-000000000000")
JOURNEY_ID = JourneyId.parse("journey/K7Q29FMXB/service_division")
"""The journey of a way in a test, unless it says another."""

DESIGN_SOURCE = "the product's rules"

COORDINATOR = Actor.parse("coordinator:anna.berg")
EVALUATOR = Actor.parse("supervisor:maria.ek")


def at(day: date, hour: int = 9) -> datetime:
    """An hour, in UTC, of a day."""
    return datetime.combine(day, time(hour), UTC)


def numbered_id(number: int) -> UUID:
    """The same id for the same number, in every run."""
    return uuid5(IDS, str(number))


def is_one_sentence(message: str) -> bool:
    """What is wrong and, where it helps, what to do: one short line with nothing of Python in it."""
    inside = re.search(r"[.!?:;,]\.\s|[!?]|\n| {2}|None|<|Stage\.|datetime|\[|\{", message)
    told = message.endswith(".") and not message.endswith("..") and message.count(". ") < 4
    return told and inside is None and 20 <= len(message) <= 700


def candidate_from(start: str) -> CandidateNumber:
    """A candidate number that begins so: the order of beginnings is that of the numbers."""
    tries = (f"{start.ljust(7, '2')}{last}{check}" for last in ALPHABET for check in ALPHABET)
    return next(number for one in tries if (number := CandidateNumber.read(one)))


def from_until(first: str, last: str | None = None) -> Message:
    """How a refusal tells the days on which something is open."""
    if last is None:
        return Message(id="duration.from", values={"first": first})
    return Message(id="duration.from_until", values={"first": first, "last": last})


def both(text: str) -> BothLanguages:
    """A text that is the same in both languages."""
    return BothLanguages(sv=text, en=text)
