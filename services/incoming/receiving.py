"""Taking what partners' systems send: read, matched to its journey, remembered and sent there, as by the scripts."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

from sqlalchemy import Engine

from activities.authority import KnownRegister
from activities.sealing import KeyEnded, sealer_on
from models.identifiers import JourneyId
from models.ledger.receipt import Receipt
from models.message import msg
from models.partners.partner import Partner
from services.incoming.reading import event_said_by, read_message
from services.incoming.refusals import NoSuchJourney
from services.incoming.remembered import remember
from services.incoming.whose import Whose
from services.journeys import Journeys
from services.queries.protected import protected_on

SpeaksFor = Callable[[Partner, str], Awaitable[Journeys]]
"""The way to journeys for what a partner says by the message of an id: signed so that an audit can tell it."""


class Incoming:
    """What comes from partners' systems."""

    def __init__(
        self, engine: Engine, register: KnownRegister, speaks_for: SpeaksFor, now: Callable[[], datetime]
    ) -> None:
        self._engine = engine
        self._whose = Whose(engine, register)
        self._speaks_for = speaks_for
        self._now = now

    async def receive(self, partner: Partner, message_id: str, body: bytes) -> Receipt:
        """Send to its journey what a partner's message says, and answer once it is recorded.

        The same message again is answered with the first receipt. Raises what `refusals` has, Refused where the journey
        takes no such events any more, and ServiceUnavailable, where sending the same message again helps.
        """
        sent = read_message(body)
        event = event_said_by(partner, message_id, sent)
        journey = await asyncio.to_thread(self._whose.journey, partner.id, sent)
        await asyncio.to_thread(self._remember, partner.id, message_id, journey, body)
        journeys = await self._speaks_for(partner, message_id)
        receipt = await journeys.submit(journey, event)
        return await asyncio.to_thread(self._told, journey, receipt)

    def _remember(self, partner: str, message_id: str, journey: JourneyId, body: bytes) -> None:
        try:
            seal = sealer_on(self._engine).of(journey.candidate)
        except KeyEnded as error:
            raise NoSuchJourney(error.sentence) from error
        digest = seal.digest(b"partner-message", f"{journey} ".encode() + body)
        remember(self._engine, partner, message_id, digest, self._now())

    def _told(self, journey: JourneyId, receipt: Receipt) -> Receipt:
        """The receipt as a partner may have it: of somebody protected it tells not even why."""
        if receipt.reason is None or journey.candidate not in protected_on(self._engine, journey.candidate):
            return receipt
        reason = msg("gateway.refused_of_protected", "This was refused. Call the contact person of your letter.")
        return receipt.model_copy(update={"reason": reason})
