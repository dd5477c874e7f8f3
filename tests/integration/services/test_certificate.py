"""The certificate: what went well in an internship that was completed, in either language, as HTML and as PDF."""

import logging
import stat
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from re import findall
from shutil import copy
from types import SimpleNamespace
from typing import cast

import matplotlib
import pytest
from sqlalchemy import Engine

from activities.language import Language, said
from models.fields import BothLanguages
from models.programme.programme import Programme
from models.stages import Stage
from runtime.errors import Refused, UsageError
from runtime.i18n import one_of
from services.application import Application
from services.certificates import pdf
from services.certificates.issuing import Place, certificate_of, issue, places_of
from services.certificates.page import Internship, Page, as_html, lay_out
from services.certificates.pdf import as_pdf
from services.queries.lists import Lists
from services.queries.reads import openings
from tests.support.builders import ROUTES
from tests.support.certificates import DANIELA, EXAMPLE, INTERNSHIP, TASKS, WORKPLACE
from tests.support.desks import NILS, NOW, IdentityDesk
from tests.support.errors import raises
from tests.support.pdf import glyphs_for, text_of
from tests.support.programmes import RULES, SERVICE, met, scores
from tests.support.recording import RecordedWay, recorder_on
from tests.support.shapes import PROJECT_SEARCH, THREE_AFTER_ONE_CHECK, of_shape
from tests.support.values import COORDINATOR, MONDAY, is_one_sentence

LEARNS = {"swedish_for_safety": "trainable", "hygiene_routines": "trainable"}


def through(way: RecordedWay, *, completed_after: int = 89) -> RecordedWay:
    """An internship of 90 days from the beginning on, with two requirements to learn, completed."""
    way.comes(*ROUTES[Stage.REQUIREMENT_CHECK])
    profile = way.rules.profiles[0]
    assert way.tells("requirements_checked", profile=profile.id, findings=met(profile, **LEARNS)).accepted
    way.comes("internship_agreed").later(completed_after)
    return way.comes("internship_completed")


def evaluated(way: RecordedWay, **score: int) -> RecordedWay:
    """All as expected, but for what is said."""
    given = {**{one["criterion"]: 3 for one in scores(SERVICE)}, **dict.fromkeys(LEARNS, 3), **score}
    said = [{"criterion": criterion, "score": number} for criterion, number in given.items()]
    assert way.tells("evaluation_recorded", scores=said).accepted
    return way


PLACES = {one.id: Place(one.unit, one.title) for one in RULES.positions}


def all_certified(way: RecordedWay, engine: Engine, rules: Programme = SERVICE) -> tuple[Internship, ...]:
    return certificate_of(Lists(engine).ledger(way.id), rules, PLACES).internships


def certified(way: RecordedWay, engine: Engine) -> Internship:
    [only] = all_certified(way, engine)
    return only


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """Of a kind that does not matter."""
    return f"sqlite:///{tmp_path / 'test.db'}"


@pytest.fixture
def way(engine: Engine) -> RecordedWay:
    return RecordedWay(recorder_on(engine))


def test_it_tells_of_workplace_tasks_period_and_supervisor(engine: Engine, way: RecordedWay) -> None:
    found = certified(through(way), engine)
    assert found.workplace == BothLanguages(sv=WORKPLACE, en="The hospital, restaurant and tray kitchen")
    assert (one_of(found.tasks), found.supervisor) == (TASKS, "maria.ek")
    assert (found.starts_on, found.ends_on) == (MONDAY, MONDAY + timedelta(days=89))


def test_what_went_as_expected_or_better_is_named_and_nothing_else(engine: Engine, way: RecordedWay) -> None:
    through(way)
    assert (certified(way, engine).learnt, certified(way, engine).shown) == ((), ())
    evaluated(way, hygiene_routines=2, cooperation=2, reliability=5)
    found = certified(way, engine)
    assert [one_of(one) for one in found.learnt] == ["Understands spoken safety instructions in Swedish"]
    assert [one_of(one) for one in found.shown] == [
        "Does the tasks as described",
        "Comes on time and keeps what was promised",
    ]


def test_what_was_met_already_at_the_check_was_not_learnt(engine: Engine, way: RecordedWay) -> None:
    way.comes(*ROUTES[Stage.EVALUATION], "evaluation_recorded")
    assert certified(way, engine).learnt == ()


@pytest.mark.parametrize(("completed_after", "days"), [(20, 20), (89, 89), (95, 89)])
def test_the_period_ends_as_agreed_or_on_the_day_of_an_earlier_completion(
    engine: Engine, way: RecordedWay, completed_after: int, days: int
) -> None:
    assert certified(through(way, completed_after=completed_after), engine).ends_on == MONDAY + timedelta(days=days)


def test_an_extension_counts(engine: Engine, way: RecordedWay) -> None:
    way.comes(*ROUTES[Stage.INTERNSHIP])
    assert way.tells("internship_extended", ends_on=MONDAY + timedelta(days=120)).accepted
    way.later(120).comes("internship_completed")
    assert certified(way, engine).ends_on == MONDAY + timedelta(days=120)


def test_a_corrected_internship_is_certified_as_corrected(engine: Engine, way: RecordedWay) -> None:
    through(way)
    agreed = next(one.event for one in way.journey.entries if one.event.kind == "internship_agreed")
    right = agreed.model_dump() | {"starts_on": MONDAY + timedelta(days=7)}
    assert way.tells("corrected", corrects=agreed.event_id, reason="A week later", replacement=right).accepted
    assert certified(way, engine).starts_on == MONDAY + timedelta(days=7)


def test_the_evaluation_of_a_later_role_says_nothing_of_the_internship(engine: Engine, way: RecordedWay) -> None:
    evaluated(through(way)).comes("temporary_role_agreed", "temporary_role_ended")
    evaluated(way, hygiene_routines=1, swedish_for_safety=1)
    assert len(certified(way, engine).learnt) == 2


@pytest.mark.parametrize("stage", [Stage.REFERRAL, Stage.AWAITING_PLACEMENT, Stage.INTERNSHIP])
def test_before_an_internship_is_completed_there_is_none(engine: Engine, way: RecordedWay, stage: Stage) -> None:
    way.comes(*ROUTES[stage])
    with raises(Refused, "certificate.no_internship") as refused:
        certified(way, engine)
    assert is_one_sentence(said(refused.value.message, "en"))


INTERRUPTED_TOO = SERVICE.model_copy(update={"certify_interrupted": True})


def test_an_interrupted_internship_is_certified_where_the_programme_says_so(engine: Engine, way: RecordedWay) -> None:
    way.comes(*ROUTES[Stage.INTERNSHIP]).later(5).comes("internship_interrupted")
    with raises(Refused, "certificate.no_internship"):
        certified(way, engine)
    [only] = all_certified(way, engine, INTERRUPTED_TOO)
    assert (only.interrupted, only.starts_on, only.ends_on) == (True, MONDAY, MONDAY + timedelta(days=5))


def test_every_internship_of_the_way_is_certified_each_with_what_was_learnt_in_it(
    engine: Engine, way: RecordedWay
) -> None:
    """One was interrupted, one paused for another place, one completed: their days, and what the last one taught."""
    way.comes(*ROUTES[Stage.REQUIREMENT_CHECK])
    profile = way.rules.profiles[0]
    assert way.tells("requirements_checked", profile=profile.id, findings=met(profile, **LEARNS)).accepted
    way.comes("internship_agreed").later(10).comes("internship_interrupted")
    way.later(1).comes("internship_agreed").later(4)
    assert way.tells("paused", reason="Ill", frees_place=True).accepted
    assert way.later(9).tells("resumed", seeks_new_place=True).accepted
    way.comes("internship_agreed").later(30).comes("internship_completed")
    evaluated(way)
    found = all_certified(way, engine, INTERRUPTED_TOO)
    assert [((one.starts_on - MONDAY).days, (one.ends_on - MONDAY).days, one.interrupted) for one in found] == [
        *((0, 10, True), (11, 15, True), (24, 54, False)),
    ]
    assert [len(one.learnt) for one in found] == [0, 0, 2]
    assert [one.interrupted for one in all_certified(way, engine)] == [False]


def test_one_that_was_over_before_its_first_day_never_was(engine: Engine, way: RecordedWay) -> None:
    way.comes(*ROUTES[Stage.AWAITING_PLACEMENT])
    starts = MONDAY + timedelta(days=20)
    assert way.tells("internship_agreed", starts_on=starts, ends_on=starts + timedelta(days=40)).accepted
    way.later(2).comes("internship_interrupted")
    with raises(Refused, "certificate.no_internship"):
        all_certified(way, engine, INTERRUPTED_TOO)


def test_a_position_that_has_left_the_files_is_called_what_it_was(engine: Engine) -> None:
    without = SimpleNamespace(reading=engine, book=SimpleNamespace(positions=()))
    assert places_of(cast(Application, without)) == PLACES


def test_a_position_that_nobody_knows_any_more_is_not_named_by_its_code(engine: Engine, way: RecordedWay) -> None:
    through(way)
    with raises(Refused, "certificate.place_unknown"):
        certificate_of(Lists(engine).ledger(way.id), SERVICE, {})


# How it looks

SAID = {
    "sv": [
        "Intyg om praktik",
        "14 april 2025 till och med 13 juni 2025",
        "Utför uppgifterna som de beskrivits",
        "Köksbiträde",
        "Kan följa hygienrutiner",
    ],
    "en": [
        "Certificate of internship",
        "14 April 2025 to 13 June 2025",
        "Does the tasks as described",
        TASKS,
        "Can follow hygiene routines",
    ],
}
LANGUAGES: tuple[Language, ...] = ("sv", "en")


class Words(HTMLParser):
    """The text of a page, and nothing else in it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.feed(page)

    def handle_data(self, data: str) -> None:
        self.said.append(data.strip())


@pytest.mark.parametrize("in_language", LANGUAGES)
def test_the_page_says_it_in_either_language(in_language: Language) -> None:
    html = as_html(lay_out(EXAMPLE, DANIELA, in_language))
    said = Words(html).said
    for text in (*SAID[in_language], DANIELA, "Région Påhittad", "Maria Ek"):
        assert text in said
    assert f'<html lang="{in_language}">' in html
    assert "<köket>" not in html


def test_each_word_is_said_in_its_language() -> None:
    swedish, english = (lay_out(EXAMPLE, DANIELA, in_language) for in_language in LANGUAGES)
    for of in (lambda page: page.signatures, lambda page: (page.title, page.lead, page.thanks), labels):
        assert not set(of(swedish)) & set(of(english))


def labels(page: Page) -> list[str]:
    return [label for part in page.parts for label, _ in (*part.facts, *part.lists)]


@pytest.mark.parametrize("in_language", LANGUAGES)
def test_the_pdf_says_what_the_page_says_on_one_sheet(in_language: Language) -> None:
    content = as_pdf(lay_out(EXAMPLE, DANIELA, in_language))
    assert content.startswith(b"%PDF-")
    assert len(findall(rb"/Type /Page\b", content)) == 1
    shown = "".join(text_of(content).split())
    for text in (*SAID[in_language], DANIELA, "Région Påhittad", "Maria Ek"):
        assert "".join(text.split()) in shown, text


def test_a_long_certificate_still_shows_everything() -> None:
    said = "håller ordning i förrådet och säger till i tid när något tar slut"
    long = tuple(f"Nummer {number}: {said}" for number in range(30))
    learnt = tuple(BothLanguages(sv=text, en="-") for text in long)
    certificate = replace(EXAMPLE, internships=(replace(INTERNSHIP, learnt=learnt),))
    shown = "".join(text_of(as_pdf(lay_out(certificate, DANIELA, "sv"))).split())
    for text in long:
        assert "".join(text.split()) in shown


def test_letters_that_no_font_has_are_refused_without_naming_them(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "NotoSans-Regular.ttf").write_text("no font")
    monkeypatch.setattr(pdf, "FOLDERS", (tmp_path, tmp_path / "nowhere"))
    with caplog.at_level(logging.DEBUG), raises(Refused, "certificate.letters") as refused:
        as_pdf(lay_out(EXAMPLE, "李 Påhittad", "sv"))
    assert is_one_sentence(said(refused.value.message, "en").partition(". ")[0] + ".")
    assert "李" not in str(refused.value) + caplog.text
    assert "李 Påhittad" in as_html(lay_out(EXAMPLE, "李 Påhittad", "sv"))


def test_letters_that_the_own_font_lacks_are_taken_from_one_of_the_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """STIX, which has letters of mathematics that DejaVu lacks, stands for a font of a script."""
    copy(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "STIXGeneral.ttf", tmp_path / "NotoSansX-Regular.ttf")
    monkeypatch.setattr(pdf, "FOLDERS", (tmp_path,))
    content = as_pdf(lay_out(EXAMPLE, "ᶊ Påhittad", "sv"))
    assert (glyphs_for(content, "ᶊ"), glyphs_for(content, "Å")) == (1, 0)
    assert glyphs_for(content, "P") >= 1


def test_arabic_letters_are_joined() -> None:
    """One alone has one shape. At the beginning, in the middle and at the end of a word it has others."""
    alone, joined = (glyphs_for(as_pdf(lay_out(EXAMPLE, name, "sv")), "ب") for name in ("ب", "ببب"))
    assert (alone, joined) == (1, 3)


def test_a_page_shows_nothing_of_whom_it_names() -> None:
    assert "Dan" not in repr(lay_out(EXAMPLE, DANIELA, "sv"))


def test_where_there_is_no_file_or_no_such_language_nothing_is_opened(engine: Engine, tmp_path: Path) -> None:
    desk = IdentityDesk(engine)
    evaluated(through(desk.way)).comes("permanent_role_agreed")
    with raises(UsageError, "certificate.no_file"):
        issued(desk, {})
    with raises(UsageError, "certificate.no_folder"):
        issued(desk, {"pdf": tmp_path / "nowhere" / "x.pdf"})
    (mine := tmp_path / "mine.pdf").write_text("hej")
    with raises(UsageError, "file.unwritable"):
        issued(desk, {"pdf": mine})
    assert (mine.read_text(), desk.rows()) == ("hej", [])


# Issuing


def issued(desk: IdentityDesk, files: dict[str, Path]) -> None:
    [line] = Lists(desk.engine).journeys(candidate=desk.number)
    issue(desk.office, line, COORDINATOR, "Nils asked for it", "sv", files)


def test_issuing_opens_the_identity_and_says_so_in_a_row(engine: Engine, tmp_path: Path) -> None:
    desk = IdentityDesk(engine)
    evaluated(through(desk.way)).comes("permanent_role_agreed")
    files = {"html": tmp_path / "certificate.html", "pdf": tmp_path / "certificate.pdf"}
    issued(desk, files)
    html = files["html"].read_text("utf-8")
    assert all(text in html for text in (NILS.name, WORKPLACE, "Maria Ek", "Servicedivisionens väg in"))
    assert NILS.name in text_of(files["pdf"].read_bytes())
    for secret in (desk.number, NILS.identity_number, NILS.identity_number[2:], "nils@"):
        assert secret not in html
    assert {stat.S_IMODE(file.stat().st_mode) for file in files.values()} == {0o600}
    assert {file.name for file in tmp_path.iterdir() if file.suffix != ".db"} >= {file.name for file in files.values()}
    assert not list(tmp_path.glob("*.part"))
    [row] = openings(engine, desk.number)
    assert (row.because, row.stage, row.read_at) == ("Nils asked for it", Stage.PERMANENT_ROLE, NOW)


def test_before_an_internship_is_completed_nothing_is_opened(engine: Engine, tmp_path: Path) -> None:
    desk = IdentityDesk(engine)
    desk.way.comes(*ROUTES[Stage.INTERNSHIP])
    with raises(Refused, "certificate.no_internship"):
        issued(desk, {"pdf": tmp_path / "x.pdf"})
    assert (desk.rows(), (tmp_path / "x.pdf").exists()) == ([], False)


def test_during_the_evaluation_none_is_issued(engine: Engine, tmp_path: Path) -> None:
    desk = IdentityDesk(engine)
    through(desk.way)
    with raises(Refused, "identity_access.during_evaluation"):
        issued(desk, {"pdf": tmp_path / "x.pdf"})
    assert (desk.rows(), (tmp_path / "x.pdf").exists()) == ([], False)


def test_an_internship_that_a_role_ended_is_not_called_interrupted(engine: Engine) -> None:
    way = RecordedWay(recorder_on(engine), rules=of_shape(PROJECT_SEARCH))
    way.comes(*ROUTES[Stage.INTERNSHIP]).later(30).comes("permanent_role_agreed")
    found = certified(way, engine)
    assert (found.interrupted, found.ends_on) == (False, MONDAY + timedelta(days=30))


def test_each_of_several_internships_is_certified(engine: Engine) -> None:
    way = through(RecordedWay(recorder_on(engine), rules=of_shape(THREE_AFTER_ONE_CHECK)))
    way.comes("internship_agreed").later(20).comes("internship_completed")
    assert [one.starts_on for one in all_certified(way, engine)] == [MONDAY, MONDAY + timedelta(days=89)]
