"""Whom somebody means, by what they wrote: a candidate, one of their journeys, an author."""

from collections.abc import Sequence

from models.identifiers import Actor, CandidateNumber, JourneyId, Role
from runtime.errors import UsageError


def candidate_of(written: str) -> CandidateNumber:
    """The candidate number that somebody wrote. Raises UsageError."""
    number = CandidateNumber.read(written)
    if number is None:
        raise UsageError(
            "candidate.number",
            "{candidate} is not a valid candidate number. Check it against the source.",
            candidate=written,
        )
    return number


def only_one(number: CandidateNumber, found: Sequence[JourneyId]) -> JourneyId:
    """The only one of a candidate's journeys that were found. Raises UsageError where there are several."""
    if len(found) > 1:
        choices = ", ".join(one.programme for one in found)
        raise UsageError(
            "journey.several",
            "Candidate {number} has several journeys. Choose a programme: {choices}.",
            number=number,
            choices=choices,
        )
    return found[0]


def author_of(written: str, role: Role) -> Actor:
    """Who acts; a name without a role is one of `role`. Raises UsageError."""
    try:
        return Actor.written(written, role)
    except ValueError as error:
        raise UsageError(
            "actor.format",
            "{actor} is not a valid author. Write a role, a colon and a name, such as coordinator:anna.berg.",
            actor=written,
        ) from error
