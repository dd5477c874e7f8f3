"""What somebody should look at though everything runs, and nothing else."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from activities.archive.runs import ArchiveOutcome
from services.observation.checkpoints import latest_checkpoint
from services.observation.concerns import Matter, Seen, concerns
from services.observation.nights import Archived, Nights, Reconciled
from services.observation.standing import Standing
from workflows.nightly import Reconciliation

NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


def seen(
    *,
    dead: int = 0,
    oldest: datetime | None = None,
    last_night: datetime = NOW - HOUR,
    about_to_go: int = 0,
    differences: int = 0,
    checkpoint: datetime | None = None,
) -> Seen:
    """What is seen of an installation in which nothing else is wrong."""
    outcome = ArchiveOutcome(retention=timedelta(days=30), about_to_go=about_to_go)
    found = Reconciliation(journeys=1, workflows=1, differences=(), more=differences)
    nights = Nights(Archived(NOW - HOUR, outcome), Reconciled(last_night, found))
    return Seen(Standing("0001", {}, {}, 1 if oldest else 0, oldest, dead), nights, checkpoint)


@pytest.mark.parametrize(
    ("found", "matters"),
    [
        (seen(), []),
        (seen(oldest=NOW - 23 * HOUR, checkpoint=NOW - 47 * HOUR, last_night=NOW - 25 * HOUR), []),
        (seen(dead=2), [Matter.DEAD]),
        (seen(oldest=NOW - 25 * HOUR), [Matter.PENDING]),
        (seen(last_night=NOW - 27 * HOUR), [Matter.NIGHT]),
        (seen(about_to_go=1), [Matter.ABOUT_TO_GO]),
        (seen(differences=1), [Matter.DIFFERENCES]),
        (seen(checkpoint=NOW - 49 * HOUR), [Matter.CHECKPOINT]),
    ],
)
def test_what_is_wrong_is_a_concern(found: Seen, matters: list[Matter]) -> None:
    assert [one.matter for one in concerns(found, NOW)] == matters


def test_an_installation_that_has_had_no_night_yet_is_no_concern() -> None:
    assert list(concerns(seen()._replace(nights=Nights(None, None)), NOW)) == []


def test_the_latest_checkpoint_is_known_by_its_name(tmp_path: Path) -> None:
    assert latest_checkpoint(tmp_path) is None
    for name in ("2026-03-01T0400Z", "2026-03-02T0400Z", "2026-02-28T0400Z"):
        (tmp_path / f"hela-vagen-checkpoint-{name}.json").touch()
    (tmp_path / "hela-vagen-checkpoint-9999-03-02T0400Z.json.part").touch()
    assert latest_checkpoint(tmp_path) == datetime(2026, 3, 2, 4, tzinfo=UTC)
