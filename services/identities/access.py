"""Opening identities: who asks is known, says why, and has it written down before anything is told."""

from typing import Any

from models.access.identities import Earlier
from models.access.permissions import Reading, Relation
from models.identifiers import Actor
from models.message import Message
from models.rules.identity_access import why_it_stays_closed
from models.stages import Stage
from runtime.errors import Refused
from services.application import Application
from services.identities.contact import PERSONAL
from services.identities.register import Person, person_in
from services.queries.lines import JourneyLine
from services.readers import Listed
from services.reading import may_read, write_down


def open_identity(
    application: Application,
    line: JourneyLine,
    actor: Actor,
    because: str | None,
    *,
    urgent: bool = False,
    what: Reading = Reading.IDENTITY,
) -> Person:
    """Who the candidate of a journey is; as `open_whole_identity`."""
    return person_in(open_whole_identity(application, line, actor, because, urgent=urgent, what=what))


def open_whole_identity(
    application: Application,
    line: JourneyLine,
    actor: Actor,
    because: str | None,
    *,
    urgent: bool = False,
    what: Reading = Reading.IDENTITY,
) -> dict[str, Any]:
    """All that is signed of who the candidate of a journey is, with the salt; that it was asked is written down. `what`
    it is opened for.

    Raises as `may_read`, and Refused where the candidate was erased, while the person is being judged, unless it is
    urgent or somebody in charge asks, and where nobody is known by that number: then nothing is told, and nothing
    written.
    """
    permit = may_read(application, line, actor, what, because, urgent=urgent)
    if line.erased_on is not None:
        raise Refused(application.erased(line))
    # A certificate tells what the evaluation found: also whoever is in charge waits for that.
    nearness = None if what is Reading.CERTIFICATE else permit.relation
    if not urgent and (closed := why_closed(application, line, nearness)) is not None:
        raise Refused(closed)
    return application.register.identity_once(line.candidate, lambda: write_down(application, permit))


def why_closed(application: Application, line: Listed, relation: Relation | None) -> Message | None:
    """Why an identity stays closed to somebody, while the person is being judged: to whoever is in charge only in the
    stages that the programme keeps blind."""
    if relation is Relation.OWN:
        rules = application.book.find(line.programme)
        return why_it_stays_closed(line.stage, True) if rules and line.stage in rules.blind else None
    qualified = line.stage is not Stage.CLOSED or application.register.was_qualified(line.journey_id)
    return why_it_stays_closed(line.stage, qualified)


def in_plain(person: Person) -> dict[str, str | None]:
    """Name and contact details, for the one who opened them. The identity number stays where it is."""
    return {name: getattr(person, name) for name in ("name", *PERSONAL)}


def earlier_in_plain(person: Person) -> list[Earlier]:
    """What these were before, with the day until which they were right."""
    return [one for one in person.earlier if one["field"] != "identity_number"]
