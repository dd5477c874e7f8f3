"""What a bare journey does with a message: one activity inserts a row, one posts the notice."""

from dataclasses import dataclass
from typing import Any

import aiohttp
from sqlalchemy import Engine, text
from temporalio import activity

CREATE = "create table bare (id serial primary key, journey text, said text)"
INSERT = text("insert into bare (journey, said) values (:journey, :said)")


@dataclass
class Said:
    """A message and the journey that it belongs to."""

    journey: str
    said: dict[str, Any]


class BareActivities:
    """A row and a notice."""

    def __init__(self, engine: Engine, session: aiohttp.ClientSession, address: str) -> None:
        self._engine = engine
        self._session = session
        self._address = address

    @activity.defn
    def insert(self, message: Said) -> int:
        with self._engine.begin() as connection:
            return connection.execute(INSERT, {"journey": message.journey, "said": str(message.said)}).rowcount

    @activity.defn
    async def post(self, message: Said) -> None:
        async with self._session.post(self._address, json=message.said) as response:
            response.raise_for_status()
