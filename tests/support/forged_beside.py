"""What stands beside the ledger: recorded honestly, and then cut off and forged by somebody who can write by SQL."""

from datetime import UTC, date, datetime
from random import Random

from sqlalchemy import Connection, text

from models.access.permissions import Reading
from models.programme.training import Completion, StaffForm
from services.identities.register import Person, Register
from services.reading import read
from services.training import TrainingRecord
from tests.support.authority import TestKeyring
from tests.support.desks import office_of
from tests.support.office import TestOffice, full_way
from tests.support.programmes import RULES
from tests.support.values import COORDINATOR

DAY = date(2026, 3, 2)
PEOPLE = (Person("199001019802", "Påhittad Person"), Person("199001019810", "Uppdiktad Person"))
PACKAGE = RULES.packages["values_and_diversity"]
CUT = {
    "unit_staff": 2,
    "training_completions": len(PACKAGE.parts),
    "identity_commitments": len(PEOPLE),
    "position_changes": len(RULES.positions),
}
"""How many rows each log has, of which the last is cut off."""

READ = 3
"""How often the journey is read, of which the last time is cut off."""

MORE_PLACES, UNKNOWN = RULES.positions[0].id, "moon_base"
"""A position that is given places, and one that no file has."""

NOBODY = "journey/A22222223/service_division"
"""A journey that there is not, and that holds a place."""


async def record_beside(office: TestOffice) -> dict[str, str]:
    """People, training, readings and places; returns the journeys by what will be done to them."""
    journeys: dict[str, str] = {"read": await office.refer(), "placed": await office.refer(effective_on=DAY)}
    for said in full_way(DAY)[:3]:
        assert (await office.journeys.submit(journeys["placed"], said)).accepted
    record, now = TrainingRecord(office.engine, TestKeyring()), datetime.now(UTC)
    for person in ("maria.ek", "jonas.alm"):
        said_of = {"from_day": DAY, "until_day": None, "by": COORDINATOR, "at": now}
        assert record.employ("Lasarettet, vårdnära service", person, StaffForm.PERMANENT, **said_of)  # type: ignore[arg-type]
    record.complete(PACKAGE, [Completion("maria.ek", part.id, DAY) for part in PACKAGE.parts], by=COORDINATOR, at=now)
    for one in PEOPLE:
        Register(office.engine, Random(one.identity_number), TestKeyring()).number_of(one, now, COORDINATOR)
    desk = office_of(office.engine, lists=office.lists)
    for _ in range(READ):
        [line] = office.lists.journeys(journey_id=journeys["read"])
        read(desk, line, COORDINATOR, Reading.JOURNEY)
    return journeys


def forge_beside(connection: Connection, journeys: dict[str, str]) -> None:
    """Cut off the last row of every log, and forge positions and places."""
    for table in (*CUT, "reads"):
        connection.execute(text(f"drop trigger {table}_no_delete"))
    for table, rows in CUT.items():
        assert connection.execute(text(f"delete from {table} where number = {rows}")).rowcount == 1
    of_journey = {"journey": journeys["read"]}
    cut = text(f"delete from reads where journey_id = :journey and number = {READ}")
    assert connection.execute(cut, of_journey).rowcount == 1
    for statement in (
        f"update positions set places = places + 7 where id = '{MORE_PLACES}'",
        f"insert into positions select '{UNKNOWN}', {AS_THE_FIRST} from positions where id = '{MORE_PLACES}'",
        f"delete from places_taken where journey_id = '{journeys['placed']}'",
        f"insert into places_taken values ('{NOBODY}', '{MORE_PLACES}', '2026-01-01 00:00:00.000000')",
    ):
        assert connection.execute(text(statement)).rowcount == 1


AS_THE_FIRST = "title, unit, site, staffing_need, profile, programmes, places"
