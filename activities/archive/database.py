"""The archive as a table of the product's database, which lets nobody change or remove a row."""

from collections.abc import Collection, Iterator

from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from activities.archive.entries import ArchivedRun, RunKey
from activities.writing import insert_rows
from models.tables import ArchivedHistoryRow

AT_A_TIME = 1_000
"""Keys that are read from the database at once."""


class DatabaseArchive:
    """See `Archive`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(self, run: ArchivedRun) -> bool:
        try:
            with Session(self._engine) as session, session.begin():
                if session.get(ArchivedHistoryRow, (run.journey_id, run.run_id)) is not None:
                    return False
                insert_rows(session, ArchivedHistoryRow, [run.model_dump()])
        except IntegrityError:
            return False  # somebody else has put it just now
        return True

    def get(self, key: RunKey) -> ArchivedRun | None:
        with Session(self._engine) as session:
            row = session.get(ArchivedHistoryRow, (key.journey_id, key.run_id))
            if row is None:
                return None
            return ArchivedRun.model_validate({name: getattr(row, name) for name in ArchivedRun.model_fields})

    def keys(self, journey_id: str | None = None) -> Iterator[RunKey]:
        table = ArchivedHistoryRow
        query = select(table.journey_id, table.run_id).order_by(table.journey_id, table.started_at, table.run_id)
        if journey_id is not None:
            query = query.where(table.journey_id == journey_id)
        with Session(self._engine) as session:
            for journey, run in session.execute(query.execution_options(yield_per=AT_A_TIME)):
                yield RunKey(journey_id=journey, run_id=run)

    def among(self, keys: Collection[RunKey]) -> set[RunKey]:
        table = ArchivedHistoryRow
        query = select(table.journey_id, table.run_id).where(table.journey_id.in_({key.journey_id for key in keys}))
        with Session(self._engine) as session:
            found = {RunKey(journey_id=journey, run_id=run) for journey, run in session.execute(query)}
        return found & set(keys)
