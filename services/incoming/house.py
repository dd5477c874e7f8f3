"""What the gateway's process has: engines, partners and their secrets, one client of Temporal, and its own key."""

import asyncio
from datetime import UTC, datetime

from sqlalchemy.orm import Session
from temporalio.client import Client

from activities.authority import KnownRegister
from activities.sealing import sealer_on
from models.partners.partner import Partner
from models.sign_ins import How
from runtime.archive import archived_by
from runtime.database import open_engine
from runtime.encryption.sealed_client import connect_sealed
from runtime.encryption.sealers import refuse_other_master_key, with_keys
from runtime.keyring import GATEWAY, keyring_of
from runtime.rulebook.kept import KeptBook
from runtime.rulebook.loader import RuleBook
from runtime.settings import Settings, require_database
from services.incoming.receiving import Incoming
from services.incoming.senders import Senders
from services.journeys import Journeys, signing_with
from services.restarting import Restarts
from services.speaking import Known, Speaking, server_of

THREADS = 10
"""Messages that are looked up and signed at once, and so the most connections to the database."""


SIGNED_AS = "standard-webhooks-v1"
"""How sure it is that a message is a partner's, as it is kept with what is signed for them."""


class House:
    """Shared by all messages. Temporal is reached when the first one comes."""

    def __init__(self, settings: Settings, client: Client | None = None) -> None:
        """Raises UsageError where a setting is missing or wrong, the master key is none or another, or the gateway
        has no key that counts."""
        self.settings = settings
        self.engine = with_keys(open_engine(require_database(settings), THREADS), settings)
        refuse_other_master_key(self.engine, sealer_on(self.engine).master)
        self._known = KnownRegister()
        self.senders = Senders(KeptBook(settings.programmes), settings.incoming_secrets)
        self.incoming = Incoming(self.engine, self._known, self._journeys, self.now)
        with Session(self.engine) as session:
            register = self._known.register(session)
        self.server = server_of(keyring_of(settings), register, GATEWAY, self.now())
        self._client = client
        self._connecting = asyncio.Lock()

    async def client(self) -> Client:
        """The client of Temporal, connected when it is first needed. Raises ServiceUnavailable."""
        async with self._connecting:
            if self._client is None:
                self._client = await connect_sealed(self.settings, self.engine)
            return self._client

    async def reaches_temporal(self) -> bool:
        """Whether Temporal answers. Raises RPCError, ServiceUnavailable."""
        return await (await self.client()).service_client.check_health()

    def now(self) -> datetime:
        """The moment, by this machine's clock."""
        return datetime.now(UTC)

    def close(self) -> None:
        """Let go of the connections to the database."""
        self.engine.dispose()

    async def _journeys(self, partner: Partner, message_id: str) -> Journeys:
        client, settings = await self.client(), self.settings
        known = Known(partner.id, How.MESSAGE, partner.id, message_id, self.now(), SIGNED_AS)
        sign = signing_with(Speaking(self.server, known, self.now), sealer_on(self.engine))
        book = RuleBook(settings.programmes)
        restarts = Restarts(client, self.engine, book, lambda one: archived_by(settings, self.engine)(one))
        return Journeys(client, settings.task_queue, self.engine, sign, self.now, restarts)
