"""A worker's log while everything fails that can: lines of JSON, which say what is wrong and of nobody who they are."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import uuid4

from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue
from temporalio.testing import WorkflowEnvironment

from models.calendar.swedish_day import day_in_sweden
from models.identifiers import JOURNEY_WORKFLOW, CandidateNumber, JourneyId
from tests.support.import_files import made_up_number
from tests.support.mail_server import MailServer
from tests.support.mail_server import serving as serving_mail
from tests.support.notices import SECRET
from tests.support.office import TestOffice, full_way, open_office
from tests.support.personal import found_in
from tests.support.processes import environment, of_office, run, running
from tests.support.waiting import until
from tests.support.webhook_server import Server, serving

NUMBER, NAME, STREET, NOTE = made_up_number("19790417", 991), "Loggad Märkvärdig", "Spårstigen 7", "sömnlös och orolig"
EMAIL, PHONE = "markvardig@spar.example", "070-991 99 17"
PERSONAL = (NUMBER, NUMBER[2:], NAME, "Märkvärdig", STREET, NOTE, EMAIL, PHONE)
SECRETS = (SECRET, "hemlig-nyckel", "go away")
WAIT = 2
"""Seconds that the partner's system asks for: more than a first attempt waits by itself."""

ALWAYS = {"at", "level", "logger", "message"}

OF_AN_ATTEMPT = {"channel", "outcome", "attempt", "milliseconds", "notice_id", "journey_id", "event_id"}


@asynccontextmanager
async def failing(office: TestOffice) -> AsyncIterator[tuple[Server, Path]]:
    """A worker whose partner asks to wait, and whose mail server refuses with the address in its words; and its log."""
    partner, relay, log = Server(), MailServer(rcpt=f"451 go away <{EMAIL}>"), office.settings.data / "worker.log"
    partner.answer = (503, NAME.encode(), {"Retry-After": str(WAIT)})
    async with serving(partner), serving_mail(relay):
        reached = {
            "HELAVAGEN_WEBHOOK_CATCH_ALL": f"{partner.address}/hemlig-nyckel",
            "HELAVAGEN_SMTP_PORT": relay.port,
        }
        async with running("worker.py", "--debug", env=of_office(office, **reached), errors=log):
            yield partner, log


async def referred(office: TestOffice) -> str:
    """A journey of somebody whose name, number and ways of being reached are known."""
    who = ("--identity-number", NUMBER, "--name", NAME, "--email", EMAIL, "--phone", PHONE)
    how = ("--programme", "service_division", "--partner", "arbetsformedlingen", "--town", "2480")
    by = ("--coordinator", "anna.berg")
    ended = await run("admin.py", "refer", *how, *by, *who, env=of_office(office, HELAVAGEN_ACTOR="anna.berg"))
    assert ended.status == 0, ended
    return JourneyId.of(CandidateNumber(ended.output.split()[2]), "service_division")


async def send_rubbish(office: TestOffice, journey: str) -> None:
    """What somebody sends who has a client and an opinion."""
    handle, text = office.handle(journey), f"{NAME} {NUMBER}, {STREET}: {NOTE}"
    for rubbish in ({"kind": "nonsense", "who": text}, text, {"kind": "note_added", "text": {"deep": text}}):
        await handle.signal("event", rubbish)
    await handle.signal("unheard_of", text)
    await handle.signal("event", args=[text, text])
    queue = office.settings.task_queue
    for kind, id_ in ((JOURNEY_WORKFLOW, f"journey/{uuid4()}"), ("ResendNotices", f"resend/{uuid4()}")):
        for payload in (
            unreadable(text),
            Payload(metadata={"encoding": b"json/plain"}, data=json.dumps(text).encode()),
        ):
            await office.client.start_workflow(kind, RawValue(payload), id=f"{id_}/{uuid4()}", task_queue=queue)


def unreadable(text: str) -> Payload:
    return Payload(metadata={"encoding": b"binary/unknown"}, data=text.encode())


def fail_while_recording(office: TestOffice) -> None:
    """Have the database refuse, and say the row in its own words, as PostgreSQL does."""
    with office.engine.begin() as connection:
        connection.exec_driver_sql(
            f"create trigger fails before insert on ledger begin select raise(abort, 'no room for {NAME}'); end"
        )


def mend(office: TestOffice) -> None:
    with office.engine.begin() as connection:
        connection.exec_driver_sql("drop trigger fails")


def entries(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text().splitlines()]


def told(log: Path, what: str) -> list[dict[str, Any]]:
    """The entries of which an error says or is something."""
    return [one for one in entries(log) if what in json.dumps(one.get("errors", []))]


async def test_a_worker_logs_lines_of_json_with_nothing_personal_in_them(
    temporal: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with open_office(temporal.client, tmp_path, with_worker=False) as office, failing(office) as (partner, log):
        asked_first = monotonic()
        journey = await referred(office)
        way = full_way(day_in_sweden(datetime.now(UTC)))[:3]
        for said in way:
            assert (await office.journeys.submit(journey, said)).accepted
        await send_rubbish(office, journey)
        fail_while_recording(office)
        pending = asyncio.create_task(office.send(journey, "note_added", text=f"{NAME} {NUMBER}: {NOTE}"))
        await until(lambda: told(log, "sqlalchemy.exc.IntegrityError"))
        mend(office)
        assert (await pending).accepted
        await until(lambda: len(ids := [headers["webhook-id"] for _, headers, _ in partner.requests]) > len(set(ids)))
        assert monotonic() - asked_first >= WAIT
    for one in entries(log):
        assert one.keys() >= ALWAYS, one
    attempts = [one for one in entries(log) if one["logger"] == "activities.deliveries"]
    messages = {one["message"] for one in attempts}
    assert "notice failed: The webhook of partner arbetsformedlingen answered 503." in messages
    assert "notice failed: The mail server did not take the mail to partner kommunal yet (reply 451)." in messages
    assert all(one.keys() >= OF_AN_ATTEMPT and "places" not in one for one in attempts)
    assert not told(log, "NotDelivered")
    content = log.read_bytes()
    assert found_in(content, PERSONAL) == []
    assert found_in(content, SECRETS) == []
    assert journey.encode() in content  # what is looked for would have been found


async def test_what_temporals_core_says_of_a_failed_task_names_nobody(temporal: WorkflowEnvironment) -> None:
    address = temporal.client.service_client.config.target_host
    ended = await run("-m", "tests.support.failing_task", address, NAME, env=environment())
    lines = ended.errors.splitlines()
    assert (ended.status, found_in(ended.errors.encode(), PERSONAL)) == (0, [])
    assert any("Failing workflow task" in json.loads(line)["message"] for line in lines)
    assert any(json.loads(line).get("errors") for line in lines)
