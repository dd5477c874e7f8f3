"""The golden journeys as the ledger's rows, and written as event logs."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from io import BytesIO

from temporalio.client import WorkflowHistory

from auditing.event_logs.traces import Trace
from auditing.event_logs.views import View
from auditing.event_logs.writing import LogForm, writer_of
from auditing.evidence.history_model import Answered
from auditing.evidence.history_reading import read_runs
from auditing.verification.reconstruct import Refolding
from models.events.events import Event
from models.events.parsing import Unreadable
from models.identifiers import JourneyId
from models.journey.fold import Entry
from models.ledger.receipt import Receipt
from models.partners.partner import PartnerKind
from models.stages import Stage
from services.queries.lines import LedgerLine
from tests.support.histories import HISTORIES, read_history

KINDS = {"arbetsformedlingen": PartnerKind.AGENCY, "kommunal": PartnerKind.UNION}


async def golden_journeys() -> dict[str, list[LedgerLine]]:
    """The rows of each journey of the golden histories, by the name of its files."""
    runs: defaultdict[str, list[WorkflowHistory]] = defaultdict(list)
    for file in sorted(HISTORIES.glob("*.json")):
        runs[file.stem.rstrip("-0123456789")].append(read_history(file))
    return {name: await _lines(found) for name, found in runs.items()}


async def _lines(runs: Sequence[WorkflowHistory]) -> list[LedgerLine]:
    journey_id, history = JourneyId.parse(runs[0].workflow_id), await read_runs(runs)
    folded = Refolding(journey_id, history, {}).fold
    entries = folded.entries if folded else ()
    said: dict[str, Event] = {str(entry.event.event_id): entry.event for entry in entries}
    for id_, sent in history.sent.items():
        if not isinstance(sent[0].content, Unreadable):
            said.setdefault(id_, sent[0].content)
    receipts = [step.receipt for step in history.steps if isinstance(step, Answered)]
    answered = {one.event_id for one in receipts}
    before = [one for one in entries if one.event.event_id not in answered]
    told = {row: _receipt(one, row) for row, one in enumerate(before, 1)} | {one.row: one for one in receipts}
    lines: list[LedgerLine] = []
    for _, receipt in sorted(told.items()):
        stage = lines[-1].stage_after if lines else None
        lines.append(line_of(journey_id, receipt, said.get(str(receipt.event_id)), stage))
    return lines


def _receipt(entry: Entry, row: int) -> Receipt:
    """The receipt of an event that a run was begun with."""
    event = entry.event
    answer = {"accepted": True, "row": row, "recorded_at": entry.recorded_at, "stage": None, "message": ""}
    return Receipt(event_id=event.event_id, kind=event.kind, **answer)


def line_of(journey_id: str, receipt: Receipt, event: Event | None, before: Stage | None = None) -> LedgerLine:
    """The ledger row of a receipt."""
    return LedgerLine(
        journey_id=journey_id,
        row=receipt.row,
        event_id=str(receipt.event_id),
        kind=receipt.kind,
        actor=event and event.actor,
        effective_on=event and event.effective_on,
        recorded_at=receipt.recorded_at,
        accepted=receipt.accepted,
        rule=receipt.rule,
        source=None,
        stage_before=before,
        stage_after=receipt.stage,
        event=event and event.model_dump(mode="json"),
        digest="",
        rules_digest=None,
        receipt=receipt,
        previous="",
        hash="",
    )


def written(form: LogForm, traces: Iterable[Trace], view: View = View.RECORDED) -> bytes:
    """The traces as a log."""
    out = BytesIO()
    writer = writer_of(form, out, view, KINDS)
    for trace in traces:
        writer.add(trace)
    writer.finish()
    return out.getvalue()
