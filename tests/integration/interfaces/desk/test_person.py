"""A person's page and the approvals: all that the reader may see, why they read, and what is decided by two."""

import re
from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session
from starlette.routing import Route

from models.access.statements import Assignment
from models.fields import FIRST_DAY
from models.identifiers import Role
from models.stages import Stage
from models.state.waiting_corrections import OPEN_FOR
from models.tables.journeys import JourneyRow
from models.tables.ledger import NoticeRow
from services import protection
from services.application import Application
from services.days import in_short
from services.queries.reads import reads
from tests.support.desk import session_of, text_of
from tests.support.desk_ledger import DeskOnALedger, desk_on, joins, somebody
from tests.support.recording import RecordedWay
from tests.support.values import COORDINATOR, EVALUATOR

AGREED = 4
"""The row of the internship."""


@pytest.fixture
def way(engine: Engine) -> RecordedWay:
    """Amina, in an internship, with a note that was struck and one that holds."""
    way = somebody(engine, "Amina Påhittad", Stage.INTERNSHIP, phone="070-174 06 05")
    assert way.tells("note_added", text="Prefers mornings").accepted
    slip = way.journey.entries[-1].event.event_id
    assert way.tells("corrected", corrects=slip, reason="A slip", replacement=None).accepted
    assert way.tells("note_added", text="Likes the evenings").accepted
    assert not way.tells("internship_agreed").accepted
    return way.later(7)


@pytest.fixture
async def desk(
    engine: Engine, way: RecordedWay, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> AsyncIterator[DeskOnALedger]:
    async with desk_on(engine, monkeypatch, tmp_path, way) as desk:
        yield desk


def page_of(way: RecordedWay, part: str = "") -> str:
    return f"/person/{way.candidate}{part}"


async def test_a_page_has_the_way_what_is_next_whom_to_call_and_what_was_written(
    desk: DeskOnALedger, way: RecordedWay, engine: Engine
) -> None:
    answer = await desk.visitor().get(page_of(way))
    told = text_of(answer)
    for said in ("Amina Påhittad", "070-174 06 05", "Maria Ek", "Waiting for a place", "The check-in of day"):
        assert said in told
    assert "Likes the evenings" in told
    assert "Prefers mornings" not in told
    assert re.search(r"<del>[^<]*struck by row", answer.text)
    assert "is not possible in the stage internship" in told
    assert 'aria-current="step"' in answer.text
    assert [(one.what, one.because) for one in reads(engine, reader="anna.berg")] == [("journey", None), ("name", None)]


async def test_whoever_cannot_be_written_to_is_called_until_it_is_noted_that_they_know(
    desk: DeskOnALedger, way: RecordedWay, engine: Engine
) -> None:
    to_maria = (NoticeRow.journey_id == way.id) & (NoticeRow.recipient == "maria.ek")
    with engine.begin() as connection:
        connection.execute(update(NoticeRow).where(to_maria).values(status="to_call"))
        notice_id = connection.scalar(select(NoticeRow.notice_id).where(to_maria))
    called = "A call about “agreement on an internship”: Maria Ek"
    for path in (page_of(way), "/"):
        answer = await desk.visitor().get(path)
        assert called in text_of(answer), path
        assert f"registrera/partner_acknowledged?program=service_division/1&amp;notice_id={notice_id}" in answer.text
    form = await desk.visitor().get(page_of(way, "/registrera/partner_acknowledged"), notice_id=str(notice_id))
    assert "“agreement on an internship”, letter to Maria Ek, 2026-" in text_of(form)

    assert way.tells("partner_acknowledged", notice_id=notice_id, actor=COORDINATOR).accepted
    for path in (page_of(way), "/"):
        assert called not in text_of(await desk.visitor().get(path)), path


async def test_a_candidate_is_to_be_told_of_the_latest_until_it_is_noted_that_they_know(
    desk: DeskOnALedger, way: RecordedWay, engine: Engine
) -> None:
    to_tell, before = "The candidate to be told of “{about}”", "answer to the referral"
    query = select(NoticeRow).where(NoticeRow.journey_id == way.id, NoticeRow.recipient == "candidate")
    with Session(engine) as session:
        *earlier, latest = session.scalars(query.order_by(NoticeRow.created_at)).all()
    assert earlier, before
    for path in (page_of(way), "/"):
        answer = await desk.visitor().get(path)
        assert text_of(answer).count("The candidate to be told of") == 1, path
        assert to_tell.format(about="agreement on an internship") in text_of(answer), path
        assert f"registrera/partner_acknowledged?program=service_division/1&amp;notice_id={latest.notice_id}" in (
            answer.text
        )
    assert "candidate to be told" not in text_of(await desk.visitor("bo.lind").get("/"))
    assert way.tells("partner_acknowledged", notice_id=latest.notice_id, actor=COORDINATOR).accepted
    for path in (page_of(way), "/"):
        assert "candidate to be told" not in text_of(await desk.visitor().get(path)), path


async def test_letters_to_confirm_are_told_apart_by_what_each_was_about(desk: DeskOnALedger, way: RecordedWay) -> None:
    form = await desk.visitor().get(page_of(way, "/registrera/partner_acknowledged"))
    letters = re.findall(r"“[^”]+”, letter to [^<]+, 20\d\d-\d\d-\d\d \d\d:\d\d", form.text)
    assert len(letters) > 5
    assert len(letters) == len(set(letters))
    assert any("letter to the candidate (by the coordinator)" in one for one in letters)


async def test_what_is_possible_now_is_a_link_to_its_form_and_of_the_rest_it_is_said_why(
    desk: DeskOnALedger, way: RecordedWay
) -> None:
    answer = await desk.visitor().get(page_of(way))
    forms = set(re.findall(r"/registrera/(\w+)", answer.text))
    assert {"check_in_recorded", "internship_completed", "paused", "withdrawn", "note_added"} <= forms
    assert not forms & {"requirements_checked", "evaluation_recorded", "corrected", "rules_changed", "deadline_passed"}
    assert "Possible in: evaluation." in text_of(answer)
    assert f"/person/{way.candidate}/ratta/{way.journey.entries[0].event.event_id}" in answer.text


async def test_a_supervisor_sees_only_what_supervisors_record(desk: DeskOnALedger, way: RecordedWay) -> None:
    answer = await desk.visitor("maria.ek").get(page_of(way))
    assert set(re.findall(r"/registrera/(\w+)", answer.text)) == {
        *("check_in_recorded", "internship_completed", "internship_interrupted", "note_added")
    }
    assert "Påhittad" not in answer.text


async def test_an_auditor_reads_all_of_it_with_a_reason_and_records_and_corrects_nothing(
    desk: DeskOnALedger, way: RecordedWay, engine: Engine
) -> None:
    joins(desk, engine, "rut.holm", Assignment(role=Role.AUDITOR, from_day=FIRST_DAY))
    answer = await desk.visitor("rut.holm").send(page_of(way), because="A sample")
    assert answer.status_code == 200
    assert "Likes the evenings" in text_of(answer)
    assert "/registrera/" not in answer.text
    assert "/ratta/" not in answer.text


async def test_whoever_reads_of_a_colleagues_candidate_says_why_once_and_each_reading_keeps_it(
    desk: DeskOnALedger, way: RecordedWay, engine: Engine
) -> None:
    visitor = desk.visitor("bo.lind")
    asked = await visitor.get(page_of(way))
    assert "Anna Berg is in charge of this candidate." in text_of(asked)
    assert "Maria Ek" not in asked.text
    assert (await visitor.send(page_of(way))).status_code == 422
    unsure = await visitor.send(page_of(way), because="Amina Påhittad telephoned")
    assert unsure.status_code == 422
    assert "The text shall stand as it is" in text_of(unsure)
    assert not reads(engine, reader="bo.lind")
    shown = await visitor.send(page_of(way), because="She telephones")
    assert shown.status_code == 200
    assert "Maria Ek" in text_of(shown)
    assert "Amina" not in shown.text
    assert "Maria Ek" in text_of(await visitor.get(page_of(way)))
    assert [(one.what, one.because) for one in reads(engine, reader="bo.lind")] == [("journey", "She telephones")] * 2
    assert "in charge of this candidate" in text_of(await desk.visitor("bo.lind").get(page_of(way)))


async def test_a_coordinator_of_another_town_is_refused_in_words(
    desk: DeskOnALedger, way: RecordedWay, engine: Engine
) -> None:
    joins(desk, engine, "ida.sund", Assignment(role=Role.COORDINATOR, town="2482", from_day=FIRST_DAY))
    for part in ("", "/identitet", "/anmarkningar"):
        answer = await desk.visitor("ida.sund").send(page_of(way, part), because="I am curious")
        assert answer.status_code == 403
        assert "candidates in their own town only" in text_of(answer)
    assert not reads(engine, reader="ida.sund")


async def test_a_coordinator_of_another_town_learns_nothing_at_any_address(
    desk: DeskOnALedger, way: RecordedWay, engine: Engine
) -> None:
    joins(desk, engine, "ida.sund", Assignment(role=Role.COORDINATOR, town="2482", from_day=FIRST_DAY))
    ida, before = desk.visitor("ida.sund"), len(way.journey.entries)
    event = way.journey.entries[AGREED - 1].event.event_id
    parts = {"event": event, "programme": way.rules.id, "number": 1, "form": "csv"}
    known = ("Amina Påhittad", "070-174 06 05", "Maria Ek", "Likes the evenings", str(way.candidate))
    tried, told = set[str](), dict[tuple[str, str], list[str]]()
    for route in desk.desk.app.routes:
        if not isinstance(route, Route) or "{rest" in route.path:
            continue
        for kind in ("note_added", "withdrawn") if "{kind}" in route.path else ("",):
            values = {**parts, "candidate": way.candidate, "kind": kind}
            path = re.sub(r"{(\w+):\w+}", r"{\1}", route.path).format_map(defaultdict(lambda: "x", values))
            for method in (route.methods or {"GET"}) - {"HEAD"}:
                fields = {"because": "I am curious", "text": "x", "end_reason": "own_wish", "decision": "approve"}
                answer = await (ida.get(path) if method == "GET" else ida.send(path, **fields))
                tried.add(route.path)
                shown = [one for one in known if one in text_of(answer).replace(path, "")]
                if "{candidate}" in route.path:
                    shown = [one for one in shown if one != way.candidate]  # it was asked for
                    shown += [str(answer.status_code)] if answer.status_code not in (403, 404) else []
                told |= {(method, path): shown} if shown else {}
    assert told == {}
    assert len([one for one in tried if "{candidate}" in one]) > 10
    assert (desk.sent, len(way.journey.entries)) == ([], before)


async def test_who_it_is_is_opened_with_a_reason_and_shown_once(
    desk: DeskOnALedger, way: RecordedWay, engine: Engine
) -> None:
    visitor = desk.visitor()
    missing = await visitor.send(page_of(way, "/identitet"))
    assert missing.status_code == 422
    assert 'href="#because"' in missing.text
    opened = text_of(await visitor.send(page_of(way, "/identitet"), because="To send a letter"))
    assert "This is shown once." in opened
    assert ("identity", "To send a letter") in [(one.what, one.because) for one in reads(engine, reader="anna.berg")]
    again = text_of(await visitor.get(page_of(way)))
    assert "This is shown once." not in again
    assert "To send a letter" in again


async def test_remarks_are_shown_to_who_asks_and_written_down(
    desk: DeskOnALedger, way: RecordedWay, engine: Engine
) -> None:
    assert way.tells("check_in_recorded", actor=EVALUATOR, remark="Came late twice, ill").accepted
    visitor, mark = desk.visitor(), "eems to contain something about health"
    closed = (await visitor.get(page_of(way))).text
    assert ("Came late twice" in closed, mark in closed) == (False, False)
    opened = (await visitor.send(page_of(way, "/anmarkningar"))).text
    assert ("Came late twice" in opened, opened.count(mark)) == (True, 2)  # at the remark, and at its row
    assert "remarks" in [one.what for one in reads(engine, reader="anna.berg")]


async def test_a_remark_of_what_was_refused_is_marked_and_does_not_count(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    way = somebody(engine, "Bim Påhittad", Stage.INTERNSHIP)
    assert not way.tells("check_in_recorded", remark="Never so", effective_on=way.day + timedelta(days=9)).accepted
    async with desk_on(engine, monkeypatch, tmp_path, way) as other:
        visitor = other.visitor()
        nothing = text_of(await visitor.get(page_of(way)))
        assert "Nothing is noted." in nothing
        assert "Show remarks too" in nothing
        assert way.tells("check_in_recorded", remark="Came late twice").accepted
        one = text_of(await visitor.get(page_of(way)))
        assert "Nothing is noted." not in one
        assert "Show 1 remark too" in one
        told = text_of(await visitor.send(page_of(way, "/anmarkningar")))
        assert "Refused, does not count Never so" in told
        assert told.count("Refused, does not count") == 1


async def test_who_has_no_number_is_said_to_have_none_and_work_ends_on_its_last_day(
    desk: DeskOnALedger, way: RecordedWay
) -> None:
    told = text_of(await desk.visitor().get(page_of(way)))
    assert "Supervisor Maria Ek (no telephone number is noted)" in told
    assert "no telephone number is noted" not in told.partition("Coordinator")[2][:60]
    assert way.state.agreed_end is not None
    planned = in_short(way.state.agreed_end, way.day)
    assert f"– {planned}" in told
    assert way.tells("internship_completed").accepted
    told = text_of(await desk.visitor().get(page_of(way))).partition("Workplace")[2].partition("Supervisor")[0]
    assert f"– {in_short(way.day, way.day)}" in told
    assert planned not in told


async def test_a_protected_person_is_shown_to_the_named_staff_alone(
    desk: DeskOnALedger, way: RecordedWay, engine: Engine
) -> None:
    office = desk.desk.office.application(session_of("anna.berg"))
    protection.protect(office, way.candidate, None, ["bo.lind"], "The tax agency has marked her")
    refused = await desk.visitor().get(page_of(way))
    assert refused.status_code == 403
    assert "This person is protected." in text_of(refused)
    assert [one.refused for one in reads(engine, reader="anna.berg")][-1]
    assert "Maria Ek" in text_of(await desk.visitor("bo.lind").send(page_of(way), because="She telephones"))


async def test_of_who_was_erased_only_that_is_told(desk: DeskOnALedger, way: RecordedWay, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(update(JourneyRow).values(erased_on=way.day))
    answer = await desk.visitor().get(page_of(way))
    assert answer.status_code == 200
    assert "Amina" not in answer.text
    assert "/registrera/" not in answer.text


async def test_nobody_and_no_number_are_not_found(desk: DeskOnALedger, way: RecordedWay) -> None:
    for path in ("/person/A22222223", "/person/nobody", page_of(way) + "?program=easy_jobs"):
        assert (await desk.visitor().get(path)).status_code == 404


async def test_a_page_is_shown_with_what_the_rules_of_today_say_while_journeys_do_not_answer(
    desk: DeskOnALedger, way: RecordedWay
) -> None:
    asked = await desk.visitor().get(page_of(way))
    desk.away = True
    answer = await desk.visitor().get(page_of(way))
    assert answer.status_code == 200
    assert "The journey does not answer just now." in text_of(answer)
    assert re.findall(r"/registrera/\w+", answer.text) == re.findall(r"/registrera/\w+", asked.text)


async def test_the_receipt_of_what_was_recorded_stands_on_top(desk: DeskOnALedger, way: RecordedWay) -> None:
    assert way.tells("check_in_recorded").accepted
    event_id = str(way.journey.entries[-1].event.event_id)
    assert "Recorded: check-in, row 9." in text_of(await desk.visitor().get(page_of(way), registrerat=event_id))
    assert "Recorded:" not in text_of(await desk.visitor().get(page_of(way), registrerat="nothing"))


# Approvals


@pytest.fixture
def proposed(way: RecordedWay) -> RecordedWay:
    """Anna has proposed that the internship ends a day earlier."""
    agreed = way.journey.entries[AGREED - 1].event
    right = agreed.model_copy(update={"ends_on": way.state.agreed_end - timedelta(days=1)})  # type: ignore[operator]
    said = {"corrects": agreed.event_id, "replacement": right, "reason": "Mistyped"}
    assert way.tells("correction_proposed", actor="coordinator:anna.berg", **said).accepted
    return way


async def number_of(desk: DeskOnALedger, person: str) -> str:
    found = re.search(r"/godkannanden/(\d+)", (await desk.visitor(person).get("/godkannanden")).text)
    assert found is not None
    return found[0]


async def test_a_colleagues_proposal_is_announced_looked_at_and_approved(
    desk: DeskOnALedger, proposed: RecordedWay
) -> None:
    before, bo = proposed.state.agreed_end, desk.visitor("bo.lind")
    assert "1 correction waits for your approval." in text_of(await bo.get("/"))
    path = await number_of(desk, "bo.lind")
    told = text_of(await bo.get(path))
    for said in ("Anna Berg", "Mistyped", "What would follow", "Approve and record"):
        assert said in told
    answer = await bo.send(path, decision="approve")
    assert (answer.status_code, answer.headers["location"]) == (303, "/godkannanden?beslut=godkand")
    assert proposed.state.agreed_end == (before and before - timedelta(days=1))
    assert "approved and recorded" in text_of(await bo.get("/godkannanden", beslut="godkand"))
    again = await bo.send(path, decision="approve")
    assert again.headers["location"] == "/godkannanden?beslut=godkand"
    other = await bo.send(path, decision="decline", because="It was right")
    assert other.status_code == 409
    assert "Bo Lind approved this correction, 20" in text_of(other), text_of(other)[150:500]
    assert "Bo Lind approved this correction, 20" in text_of(await desk.visitor().get(path))
    assert len(desk.sent) == 1


@pytest.mark.usefixtures("proposed")
async def test_nobody_approves_their_own_proposal_but_withdraws_it(desk: DeskOnALedger) -> None:
    path, anna = await number_of(desk, "anna.berg"), desk.visitor()
    assert "waits for your approval." not in text_of(await anna.get("/"))
    own = text_of(await anna.get(path))
    assert "Approve and record" not in own
    assert "Why do you withdraw it?" in own
    assert "What follows once a colleague approves it" in own
    assert (await anna.send(path, decision="approve")).status_code == 403
    assert not desk.sent
    answer = await anna.send(path, decision="decline", because="It was right")
    assert answer.headers["location"] == "/godkannanden?beslut=aterkallad"


async def test_what_waited_for_a_colleague_too_long_is_no_work_any_more(
    desk: DeskOnALedger, proposed: RecordedWay, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "approval of a correction" in text_of(await desk.visitor().get(page_of(proposed)))
    later = datetime.combine(proposed.day, time(9), UTC) + OPEN_FOR + timedelta(days=1)
    monkeypatch.setattr(Application, "now", lambda _: later)
    assert "approval of a correction" not in text_of(await desk.visitor().get(page_of(proposed)))


@pytest.mark.usefixtures("proposed")
async def test_who_declines_says_why(desk: DeskOnALedger) -> None:
    path, bo = await number_of(desk, "bo.lind"), desk.visitor("bo.lind")
    missing = await bo.send(path, decision="decline")
    assert missing.status_code == 422
    assert "Write why" in text_of(missing)
    unsure = await bo.send(path, decision="decline", because="Amina Påhittad says so")
    assert unsure.status_code == 422
    assert not desk.sent
    sure = await bo.send(path, decision="decline", because="Amina Påhittad says so", sure="yes")
    assert sure.headers["location"] == "/godkannanden?beslut=avslagen"
    assert [one.kind for one in desk.sent] == ["proposal_declined"]


@pytest.mark.usefixtures("proposed")
async def test_whoever_proposed_reads_that_and_why_it_was_declined(desk: DeskOnALedger) -> None:
    anna, bo = desk.visitor(), desk.visitor("bo.lind")
    answer = await bo.send(await number_of(desk, "bo.lind"), decision="decline", because="The day is right")
    assert answer.status_code == 303, text_of(answer)
    told = "Bo Lind declined your correction of "
    assert told in text_of(await anna.get("/"))
    assert told not in text_of(await bo.get("/"))
    answered = text_of(await anna.get("/godkannanden"))
    assert "Bo Lind declined this correction, 20" in answered
    assert "Reason: The day is right" in answered
    assert "The day is right" not in text_of(await bo.get("/godkannanden"))


@pytest.mark.usefixtures("proposed")
async def test_what_somebody_withdrew_themselves_is_not_told_to_them(desk: DeskOnALedger) -> None:
    anna = desk.visitor()
    await anna.send(await number_of(desk, "anna.berg"), decision="decline", because="It was right")
    assert [one.kind for one in desk.sent] == ["proposal_declined"]
    assert "declined your correction" not in text_of(await anna.get("/"))
    assert "withdrew this proposal" not in text_of(await anna.get("/godkannanden"))


@pytest.mark.usefixtures("proposed")
async def test_a_proposal_of_another_town_is_not_there(desk: DeskOnALedger, engine: Engine) -> None:
    joins(desk, engine, "ida.sund", Assignment(role=Role.COORDINATOR, town="2482", from_day=FIRST_DAY))
    path, ida = await number_of(desk, "bo.lind"), desk.visitor("ida.sund")
    assert [(await ida.get(path)).status_code, (await ida.send(path, decision="approve")).status_code] == [404, 404]
    assert "/godkannanden/" not in (await ida.get("/godkannanden")).text
