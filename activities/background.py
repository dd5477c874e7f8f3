"""What is read of a journey for the letters about it: once in a transaction, however many they are."""

from functools import cached_property
from typing import Any

from sqlalchemy import Select, and_, bindparam, exists, select
from sqlalchemy.orm import Session

from activities.authority import KnownRegister
from activities.contents import candidate_in, event_in
from activities.protections import protected_in
from activities.sealing import sealer_on
from models.events.events import Corrected, Referred
from models.journey.fold import Entry, in_effect
from models.tables.base import table_of
from models.tables.journeys import JourneyRow, PositionRow
from models.tables.ledger import LedgerRow
from models.tables.people import ProtectionRow

REFERRALS = frozenset(cls.model_fields["kind"].default for cls in (Referred, Corrected))
"""Kinds that say whom a partner referred, and under which reference."""


class Background:
    """A journey, as letters about it need it. `journey` has the columns `coordinator`, `programme`, `site`, `stage` and
    `referring_partner`; None where there is none. `named_staff` are those who may read of a protected candidate, and
    None of anybody else."""

    def __init__(self, session: Session, known: KnownRegister, journey_id: str) -> None:
        self._session, self._known, self._candidate = session, known, candidate_in(journey_id)
        of_it = {"journey_id": journey_id, "candidate": self._candidate}
        self._rows = session.connection().execute(BACKGROUND, of_it).all()
        self._positions: dict[str, Any] = {}
        self.journey: Any = self._rows[0] if self._rows else None

    @cached_property
    def named_staff(self) -> frozenset[str] | None:
        if self.journey is not None and not self.journey.is_marked:
            return None
        return protected_in(self._session, self._known.register, self._candidate).get(self._candidate)

    @cached_property
    def referral(self) -> Referred | None:
        """The referral as it holds today, as the ledger has it."""
        seal = sealer_on(self._session.get_bind().engine).unless_ended(self._candidate, self._session)
        rows = [row for row in self._rows if row.event_id is not None] if seal is not None else []
        said = (
            [(event_in(seal, row), row.recorded_at) for row in self._known.genuine(self._session, rows)] if seal else []
        )
        entries = [Entry.model_validate({"event": event, "recorded_at": at}) for event, at in said if event is not None]
        return next((one.event for one in in_effect(entries) if isinstance(one.event, Referred)), None)

    def position(self, id_: str) -> Any:
        """The `title`, `unit` and `site` of a position; None where there is none."""
        if id_ not in self._positions:
            self._positions[id_] = self._session.connection().execute(POSITION, {"position": id_}).first()
        return self._positions[id_]


def background(session: Session, known: KnownRegister, journey_id: str) -> Background:
    """What is read of a journey in the transaction of a session."""
    session.connection()
    kept, now = session.info.get(Background), (session.get_transaction(), journey_id)
    if kept is None or kept[0] != now:
        kept = session.info[Background] = (now, Background(session, known, journey_id))
    return kept[1]


def _background() -> Select[Any]:
    journeys, ledger = table_of(JourneyRow).c, table_of(LedgerRow)
    of_referral = (ledger.c.journey_id == journeys.journey_id, ledger.c.accepted, ledger.c.kind.in_(sorted(REFERRALS)))
    said = (journeys.coordinator, journeys.programme, journeys.site, journeys.stage, journeys.referring_partner)
    is_marked = exists().where(ProtectionRow.candidate == bindparam("candidate"))
    read = select(*said, is_marked.label("is_marked"), *ledger.c)
    read = read.select_from(table_of(JourneyRow).outerjoin(ledger, and_(*of_referral)))
    return read.where(journeys.journey_id == bindparam("journey_id")).order_by(ledger.c.row)


BACKGROUND = _background()
POSITION = select(PositionRow.title, PositionRow.unit, PositionRow.site).where(PositionRow.id == bindparam("position"))
