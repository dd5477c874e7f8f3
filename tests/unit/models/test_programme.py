"""Programmes: the rules as data, complete, each with its source, the same after travelling as JSON."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from models.programme.employment_form import EmploymentForm
from models.programme.programme import DeadlineRule, Programme
from models.programme.sourced import Sourced
from models.stages import ENDED_STAGES, Stage
from tests.support.programmes import PREPAREDNESS, RULES, SERVICE
from tests.support.values import DAY, both

PROGRAMMES = list(RULES.programmes.values())
PARTS = {"coordinator", "manager", "referring_partner"}
"""Names in notices that stand for somebody in the journey."""


def every_programme(test: Any) -> Any:
    return pytest.mark.parametrize("programme", PROGRAMMES, ids=[programme.id for programme in PROGRAMMES])(test)


def rules_in(value: object) -> Iterator[Sourced]:
    """All rules in a programme, however deep."""
    if isinstance(value, Sourced):
        yield value
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from rules_in(getattr(value, name))
    if isinstance(value, tuple):
        for item in value:
            yield from rules_in(item)


def changed(**changes: Any) -> Programme:
    return Programme.model_validate({**SERVICE.model_dump(), **changes})


# As data


@every_programme
def test_the_rules_that_a_journey_carries_are_the_same_after_travelling_as_json(programme: Programme) -> None:
    assert Programme.model_validate_json(programme.model_dump_json()) == programme
    assert Programme.model_validate(programme.model_dump()) == programme


@every_programme
def test_the_rules_that_a_journey_carries_cannot_be_changed(programme: Programme) -> None:
    with pytest.raises(ValidationError):
        programme.reopen_within_days = 1  # type: ignore[misc]


def test_an_unknown_rule_is_not_overlooked() -> None:
    with pytest.raises(ValidationError, match="longest_days"):
        changed(internship={**SERVICE.internship.model_dump(), "longest_days": 3})


@pytest.mark.parametrize("what", ["forms", "criteria", "deadlines", "profiles"])
def test_a_programme_names_each_form_criterion_deadline_and_profile_once(what: str) -> None:
    items = SERVICE.model_dump()[what]
    with pytest.raises(
        ValidationError, match=rf"programme\.{'form_twice' if what == 'forms' else f'twice what={what}'}"
    ):
        changed(**{what: [*items, items[0]]})


@pytest.mark.parametrize("days", [0, -1, 3_651])
def test_a_follow_up_comes_at_least_a_day_after_the_end_as_the_event_that_records_it(days: int) -> None:
    with pytest.raises(ValidationError):
        changed(follow_up_after_days=[90, days])
    assert changed(follow_up_after_days=[1, 3_650]).follow_up_after_days == (1, 3_650)


@pytest.mark.parametrize("source", ["", "  "])
def test_a_rule_has_a_source(source: str) -> None:
    with pytest.raises(ValidationError, match="source"):
        changed(source=source)


def test_a_rule_counts_as_unverified_unless_said() -> None:
    assert Sourced(source=both("from memory")).verified is False


# Validity


@pytest.mark.parametrize(
    ("valid_from", "valid_until", "day", "is_open"),
    [
        (None, None, date(1990, 1, 1), True),
        (date(2016, 1, 1), None, date(2015, 12, 31), False),
        (date(2016, 1, 1), None, date(2016, 1, 1), True),
        (date(2016, 1, 1), None, date(2199, 1, 1), True),
        (None, date(2018, 12, 31), date(1990, 1, 1), True),
        (None, date(2018, 12, 31), date(2018, 12, 31), True),
        (None, date(2018, 12, 31), date(2019, 1, 1), False),
    ],
)
def test_a_rule_is_open_from_its_first_to_its_last_day(
    valid_from: date | None, valid_until: date | None, day: date, is_open: bool
) -> None:
    assert changed(valid_from=valid_from, valid_until=valid_until).is_open_on(day) is is_open


def test_no_preparedness_job_is_decided_from_2019_on() -> None:
    form = PREPAREDNESS.form("preparedness_job")
    assert form is not None
    assert form.is_open_on(date(2018, 12, 31))
    assert not form.is_open_on(date(2018, 12, 31) + DAY)
    assert (form.longest_months, form.longest_decision_months) == (24, 12)
    assert PREPAREDNESS.goal == 2000


# Looking things up


def test_a_form_and_a_profile_are_found_by_name_or_not_at_all() -> None:
    assert SERVICE.form("substitute") in SERVICE.forms
    assert SERVICE.form("preparedness_job") is None
    assert SERVICE.profile("transport_service") in SERVICE.profiles
    assert SERVICE.profile("archive_assistant") is None


def test_who_is_told_of_an_event_comes_in_order_and_once() -> None:
    twice = changed(
        notices=[
            {"event": "paused", "to": ["kommunen", "manager"]},
            {"event": "resumed", "to": ["samhall"]},
            {"event": "paused", "to": ["manager", "kommunal"]},
        ]
    )
    assert twice.told_of("paused") == ("kommunen", "manager", "kommunal")
    assert twice.told_of("note_added") == ()


# The files


@every_programme
def test_every_rule_in_the_files_has_a_source(programme: Programme) -> None:
    rules = list(rules_in(programme))
    assert {type(rule).__name__ for rule in rules} >= {"Programme", "InternshipRule", "DecisionRule", "EmploymentForm"}
    assert all(len(said) > 10 for rule in rules for said in (rule.source.sv, rule.source.en))


FORMS = [form for versions in RULES.forms.values() for form in versions]
WITHOUT_A_LIMIT = {"new_start_job", "wage_subsidy"}
"""Forms for which no total is known from a public source."""


def test_every_form_of_employment_in_the_files_is_limited_or_becomes_permanent() -> None:
    for form in FORMS:
        assert isinstance(form, EmploymentForm)
        limited = form.longest_months is not None or form.conversion is not None
        assert limited != (form.id in WITHOUT_A_LIMIT), form.id
        longest = form.longest_months or 120
        assert form.longest_decision_months is None or form.longest_decision_months <= longest, form.id


def test_whoever_needs_a_form_finds_those_that_the_product_was_made_for() -> None:
    assert set(RULES.forms) == {
        *("preparedness_job", "special_fixed_term", "general_fixed_term", "substitute", "summer_temporary"),
        *("establishment_job", "introduction_job", "new_start_job", "wage_subsidy"),
    }
    assert not RULES.forms["general_fixed_term"][0].verified


def test_a_form_that_counts_as_another_becomes_permanent_as_that_one_does() -> None:
    [summer], [substitute] = RULES.forms["summer_temporary"], RULES.forms["substitute"]
    assert summer.counts_as == "substitute"
    assert summer.conversion == substitute.conversion is not None


def version(first: date | None, last: date | None, months: int) -> dict[str, Any]:
    form = RULES.forms["introduction_job"][0]
    return {**form.model_dump(), "valid_from": first, "valid_until": last, "longest_months": months}


def test_a_form_is_looked_up_as_it_was_on_a_day() -> None:
    old, new = version(None, date(2020, 6, 30), 12), version(date(2021, 1, 1), None, 24)
    twice = changed(forms=[new, old])
    found = [
        (form.longest_months, form.is_open_on(day))
        for day in (date(2019, 1, 1), date(2020, 6, 30), date(2020, 7, 1), date(2021, 1, 1), date(2030, 1, 1))
        if (form := twice.form("introduction_job", day))
    ]
    assert found == [(12, True), (12, True), (12, False), (24, True), (24, True)]


@pytest.mark.parametrize("last", [None, date(2021, 1, 1)])
def test_two_versions_of_a_form_are_not_open_on_the_same_day(last: date | None) -> None:
    with pytest.raises(ValidationError, match=r"programme\.form_twice"):
        changed(forms=[version(None, last, 12), version(date(2021, 1, 1), None, 24)])
    changed(forms=[version(None, date(2020, 12, 31), 12), version(date(2021, 1, 1), None, 24)])


def test_no_rule_in_the_files_ends_before_it_begins() -> None:
    dated = [*PROGRAMMES, *FORMS]
    assert all(rule.valid_from is None or rule.is_open_on(rule.valid_from) for rule in dated)


@every_programme
def test_a_programme_looks_after_its_interns_as_the_ordinance_says(programme: Programme) -> None:
    assert (programme.internship.longest_months or 0) <= 6
    assert programme.internship.supervisor_required
    assert "2000:634" in programme.internship.source.sv


@every_programme
def test_whoever_referred_is_told_of_the_answer_and_of_every_way_out(programme: Programme) -> None:
    for kind in ("referral_accepted", "referral_declined", "requirements_checked", "internship_agreed"):
        assert "referring_partner" in programme.told_of(kind), kind
    for kind in ("permanent_role_agreed", "returned_to_agency", "withdrawn", "discontinued"):
        assert "referring_partner" in programme.told_of(kind), kind


@every_programme
def test_a_union_is_told_of_every_internship_and_hire(programme: Programme) -> None:
    unions = {partner.id for partner in RULES.partners if partner.kind == "union"}
    for kind in ("internship_agreed", "temporary_role_agreed", "permanent_role_agreed"):
        assert (unions | {"union"}) & set(programme.told_of(kind)), kind


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage not in ENDED_STAGES])
def test_wherever_a_candidate_waits_somebody_is_reminded(stage: Stage) -> None:
    for programme in PROGRAMMES:
        assert any(stage in deadline.stages for deadline in programme.deadlines), programme.id


@every_programme
def test_every_deadline_reminds_or_escalates_to_somebody(programme: Programme) -> None:
    assert programme.deadlines
    for deadline in programme.deadlines:
        assert isinstance(deadline, DeadlineRule)
        assert deadline.escalate_days_after is not None, deadline.name
        assert not deadline.name.startswith("follow_up_")


@every_programme
def test_a_programme_can_be_followed_to_its_end(programme: Programme) -> None:
    assert programme.criteria
    assert programme.profiles
    assert programme.forms
    assert programme.follow_up_after_days == tuple(sorted(set(programme.follow_up_after_days)))


def test_every_position_names_the_existing_staffing_need_that_it_fills() -> None:
    for position in RULES.positions:
        assert position.staffing_need
        assert len(position.staffing_need.en.split()) > 3, position.id
        assert position.places > 0


def test_every_profile_has_a_position_and_every_programme_has_places() -> None:
    for programme in PROGRAMMES:
        offered = {position.profile for position in RULES.positions if programme.id in position.programmes}
        assert offered == {profile.id for profile in programme.profiles}


def test_towns_are_written_as_municipality_codes() -> None:
    assert all(len(position.site) == 4 and position.site.isdecimal() for position in RULES.positions)


def test_a_rule_does_not_end_before_it_begins() -> None:
    with pytest.raises(ValidationError):
        changed(valid_from=date(2019, 1, 1), valid_until=date(2018, 12, 31))


def test_a_goal_can_have_a_day_and_a_day_needs_its_goal() -> None:
    assert (PREPAREDNESS.goal, PREPAREDNESS.goal_until) == (2000, date(2018, 12, 31))
    without = {**SERVICE.model_dump(), "goal_until": "2014-12-31"}
    with pytest.raises(ValidationError, match=r"programme\.no_goal"):
        Programme.model_validate(without)


@pytest.mark.parametrize("band", [{"lowest_percent": 60}, {"highest_percent": 40}, {"lowest_percent": -1}])
def test_the_band_of_the_balance_holds_the_half(band: dict[str, int]) -> None:
    assert PREPAREDNESS.balance is not None
    with pytest.raises(ValidationError):
        type(PREPAREDNESS.balance).model_validate({**PREPAREDNESS.balance.model_dump(), **band})


def test_rules_from_before_there_was_a_dated_goal_or_a_balance_still_load() -> None:
    old = PREPAREDNESS.model_dump(exclude={"goal_until", "balance"})
    assert Programme.model_validate(old).balance is None
