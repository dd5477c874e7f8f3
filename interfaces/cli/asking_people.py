"""Whom somebody means who writes a candidate's number, or what `find` takes: part of a name, a telephone number."""

import re

from interfaces.cli.questions import Question, ask
from models.identifiers import CandidateNumber
from runtime.errors import UsageError
from runtime.i18n import _, as_typed
from services.application import Application, candidate_of, may_ask
from services.identities.finding import FoundLine, find
from services.naming import Named
from services.queries.lines import JourneyLine

LIKE_A_NUMBER = re.compile(r"[A-Z0-9]{7,11}|(?=.*[0-9])(?=.*[A-Za-z])[A-Za-z0-9 -]+")
"""What is a candidate number with a slip in it, and nobody's name."""


def journey_of(application: Application, written: str, actor: str | None, programme: str | None = None) -> JourneyLine:
    """The journey of whom somebody means, as `Application.find` finds it. Raises UsageError and Refused."""
    return application.find(number_of(application, written, actor), programme)


def open_journey_of(
    application: Application, written: str, actor: str | None, programme: str | None = None
) -> JourneyLine:
    """The same where the candidate was not erased."""
    return application.find_open(number_of(application, written, actor), programme)


def number_of(application: Application, written: str, actor: str | None) -> CandidateNumber:
    """The candidate number of whom somebody means, by the number itself or by what they are found by.

    Of those whom the reader has in charge; that they were seen is written down, as by `find`. Where several fit, a
    terminal asks. Raises UsageError, and Refused as `find` does.
    """
    if CandidateNumber.read(written) is not None or LIKE_A_NUMBER.fullmatch(written.strip()):
        return candidate_of(written)
    found = find(application, written, actor)
    people = {line.same_as or line.candidate: line for line in reversed(found.lines)}
    if not people:
        raise UsageError("candidate.of_colleagues", "Only people in colleagues' charge fit. Give the candidate number.")
    fitting = list(reversed(people.values()))
    if len(fitting) == 1 and not found.near:
        return fitting[0].candidate
    if not may_ask():
        named = ", ".join(f"{one.name} ({one.candidate})" if one.name else one.candidate for one in fitting)
        if found.near:
            raise UsageError(
                "candidate.near", "Nobody is called exactly so. Did you mean {people}? Give the number.", people=named
            )
        raise UsageError(
            "candidate.several_named", "Several people fit: {people}. Give one of the numbers.", people=named
        )
    choices = [_choice(one) for one in fitting]
    chosen = ask(Question(_("who is meant?"), choices), lambda typed: number_of(application, typed, actor))
    assert chosen is not None
    return chosen


def _choice(one: FoundLine) -> Named:
    return Named(one.candidate, f"{one.candidate}  {one.name or '–'}  {as_typed(one.stage)}")
