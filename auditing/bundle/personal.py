"""Who somebody is, for a bundle that shall say so: opened as at the desk, with the trace that this leaves."""

from dataclasses import dataclass

from auditing.bundle import names
from auditing.bundle.journey_files import as_json, as_lines
from models.identifiers import Actor
from runtime.errors import Refused
from services.application import Application
from services.identities.access import may_ask, open_identity
from services.identities.register import Person
from services.remarks import remarks_on


@dataclass(frozen=True)
class Identities:
    """Opens identities and remarks, on the ordinary role of the database, for somebody who says why."""

    desk: Application
    actor: Actor
    because: str

    def person_files(self, journey_id: str) -> dict[str, bytes]:
        """Who the candidate of a journey is, and what was remarked; that it was opened is recorded.

        Raises Refused while the person is being judged, and where nobody is known by that number.
        """
        lines = self.desk.lists.journeys(journey_id=journey_id)
        if not lines:
            raise Refused("{journey} was refused at its referral, so nobody's identity is opened.", journey=journey_id)
        person = open_identity(self.desk, lines[0], self.actor, self.because, urgent=False)
        remarks = [remark.model_dump(mode="json") for remark in remarks_on(self.desk.reading, journey_id)]
        return {names.PERSON: as_json(_told(person)), **({names.REMARKS: as_lines(remarks)} if remarks else {})}


def identities(because: str | None) -> Identities:
    """For whoever the settings say is here. Raises UsageError without a reason, and Refused for a stranger."""
    desk = Application()  # not the auditors' role, which sees no identities
    actor = desk.actor(None)
    may_ask(desk, actor, because)
    return Identities(desk, actor, (because or "").strip())


def _told(person: Person) -> dict[str, str | None]:
    return {
        "name": person.name,
        "identity_number": person.identity_number,
        "email": person.email,
        "phone": person.phone,
    }
