"""A proposed correction before whoever decides: what it is about, what would follow, and the answer."""

from typing import NamedTuple
from uuid import UUID

from models.access.permissions import Reading
from models.events.descriptions import in_words
from models.events.events import Event
from models.identifiers import Actor
from models.ledger.receipt import Receipt
from models.message import Message
from runtime.errors import Refused
from services.application import Application
from services.identities.naming import names_in
from services.queries.lines import JourneyLine
from services.reading import read
from services.recording import moving
from services.recording.approving import Found, approval_of, refusal_of
from services.recording.event_names import event_in_names
from services.recording.knowledge import known_at
from services.recording.preview import Preview, once_approved, preview
from services.recording.sureness import own_words
from services.texts import opened, texts_of


class Proposed(NamedTuple):
    """What a proposal is about: the candidate's name for those in charge, what was recorded, and what is proposed."""

    name: str | None
    recorded: Message
    proposed: Message


def refuse_own(one: Found) -> None:
    """Raises Refused where somebody would approve what they have proposed."""
    if one.approval.own:
        raise Refused("approval.own", "Nobody approves their own proposal. Ask a colleague, or withdraw it.")


def read_proposal(application: Application, one: Found, author: Actor, why: str) -> None:
    """Write down that somebody reads what is proposed; `why` is worded by the product. Raises as `read` does."""
    read(application, one.line, author, Reading.JOURNEY, own_words(application, why))


def proposed_in(application: Application, one: Found, given: str | None) -> Proposed:
    """What a proposal is about. Whoever shows it has written it down."""
    rows = opened(one.rows, texts_of(application.reading, one.line.journey_id))
    known = known_at(application, one.line.journey_id, application.today())
    by_number, numbers = {line.row: line for line in rows}, {line.event_id: line.row for line in rows}
    recorded, proposed = by_number[one.approval.corrects], by_number[one.approval.row]
    return Proposed(
        names_in(application, given, [one.line]).get(one.line.candidate),
        in_words(event_in_names(recorded.event, known), numbers),
        in_words(event_in_names(proposed.event, known), numbers),
    )


def foreseen(application: Application, one: Found, author: Actor) -> list[tuple[JourneyLine, Preview]]:
    """What would follow from an approval, by a colleague where the proposal is one's own: first, of a move, in the
    journey of the right person. Raises Refused where that is gone; nothing of a journey with other rules than those of
    today."""
    if one.approval.own:
        follows = once_approved(application, one.line, one.event, one.rows)
        return [(one.line, follows)] if follows else []
    steps: list[tuple[JourneyLine, Event]] = []
    if one.event.moved is not None:
        steps.append(moving.to_be_recorded(application, one, author))
    steps.append((one.line, approval_of(application, one, author)))
    rows_of = application.lists.ledger
    found = [(line, preview(application, line, said, rows_of(line.journey_id))) for line, said in steps]
    return [(line, each) for line, each in found if each is not None]


async def approve(application: Application, one: Found, author: Actor, event_id: UUID | None = None) -> Receipt:
    """Approve a proposal as it stands, under this id or a new one. Raises Refused where it is one's own."""
    refuse_own(one)
    if one.event.moved is not None:
        return await moving.approve(application, one, author)
    said = approval_of(application, one, author, event_id)
    return await (await application.journeys()).submit(one.line.journey_id, said)


async def decline(application: Application, one: Found, author: Actor, because: str) -> Receipt:
    """Decline a proposal, or withdraw one's own."""
    said = refusal_of(application, one, author, because)
    return await (await application.journeys()).submit(one.line.journey_id, said)
