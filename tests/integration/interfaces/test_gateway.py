"""The gateway as partners' systems speak to it: what they may say arrives, and nothing else does."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from temporalio.testing import WorkflowEnvironment

from auditing.evidence.evidence import read_rows
from interfaces.gateway.limits import LARGEST_BODY, Rate
from interfaces.gateway.openapi import CLOUD_EVENT, described
from interfaces.serving import serving
from models.access.statements import CandidatesJoined
from models.calendar.swedish_day import day_in_sweden
from models.identifiers import Actor, CandidateNumber, JourneyId
from models.tables.ledger import LedgerRow
from runtime.errors import UsageError
from runtime.local.stack import free_port
from runtime.statement_log import StatementLog
from services.incoming import receiving
from services.incoming.house import House
from services.privacy.erasure import end_rows
from services.protection import mark
from services.texts import marked, texts_of
from tests.support.authority import key_of
from tests.support.desks import office_of
from tests.support.gateway import Message, PartnerSystem, cloud_event, open_gateway, secret_of
from tests.support.office import TestOffice, event, full_way, open_office
from tests.support.openapi import drawn, sent_by
from tests.support.processes import ROOT
from tests.support.programme_files import WITH_QUESTIONS, changed_programmes

AGENCY, UNION, CHURCH = "arbetsformedlingen", "kommunal", "svenska_kyrkan"


@pytest.fixture(scope="module")
async def office(temporal: WorkflowEnvironment, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TestOffice]:
    data = tmp_path_factory.mktemp("gateway")
    programmes = changed_programmes(data, WITH_QUESTIONS)
    async with open_office(temporal.client, data, programmes=programmes) as office:
        yield office


@pytest.fixture(scope="module")
async def system(office: TestOffice) -> AsyncIterator[PartnerSystem]:
    async with open_gateway(office.settings, AGENCY, UNION, CHURCH, client=office.client) as system:
        yield system


@pytest.fixture(scope="module")
async def journey(office: TestOffice, system: PartnerSystem) -> JourneyId:  # noqa: ARG001
    """A candidate whom the agency has referred, under a reference of its own."""
    return await office.refer(reference="AF 2026-4711")


def note(subject: str, text: str = "Ring efter klockan ett.", **attributes: Any) -> bytes:
    return cloud_event("note_added", subject, **{"data": {"text": text}, **attributes})


def said(office: TestOffice, journey: JourneyId) -> list[tuple[str, str | None, bool]]:
    return [(line.kind, line.actor, line.accepted) for line in office.ledger(journey)]


async def test_what_a_partner_says_is_recorded_once_and_answered_alike_each_time(
    office: TestOffice, system: PartnerSystem, journey: JourneyId
) -> None:
    message = Message(note(journey.candidate))
    before = len(said(office, journey))

    first = await system.sends(message)
    again = await system.sends(replace(message, at=message.at + 1))

    assert first.status_code == 200, first.text
    assert first.json() == again.json(), again.text
    assert first.json()["accepted"] is True
    assert said(office, journey)[before:] == [("note_added", f"partner:{AGENCY}", True)]
    assert {"stage", "allowed", "row"}.isdisjoint(first.json())
    by = office.ledger(journey)[-1].sign_in
    assert by is not None
    assert (by.server, by.how, by.issuer, by.session) == ("gateway", "message", AGENCY, message.id)


async def test_a_number_or_a_diagnosis_in_a_note_is_taken_and_marked(
    office: TestOffice, system: PartnerSystem, journey: JourneyId
) -> None:
    assert (await system.sends(note(journey.candidate, "Gäller 19900102-9801, som är sjukskriven."))).status_code == 200
    *_, last = texts_of(office.engine, journey).values()
    assert marked(last.written_by, [last.text or ""]) is not None


async def test_an_audit_tells_whose_word_it_is_and_by_which_message(
    office: TestOffice, system: PartnerSystem, journey: JourneyId
) -> None:
    message = Message(note(journey.candidate))
    assert (await system.sends(message)).status_code == 200
    rows, register = read_rows(office.engine, [journey])[journey], StatementLog(office.engine).register()
    row = rows["ledger"][-1]
    known = {name: row["sign_in"][name] for name in ("server", "how", "issuer", "session")}
    assert known == {"server": "gateway", "how": "message", "issuer": AGENCY, "session": message.id}
    assert register.keys[row["key"]].of == "server"


async def test_where_the_gateways_key_counts_no_more_the_message_is_taken_later(
    office: TestOffice, system: PartnerSystem, journey: JourneyId, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = Message(note(journey.candidate))
    with monkeypatch.context() as patch:
        patch.setattr(system.house, "server", replace(system.house.server, key=key_of("somebody else")))
        assert (await system.sends(message)).status_code == 503
    assert (await system.sends(message)).status_code == 200
    assert said(office, journey)[-1] == ("note_added", f"partner:{AGENCY}", True)


async def test_without_a_registered_key_no_gateway_begins(office: TestOffice, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        House(office.settings.model_copy(update={"keys": tmp_path}))
    assert caught.value.message.id == "server.no_key"


async def test_a_unions_answer_arrives_without_its_saying_who_it_is(office: TestOffice, system: PartnerSystem) -> None:
    journey = await consulted(office)
    answer = await system.sends(cloud_event("union_answered", journey.candidate, {"answer": "no_objection"}), UNION)
    assert (answer.status_code, said(office, journey)[-1]) == (200, ("union_answered", f"partner:{UNION}", True))


async def test_a_notice_is_confirmed_by_its_number_alone(
    office: TestOffice, system: PartnerSystem, journey: JourneyId
) -> None:
    [notice] = [one for one in office.lists.notices() if (one.journey_id, one.recipient) == (journey, AGENCY)][:1]
    number = str(notice.notice_id)
    answer = await system.sends(cloud_event("partner_acknowledged", number, {"notice_id": number}))
    assert (answer.status_code, said(office, journey)[-1][0]) == (200, "partner_acknowledged")


async def test_a_journey_is_found_by_the_partners_own_reference_and_by_nobody_elses(
    office: TestOffice, system: PartnerSystem, journey: JourneyId
) -> None:
    mine, others = await system.sends(note("AF 2026-4711")), await system.sends(note("AF 2026-4711"), UNION)
    assert (mine.status_code, others.status_code) == (200, 404)
    assert said(office, journey)[-1][:2] == ("note_added", f"partner:{AGENCY}")


async def test_a_rules_refusal_is_told_with_its_rule_and_stands_in_the_ledger(
    office: TestOffice, system: PartnerSystem
) -> None:
    journey = await consulted(office)
    about_another = {"answer": "objects", "about": "permanent_role_agreed"}
    answer = await system.sends(cloud_event("union_answered", journey.candidate, about_another), UNION)
    problem = answer.json()
    assert (answer.status_code, problem["rule"], problem["accepted"]) == (422, "the_union_was_asked", False)
    assert (problem["code"], problem["status"]) == ("the_union_was_asked.other", 422)
    assert answer.headers["content-type"] == "application/problem+json"
    assert said(office, journey)[-1] == ("union_answered", f"partner:{UNION}", False)


async def consulted(office: TestOffice) -> JourneyId:
    """A journey about which the union is asked."""
    journey, today = await office.refer(), day_in_sweden(datetime.now(UTC))
    accepted, checked, *_ = full_way(today)
    asked = event("union_consulted", about="internship_agreed", unions=[UNION])
    for one in (accepted, checked, asked):
        receipt = await office.journeys.submit(journey, one)
        assert receipt.accepted, receipt.message
    return journey


@pytest.fixture
def undisturbed(office: TestOffice, journey: JourneyId) -> Iterator[None]:
    """Nothing is recorded by what a test sends."""
    before = len(office.ledger(journey))
    yield
    assert len(office.ledger(journey)) == before


def forged(journey: JourneyId) -> dict[str, tuple[Message, dict[str, str]]]:
    """Messages that nobody of ours has signed just now, with their headers."""
    message = Message(note(journey.candidate))
    good = message.signed(secret_of(AGENCY))
    signature = good["webhook-signature"]
    return {
        "with another secret": (message, message.signed(secret_of(AGENCY, 2))),
        "by somebody unknown": (message, message.signed(secret_of("nobody.we.know"))),
        "too old": (old := message.ago(minutes=6), old.signed(secret_of(AGENCY))),
        "of a time to come": (early := message.ago(minutes=-6), early.signed(secret_of(AGENCY))),
        "another body": (replace(message, body=message.body.replace(b"ett", b"tre")), good),
        "another id": (message, good | {"webhook-id": "msg_other"}),
        "another time": (message, good | {"webhook-timestamp": str(message.at + 1)}),
        "no signature": (message, good | {"webhook-signature": ""}),
        "another version": (message, good | {"webhook-signature": signature.replace("v1,", "v1a,")}),
        "rubbish for a signature": (message, good | {"webhook-signature": b"v1,%%% v1 ,,, \x00".decode()[:-1]}),
        "a time that is none": (message, good | {"webhook-timestamp": "nan"}),
        "no id": (message, {name: value for name, value in good.items() if name != "webhook-id"}),
        "an id of a kilometre": (message, good | {"webhook-id": "m" * 1_000}),
        "nothing at all": (message, {"content-type": good["content-type"]}),
    }


@pytest.mark.usefixtures("undisturbed")
async def test_what_no_partner_has_signed_just_now_is_answered_alike_whoever_it_claims_to_be(
    system: PartnerSystem, journey: JourneyId
) -> None:
    answers = {
        how: await system.http.post("/events", content=message.body, headers=headers)
        for how, (message, headers) in forged(journey).items()
    }
    assert {how: answer.status_code for how, answer in answers.items()} == dict.fromkeys(answers, 401)
    assert len({answer.content for answer in answers.values()}) == 1


async def test_another_content_under_a_used_id_is_refused_whomever_it_is_about(
    office: TestOffice, system: PartnerSystem, journey: JourneyId
) -> None:
    other, message = await office.refer(), Message(note(journey.candidate))
    assert (await system.sends(message)).status_code == 200
    rows = len(office.ledger(journey))
    for body in (note(journey.candidate, "Något helt annat."), note(other.candidate)):
        answer = await system.sends(replace(message, body=body))
        assert (answer.status_code, answer.json()["code"]) == (409, "gateway.id_used")
    assert (len(office.ledger(journey)), len(office.ledger(other))) == (rows, 1)


async def test_the_same_id_of_two_partners_is_two_messages(office: TestOffice, system: PartnerSystem) -> None:
    journey = await consulted(office)
    message = Message(note(journey.candidate))
    answers = [await system.sends(message, who) for who in (AGENCY, UNION)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert len({answer.json()["event_id"] for answer in answers}) == 2


async def test_many_at_once_are_recorded_once_each(office: TestOffice, system: PartnerSystem) -> None:
    journey = await office.refer()
    messages = [Message(note(journey.candidate, f"Nummer {number}")) for number in range(4)]
    answers = await asyncio.gather(*(system.sends(one) for one in messages * 2))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["event_id"] for answer in answers}) == 4
    assert [line.accepted for line in office.ledger(journey)[1:]] == [True] * 4


@pytest.mark.usefixtures("undisturbed")
async def test_a_candidate_of_others_is_answered_as_one_that_nobody_knows(
    office: TestOffice, system: PartnerSystem, journey: JourneyId
) -> None:
    nobody = CandidateNumber.draw(office.random)
    theirs, unknown = await system.sends(note(journey.candidate), CHURCH), await system.sends(note(nobody), CHURCH)
    assert (theirs.status_code, unknown.status_code, theirs.content) == (404, 404, unknown.content)
    [notice, *_] = [one for one in office.lists.notices() if (one.journey_id, one.recipient) == (journey, AGENCY)]
    assert (await system.sends(note(str(notice.notice_id)), CHURCH)).content == unknown.content


@pytest.mark.parametrize(
    "kind", ["referred", "internship_agreed", "corrected", "coordinator_changed", "deadline_passed", "made_up"]
)
@pytest.mark.usefixtures("undisturbed")
async def test_what_partners_may_not_say_never_reaches_the_journey(
    system: PartnerSystem, journey: JourneyId, kind: str
) -> None:
    assert (await system.sends(cloud_event(kind, journey.candidate))).status_code == 403


@pytest.mark.parametrize("field", ["actor", "event_id", "kind", "moved"])
@pytest.mark.usefixtures("undisturbed")
async def test_nobody_says_who_has_sent_an_event_or_which_it_is(
    system: PartnerSystem, journey: JourneyId, field: str
) -> None:
    data = {"text": "Hej", field: "coordinator:anna.berg"}
    answer = await system.sends(cloud_event("note_added", journey.candidate, data))
    assert (answer.status_code, answer.json()["code"]) == (400, "gateway.our_fields")


async def test_nobody_answers_for_a_union(office: TestOffice, system: PartnerSystem) -> None:
    journey = await consulted(office)
    data = {"answer": "no_objection", "union": UNION}
    answer = await system.sends(cloud_event("union_answered", journey.candidate, data))
    assert (answer.status_code, answer.json()["rule"]) == (422, "the_union_answers_for_itself")


async def test_of_somebody_protected_no_refusal_says_why(office: TestOffice, system: PartnerSystem) -> None:
    journey, about = await consulted(office), {"about": "permanent_role_agreed"}
    mark(office_of(office.engine), journey.candidate, ["anna.berg"], Actor.parse("coordinator:anna.berg"), "Skyddad")
    objection = cloud_event("union_answered", journey.candidate, {"answer": "objects", **about})
    refused = await system.sends(objection, UNION)
    assert (refused.status_code, refused.json()["code"]) == (422, "gateway.refused_of_protected")
    assert "rule" not in refused.json()
    assert office.ledger(journey)[-1].accepted is False
    await has_ended(office, journey)
    late = await system.sends(objection, UNION)
    assert (late.status_code, late.json()["code"]) == (409, "gateway.refused_of_protected")


async def has_ended(office: TestOffice, journey: JourneyId) -> None:
    """A journey comes to its end, and its run too, as it does once nothing is left to wait for."""
    assert (await office.send(journey, "withdrawn", end_reason="other")).accepted
    await office.handle(journey).terminate()


async def test_after_the_end_a_note_is_recorded_and_nothing_that_would_change_it(
    office: TestOffice, system: PartnerSystem
) -> None:
    journey = await consulted(office)
    await has_ended(office, journey)
    assert (await system.sends(note(journey.candidate), UNION)).status_code == 200
    rows = said(office, journey)
    assert rows[-1] == ("note_added", f"partner:{UNION}", True)
    late = await system.sends(cloud_event("union_answered", journey.candidate, {"answer": "no_objection"}), UNION)
    assert (late.status_code, late.json()["accepted"]) in ((422, False), (409, None))
    assert said(office, journey)[: len(rows)] == rows


async def test_somebody_erased_is_answered_as_one_that_nobody_knows(office: TestOffice, system: PartnerSystem) -> None:
    journey, now = await office.refer(reference="AF 2026-4712"), datetime.now(UTC)
    unknown = await system.sends(note(CandidateNumber.draw(office.random)))
    end_rows(office.engine, journey.candidate, now.date(), now)
    answers = [await system.sends(note(subject)) for subject in (journey.candidate, "AF 2026-4712")]
    assert [(answer.status_code, answer.content) for answer in answers] == [(404, unknown.content)] * 2


async def test_by_another_number_of_the_same_person_the_journey_is_found(
    office: TestOffice, system: PartnerSystem
) -> None:
    journey, later = await office.refer(), CandidateNumber.draw(office.random)
    assert (await system.sends(note(later))).status_code == 404
    joined = CandidatesJoined(at=datetime.now(UTC), later=later, earlier=journey.candidate)
    StatementLog(office.engine).add(joined, key_of("anna.berg"))
    assert (await system.sends(note(later))).status_code == 200
    assert said(office, journey)[-1] == ("note_added", f"partner:{AGENCY}", True)


async def test_while_a_secret_gives_way_to_another_both_count_and_then_the_new_one_alone(
    system: PartnerSystem, journey: JourneyId
) -> None:
    old, new = secret_of(CHURCH), secret_of(CHURCH, 2)

    async def answered(secret: str) -> int:
        message = Message(note(journey.candidate))
        answer = await system.http.post("/events", content=message.body, headers=message.signed(secret))
        return answer.status_code

    known, unknown = 404, 401  # the church has nothing to do with the candidate
    assert (await answered(old), await answered(new)) == (known, unknown)
    system.agree(CHURCH, new, old)
    assert (await answered(old), await answered(new)) == (known, known)
    system.agree(CHURCH, new)
    assert (await answered(old), await answered(new)) == (unknown, known)
    system.agree(CHURCH, old)


DEEP = b"[" * 5_000 + b"]" * 5_000

BROKEN: dict[str, Any] = {
    "nothing": b"",
    "no object": b"[]",
    "a word": b'"hej"',
    "cut off": note("K7Q29FMXB")[:-1],
    "deep": note("K7Q29FMXB").replace(b"{}", DEEP).replace(b'"Ring', DEEP + b'"Ring'),
    "deep alone": DEEP,
    "UTF-16": note("K7Q29FMXB").decode().encode("utf-16"),
    "Latin-1": note("K7Q29FMXB").replace(b"Ring", b"R\xe4ng"),
    "with a mark in front": b"\xef\xbb\xbf" + note("K7Q29FMXB"),
    "half a character": note("K7Q29FMXB").replace(b"Ring", b"\\ud800"),
    "a number without end": note("K7Q29FMXB").replace(b'"1.0"', b"1" * 6_000),
    "another version": note("K7Q29FMXB", specversion="0.3"),
    "no time": note("K7Q29FMXB", time=None),
    "a time without a zone": note("K7Q29FMXB", time="2026-03-02T10:00:00"),
    "a number for a time": note("K7Q29FMXB", time=1_700_000_000),
    "a time before all": note("K7Q29FMXB", time="0001-01-01T00:00:00+14:00"),
    "a time after all": note("K7Q29FMXB", time="9999-12-31T23:59:59-12:00"),
    "no subject": note(""),
    "a steering subject": note("K7Q29\x1bFMXB"),
    "data that is none": note("K7Q29FMXB", data="hej"),
    "other data": note("K7Q29FMXB", datacontenttype="text/plain"),
    "an attribute that is none": note("K7Q29FMXB", Ärende="4711"),
    "a programme that is none": cloud_event("note_added", "K7Q29FMXB", {"text": "x", "programme": 7}),
    "a field that is none": cloud_event("note_added", "K7Q29FMXB", {"text": "x", "colour": "red"}),
    "no text": cloud_event("note_added", "K7Q29FMXB"),
    "a text of nothing": note("K7Q29FMXB", " "),
    "a text that is too long": note("K7Q29FMXB", "x" * 2_001),
    "a text that hides": note("K7Q29FMXB", "x\x00y"),
    "a day out of reach": cloud_event("note_added", "K7Q29FMXB", {"text": "x", "effective_on": "9999-12-31"}),
}


@pytest.mark.parametrize("how", BROKEN)
async def test_what_is_no_message_is_told_as_such(system: PartnerSystem, how: str) -> None:
    answer = await system.sends(BROKEN[how])
    # What cannot even be read as text cannot be checked against its signature.
    expected = {"UTF-16": 401, "Latin-1": 401}
    assert (answer.status_code, answer.headers["content-type"]) == (expected.get(how, 400), "application/problem+json")
    assert "9999" not in answer.text


@pytest.mark.usefixtures("undisturbed")
async def test_other_content_is_not_read(system: PartnerSystem, journey: JourneyId) -> None:
    body = note(journey.candidate)
    for headers in (
        {"content_type": "application/json"},
        {"content_type": "application/cloudevents+json; charset=iso-8859-1"},
        {"content_type": "application/cloudevents-batch+json"},
        {"content_encoding": "gzip"},
    ):
        assert (await system.sends(body, **headers)).status_code == 415


@pytest.mark.usefixtures("undisturbed")
async def test_a_huge_message_is_refused_before_it_is_read(system: PartnerSystem, journey: JourneyId) -> None:
    read = 0

    async def without_end() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 10_000
            yield b"x" * 10_000

    headers = Message(note(journey.candidate)).signed(secret_of(AGENCY))
    announced = await system.http.post("/events", content=b"x" * (LARGEST_BODY + 1), headers=headers)
    unannounced = await system.http.post("/events", content=without_end(), headers=headers)
    assert (announced.status_code, unannounced.status_code) == (413, 413)
    assert read <= LARGEST_BODY + 20_000


async def test_whoever_sends_too_often_waits_and_the_others_do_not(office: TestOffice) -> None:
    rate, body = Rate(at_once=2, a_second=0.01), note(str(uuid4()))
    async with open_gateway(office.settings, AGENCY, UNION, client=office.client, rate=rate) as system:
        answers = [await system.sends(body) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [404, 404, 429]
        assert int(answers[-1].headers["retry-after"]) > 50
        assert (await system.sends(body, UNION)).status_code == 404


async def test_where_temporal_is_away_the_same_message_is_taken_later(
    office: TestOffice, system: PartnerSystem, journey: JourneyId, monkeypatch: pytest.MonkeyPatch
) -> None:
    message, rows = Message(note(journey.candidate)), len(office.ledger(journey))
    with monkeypatch.context() as patch:
        patch.setenv("TEMPORAL_ADDRESS", f"127.0.0.1:{free_port()}")
        async with open_gateway(office.settings, AGENCY) as alone:
            answer = await alone.sends(message)
    assert (answer.status_code, "retry-after" in answer.headers) == (503, True)
    assert (await system.sends(message)).status_code == 200
    assert len(office.ledger(journey)) == rows + 1


async def test_of_several_journeys_the_programme_says_which(office: TestOffice, system: PartnerSystem) -> None:
    journey = await office.refer()
    await office.refer("easy_jobs", candidate=journey.candidate)
    unsure = await system.sends(note(journey.candidate))
    sure = await system.sends(
        cloud_event("note_added", journey.candidate, {"text": "Hej", "programme": "service_division"})
    )
    assert (unsure.status_code, unsure.json()["code"]) == (409, "gateway.several_journeys")
    assert (sure.status_code, said(office, journey)[-1][0]) == (200, "note_added")


async def test_a_mistake_of_ours_tells_nothing(
    system: PartnerSystem, journey: JourneyId, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> None:
        raise RuntimeError("a name that nobody may read")

    monkeypatch.setattr(receiving, "read_message", breaks)
    answer = await system.sends(note(journey.candidate))
    assert (answer.status_code, answer.json()["code"]) == (500, "gateway.unforeseen")
    assert "nobody may read" not in answer.text


async def test_every_other_address_and_method_is_a_problem_too(system: PartnerSystem) -> None:
    answers = [await system.http.get("/events"), await system.http.get("/admin"), await system.http.delete("/")]
    assert [answer.status_code for answer in answers] == [405, 404, 405]
    assert {answer.headers["content-type"] for answer in answers} == {"application/problem+json"}


async def test_the_page_and_the_document_say_what_is_taken(system: PartnerSystem) -> None:
    page, document = (
        await system.http.get("/", headers={"accept-language": "sv"}),
        await system.http.get("/openapi.json"),
    )
    assert 'lang="sv"' in page.text
    assert "se.helavagen.union_answered" in page.text
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert (await system.http.get("/static/gateway.css")).status_code == 200
    assert set(document.json()["components"]["schemas"]) >= {"union_answered", "partner_acknowledged", "note_added"}
    assert [(await system.http.get(path)).status_code for path in ("/healthz", "/readyz")] == [200, 200]


async def test_whatever_is_sent_by_the_document_is_answered_by_it_and_each_refusal_leaves_a_trace(
    office: TestOffice, system: PartnerSystem, caplog: pytest.LogCaptureFixture
) -> None:
    journey, document = await office.refer(), described()
    schema = document["paths"]["/events"]["post"]["requestBody"]["content"][CLOUD_EVENT]["schema"]
    documented = document["paths"]["/events"]["post"]["responses"]
    for message in drawn(sent_by(document, schema), 24):
        if isinstance(message, dict) and isinstance(message.get("subject"), str):
            message["subject"] = str(journey.candidate)
        caplog.clear()
        rows = rows_of(office, journey)
        answer = await system.sends(json.dumps(message).encode())
        assert str(answer.status_code) in documented, (message, answer.text)
        assert answer.status_code < 500, (message, answer.text)
        name = "Receipt" if answer.status_code == 200 else "Problem"
        told = document["components"]["schemas"][name]
        assert set(told["required"]) <= answer.json().keys() <= set(told["properties"]), (message, answer.text)
        written = [vars(one).get("message_id") for one in caplog.records if one.getMessage() == "refused"]
        recorded = rows_of(office, journey) - rows
        assert (written, recorded) in (([], 1), ([answer.json().get("code")], 0)), (message, answer.text)


def rows_of(office: TestOffice, journey: JourneyId) -> int:
    with Session(office.engine) as session:
        query = select(func.count()).select_from(LedgerRow).where(LedgerRow.journey_id == journey)
        return session.scalar(query) or 0


EXAMPLES = ROOT / "interfaces" / "gateway" / "static"


@pytest.mark.parametrize(("file", "program"), [("send.sh", "sh"), ("send.py", sys.executable)])
async def test_the_examples_of_the_page_for_developers_send_what_is_recorded(
    office: TestOffice, system: PartnerSystem, journey: JourneyId, tmp_path: Path, file: str, program: str
) -> None:
    assert (EXAMPLES / file).read_text() in (ROOT / "deploy" / "gateway.md").read_text()
    assert (await system.http.get(f"/static/{file}")).status_code == 200
    (tmp_path / "secret.txt").write_text(secret_of(AGENCY) + "\n")
    rows = rows_of(office, journey)
    async with serving(system.app, "127.0.0.1", 0, lambda: None) as server:
        address = f"http://127.0.0.1:{server.port}"
        command = (program, EXAMPLES / file, address, tmp_path / "secret.txt", journey.candidate)
        ended = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=PIPE)
        told, wrong = await ended.communicate()
    assert (ended.returncode, json.loads(told)["accepted"]) == (0, True), (told, wrong)
    assert rows_of(office, journey) == rows + 1
