"""The read models, written in the ledger's transaction: the lists, the stages passed, findings and follow-ups."""

from typing import Any

from sqlalchemy import delete, or_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from activities.writing import insert_rows, table_of
from models.ledger.entry import LedgerEntry
from models.state.stage_history import StagePeriod
from models.tables import FindingRow, FollowUpRow, JourneyRow, StagePeriodRow

JOURNEYS = table_of(JourneyRow)
PASSAGES = table_of(StagePeriodRow)
MOVED = ("stage", "entered_on", "left_on")


def write_read_models(session: Session, entry: LedgerEntry) -> None:
    """Make the lists say where the journey stands now, and what of its way and its findings has changed."""
    _write_list(session, entry)
    of_journey = {"journey_id": entry.journey_id}
    if entry.details.passages is not None:
        _write_passages(session, entry, entry.details.passages)
    if entry.details.findings is not None:
        session.execute(delete(FindingRow).filter_by(**of_journey))
        insert_rows(session, FindingRow, [{**of_journey, **one.model_dump()} for one in entry.details.findings])
    if entry.details.follow_ups is not None:
        session.execute(delete(FollowUpRow).filter_by(**of_journey))
        insert_rows(session, FollowUpRow, [{**of_journey, **one.model_dump()} for one in entry.details.follow_ups])


def _write_list(session: Session, entry: LedgerEntry) -> None:
    fields = {**entry.standing.model_dump(), "updated_at": entry.recorded_at}
    query = update(JOURNEYS).where(JOURNEYS.c.journey_id == entry.journey_id).values(fields)
    if not session.connection().execute(query).rowcount:
        insert_rows(session, JourneyRow, [{**fields, "journey_id": entry.journey_id}])


def _write_passages(session: Session, entry: LedgerEntry, passages: tuple[StagePeriod, ...]) -> None:
    """One round trip: all stages are offered, and the database writes those that it does not have so already.

    Offering all of them also completes the way of a journey that began before this table was there.
    """
    rows = [
        {"journey_id": entry.journey_id, "number": number, **passage.model_dump()}
        for number, passage in enumerate(passages)
    ]
    session.connection().execute(_UPSERTS[session.get_bind().dialect.name], rows)
    if entry.kind in ("corrected", "repaired"):  # nothing else can make the way shorter than the table says
        left_over = (StagePeriodRow.journey_id == entry.journey_id, StagePeriodRow.number >= len(rows))
        session.execute(delete(StagePeriodRow).where(*left_over))


def _upsert(insert: Any) -> Any:
    offered = insert(PASSAGES)
    differs = or_(*(PASSAGES.c[name].is_distinct_from(offered.excluded[name]) for name in MOVED))
    return offered.on_conflict_do_update(
        index_elements=["journey_id", "number"], set_={name: offered.excluded[name] for name in MOVED}, where=differs
    )


_UPSERTS = {"sqlite": _upsert(sqlite.insert), "postgresql": _upsert(postgresql.insert)}
