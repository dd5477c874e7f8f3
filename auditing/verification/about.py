"""What an audit was of, when, by which code, and against what: the head of everything that it says."""

from collections.abc import Iterator
from datetime import datetime

from auditing.population.population import Counts
from auditing.population.sampling import Sample
from auditing.population.scope import Scope
from auditing.transparency.checkpoint import Checkpoint
from models.calendar.swedish_day import in_swedish_time
from models.fields import Strict
from runtime.i18n import _, _n, translate


class CheckpointHeld(Strict):
    """The checkpoint that everything was held against: what it covers, whether its key was named, and how many journeys
    and rows came after it, where that is known."""

    at: str
    ledger: str
    root: str
    public_key: str
    key_named: bool
    journeys: int
    rows: int
    journeys_since: int | None = None
    rows_since: int | None = None

    @classmethod
    def of(cls, checkpoint: Checkpoint | None, key: str | None) -> "CheckpointHeld | None":
        """What is told of a checkpoint, where there is one."""
        if checkpoint is None:
            return None
        said = checkpoint.statement
        named = {name: getattr(said, name) for name in ("at", "ledger", "root", "public_key", "journeys", "rows")}
        return cls(**named, key_named=key is not None)


class BundleHeld(Strict):
    """The bundle that was verified: when it was made, of which journeys, how many it has and how many protected
    persons' it left out, and whether the hash of its manifest was named.

    `proofs_root` and `proofs_key` are those of the checkpoint from which it proves its journeys, where it does.
    """

    name: str
    manifest: str
    manifest_named: bool
    at: str
    scope: Scope
    journeys: int
    protected: int
    proofs_root: str | None = None
    proofs_key: str | None = None
    key_named: bool = False


class SampleHeld(Strict):
    """The sample that was verified: its seed, and how many were drawn of how many, when."""

    seed: str
    drawn: int
    of: int
    at: datetime

    @classmethod
    def of_sample(cls, sample: Sample | None) -> "SampleHeld | None":
        """What is told of a sample, where there is one."""
        if sample is None:
            return None
        drawn, of = len(sample.journey_ids), sample.population.journeys
        return cls(seed=sample.seed, drawn=drawn, of=of, at=sample.at)


class About(Strict):
    """The head of an audit.

    `population` are the journeys that the ledger has in the scope, of all that are `in_ledger`; `wanted` is how many
    are to be verified, and `beside` how many of these the ledger has no row of. A bundle has no ledger to count.
    `server` and `archive` say where the histories came from; `founder` is the key that founded the register of
    authority, `root` the one that was named.
    """

    at: datetime
    version: str
    build: str
    source: str
    scope: Scope
    sample: SampleHeld | None = None
    population: Counts | None = None
    in_ledger: int | None = None
    wanted: int
    beside: int = 0
    checkpoint: CheckpointHeld | None = None
    bundle: BundleHeld | None = None
    server: str | None = None
    archive: str | None = None
    founder: str | None = None
    root: str | None = None


def about_told(about: About) -> Iterator[str]:
    """The head in sentences."""
    moment = in_swedish_time(about.at, seconds=True)
    yield _("Audit of {moment}, Swedish time, with version {version}.", moment=moment, version=about.build)
    if about.bundle is None or not about.scope.is_everything:
        yield translate(about.scope.in_words)
    if about.bundle is not None:
        yield from _bundle(about.bundle)
    yield from _journeys(about)
    if about.server is not None:
        kept = {"server": about.server, "archive": about.archive}
        yield _("Histories: from the Temporal server {server} and the archive ({archive}).", **kept)
    yield from _held(about)
    yield from _founder(about)


def _journeys(about: About) -> Iterator[str]:
    if about.population is not None:
        yield _("In the ledger: {population}", population=about.population.told())
    if about.in_ledger is not None and not about.scope.is_everything:
        yield _n("The ledger has {count} journey in all.", "The ledger has {count} journeys in all.", about.in_ledger)
    if (sample := about.sample) is not None:
        drawn = {"count": sample.drawn, "of": sample.of, "seed": sample.seed}
        when = in_swedish_time(sample.at, seconds=True)
        yield _("{count} of {of} journeys drawn with the seed {seed}, {moment}, Swedish time.", **drawn, moment=when)
    yield _n("{count} journey was to be verified.", "{count} journeys were to be verified.", about.wanted)
    if about.beside:
        yield _n(
            "Of {count} of them the ledger has no row: a list, the archive, the server or the checkpoint names it.",
            "Of {count} of them the ledger has no row: a list, the archive, the server or the checkpoint names them.",
            about.beside,
        )


def _held(about: About) -> Iterator[str]:
    if about.bundle is not None and about.bundle.proofs_root is not None:
        yield _(
            "Held against the proofs in the bundle, from the checkpoint with root {root}.",
            root=about.bundle.proofs_root,
        )
        if about.bundle.proofs_key is not None and about.checkpoint is None:
            yield _signed(about.bundle.proofs_key, named=about.bundle.key_named)
    if about.checkpoint is not None or about.bundle is None or about.bundle.proofs_root is None:
        yield from _checkpoint(about.checkpoint)


def _bundle(bundle: BundleHeld) -> Iterator[str]:
    journeys = _n("{count} journey", "{count} journeys", bundle.journeys)
    made = {"file": bundle.name, "at": _moment(bundle.at), "journeys": journeys, "manifest": bundle.manifest}
    yield _("The bundle {file} of {at}, Swedish time, has {journeys}. Its manifest is {manifest}.", **made)
    yield _("Exported: {scope}", scope=translate(bundle.scope.in_words))
    if not bundle.manifest_named:
        yield _("Compare the manifest with the one that came apart from the file, or name that one.")
    if bundle.protected:
        yield _n(
            "{count} journey was left out, since it is of a protected person.",
            "{count} journeys were left out, since they are of protected persons.",
            bundle.protected,
        )


def _checkpoint(held: CheckpointHeld | None) -> Iterator[str]:
    if held is None:
        yield _(
            "Held against no checkpoint, so what was removed at the end or written anew with the workers' keys does not"
            " show."
        )
        return
    covered = {
        "journeys": _n("{count} journey", "{count} journeys", held.journeys),
        "rows": _n("{count} ledger row", "{count} ledger rows", held.rows),
    }
    said = {"at": _moment(held.at), "ledger": held.ledger, "root": held.root}
    yield _(
        "Held against the checkpoint of {at}, Swedish time: {journeys}, {rows} of {ledger}, root {root}.",
        **said,
        **covered,
    )
    yield _signed(held.public_key, named=held.key_named)
    if held.rows_since is not None and held.journeys_since is not None:
        since = {
            "journeys": _n("{count} journey", "{count} journeys", held.journeys_since),
            "rows": _n("{count} ledger row", "{count} ledger rows", held.rows_since),
        }
        yield _("What came after it is held by no checkpoint: {journeys}, {rows}.", **since)


def _signed(key: str, *, named: bool) -> str:
    if named:
        return _("It was signed with the key that was named, {key}.", key=key)
    return _("It was signed with {key}: compare that with the key that the auditor has handed out.", key=key)


def _founder(about: About) -> Iterator[str]:
    if about.founder is not None:
        yield _("The register of staff was founded with the key {key}.", key=about.founder)
    if about.root is None:
        yield _("Compare the key with the one you were told, or name that one.")


def _moment(written: str) -> str:
    return in_swedish_time(datetime.fromisoformat(written), seconds=True)
