"""A journey as it is now, held against a checkpoint: what was there is there still, and nothing older came after."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from models.sentence import mark
from runtime.auditing.checkpoint import Checkpoint
from runtime.auditing.statement import Leaf
from runtime.auditing.verifying import Finding

CLOCKS_AGREE_WITHIN = timedelta(minutes=1)
"""How far the clocks of worker, database and auditor may lie apart, and how long a row may take to be written."""


class ChainedLine(Protocol):
    """What is asked of a ledger row."""

    @property
    def row(self) -> int: ...
    @property
    def hash(self) -> str | None: ...
    @property
    def recorded_at(self) -> datetime: ...


def held_against(
    checkpoint: Checkpoint,
    journey_id: str,
    lines: Sequence[ChainedLine],
    answered_at: Mapping[int, datetime] | None = None,
) -> Iterator[Finding]:
    """What was changed, removed or added, since the checkpoint, of what it says was all there was.

    `lines` are the journey's rows now, their chain already looked at: only the head is compared here, since it stands
    for all rows before it. `answered_at` says of rows when the history has their answer: an event is dated by the
    workflow and written when the database answers, which can be days later.
    """
    leaf = checkpoint.leaf(journey_id)
    if leaf is not None:
        yield from _kept(leaf, lines)
    known = leaf.rows if leaf else 0
    written = {line.row: line.recorded_at for line in lines if line.row > known}
    yield from _too_early(checkpoint, {row: (answered_at or {}).get(row, at) for row, at in written.items()})


def _kept(leaf: Leaf, lines: Sequence[ChainedLine]) -> Iterator[Finding]:
    then = {line.row: line for line in lines if line.row <= leaf.rows}
    if len(then) < leaf.rows:
        what = mark("rows of the checkpoint are gone") if lines else mark("the journey of the checkpoint is gone")
        yield Finding(what=what, where=f"rows 1–{leaf.rows}", expected=f"{leaf.rows} rows", found=f"{len(then)} rows")
    head = then.get(leaf.rows)
    if head is not None and head.hash != leaf.head:
        yield Finding(
            what=mark("head differs from the checkpoint"),
            where=f"row {leaf.rows}",
            expected=leaf.head,
            found=str(head.hash),
        )


def _too_early(checkpoint: Checkpoint, recorded_at: Mapping[int, datetime]) -> Iterator[Finding]:
    """Rows that were not there at the checkpoint, though they say that they were recorded before it."""
    for row, at in sorted(recorded_at.items()):
        if at < checkpoint.statement.moment - CLOCKS_AGREE_WITHIN:
            yield Finding(
                what=mark("row was added after the checkpoint, and is dated before it"),
                where=f"row {row}",
                expected=f"{checkpoint.statement.at} or later",
                found=at.isoformat(),
            )


def missing_journeys(checkpoint: Checkpoint, journey_ids_now: Iterable[str]) -> list[str]:
    """The journeys of the checkpoint of which no row is left."""
    now = frozenset(journey_ids_now)
    return [leaf.journey_id for leaf in checkpoint.leaves if leaf.journey_id not in now]


def is_of_another_ledger(checkpoint: Checkpoint, journey_ids_now: Iterable[str]) -> bool:
    """Whether nothing that the checkpoint knows is here: then it is of another ledger, whatever its name says."""
    now = frozenset(journey_ids_now)
    return bool(now and checkpoint.leaves) and now.isdisjoint(leaf.journey_id for leaf in checkpoint.leaves)
