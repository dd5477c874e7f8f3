"""Ways that no journey can take, each made from a legal one by one change, with what is wrong about it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from random import Random

from auditing.event_logs.traces import Lifecycle, LogEvent, Trace
from models.identifiers import CandidateNumber, JourneyId
from tests.support.values import COORDINATOR, MONDAY, numbered_id

WAY = (
    "referred",
    "referral_accepted",
    "requirements_checked",
    "internship_agreed",
    "check_in_recorded",
    "internship_completed",
    "evaluation_recorded",
    "temporary_role_agreed",
    "temporary_role_ended",
    "evaluation_recorded",
    "permanent_role_agreed",
    "follow_up_recorded",
)
"""The whole way."""

PAUSED = ("referred", "referral_accepted", "requirements_checked", "internship_agreed", "paused", "pause_extended")
"""A way that stands still in an internship."""

CLOSED = ("referred", "referral_accepted", "requirements_checked", "internship_agreed", "discontinued")
"""A way that was closed from an internship."""


def without(kind: str) -> tuple[str, ...]:
    """The way with the first of a kind missing."""
    at = WAY.index(kind)
    return (*WAY[:at], *WAY[at + 1 :])


def doubled(kind: str) -> tuple[str, ...]:
    """The way with the first of a kind twice."""
    at = WAY.index(kind)
    return (*WAY[: at + 1], *WAY[at:])


def swapped(kind: str) -> tuple[str, ...]:
    """The way with the first of a kind after what follows it."""
    at = WAY.index(kind)
    return (*WAY[:at], WAY[at + 1], kind, *WAY[at + 2 :])


LEGAL: Mapping[str, Sequence[str]] = {
    "the whole way": WAY,
    "a pause": (*PAUSED, "note_added", "resumed", "check_in_recorded"),
    "an end in a pause": (*PAUSED, "withdrawn", "reopened", "check_in_recorded"),
    "a way that goes on from where it was closed": (*CLOSED, "reopened", "internship_completed"),
    "a way that has just begun": ("referred",),
}
"""What can happen, as the table has it."""

VIOLATIONS: Mapping[str, Sequence[str]] = {
    "referral missing": without("referred"),
    "acceptance missing": without("referral_accepted"),
    "requirement check missing": without("requirements_checked"),
    "hired without an internship": without("internship_agreed"),
    "internship never completed": without("internship_completed"),
    "role never ended": without("temporary_role_ended"),
    "referred twice": doubled("referred"),
    "accepted twice": doubled("referral_accepted"),
    "checked twice": doubled("requirements_checked"),
    "two internships at once": doubled("internship_agreed"),
    "two roles at once": doubled("temporary_role_agreed"),
    "checked before it was accepted": swapped("referral_accepted"),
    "placed before it was checked": swapped("requirements_checked"),
    "checked in before the internship": swapped("internship_agreed"),
    "evaluated before it was completed": swapped("internship_completed"),
    "role before the evaluation's stage": (*WAY[:5], "temporary_role_agreed"),
    "permanent from waiting for a place": (*WAY[:3], "permanent_role_agreed"),
    "an event that no programme knows": (*WAY[:4], "bribe_taken", *WAY[4:]),
    "followed up before the end": (*WAY[:6], "follow_up_recorded"),
    "unions asked in the internship": (*WAY[:4], "union_consulted"),
    "checked in during a pause": (*PAUSED, "check_in_recorded"),
    "paused twice": (*PAUSED, "paused"),
    "resumed without a pause": (*WAY[:4], "resumed"),
    "checked in after the end": (*CLOSED, "check_in_recorded"),
    "ended twice": (*CLOSED, "withdrawn"),
    "reopened without an end": (*WAY[:4], "reopened"),
    "reopened into another stage than it was closed from": (*CLOSED, "reopened", "evaluation_recorded"),
    "a deadline before the referral": ("deadline_passed", *WAY),
}
"""What cannot."""


def trace(number: int, kinds: Sequence[str]) -> Trace:
    """A trace of accepted events of these kinds, an hour apart; of another candidate for each number."""
    journey_id = JourneyId.of(CandidateNumber.draw(Random(number)), "service_division")
    begins = datetime(MONDAY.year, MONDAY.month, MONDAY.day, 8, tzinfo=UTC)
    return Trace(
        journey_id,
        [
            LogEvent(
                row=row,
                event_id=str(numbered_id(row)),
                kind=kind,
                lifecycle=Lifecycle.ACCEPTED,
                recorded_at=begins + timedelta(hours=row),
                effective_on=MONDAY,
                actor=COORDINATOR,
                rule=None,
                stage_before=None,
                stage_after=None,
                in_effect=True,
            )
            for row, kind in enumerate(kinds, 1)
        ],
    )
