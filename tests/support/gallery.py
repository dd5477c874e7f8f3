"""Pictures of the desk for whoever reads of it: the demo's people on the desk of a fixed day, so that only what has
changed on a page changes its picture."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from models.identifiers import Role
from models.stages import Stage
from runtime.local.dev_server import HOST
from runtime.local.people import everywhere
from runtime.local.stack import free_port
from tests.support.databases import migrated
from tests.support.desk import chromium
from tests.support.desk_ledger import DeskOnALedger, desk_on, joins, somebody
from tests.support.desk_walk import Walk, WalkedServer, walk
from tests.support.recording import RecordedWay

WINDOW = {"viewport": {"width": 1200, "height": 900}, "device_scale_factor": 0.75}

LARGEST = 120_000
"""Bytes of a picture: a README with three of them is still quickly there."""

PEOPLE = (
    ("Amina Övning", Stage.INTERNSHIP, 7),
    ("Åsa Prövare", Stage.REQUIREMENT_CHECK, 9),
    ("Märta Testing", Stage.EVALUATION, 12),
    ("Nils Övning", Stage.AWAITING_PLACEMENT, 2),
    ("Erik Prövare", Stage.REFERRAL, 0),
    ("Pål Testing", Stage.TEMPORARY_ROLE, 0),
    ("Sara Låtsas", Stage.PERMANENT_ROLE, 0),
    ("Yusuf Påhitt", Stage.PERMANENT_ROLE, 0),
    ("Ibrahim Fantasi", Stage.CLOSED, 0),
)
"""Who stands where, with the last two digits of a telephone number where they have one."""

DAYS = 21
"""Between what was recorded and the day of the pictures."""


async def draw(into: Path) -> list[Path]:
    """Make all pictures in a folder; returns them. Raises ValueError for one that is too large."""
    async with _a_desk() as (desk, ways, address), chromium() as browser:
        joins(desk, desk.engine, "eva.granskare", *everywhere((Role.AUDITOR,)), name="Eva Granskare")
        async with WalkedServer(address, desk.desk.app).listening() as server:
            people = {one: await walk(server, browser, desk.desk.office, one, **WINDOW) for one in PHOTOGRAPHED}
            return [await picture(people, ways, into) for picture in PICTURES]


PHOTOGRAPHED = ("anna.berg", "lena.strand", "eva.granskare")

Ways = dict[str, RecordedWay]

Walks = dict[str, Walk]


async def my_day(walks: Walks, _ways: Ways, into: Path) -> Path:
    """What waits for a coordinator this week."""
    await walks["anna.berg"].to("/?vecka=ja")
    return await _taken(walks["anna.berg"], into / "mitt-idag.png")


async def a_person(walks: Walks, ways: Ways, into: Path) -> Path:
    """Somebody's way, what is next, and whom to call."""
    await walks["anna.berg"].to(f"/person/{ways['Amina Övning'].candidate}")
    return await _taken(walks["anna.berg"], into / "person.png")


async def a_form(walks: Walks, ways: Ways, into: Path) -> Path:
    """Requirements by their texts."""
    asks = _form(ways["Åsa Prövare"], "requirements_checked")
    await walks["anna.berg"].to(f"{asks}&profile=hospital_service")
    return await _taken(walks["anna.berg"], into / "registrera.png")


async def a_preview(walks: Walks, ways: Ways, into: Path) -> Path:
    """What follows, before it is sent."""
    anna, way = walks["anna.berg"], ways["Nils Övning"]
    await anna.to(f"{_form(way, 'internship_agreed')}&position=lasarettet_ward_service")
    await anna.sends("looked through", starts_on=str(way.day), ends_on=f"{way.day:%Y}-06-12")
    return await _taken(anna, into / "kontrollera.png")


async def a_report(walks: Walks, _ways: Ways, into: Path) -> Path:
    """A manager's own figures."""
    await walks["lena.strand"].to("/program/service_division/intern")
    return await _taken(walks["lena.strand"], into / "program.png")


async def an_audit(walks: Walks, ways: Ways, into: Path) -> Path:
    """What happened to somebody."""
    eva = walks["eva.granskare"]
    await eva.to("/granskning")
    await eva.sends("what happened", candidate=ways["Amina Övning"].candidate, because="Årlig kontroll")
    return await _taken(eva, into / "granskning.png")


PICTURES = (my_day, a_person, a_form, a_preview, a_report, an_audit)


def _form(way: RecordedWay, kind: str) -> str:
    return f"/person/{way.candidate}/registrera/{kind}?program={way.id.programme}/1"


async def _taken(one: Walk, file: Path) -> Path:
    taken = await one.page.screenshot(path=file)
    if len(taken) > LARGEST:
        raise ValueError(f"{file.name} has {len(taken)} bytes, and {LARGEST} are the most")
    return file


@asynccontextmanager
async def _a_desk() -> AsyncIterator[tuple[DeskOnALedger, Ways, str]]:
    address = f"http://{HOST}:{free_port()}"
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        engine = migrated(f"sqlite:///{Path(folder) / 'gallery.db'}", offering=True)
        ways = {
            name: somebody(engine, name, stage, phone=f"070-174 06 {phone:02}" if phone else None)
            for name, stage, phone in PEOPLE
        }
        for way in ways.values():
            way.later(DAYS)
        async with desk_on(engine, patch, Path(folder), *ways.values(), address=address) as desk:
            yield desk, ways, address
        engine.dispose()
