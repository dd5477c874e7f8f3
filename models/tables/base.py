"""The base of all tables, and how they keep moments and names."""

from datetime import UTC, datetime
from typing import Any, ClassVar, cast
from uuid import UUID

from sqlalchemy import JSON, DateTime, MetaData, Table, Uuid
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
"""Fixed names for constraints, so that migrations can name them on both databases."""


class UtcMoment(TypeDecorator[datetime]):
    """A moment in UTC with its time zone, also from SQLite, which keeps none."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ARG002
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


JSON_OR_NULL = JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
"""Of a column that may say nothing: then it holds NULL, and not JSON's null."""


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcMoment(),
        UUID: Uuid(),
        dict[str, Any]: JSON().with_variant(postgresql.JSONB(), "postgresql"),
    }


def table_of(row: type[Base]) -> Table:
    """The table that a class of rows stands for."""
    return cast("Table", row.__table__)
