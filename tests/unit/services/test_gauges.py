"""Gauges: what was answered last, and nothing of a database that does not answer."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from uuid import UUID

from activities.archive.runs import ArchiveOutcome, Unarchived
from models.discrepancy import Difference, DifferenceKind
from models.message import msg
from runtime.observation.sampling import Sampled
from services.observation.gauges import Gauges, Sources
from services.observation.nights import Archived, Nights, Reconciled
from services.observation.standing import Standing
from workflows.nightly import Reconciliation

T = TypeVar("T")
NIGHT = datetime(2026, 3, 2, 2, tzinfo=UTC)
CLOSED = NIGHT - timedelta(days=9)

UNARCHIVED = Unarchived(
    journey_id="journey/x",
    run_id=str(UUID(int=1)),
    started_at=CLOSED,
    closed_at=CLOSED,
    goes_at=NIGHT,
    why="OSError",
)
DIFFERS = Difference(
    journey_id="journey/x", kind=DifferenceKind.PLACE_DIFFERS, expected=msg("plain", "x"), found=msg("plain", "x")
)


def answering(value: T) -> Callable[[], Awaitable[T]]:
    async def answer() -> T:
        return value

    return answer


async def away() -> Standing:
    raise ConnectionError


async def shown(
    database: Callable[[], Awaitable[Standing]], nights: Nights, checkpoint: datetime | None = None
) -> dict[tuple[str, ...], float]:
    """Each sample by its name and labels."""
    sources = Sources(Sampled(database, 1, 1), Sampled(answering(nights), 1, 1), Sampled(answering(checkpoint), 1, 1))
    return await figures_of(sources)


async def figures_of(sources: Sources) -> dict[tuple[str, ...], float]:
    """The same, once everything was asked."""
    for one in sources.all:
        await one.refresh()
    samples = [sample for family in Gauges(sources, "b").collect() for sample in family.samples]
    return {(one.name, *one.labels.values()): one.value for one in samples}


async def test_a_kind_of_difference_that_is_gone_is_seen_to_be_gone() -> None:
    found = Reconciliation(journeys=1, workflows=1, differences=(DIFFERS,), more=3)
    figures = await shown(away, Nights(None, Reconciled(NIGHT, found)))
    kinds = {kind.value: figures["helavagen_differences", kind.value] for kind in DifferenceKind}
    assert {kind for kind, count in kinds.items() if count} == {"place_differs"}
    assert figures["helavagen_differences_unlisted",] == 3
    assert figures["helavagen_nightly_success_timestamp_seconds", "reconcile"] == NIGHT.timestamp()
    assert ("helavagen_nightly_success_timestamp_seconds", "archive") not in figures


async def test_what_the_night_could_not_archive_is_shown_with_the_oldest_of_it() -> None:
    outcome = ArchiveOutcome(retention=timedelta(days=30), failed=2, about_to_go=1, unarchived=(UNARCHIVED,))
    figures = await shown(away, Nights(Archived(NIGHT, outcome), None))
    assert (figures["helavagen_runs_unarchived",], figures["helavagen_runs_about_to_go",]) == (2, 1)
    assert figures["helavagen_runs_oldest_unarchived_timestamp_seconds",] == CLOSED.timestamp()


async def test_of_a_database_that_is_away_nothing_is_shown_but_that() -> None:
    answers = [Standing("0001", {("easy_jobs", "internship"): 3}, {"easy_jobs": 2}, 4, NIGHT, 1)]

    async def once() -> Standing:
        if not answers:
            raise ConnectionError
        return answers.pop()

    database, nights = Sampled(once, 0, 1), Sampled(answering(Nights(None, None)), 0, 1)
    figures = await figures_of(Sources(database, nights, None))
    assert figures["helavagen_database_up",] == 1
    assert figures["helavagen_journeys_open", "easy_jobs", "internship"] == 3
    assert figures["helavagen_notices_oldest_pending_timestamp_seconds",] == NIGHT.timestamp()
    figures = await figures_of(Sources(database, nights, None))
    assert figures["helavagen_database_up",] == 0
    assert not [name for name, *_ in figures if name.startswith(("helavagen_journeys", "helavagen_notices"))]


async def test_a_folder_without_a_checkpoint_counts_as_never_signed() -> None:
    assert (await shown(away, Nights(None, None)))["helavagen_checkpoint_timestamp_seconds",] == 0
    signed = await shown(away, Nights(None, None), NIGHT)
    assert signed["helavagen_checkpoint_timestamp_seconds",] == NIGHT.timestamp()
