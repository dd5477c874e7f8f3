"""Opening identities at the desk: who asks is known, says why, and is written down."""

from collections.abc import Sequence

from pydantic import ValidationError

from activities.directory import STAFF_ROLES, Directory
from runtime.desk import show
from runtime.desk.office import Office
from runtime.errors import Refused, WrongUse
from runtime.lists import JourneyLine
from runtime.people import Opening, Person, Request
from runtime.wording import in_words


def open_identity(office: Office, line: JourneyLine, actor: str, because: str | None, *, urgent: bool) -> Person:
    """Who the candidate of a journey is; that it was asked is recorded.

    Raises WrongUse without a reason, Refused for a stranger, and as `Register.open` does.
    """
    if not (because or "").strip():
        raise WrongUse('An identity is opened for a reason that is kept: say it with --because "…".')
    role = actor.partition(":")[0]
    if role not in STAFF_ROLES:
        raise Refused(f"A {role} does not open identities; ask the candidate's coordinator.")
    if (unknown := Directory(office.book.partners).why_not(actor)) is not None:
        raise Refused(in_words(unknown))
    try:
        request = Request(
            journey_id=line.journey_id, candidate=line.candidate, by=actor, because=because or "", urgent=urgent
        )
    except ValidationError as error:
        raise WrongUse("--because is plain text of at most 2,000 characters; shorten it, or type it again.") from error
    return office.register.open(request, office.now())


def in_plain(person: Person) -> dict[str, str | None]:
    """Name and contact details, for the one who opened them. The identity number stays where it is."""
    return {"name": person.name, "email": person.email, "phone": person.phone}


def print_person(person: Person) -> None:
    for label, value in in_plain(person).items():
        show.console().print(f"{label}: {value or '–'}", markup=False, highlight=False)


def print_openings(lines: Sequence[Opening]) -> None:
    rows = [
        (f"{one.opened_at:%Y-%m-%d %H:%M} UTC", one.opened_by, one.stage, "urgent" if one.urgent else "", one.because)
        for one in lines
    ]
    show.table("", ("opened", "by", "stage", "", "why"), rows, "Nobody has opened this identity.")
