"""Who the candidates are, as the auditors' role of the database sees it: one at a time, against a row of a reading."""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Integer, LargeBinary, String, cast, column, func, select

from activities.identities import opened_identity
from models.tables.base import UtcMoment
from services.identities.register import Register, nobody_known

BY_READING = func.identity_by_reading
"""A function of the database, `deploy/roles.sql`: it gives an identity for the id of a committed reading alone."""


class IdentitiesByReading(Register):
    """The identity table as auditors see it. It registers nobody and finds nobody."""

    def identities(self, _candidates: Iterable[str]) -> dict[str, dict[str, Any]]:
        """None: nothing is written down of those who are asked for here."""
        return {}

    def identity_once(self, candidate: str, write_down: Callable[[], int]) -> dict[str, Any]:
        """Who a candidate is, with all that is signed of it, once it is written down that somebody reads it, and the
        database has found the row.

        Raises Refused where nobody is known by the number.
        """
        columns = column("number", String), column("contents", LargeBinary), column("registered_at", UtcMoment())
        found = BY_READING(cast(write_down(), Integer)).table_valued(*columns)
        with self._engine.connect() as connection:
            row = connection.execute(select(found)).one_or_none()
        if row is None:
            raise nobody_known(candidate)
        return opened_identity(self._sealer.known(row.number), row)
