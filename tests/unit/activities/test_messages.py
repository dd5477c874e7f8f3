"""The wording of notices: complete in both languages, and silent about who and how."""

import re
import textwrap
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from typing import get_args
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.language import Language
from activities.letterhead import Audience, Contact, Letterhead, Link
from activities.messages import NoWording, RenderedNotice, render
from activities.staff_wording import TO_STAFF
from models.events.events import EVENT_CLASSES
from models.events.values import DeadlineStep
from models.fields import BothLanguages
from models.partners.notice import Notice
from models.stages import Stage
from tests.support import notices

LANGUAGES: tuple[Language, ...] = get_args(Language)
EVERYTHING = {
    "position": "vaktmastare_1",
    "form": "sommarvikariat",
    "starts_on": "2026-03-09",
    "ends_on": "2026-08-31",
    "deadline": "check_in_due",
    "step": "reminder",
    "due_on": "2026-05-01",
    "after_days": "90",
    "end_reason": "not_suitable",
    "favourable": "False",
}

HEAD = Letterhead(
    contact=Contact("Anna Berg", "08-465 004 11", "anna.berg@employer.example"),
    reference="AF-2026/17",
    names={
        "programme": BothLanguages(sv="Enkla jobb", en="Easy jobs"),
        "position": BothLanguages(sv="Vaktmästare", en="Caretaker"),
        "unit": BothLanguages(sv="Rådhuset", en="Rådhuset"),
        "town": BothLanguages(sv="Umeå", en="Umeå"),
        "form": BothLanguages(sv="sommarvikariat", en="summer temporary post"),
    },
)


def notice(
    kind: str = "referred", details: dict[str, str] | None = None, stage: Stage | None = Stage.REFERRAL
) -> Notice:
    return notices.notice(kind=kind, details=details or {}, stage=stage)


class Page(HTMLParser):
    """Collects the text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def handle_data(self, data: str) -> None:
        self.seen.append(data)


def words_of(html: str) -> str:
    """What a reader of the page sees, without its title, on one line."""
    page = Page()
    page.feed(html[html.index("<body") :])
    return " ".join(" ".join(page.seen).split())


def assert_complete(message: RenderedNotice) -> None:
    """Nothing is missing and nothing of a template shows."""
    assert re.fullmatch(r"\S.{9,160}\S", message.subject)
    told = message.text.split("\n\n")[1]
    assert told.splitlines() == textwrap.wrap(told, 76)
    assert re.fullmatch(r"[A-ZÅÄÖ].{30,}[.!]", told.replace("\n", " "))
    for part in (message.subject, message.text, words_of(message.html)):
        assert not re.search(r"[{}<>]|undefined|None\b|\bd\.|  |: \.| ,| \.", part.replace("\n\n", "\n"))
    assert max(len(line) for line in message.text.splitlines()) <= 78


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("details", [{}, EVERYTHING], ids=["without details", "with details"])
def test_every_kind_of_event_is_worded(details: dict[str, str], language: Language) -> None:
    for kind in EVENT_CLASSES:
        message = render(notice(kind, details), language)
        assert_complete(message)
        assert "K7Q29FMXB" in message.subject


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("audience", [Audience.PARTNER, Audience.LOOKS_AFTER])
def test_a_link_stands_whole_on_a_line_of_its_own_with_its_last_day(audience: Audience, language: Language) -> None:
    address = f"https://svar.employer.example/brev/{'x' * 32}"
    message = render(notice(), language, Letterhead(audience, link=Link(address, date(2026, 5, 1))))
    assert_complete(message)
    assert address in message.text.splitlines()
    assert {"sv": "1 maj 2026", "en": "1 May 2026"}[language] in " ".join(message.text.split())
    assert f'<a href="{address}">{address}</a>' in message.html
    assert "/brev/" not in render(notice(), language).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_kinds_of_event_are_worded_alike(language: Language) -> None:
    told = {render(notice(kind), language).text for kind in EVENT_CLASSES}

    assert len(told) == len(EVENT_CLASSES)


def test_the_languages_are_not_mixed_up() -> None:
    for kind in EVENT_CLASSES:
        swedish, english = (render(notice(kind, EVERYTHING), language).text for language in LANGUAGES)
        assert re.search("[åäö]", swedish.split("\n\n")[1]), kind
        assert not re.search(r"\b(the|is|has|was|journey)\b", swedish)
        assert not re.search("[åäöÅÄÖ]", english.removesuffix("Hela vägen"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("step", DeadlineStep)
def test_each_step_of_a_deadline_is_worded_by_its_name_and_day(step: DeadlineStep, language: Language) -> None:
    message = render(notice("deadline_passed", {**EVERYTHING, "step": step}), language)

    assert_complete(message)
    assert {"sv": "avstämning", "en": "check-in"}[language] in message.subject
    assert {"sv": "1 maj 2026", "en": "1 May 2026"}[language] in message.text.split("\n\n")[1].replace("\n", " ")


@pytest.mark.parametrize(
    ("language", "subject"),
    [("sv", "Anställningen blir snart tillsvidare enligt lag"), ("en", "The law will soon make the role permanent")],
)
def test_that_the_law_will_make_a_role_permanent_is_a_warning_and_no_task(language: Language, subject: str) -> None:
    details = {**EVERYTHING, "deadline": "conversion", "step": "reminder"}
    message = render(notice("deadline_passed", details), language)

    assert_complete(message)
    assert message.subject.startswith(subject)
    assert {"sv": "1 maj 2026", "en": "1 May 2026"}[language] in message.text.split("\n\n")[1].replace("\n", " ")


def test_the_steps_of_a_deadline_are_worded_differently() -> None:
    subjects = {render(notice("deadline_passed", {**EVERYTHING, "step": step}), "sv").subject for step in DeadlineStep}

    assert {subject.split()[0] for subject in subjects} == {"Påminnelse:", "Dags", "Försenat:"}


@pytest.mark.parametrize(
    ("name", "worded"),
    [("follow_up_90", "uppföljning 90 dagar efteråt"), ("a_deadline-of.our.own", "a deadline of.our.own")],
)
def test_a_deadline_that_has_no_words_is_called_by_its_name(name: str, worded: str) -> None:
    message = render(notice("deadline_passed", {"deadline": name, "step": "due"}), "sv")

    assert message.subject == f"Dags nu: {worded} – kandidat K7Q29FMXB"


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_stage_is_named_in_words(stage: Stage, language: Language) -> None:
    label = {"sv": "Vägen är nu i steget", "en": "The journey is now in"}[language]

    text = render(notice(stage=stage), language).text

    assert re.search(rf"^{label}: [a-zåäö -]+$", text, re.MULTILINE)
    assert "_" not in text.replace("easy_jobs", "")


def test_a_mail_says_what_happened_when_where_the_way_is_and_how_to_answer() -> None:
    text = render(notice("internship_agreed", EVERYTHING, Stage.INTERNSHIP), "sv", HEAD).text

    assert "från och med måndag 9 mars 2026 till och med måndag 31 augusti 2026" in text.replace("\n", " ")
    assert "Datum: onsdag 4 mars 2026\nVägen är nu i steget: praktik\nBefattning: Vaktmästare\n" in text
    assert "Svara gärna på det här brevet" in text
    assert f"Meddelande: {UUID(int=0xABC)}" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mail_says_what_things_are_called_and_never_their_codes(language: Language) -> None:
    for kind in EVENT_CLASSES:
        told = render(notice(kind, EVERYTHING), language, HEAD)
        for line in {
            "sv": ("Befattning: Vaktmästare", "Program: Enkla jobb", "Enhet: Rådhuset"),
            "en": ("Town: Umeå",),
        }[language]:
            assert f"\n{line}\n" in told.text
        assert "_" not in told.text + told.subject
        assert "vaktmastare_1" not in told.html


def test_what_nobody_can_name_is_left_out() -> None:
    text = render(notice("internship_agreed", EVERYTHING), "en").text

    assert not re.search("Position|Form of employment|Programme", text)


@pytest.mark.parametrize(
    ("contact", "lines"),
    [
        (HEAD.contact, ["Whom to ask: Anna Berg", "Telephone: 08-465 004 11", "E-mail: anna.berg@employer.example"]),
        (Contact("Bo Lind", instead_of="Anna Berg"), ["Whom to ask: Bo Lind, who stands in for Anna Berg"]),
    ],
    ids=["the coordinator", "who stands in"],
)
def test_a_mail_says_whom_to_call(contact: Contact, lines: list[str]) -> None:
    text = render(notice(), "en", Letterhead(contact=contact)).text

    assert "\n".join(lines) + "\nNotice: " in text


def test_the_partners_own_reference_stands_in_the_subject_and_in_the_letter() -> None:
    message = render(notice(), "sv", HEAD)

    assert message.subject == "Anvisningen har kommit fram – kandidat K7Q29FMXB – er referens AF-2026/17"
    assert "\nEr referens: AF-2026/17\nKandidat: K7Q29FMXB\n" in message.text


def test_without_a_stage_no_stage_is_named() -> None:
    assert "steget" not in render(notice(stage=None), "sv").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mail_tells_neither_how_it_went_nor_why_it_ended(language: Language) -> None:
    silent = {name: value for name, value in EVERYTHING.items() if name not in ("favourable", "end_reason")}
    for kind in EVENT_CLASSES:
        assert render(notice(kind, EVERYTHING), language) == render(notice(kind, silent), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_detail_that_has_no_label_stays_out_of_the_mail(language: Language) -> None:
    assert render(notice(details={"remark": "is ill"}), language) == render(notice(), language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["internship_agreed", "withdrawn", "deadline_passed"])
def test_of_somebody_protected_a_mail_tells_neither_what_happened_nor_where_nor_that_they_are(
    kind: str, language: Language
) -> None:
    told = render(notice(kind, EVERYTHING).of_somebody_protected(), language)
    assert_complete(told)
    assert told == render(notice("referred", stage=None).of_somebody_protected(), language)
    for said in (*EVERYTHING.values(), "skydd", "protect", render(notice(kind, EVERYTHING), language).subject):
        assert said not in told.text + told.html + told.subject


def test_the_page_says_the_same_as_the_plain_text() -> None:
    message = render(notice("internship_agreed", EVERYTHING), "sv")

    page = words_of(message.html).replace(":", "")
    for paragraph in message.text.split("\n\n"):
        for line in [" ".join(paragraph.split())] if ": " not in paragraph else paragraph.splitlines():
            assert " ".join(line.replace(":", "").split()) in page


def test_the_page_says_in_which_language_it_is() -> None:
    assert '<html lang="sv">' in render(notice(), "sv").html
    assert '<html lang="en">' in render(notice(), "en").html


def test_a_detail_cannot_become_part_of_the_page() -> None:
    evil = {"deadline": "<script>alert(1)</script>", "position": "<b>&", "due_on": "'\"><img>"}

    page = render(notice("deadline_passed", evil), "sv").html

    assert "<script" not in page
    assert "<b>" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page


def test_a_detail_cannot_become_a_row_of_its_own() -> None:
    forged = Letterhead(names={"position": BothLanguages(sv="x\nMeddelande: forged", en="x")}, reference="1\nDatum: 2")
    text = render(notice("internship_agreed"), "sv", forged).text

    assert "Befattning: x Meddelande: forged\n" in text
    assert "Er referens: 1 Datum: 2\n" in text
    assert "\nMeddelande: forged" not in text


def test_a_detail_is_no_template() -> None:
    assert "{{ 7 * 7 }}" in render(notice("deadline_passed", {"deadline": "{{ 7 * 7 }}"}), "sv").text


@given(st.dictionaries(st.sampled_from(list(EVERYTHING)), st.text()))
def test_whatever_the_details_are_the_subject_is_one_line(details: dict[str, str]) -> None:
    for kind in ("deadline_passed", "internship_agreed"):
        assert len(render(notice(kind, details), "en").subject.splitlines()) == 1


@pytest.mark.parametrize("kind", ["dismissed", "__class__", "_body_stream", "referred.x", ""])
def test_an_event_of_an_unknown_kind_is_refused_in_one_sentence(kind: str) -> None:
    with pytest.raises(
        NoWording, match=r"^There is no wording for events of kind .*; add it to activities/event_wording\.py\.$"
    ):
        render(notice(kind), "sv")


@pytest.mark.parametrize("kind", sorted(TO_STAFF))
def test_a_colleague_is_called_du_and_told_nothing_that_only_a_partner_can_do(kind: str) -> None:
    details = {**EVERYTHING, "corrected": "internship_agreed", "was_ends_on": "2026-08-01", "now_ends_on": "2026-08-31"}
    said = notice(kind, details if kind == "corrected" else EVERYTHING)
    text = render(said, "sv", replace(HEAD, audience=Audience.LOOKS_AFTER)).text.replace("\n", " ")
    assert not re.search(r"\b(ni|er|era|ert)\b", text)
    assert re.search(r"\b(du|dig|din)\b", text)
    assert text != render(said, "sv", HEAD).text.replace("\n", " ")


@pytest.mark.parametrize("struck", [{}, {"struck": "yes"}])
def test_whoever_tells_the_candidate_is_not_sent_to_call_themselves(struck: dict[str, str]) -> None:
    details = {"corrected": "internship_agreed", "was_ends_on": "2026-08-01", **struck}
    text = render(notice("corrected", details), "sv", replace(HEAD, audience=Audience.COURIER)).text
    assert "Ring samordnaren" not in text.replace("\n", " ")
    assert re.search("kandidaten (har )?fått veta|har kandidaten fått veta", text.replace("\n", " "))


@pytest.mark.parametrize("audience", Audience)
@pytest.mark.parametrize("kind", ["internship_completed", "temporary_role_ended"])
def test_an_evaluation_is_promised_only_where_one_comes_next(kind: str, audience: Audience) -> None:
    def promised(stage: Stage | None) -> bool:
        return "evaluation" in render(notice(kind, stage=stage), "en", replace(HEAD, audience=audience)).text.lower()

    assert promised(Stage.EVALUATION)
    assert not promised(Stage.CLOSED)
    assert not promised(Stage.REQUIREMENT_CHECK)
