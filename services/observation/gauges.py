"""What Prometheus is shown of the database and of the nights: each gauge with what it says, and nobody's name."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from activities.archive.runs import ArchiveOutcome
from models.discrepancy import DifferenceKind
from runtime.build import VERSION
from runtime.observation.sampling import Sampled
from services.observation.nights import Nights
from services.observation.standing import Standing
from workflows.nightly import Reconciliation


class Sources(NamedTuple):
    """What is asked, each with the latest answer to it. `checkpoint` is None where nobody says where they lie."""

    database: Sampled[Standing]
    nights: Sampled[Nights]
    checkpoint: Sampled[datetime | None] | None

    @property
    def all(self) -> list[Sampled[Any]]:
        """Each that is asked."""
        return [one for one in self if one is not None]


class Gauges(Collector):
    """Shows what was answered last. A database that does not answer is shown as such, and what it said no longer."""

    def __init__(self, sources: Sources, build_id: str) -> None:
        self._sources = sources
        self._build_id = build_id

    def collect(self) -> Iterable[Metric]:
        """Everything that is known now."""
        database, nights, checkpoint = self._sources
        stands = database.value if database.answers else None
        yield _gauge("helavagen_database_up", "Whether the database answers", stands is not None)
        yield _gauge("helavagen_nights_up", "Whether Temporal tells what the nights have found", nights.answers)
        yield self._build(stands.form if stands else None)
        if stands is not None:
            yield from _of_database(stands)
        if nights.value is not None:
            yield from _of_nights(nights.value)
        if checkpoint is not None:
            moment = checkpoint.value.timestamp() if checkpoint.value else 0
            yield _gauge("helavagen_checkpoint_timestamp_seconds", "When an auditor last signed the ledger", moment)

    def _build(self, form: str | None) -> Metric:
        labels = {"build_id": self._build_id, "version": VERSION, "database_form": form or ""}
        return _labelled("helavagen_build_info", "Which code this is, and the database's form", [(labels, 1)])


def _of_database(stands: Standing) -> Iterator[Metric]:
    yield _labelled(
        "helavagen_journeys_open",
        "Open journeys",
        [({"programme": programme, "stage": stage}, count) for (programme, stage), count in stands.journeys.items()],
    )
    yield _labelled(
        "helavagen_journeys_overdue",
        "Journeys in which something should have been done before today",
        [({"programme": programme}, count) for programme, count in stands.overdue.items()],
    )
    yield _gauge("helavagen_notices_pending", "Notices that wait to be sent", stands.pending)
    oldest = stands.oldest_pending.timestamp() if stands.oldest_pending else 0
    yield _gauge("helavagen_notices_oldest_pending_timestamp_seconds", "Since when the oldest waits, or 0", oldest)
    yield _gauge("helavagen_notices_dead", "Notices that could not be delivered", stands.dead)


def _of_nights(nights: Nights) -> Iterator[Metric]:
    done = [("archive", nights.archived), ("reconcile", nights.reconciled)]
    yield _labelled(
        "helavagen_nightly_success_timestamp_seconds",
        "When the work of the nights was last carried through",
        [({"work": work}, last.at.timestamp()) for work, last in done if last],
    )
    if nights.archived is not None:
        yield from _of_archiving(nights.archived.outcome)
    if nights.reconciled is not None:
        yield from _of_reconciling(nights.reconciled.found)


def _of_archiving(outcome: ArchiveOutcome) -> Iterator[Metric]:
    yield _gauge("helavagen_runs_unarchived", "Closed runs that the latest night could not archive", outcome.failed)
    yield _gauge("helavagen_runs_about_to_go", "Those that Temporal soon drops", outcome.about_to_go)
    oldest = min((run.closed_at.timestamp() for run in outcome.unarchived), default=0.0)
    yield _gauge("helavagen_runs_oldest_unarchived_timestamp_seconds", "When the oldest closed, or 0", oldest)


def _of_reconciling(found: Reconciliation) -> Iterator[Metric]:
    counted = Counter(one.kind for one in found.differences)
    yield _labelled(
        "helavagen_differences",
        "Differences that the latest reconciliation found",
        [({"kind": kind.value}, counted[kind]) for kind in DifferenceKind],
    )
    yield _gauge("helavagen_differences_unlisted", "And those beyond them", found.more)


def _gauge(name: str, says: str, value: float) -> Metric:
    return GaugeMetricFamily(name, says, value=float(value))


def _labelled(name: str, says: str, values: Iterable[tuple[dict[str, str], float]]) -> Metric:
    values = list(values)
    family = GaugeMetricFamily(name, says, labels=sorted(values[0][0]) if values else ())
    for labels, value in values:
        family.add_metric([labels[label] for label in sorted(labels)], float(value))
    return family
