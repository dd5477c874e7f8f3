"""The desk's forms of journeys, filled in step by step in a test."""

from datetime import UTC, date, datetime, timedelta
from html import unescape

import httpx2

from models.calendar.swedish_day import day_in_sweden
from models.identifiers import JourneyId
from models.stages import Stage
from tests.support.desk_pages import Browsing, Form
from tests.support.office import TestOffice, full_way

TODAY = day_in_sweden(datetime.now(UTC))


def form_path(journey: JourneyId, kind: str, part: str = "registrera") -> str:
    return f"/person/{journey.candidate}/{part}/{kind}?program={journey.programme}/1"


async def recorded(visitor: Browsing, journey: JourneyId, kind: str, **said: object) -> httpx2.Response:
    """The form of a kind is filled in, looked through and sent; returns the last answer."""
    page = await opened(visitor, form_path(journey, kind))
    return await sent(visitor, await visitor.send(page, **said))


async def opened(visitor: Browsing, path: str) -> httpx2.Response:
    """A form; of a colleague's candidate once it is said why."""
    page = await visitor.get(path)
    assert page.status_code == 200, page.text
    is_asked_why = "/skal?" in Form(page.text).action
    return await visitor.follow(await visitor.send(page, because="Stands in for a colleague")) if is_asked_why else page


async def sent(visitor: Browsing, preview: httpx2.Response, **said: object) -> httpx2.Response:
    assert preview.status_code == 200, unescape(preview.text)
    return await visitor.send(preview, "send", **said)


def stage(office: TestOffice, journey: JourneyId) -> Stage:
    [line] = office.lists.found(journey_id=journey)
    return line.stage


def kinds(office: TestOffice, journey: JourneyId) -> list[str]:
    return [line.kind for line in office.ledger(journey) if line.receipt.accepted]


async def placed(office: TestOffice, since: date = TODAY) -> JourneyId:
    """Somebody in an internship of a month."""
    journey = await office.refer(effective_on=since)
    accepted, checked, agreed = full_way(since)[:3]
    for said in (accepted, checked, agreed.model_copy(update={"ends_on": TODAY + timedelta(days=30)})):
        receipt = await office.journeys.submit(journey, said)
        assert receipt.accepted, receipt
    return journey
