"""No code stands in what an auditor reads: people, partners, towns and positions by their names, days in words."""

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime

import pytest

from auditing.inspection.diff import diff
from auditing.inspection.figure_words import FIGURES
from auditing.inspection.moments_told import diff_told, state_told
from auditing.inspection.omissions import Lack, omissions
from auditing.inspection.rules_evaluated import RuleAnswer
from auditing.inspection.state_at import Instant, state_at
from auditing.inspection.timeline import Sort, TimelineRow, timeline
from auditing.inspection.timeline_forms import as_csv, as_text, timeline_page, written
from auditing.inspection.why import why_all
from auditing.inspection.why_page import why_page
from auditing.inspection.why_told import journey_told, why_told
from models.calendar.swedish_day import end_of_day
from models.message import msg
from models.rules.registry import RULES
from runtime.i18n import as_actor, language, moment_told, translate, using_language
from runtime.rulebook.loader import RuleBook
from services.names import told_by_names
from services.told import Block
from tests.support.audited import Story, on, the_story
from tests.support.authority import register_of_tests

ISO = re.compile(r"\d{4}-\d\d-\d\d")


@pytest.fixture(scope="module")
def story() -> Story:
    return the_story()


def read(blocks: Iterable[Block]) -> str:
    """All that stands in sentences and tables."""
    parts = (
        [one] if isinstance(one, str) else [one.title, *one.columns, *map(" ".join, _cells(one))] for one in blocks
    )
    return "\n".join(text for part in parts for text in part)


def _cells(table: Block) -> list[list[str]]:
    assert not isinstance(table, str)
    return [[str(cell) for cell in row] for row in table.rows]


def everything(story: Story) -> dict[str, str]:
    """Each thing that an auditor reads of a journey, in the language that is spoken now."""
    journey, moments = story.journey, [Instant(end_of_day(on(days)), on(days)) for days in (8, 60)]
    rows = timeline(journey.lines, journey.notices, omissions(journey, on(120)), datetime(2026, 8, 3, tzinfo=UTC))
    whole = why_all(journey, on(120))
    return {
        "timeline": as_text(rows),
        "timeline page": timeline_page(rows, journey.journey_id),
        "why": read([*journey_told(whole), *(block for one in whole.rows for block in why_told(one))]),
        "why page": why_page(whole),
        "state": read(state_told(state_at(journey, moments[0], moments[1].at))),
        "diff": read(diff_told(diff(journey, moments[0], moments[1], moments[1].at))),
    }


def codes(book: RuleBook, story: Story) -> set[str]:
    """Every code that has a name: of the rules of then, of the files, of people."""
    rules = story.journey.rules
    of_rules = {*(one.id for one in rules.profiles), *(one.id for one in rules.criteria)}
    of_rules |= {one.id for one in rules.forms}
    of_rules |= {requirement.id for profile in rules.profiles for requirement in profile.requirements}
    files = {*(one.id for one in book.partners), *(one.id for one in book.positions), *book.town_codes}
    found = {*of_rules, *files, *register_of_tests().people}
    return found if language() == "sv" else {one for one in found if not one.isalpha()}  # others are English words


@pytest.mark.parametrize("spoken", ["sv", "en"])
def test_no_code_and_no_day_of_programs_stands_in_what_is_read(book: RuleBook, story: Story, spoken: str) -> None:
    with (
        using_language("sv" if spoken == "sv" else "en"),
        told_by_names(book, story.journey.rules, register_of_tests()),
    ):
        found, named = everything(story), codes(book, story)
    for what, text in found.items():
        standing = [code for code in named if re.search(rf"(?<![\w.]){re.escape(code)}(?![\w.])", text)]
        assert (what, standing, ISO.findall(text)) == (what, [], [])
    assert "Anna Berg" in found["why"]


def test_programs_read_codes_and_days_as_before(story: Story) -> None:
    rows = timeline(story.journey.lines, story.journey.notices)
    [agreed] = [
        row for row in json.loads(written(rows, "json", story.journey.journey_id)) if row["row"] == story.rows["agreed"]
    ]
    assert (agreed["by"], agreed["effective_on"]) == ("coordinator:anna.berg", str(on(9)))
    assert "lasarettet_ward_service" in agreed["what"]


def test_a_name_follows_from_the_place_and_what_has_none_stays(book: RuleBook, story: Story) -> None:
    refers = msg("the_partner_may_refer.other_partner", "…", referring_partner="samhall", may="kommunen, somebody_else")
    with using_language("sv"), told_by_names(book, story.journey.rules, register_of_tests()):
        told = translate(refers)
        text = translate(msg("plain", "{text}", text="samhall"))
        assert as_actor("partner:kommunen") == "samverkanspart Kommunens arbetsmarknadsenhet"
        assert moment_told(datetime(2025, 4, 9, 12, 3, tzinfo=UTC)) == "9 april 2025 kl. 14.03"
    assert "Samhall" in told
    assert "Kommunens arbetsmarknadsenhet, somebody_else" in told
    assert text == "samhall"  # somebody's own words


@pytest.fixture(scope="module")
def marked(story: Story) -> list[TimelineRow]:
    """The timeline with what did not happen, as it was on a day."""
    found = omissions(story.journey, on(120))
    return timeline(story.journey.lines, (), found, datetime(2026, 7, 1, 23, tzinfo=UTC))


def test_what_never_happened_stands_in_the_timeline_where_it_shows(story: Story, marked: list[TimelineRow]) -> None:
    missed = [row for row in marked if row.sort is Sort.DEVIATION]
    [check_in] = [row for row in missed if row.effective_on == on(44)]
    assert check_in.lack is Lack.NEVER_HAPPENED
    assert marked[marked.index(check_in) - 1].row == story.rows["completed"]
    assert check_in.answer == f"never happened, as row {story.rows['completed']} shows"
    open_still = [row for row in missed if not row.event_id]
    assert [row.lack for row in open_still] == [Lack.NEVER_HAPPENED] * len(open_still)
    assert marked[-len(open_still) :] == open_still
    assert {row.answer for row in open_still} == {"never happened, as of 2026-07-02"}  # the day that it is in Sweden
    late = [row.row for row in marked if row.lack is Lack.RECORDED_LATE]
    assert late == [story.rows["checked late"]]


def test_each_form_has_the_marks(story: Story, marked: list[TimelineRow]) -> None:
    assert {"never_happened", "recorded_late"} <= {
        row["lack"] for row in json.loads(written(marked, "json", story.journey.journey_id))
    }
    assert as_csv(marked).count(";never_happened") == sum(row.lack is Lack.NEVER_HAPPENED for row in marked)
    assert timeline_page(marked, story.journey.journey_id).count('class="deviation"') == sum(
        row.sort is Sort.DEVIATION for row in marked
    )


def test_a_rule_that_the_database_judged_says_what_it_judged(book: RuleBook, story: Story) -> None:
    with using_language("sv"), told_by_names(book, story.journey.rules, register_of_tests()):
        found = why_all(story.journey, on(120)).rows[story.rows["agreed"] - 1]
        said = {one.rule: one.why for one in found.asked if one.in_recording and one.answer is RuleAnswer.HOLDS}
    position = "Serviceassistent, vårdnära service (Lasarettet, vårdnära service)"
    assert str(said["a_place_is_free"]).startswith(f"På {position} fanns en ledig plats")
    assert "Serviceassistent på sjukhus" in str(said["checked_for_the_position"])
    assert str(said["the_author_is_permitted"]).startswith("Registrerat av samordnare Anna Berg, som var ansvarig")
    assert {why for why in said.values() if why and why.startswith("Databasen")} == set()


def test_every_figure_of_the_whole_programme_that_a_rule_uses_has_words() -> None:
    parts = ("deadline", "duty", "form", "profile")
    used = {one if "." in one else f"programme.{one}" for rule in RULES.values() for one in rule.uses}
    assert "decisions.corrections_by_two" in used
    assert sorted(one for one in used if one.partition(".")[0] not in parts and one not in FIGURES) == []
