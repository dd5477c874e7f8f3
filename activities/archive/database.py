"""The archive as a table of the product's database, which lets nobody change or remove a row."""

from collections.abc import Collection, Iterator

from sqlalchemy import Engine, select, tuple_
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

    def runs(self, journey_id: str | None = None) -> Iterator[RunKey]:
        """See `Archive.runs`. No connection is held between pages: SQLite has but one, and the caller may want it."""
        page = self._page(journey_id, after=None)
        while page:
            yield from page
            page = self._page(journey_id, after=page[-1])

    def _page(self, journey_id: str | None, after: RunKey | None) -> list[RunKey]:
        table = ArchivedHistoryRow
        query = select(table.journey_id, table.run_id).order_by(table.journey_id, table.run_id).limit(AT_A_TIME)
        if journey_id is not None:
            query = query.where(table.journey_id == journey_id)
        if after is not None:
            query = query.where(tuple_(table.journey_id, table.run_id) > (after.journey_id, after.run_id))
        with Session(self._engine) as session:
            return [RunKey(journey_id=journey, run_id=run) for journey, run in session.execute(query)]

    def among(self, keys: Collection[RunKey]) -> set[RunKey]:
        table = ArchivedHistoryRow
        query = select(table.journey_id, table.run_id).where(table.journey_id.in_({key.journey_id for key in keys}))
        with Session(self._engine) as session:
            found = {RunKey(journey_id=journey, run_id=run) for journey, run in session.execute(query)}
        return found & set(keys)
