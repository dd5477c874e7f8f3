"""What is read of a journey for the letters about it: once in a transaction, however many they are."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, cast

from sqlalchemy import and_, bindparam, exists, select
from sqlalchemy.orm import Session

from activities.authority import KnownRegister
from activities.contents import candidate_in, event_in
from activities.protections import protected_in
from activities.sealing import sealer_on
from models.events.events import Corrected, Event, InternshipAgreed, Referred
from models.journey.fold import Entry, in_effect
from models.tables.base import table_of
from models.tables.journeys import JourneyRow, PositionRow
from models.tables.ledger import LedgerRow
from models.tables.people import ProtectionRow

REFERRALS = frozenset(cls.model_fields["kind"].default for cls in (Referred, Corrected))
"""Kinds that say whom a partner referred, and under which reference."""

READ = REFERRALS | {InternshipAgreed.model_fields["kind"].default}
"""Kinds that are read for letters: who supervises an internship beside them."""


class Background:
    """A journey, as letters about it need it. `journey` has the columns `coordinator`, `programme`, `site`, `stage` and
    `referring_partner`; None where no list has it. `named_staff` are those who may read of a protected candidate, and
    None of anybody else. `rows` have the columns of `WITH_JOURNEY`, all of the kinds `READ` among them."""

    def __init__(self, session: Session, known: KnownRegister, journey_id: str, rows: Sequence[Any]) -> None:
        self._session, self._known, self._candidate = session, known, candidate_in(journey_id)
        self._rows, self._positions = rows, dict[str, Any]()
        self.journey: Any = rows[0] if rows and rows[0].site is not None else None

    @cached_property
    def named_staff(self) -> frozenset[str] | None:
        if self._rows and not self._rows[0].is_marked:
            return None
        return protected_in(self._session, self._known.register, self._candidate).get(self._candidate)

    @property
    def referral(self) -> Referred | None:
        """The referral as it holds today, as the ledger has it."""
        return next((one for one in self._in_effect if isinstance(one, Referred)), None)

    @property
    def supervisor(self) -> str | None:
        """Who supervises the latest internship, as the ledger has it."""
        return next((one.supervisor for one in reversed(self._in_effect) if isinstance(one, InternshipAgreed)), None)

    @cached_property
    def _in_effect(self) -> list[Event]:
        """What was read, as it holds today."""
        seal = sealer_on(self._session.get_bind().engine).unless_ended(self._candidate, self._session)
        if seal is None:
            return []
        rows = {row.row: row for row in self._rows if row.kind in READ}  # each stands here once a notice
        genuine = self._known.genuine(self._session, (rows[number] for number in sorted(rows)))
        said = [(event_in(seal, row), row.recorded_at) for row in genuine]
        entries = [Entry.model_validate({"event": event, "recorded_at": at}) for event, at in said if event is not None]
        return [one.event for one in in_effect(entries)]

    def position(self, id_: str) -> Any:
        """The `title`, `unit` and `site` of a position; None where there is none."""
        if id_ not in self._positions:
            self._positions[id_] = self._session.connection().execute(POSITION, {"position": id_}).first()
        return self._positions[id_]


def background(session: Session, known: KnownRegister, journey_id: str) -> Background:
    """What is read of a journey in the transaction of a session, where nobody has `kept` it yet."""
    session.connection()
    kept = session.info.get(Background)
    if kept is not None and kept[0] == (session.get_transaction(), journey_id):
        return cast("Background", kept[1])
    of_it = {"of_journey": journey_id, "of_candidate": candidate_in(journey_id)}
    rows = session.connection().execute(BACKGROUND, of_it).all()
    return keep(session, known, journey_id, rows)


def keep(session: Session, known: KnownRegister, journey_id: str, rows: Sequence[Any]) -> Background:
    """Remember what the transaction of a session has read of a journey."""
    read = Background(session, known, journey_id, rows)
    session.info[Background] = ((session.get_transaction(), journey_id), read)
    return read


JOURNEYS, LEDGER = table_of(JourneyRow), table_of(LedgerRow)

WITH_JOURNEY = (
    *(column for column in LEDGER.c if column.name != "id"),
    *(JOURNEYS.c[name] for name in ("coordinator", "programme", "site", "stage", "referring_partner")),
    exists().where(ProtectionRow.candidate == bindparam("of_candidate")).label("is_marked"),
)
"""The columns of rows of the ledger, with what lists say of their journey."""

IS_READ = and_(LEDGER.c.accepted, LEDGER.c.kind.in_(sorted(READ)))

BACKGROUND = (
    select(*WITH_JOURNEY)
    .select_from(JOURNEYS.outerjoin(LEDGER, and_(LEDGER.c.journey_id == JOURNEYS.c.journey_id, IS_READ)))
    .where(JOURNEYS.c.journey_id == bindparam("of_journey"))
    .order_by(LEDGER.c.row)
)

POSITION = select(PositionRow.title, PositionRow.unit, PositionRow.site).where(PositionRow.id == bindparam("position"))
