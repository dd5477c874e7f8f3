"""Letters with links: an office that sends them, the pages that they lead to, and whoever follows one."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, cast

import httpx2
from starlette.applications import Starlette
from temporalio.client import Client

from activities.links import PATH
from interfaces.gateway.letter_pages import LetterPages
from models.identifiers import CandidateNumber, JourneyId
from runtime.keyring import keyring_of
from services.application import Application
from services.letters.office import LetterOffice
from tests.support.office import MET, TestOffice, event, open_office
from tests.support.programme_files import SERVICE_FILE, WITH_QUESTIONS, changed_programmes
from tests.support.sealing import open_keyed, open_keyed_for_reading
from tests.support.waiting import until

BASE = "https://svar.employer.example"
KOMMUNAL, MARIA = "sektionen@kommunal.example", "maria.ek@employer.example"
TOLD = '[[notices]]\nevent = "internship_agreed"\nto = ["referring_partner", "union"'
CHANGES = (*WITH_QUESTIONS, (SERVICE_FILE, TOLD, f'{TOLD}, "supervisor"'))
"""Unions are asked before an internship, and the supervisor is told of it."""


@dataclass
class LetterDesk:
    """An office whose letters carry links, and a browser before their pages."""

    office: TestOffice
    letters: LetterOffice
    browser: httpx2.AsyncClient
    shared: Application

    async def asks_unions(self, candidate: str | None = None) -> JourneyId:
        """Somebody waits for an internship, and a union is asked about it."""
        journey = await self.office.refer(candidate=candidate)
        findings = [{"requirement": requirement, "result": "met"} for requirement in MET]
        for kind, fields in (
            ("referral_accepted", {}),
            ("requirements_checked", {"profile": "hospital_service", "findings": findings}),
            ("union_consulted", {"about": "internship_agreed", "unions": ["kommunal"]}),
        ):
            receipt = await self.office.send(journey, kind, **cast("dict[str, Any]", fields))
            assert receipt.accepted, receipt
        return journey

    async def agrees(self, journey: JourneyId, supervisor: str = "maria.ek") -> None:
        """An internship begins today."""
        assert (await self.office.send(journey, "union_answered", union="kommunal", answer="no_objection")).accepted
        day = event("note_added", text="x").effective_on
        at = {"position": "lasarettet_ward_service", "supervisor": supervisor}
        receipt = await self.office.send(
            journey, "internship_agreed", starts_on=day, ends_on=day + timedelta(days=30), **at
        )
        assert receipt.accepted, receipt

    def mails(self, address: str, candidate: CandidateNumber, about: str = "") -> list[EmailMessage]:
        """What somebody got about a candidate, the first first."""
        return [
            message_from_bytes(item.path.read_bytes(), policy=default)
            for item in self.office.received()
            if address in item.recipient and candidate in item.subject and about in item.subject
        ]

    async def mail(self, address: str, candidate: CandidateNumber, about: str = "") -> EmailMessage:
        """The latest of these, once it has come."""
        return (await until(lambda: self.mails(address, candidate, about)))[-1]

    async def link(self, address: str, candidate: CandidateNumber, about: str = "") -> str:
        """The path of the link in the latest of these."""
        return path_in(await self.mail(address, candidate, about))

    async def post(self, path: str, **fields: str) -> httpx2.Response:
        """Send a form."""
        return await self.browser.post(path, data=fields)

    def kinds(self, journey: JourneyId) -> list[tuple[str, str | None]]:
        """What is recorded of a journey, accepted: each kind with its author."""
        return [(row.kind, row.actor) for row in self.office.ledger(journey) if row.accepted]


def path_in(mail: EmailMessage) -> str:
    """The path of the link in a mail; that it stands in both of its forms alike is asked too."""
    text, html = (cast("EmailMessage", mail.get_body((form,))).get_content() for form in ("plain", "html"))
    [link] = re.findall(rf"{re.escape(BASE + PATH)}[\w-]{{32}}(?!\S)", text)
    assert html.count(link) == 2
    return str(link).removeprefix(BASE)


@asynccontextmanager
async def open_letters(
    client: Client, folder: Path, *, pages_url: str | None = None, **more: Any
) -> AsyncIterator[LetterDesk]:
    """An office on a folder, until the context ends. The pages may have a role of their own in the database; `more` are
    settings, and what else an office takes."""
    programmes = changed_programmes(folder, CHANGES)
    async with open_office(client, folder / "data", programmes=programmes, links_url=BASE, **more) as office:
        shared = Application()
        reading = open_keyed_for_reading(pages_url or office.settings.database_url)
        writing = open_keyed(pages_url) if pages_url else office.engine
        ready: dict[str, Any] = {"settings": office.settings, "reading": reading, "writing": writing}
        vars(shared).update(**ready, keyring=keyring_of(office.settings))

        async def connected() -> Client:
            return office.client

        letters = LetterOffice(shared, connected)
        app = Starlette(routes=LetterPages(letters).routes)
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=BASE) as browser:
            yield LetterDesk(office, letters, browser, shared)
        reading.dispose()
        writing.dispose()
