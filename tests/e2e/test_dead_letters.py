"""Notices that cannot be delivered: they hold up nobody, somebody sees them, and once mended they are sent again."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from aiohttp import web
from aiosmtpd.smtp import SMTP, Envelope, Session
from temporalio.client import Client
from temporalio.service import RetryConfig
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.outbox import Outbox
from models.stages import Stage
from runtime.errors import ServiceUnavailable
from runtime.local.dev_server import start_dev_server
from runtime.rulebook.loader import RuleBook
from runtime.settings import PROGRAMMES
from runtime.temporal.client import data_converter
from services.journeys import Journeys
from services.operations.resending import send_again
from services.queries.lines import NoticeLine
from tests.support.agreeing import assert_agreement
from tests.support.authority import signature_of
from tests.support.office import TestOffice, event, full_way, open_office
from tests.support.processes import Ended, of_office, run
from tests.support.programme_files import changed_programmes
from tests.support.waiting import until
from worker import running_worker

DAY = date(2026, 3, 2)
GONE = "The webhook of partner arbetsformedlingen is gone (410); ask the partner for its new address."
UNKNOWN = "kommunal is not in programmes/partners.toml; add it and send again"
NO_MAILBOX = "The mail server refused the address of partner kommunen; correct it."
NO_WORD_OF_THE_REFERRAL = ("service_division.toml", '[[notices]]\nevent = "referred"\nto = ["referring_partner"]\n', "")
"""So that a short way has one notice."""


@dataclass
class Broken:
    """An office whose notices nobody takes until everything is mended."""

    office: TestOffice
    programmes: Path
    smtp_port: int
    webhooks: str

    def worker(self, *, mended: bool) -> AbstractAsyncContextManager[Worker]:
        """A worker that knows the right partners, and reaches them; or one that knows too few, and reaches nobody."""
        office = self.office
        book = office.book if mended else RuleBook(self.programmes)
        wrong = {"smtp_port": self.smtp_port, "webhook_catch_all": self.webhooks}
        settings = office.settings if mended else office.settings.model_copy(update=wrong)
        return running_worker(office.client, settings, book, office.engine)

    async def admin(self, *arguments: object) -> Ended:
        ended = await run("admin.py", *map(str, arguments), env=of_office(self.office, HELAVAGEN_ACTOR="anna.berg"))
        assert "Traceback" not in ended.errors
        return ended

    async def shown_as_dead(self) -> list[dict[str, Any]]:
        """What a coordinator sees who asks for dead letters."""
        ended = await self.admin("notices", "--dead", "--json")
        assert ended.status == 0, ended
        return list(json.loads(ended.output))

    async def notices(self, journey: str, *statuses: str) -> list[NoticeLine]:
        """The journey's notices once all have these statuses."""
        return await until(
            lambda: self.office.lists.notices(journey_id=journey),
            lambda lines: bool(lines) and {line.status for line in lines} == set(statuses),
        )

    async def withdrawn(self) -> tuple[str, NoticeLine]:
        """A journey with one notice, which is a dead letter, and the notice."""
        async with self.worker(mended=False):
            journey = await self.office.refer(effective_on=DAY)
            await self.office.send(journey, "withdrawn", effective_on=DAY, end_reason="own_wish")
            [notice] = await self.notices(journey, "dead")
        return journey, notice

    def received(self) -> list[str]:
        return sorted(str(item.notice_id) for item in self.office.received())


class NoMailbox:
    """A mail server's rules: it knows nobody."""

    async def handle_RCPT(self, _server: SMTP, _session: Session, _envelope: Envelope, *_: object) -> str:
        return "550 5.1.1 No such mailbox"


@pytest.fixture
async def refusing_mail_server() -> AsyncIterator[int]:
    """The port of a mail server that refuses every address."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(NoMailbox(), hostname="localhost", loop=loop), "127.0.0.1", 0)
    yield int(server.sockets[0].getsockname()[1])
    server.close()
    await server.wait_closed()


@pytest.fixture
async def gone_system() -> AsyncIterator[str]:
    """The address of a system that says that it is gone for good."""

    async def gone(_request: web.Request) -> web.Response:
        return web.Response(status=410)

    app = web.Application()
    app.router.add_post("/{partner}", gone)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.fixture
async def broken(
    temporal: WorkflowEnvironment, tmp_path: Path, refusing_mail_server: int, gone_system: str
) -> AsyncIterator[Broken]:
    programmes = tmp_path / "programmes"
    shutil.copytree(PROGRAMMES, programmes)
    partners = (programmes / "partners.toml").read_text()
    (programmes / "partners.toml").write_text(partners.replace('id = "kommunal"', 'id = "renamed"'))
    towns = (programmes / "towns.toml").read_text()
    (programmes / "towns.toml").write_text(towns.replace('"kommunal"', '"renamed"'))
    fewer = changed_programmes(tmp_path / "fewer", (NO_WORD_OF_THE_REFERRAL,))
    async with open_office(temporal.client, tmp_path, with_worker=False, programmes=fewer) as office:
        yield Broken(office, programmes, refusing_mail_server, gone_system)


async def test_dead_letters_hold_up_no_journey_and_a_coordinator_sees_them(broken: Broken) -> None:
    office = broken.office
    async with broken.worker(mended=False):
        journey = await office.refer(effective_on=DAY)
        receipts = [await office.journeys.submit(journey, said) for said in full_way(DAY)]
        assert receipts[-1].stage is Stage.PERMANENT_ROLE
        dead = await broken.notices(journey, "dead")
        await assert_agreement(office, journey)
    assert {(line.recipient, line.last_error, line.attempts) for line in dead} == {
        ("arbetsformedlingen", GONE, 1),
        ("kommunal", UNKNOWN, 1),
        ("kommunen", NO_MAILBOX, 1),
        ("maria.ek", NO_MAILBOX.replace("kommunen", "maria.ek"), 1),
        ("candidate", NO_MAILBOX.replace("kommunen", "anna.berg"), 1),
    }
    assert sorted(line["notice_id"] for line in await broken.shown_as_dead()) == sorted(n.notice_id for n in dead)
    for_people = await broken.admin("notices", "--dead")
    assert all(line.notice_id in for_people.output for line in dead)
    assert "gone (410)" in for_people.output
    assert broken.received() == []


async def test_dead_letters_are_sent_again_one_by_one_or_all_at_once(broken: Broken) -> None:
    office = broken.office
    async with broken.worker(mended=False):
        journey = await office.refer(effective_on=DAY)
        for said in full_way(DAY):
            await office.journeys.submit(journey, said)
        dead = await broken.notices(journey, "dead")
    one = next(line for line in dead if line.recipient == "kommunal")
    async with broken.worker(mended=True):
        resent = await broken.admin("resend", one.notice_id)
        assert (resent.status, resent.output) == (0, "1 notice on its way again\n")
        lines = await broken.notices(journey, "dead", "sent")
        assert [line.notice_id for line in lines if line.status == "sent"] == [one.notice_id]
        assert broken.received() == [one.notice_id]

        resent = await broken.admin("resend", "--all")
        assert (resent.status, resent.output) == (0, f"{len(dead) - 1} notices on their way again\n")
        sent = await broken.notices(journey, "sent")
    assert broken.received() == sorted(line.notice_id for line in dead)
    assert {(line.attempts, line.last_error) for line in sent} == {(2, None)}
    assert await broken.shown_as_dead() == []


async def test_a_dead_letter_is_sent_again_where_the_journey_has_ended(broken: Broken) -> None:
    journey, notice = await broken.withdrawn()
    await broken.office.handle(journey).terminate("its history was no longer wanted")
    async with broken.worker(mended=True):
        assert (await broken.admin("resend", notice.notice_id)).status == 0
        await broken.notices(journey, "sent")
    assert broken.received() == [notice.notice_id]


async def test_a_dead_letter_whose_cause_is_not_mended_dies_again(broken: Broken) -> None:
    journey, notice = await broken.withdrawn()
    async with broken.worker(mended=False):
        assert (await broken.admin("resend", notice.notice_id)).status == 0
        await until(lambda: broken.office.lists.notices(journey_id=journey)[0].attempts == 2)
    assert [line["notice_id"] for line in await broken.shown_as_dead()] == [notice.notice_id]


async def test_a_dead_letter_that_was_revived_while_no_worker_ran_is_sent_by_the_next_one(broken: Broken) -> None:
    journey, notice = await broken.withdrawn()
    assert (await broken.admin("resend", notice.notice_id)).status == 0
    again = await broken.admin("resend", notice.notice_id)
    assert (again.status, again.errors.count("\n")) == (2, 1), again
    async with broken.worker(mended=True):
        await broken.notices(journey, "sent")
    assert broken.received() == [notice.notice_id]


async def test_a_dead_letter_stays_one_where_temporal_goes_away_meanwhile(broken: Broken) -> None:
    _, notice = await broken.withdrawn()
    async with await start_dev_server() as elsewhere:
        address = elsewhere.client.service_client.config.target_host
        soon = RetryConfig(max_retries=1)
        client = await Client.connect(address, data_converter=data_converter(), retry_config=soon)
    journeys = Journeys(client, broken.office.settings.task_queue, broken.office.engine, signature_of)
    with pytest.raises(ServiceUnavailable):
        await send_again(Outbox(broken.office.engine), journeys, [UUID(notice.notice_id)], datetime.now(UTC))
    [line] = broken.office.lists.notices(status="dead")
    assert (line.notice_id, line.last_error) == (notice.notice_id, "not sent again, as Temporal could not be reached")


async def test_only_a_dead_letter_can_be_sent_again(broken: Broken) -> None:
    async with broken.worker(mended=True):
        journey = await broken.office.refer()
        await broken.office.send(journey, "withdrawn", end_reason="own_wish")
        [sent] = await broken.notices(journey, "sent")
        refused = await broken.admin("resend", sent.notice_id, uuid4())
        assert (refused.status, refused.output, refused.errors.count("\n")) == (2, "", 1), refused
        nothing = await broken.admin("resend", "--all")
        assert (nothing.status, nothing.output) == (0, "0 notices on their way again\n")
    assert broken.received() == [sent.notice_id]


async def test_a_partner_can_acknowledge_a_notice_that_had_been_dead(broken: Broken) -> None:
    journey, notice = await broken.withdrawn()
    async with broken.worker(mended=True):
        said = event("partner_acknowledged", actor="partner:arbetsformedlingen", notice_id=notice.notice_id)
        assert (await broken.admin("resend", "--all")).status == 0
        await broken.notices(journey, "sent")
        assert (await broken.office.journeys.submit(journey, said)).accepted
        [line] = broken.office.lists.notices(journey_id=journey)
        assert line.acknowledged_at is not None
        await assert_agreement(broken.office, journey)
