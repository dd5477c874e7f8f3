"""A drawing of lots, held against its seed: whether everybody who was drawn has the number that follows from it."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from activities.contents import event_in
from activities.sealing import sealer_on
from models.events.events import LotDrawn
from models.fields import Strict
from models.identifiers import JourneyId
from models.message import Message, msg
from models.stages import Stage
from models.tables.journeys import JourneyRow
from models.tables.ledger import LedgerRow
from services.queries.drawing import order_of

KIND = LotDrawn.model_fields["kind"].default


class Lot(Strict):
    """A number as it is recorded, and the one that follows from the seed."""

    journey_id: JourneyId
    number: int
    of: int
    recorded_at: datetime
    expected: int


class DrawingFound(Strict):
    """What the ledger says of a drawing. `faults` say what does not follow from the seed, and `left_out` are journeys
    that waited when it began and have no number; `unreadable` counts those whose contents nobody can read."""

    programme: str
    seed: str
    lots: tuple[Lot, ...]
    faults: tuple[Message, ...]
    left_out: tuple[JourneyId, ...]
    unreadable: int


def drawing_in(engine: Engine, programme: str, seed: str) -> DrawingFound:
    """A drawing, drawn again from its seed and the ids of the journeys that have a number."""
    with Session(engine) as session:
        query = select(LedgerRow).join(JourneyRow, JourneyRow.journey_id == LedgerRow.journey_id)
        query = query.where(LedgerRow.kind == KIND, LedgerRow.accepted.is_(True), JourneyRow.programme == programme)
        sealer, read, unreadable = sealer_on(engine), list[tuple[LedgerRow, LotDrawn]](), list[str]()
        for row in session.scalars(query.order_by(LedgerRow.recorded_at, LedgerRow.journey_id)):
            seal = sealer.unless_ended(JourneyId.parse(row.journey_id).candidate, session)
            said = event_in(seal, row) if seal is not None else None
            if said is None:
                unreadable.append(row.journey_id)
            elif said["seed"] == seed:
                read.append((row, LotDrawn.model_validate(said)))
        lots, faults = _held(seed, read, ())
        if faults and unreadable:  # whoever was erased since may have been among them: their ids are still known
            with_them = _held(seed, read, unreadable)
            lots, faults = with_them if not with_them[1] else (lots, faults)
        left_out = tuple(one for one in _left_out(session, programme, lots) if str(one) not in unreadable)
    return DrawingFound(
        programme=programme,
        seed=seed,
        lots=tuple(sorted(lots, key=lambda lot: lot.number)),
        faults=faults,
        left_out=left_out,
        unreadable=len(unreadable),
    )


def _held(
    seed: str, read: Sequence[tuple[LedgerRow, LotDrawn]], others: Sequence[str]
) -> tuple[list[Lot], tuple[Message, ...]]:
    """The numbers that were recorded and those of the seed, drawn of these and of `others`; and what differs."""
    everybody = {*(row.journey_id for row, _ in read), *others} if read else set()
    in_order = sorted(everybody, key=lambda journey: order_of(seed, journey))
    expected = {journey: number for number, journey in enumerate(in_order, 1)}
    lots = [
        Lot(
            journey_id=JourneyId.parse(row.journey_id),
            number=said.number,
            of=said.of,
            recorded_at=row.recorded_at,
            expected=expected[row.journey_id],
        )
        for row, said in read
    ]
    return lots, tuple(_faults(lots, len(everybody)))


def _faults(lots: Sequence[Lot], count: int) -> Iterator[Message]:
    for lot in lots:
        if lot.number != lot.expected:
            yield msg(
                "lottery.other_number",
                "{journey} has number {number}, and by the seed it is {expected}.",
                journey=lot.journey_id,
                number=lot.number,
                expected=lot.expected,
            )
        if lot.of != count:
            yield msg(
                "lottery.other_count",
                "{journey} was drawn among {of}, and {found} have a number.",
                journey=lot.journey_id,
                of=lot.of,
                found=count,
            )


def _left_out(session: Session, programme: str, lots: Sequence[Lot]) -> tuple[JourneyId, ...]:
    """The journeys that waited for a place as the drawing began, neither paused nor offered one, without a number."""
    if not lots:
        return ()
    begun, drawn = min(lot.recorded_at for lot in lots), {lot.journey_id for lot in lots}
    query = select(LedgerRow.journey_id, LedgerRow.kind, LedgerRow.stage_after)
    query = query.join(JourneyRow, JourneyRow.journey_id == LedgerRow.journey_id).order_by(LedgerRow.row)
    query = query.where(JourneyRow.programme == programme, LedgerRow.accepted.is_(True), LedgerRow.recorded_at < begun)
    stages: dict[str, str | None] = {}
    aside: dict[str, bool] = {}
    for journey, kind, stage in session.execute(query):
        stages[journey] = stage
        aside[journey] = kind in ("paused", "place_offered") or (
            aside.get(journey, False) and kind not in ("resumed", "offer_answered")
        )
    waited = (id_ for id_, stage in stages.items() if stage == Stage.AWAITING_PLACEMENT and not aside[id_])
    return tuple(sorted(JourneyId.parse(one) for one in waited if one not in drawn))
