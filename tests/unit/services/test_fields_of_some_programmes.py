"""What some programmes alone ask of a referral: asked for where their rules have a use for it, and nowhere else."""

import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from pydantic import TypeAdapter

from interfaces.cli import asking_referrals
from models.events.descriptions import in_words
from models.identifiers import Actor, JourneyId
from models.message import msg
from models.programme.duties import Term
from models.programme.position import need_as_column
from models.programme.programme import Programme
from models.projections.of_some import USED, is_used
from runtime.errors import Refused
from runtime.i18n import one_of, translate, using_days_in_words
from runtime.rulebook.loader import RuleBook
from runtime.settings import PROGRAMMES
from services import naming
from services.application import Application
from services.names import Names, told_by_names
from services.programme_told import told as guide
from services.queries.lines import Need
from services.recording.event_names import event_in_names
from services.recording.form import Shape, form_of
from services.recording.knowledge import Knowledge
from services.referrals.form import NEEDED_BY_SOME, OF_SOME, Referring
from services.referrals.rows import BESIDE, ImportRow, told_beside
from services.referrals.values import told_of_age
from tests.support.authority import register_of_tests
from tests.support.import_files import made_up_number
from tests.support.programmes import COHORTS, DUTIES, PERIODS, RULES, SERVICE
from tests.support.rule_cases import BY_GROUP, NOT_THERE, PART_TIME, YOUNG
from tests.support.values import MONDAY, both

ANNA = Actor.parse("coordinator:anna.berg")
SAYS = {
    "group": """
[[internship.lengths]]
group = "near"
name = { sv = "Nära arbete", en = "Near work" }
longest_weeks = 4
""",
    "last_unit": "not_where_last_worked = true\n",
}
"""What a file says where the rules have a use for a field of a referral."""


def application(tmp_path: Path, says: str = "") -> Application:
    programmes = Path(shutil.copytree(PROGRAMMES, tmp_path / "programmes"))
    file = programmes / "easy_jobs.toml"
    written = file.read_text(encoding="utf-8").rstrip("\n").replace("\n\n[decisions]", f"\n{says}\n[decisions]")
    file.write_text(written, encoding="utf-8")
    book = RuleBook(programmes)
    given = SimpleNamespace(book=book, today=lambda: MONDAY, authority=register_of_tests())
    return cast(Application, given)


def asked(office: Application, **answers: str) -> dict[str, bool]:
    """The questions of the form that not every programme asks, and whether each needs an answer."""
    form = Referring(office, ANNA, {name: [said] for name, said in answers.items()}).form
    return {one.name: one.needed for one in form.questions if one.name in OF_SOME}


@pytest.mark.parametrize("field", OF_SOME)
def test_a_referral_asks_for_it_where_the_programme_has_a_use_for_it(tmp_path: Path, field: str) -> None:
    office = application(tmp_path, SAYS[field])
    assert asked(office) == {field: False}  # no programme is chosen yet, and one of them asks
    assert asked(office, programme="easy_jobs") == {field: field in NEEDED_BY_SOME}
    assert asked(office, programme="service_division") == {}
    used = {one for one in USED if is_used(one, office.book.programme("easy_jobs"), "referred")}
    assert field in used
    assert not any(is_used(one, SERVICE, "referred") for one in USED)


def test_no_programme_as_it_is_asks_for_any_of_them(tmp_path: Path) -> None:
    assert asked(application(tmp_path)) == {}


def test_a_group_is_chosen_by_what_people_call_it(tmp_path: Path) -> None:
    one = Referring(application(tmp_path, SAYS["group"]), ANNA, {"programme": ["easy_jobs"], "group": ["Near work"]})
    assert one.said["group"] == "near"
    assert ("the person's group", "Near work") in list(one.in_words())


def test_a_script_asks_for_it_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking_referrals, "may_ask", lambda: True)
    monkeypatch.setattr(asking_referrals, "_asked", lambda _application, name, _said, **_: f"the {name}")
    given: dict[str, Any] = dict.fromkeys(asking_referrals.NEEDED, "said") | {"programme": "easy_jobs"}
    told = asking_referrals.complete_referral(application(tmp_path, SAYS["group"]), given, ANNA)
    assert told["group"] == "the group"


def test_a_referral_says_nothing_of_what_a_row_leaves_empty() -> None:
    row = ImportRow(1, "", "", None, None, "easy_jobs", "kommunen", "2480", "anna.berg", MONDAY)
    assert told_beside(row) == {}
    assert set(BESIDE) >= set(OF_SOME)


@pytest.mark.parametrize(
    ("born", "age"), [("20100601", 16), ("20100602", 15), ("20060602", 19), ("20060601", 20), ("20100660", None)]
)
def test_of_a_date_of_birth_a_referral_keeps_the_age_on_the_programmes_day_alone(born: str, age: int | None) -> None:
    if age is not None:
        assert told_of_age(YOUNG, made_up_number(born), MONDAY) == {"age": age}
    else:  # a co-ordination number without a day of birth: fifteen or sixteen on 1 June
        with pytest.raises(Refused) as error:
            told_of_age(YOUNG, f"{born}9800", MONDAY)
        assert error.value.message.id == "referral.age_unknown"


def test_a_number_without_a_day_of_birth_does_where_the_age_is_the_same_whatever_the_day() -> None:
    assert told_of_age(YOUNG, "200903609800", MONDAY) == {"age": 17}


def test_nothing_is_kept_of_a_date_of_birth_where_the_programme_takes_people_of_all_ages() -> None:
    assert told_of_age(SERVICE, made_up_number("20100601"), MONDAY) == {}


def test_a_workplace_is_chosen_by_what_people_call_it_or_written_as_it_is(tmp_path: Path) -> None:
    office = application(tmp_path, SAYS["last_unit"])
    units = {unit.sv: unit.en for unit in (one.unit for one in office.book.positions_of("easy_jobs"))}
    here, in_english = next(iter(units.items()))
    for written, kept in ((in_english, here), ("Bageriet  Bullen", "Bageriet Bullen")):
        one = Referring(office, ANNA, {"programme": ["easy_jobs"], "last_unit": [written]})
        assert (one.problems.get("last_unit"), one.said["last_unit"]) == (None, kept)
    wrong = Referring(
        office, ANNA, {"programme": ["easy_jobs"], "last_unit": [f"Bageriet {made_up_number('19910301')}"]}
    )
    assert wrong.problems["last_unit"].id == "cell.workplace_identity"


def knowing(rules: Programme) -> Knowledge:
    knowledge = Knowledge(RULES, JourneyId.of("K7Q29FMXB", rules.id), list, MONDAY, register_of_tests)
    knowledge.rules = rules
    return knowledge


def questions(kind: str, rules: Programme) -> dict[str, bool]:
    """The questions of the form of an event that only some programmes ask, and whether each needs an answer."""
    return {one.name: one.needed for one in form_of(kind, {}, knowing(rules)).questions if one.name in USED}


@pytest.mark.parametrize(
    ("kind", "rules", "asked"),
    [
        ("internship_agreed", PART_TIME, {"hours_a_week": True}),
        ("internship_extended", PART_TIME, {"hours_a_week": False}),
        ("temporary_role_agreed", PART_TIME, {"hours_a_week": True}),
        ("internship_agreed", SERVICE, {}),
        ("referred", BY_GROUP, {"group": True}),
        ("referred", YOUNG, {"age": True}),
        ("referred", NOT_THERE, {"last_unit": False}),
        ("referred", SERVICE, {}),
    ],
)
def test_the_form_of_an_event_or_of_its_correction_asks_for_it_too(
    kind: str, rules: Programme, asked: dict[str, bool]
) -> None:
    assert questions(kind, rules) == asked


def test_hours_and_what_a_claim_counts_are_asked_for_as_numbers_and_words_as_words() -> None:
    shapes = {one.name: one.shape for one in form_of("internship_extended", {}, knowing(PART_TIME)).questions}
    assert (shapes["hours_a_week"], shapes["reason"]) == (Shape.NUMBER, Shape.WORDS)
    claim = {one.name: one.shape for one in form_of("duty_done", {}, knowing(DUTIES)).questions}
    assert claim["days"] is Shape.NUMBER


@pytest.mark.parametrize(
    ("code", "called"),
    [
        ("2026-09", "September 2026"),
        ("ht-2026", "autumn term 2026"),
        ("2026-09-07", "the weeks from 2026-09-07"),
        ("vt-2027", "vt 2027"),
        ("2026-13", "2026 13"),
        ("2026", "2026"),
    ],
)
def test_a_period_of_a_duty_is_called_by_its_month_its_term_or_its_first_day(code: str, called: str) -> None:
    autumn = Term(id="ht", name=both("autumn term"), first_day="08-17", last_day="01-10")
    assert naming.period(code, [autumn]) == called


def test_what_recurs_needs_the_days_of_a_claim_where_nothing_but_claims_recurs() -> None:
    claims = DUTIES.model_copy(update={"duties": tuple(one for one in DUTIES.duties if one.day_rate)})
    assert questions("duty_done", claims) == {"days": True}
    assert questions("duty_done", DUTIES) == {"days": False, "passed": False}


@pytest.mark.parametrize("kind", ["place_offered", "internship_agreed", "temporary_role_agreed"])
def test_the_form_tells_the_periods_in_which_a_place_is_held(kind: str) -> None:
    hints = {one.name: one.hint for one in form_of(kind, {}, knowing(PERIODS)).questions if one.hint}
    told = translate(hints["starts_on"])
    assert all(one.name.en in told and str(one.starts_on) in told for one in PERIODS.periods), told
    usual = form_of(kind, {}, knowing(SERVICE)).question("starts_on")
    assert usual is not None
    assert usual.hint is None


def test_a_staffing_need_is_told_as_it_was_written_whatever_is_kept_beside_it() -> None:
    position = next(one for one in RULES.positions if one.staffing_need)
    for employees in (None, 9):
        kept = need_as_column(position.model_copy(update={"ordinary_employees": employees}))
        told = TypeAdapter(Need).validate_python(kept)
        assert position.staffing_need is not None
        assert (one_of(told), told.ordinary_employees) == (position.staffing_need.en, employees)


def test_a_group_and_a_cohort_are_told_by_their_names() -> None:
    with told_by_names(RULES, BY_GROUP):
        group = BY_GROUP.internship.lengths[0]
        assert group.name.en in translate(in_words({"kind": "referred", "group": group.group}))
    with told_by_names(RULES, COHORTS):
        cohort = COHORTS.cohorts[0]
        assert cohort.name.en in translate(in_words({"kind": "referral_accepted", "cohort": cohort.id}))
    over = event_in_names({"kind": "referral_accepted", "cohort": cohort.id}, knowing(COHORTS))
    assert over is not None
    assert over["cohort"] == cohort.name.en
    done = event_in_names({"kind": "duty_done", "duty": "grant", "period": "2026-03"}, knowing(DUTIES))
    assert done is not None
    assert (done["duty"], done["period"]) == ("Something of a period", "March 2026")


def test_what_was_known_is_no_period_where_it_is_a_day() -> None:
    left = msg("the_duty_is_asked_for.other_period", "", period="2026-01", known="2026-03, 2026-04")
    with told_by_names(RULES, DUTIES):
        assert "Left: March 2026, April 2026." in translate(left)
    assert Names(RULES, DUTIES)("known", "2026-03-01") is None


def test_the_guide_tells_the_day_on_which_an_age_counts() -> None:
    for on, told in (
        ("referral", "the day of the referral."),
        ("06-01", "1 June of the referral's year."),
        ("2027-06-01", "1 June 2027."),
    ):
        assert YOUNG.ages is not None
        rules = YOUNG.model_copy(update={"ages": YOUNG.ages.model_copy(update={"on": on})})
        with using_days_in_words():
            lines = [one.says for part in guide(rules, {}) for one in part.lines if "years old" in one.says]
        assert lines
        assert all(line.endswith(f" on {told}") for line in lines), lines
