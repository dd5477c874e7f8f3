"""What the rules of a programme say, in words, in the order of the way."""

from datetime import date

import pytest

from activities.language import Language
from models.partners.partner import PARTNER_KINDS
from models.programme.duties import DayRate
from models.programme.employment_form import FormLimit
from models.programme.programme import Programme, WayEnd
from models.programme.way import USUAL, WayRule
from models.stages import Stage
from models.state.recipients import PARTS
from runtime.i18n import translate, using_language
from runtime.rulebook.texts import read_toml
from services.programme_told import ENDS, RECIPIENTS, told
from tests.support.languages import english_in
from tests.support.programmes import RULES
from tests.support.shapes import AS_PLANNED, AT_ONCE, FILES, PROJECT_SEARCH, of_shape

PARTNERS = {one.id: one.name for one in RULES.partners}
ALL = list(RULES.programmes)


def said(rules: Programme) -> list[str]:
    return [line.says for part in told(rules, PARTNERS) for line in part.lines]


@pytest.mark.parametrize("programme", ALL)
@pytest.mark.parametrize("language", ["en", "sv"])
def test_the_parts_come_in_the_order_of_the_way(programme: str, language: Language) -> None:
    with using_language(language):
        titles = [part.title for part in told(RULES.programme(programme), PARTNERS)]
        stages = [name[:1].upper() + name[1:] for stage in Stage for name in [translate(stage.in_words)]]
    assert titles[:6] == stages[:6]
    assert len(titles) == len(set(titles))


@pytest.mark.parametrize("programme", ALL)
def test_what_is_told_in_swedish_has_no_english_in_it(programme: str) -> None:
    with using_language("sv"):
        lines = said(RULES.programme(programme))
    assert [words for line in lines if (words := english_in(line, ()))] == []


def test_the_figures_that_decide_are_told_with_their_sources() -> None:
    with using_language("en"):
        lines = {line.says: line.source for part in told(RULES.programme("easy_jobs"), PARTNERS) for line in part.lines}
    assert "at most 6 months per assignment" in lines["An internship lasts 3 months at most."]
    assert "introduktionsjobb" in lines["Introduction job: 12 months at most at a time, 24 months at most in all."]
    assert "medbestämmande" in lines["A union answers within 10 days."]
    assert "Nobody decides on a role after having evaluated the candidate alone." in lines
    assert lines["A journey that has ended can be reopened within 120 days."] == "", "its source is the programme's"


def test_what_few_programmes_have_is_told_where_they_do() -> None:
    rules = RULES.programme("agency_chain")
    limit = FormLimit(form="wage_subsidy", longest_months=1, source=rules.source)
    changed = rules.model_copy(
        update={
            "form_limits": (limit,),
            "certify_interrupted": True,
            "blind": (Stage.EVALUATION,),
            "follow_up_ends": (),
        }
    )
    with using_language("en"):
        more = set(said(changed)) - set(said(rules))
        less = set(said(rules)) - set(said(changed))
    assert more == {
        "In this programme employment with a wage subsidy lasts 1 month at most in all.",
        "Certificates name internships that were interrupted, too.",
        "Not even the coordinator sees who the candidate is in these stages: evaluation.",
    }
    assert {line.partition(":")[0] for line in less} == {
        "Follow-ups come this many days after the end",
        "People are followed up whose way ended",
    }


def test_everybody_and_every_end_that_a_rule_can_name_has_words() -> None:
    assert {*PARTS, *PARTNER_KINDS} == set(RECIPIENTS)
    assert set(ENDS) == set(WayEnd)


def of_file(name: str) -> Programme:
    """The programme of a file of the shapes."""
    return RULES.examine_programme(read_toml(FILES / f"{name}.toml"))[0]


DUTIES = {
    ("elder_care_trainee", "en"): (
        "Studies beside the work: Assistant nurse, adult education of Havneby, 15 hours a week.",
        "Work and studies are at most 40 hours a week together.",
        "Spring term: 11 January to 11 June each year.",
        "Autumn term: 17 August to 10 January each year.",
        "Get the school's certificate: for each term, done within 21 days of its end, given up after 180 days.",
        "Claim the state's grant: for each period of 4 weeks, done within 30 days of its end, a day is worth 640 "
        "kronor, given up after 60 days.",
    ),
    ("elder_care_trainee", "sv"): (
        "Hösttermin: 17 augusti till 10 januari varje år.",
        "Hämta in intyg från skolan: för varje termin, görs inom 21 dagar efter dess slut, ges upp efter 180 dagar.",
    ),
    ("subsidised_jobs", "en"): (
        "Claim the wage subsidy: for each calendar month, done within 60 days of its end, a day is worth 590 kronor,"
        " given up after 90 days.",
    ),
}


@pytest.mark.parametrize(("programme", "language"), DUTIES)
def test_the_guide_says_what_recurs_and_what_is_studied_beside_the_work(programme: str, language: Language) -> None:
    rules = of_file(programme)
    with using_language(language):
        lines = {line.says: line.source for part in told(rules, PARTNERS) for line in part.lines}
    wanted = DUTIES[programme, language]
    assert [one for one in lines if one in wanted] == list(wanted)
    assert all(lines[one] for one in wanted if "term" not in one.partition(":")[0]), "of what source"


def test_the_guide_says_what_a_day_is_worth_later() -> None:
    rules = of_file("subsidised_jobs")
    rates = tuple(DayRate(from_day=date(year, 1, 1), kronor=year - 1400) for year in (2028, 2027))
    dearer = rules.duties[0].model_copy(update={"rates": rates})
    with using_language("en"):
        [line] = [one for one in said(rules.model_copy(update={"duties": (dearer,)})) if "wage subsidy" in one]
    assert "590 kronor, 627 kronor for periods from 2027-01-01 on, 628 kronor for periods from 2028-01-01 on" in line


def test_a_day_of_each_year_is_told_as_people_say_it() -> None:
    with using_language("en"):
        assert "People are at most 19 years old on 1 June of the referral's year." in said(of_file("holiday_jobs"))
    with using_language("sv"):
        assert "People" not in (lines := " ".join(said(of_file("holiday_jobs"))))
        assert "den 1 juni" in lines
    with using_language("en"):
        assert "People are at least 20 years old on the day of the referral." in said(of_file("subsidised_jobs"))


def test_the_guide_says_the_shape_of_the_way() -> None:
    def told_of(shape: WayRule) -> set[str]:
        with using_language("en"):
            return set(said(of_shape(shape)))

    usual = told_of(USUAL)
    assert told_of(AT_ONCE) - usual >= {
        "A role is agreed as soon as the check is passed, without an internship and an evaluation before it."
    }
    assert "An internship lasts 6 months at most." in usual - told_of(AT_ONCE)
    assert told_of(PROJECT_SEARCH) - usual == {
        "3 internships are completed before the evaluation.",
        "A requirement check comes before each of them.",
        "Each is in another unit than those before it.",
        "A role can be agreed during an internship and between two as well, without an evaluation before it.",
    }
    assert told_of(AS_PLANNED) - usual == {
        "The way ends with the temporary role: as planned where it lasted as agreed, otherwise with a reason."
    }
