"""Opening identities at the desk: who asks is known, says why, and is written down."""

from pydantic import ValidationError

from activities.recording_checks import Directory
from models.identifiers import STAFF_ROLES, Actor
from runtime.errors import Refused, UsageError
from services.application import Application
from services.identities.register import Person, Request
from services.queries.lists import JourneyLine


def open_identity(
    application: Application, line: JourneyLine, actor: Actor, because: str | None, *, urgent: bool
) -> Person:
    """Who the candidate of a journey is; that it was asked is recorded.

    Raises as `may_ask`, and as `Register.open` does.
    """
    may_ask(application, actor, because)
    try:
        request = Request(
            journey_id=line.journey_id, candidate=line.candidate, by=actor, because=because or "", urgent=urgent
        )
    except ValidationError as error:
        raise UsageError(
            "identity.reason_format", "The reason must be plain text of at most 2,000 characters."
        ) from error
    return application.register.open(request, application.now())


def may_ask(application: Application, actor: Actor, because: str | None) -> None:
    """Raises UsageError without a reason, and Refused for a stranger."""
    if not (because or "").strip():
        raise UsageError("identity.reason_missing", "State why the identity is opened. The reason is kept.")
    if actor.role not in STAFF_ROLES:
        raise Refused(
            "identity.role",
            "The role {role} may not open identities. Ask the candidate's coordinator.",
            role=actor.role,
        )
    if (unknown := Directory(application.book.partners).why_not(actor)) is not None:
        raise Refused(unknown)


def in_plain(person: Person) -> dict[str, str | None]:
    """Name and contact details, for the one who opened them. The identity number stays where it is."""
    return {"name": person.name, "email": person.email, "phone": person.phone}
