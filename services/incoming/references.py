"""Journeys by the reference under which the partner that referred keeps the matter."""

from collections import defaultdict
from secrets import token_bytes

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from activities.authority import KnownRegister
from activities.background import REFERRALS, background
from activities.seals import Seal
from models.identifiers import JourneyId
from models.tables.journeys import JourneyRow
from models.tables.ledger import LedgerRow

OVERLAP = 1_000
"""Rows of the ledger that are looked at again: one that was begun earlier may be written later."""


class References:
    """Which journey has which reference, by a hash that this process alone can make, for each partner that has asked.

    A reference stands sealed in the ledger, so each is opened once; after that only what is new.
    """

    def __init__(self, engine: Engine, register: KnownRegister) -> None:
        self._engine = engine
        self._register = register
        self._hash = Seal(token_bytes(32))
        self._seen: defaultdict[str, int] = defaultdict(int)
        self._journeys: defaultdict[str, dict[str, tuple[int, str]]] = defaultdict(dict)

    def find(self, session: Session, partner: str, reference: str) -> list[JourneyId]:
        """The journeys that a partner has referred under a reference, and that is so still."""
        self._take_in(session, partner)
        wanted, known = self._hashed(reference), self._journeys[partner]
        found = [journey for journey, (_, hashed) in known.items() if hashed == wanted]
        return [JourneyId.parse(one) for one in found if self._reference(session, partner, one) == reference.strip()]

    def _take_in(self, session: Session, partner: str) -> None:
        latest = func.max(LedgerRow.id)
        query = select(LedgerRow.journey_id, latest).join(JourneyRow, JourneyRow.journey_id == LedgerRow.journey_id)
        mine = (JourneyRow.referring_partner == partner, LedgerRow.kind.in_(REFERRALS))
        new = LedgerRow.id > self._seen[partner] - OVERLAP
        known = self._journeys[partner]
        for journey, row in session.execute(query.where(*mine, new).group_by(LedgerRow.journey_id)).all():
            if known.get(journey, (0, ""))[0] != row:
                known[journey] = (row, self._hashed(self._reference(session, partner, journey) or ""))
            self._seen[partner] = max(self._seen[partner], row)

    def _reference(self, session: Session, partner: str, journey: str) -> str | None:
        row = session.get(JourneyRow, journey)
        if row is None or row.erased_on is not None:
            return None
        referral = background(session, self._register, journey).referral
        return referral.reference if referral is not None and referral.referring_partner == partner else None

    def _hashed(self, reference: str) -> str:
        return self._hash.digest(b"reference", reference.strip().encode()) if reference else ""
