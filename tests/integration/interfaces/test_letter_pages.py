"""The pages that links in letters lead to: what they show and do, and for whom they do nothing any more."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import httpx2
import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from temporalio.testing import WorkflowEnvironment

from activities.links import PATH, Links, hash_of_token
from auditing.evidence.evidence import read_rows
from models.access.statements import Assignment, StaffEnded
from models.calendar.swedish_day import day_in_sweden
from models.identifiers import JourneyId, Role
from models.partners.partner import Recipient
from models.tables.links import LinkRow
from runtime.i18n import using_language
from runtime.local.people import OPERATOR, everywhere
from runtime.statement_log import StatementLog
from services.days import in_full
from services.identities.tasks import tasks_of
from services.letters.links import letter_by
from services.working import settled_by
from tests.support.agreeing import assert_agreement
from tests.support.authority import enter, key_of
from tests.support.letters import BASE, KOMMUNAL, MARIA, LetterDesk, open_letters, path_in
from tests.support.waiting import until

GONE = "Länken gäller inte, eller gäller inte längre."


@pytest.fixture(scope="module")
async def desk(temporal: WorkflowEnvironment, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[LetterDesk]:
    async with open_letters(temporal.client, tmp_path_factory.mktemp("letters")) as desk:
        yield desk


@pytest.fixture(scope="module")
async def asked(desk: LetterDesk) -> JourneyId:
    """A journey on which a union is asked; every test that answers has one of its own."""
    return await desk.asks_unions()


def hidden(page: str, name: str) -> str:
    [value] = set(re.findall(rf'name="{name}" value="([^"]*)"', page))
    return str(value)


async def test_a_union_answers_by_its_link_and_the_page_then_shows_what_it_answered(desk: LetterDesk) -> None:
    journey = await desk.asks_unions()
    path = await desk.link(KOMMUNAL, journey.candidate)
    before = len(desk.office.ledger(journey))
    page = await desk.browser.get(path)
    assert page.status_code == 200
    assert (page.headers["cache-control"], page.headers["referrer-policy"]) == ("no-store", "no-referrer")
    assert "script" not in page.text
    await desk.browser.head(path)
    assert len(desk.office.ledger(journey)) == before
    seen = hidden(page.text, "seen")
    sent = await desk.post(path, do="answer", answer="wants_negotiation", reason="Schemat är tätt.", seen=seen)
    assert (sent.status_code, sent.headers["location"]) == (303, f"{path}?klart=answer")
    assert ("union_answered", "partner:kommunal") in desk.kinds(journey)
    assert ("partner_acknowledged", "partner:kommunal") in desk.kinds(journey)
    by = desk.office.ledger(journey)[-1].sign_in
    assert by is not None
    assert (by.server, by.how, by.session.endswith(".kommunal")) == ("gateway", "link", True)
    shown = (await desk.browser.get(sent.headers["location"])).text
    assert "Tack, ert svar är registrerat." in shown
    assert "vill förhandla" in shown
    assert "Svara här igen när den är avslutad" in shown
    assert 'value="wants_negotiation"' not in shown
    again = await desk.post(path, do="answer", answer="no_objection", seen=hidden(shown, "seen"))
    assert again.status_code == 303
    last = (await desk.browser.get(path)).text
    assert 'value="answer"' not in last
    assert sum(kind == "union_answered" for kind, _ in desk.kinds(journey)) == 2
    [item] = [one for one in desk.office.received() if journey.candidate in one.subject and KOMMUNAL in one.recipient]
    assert item.link == f"{BASE}{path}"


async def test_an_earlier_letter_says_what_it_said_then_and_what_was_written_since(desk: LetterDesk) -> None:
    journey = await desk.asks_unions()
    first = await desk.link(KOMMUNAL, journey.candidate)
    assert "har skrivit till er sedan" not in (await desk.browser.get(first)).text
    await desk.agrees(journey)
    agreed = next(row for row in desk.office.ledger(journey) if row.kind == "internship_agreed")
    assert agreed.event is not None
    ends_on = date.fromisoformat(agreed.event["ends_on"])
    right = {**agreed.event, "ends_on": str(ends_on - timedelta(days=1))}
    by_bo = {"actor": "coordinator:bo.lind", "reason": "Fel dag"}
    assert (await desk.office.send(journey, "corrected", corrects=agreed.event_id, replacement=right, **by_bo)).accepted
    await until(lambda: desk.mails(KOMMUNAL, journey.candidate)[2:])
    shown = (await desk.browser.get(first)).text
    assert ("Vägen var då i steget" in shown, "Vägen är nu i steget" in shown) == (True, False)
    assert "Vad vi har skrivit till er sedan dess" in shown
    with using_language("sv"):
        assert f"Sista dag: {in_full(ends_on)} → {in_full(ends_on - timedelta(days=1))}" in shown
    assert (await desk.browser.get(path_in(desk.mails(KOMMUNAL, journey.candidate)[-1]))).text.count("→") == 1


async def test_of_two_tabs_the_first_answers_and_the_second_is_shown_what_was_answered(desk: LetterDesk) -> None:
    journey = await desk.asks_unions()
    path = await desk.link(KOMMUNAL, journey.candidate)
    answers = await asyncio.gather(
        *(desk.post(path, do="answer", answer=answer, seen="0") for answer in ("no_objection", "objects"))
    )
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    assert sum(kind == "union_answered" for kind, _ in desk.kinds(journey)) == 1
    late = await desk.post(path, do="answer", answer="objects", seen="0")
    assert late.status_code == 409
    assert "Brevet besvarades innan du skickade ditt svar" in late.text


async def test_a_question_waits_for_the_coordinator_and_is_one_however_often_it_is_sent(
    desk: LetterDesk, asked: JourneyId
) -> None:
    path = await desk.link(KOMMUNAL, asked.candidate)
    once = hidden((await desk.browser.get(path)).text, "once")
    for _ in range(2):
        sent = await desk.post(path, do="ask", text="Vem är handledare?", once=once)
        assert sent.status_code == 303, sent.text
    assert sum(kind == "note_added" for kind, _ in desk.kinds(asked)) == 1
    other = await desk.post(path, do="ask", text="Vilket pass?", once=once)
    assert (other.status_code, "Vilket pass?" in other.text, once in other.text) == (409, True, False)
    assert sum(kind == "note_added" for kind, _ in desk.kinds(asked)) == 1
    [item] = [item for item in desk.office.lists.items(asked) if item.what == "question"]
    [note] = [row for row in desk.office.ledger(asked) if row.kind == "note_added"]
    assert settled_by(item) == ("reminder_done", {"reminder": note.event_id})
    assert tasks_of(desk.letters.application(), asked)[item.item] == "Vem är handledare?"
    assert (await desk.office.send(asked, "reminder_done", reminder=note.event_id)).accepted
    assert item.item not in [one.item for one in desk.office.lists.items(asked)]


async def test_a_text_that_tells_too_much_is_asked_about_and_not_lost(desk: LetterDesk, asked: JourneyId) -> None:
    path = await desk.link(KOMMUNAL, asked.candidate)
    answer = await desk.post(path, do="ask", text="Gäller det 19850505-9807?")
    assert answer.status_code == 422
    assert "ett personnummer" in answer.text
    assert "Gäller det 19850505-9807?</textarea>" in answer.text
    assert 'name="sure"' in answer.text


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"do": "answer", "seen": "0"}, 422),
        ({"do": "answer", "answer": "maybe", "seen": "0"}, 422),
        ({"do": "answer", "answer": "objects", "seen": "-1"}, 422),
        ({"do": "answer", "answer": "objects", "seen": "7"}, 409),
        ({"do": "ask", "text": " "}, 422),
        ({"do": "ask", "text": "a" * 2_001}, 422),
        ({"do": "ask", "text": "a" * 30_000}, 422),
        ({"do": "ask", "text": "a\x00b"}, 422),
        ({"do": "check_in_recorded"}, 422),
        ({"do": "open"}, 422),
        ({}, 422),
    ],
)
async def test_what_is_no_answer_is_told_in_words_and_recorded_nowhere(
    desk: LetterDesk, asked: JourneyId, fields: dict[str, str], status: int
) -> None:
    path, before = await desk.link(KOMMUNAL, asked.candidate), desk.office.ledger(asked)
    answer = await desk.post(path, **fields)
    assert answer.status_code == status
    assert 'role="alert"' in answer.text
    assert desk.office.ledger(asked) == before


async def test_what_was_said_already_that_day_is_told_and_not_recorded_twice(desk: LetterDesk) -> None:
    journey = await desk.asks_unions()
    by_union = await desk.link(KOMMUNAL, journey.candidate)
    assert [(await desk.post(by_union, do="ask", text="Vem är chef?")).status_code for _ in range(2)] == [303, 409]
    await desk.agrees(journey)
    path = await desk.link(MARIA, journey.candidate)
    day = re.findall(r'name="day"[^>]*value="([^"]+)"', (await desk.post(path, do="open")).text)[0]

    async def checks_in(**more: str) -> httpx2.Response:
        return await desk.post(path, do="check_in_recorded", day=day, **more)

    assert [(await checks_in(**more)).status_code for more in ({}, {"remark": "Bra."})] == [303, 303]
    for again in ({}, {"remark": "Bra."}):
        answer = await checks_in(**again)
        assert (answer.status_code, "Det här är redan registrerat" in answer.text) == (409, True)
    assert sum(kind == "check_in_recorded" for kind, _ in desk.kinds(journey)) == 2
    ill = await checks_in(remark="Chinara mår dåligt")
    assert (ill.status_code, 'name="sure"' in ill.text) == (422, True)
    assert (await checks_in(remark="Chinara mår dåligt", sure="yes")).status_code == 303


async def test_a_link_that_is_guessed_or_too_old_says_whom_to_call(desk: LetterDesk, asked: JourneyId) -> None:
    path = await desk.link(KOMMUNAL, asked.candidate)
    guessed = await desk.browser.get(f"{PATH}{'A' * 32}")
    assert (guessed.status_code, GONE in guessed.text) == (404, True)
    token = hash_of_token(path.removeprefix(PATH))
    with Session(desk.office.engine) as session, session.begin():
        row = session.get_one(LinkRow, token)
        good, row.expires_at = row.expires_at, datetime.now(UTC) - timedelta(seconds=1)
    try:
        late = await desk.post(path, do="confirm")
    finally:
        with Session(desk.office.engine) as session, session.begin():
            session.execute(update(LinkRow).where(LinkRow.token == token).values(expires_at=good))
    assert (late.status_code, late.text) == (404, guessed.text)


@pytest.mark.parametrize("behind", [".", ">", "%3E", ").", ",%20"])
async def test_a_link_counts_with_what_a_mail_program_took_along_behind_it(
    desk: LetterDesk, asked: JourneyId, behind: str
) -> None:
    path = await desk.link(KOMMUNAL, asked.candidate)
    assert (await desk.browser.get(path + behind)).status_code == 200
    assert (await desk.post(path + behind, do="confirm")).status_code == 303
    assert (await desk.browser.get(path + "a")).status_code == 404


async def test_a_link_answers_its_own_letter_alone(desk: LetterDesk, asked: JourneyId) -> None:
    """A row of a link that names another letter, or another reader, opens nothing: not that of whoever made it up."""
    other = await desk.asks_unions()
    path = await desk.link(KOMMUNAL, asked.candidate)
    row = _row_of(desk, path)
    for name, value in (("journey_id", str(other)), ("recipient", "fackforbundet_st"), ("recipient", "nobody.at.all")):
        with Session(desk.office.engine) as session, session.begin():
            session.execute(update(LinkRow).where(LinkRow.token == row.token).values({name: value}))
        answer = await desk.browser.get(path)
        with Session(desk.office.engine) as session, session.begin():
            session.execute(update(LinkRow).where(LinkRow.token == row.token).values({name: getattr(row, name)}))
        assert answer.status_code == 404


def _row_of(desk: LetterDesk, path: str) -> LinkRow:
    with Session(desk.office.engine) as session:
        return session.get_one(LinkRow, hash_of_token(path.removeprefix(PATH)))


async def test_a_partner_who_has_left_the_files_answers_no_more(desk: LetterDesk, asked: JourneyId) -> None:
    path = await desk.link(KOMMUNAL, asked.candidate)
    file = desk.office.settings.programmes / "partners.toml"
    kept = file.read_text()
    file.write_text(kept.replace('id = "kommunal"', 'id = "kommunal_before"'))
    try:
        assert (await desk.browser.get(path)).status_code == 404
    finally:
        file.write_text(kept)
    assert (await desk.browser.get(path)).status_code == 200


async def test_a_journey_that_has_closed_is_not_answered_but_asked_about(desk: LetterDesk) -> None:
    journey = await desk.asks_unions()
    path = await desk.link(KOMMUNAL, journey.candidate)
    assert (await desk.office.send(journey, "withdrawn", end_reason="other")).accepted
    answer = await desk.post(path, do="answer", answer="objects", seen="0")
    assert answer.status_code == 409
    assert ("union_answered", "partner:kommunal") not in desk.kinds(journey)
    assert (await desk.post(path, do="ask", text="Vad hände?")).status_code == 303


async def test_a_letter_that_is_sent_again_carries_a_link_that_counts_and_the_first_does_too(
    desk: LetterDesk, asked: JourneyId
) -> None:
    path = await desk.link(KOMMUNAL, asked.candidate)
    application = desk.letters.application()
    notice = letter_by(application, path.removeprefix(PATH)).notice
    to = Recipient(id="kommunal", name="Kommunal", channel="email", address=KOMMUNAL)
    maker, at = Links(desk.office.engine, "https://svar.employer.example/"), datetime.now(UTC)
    first, again = maker.of(notice, to, at), maker.of(notice, to, at)
    assert first == again
    other = Links(desk.office.engine, "https://svar.employer.example").of(notice, to, at)
    assert other.address != first.address
    for link in (path, first.address, other.address):
        assert (await desk.browser.get(link)).status_code == 200


async def test_nothing_of_a_token_is_kept(desk: LetterDesk, asked: JourneyId) -> None:
    token = (await desk.link(KOMMUNAL, asked.candidate)).removeprefix(PATH)
    with Session(desk.office.engine) as session:
        assert token not in str([vars(row) for row in session.scalars(select(LinkRow))])


async def test_a_supervisor_checks_in_and_asks_by_the_link_and_each_opening_is_a_reading(desk: LetterDesk) -> None:
    journey = await desk.asks_unions()
    await desk.agrees(journey)
    path = await desk.link(MARIA, journey.candidate)
    door = await desk.browser.get(path)
    assert (door.status_code, _reads(desk, journey)) == (200, [])
    page = await desk.post(path, do="open")
    assert page.status_code == 200
    assert _reads(desk, journey) == ["supervisor:maria.ek"]
    assert not re.search('value="(evaluation_recorded|internship_completed)"', page.text)
    today = str(day_in_sweden(datetime.now(UTC)))
    once = hidden(page.text, "once")
    for _ in range(2):
        sent = await desk.post(path, do="check_in_recorded", day=today, remark="Går bra.", once=once)
        assert sent.status_code == 303, sent.text
    other = {"do": "check_in_recorded", "once": once}
    before = day_in_sweden(datetime.now(UTC)) - timedelta(days=1)
    for more in ({"day": today, "remark": "Går dåligt."}, {"day": str(before), "remark": "Går bra."}):
        assert (await desk.post(path, **other, **more)).status_code == 409
    assert desk.kinds(journey).count(("check_in_recorded", "supervisor:maria.ek")) == 1
    assert (await desk.post(path, do="check_in_recorded", day=today, remark="Sent.")).status_code == 303
    assert "(2 stycken)" in (await desk.post(path, do="open")).text
    assert (await desk.post(path, do="note_added", text="Får hen ett skåp?", asks="yes")).status_code == 303
    assert "question" in [item.what for item in desk.office.lists.items(journey)]
    for fields, status in (
        ({"do": "check_in_recorded", "day": "2199-01-01"}, 422),
        ({"do": "check_in_recorded", "day": "snart"}, 422),
        ({"do": "evaluation_recorded", "favourable": "yes", "score-tasks": "9"}, 422),
        ({"do": "withdrawn"}, 422),
        ({"do": "answer", "answer": "objects", "seen": "0"}, 422),
    ):
        assert (await desk.post(path, **fields)).status_code == status, fields
    soon = await desk.post(path, do="check_in_recorded", day="snart")
    assert ("effective_on" in soon.text, "dag: " in soon.text, 'href="#day"' in soon.text) == (False, True, True)
    long = await desk.post(path, do="note_added", text="x" * 2_001)
    assert (long.status_code, 'href="#text"' in long.text) == (422, True)
    nine = await desk.post(path, do="evaluation_recorded", favourable="yes", **{"score-tasks": "9"})
    assert ("scores.0" in nine.text, "poäng: det får vara högst 5" in nine.text) == (False, True)
    earlier = day_in_sweden(datetime.now(UTC)) + timedelta(days=7)
    assert (await desk.office.send(journey, "internship_extended", ends_on=earlier, reason="Ny plan")).accepted
    page = await desk.post(path, do="open")
    with using_language("sv"):
        assert in_full(earlier) in page.text
    assert 'value="internship_completed"' in page.text
    assert (await desk.post(path, do="internship_completed", ended_on=today)).status_code == 303
    page = await desk.post(path, do="open")
    with using_language("sv"):
        assert (in_full(earlier) in page.text, f"– {in_full(day_in_sweden(datetime.now(UTC)))}" in page.text) == (
            False,
            True,
        )
    assert "den senaste gäller" not in page.text
    scores = {f"score-{one}": "4" for one in ("tasks", "reliability", "cooperation")}
    assert set(scores) <= set(re.findall(r'name="([^"]+)"', page.text))
    sent = await desk.post(path, do="evaluation_recorded", favourable="yes", once=once, **scores)
    assert sent.status_code == 303, sent.text
    assert ("evaluation_recorded", "supervisor:maria.ek") in desk.kinds(journey)
    sent = await desk.post(path, do="evaluation_recorded", favourable="no", once=once, **scores)
    assert sent.status_code == 409, sent.text
    assert "den senaste gäller" in (await desk.post(path, do="open")).text
    await assert_agreement(desk.office, journey)


async def test_a_supervisors_link_lasts_as_long_as_the_internship_and_no_letter_of_the_end_has_one(
    desk: LetterDesk,
) -> None:
    journey = await desk.asks_unions()
    await desk.agrees(journey)
    link = _row_of(desk, await desk.link(MARIA, journey.candidate))
    assert link.expires_at > datetime.now(UTC) + timedelta(days=36)
    assert (await desk.office.send(journey, "withdrawn", end_reason="other")).accepted
    told = await until(lambda: desk.mails(MARIA, journey.candidate)[1:])
    assert PATH not in told[0].as_string()


def _reads(desk: LetterDesk, journey: JourneyId) -> list[str]:
    return [row["actor"] for row in read_rows(desk.office.engine, [journey])[journey]["reads"]]


async def test_a_supervisor_who_was_replaced_or_has_left_opens_nothing(desk: LetterDesk) -> None:
    journey = await desk.asks_unions()
    enter(desk.office.engine, "ulla.borg", *_looks_after(), email="ulla.borg@employer.example")
    await desk.agrees(journey, "ulla.borg")
    path = await desk.link("ulla.borg@employer.example", journey.candidate)
    assert (await desk.browser.get(path)).status_code == 200
    agreed = next(row for row in desk.office.ledger(journey) if row.kind == "internship_agreed")
    assert agreed.event is not None
    right = {**agreed.event, "supervisor": "maria.ek"}
    by_bo = {"actor": "coordinator:bo.lind", "reason": "Handledaren byter enhet"}
    assert (await desk.office.send(journey, "corrected", corrects=agreed.event_id, replacement=right, **by_bo)).accepted
    for answer in (await desk.browser.get(path), await desk.post(path, do="check_in_recorded", day="2026-01-01")):
        assert (answer.status_code, GONE in answer.text) == (404, True)


async def test_a_supervisor_who_works_here_no_more_opens_nothing(desk: LetterDesk) -> None:
    journey = await desk.asks_unions()
    enter(desk.office.engine, "vera.alm", *_looks_after(), email="vera.alm@employer.example")
    await desk.agrees(journey, "vera.alm")
    path = await desk.link("vera.alm@employer.example", journey.candidate)
    yesterday = day_in_sweden(datetime.now(UTC)) - timedelta(days=1)
    ended = StaffEnded(at=datetime.now(UTC), person="vera.alm", on=yesterday, because="Moved")
    StatementLog(desk.office.engine).add(ended, key_of(OPERATOR))
    assert (await desk.post(path, do="open")).status_code == 404
    assert _reads(desk, journey) == []


def _looks_after() -> tuple[Assignment, ...]:
    return everywhere((Role.SUPERVISOR,))
