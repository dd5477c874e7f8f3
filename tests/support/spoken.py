"""What servers of the tests say for people who have signed in to them."""

from datetime import UTC, datetime, timedelta

from activities.sealing import sealer_on
from models.sign_ins import How
from runtime.keyring import DESK
from services.journeys import Journeys, signing_with
from services.speaking import Known, Server, Speaking
from tests.support.authority import key_of
from tests.support.office import TestOffice

THE_DESK = Server(DESK, "staff", key_of(DESK))


def by_the_desk(office: TestOffice, person: str) -> Journeys:
    """Journeys to which the desk speaks for somebody who signed in an hour ago."""
    now = datetime.now(UTC)
    known = Known(person, How.SESSION, "https://id.example", f"session-of-{person}", now - timedelta(hours=1), "loa3")
    sign = signing_with(Speaking(THE_DESK, known, lambda: datetime.now(UTC)), sealer_on(office.engine))
    return Journeys(office.client, office.settings.task_queue, office.engine, sign)
