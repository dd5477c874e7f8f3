"""The ways in which people reach a journey: the desk's own process, scripts, and a stock client's bare signals."""

import asyncio
import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from activities.free_texts import keep_texts
from models.events.events import Event, Referred
from models.events.parsing import signed_event
from models.identifiers import JourneyId
from models.ledger.receipt import Receipt
from runtime.errors import Refused, ServiceUnavailable, UserError
from runtime.rulebook.loader import RuleBook
from services.journeys import Journeys
from tests.chaos.journal import Answer
from tests.support.authority import signature_of
from tests.support.processes import Ended, run
from workflows.messages import EVENT_SIGNAL

PATIENCE = 8.0
"""Seconds after which somebody sends an event again, where nothing else ends it sooner."""


class Answered(NamedTuple):
    """What somebody was told, by which row, and, of a signal, with which signature it was sent."""

    answer: Answer
    row: int | None = None
    signature: str = ""


class Unanswered(Exception):
    """Nobody knows what became of it: it is to be sent again."""


class Odd(Exception):
    """An answer that nobody should get, whatever is broken."""


class Sender(Protocol):
    """A way in."""

    name: str

    async def send(self, journey: JourneyId, event: Event) -> Answered:
        """Send an event once. Raises Unanswered and Odd."""
        ...


@dataclass
class Desk:
    """The services, as a web page would call them."""

    journeys: Journeys
    book: RuleBook
    name: str = "desk"

    async def send(self, journey: JourneyId, event: Event) -> Answered:
        try:
            async with asyncio.timeout(PATIENCE):
                if isinstance(event, Referred):
                    rules = self.book.programme(journey.programme)
                    receipt = await self.journeys.refer(journey.candidate, rules, event)
                else:
                    receipt = await self.journeys.submit(journey, event)
        except Refused:
            return Answered(Answer.NOT_RUNNING)
        except (TimeoutError, ServiceUnavailable, SQLAlchemyError) as error:
            raise Unanswered from error
        except UserError as error:
            raise Odd(f"the desk was told {error}") from error
        return answered_by(receipt)


def answered_by(receipt: Receipt) -> Answered:
    return Answered(Answer.ACCEPTED if receipt.accepted else Answer.REFUSED, receipt.row)


@dataclass
class Stock:
    """Temporal's own client: a signal, signed, with no receipt."""

    client: Client
    engine: Engine
    name: str = "signal"

    async def send(self, journey: JourneyId, event: Event) -> Answered:
        try:
            async with asyncio.timeout(PATIENCE):
                kept = await asyncio.to_thread(keep_texts, self.engine, journey, event, datetime.now(UTC))
                signature = signature_of(journey, kept)
                said = signed_event(kept, signature)
                await self.client.get_workflow_handle(journey).signal(EVENT_SIGNAL, said)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return Answered(Answer.NOT_RUNNING)
            raise Unanswered from error
        except (TimeoutError, SQLAlchemyError) as error:
            raise Unanswered from error
        return Answered(Answer.TAKEN, signature=signature.value)


COMMON = {"event_id", "kind", "actor", "effective_on"}


@dataclass
class Script:
    """`admin.py signal`, `refer` and `import`, as processes."""

    environment: Mapping[str, str]
    name: str = "script"

    async def send(self, journey: JourneyId, event: Event) -> Answered:
        fields = event.model_dump(mode="json", exclude=COMMON, exclude_none=True)
        said = ("--data", json.dumps(fields), "--on", str(event.effective_on), "--event-id", str(event.event_id))
        whose = ("--actor", str(event.actor), "--programme", journey.programme, "--json")
        ended = await self._run("signal", journey.candidate, event.kind, *said, *whose)
        told: dict[str, Any] = {}
        with suppress(ValueError):
            told = json.loads(ended.output)
        if "accepted" not in told:
            return Answered(Answer.NOT_SENT)
        return answered_by(Receipt.model_validate(told))

    async def import_file(self, path: str) -> list[str]:
        """The journeys that an import has started."""
        ended = await self._run("import", path, "--actor", "anna.berg", "--json")
        return list(json.loads(ended.output)["started"])

    async def refer(self, row: Mapping[str, str]) -> list[str]:
        """The journey of somebody who is referred by hand; none where the referral is refused."""
        said = [word for name, value in row.items() for word in (f"--{name}", value)]
        ended = await self._run("refer", *said, "--actor", "anna.berg")
        candidates = re.findall(r"^candidate number: (\w+)$", ended.output, re.MULTILINE)
        return [JourneyId.of(one, row["programme"]) for one in candidates if ended.status == 0]

    async def _run(self, *arguments: str) -> Ended:
        try:
            ended = await run("admin.py", *arguments, env=self.environment)
        except TimeoutError as error:
            raise Odd(f"admin.py {arguments[0]} did not end") from error
        if "Traceback" in ended.errors or ended.status not in (0, 1, 2, 3):
            raise Odd(f"admin.py {arguments[0]} ended with {ended.status}: {ended.errors[-2000:]}")
        if ended.status == 3:
            raise Unanswered
        if arguments[0] == "import" and not ended.output:
            raise Odd(f"admin.py import ended with {ended.status}: {ended.errors[-2000:]}")
        return ended
