"""What answers to letters are taken with: everything of the process, with register and files as they are just now."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from activities.authority import KnownRegister
from activities.sealing import sealer_on
from models.events.events import Event, NoteAdded, PartnerAcknowledged
from models.events.texts import TextPlace, with_texts, written_in
from models.events.wariness import concerns_in
from models.events.way import UnionAnswered
from models.identifiers import JourneyId
from models.message import msg
from models.partners.partner import Partner
from runtime.encryption.sealers import refuse_other_master_key
from runtime.errors import Refused
from runtime.keyring import GATEWAY
from runtime.rulebook.loader import RuleBook
from runtime.rulebook.settling import settled
from runtime.settings import Settings
from services.application import Application
from services.queries.lines import accepted_entries, events_in_effect
from services.recording.sureness import own_words
from services.speaking import Known, Speaking, server_of
from services.texts import KeptText, opened, texts_of

if TYPE_CHECKING:
    from temporalio.client import Client


class LetterOffice:
    """One a process: its database, its Temporal client, and the register, of which each statement is read once."""

    def __init__(self, shared: Application, connect: Callable[[], Awaitable[Client]]) -> None:
        """`connect` gives the connection of the process, made when it is first needed."""
        self._shared = shared
        self.client = connect
        self.register = KnownRegister()

    def application(self) -> Application:
        """What one answer is taken with. Nothing is signed by it before it is known for whom: see `speak`."""
        return _OfOne(self, self._shared)

    def speak(self, application: Application, known: Known) -> None:
        """Have an application sign for whoever is known, by the gateway's word. Raises UsageError where its key is
        missing or does not count."""
        server = server_of(self._shared.keyring, application.authority, GATEWAY, application.now())
        vars(application)["keyring"] = Speaking(server, known, application.now)

    def close(self) -> None:
        """Let go of the connections to the database."""
        self._shared.writing.dispose()
        self._shared.reading.dispose()


def letter_office(settings: Settings, connect: Callable[[], Awaitable[Client]] | None = None) -> LetterOffice:
    """The one that the settings want; without a connection of others it has its own. Raises UsageError."""
    shared = Application()
    vars(shared)["settings"] = settings
    refuse_other_master_key(shared.reading, sealer_on(shared.reading).master)
    return LetterOffice(shared, connect or _once(shared.client))


def _once(connect: Callable[[], Awaitable[Client]]) -> Callable[[], Awaitable[Client]]:
    """Connects when first asked, and never again."""
    connecting = asyncio.Lock()
    connected: list[Client] = []

    async def connection() -> Client:
        async with connecting:
            if not connected:
                connected.append(await connect())
            return connected[0]

    return connection


class _OfOne(Application):
    def __init__(self, office: LetterOffice, shared: Application) -> None:
        self._office = office
        with Session(shared.reading) as session:
            register = office.register.register(session)
        vars(self).update(
            settings=shared.settings,
            book=RuleBook(settled(shared.settings.programmes)),
            reading=shared.reading,
            writing=shared.writing,
            authority=register,
        )

    async def client(self) -> Client:
        return await self._office.client()


OF_TODAY = (NoteAdded, PartnerAcknowledged, UnionAnswered)
"""Events whose day is that on which they are sent."""

SENT_BEFORE = msg(
    "letter.sent_before",
    "Something else was sent with this form before, so this was not recorded. Look at what you have written, and send"
    " it again.",
)


async def submit(application: Application, journey_id: JourneyId, event: Event) -> None:
    """Send an event for whoever answers, and wait until it is recorded; nothing is done where it is already.

    Raises Refused with the reason where a rule says no, or where something else is recorded under its id, and as
    `Journeys.submit` does.
    """
    recorded = await asyncio.to_thread(_recorded, application, journey_id, event)
    if recorded is not None:
        if recorded != event:
            raise Refused(SENT_BEFORE)
        return
    for text in written_in(event):
        own_words(application, text)  # whoever wrote it was asked before
    receipt = await (await application.journeys()).submit(journey_id, event)
    if not receipt.accepted:
        raise Refused(receipt.reason or msg("receipt.refused", "Refused: {why}", why=receipt.message))


def _recorded(application: Application, journey_id: JourneyId, event: Event) -> Event | None:
    """The event that is recorded under the id of another one; None where none is. What nobody can compare counts as
    the same: texts that are erased, and the day of what is written on the day itself, which may be sent once more after
    midnight."""
    lines = application.lists.ledger(journey_id)
    found = [line for line in lines if line.event_id == str(event.event_id)]
    if not accepted_entries(found):
        return None
    texts = texts_of(application.reading, journey_id, with_erasures=False)
    if any(text.text is None and text.event_id == event.event_id for text in texts.values()):
        return event
    [recorded] = accepted_entries(opened(found, texts, remarks=True, struck=True))
    was = recorded.event
    return was.model_copy(update={"effective_on": event.effective_on}) if isinstance(event, OF_TODAY) else was


def refuse_what_tells_too_much(event: Event, *, sure: bool) -> None:
    """Refuse texts that tell more of a person than they need, unless whoever writes is sure of them. What the candidate
    is called is not asked: who may not know it could try names. Raises Refused."""
    found = [one.in_words for text in written_in(event) for one in concerns_in(text)]
    if found and not sure:
        message = msg(
            "letter.text_unsure",
            "Your text seems to contain {what}. Write it without, or tick that it shall stand as it is.",
            what=list(dict.fromkeys(found)),
        )
        raise TellsTooMuch(message)


def refuse_said_before(application: Application, journey_id: JourneyId, event: Event) -> None:
    """Refuse what the same author has said in the same words of the same day, and what stands: it was pressed again,
    or sent from a page that was left open. The very same event sent twice is none. Raises Refused."""
    said = _said_in(event.model_dump(mode="json"), {})
    texts = texts_of(application.reading, journey_id, with_erasures=False)
    rows = application.lists.ledger(journey_id)
    for one in events_in_effect(rows):
        if one["event_id"] != str(event.event_id) and _said_in(one, texts) == said:
            raise Refused(
                "letter.said_before",
                "This is recorded already, of the same day and in the same words. Send what is new alone.",
            )


def _said_in(event: Mapping[str, Any], texts: Mapping[str, KeptText]) -> dict[str, Any]:
    def text_of(_place: TextPlace, kept: str) -> str:
        return (texts[kept].text or kept) if kept in texts else kept

    return {name: said for name, said in with_texts(event, text_of).items() if name != "event_id"}


class TellsTooMuch(Refused):
    """A text tells more of a person than it needs, and nobody has said that it shall stand."""


def partner_of(application: Application, name: str) -> Partner | None:
    """A partner, as the files have it now."""
    return next((one for one in application.book.readable_partners if one.id == name), None)
