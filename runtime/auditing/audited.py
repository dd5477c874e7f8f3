"""One audit from beginning to end: which journeys, against what, with a progress bar, into a file of verdicts."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from runtime.auditing.checkpoint import Checkpoint, read_checkpoint
from runtime.auditing.every_journey import every_journey
from runtime.auditing.held import is_of_another_ledger
from runtime.auditing.many import Task, verify_many
from runtime.auditing.pinned import find_journey
from runtime.auditing.results import Header, Results
from runtime.auditing.signing import read_public_key
from runtime.desk import show
from runtime.desk.office import Office
from runtime.errors import Refused, WrongUse
from runtime.scripts import awaited
from runtime.version import build_id
from runtime.wording import t


@dataclass(frozen=True)
class Scope:
    """Which journeys to verify, live or in a bundle, and against which checkpoint.

    `manifest` is the hash of the bundle's manifest, as whoever made the bundle has told it.
    """

    candidate: str | None = None
    programme: str | None = None
    checkpoint: Path | None = None
    key: str | None = None
    bundle: Path | None = None
    manifest: str | None = None


def audited(office: Office, scope: Scope, file: Path, cores: int) -> Results:
    """Verify what the scope names and has no verdict yet. Raises WrongUse, Refused and Unreachable."""
    checkpoint = checkpoint_of(scope)
    results = Results(file, _header(office, scope, checkpoint))
    every = awaited(lambda: every_journey(office.settings, office.reading))
    if checkpoint is not None and is_of_another_ledger(checkpoint, every):
        raise Refused("The checkpoint knows none of these journeys: it is of another ledger; look for the right one.")
    task = Task(office.settings, scope.checkpoint)
    return verified(task, _wanted(office, scope, every, checkpoint), results, cores)


def verified(task: Task, every: Sequence[str], results: Results, cores: int) -> Results:
    """The results with a verdict on each of these journeys."""
    known = results.known()
    wanted = [id_ for id_ in every if id_ not in known]
    if known:
        told = {"known": len(known), "file": str(results.file), "journeys": len(wanted)}
        show.aside(t("{known} verdicts are those of {file}; {journeys} journeys are verified now", **told))
    with show.progress(t("verifying"), len(wanted)) as advance:
        verify_many(task, wanted, results, cores, advance)
    return results


def _wanted(office: Office, scope: Scope, every: list[str], checkpoint: Checkpoint | None) -> list[str]:
    if scope.candidate is not None:
        return [find_journey(office, scope.candidate, scope.programme)]
    known = {leaf.journey_id for leaf in checkpoint.leaves} if checkpoint else set()
    every = sorted(known | set(every))
    chosen = [id_ for id_ in every if scope.programme in (None, id_.rpartition("/")[2])]
    if scope.programme is not None and not chosen:
        office.book.programme(scope.programme)  # refuses one that there is not, and never was
    return chosen


def checkpoint_of(scope: Scope) -> Checkpoint | None:
    """The checkpoint that was named. Raises WrongUse and Refused."""
    if scope.checkpoint is None:
        if scope.key is not None:
            raise WrongUse("--key belongs to --checkpoint; add it, or leave the key away.")
        return None
    return read_checkpoint(scope.checkpoint, read_public_key(scope.key) if scope.key else None)


def _header(office: Office, scope: Scope, checkpoint: Checkpoint | None) -> Header:
    source = office.reading.url.render_as_string(hide_password=True)
    return Header(
        source=source,
        candidate=scope.candidate,
        programme=scope.programme,
        build=build_id(office.settings.build_id),
        checkpoint=checkpoint.statement.root if checkpoint else None,
    )
