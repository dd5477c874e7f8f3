"""Holding a journey against a checkpoint: what was changed, removed or added since is named, and nothing else."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from auditing.evidence.evidence import Evidence, JsonRow
from auditing.evidence.history_model import Answered, JourneyHistory
from auditing.transparency.checkpoint import Checkpoint
from auditing.verification.checkpoint_checks import (
    CLOCKS_AGREE_WITHIN,
    checkpoint_check,
    checkpoint_findings,
    is_of_another_ledger,
)
from models.access.readings import SIGNED, reading_hash
from models.ledger.receipt import Receipt
from tests.support.checkpoints import AT, FIVE, HOUR, LEAVES, head, id_of, read_back
from tests.support.findings import english
from tests.support.findings import named as place_of

JOURNEY = id_of(FIVE[3])
"""A journey of four rows at the checkpoint."""

SECOND = timedelta(seconds=1)


def lines(*, then: int = 4, later: int = 0, journey: str = JOURNEY) -> list[JsonRow]:
    """Rows that were recorded before the checkpoint, and rows that came after it."""
    numbers = range(1, then + later + 1)
    return [line(row, AT - HOUR if row <= then else AT + HOUR, journey) for row in numbers]


def line(row: int, recorded_at: datetime, journey: str = JOURNEY) -> JsonRow:
    return {"row": row, "hash": head(journey, row), "recorded_at": recorded_at.isoformat(timespec="microseconds")}


@pytest.fixture
def checkpoint(tmp_path: Path) -> Checkpoint:
    return read_back(tmp_path)


def named(checkpoint: Checkpoint, now: list[JsonRow], journey: str = JOURNEY) -> list[tuple[str, str]]:
    return [place_of(finding) for finding in checkpoint_findings(checkpoint, journey, now)]


@pytest.mark.parametrize("later", [0, 1, 3])
def test_a_journey_that_only_grew_agrees(checkpoint: Checkpoint, later: int) -> None:
    assert named(checkpoint, lines(later=later)) == []


def test_a_chain_that_was_hashed_anew_has_another_head(checkpoint: Checkpoint) -> None:
    now = [{**row, "hash": "f" * 64} if row["row"] > 1 else row for row in lines(later=2)]
    [finding] = checkpoint_findings(checkpoint, JOURNEY, now)
    assert place_of(finding) == ("finding.head_differs", "row 4")
    assert (finding.expected, finding.found) == (head(JOURNEY, 4), "f" * 64)


@pytest.mark.parametrize("gone", [1, 2, 4])
def test_a_row_that_is_gone_is_missed(checkpoint: Checkpoint, gone: int) -> None:
    now = [row for row in lines(later=1) if row["row"] != gone]
    [finding] = checkpoint_findings(checkpoint, JOURNEY, now)
    assert place_of(finding) == ("finding.rows_gone", "rows 1–4")
    assert (english(finding.expected), english(finding.found)) == ("4 rows", "3 rows")


def test_a_journey_of_which_nothing_is_left_is_missed(checkpoint: Checkpoint) -> None:
    assert named(checkpoint, []) == [("finding.journey_gone", "rows 1–4")]


BACKDATED = "finding.row_backdated"


def test_a_row_that_was_added_and_dated_back_is_named(checkpoint: Checkpoint) -> None:
    now = [*lines(), line(5, AT - HOUR)]
    assert named(checkpoint, now) == [(BACKDATED, "row 5")]


def test_a_whole_journey_that_was_added_and_dated_back_is_named(checkpoint: Checkpoint) -> None:
    assert named(checkpoint, lines(then=2, journey="journey/new/x"), "journey/new/x") == [
        (BACKDATED, "row 1"),
        (BACKDATED, "row 2"),
    ]
    assert named(checkpoint, lines(then=0, later=2, journey="journey/new/x"), "journey/new/x") == []


def test_clocks_may_differ_a_little(checkpoint: Checkpoint) -> None:
    assert named(checkpoint, [*lines(), line(5, AT - CLOCKS_AGREE_WITHIN)]) == []
    assert named(checkpoint, [*lines(), line(5, AT - CLOCKS_AGREE_WITHIN - SECOND)]) == [(BACKDATED, "row 5")]


@pytest.mark.parametrize("moment", ["yesterday", None, "2026-11-23T00:00:00"])
def test_a_row_without_a_moment_cannot_say_that_it_came_later(checkpoint: Checkpoint, moment: str | None) -> None:
    now = [*lines(), {**line(5, AT), "recorded_at": moment}]
    assert named(checkpoint, now) == [(BACKDATED, "row 5")]


def test_a_row_that_waited_for_the_database_counts_from_its_answer(checkpoint: Checkpoint) -> None:
    """The workflow dated it while the database was away; the history knows when it was answered."""
    now = [*lines(), line(5, AT - HOUR)]
    assert list(checkpoint_findings(checkpoint, JOURNEY, now, {5: AT + HOUR})) == []
    back = [*lines(later=1)]
    assert [one.what.id for one in checkpoint_findings(checkpoint, JOURNEY, back, {5: AT - HOUR})] == [BACKDATED]


def test_a_ledger_that_has_nothing_of_the_checkpoint_is_another_one(checkpoint: Checkpoint, tmp_path: Path) -> None:
    assert is_of_another_ledger(checkpoint, ["journey/new/x"])
    assert not is_of_another_ledger(checkpoint, ["journey/new/x", LEAVES[0].journey_id])
    assert not is_of_another_ledger(checkpoint, [])  # everything was dropped, and each is to be named
    (tmp_path / "of_nothing").mkdir()
    assert not is_of_another_ledger(read_back(tmp_path / "of_nothing", ()), ["journey/new/x"])


def kept(rows: list[JsonRow], reads: Sequence[JsonRow] = ()) -> Evidence:
    return Evidence(JOURNEY, (), {"ledger": rows, "reads": reads or READS})


def reading(number: int, commitment: str = "c") -> JsonRow:
    """A reading as far as its hash goes: chain and signature are looked at elsewhere."""
    return {**dict.fromkeys((*SIGNED, "key", "signature"), "x"), "number": number, "commitment": commitment}


READS = [reading(1), reading(2)]


@pytest.fixture
def of_readings(tmp_path: Path) -> Checkpoint:
    """A checkpoint at which the journey had been read twice."""
    leaf = LEAVES[3]._replace(reads=2, reads_head=reading_hash(READS[-1]))
    return read_back(tmp_path, (leaf,))


CUT = ("finding.rows_gone", "reading 2")
OTHERS = {
    "only more": ([*READS, reading(3)], []),
    "the latest one gone": (READS[:1], [CUT]),
    "the first one gone": ([READS[1], reading(3)], [CUT]),
    "another in its place": ([READS[0], reading(2, "another")], [("finding.head_differs", "reading 2")]),
}


@pytest.mark.parametrize("case", OTHERS)
def test_readings_of_the_checkpoint_are_there_still(of_readings: Checkpoint, case: str) -> None:
    reads, expected = OTHERS[case]
    found = checkpoint_check(of_readings)(kept(lines(), reads), None)
    assert [place_of(finding) for finding in found] == expected


def answered(row: int, at: datetime) -> Answered:
    receipt = Receipt(
        event_id=UUID(int=row),
        kind="note_added",
        accepted=True,
        row=row,
        recorded_at=AT,
        stage=None,
        message="Recorded.",
    )
    return Answered(receipt, {}, at)


def test_the_history_says_when_a_row_was_answered(of_readings: Checkpoint) -> None:
    """Sent again years later, it is answered again: the first answer counts."""
    history = JourneyHistory(steps=[answered(5, AT + HOUR), answered(6, AT - HOUR), answered(6, AT + HOUR)])
    now = [*lines(), line(5, AT - HOUR), line(6, AT + HOUR)]
    assert [english(one.where) for one in checkpoint_check(of_readings)(kept(now), history)] == ["row 6"]
    assert [english(one.where) for one in checkpoint_check(of_readings)(kept(now), None)] == ["row 5"]
