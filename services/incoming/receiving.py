"""Taking what partners' systems send: read, matched to its journey, remembered and sent there, as by the scripts."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

from sqlalchemy import Engine

from activities.authority import KnownRegister
from activities.sealing import KeyEnded, sealer_on
from models.access.authorship import AUTHORITY_RULES
from models.identifiers import JourneyId
from models.ledger.receipt import Receipt
from models.message import msg
from models.partners.partner import Partner
from models.rules.recording import the_author_is_permitted
from runtime.errors import Refused, ServiceUnavailable
from services.incoming.reading import event_said_by, read_message
from services.incoming.refusals import NoSuchJourney
from services.incoming.remembered import remember
from services.incoming.whose import NO_JOURNEY, Whose
from services.journeys import Journeys
from services.queries.protected import protected_on

SpeaksFor = Callable[[Partner, str], Awaitable[Journeys]]
"""The way to journeys for what a partner says by the message of an id: signed so that an audit can tell it."""

OF_OURS = AUTHORITY_RULES - {the_author_is_permitted.id}
"""Rules by which an event is refused where the gateway's key, the journey's rules or its texts are not as they are to
be."""

OF_SOMEBODY_PROTECTED = msg("gateway.refused_of_protected", "This was refused. Call the contact person of your letter.")


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
        try:
            receipt = await journeys.submit(journey, event)
        except Refused as error:  # by a journey that has ended
            if await asyncio.to_thread(self._is_protected, journey):
                raise Refused(OF_SOMEBODY_PROTECTED) from error
            raise
        return await asyncio.to_thread(self._told, journey, receipt)

    def _remember(self, partner: str, message_id: str, journey: JourneyId, body: bytes) -> None:
        try:
            seal = sealer_on(self._engine).of(journey.candidate)
        except KeyEnded as error:
            raise NoSuchJourney(NO_JOURNEY) from error
        digest = seal.digest(b"partner-message", f"{journey} ".encode() + body)
        remember(self._engine, partner, message_id, digest, self._now())

    def _told(self, journey: JourneyId, receipt: Receipt) -> Receipt:
        """The receipt as a partner may have it: of somebody protected it tells not even why.

        Raises ServiceUnavailable where it was refused for our sake, not for what the partner has said: then nothing has
        taken the event's id, and the same message is taken later.
        """
        if receipt.rule in OF_OURS:
            raise ServiceUnavailable(
                "gateway.not_spoken_for", "Something is not set up here. Send the same message again later."
            )
        if receipt.accepted or not self._is_protected(journey):
            return receipt
        return receipt.model_copy(update={"reason": OF_SOMEBODY_PROTECTED, "rule": None})

    def _is_protected(self, journey: JourneyId) -> bool:
        return journey.candidate in protected_on(self._engine, journey.candidate)
