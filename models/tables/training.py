"""Who works in units, and the training that they have taken."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.tables.base import JSON_OR_NULL, Base


class UnitStaffRow(Base):
    """Somebody works in a unit: a member of staff by their short name, an intern by their candidate number.

    Of a person's employment that begins on a day the latest row holds, and none where it is struck. Never changed.
    `number` counts from 1 and `previous` is the hash of the row before; `key` and `signature` are those of who
    recorded it, or of a server that knew them by `sign_in`: see `models.access.chained_rows`. A row without
    these counts as not signed.
    """

    __tablename__ = "unit_staff"
    __table_args__ = (Index("ix_unit_staff_unit", "unit"), Index("ix_unit_staff_number", "number", unique=True))

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    unit: Mapped[str] = mapped_column(String(200))
    person: Mapped[str] = mapped_column(String(64))
    form: Mapped[str] = mapped_column(String(16))
    from_day: Mapped[date]
    until_day: Mapped[date | None]
    struck: Mapped[bool]
    recorded_by: Mapped[str] = mapped_column(String(80))
    recorded_at: Mapped[datetime]
    number: Mapped[int | None]
    previous: Mapped[str | None] = mapped_column(String(64))
    key: Mapped[str | None] = mapped_column(String(64))
    signature: Mapped[str | None] = mapped_column(String(128))
    sign_in: Mapped[dict[str, Any] | None] = mapped_column(JSON_OR_NULL)


class TrainingCompletionRow(Base):
    """Somebody has taken a part of a training package. Of the same completion the latest row holds. Never changed.

    It is numbered, chained and signed as the staff of units is.
    """

    __tablename__ = "training_completions"
    __table_args__ = (
        Index("ix_training_completions_package_person", "package", "person"),
        Index("ix_training_completions_number", "number", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    person: Mapped[str] = mapped_column(String(64))
    package: Mapped[str] = mapped_column(String(64))
    part: Mapped[str] = mapped_column(String(64))
    completed_on: Mapped[date]
    struck: Mapped[bool]
    recorded_by: Mapped[str] = mapped_column(String(80))
    recorded_at: Mapped[datetime]
    number: Mapped[int | None]
    previous: Mapped[str | None] = mapped_column(String(64))
    key: Mapped[str | None] = mapped_column(String(64))
    signature: Mapped[str | None] = mapped_column(String(128))
    sign_in: Mapped[dict[str, Any] | None] = mapped_column(JSON_OR_NULL)
