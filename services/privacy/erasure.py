"""Carrying out an erasure: workflows end, notices are withdrawn, the key ends, the identity goes. Each step may be
repeated, so that one that was stopped anywhere is done by doing it again."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from activities.delivery import Delivery
from activities.sealing import sealer_on
from models.access.disposals import Erased
from models.fields import Strict
from models.identifiers import CandidateNumber, JourneyId
from models.tables.base import table_of
from models.tables.journeys import JourneyRow, OpenItemRow, PlaceRow
from models.tables.ledger import LedgerRow, NoticeRow
from models.tables.links import ReceivedMailRow
from models.tables.people import CandidateKeyRow, CandidateRow, SearchTokenRow
from runtime.database import left_nothing_behind
from runtime.temporal.client import temporal_errors


class Ended(Strict):
    """What an erasure has ended: workflows and notices this time, and whether the
    database's files hold nothing of it any more."""

    journeys: tuple[str, ...]
    workflows: int
    notices: int
    identity: bool
    is_gone: bool


async def erase(client: Client, engine: Engine, candidate: CandidateNumber, erased: Erased, at: datetime) -> Ended:
    """Let nothing that is sealed for a candidate open again, by an erasure that two people have signed.

    Safe to repeat, and to be stopped anywhere. Raises ServiceUnavailable while Temporal is away: repeating does it.
    """
    journeys = journeys_of(engine, candidate)
    workflows = await end_workflows(client, candidate, journeys, erased)
    notices, identity = end_rows(engine, candidate, erased.day, at)
    workflows += await end_workflows(client, candidate, journeys, erased)  # begun before the key ended
    sealer_on(engine).forget(candidate)
    return Ended(
        journeys=tuple(journeys),
        workflows=workflows,
        notices=notices,
        identity=identity,
        is_gone=left_nothing_behind(engine),
    )


def journeys_of(engine: Engine, candidate: CandidateNumber) -> list[JourneyId]:
    """Every journey of a candidate of which the ledger has a row, begun or not."""
    mine = LedgerRow.journey_id.startswith(JourneyId.start_of(candidate), autoescape=True)
    with Session(engine) as session:
        found = session.scalars(select(LedgerRow.journey_id).where(mine, LedgerRow.row == 1).order_by(LedgerRow.id))
        return [id_ for one in found if (id_ := JourneyId.read(one)) is not None]


async def end_workflows(
    client: Client, candidate: CandidateNumber, journeys: Sequence[JourneyId], erased: Erased
) -> int:
    """Terminate whatever runs of a candidate; returns how many ran. The reason names the decision alone."""
    start = JourneyId.start_of(candidate)
    ended = 0
    with temporal_errors():
        query = f'ExecutionStatus = "Running" AND (WorkflowId STARTS_WITH "{start}" OR '
        listed = [run.id async for run in client.list_workflows(f'{query}WorkflowId STARTS_WITH "resend/{start}")')]
        for workflow_id in dict.fromkeys([*journeys, *listed]):  # Temporal's list lags behind
            ended += await _terminated(client, workflow_id, f"Erased by decision {erased.decision}.")
    return ended


async def _terminated(client: Client, workflow_id: str, reason: str) -> int:
    """Terminate the run of a workflow, and one that continued it meanwhile."""
    handle, ended = client.get_workflow_handle(workflow_id), 0
    try:
        while (await handle.describe()).status is WorkflowExecutionStatus.RUNNING:
            await handle.terminate(reason=reason)
            ended = 1
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
    return ended


def end_rows(engine: Engine, candidate: CandidateNumber, day: date, at: datetime) -> tuple[int, bool]:
    """End the key, in one transaction with all that follows from it: unsent notices are withdrawn, places freed, the
    identity and mails that came are deleted, the lists say the day. Returns how many notices it were, and whether there
    was an identity."""
    keys, ids = table_of(CandidateKeyRow), journeys_of(engine, candidate)
    with Session(engine) as session, session.begin():
        connection = session.connection()
        ended = update(keys).where(keys.c.candidate == candidate, keys.c.wrapped.is_not(None))
        connection.execute(ended.values(wrapped=None, ended_at=at))
        if session.get(CandidateKeyRow, candidate) is None:  # so that none is ever made for the number
            session.add(CandidateKeyRow(candidate=candidate, wrapped=None, made_at=at, ended_at=at))
        notices, places = table_of(NoticeRow), table_of(PlaceRow)
        unsent = update(notices).where(
            notices.c.journey_id.in_(ids), notices.c.status.in_((Delivery.PENDING, Delivery.DEAD, Delivery.TO_CALL))
        )
        withdrawn = connection.execute(unsent.values(status=Delivery.WITHDRAWN)).rowcount
        connection.execute(delete(places).where(places.c.journey_id.in_(ids)))
        mails = table_of(ReceivedMailRow)
        connection.execute(delete(mails).where(mails.c.journey_id.in_(ids)))
        items, journeys = table_of(OpenItemRow), table_of(JourneyRow)
        connection.execute(delete(items).where(items.c.journey_id.in_(ids)))
        connection.execute(update(journeys).where(journeys.c.candidate == candidate).values(erased_on=day))
        known, tokens = table_of(CandidateRow), table_of(SearchTokenRow)
        connection.execute(delete(tokens).where(tokens.c.candidate == candidate))
        identity = connection.execute(delete(known).where(known.c.number == candidate)).rowcount
    return withdrawn, bool(identity)
