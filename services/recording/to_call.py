"""Whom nobody can write to: whoever looks after a candidate and has no e-mail address is to be called."""

from collections.abc import Iterator

from activities.delivery import Delivery
from models.access.charge import InCharge, ever_in_charge, is_staff, whom_to_tell
from models.events.descriptions import name_of
from models.message import Message, msg
from models.projections.open_items import OpenItem
from services.application import Application
from services.queries.calls import calls_among
from services.queries.lines import JourneyLine, NoticeLine
from services.readers import Listed

UNWRITTEN = (Delivery.PENDING, Delivery.TO_CALL)


def calls_of(application: Application, line: JourneyLine) -> list[OpenItem]:
    """The calls to make about a candidate."""
    return calls_among(application.lists.notices_of(line.journey_id), line.stage, application.now())


def whom_to_call(application: Application, line: Listed, item: OpenItem) -> str | None:
    """Name and telephone number of whom to call; None where nobody may be named."""
    if item.what != "call" or item.partner is None:
        return None
    person = whom_to_tell(application.authority, item.partner, InCharge.of(line), application.now())
    return ", ".join(filter(None, (person.name, person.phone))) if person else None


def to_be_called(application: Application, line: JourneyLine, event_id: str | None = None) -> Iterator[Message]:
    """Who is to be called of what, as nothing can be sent to them: of one event, or of all in a journey that nobody has
    sent or told since."""
    register, at = application.authority, application.now()
    partners = {one.id for one in application.book.readable_partners}
    for notice in application.lists.notices_of(line.journey_id):
        if notice.acknowledged_at is not None or notice.status not in UNWRITTEN:
            continue
        if (event_id or notice.event_id) != notice.event_id:
            continue
        if notice.recipient in partners or not is_staff(register, notice.recipient):
            continue
        person = whom_to_tell(register, notice.recipient, InCharge.of(line), at)
        if person is not None and not person.email and person.person not in ever_in_charge(register):
            yield _call(notice, person.name, person.phone)


def _call(notice: NoticeLine, name: str, phone: str | None) -> Message:
    said = {"name": name, "kind": name_of(notice.kind)}
    if phone is None:
        return msg("to_call.without_phone", "{name} has no e-mail address. Call about: {kind}.", **said)
    return msg("to_call.at", "{name} has no e-mail address. Call {phone} about: {kind}.", **said, phone=phone)
