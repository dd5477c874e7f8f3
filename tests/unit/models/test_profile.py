"""Requirement profiles, and which essential requirements a check leaves unmet."""

import pytest
from pydantic import ValidationError

from models.programme.requirement_profile import (
    Requirement,
    RequirementFinding,
    RequirementProfile,
    Result,
    unmet_essentials,
)
from tests.support.programmes import RULES, requirement
from tests.support.values import both


def profile(*requirements: Requirement) -> RequirementProfile:
    return RequirementProfile(id="test", title=both("Test"), requirements=requirements)


def finding(name: str, result: Result) -> RequirementFinding:
    return RequirementFinding(
        requirement=name, result=result, reason="Day work only" if result is Result.WAIVED else None
    )


PROFILE = profile(requirement("reads"), requirement("lifts", trainable=True), requirement("cooks", essential=False))


@pytest.mark.parametrize("result", [Result.MET, Result.WAIVED, Result.TRAINABLE])
def test_what_is_met_waived_or_to_be_learnt_is_not_unmet(result: Result) -> None:
    assert unmet_essentials(PROFILE, [finding(name, result) for name in ("reads", "lifts", "cooks")]) == []


def test_unmet_essentials_come_in_the_order_of_the_profile() -> None:
    findings = [finding(name, Result.UNMET) for name in ("cooks", "lifts", "reads")]
    assert unmet_essentials(PROFILE, findings) == ["reads", "lifts"]


def test_an_essential_requirement_without_a_finding_is_unmet() -> None:
    assert unmet_essentials(PROFILE, [finding("reads", Result.MET)]) == ["lifts"]


def test_an_unmet_desirable_requirement_counts_for_nothing() -> None:
    findings = [finding("reads", Result.MET), finding("lifts", Result.MET), finding("cooks", Result.UNMET)]
    assert unmet_essentials(PROFILE, findings) == []


def test_a_requirement_is_essential_and_not_trainable_unless_said() -> None:
    assert (requirement("reads").essential, requirement("reads").trainable) == (True, False)


def test_a_profile_names_a_requirement_once() -> None:
    with pytest.raises(ValidationError, match=r"profile\.requirement_twice"):
        profile(requirement("reads"), requirement("lifts"), requirement("reads"))


@pytest.mark.parametrize("missing", ["text", "checked_by", "why"])
def test_a_requirement_says_what_it_is_how_it_is_checked_and_why_the_job_needs_it(missing: str) -> None:
    with pytest.raises(ValidationError, match=missing):
        requirement("reads", **{missing: "  "})


@pytest.mark.parametrize("name", ["", "Reads", "reads swedish", "-reads", "läser", "r" * 65, "reads\n"])
def test_a_requirement_has_a_short_name_without_spaces(name: str) -> None:
    with pytest.raises(ValidationError):
        requirement(name)


def test_every_profile_in_the_files_leaves_somebody_qualified_and_somebody_not() -> None:
    for programme in RULES.programmes.values():
        for found in programme.profiles:
            assert any(one.essential for one in found.requirements), found.id
            assert unmet_essentials(found, [finding(one.id, Result.MET) for one in found.requirements]) == []


def test_every_profile_in_the_files_says_which_occupation_it_is_for() -> None:
    for programme in RULES.programmes.values():
        for found in programme.profiles:
            assert len(found.ssyk) == 4, found.id
            assert found.ssyk.isdecimal(), found.id
