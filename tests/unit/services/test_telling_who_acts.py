"""A worker that looks for whom to tell of who acts for whom, while the database is busy."""

import logging
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from services.operations.telling_who_acts import TellsWhoActs


@pytest.mark.parametrize("error", [NoConnectionFree(), OperationalError("", {}, Exception())])
async def test_one_busy_moment_is_told_in_the_log_and_ends_nothing(
    error: SQLAlchemyError, caplog: pytest.LogCaptureFixture
) -> None:
    class Busy:
        def register(self, _session: object) -> None:
            raise error

    engine, nobody = create_engine("sqlite://"), cast(Any, None)
    tells = TellsWhoActs(nobody, "queue", engine, cast(Any, Busy()), lambda: datetime(2026, 3, 2, tzinfo=UTC))
    with caplog.at_level(logging.WARNING):
        await tells.look()
    assert [type(error).__name__ in one for one in caplog.messages] == [True]
