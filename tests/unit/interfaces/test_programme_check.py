"""`admin.py programme check`: every fault of a file in one go, each with its line and field; and when it is ready."""

import copy
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import admin
from models.programme.programme import Programme
from runtime.errors import UsageError
from runtime.i18n import translate, using_language
from runtime.rulebook.listed import THE_WHOLE
from runtime.rulebook.loader import RuleBook
from runtime.rulebook.programme_file import (
    FAULTS,
    REMARKS,
    Checked,
    check_folder,
    check_list,
    check_programme_file,
)
from runtime.rulebook.texts import read_toml
from runtime.settings import PROGRAMMES
from tests.support.errors import raises
from tests.support.languages import english_in
from tests.support.programme_files import POSITIONS_FILE, PREPAREDNESS_FILE, SERVICE_FILE, TOWNS_FILE, change
from tests.support.programmes import RULES
from tests.support.shapes import FILES
from tests.support.thoroughness import some

FILE = PROGRAMMES / SERVICE_FILE
TEXT = FILE.read_text(encoding="utf-8")


def admin_says(*arguments: str, directory: Path = PROGRAMMES) -> Result:
    runner = CliRunner(env={"HELAVAGEN_PROGRAMMES": str(directory)})
    return runner.invoke(admin.app, ["programme", *arguments], standalone_mode=False)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A programme of its own, outside `programmes/`, that names the forms, partners and positions there."""
    file = tmp_path / "our_own_way.toml"
    file.write_text(TEXT.replace('id = "service_division"', 'id = "our_own_way"'), encoding="utf-8")
    return file


def mend(file: Path, old: str, new: str) -> None:
    written = file.read_text(encoding="utf-8")
    assert old in written
    file.write_text(written.replace(old, new, 1), encoding="utf-8")


def faults(file: Path, book: RuleBook = RULES) -> list[tuple[str, str]]:
    """The field of each fault, and the id and values of what is wrong."""
    verdict = check_programme_file(file, book)
    lines = file.read_text(encoding="utf-8").splitlines()
    assert all(1 <= fault.line <= max(1, len(lines)) for fault in verdict.faults)
    return [(str(fault.field), str(fault.what)) for fault in verdict.faults]


def line_of(file: Path, field: str) -> str:
    """What stands on the line that is told for a field."""
    [number] = {fault.line for fault in check_programme_file(file, RULES).faults if fault.field == field}
    return file.read_text(encoding="utf-8").splitlines()[number - 1]


def test_the_files_as_they_are_are_ready() -> None:
    for one in RULES.programme_files:
        result = admin_says("check", str(one))
        assert result.return_value == 0, result.output
        assert result.output.splitlines()[-1].startswith(f"ready: {one.stem}, ")


def test_a_file_outside_the_folder_is_ready_with_what_lies_there(file: Path) -> None:
    result = admin_says("check", str(file))
    assert result.return_value == 0, result.output
    assert result.output.splitlines()[-1] == "ready: our_own_way, 2 profiles, 8 deadlines, 0 positions"


WHY = 'why = { sv = "Transporterna går från klockan 6 till 21", en = "Transports run from six to twenty-one" }\n'

LIMIT = "[[internship.interns_per_employees]]\none_for_each = 5\n"

GROUP = """[[internship.lengths]]
group = "near"
name = { sv = "Nära arbete", en = "Near work" }
longest_weeks = 4
"""
FORM_LENGTH = '[[form_lengths]]\nsource = { sv = "ett avtal", en = "an agreement" }\n'
SOURCE = "source = { sv = 'ett avtal', en = 'an agreement' }"
TERM = """
[[terms]]
id = "vt"
name = { sv = "vårtermin", en = "spring term" }
first_day = "01-11"
last_day = "06-11"
"""
DUTY = f"""
[[duties]]
id = "wage"
name = {{ sv = "Begär lönestöd", en = "Claim the wage subsidy" }}
kind = "claim"
stages = ["temporary_role"]
every = "month"
day_rate = 590
due_days_after = 60
escalate_days_after = 7
lost_after_days = 67
{SOURCE}
"""
RATE = "{ from_day = 2027-01-01, kronor = 610 }"
CLAIMED = 'kind = "claim"\nstages = ["temporary_role"]\nevery = "month"\nday_rate = 590\n'
WORTH = ("day_rate = 590", f"rates = [{RATE}]")
LOST_EARLY = "duty.lost_before_due days=67"

FAULTY = {
    "a plain text where both languages are to stand": (
        *(
            'title = { sv = "Serviceassistent på sjukhus", en = "Service assistant in a hospital" }',
            'title = "Service"',
        ),
        *("profiles[hospital_service].title", "value.both_languages"),
    ),
    "an unknown field": ("referring", "goals = 5\nreferring", "goals", "file.field_misspelt field=goal"),
    "a field that is nothing like one": (
        *("referring", "qqq = 5\nreferring"),
        *("qqq", "file.field_unknown"),
    ),
    "a missing field": (
        *('source.sv = "servicedivisionens projektmodell 2013"\n', ""),
        *("source.sv", "value.missing"),
    ),
    "a misspelt field deep inside": (
        *("trainable = true", "trainabel = true"),
        *(
            "profiles[hospital_service].requirements[swedish_for_safety].trainabel",
            "file.field_misspelt field=trainable",
        ),
    ),
    "a form that there is not": ('"substitute"]', '"substitut"]', "forms", "file.no_form name=substitut"),
    "a partner that there is not": ('"samhall"]', '"samhal"]', "referring_partners", "file.no_partner name=samhal"),
    "a recipient that there is not": (
        *('"union"]', '"komunal"]'),
        *("notices[internship_agreed].to", "programme.recipient_misspelt name=komunal recipient=kommunal"),
    ),
    "an event that there is not": (
        *('"referral_accepted"', '"referral_acepted"'),
        *("notices[referral_acepted].event", "programme.event_misspelt event=referral_accepted"),
    ),
    "a stage that there is not": (
        *('["referral"]', '["refferal"]'),
        *("deadlines[referral_unanswered].stages[1]", "value.one_of"),
    ),
    "a deadline without days": ("days = 14\n", "", "deadlines[referral_unanswered]", "file.no_days what=stage_entered"),
    "a deadline in days and in working days": (
        *("days = 14\n", "days = 14\nworking_days = 3\n"),
        *("deadlines[referral_unanswered].working_days", "deadline.days_twice"),
    ),
    "a limit of interns after the one that never ends": (
        *("[decisions]", f"{LIMIT}{LIMIT}up_to = 50\n[decisions]"),
        *("internship.interns_per_employees[1].up_to", "interns.never_reached"),
    ),
    "a limit of interns that ends before it begins": (
        *("[decisions]", f"{LIMIT}up_to = 50\n{LIMIT}up_to = 50\n[decisions]"),
        *("internship.interns_per_employees[2].up_to", "interns.not_rising"),
    ),
    "a text in one language": (
        *(', en = "Comes on time and keeps what was promised"', ""),
        *("criteria[reliability].text.en", "value.missing"),
    ),
    "a deadline that no mail has words for": (
        *('"placement_due"', '"place_found"'),
        *("deadlines[place_found].name", "deadline.unknown known=referral_unanswered, requirement_check_due, "),
    ),
    "a requirement without a reason": (
        *(WHY, ""),
        *("profiles[transport_service].requirements[shift_work]", "review.no_reason requirement=shift_work"),
    ),
    "a formal requirement that nobody confirmed": (
        *('why = { sv = "Larm', 'formal = "degree"\nwhy = { sv = "Larm'),
        "profiles[hospital_service].requirements[swedish_for_safety]",
        "review.formal_unconfirmed requirement=swedish_for_safety formal=degree",
    ),
    "a requirement twice": (
        '"hygiene_routines"',
        '"shift_work"',
        "profiles[hospital_service].requirements[shift_work].id",
        "file.named_twice name=shift_work",
    ),
    "a rule without a source": (
        *('source.en = "förordning (2000:634) 7 §: arbetspraktik', '# "'),
        *("internship.source.en", "value.missing"),
    ),
    "days that end before they begin": (
        *("valid_from = 2013-01-01", "valid_from = 2013-01-01\nvalid_until = 2012-01-01"),
        *("valid_until", "dated.ends_before_it_begins"),
    ),
    "a manager by name": ("referring", 'manager = "lena.strand"\nreferring', "manager", "file.field_unknown"),
}


SLIPS = {
    "an internship without end": (
        *("longest_months = 6\n", ""),
        *("internship.longest_months", "internship.without_end"),
    ),
    "an internship that is never long enough": (
        *("longest_months = 6\n", "longest_weeks = 4\nshortest_weeks = 5\n"),
        *("internship.shortest_weeks", "internship.never_long_enough weeks=4"),
    ),
    **{
        f"{field} before its beginning": (
            *("[decisions]", f"[{key}]\n{says}\nsource = {{ sv = 'ett avtal', en = 'an agreement' }}\n[decisions]"),
            *(field, f"bounds.{what} lowest={lowest}"),
        )
        for key, says, field, what, lowest in (
            ("ages", "lowest = 19\nhighest = 16", "ages.highest", "too_low", "19"),
            ("hours", "role = { lowest = 30, highest = 20 }", "hours.role.highest", "too_low", "30"),
            (
                *("admission", "starts_from = 2026-06-01\nstarts_until = 2026-05-01"),
                *("admission.starts_until", "backwards", "2026-06-01"),
            ),
            ("admission", "referrals_until = 2001-01-01", "admission.referrals_until", "backwards", "2013-01-01"),
        )
    },
    "an age on a day that is written otherwise": (
        *("[decisions]", f'[ages]\nlowest = 16\non = "1 June"\n{SOURCE}\n[decisions]'),
        *("ages.on", "value.referral_month_or_day"),
    ),
    "an age on a day that no month has": (
        *("[decisions]", f'[ages]\nlowest = 16\non = "06-31"\n{SOURCE}\n[decisions]'),
        *("ages.on", "ages.no_such_day"),
    ),
    **{
        f"a term {what}": (
            *("[decisions]", TERM.replace(old, new) + "[decisions]"),
            *(f"terms[{'VT!' if 'VT' in new else 'vt'}].{field}", says),
        )
        for what, old, new, field, says in (
            ("from a day that is written otherwise", "01-11", "11 jan", "first_day", "value.a_day_of_the_year"),
            ("until a day that few years have", "06-11", "02-29", "last_day", "term.no_day_of_each_year"),
            ("of a long name", '"vt"', '"VT!"', "id", "value.a_term_name"),
        )
    },
    **{
        f"a duty {what}": ("[decisions]", f"{DUTY.replace(old, new)}\n[decisions]", f"duties[wage].{field}", says)
        for what, old, new, field, says in (
            ("without what a day is worth", "day_rate = 590\n", "", "kind", "duty.no_rate"),
            (
                "with two worths from one day",
                '"month"',
                f'"month"\nrates = [{RATE}, {RATE}]',
                "rates",
                "duty.rates_twice",
            ),
            (
                *("that is no claim and has later worths", CLAIMED, CLAIMED.replace("claim", "task").replace(*WORTH)),
                *("rates", "duty.rates_of_none"),
            ),
            ("that is no claim and has days of a worth", '"claim"', '"task"', "day_rate", "duty.rate_of_none"),
            ("without how many weeks", '"month"', '"weeks"', "every", "duty.no_weeks"),
            ("of months and of weeks", '"month"', '"month"\nweeks = 4', "weeks", "duty.weeks_of_none"),
            ("of terms that there are none of", '"month"', '"term"', "every", "duty.no_terms"),
            ("for no stage", '["temporary_role"]', "[]", "stages", "duty.no_stage"),
            (
                "given up before it is due",
                "lost_after_days = 67",
                "lost_after_days = 66",
                "lost_after_days",
                LOST_EARLY,
            ),
        )
    },
    "a duty of a name that no deadline can bear": (
        *("[decisions]", DUTY.replace('"wage"', '"wage-subsidy"') + "[decisions]"),
        *("duties[wage-subsidy].id", "value.a_duty_name"),
    ),
    "a group whose internship is never long enough": (
        *("[decisions]", f"{GROUP}shortest_weeks = 5\n[decisions]"),
        *("internship.lengths[1].shortest_weeks", "internship.never_long_enough weeks=4"),
    ),
    "a length of a form that is not the programme's": (
        *("[decisions]", f'{FORM_LENGTH}form = "none"\nshortest_months = 1\n[decisions]'),
        *("form_lengths[1].form", "file.there_are what=(programme.limited_form form=none) known=summer_temporary, "),
    ),
    "a role that is never long enough": (
        *("[decisions]", f'{FORM_LENGTH}form = "summer_temporary"\nexact_months = [5, 6]\n[decisions]'),
        *("form_lengths[1]", "form_length.never form=summer temporary post months=4"),
    ),
    "a deadline that only the law has": (
        *('"placement_due"', '"conversion"'),
        *("deadlines[conversion].name", "deadline.unknown known="),
    ),
    "a deadline that every journey has by itself": (
        *('"placement_due"', '"follow_up_90"'),
        *("deadlines[follow_up_90].name", "deadline.unknown known="),
    ),
    "a day of following up twice": (
        *("follow_up_after_days = [90, 180, 365]", "follow_up_after_days = [365, 90, 90]"),
        *("follow_up_after_days", "file.stands_twice name=90"),
    ),
    "a form twice": ('"substitute"]', '"substitute", "substitute"]', "forms", "programme.form_twice"),
    "a partner twice": (
        *('"samhall"]', '"samhall", "samhall"]'),
        *("referring_partners", "file.stands_twice name=samhall"),
    ),
    "a recipient twice": (
        *('"union"]', '"union", "union"]'),
        *("notices[internship_agreed].to", "file.stands_twice name=union"),
    ),
    "a stage twice": (
        *('stages = ["referral"]', 'stages = ["referral", "referral"]'),
        *("deadlines[referral_unanswered].stages", "file.stands_twice name=referral"),
    ),
    "a deadline before what it is counted from": (
        *("days = 14\n", "days = -14\n"),
        *("deadlines[referral_unanswered].days", "deadline.before_it_counts"),
    ),
    "a deadline that counts from a day that never comes": (
        *('stages = ["internship"]\ncounts_from = "agreed_end"', 'stages = ["referral"]\ncounts_from = "agreed_end"'),
        *("deadlines[internship_ending].stages", "deadline.day_never_comes what=agreed_end known=internship, temp"),
    ),
    "a recipient like nobody": (
        *('"union"]', '"larare"]'),
        *(
            "notices[internship_agreed].to",
            "programme.recipient_unknown name=larare roles=candidate, coordinator, manager, mentor, referring_partner,",
        ),
    ),
    "an event like none": (
        *('"referral_accepted"', '"praktik"'),
        *("notices[praktik].event", "programme.event_unknown known=referred, referral_accepted, "),
    ),
    "a field like none": (
        *("referring", "role = 1\nreferring"),
        *("role", "file.field_unknown"),
    ),
}
"""More of them, at places where another of `FAULTY` is."""


def test_a_duty_that_is_given_up_on_the_day_after_which_it_is_escalated_is_none(file: Path) -> None:
    for duty in (
        DUTY,
        DUTY.replace('"month"', f'"weeks"\nweeks = 4\nrates = [{RATE}]'),
        TERM + DUTY.replace('"month"', '"term"'),
    ):
        mend(file, "[decisions]", f"{duty}\n[decisions]")
        assert faults(file) == []
        mend(file, duty, "")


@pytest.mark.parametrize("fault", [*FAULTY, *SLIPS])
def test_a_fault_is_told_once_with_its_field_and_leads_nobody_into_the_code(file: Path, fault: str) -> None:
    old, new, field, says = {**FAULTY, **SLIPS}[fault]
    mend(file, old, new)
    [found] = check_programme_file(file, RULES).faults
    assert found.field == field
    assert says in str(found.what)
    with using_language("en"):
        assert ".py" not in translate(found.what)


NOT_WITH_OTHERS = (
    "a missing field",
    "a deadline in days and in working days",
    "a limit of interns that ends before it begins",
)
ALL_AT_ONCE = [fault for fault in FAULTY if fault not in NOT_WITH_OTHERS]


def remarks(file: Path, book: RuleBook = RULES) -> list[tuple[str, str]]:
    return [(str(one.field), str(one.what)) for one in check_programme_file(file, book).remarks]


def test_a_draft_is_checked_in_the_place_of_the_programme_of_its_id(file: Path) -> None:
    file.write_text(TEXT.replace("days = 14", "days = 15", 1), encoding="utf-8")
    assert faults(file) == []
    assert remarks(file) == [("id", "file.stands_in file=service_division.toml")]
    mend(file, "stages = [", 'stages = ["x", ')
    assert [where for where, _ in faults(file)] == ["deadlines[referral_unanswered].stages[1]"]


def test_an_id_that_another_file_of_the_folder_has_is_a_fault(programmes: Path) -> None:
    (programmes / "our_own_way.toml").write_text(TEXT, encoding="utf-8")
    assert faults(programmes / "our_own_way.toml", RuleBook(programmes, lenient=True)) == [("id", "file.id_taken")]


def test_a_form_that_was_closed_before_the_programme_begins_is_a_fault(programmes: Path) -> None:
    change(programmes, PREPAREDNESS_FILE, "valid_until = 2018-12-31\n", "")
    change(programmes, PREPAREDNESS_FILE, "goal_until = ", "goal_until = 2029-12-31 # ")
    change(programmes, PREPAREDNESS_FILE, "valid_from = 2016-01-01", "valid_from = 2019-01-01")
    assert faults(programmes / PREPAREDNESS_FILE) == [
        ("forms", "programme.form_closed form=preparedness_job day=2018-12-31")
    ]
    change(programmes, PREPAREDNESS_FILE, "valid_from = 2019-01-01", "valid_from = 2018-12-31")
    assert faults(programmes / PREPAREDNESS_FILE) == []


@pytest.mark.parametrize(
    ("name", "days"), [("return_due", "[90]"), ("reminder_x", "[90]"), ("placement_due", "[90, 90]")]
)
def test_a_worker_takes_up_no_file_by_which_a_journey_would_wait_for_two_things_of_one_name(
    programmes: Path, name: str, days: str
) -> None:
    change(programmes, SERVICE_FILE, '"placement_due"', f'"{name}"')
    change(programmes, SERVICE_FILE, "follow_up_after_days = [90, 180, 365]", f"follow_up_after_days = {days}")
    with raises(UsageError, "rules.fault"):
        RuleBook(programmes).check()


def test_parts_of_a_training_with_one_id_are_a_fault(programmes: Path) -> None:
    change(programmes, "training.toml", '"own_prejudices"', '"shared_values"')
    found = check_list(programmes / "training.toml", RuleBook(programmes, lenient=True)).faults
    assert [str(one.what) for one in found] == ["file.named_twice name=shared_values"]


SELDOM = {
    "no form of employment": (
        *('forms = ["summer_temporary", "special_fixed_term", "substitute"]', "forms = []"),
        *("forms", "programme.no_forms"),
    ),
    "a deadline of another stage": (
        *('stages = ["internship", "temporary_role"]', 'stages = ["internship", "evaluation"]'),
        *(
            "deadlines[check_in_due].stages",
            "deadline.of_another_stage deadline=(deadline.check_in_due) stage=(stage.ev",
        ),
    ),
    "a deadline where the way has ended": (
        *('stages = ["internship", "temporary_role"]', 'stages = ["internship", "closed"]'),
        *("deadlines[check_in_due].stages", "deadline.way_has_ended stage=(stage.closed)"),
    ),
    "an evaluation where there is none": (
        *('name = "placement_due"', 'name = "placement_due"\nuntil_evaluated = true'),
        *("deadlines[placement_due].until_evaluated", "deadline.never_evaluated"),
    ),
}


@pytest.mark.parametrize("kind", SELDOM)
def test_what_is_seldom_meant_is_a_remark_and_no_fault(file: Path, kind: str) -> None:
    old, new, field, says = SELDOM[kind]
    before = remarks(file)
    mend(file, old, new)
    assert faults(file) == []
    [(where, what)] = [one for one in remarks(file) if one not in before]
    assert where == field
    assert what.startswith(says)


def test_a_file_saved_with_a_byte_order_mark_is_read_as_any_other(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert faults(file) == []


def test_a_list_under_another_name_is_told_to_be_that_and_nothing_else(programmes: Path) -> None:
    (programmes / "partners.toml").rename(programmes / "partner.toml")
    book = RuleBook(programmes, lenient=True)
    told = {one.file: [str(fault.what) for fault in one.faults] for one in check_folder(book) if one.faults}
    assert told == {
        "partners.toml": ["file.missing"],
        "partner.toml": ["file.misnamed key=partners file=partners.toml"],
    }
    assert [one.remarks for one in check_folder(book) if one.file == "partner.toml"] == [()]


@pytest.mark.parametrize("name", ["feriejobb.toml.txt", "Feriejobb.TOML"])
def test_a_file_that_is_passed_over_for_its_ending_is_told(programmes: Path, name: str) -> None:
    (programmes / name).write_bytes((programmes / SERVICE_FILE).read_bytes())
    (programmes / "readme.txt").write_text("Our own")
    [told] = [one for one in check_folder(RuleBook(programmes, lenient=True)) if one.faults]
    assert (told.file, [str(fault.what) for fault in told.faults]) == (
        name,
        [f"file.other_ending name={name.split('.')[0]}.toml"],
    )


def test_a_position_in_a_town_that_is_nowhere_or_not_its_programmes_is_a_remark(programmes: Path) -> None:
    change(programmes, POSITIONS_FILE, 'site = "2480"', 'site = "9999"')
    change(programmes, POSITIONS_FILE, 'site = "2480"', 'site = "2280"')
    book = RuleBook(programmes, lenient=True)
    verdict = check_list(programmes / POSITIONS_FILE, book)
    assert verdict.faults == ()
    assert [(one.line, str(one.what).split(" known=")[0]) for one in verdict.remarks] == [
        (8, "position.no_town name=9999"),
        (20, "position.outside_the_towns programme=service_division town=2280"),
    ]
    (programmes / TOWNS_FILE).unlink()
    assert check_list(programmes / POSITIONS_FILE, RuleBook(programmes, lenient=True)).remarks == ()


def test_every_fault_is_told_in_one_go(file: Path) -> None:
    for fault in ALL_AT_ONCE:
        old, new, _, _ = FAULTY[fault]
        mend(file, old, new)
    found = {where for where, _ in faults(file)}
    assert {FAULTY[fault][2] for fault in ALL_AT_ONCE} <= found
    result = admin_says("check", str(file))
    assert result.return_value == 1
    assert result.output.splitlines()[-1] == f"{len(faults(file))} faults. Correct them and check again."


def test_the_line_that_is_told_is_the_line_to_mend(file: Path) -> None:
    for fault in ALL_AT_ONCE:
        old, new, _, _ = FAULTY[fault]
        mend(file, old, new)
    assert line_of(file, "goals") == "goals = 5"
    assert line_of(file, "notices[internship_agreed].to") == 'to = ["referring_partner", "komunal"]'
    assert line_of(file, "deadlines[place_found].name") == 'name = "place_found"'
    assert line_of(file, "criteria[reliability].text.en").startswith("text = { sv =")
    assert line_of(file, "profiles[transport_service].requirements[shift_work]") == "[[profiles.requirements]]"
    assert line_of(file, "internship.source.en").startswith("source.sv = ")


def test_lines_of_faults_come_in_the_order_of_the_file_and_as_json(file: Path) -> None:
    mend(file, "reopen_within_days = 90", 'reopen_within_days = "ninety"')
    mend(file, WHY, "")
    result = admin_says("check", str(file), "--json")
    assert result.return_value == 1
    told = json.loads(result.output)
    assert [fault["field"] for fault in told["faults"]] == [
        "reopen_within_days",
        "profiles[transport_service].requirements[shift_work]",
    ]
    assert [fault["line"] for fault in told["faults"]] == sorted(fault["line"] for fault in told["faults"])
    assert told["faults"][0]["what"] == "a whole number is expected"


def test_a_stage_without_a_deadline_is_a_remark_and_no_fault(file: Path) -> None:
    mend(file, 'stages = ["referral"]', 'stages = ["evaluation"]')
    result = admin_says("check", str(file))
    assert result.return_value == 0
    assert "remark: the stage referral has no deadline, so nobody is reminded of candidates in it" in result.output


@pytest.mark.parametrize(
    ("name", "remarked"), [("Sjukskriven", True), ("Länge utan arbete", False), ("Med läkarintyg", True)]
)
def test_a_group_that_tells_of_health_is_a_remark(file: Path, name: str, remarked: bool) -> None:
    group = f'[[internship.lengths]]\ngroup = "second"\nname = {{ sv = "{name}", en = "Second" }}\nlongest_weeks = 8\n'
    mend(file, "[decisions]", f"{group}\n[decisions]")
    result = admin_says("check", str(file))
    assert result.return_value == 0
    told = "remark: the group second may tell of somebody's health, which is not recorded. Name it by something else"
    assert (told in result.output) is remarked


@pytest.mark.parametrize("shape", sorted(FILES.glob("*.toml")), ids=lambda one: one.stem)
def test_a_shape_to_begin_with_is_ready_but_for_its_positions(shape: Path) -> None:
    result = admin_says("check", str(shape))
    assert result.return_value == 0, result.output
    remarks = [line for line in result.output.splitlines() if "remark:" in line]
    assert [line for line in remarks if "no position in positions.toml asks for" not in line] == []


def test_only_a_way_that_comes_to_an_evaluation_needs_criteria(file: Path) -> None:
    told = "a criterion to evaluate by is missing. Write at least one"
    text = file.read_text(encoding="utf-8")
    begin, end = text.index("[[criteria]]"), text.index("[[deadlines]]")
    file.write_text(text[:begin] + text[end:], encoding="utf-8")
    assert told in admin_says("check", str(file)).output
    jobs = (FILES / "holiday_jobs.toml").read_text(encoding="utf-8")
    assert "[[criteria]]" not in jobs
    file.write_text(jobs.replace("ends_as_planned = true", "ends_as_planned = false"), encoding="utf-8")
    assert told in admin_says("check", str(file)).output


def test_a_profile_that_no_position_asks_for_is_a_remark(file: Path) -> None:
    assert [remark.field for remark in check_programme_file(file, RULES).remarks] == [
        "profiles[hospital_service]",
        "profiles[transport_service]",
    ]


def test_a_position_without_a_staffing_need_is_a_fault_of_its_programme(programmes: Path) -> None:
    change(programmes, POSITIONS_FILE, 'staffing_need.sv = "En pensionsavgång i höst, rekrytering planerad"\n', "")
    change(programmes, POSITIONS_FILE, 'staffing_need.en = "One retirement in the autumn, recruitment planned"\n', "")
    [fault] = check_programme_file(programmes / SERVICE_FILE, RuleBook(programmes)).faults
    lines = (programmes / POSITIONS_FILE).read_text(encoding="utf-8").splitlines()
    assert lines[fault.line] == 'id = "lasarettet_transport"'
    assert (fault.file, fault.field) == (POSITIONS_FILE, "positions[lasarettet_transport]")
    assert str(fault.what) == "review.no_staffing_need position=lasarettet_transport"
    said = (
        f"{POSITIONS_FILE}:{fault.line}: positions[lasarettet_transport]: lasarettet_transport states no staffing need"
    )
    told = admin_says("check", directory=programmes).output
    assert said in told
    assert told.splitlines()[-1] == "1 fault. Correct it and check again."
    as_json = json.loads(admin_says("check", str(programmes / SERVICE_FILE), "--json", directory=programmes).output)
    assert [one["file"] for one in as_json["faults"]] == [POSITIONS_FILE]


def test_a_position_that_asks_for_a_profile_that_is_gone_is_a_fault(programmes: Path) -> None:
    change(programmes, SERVICE_FILE, 'id = "transport_service"', 'id = "transports"')
    [(field, what)] = faults(programmes / SERVICE_FILE, RuleBook(programmes))
    assert field == "positions[lasarettet_transport].profile"
    assert "position.no_profile programme=service_division profile=transport_service" in what


@pytest.mark.parametrize(
    ("written", "line", "says"),
    [
        ('id = "x"\nmanager =\n', 2, "file.no_toml why=(toml.no_value)"),
        ('id = "x"\n\nvalid_from = 2013-02-30\n', 3, "file.no_toml why=(toml.no_day)"),
        ('id = "å"\nname = "ö"\n', 1, "file.not_utf_8"),
    ],
)
def test_what_is_no_toml_is_told_with_its_line(tmp_path: Path, written: str, line: int, says: str) -> None:
    file = tmp_path / "broken.toml"
    file.write_bytes(written.encode("latin-1" if "å" in written else "utf-8"))
    [fault] = check_programme_file(file, RULES).faults
    assert (fault.line, fault.field, str(fault.what)) == (line, THE_WHOLE, says)


def test_an_empty_file_lacks_every_field_that_is_needed(tmp_path: Path) -> None:
    file = tmp_path / "empty.toml"
    file.write_text("")
    assert {"id", "name", "source", "internship", "profiles"} <= {field for field, _ in faults(file)}


def test_a_file_that_there_is_not_is_wrong_use(tmp_path: Path) -> None:
    result = admin_says("check", str(tmp_path / "none.toml"))
    assert str(result.exception) == "programme.unreadable file=none.toml why=(file.missing)"


def everywhere(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in inner:
        yield (*path, key)
        yield from everywhere(value, (*path, key))


@pytest.mark.parametrize("junk", [5, "Å b", [5], {"x": 1}, [{}]], ids=repr)
def test_whatever_stands_anywhere_is_told_and_never_stops_the_check(junk: Any) -> None:
    whole = read_toml(PROGRAMMES / PREPAREDNESS_FILE)
    for path in some(list(everywhere(whole))):
        data = copy.deepcopy(whole)
        holder: Any = data
        for part in path[:-1]:
            holder = holder[part]
        holder[path[-1]] = junk
        programme, _ = RULES.examine_programme(data)
        checked = Checked(programme, data, RULES.positions)
        for check in (*FAULTS, *REMARKS):
            assert all(fault.what for fault in check(checked))


def test_the_programmes_are_listed() -> None:
    listed = admin_says("list")
    assert "service_division" in listed.output
    assert [one["id"] for one in json.loads(admin_says("list", "--json").output)] == list(RULES.programmes)


def test_the_guide_tells_a_programmes_words() -> None:
    guide = admin_says("guide", "service_division").output
    for word in ("hospital_service", "lasarettet_transport", "summer_temporary", "reliability"):
        assert word in guide


def test_the_guide_of_a_way_without_an_evaluation_says_nothing_of_one(programmes: Path) -> None:
    shutil.copy(FILES / "holiday_jobs.toml", programmes)
    guide = admin_says("guide", "holiday_jobs", directory=programmes).output
    assert "--findings works_outdoors=met (met, unmet, or waived:why)." in guide
    for word in ("None.", "valuation", "--favourable", "06-01"):
        assert word not in guide.partition("Temporary role")[2] if word == "valuation" else word not in guide
    usual = admin_says("guide", "service_division", directory=programmes).output
    assert "(met, unmet, trainable, or waived:why)." in usual
    assert "An evaluation is typed as --favourable true --scores tasks=4," in usual


def test_without_a_file_the_whole_folder_is_checked(programmes: Path) -> None:
    every = len(list(programmes.glob("*.toml")))
    assert admin_says("check", directory=programmes).output.count("ready: ") == every
    change(programmes, POSITIONS_FILE, '["service_division"]', '["service_divison"]')
    told = admin_says("check", directory=programmes)
    assert "positions.toml:5: positions[lasarettet_tray_kitchen].programmes: the programme service_divison does" in (
        told.output
    )
    change(programmes, SERVICE_FILE, 'id = "transport_service"', 'id = "transports"')
    told = admin_says("check", directory=programmes)
    assert (told.return_value, told.output.count("ready: ")) == (1, every - 1)
    assert "has no profile transport_service. Available: hospital_service, transports" in told.output
    assert told.output.splitlines()[-1] == "2 faults. Correct them and check again."


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ('id = "service_division"', 'id = "Service Division"'),
        ("longest_months = ", "longest_months = -"),
        ("[internship]", "[interships]"),
        ("valid_from = ", "valid_form = "),
        ("essential = false", "essential = 1"),
        ("source.en = ", "sources.en = "),
        ("]", ""),
        ('unions = ["', 'unions = ["x'),
        ('profile = "', 'profile = "x'),
        ("days_before = ", "days_before = 1000"),
    ],
)
def test_what_is_wrong_in_a_programme_file_is_said_in_swedish(written: str, instead: str, tmp_path: Path) -> None:
    text = (PROGRAMMES / "service_division.toml").read_text("utf-8")
    (tmp_path / "program.toml").write_text(text.replace(written, instead), "utf-8")
    runner = CliRunner(env={"HELAVAGEN_LANG": "sv"})
    shown = runner.invoke(admin.app, ["programme", "check", str(tmp_path / "program.toml")], standalone_mode=False)
    told = [line.split(": ", 2)[-1] for line in shown.output.splitlines()]  # after the place, which is typed so
    assert told
    assert [words for what in told if (words := english_in(what, Programme.model_fields))] == []
