"""Going on without rows that are lost for good, by two operators: one states the loss, another carries it out."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from models.access.losses import NOT_STATED, why_not_by_two
from models.access.register import LossStated, Register
from models.access.statements import RowsLost
from models.calendar.swedish_day import day_in_sweden
from models.discrepancy import DifferenceKind
from models.events.events import Repaired
from models.events.values import LostRows
from models.fields import Strict
from models.identifiers import Actor, CandidateNumber, JourneyId
from models.message import Message
from models.signatures import public_key_of
from runtime.errors import Refused
from runtime.keyring import Keyring
from runtime.statement_log import StatementLog
from services.operations.restore import Restoration
from services.operations.retold import Loss


class LostEvent(Strict):
    """An event that is lost, as far as the journey still knows it: people can record it again."""

    kind: str
    day: date


class Stated(Strict):
    """That somebody has stated a loss, as number `statement` of the register. It waits for another operator.

    `events` are those in the rows, as far as the journey knows them.
    """

    journey_id: JourneyId
    candidate: CandidateNumber
    first: int
    last: int
    statement: int
    by: str
    because: str
    events: tuple[LostEvent, ...] = ()


class GivenUp(Strict):
    """What a journey goes on without, by whose word, the row that says so, and what else is lost."""

    journey_id: JourneyId
    first: int
    last: int
    row: int | None
    stated_by: str
    carried_out_by: str
    lost: tuple[Message, ...] = ()


@dataclass(frozen=True)
class GivingUp:
    """Has journeys go on by the rows there are."""

    _restoration: Restoration
    _log: StatementLog
    _keyring: Keyring
    _now: Callable[[], datetime]

    async def loss(self, journey_id: JourneyId) -> Loss:
        """What is lost of a journey for good. Raises Refused where nothing is, CannotRestore and SealingError."""
        found = await self._restoration.loss(journey_id)
        if found is None:
            raise Refused(
                "give_up.nothing",
                "Nothing of {journey} is lost for good. Restore it.",
                journey=journey_id,
            )
        return found

    async def state(self, journey_id: JourneyId, actor: Actor, because: str) -> Stated:
        """Sign that what is lost of a journey is lost for good. Safe to repeat: what was stated stands. Raises as
        `loss` does."""
        loss = await self.loss(journey_id)
        for number, one in self._stated(journey_id, loss):
            if one.by == actor.name:
                return _stated(number, one, loss)
        said = RowsLost(at=self._now(), journey=journey_id, first=loss.first, last=loss.last, because=because)
        await asyncio.to_thread(self._log.add, said, self._keyring.key(actor.name))
        number, one = self._stated(journey_id, loss)[-1]
        return _stated(number, one, loss)

    async def carry_out(self, journey_id: JourneyId, actor: Actor) -> GivenUp:
        """Have a journey go on without what another operator has stated to be lost. Raises as `loss` does, and Refused
        where nobody else has."""
        loss, at = await self.loss(journey_id), self._now()
        register, key = await asyncio.to_thread(self._log.register), public_key_of(self._keyring.key(actor.name))
        why_not = NOT_STATED
        for number, one in stated_losses(register, journey_id, loss.first, loss.last):
            lost = LostRows(first=loss.first, last=loss.last, statement=number)
            if (refused := why_not_by_two(register, journey_id, lost, actor, key, at)) is None:
                return await self._carried_out(journey_id, loss, lost, one, actor, at)
            why_not = refused
        raise Refused(why_not)

    async def _carried_out(
        self, journey_id: JourneyId, loss: Loss, lost: LostRows, stated: LossStated, actor: Actor, at: datetime
    ) -> GivenUp:
        event = Repaired(
            event_id=uuid4(),
            actor=actor,
            effective_on=day_in_sweden(at),
            found=(DifferenceKind.LEDGER_BEHIND,),
            reason=stated.said.because,
            restored=loss.restorable,
            lost=lost,
        )
        done = await self._restoration.give_up(journey_id, event, at)
        return GivenUp(
            journey_id=journey_id,
            first=loss.first,
            last=loss.last,
            row=done.receipt.row if done.receipt else None,
            stated_by=stated.by,
            carried_out_by=actor.name,
            lost=done.lost,
        )

    def _stated(self, journey_id: JourneyId, loss: Loss) -> list[tuple[int, LossStated]]:
        return stated_losses(self._log.register(), journey_id, loss.first, loss.last)


def stated_losses(register: Register, journey_id: JourneyId, first: int, last: int) -> list[tuple[int, LossStated]]:
    """What was stated of these rows of a journey, by the numbers of the statements, in their order."""
    wanted = (journey_id, first, last)
    return [
        (number, one)
        for number, one in sorted(register.lost.items())
        if (one.said.journey, one.said.first, one.said.last) == wanted
    ]


def _stated(number: int, one: LossStated, loss: Loss) -> Stated:
    said = one.said
    return Stated(
        journey_id=said.journey,
        candidate=said.journey.candidate,
        first=said.first,
        last=said.last,
        statement=number,
        by=one.by,
        because=said.because,
        events=tuple(LostEvent(kind=event.kind, day=event.effective_on) for event in loss.events),
    )
