"""What a coordinator does with journeys: refer, submit, ask. A web page could call the same."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DescribeWorkflowExecutionRequest
from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowExecutionStatus,
    WorkflowHandle,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from activities.announce import Announcement
from activities.free_texts import keep_texts
from activities.ledger_head import accepted_of
from activities.sealing import KeyEnded, Sealer
from models.canonical import digest_of
from models.events.events import Event, Referred
from models.events.parsing import signed_event
from models.events.texts import written_in
from models.identifiers import JOURNEY_WORKFLOW, RESEND_NOTICES, JourneyId, resending
from models.journey.transitions import possible_from, try_transition
from models.ledger.receipt import Receipt
from models.programme.programme import Programme
from models.projections.status import Status
from models.rules.context import RuleContext
from models.rules.decision import Refusal
from models.signatures import EventSignature
from models.stages import ENDED_STAGES, OPEN_STAGES, Stage
from models.tables.journeys import JourneyRow
from runtime.errors import Refused, ServiceUnavailable
from runtime.keyring import Keyring
from runtime.stopping import let_go
from services.answers import (
    EVENT_KEPT,
    LEDGER_LACKS,
    LOST,
    NO_RUN,
    NO_WORKER,
    PARTNERS_UNREAD,
    an_answer,
    an_answer_to,
    asked_again,
    not_kept,
)
from services.restarting import Restarts
from workflows.messages import EVENT_SIGNAL, JOURNEYS, STATUS_QUERY, SUBMIT_UPDATE, JourneyStart


def referral_with_id(journey_id: JourneyId, refused: int = 0, **fields: Any) -> Referred:
    """A referral whose id follows from all that it says: the same referral sent twice is the same event.

    `refused` says how many were refused in this journey: sent after that it is another, and is judged anew.
    """
    said = " ".join(f"{name}={value}" for name, value in sorted(fields.items()))
    again = f" after {refused}" if refused else ""
    return Referred(event_id=uuid5(JOURNEYS, f"{journey_id} {said}{again}"), **fields)


Signed = dict[str, Any]
"""An event as it is sent, with its author's signature."""

Sign = Callable[[str, Event], EventSignature]
"""The signature of an event's author, for the journey that it is sent to. Raises UsageError without their key."""


Wary = Callable[[JourneyId, Iterable[str]], None]
"""Asks whether the texts of an event shall be kept as they are. Raises Refused where they shall not."""


def signing_with(keyring: Keyring, sealer: Sealer) -> Sign:
    """Signs with the keys at this machine. The salt follows from the event and the candidate's own key, so that the
    same event sent again is the same."""

    def sign(journey_id: str, event: Event) -> EventSignature:
        return keyring.sign(journey_id, event, salt_for(sealer, journey_id, event))

    return sign


def salt_for(sealer: Sealer, journey_id: str, event: Event) -> str:
    """The salt of the digest of an event as it is sent."""
    seal = sealer.of(JourneyId.parse(journey_id).candidate)
    return seal.salt(f"{journey_id} {digest_of(event)}".encode())


STILL_OPEN = frozenset(OPEN_STAGES) - frozenset(ENDED_STAGES)
"""Stages in which a journey's workflow runs."""

ASKED_WITHIN = 5.0
"""Seconds, for whoever has waited that long already and is told why."""


class Journeys:
    """The journeys of a Temporal namespace. Every method raises ServiceUnavailable where Temporal or its workers
    are away.

    What people wrote in an event is kept in the database `engine` before the event is sent, and stays out of it.
    With `restarts` what may be said of a journey after its end begins a run again, which ends by itself.
    """

    def __init__(
        self,
        client: Client,
        task_queue: str,
        engine: Engine,
        sign: Sign,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        restarts: Restarts | None = None,
        wary: Wary | None = None,
        partners_unread: Callable[[], bool] = lambda: False,
    ) -> None:
        self._partners_unread = partners_unread
        self._client = client
        self._task_queue = task_queue
        self._engine = engine
        self._sign = sign
        self._now = now
        self._restarts = restarts
        self._wary = wary

    async def refer(self, candidate: str, rules: Programme, referral: Referred, turn: int = 1) -> Receipt:
        """Start a journey with its referral, for the first time or a later one. The same referral sent again is
        answered with the first receipt."""
        start = JourneyStart(candidate=candidate, rules=rules)
        return await self.begin(JourneyId.of(candidate, rules.id, turn), start, referral)

    async def refer_first(self, journey_id: JourneyId, rules: Programme, referral: Referred, signed: Signed) -> Receipt:
        """As `refer`, of somebody who was only just entered, with what `signed` has made of the referral. Under an id
        that nobody knew, nothing should run: it is not looked for before, and where something runs, all the same,
        the referral goes its usual way."""
        start = JourneyStart(candidate=journey_id.candidate, rules=rules)
        try:
            return await self._begin(journey_id, start, signed, WorkflowIDConflictPolicy.FAIL)
        except WorkflowAlreadyStartedError:
            return await self.refer(journey_id.candidate, rules, referral, journey_id.turn)

    async def begin(self, workflow_id: JourneyId, start: JourneyStart, event: Event) -> Receipt:
        """Send an event to a journey, and start its workflow where none runs."""
        signed = await self._to_ours(workflow_id, event)
        return await self._begin(workflow_id, start, signed)

    async def submit(self, workflow_id: str, event: Event) -> Receipt:
        """Send an event and wait for its receipt. Raises Refused where the journey takes no such events any more."""
        signed = await self._to_ours(workflow_id, event)

        async def ask() -> Receipt:
            handle = self._handle(workflow_id)
            receipt: Receipt = await handle.execute_update(SUBMIT_UPDATE, signed, result_type=Receipt)
            return receipt

        def leave() -> Awaitable[None]:
            return self._handle(workflow_id).signal(EVENT_SIGNAL, signed)

        try:
            async with self._receipt_of(workflow_id, signed, leave):
                return await asked_again(ask)
        except Refused as error:
            start = await self._after_the_end(workflow_id, event, error)
        return await self._begin(JourneyId.parse(workflow_id), start, signed)

    async def signal(self, workflow_id: str, event: Event) -> None:
        """Send an event without waiting; its ledger row is the answer. Raises Refused as `submit` does."""
        signed = await self._to_ours(workflow_id, event)
        try:
            async with self._said_if_lost(workflow_id), an_answer_to(signed["event_id"]):
                await self._handle(workflow_id).signal(EVENT_SIGNAL, signed)
        except Refused as error:
            start = await self._after_the_end(workflow_id, event, error)
            async with an_answer_to(signed["event_id"]):
                await self._leave(workflow_id, start, signed)

    async def status(self, workflow_id: str) -> Status:
        """Where a journey is. Also answers for a run that has ended, as long as Temporal keeps it."""
        async with an_answer():
            status: Status = await self._handle(workflow_id).query(STATUS_QUERY, result_type=Status)
        return status

    async def resend(self, workflow_id: str, event_id: UUID) -> None:
        """Send the pending notices of an event again. Safe to repeat: what has been sent is not pending."""
        async with an_answer():
            await self._client.start_workflow(
                RESEND_NOTICES,
                Announcement(journey_id=workflow_id, event_id=event_id),
                # One of its own each time: an earlier one may have looked for the last time just now.
                id=resending(workflow_id, event_id, uuid4()),
                task_queue=self._task_queue,
            )

    async def _begin(
        self,
        workflow_id: JourneyId,
        start: JourneyStart,
        signed: Signed,
        conflict: WorkflowIDConflictPolicy = WorkflowIDConflictPolicy.USE_EXISTING,
    ) -> Receipt:
        async def ask() -> Receipt:
            operation: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
                JOURNEY_WORKFLOW,
                start,
                **{**self._run_of(workflow_id, start), "id_conflict_policy": conflict},
            )
            # The SDK tells here once more what went wrong, and what nobody hears ends up in the log.
            started = asyncio.ensure_future(operation.workflow_handle())
            try:
                receipt: Receipt = await self._client.execute_update_with_start_workflow(
                    SUBMIT_UPDATE, signed, start_workflow_operation=operation, result_type=Receipt
                )
            finally:
                let_go(started)
            return receipt

        async with self._receipt_of(workflow_id, signed, lambda: self._leave(workflow_id, start, signed)):
            return await asked_again(ask)

    async def _leave(self, workflow_id: str, start: JourneyStart, signed: Signed) -> None:
        """Send an event without waiting, and start the journey's workflow where none runs."""
        await self._client.start_workflow(
            JOURNEY_WORKFLOW,
            start,
            start_signal=EVENT_SIGNAL,
            start_signal_args=[signed],
            **self._run_of(workflow_id, start),
        )

    def _run_of(self, workflow_id: str, start: JourneyStart) -> dict[str, Any]:
        """How the run of a journey is started: where one runs, it is that."""
        return {
            "id": workflow_id,
            "task_queue": self._task_queue,
            "id_conflict_policy": WorkflowIDConflictPolicy.USE_EXISTING,
            "id_reuse_policy": WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            "static_summary": f"{start.candidate} in {start.rules.id}",
        }

    async def _after_the_end(self, workflow_id: str, event: Event, refused: Refused) -> JourneyStart:
        """What a run begins with again, for an event that may be recorded after the end.

        Raises `refused`, where the journey did not answer that it has ended or knows no such event then; and Refused
        with the rule that says no.
        """
        stage = await asyncio.to_thread(self._stage, workflow_id)
        is_known_then = stage is not None and event.kind in possible_from(Stage(stage))
        if refused.message != NO_RUN or self._restarts is None or not is_known_then:
            raise refused
        found = await self._restarts.after_the_end(JourneyId.parse(workflow_id), self._now())
        if found is None or found.journey.state is None:
            raise refused
        reached = try_transition(RuleContext(found.journey.state, event.kind, event.effective_on))
        if reached is None:
            raise refused
        if isinstance(reached, Refusal):
            raise Refused(reached.message)
        return found.start

    @asynccontextmanager
    async def _receipt_of(
        self, workflow_id: str, signed: Signed, leave: Callable[[], Awaitable[None]]
    ) -> AsyncIterator[None]:
        """As `an_answer`. An event that nobody answers is left as a signal: Temporal keeps an update only in memory
        until a worker has taken it, and not for long, and a signal in the history. Its id makes both count once. A
        journey that waits for its ledger is told from one without a worker."""
        try:
            async with self._said_if_lost(workflow_id), an_answer_to(signed["event_id"]):
                yield
        except ServiceUnavailable as error:
            if error.message != NO_WORKER:
                raise
            if not await _within(ASKED_WITHIN, leave):
                raise not_kept(signed["event_id"]) from error
            if self._partners_unread():
                raise ServiceUnavailable(PARTNERS_UNREAD) from error
            lacks = await self._knows_more_than_its_ledger(workflow_id)
            raise ServiceUnavailable(LEDGER_LACKS if lacks else EVENT_KEPT) from error

    @asynccontextmanager
    async def _said_if_lost(self, workflow_id: str) -> AsyncIterator[None]:
        """Tell a journey that has ended from one that should go on and whose workflow is gone."""
        try:
            yield
        except Refused as error:
            stage = await asyncio.to_thread(self._stage, workflow_id) if error.message == NO_RUN else None
            if stage not in STILL_OPEN:
                raise
            raise ServiceUnavailable(LOST) from error

    def _stage(self, workflow_id: str) -> str | None:
        query = select(JourneyRow.stage).where(JourneyRow.journey_id == workflow_id)
        with Session(self._engine) as session:
            return session.scalar(query)

    async def _knows_more_than_its_ledger(self, workflow_id: str) -> bool:
        try:
            async with asyncio.timeout(ASKED_WITHIN):
                known = (await self.status(workflow_id)).events
            return known > await asyncio.to_thread(accepted_of, self._engine, workflow_id)
        except (TimeoutError, Refused, ServiceUnavailable):
            return False

    async def _to_ours(self, workflow_id: str, event: Event) -> Signed:
        """An event as it is sent to a workflow of ours. Raises Refused as `signed` and `_refuse_another` do."""
        signing = asyncio.to_thread(self.signed, workflow_id, event)
        signed: Signed = (await asyncio.gather(signing, self._refuse_another(workflow_id)))[0]
        return signed

    async def _refuse_another(self, workflow_id: str) -> None:
        """Raises Refused where the workflow that runs under a journey's id is not one of ours: whoever started it could
        let us wait, or answer what they please."""
        asked = DescribeWorkflowExecutionRequest(
            namespace=self._client.namespace, execution=WorkflowExecution(workflow_id=workflow_id)
        )
        async with an_answer():
            try:
                found = await self._client.workflow_service.describe_workflow_execution(asked, retry=True)
            except RPCError as error:
                if error.status is RPCStatusCode.NOT_FOUND:
                    return
                raise
        run = found.workflow_execution_info
        ours = (JOURNEY_WORKFLOW, self._task_queue)
        is_running = WorkflowExecutionStatus(run.status) is WorkflowExecutionStatus.RUNNING
        if is_running and (run.type.name, run.task_queue) != ours:
            raise Refused(
                "journey.another_workflow",
                "Another workflow runs under the id {journey}. Ask the operator to terminate it in Temporal, and to"
                " repair the journey where it had begun.",
                journey=workflow_id,
            )

    def signed(self, workflow_id: str, event: Event) -> Signed:
        """An event as it is sent: its texts kept apart, with its author's signature. Raises Refused of an erased
        candidate, and where a text tells more than somebody is sure of."""
        if self._wary is not None:
            self._wary(JourneyId.parse(workflow_id), written_in(event))
        try:
            sent = keep_texts(self._engine, workflow_id, event, self._now())
        except KeyEnded as error:
            raise Refused(error.sentence) from error
        return signed_event(sent, self._sign(workflow_id, sent))

    def _handle(self, workflow_id: str) -> WorkflowHandle[Any, Any]:
        return self._client.get_workflow_handle(workflow_id)


async def _within(seconds: float, do: Callable[[], Awaitable[None]]) -> bool:
    """Whether Temporal did it in time."""
    try:
        async with asyncio.timeout(seconds):
            await do()
    except (TimeoutError, RPCError):
        return False
    return True
