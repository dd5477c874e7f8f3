"""Requirement profiles (kravprofiler) and what a requirement check (kravprövning) found."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated

from pydantic import StringConstraints

from models.fields import BothLanguages, Day, FreeText, Name, Strict, Text, checks_together
from models.message import InvalidValue, Worded, msg


class Formal(StrEnum):
    """Requirements that sort people out by a paper rather than by what they can do."""

    DEGREE = "degree"
    DRIVING_LICENCE = "driving_licence"
    YEARS_OF_EXPERIENCE = "years_of_experience"
    FLUENT_SWEDISH = "fluent_swedish"


class Confirmation(Strict):
    """The agency's office that agreed to a formal requirement, and the day on which it did."""

    office: Text
    """The agency's office that agreed."""
    on: Day
    """The day on which it did."""


class Requirement(Strict):
    """One thing that a job asks for.

    `why` says why this job needs it; `trainable` that it may be learnt during the internship. A profile that is being
    written may lack reasons and confirmations: `models.programme.review` says what is missing.
    """

    id: Name
    """Its name in checks; each may stand once in a profile."""
    text: BothLanguages
    """What the job asks for, in words that a candidate understands."""
    essential: bool = True
    """Whether nobody is placed without it, unless it is waived; a desirable one stops nobody."""
    trainable: bool = False
    """Whether it may be learnt during the internship."""
    checked_by: BothLanguages
    """How it is checked."""
    why: BothLanguages | None = None
    """What this job needs it for. An essential one that says nothing is a fault of the check."""
    formal: Formal | None = None
    """Which kind of paper it asks for, where it does."""
    confirmed: Confirmation | None = None
    """The agency's agreement to a formal requirement."""


OccupationCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{0,4}$")]
"""An occupation's code in SSYK 2012, of up to four digits; empty where there is none."""


class RequirementProfile(Strict):
    """What a position asks for, thought through: only what this job really needs."""

    id: Name
    """Its name in positions and checks; each may stand once."""
    title: BothLanguages
    """What the job is called."""
    ssyk: OccupationCode = ""
    """The occupation's code in SSYK 2012, of up to four digits."""
    requirements: tuple[Requirement, ...]
    """What the job asks for, one by one."""

    @checks_together
    def _each_once(self) -> "RequirementProfile":
        ids = [requirement.id for requirement in self.requirements]
        if len(ids) != len(set(ids)):
            raise InvalidValue(msg("profile.requirement_twice", "the profile names a requirement twice"))
        return self


class Result(Worded):
    """How a candidate stands against one requirement."""

    MET = "met", msg("result.met", "met")
    UNMET = "unmet", msg("result.unmet", "unmet")
    WAIVED = "waived", msg("result.waived", "waived")
    TRAINABLE = "trainable", msg("result.trainable", "trainable")


class RequirementFinding(Strict):
    """What the check found on one requirement. A waiver needs its reason."""

    requirement: Name
    result: Result
    reason: FreeText | None = None

    @checks_together
    def _waiver_has_a_reason(self) -> "RequirementFinding":
        if self.result is Result.WAIVED and self.reason is None:
            raise InvalidValue(
                msg("finding.waived_without_reason", "a requirement is waived without a reason. Give one"), "reason"
            )
        return self


def unmet_essentials(profile: RequirementProfile, findings: Iterable[RequirementFinding]) -> list[str]:
    """Ids of the essential requirements that are neither met, waived nor trainable, in the profile's order."""
    results = {finding.requirement: finding.result for finding in findings}
    return [
        requirement.id
        for requirement in profile.requirements
        if requirement.essential and results.get(requirement.id) in (None, Result.UNMET)
    ]
