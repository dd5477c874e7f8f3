"""How long each form lasts, and what the law does at its limit: each rule kept, and broken by a day."""

from datetime import date, timedelta
from typing import Any

import pytest

from activities.language import said
from models.canonical import digest_of
from models.events.events import EVENT, Referred
from models.fields import Source
from models.message import Message
from models.programme.programme import Programme
from models.projections.status import Status, describe
from models.rules.decision import Refusal
from models.stages import Stage
from models.state.employment_limits import conversion, in_words
from runtime.i18n import as_source
from tests.support.builders import Way
from tests.support.programmes import PREPAREDNESS, RULES, SERVICE
from tests.support.values import DAY, DESIGN_SOURCE, MONDAY, at, from_until, numbered_id

LAW = "lagen om anställningsskydd (1982:80) 5 a §"
EVERY_FORM = SERVICE.model_copy(update={"forms": tuple(form for versions in RULES.forms.values() for form in versions)})
"""A programme that has every form of employment."""


def source_of(form: str) -> Source:
    return RULES.forms[form][0].source


def role(form: str, starts_on: date, ends_on: date) -> dict[str, Any]:
    return {"form": form, "starts_on": starts_on, "ends_on": ends_on}


def decided(rules: Programme = EVERY_FORM, day: date = MONDAY, **referral: Any) -> Way:
    """A way on which a favourable evaluation waits for the decision on a role; the referral says what is given."""
    way = Way(rules, day)
    way.happens("referred", **referral)
    for kind in ("referral_accepted", "requirements_checked", "internship_agreed", "internship_completed"):
        way.happens(kind)
    way.happens("evaluation_recorded")
    return way


def in_role(form: str, days: int, used: int, limit_form: str | None = None, **referral: Any) -> Way:
    """A role of `days` days from Monday on, after `used` days in a form until a month before."""
    last = MONDAY - timedelta(days=30)
    before = [role(limit_form or form, last - timedelta(days=used - 1), last)] if used else []
    way = decided(earlier_employment=before, **referral)
    way.happens("temporary_role_agreed", **role(form, MONDAY, MONDAY + timedelta(days=days - 1)))
    return way


def status(way: Way) -> Status:
    return describe("K7Q29FMXB", way.rules.id, way.state, len(way.journey.entries), at(way.day))


def too_long(message: Message) -> tuple[object, ...]:
    """Months, last day and the end that was asked for, of a refusal of what lasts too long."""
    assert message.id == "duration.too_long"
    return tuple(message.values[name] for name in ("months", "last_day", "ends_on"))


def what(id: str, form: str) -> Message:
    return Message(id=id, values={"form": RULES.forms[form][0].name})


# The longest time, earlier employment counted


def test_a_preparedness_job_of_2018_is_accepted_and_one_of_2026_refused_with_its_source() -> None:
    in_2018 = decided(PREPAREDNESS, date(2018, 3, 1))
    in_2018.happens("temporary_role_agreed", **role("preparedness_job", date(2018, 3, 1), date(2019, 2, 28)))
    message = decided().refuses(
        "temporary_role_agreed",
        "the_form_is_open",
        source_of("preparedness_job"),
        **role("preparedness_job", MONDAY, MONDAY + timedelta(days=90)),
    )
    assert message.values["bounds"] == from_until("2016-01-01", "2018-12-31")
    assert "no new decisions from 2019-01-01" in as_source(source_of("preparedness_job"))


def test_twelve_and_twelve_months_of_a_preparedness_job_are_accepted_and_one_day_more_refused() -> None:
    way = decided(PREPAREDNESS, date(2018, 1, 1))
    way.happens("temporary_role_agreed", **role("preparedness_job", date(2018, 1, 1), date(2018, 12, 31)))
    way.day = date(2018, 12, 31)
    way.happens("temporary_role_extended", ends_on=date(2019, 12, 30))
    message = way.refuses(
        "temporary_role_extended",
        "the_role_is_short_enough",
        source_of("preparedness_job"),
        ends_on=date(2020, 1, 1),
    )
    assert too_long(message) == ("24", "2019-12-31", "2020-01-01")
    assert message.values["what"] == what("the_role_is_short_enough.what", "preparedness_job")
    way.happens("temporary_role_extended", ends_on=date(2019, 12, 31))


def test_earlier_employment_in_the_form_counts_and_in_another_does_not() -> None:
    year = role("preparedness_job", date(2016, 1, 1), date(2016, 12, 31))
    other = role("introduction_job", date(2015, 1, 1), date(2015, 12, 31))
    way = decided(PREPAREDNESS, date(2018, 1, 1), earlier_employment=[year, other])
    way.happens("temporary_role_agreed", **role("preparedness_job", date(2018, 1, 1), date(2018, 12, 31)))
    way.day = date(2018, 12, 31)
    message = way.refuses(
        "temporary_role_extended",
        "the_role_is_short_enough",
        source_of("preparedness_job"),
        ends_on=date(2019, 1, 1),
    )
    assert too_long(message) == ("24", "2018-12-31", "2019-01-01")


def test_earlier_employment_that_overlaps_counts_once() -> None:
    halves = [
        role("preparedness_job", date(2016, 1, 1), date(2016, 9, 30)),
        role("preparedness_job", date(2016, 4, 1), date(2016, 12, 31)),
        role("preparedness_job", date(2018, 1, 1), date(2018, 2, 28)),  # the role itself, registered as an earlier one
    ]
    way = decided(PREPAREDNESS, date(2018, 1, 1), earlier_employment=halves)
    way.happens("temporary_role_agreed", **role("preparedness_job", date(2018, 1, 1), date(2018, 12, 31)))


@pytest.mark.parametrize("form", ["establishment_job", "introduction_job"])
def test_two_years_are_accepted_and_one_day_more_refused(form: str) -> None:
    way = decided()
    months = 24 if form == "establishment_job" else 12
    last_day = date(2028, 3, 1) if months == 24 else date(2027, 3, 1)
    rule = "the_role_is_short_enough" if months == 24 else "the_decision_is_short_enough"
    message = way.refuses("temporary_role_agreed", rule, source_of(form), **role(form, MONDAY, last_day + DAY))
    assert too_long(message) == (str(months), str(last_day), str(last_day + DAY))
    way.happens("temporary_role_agreed", **role(form, MONDAY, last_day))
    if form == "introduction_job":
        way.happens("temporary_role_extended", ends_on=date(2028, 2, 28))
        way.refuses("temporary_role_extended", "the_role_is_short_enough", source_of(form), ends_on=date(2028, 3, 2))
    assert conversion(way.state) is None


def test_no_establishment_job_is_agreed_before_2024() -> None:
    way = decided(day=date(2023, 12, 31))
    message = way.refuses(
        "temporary_role_agreed",
        "the_form_is_open",
        source_of("establishment_job"),
        **role("establishment_job", date(2024, 1, 1), date(2024, 6, 30)),
    )
    assert message.values["bounds"] == from_until("2024-01-01")
    assert message.values["day"] == "2023-12-31"
    way.later(1).happens("temporary_role_agreed", **role("establishment_job", date(2024, 1, 1), date(2024, 6, 30)))


def test_a_new_start_job_is_agreed_three_weeks_ahead_and_not_a_day_later() -> None:
    way = decided()
    starts_on = MONDAY + timedelta(days=21)
    message = way.refuses(
        "temporary_role_agreed",
        "it_is_applied_for_in_time",
        source_of("new_start_job"),
        **role("new_start_job", starts_on - DAY, MONDAY + timedelta(days=90)),
    )
    values = message.values
    assert (values["days"], values["first_day"], values["starts_on"]) == ("21", str(starts_on), str(starts_on - DAY))
    way.happens("temporary_role_agreed", **role("new_start_job", starts_on, MONDAY + timedelta(days=90)))


def test_the_first_decision_on_a_wage_subsidy_covers_a_year_and_the_next_may_cover_more() -> None:
    way = decided()
    message = way.refuses(
        "temporary_role_agreed",
        "the_decision_is_short_enough",
        source_of("wage_subsidy"),
        **role("wage_subsidy", MONDAY, date(2027, 3, 2)),
    )
    assert too_long(message) == ("12", "2027-03-01", "2027-03-02")
    assert message.values["what"] == what("the_decision_is_short_enough.first", "wage_subsidy")
    way.happens("temporary_role_agreed", **role("wage_subsidy", MONDAY, date(2027, 3, 1)))
    way.happens("temporary_role_extended", ends_on=date(2029, 3, 1))


# What the law makes permanent


def test_a_role_beyond_the_laws_limit_is_accepted_and_becomes_permanent() -> None:
    way = in_role("special_fixed_term", days=400, used=0)
    found = conversion(way.state)
    assert found is not None
    assert found.on == MONDAY + timedelta(days=365)
    assert found.rule.law == LAW


@pytest.mark.parametrize(
    ("form", "limit_form", "days", "used", "day_number"),
    [
        ("special_fixed_term", None, 100, 300, 65),
        ("special_fixed_term", None, 66, 300, 65),
        ("special_fixed_term", None, 65, 300, None),  # it ends on the last day that is allowed
        ("special_fixed_term", "substitute", 100, 300, None),
        ("substitute", None, 60, 700, 30),
        ("summer_temporary", "substitute", 60, 700, 30),
        ("substitute", "summer_temporary", 60, 700, 30),
    ],
)
def test_a_role_becomes_permanent_on_the_first_day_beyond_the_limit(
    form: str, limit_form: str | None, days: int, used: int, day_number: int | None
) -> None:
    found = conversion(in_role(form, days, used, limit_form).state)
    assert (found and (found.on - MONDAY).days) == day_number


def test_days_of_more_than_five_years_ago_count_in_a_chain_only() -> None:
    long_ago = role("special_fixed_term", date(2018, 1, 1), date(2018, 10, 27))  # 300 days
    between = role("substitute", date(2019, 4, 1), MONDAY - timedelta(days=100))
    this_year = role("special_fixed_term", MONDAY, MONDAY + timedelta(days=99))
    alone, chained = decided(earlier_employment=[long_ago]), decided(earlier_employment=[long_ago, between])
    for way in (alone, chained):
        way.happens("temporary_role_agreed", **this_year)
    assert conversion(alone.state) is None
    found = conversion(chained.state)
    assert found is not None
    assert found.on == MONDAY + timedelta(days=65)


def test_an_earlier_role_of_the_journey_counts_as_well() -> None:
    way = in_role("special_fixed_term", days=300, used=0)
    way.day = MONDAY + timedelta(days=299)
    way.happens("temporary_role_ended")
    way.happens("evaluation_recorded")
    way.happens("temporary_role_agreed", **role("special_fixed_term", way.day + DAY, way.day + timedelta(days=100)))
    found = conversion(way.state)
    assert found is not None
    assert found.on == way.day + timedelta(days=66)


# Warned of ahead


def test_a_summer_post_that_tips_a_person_over_the_limit_is_warned_of_ahead() -> None:
    way = in_role("summer_temporary", days=100, used=640, limit_form="substitute")
    limit_on = MONDAY + timedelta(days=90)
    assert conversion(way.state) is not None
    told = [one for one in way.told_up_to(limit_on - DAY) if one[0] == "conversion"]
    assert told == [("conversion", "reminder", limit_on - timedelta(days=60))]
    assert way.state.stage is Stage.TEMPORARY_ROLE


def test_a_role_that_is_soon_permanent_is_warned_of_the_day_after_it_was_recorded() -> None:
    way = in_role("special_fixed_term", days=100, used=300)
    way.happens("check_in_recorded")
    assert ("conversion", MONDAY + timedelta(days=65)) in {(one.name, one.due_on) for one in status(way).next_deadlines}
    assert way.told_up_to(MONDAY + timedelta(days=20)) == [("conversion", "reminder", MONDAY + timedelta(days=4))]
    soon = in_role("special_fixed_term", days=20, used=355)
    assert ("conversion", "reminder", MONDAY + DAY) in soon.told_up_to(MONDAY + DAY)


def test_a_status_says_what_is_used_and_when_the_role_becomes_permanent() -> None:
    way = in_role("special_fixed_term", days=50, used=300)
    [limit] = status(way.later(9)).limits
    assert (limit.days_used, limit.days_allowed, limit.limit_on) == (310, 365, MONDAY + timedelta(days=65))
    assert said(in_words(limit), "en") == (
        "special fixed-term employment: 310 of 365 days, becomes permanent on 2026-05-06 by"
        " lagen om anställningsskydd (1982:80) 5 a §, if the role goes on."
    )
    assert (status(way).limit_on, status(way).due_on) == (None, MONDAY + timedelta(days=30))  # it ends before
    way.happens("temporary_role_extended", ends_on=MONDAY + timedelta(days=80))
    assert (status(way).limit_on, status(way).limit_by) == (MONDAY + timedelta(days=65), LAW)


def test_a_status_says_until_when_a_role_that_the_law_leaves_alone_may_last() -> None:
    year = role("establishment_job", date(2024, 1, 1), date(2024, 12, 31))
    way = decided(earlier_employment=[year])
    way.happens("temporary_role_agreed", **role("establishment_job", MONDAY, MONDAY + timedelta(days=99)))
    [limit] = status(way.later(9)).limits
    assert (limit.converts, limit.limit_on) == (False, date(2027, 3, 1))
    assert (limit.days_used, limit.days_allowed) == (365 + 10, 365 + 365)
    assert "until 2027-03-01 at most" in said(in_words(limit), "en")
    assert status(way).limit_on is None


# On the day


def test_on_the_day_the_law_makes_the_role_permanent() -> None:
    way = in_role("special_fixed_term", days=100, used=300)
    limit_on = MONDAY + timedelta(days=65)
    way.day = limit_on - DAY
    too_early = {"effective_on": limit_on - DAY}
    way.refuses("role_converted", "the_law_makes_it_permanent", DESIGN_SOURCE, **too_early)
    way.refuses("role_converted", "the_law_makes_it_permanent", DESIGN_SOURCE, form="substitute")
    way.later(1)
    answer = way.accepts(way.event("role_converted"))
    assert answer.recipients == ("anna.berg", "manager")
    assert (way.state.stage, way.state.since) == (Stage.PERMANENT_ROLE, limit_on)
    assert [(held.form, held.ends_on) for held in way.state.roles] == [
        ("special_fixed_term", limit_on - DAY),
        (None, None),
    ]
    assert conversion(way.state) is None


def test_whom_the_programme_names_is_told_too() -> None:
    notices = (*SERVICE.notices, SERVICE.notices[0].model_copy(update={"event": "role_converted", "to": ("kommunal",)}))
    way = in_role("special_fixed_term", days=100, used=300)
    told = decided(EVERY_FORM.model_copy(update={"notices": notices}), earlier_employment=way.state.earlier_employment)
    told.happens("temporary_role_agreed", **role("special_fixed_term", MONDAY, MONDAY + timedelta(days=99)))
    told.day = MONDAY + timedelta(days=65)
    assert told.accepts(told.event("role_converted")).recipients == ("kommunal", "anna.berg", "manager")


@pytest.mark.parametrize("actor", ["coordinator:anna.berg", "manager:lena.strand", "partner:kommunal"])
def test_nobody_but_the_journey_says_that_the_law_made_a_role_permanent(actor: str) -> None:
    way = in_role("special_fixed_term", days=100, used=300)
    way.day = MONDAY + timedelta(days=65)
    way.refuses("role_converted", "the_author_may_say_so", DESIGN_SOURCE, actor=actor)


def test_a_role_that_has_ended_is_not_made_permanent() -> None:
    way = in_role("special_fixed_term", days=100, used=300)
    way.day = MONDAY + timedelta(days=60)
    way.happens("temporary_role_ended")
    way.later(10)
    way.refuses("role_converted", "possible_in_this_stage", DESIGN_SOURCE, form="special_fixed_term", law=LAW)
    assert "conversion" not in {name for name, _, _ in way.told_up_to(MONDAY + timedelta(days=100))}


def test_from_the_age_of_69_on_nothing_becomes_permanent() -> None:
    limit_on = MONDAY + timedelta(days=65)
    young = in_role("special_fixed_term", days=100, used=300, age_limit_on=limit_on + DAY)
    assert conversion(young.state) is not None
    old = in_role("special_fixed_term", days=100, used=300, age_limit_on=limit_on)
    assert conversion(old.state) is None
    assert "conversion" not in {name for name, _, _ in old.told_up_to(MONDAY + timedelta(days=100))}
    assert old.state.stage is Stage.TEMPORARY_ROLE
    [limit] = status(old).limits
    assert said(in_words(limit), "en").endswith("of 365 days, and the law does not make it permanent.")


def test_the_law_does_not_pause() -> None:
    way = in_role("special_fixed_term", days=200, used=200)
    limit_on = MONDAY + timedelta(days=165)
    way.later(10).happens("paused")
    assert [one.name for one in status(way).next_deadlines] == ["conversion", "conversion"]
    assert way.told_up_to(limit_on) == [
        ("conversion", "reminder", limit_on - timedelta(days=60)),
        ("conversion", "due", limit_on),
    ]
    assert way.state.stage is Stage.PERMANENT_ROLE
    assert way.state.paused
    way.happens("resumed")
    assert not way.state.paused


def test_what_was_registered_late_becomes_permanent_on_the_laws_day() -> None:
    way = decided(day=date(2024, 1, 1))
    way.happens(
        "temporary_role_agreed",
        recorded=MONDAY,
        **role("special_fixed_term", date(2024, 1, 1), MONDAY + timedelta(days=30)),
    )
    way.day = MONDAY
    assert way.told_up_to(MONDAY + DAY) == [("conversion", "due", MONDAY + DAY)]
    assert way.state.since == date(2024, 12, 31)  # 2024 had 366 days


# Corrected


def correct(way: Way, kind: str, **fields: Any) -> None:
    target = next(entry.event for entry in way.journey.entries if entry.event.kind == kind)
    right = EVENT.validate_python({**target.model_dump(), **fields})
    way.happens("corrected", corrects=target.event_id, replacement=right.model_dump())


def test_a_correction_of_the_dates_moves_the_day() -> None:
    way = in_role("special_fixed_term", days=100, used=300)
    correct(way, "temporary_role_agreed", starts_on=MONDAY + timedelta(days=7))
    found = conversion(way.state)
    assert found is not None
    assert found.on == MONDAY + timedelta(days=72)
    correct(way, "referred", earlier_employment=[])
    assert conversion(way.state) is None


def converted() -> Way:
    way = in_role("special_fixed_term", days=100, used=300)
    way.day = MONDAY + timedelta(days=65)
    way.happens("role_converted")
    return way


def test_a_correction_that_takes_the_days_away_makes_the_role_temporary_again() -> None:
    way = converted()
    correct(way, "referred", earlier_employment=[])
    assert way.state.stage is Stage.TEMPORARY_ROLE
    assert way.state.role is not None
    assert way.state.role.ends_on == MONDAY + timedelta(days=99)


def test_a_correction_that_leaves_the_day_leaves_the_role_permanent() -> None:
    way = converted()
    correct(way, "referred", coordinator="bo.lind")
    correct(way, "temporary_role_agreed", ends_on=MONDAY + timedelta(days=90))
    assert (way.state.stage, way.state.since) == (Stage.PERMANENT_ROLE, MONDAY + timedelta(days=65))


def test_a_correction_to_another_day_lets_the_law_speak_anew() -> None:
    way = converted()
    correct(way, "temporary_role_agreed", starts_on=MONDAY + timedelta(days=7))
    assert way.state.stage is Stage.TEMPORARY_ROLE
    told = way.told_up_to(MONDAY + timedelta(days=80))
    assert ("conversion", "due", MONDAY + timedelta(days=72)) in told
    assert way.state.since == MONDAY + timedelta(days=72)


@pytest.mark.parametrize("strikes", [True, False])
def test_what_the_law_does_is_not_corrected(strikes: bool) -> None:
    way = converted()
    event = way.journey.entries[-1].event
    said: dict[str, Any] = {"corrects": event.event_id, "replacement": None if strikes else event.model_dump()}
    message = way.refuses("corrected", "it_can_be_corrected", DESIGN_SOURCE, **said)
    assert message.id == "it_can_be_corrected.the_law"


def test_no_correction_says_what_the_law_does() -> None:
    way = in_role("special_fixed_term", days=100, used=300)
    note = way.happens("note_added")
    way.day = MONDAY + timedelta(days=65)
    fake = {**way.event("role_converted").model_dump(), "event_id": note.event_id}
    way.refuses("corrected", "it_can_be_corrected", DESIGN_SOURCE, corrects=note.event_id, replacement=fake)


# What is written down


def test_a_referral_without_earlier_employment_is_written_as_it_always_was() -> None:
    referral = Way(SERVICE).event("referred")
    assert isinstance(referral, Referred)
    assert not {"earlier_employment", "age_limit_on"} & set(referral.model_dump())
    more = referral.model_copy(update={"age_limit_on": MONDAY})
    assert "age_limit_on" in more.model_dump()
    assert digest_of(more) != digest_of(referral)
    assert EVENT.validate_json(more.model_dump_json()) == more


def test_an_employment_does_not_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match=r"period\.ends_before_it_starts"):
        Way(SERVICE).event("referred", earlier_employment=[role("substitute", MONDAY, MONDAY - DAY)])


def test_a_refused_conversion_leaves_the_way_as_it_is() -> None:
    way = decided()
    fake = way.event("role_converted", event_id=numbered_id(99), form="substitute", law=LAW)
    assert isinstance(way.propose(fake), Refusal)
