"""A journey as it is now, held against a checkpoint: what was there is there still, and nothing older came after."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from auditing.evidence.evidence import Evidence, JsonRow
from auditing.evidence.findings import Finding, finding_of, row_of, so_many
from auditing.evidence.history_model import Answered, JourneyHistory
from auditing.transparency.checkpoint import Checkpoint
from auditing.transparency.signing import Leaf
from models.access.readings import reading_hash
from models.message import msg
from runtime.errors import Refused

Check = Callable[[Evidence, JourneyHistory | None], Iterable[Finding]]
"""Something else that a journey is held against, such as a checkpoint or what a bundle brings along: what differs.

The history is None where the runs are gone or cannot be read.
"""

CLOCKS_AGREE_WITHIN = timedelta(minutes=1)
"""How far the clocks of worker, database and auditor may lie apart, and how long a row may take to be written."""


def checkpoint_check(checkpoint: Checkpoint) -> Check:
    """What `Verifier` holds each journey against where a checkpoint is given."""

    def check(evidence: Evidence, history: JourneyHistory | None) -> Iterator[Finding]:
        answers = [step for step in history.steps if isinstance(step, Answered)] if history else []
        # A repeat is answered with the first receipt: the first answer is the one that was recorded.
        answered_at = {answered.receipt.row: answered.at for answered in reversed(answers)}
        yield from checkpoint_findings(checkpoint, evidence.journey_id, evidence.ledger, answered_at)
        if (leaf := checkpoint.leaf(evidence.journey_id)) is not None:
            yield from kept_readings(leaf, evidence.rows["reads"])

    return check


def checkpoint_findings(
    checkpoint: Checkpoint, journey_id: str, rows: Sequence[JsonRow], answered_at: Mapping[int, datetime] | None = None
) -> Iterator[Finding]:
    """What was changed, removed or added, since the checkpoint, of what it says was all there was.

    `rows` are the journey's rows now, their chain already looked at: only the head is compared here, since it stands
    for all rows before it. `answered_at` says of rows when the history has their answer: an event is dated by the
    workflow and written when the database answers, which can be days later.
    """
    leaf = checkpoint.leaf(journey_id)
    known, answered = leaf.rows if leaf else 0, answered_at or {}
    if leaf is not None:
        yield from _kept(leaf, rows)
    for row in rows:
        if row["row"] > known and not _came_after(checkpoint, row, answered.get(row["row"])):
            yield finding_of(
                "finding.row_backdated",
                "row was added after the checkpoint but is dated before it",
                row_of(row["row"]),
                msg("found.or_later", "{moment} or later", moment=checkpoint.statement.at),
                answered.get(row["row"], row["recorded_at"]),
            )


def _kept(leaf: Leaf, rows: Sequence[JsonRow]) -> Iterator[Finding]:
    then = {row["row"]: row for row in rows if row["row"] <= leaf.rows}
    where, before, now = msg("where.rows", "rows 1–{last}", last=leaf.rows), so_many(leaf.rows), so_many(len(then))
    if not rows:
        yield finding_of("finding.journey_gone", "the journey of the checkpoint is gone", where, before, now)
    elif len(then) < leaf.rows:
        yield finding_of("finding.rows_gone", "rows of the checkpoint are gone", where, before, now)
    head = then.get(leaf.rows)
    if head is not None and head["hash"] != leaf.head:
        where, found = row_of(leaf.rows), head["hash"]
        yield finding_of("finding.head_differs", "head differs from the checkpoint", where, leaf.head, found)


def kept_readings(leaf: Leaf, reads: Sequence[JsonRow]) -> Iterator[Finding]:
    """What is gone of the readings of a checkpoint, or is another than it was."""
    then = [row for row in reads if row["number"] <= leaf.reads]
    where = msg("where.reading", "reading {number}", number=leaf.reads)
    if len(then) != leaf.reads:
        before, now = so_many(leaf.reads), so_many(len(then))
        yield finding_of("finding.rows_gone", "rows of the checkpoint are gone", where, before, now)
    elif then and (found := reading_hash(then[-1])) != leaf.reads_head:
        yield finding_of("finding.head_differs", "head differs from the checkpoint", where, leaf.reads_head, found)


def _came_after(checkpoint: Checkpoint, row: JsonRow, answered: datetime | None) -> bool:
    """Whether a row that was not there at the checkpoint can have come later. One without a moment cannot say so."""
    try:
        recorded_at = datetime.fromisoformat(row["recorded_at"])
    except (TypeError, ValueError):
        return False
    in_utc = recorded_at if recorded_at.tzinfo else recorded_at.replace(tzinfo=UTC)
    return (answered or in_utc) >= checkpoint.statement.moment - CLOCKS_AGREE_WITHIN


def is_of_another_ledger(checkpoint: Checkpoint, journey_ids_now: Iterable[str]) -> bool:
    """Whether nothing that the checkpoint knows is here: then it is of another ledger, whatever its name says."""
    now = frozenset(journey_ids_now)
    return bool(now and checkpoint.leaves) and now.isdisjoint(leaf.journey_id for leaf in checkpoint.leaves)


def refuse_another_ledger(checkpoint: Checkpoint | None, journey_ids_now: Iterable[str]) -> None:
    """Raise Refused where a checkpoint is of another ledger."""
    if checkpoint is not None and is_of_another_ledger(checkpoint, journey_ids_now):
        raise Refused(
            "checkpoint.of_another_ledger",
            "None of these journeys is in the checkpoint. Use the checkpoint of this ledger.",
        )
