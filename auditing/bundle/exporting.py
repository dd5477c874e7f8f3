"""Exporting: everything that is kept of some journeys, in one ZIP file that can be checked without us."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from sqlalchemy import Engine

from auditing.bundle import layout
from auditing.bundle.journey_files import NamesUnder, as_json, as_lines, files_of
from auditing.bundle.layout import (
    HISTORY,
    JOURNEYS,
    MANIFEST,
    PERSONAL,
    PSEUDONYMOUS,
    Extent,
    IdentityOpening,
    Manifest,
    hash_of,
    written,
)
from auditing.bundle.pages import Contents, Counts, check_page, companions, start_page, wording
from auditing.bundle.request import Chosen, PersonFiles, Wanted
from auditing.evidence.evidence import Evidence, LiveSource, Source, read_rows
from auditing.evidence.logs import logs_of
from auditing.evidence.reading import in_chunks
from auditing.verification.verifier import LOOK_EVERY, LOOKS
from models.identifiers import JourneyId
from models.programme.programme import Programme
from runtime.archive import archived_by
from runtime.build import VERSION, build_id
from runtime.errors import Refused
from runtime.files import new_file
from runtime.i18n import Names, _, using_names
from services import names as naming
from services.application import Application

LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""When every file in a bundle is said to have been written: when it was made, the manifest says."""


class BundleWriter:
    """Takes the files of a bundle, those of journeys in the order of their names, and at last the manifest."""

    def __init__(self, out: BinaryIO) -> None:
        self._zip = ZipFile(out, "w")
        # The hashes of a hundred thousand files are no burden for a disk.
        self._of_journeys = TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 – it is gone with this
        self._others: dict[str, str] = {}
        self.files = 0

    def add(self, name: str, content: bytes) -> None:
        """Write a file."""
        self._zip.writestr(_entry(name), content)
        self.files += 1
        if name.startswith(JOURNEYS):
            self._of_journeys.write(f"{name}\t{hash_of(content)}\n")
        else:
            self._others[name] = hash_of(content)

    def has(self, name: str) -> bool:
        """Whether a file that is of no journey has been written."""
        return name in self._others

    def finish(self, head: Manifest) -> str:
        """Write the manifest, and end the file; returns the SHA-256 of the manifest."""
        digest = sha256()
        with self._zip.open(_entry(MANIFEST), "w") as out:
            for part in written(head, self._hashes()):
                digest.update(part)
                out.write(part)
        self._zip.close()
        return digest.hexdigest()

    def abandon(self) -> None:
        """Let go of everything; what was written is half a bundle."""
        with suppress(OSError, ValueError):
            self._zip.close()
        self._of_journeys.close()

    def _hashes(self) -> Iterator[tuple[str, str]]:
        others = sorted(self._others.items())
        yield from (one for one in others if one[0] < JOURNEYS)
        self._of_journeys.seek(0)
        for line in self._of_journeys:
            name, digest = line.rstrip("\n").split("\t")
            yield name, digest
        yield from (one for one in others if one[0] > JOURNEYS)


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, LONG_AGO)
    entry.compress_type = ZIP_STORED if name.endswith(HISTORY) else ZIP_DEFLATED
    entry.create_system = 3  # whatever machine writes it
    entry.external_attr = 0o644 << 16
    return entry


CHUNK = 20
"""Journeys that are read together: enough that no query is for one, few enough to be held in memory."""


@dataclass
class Exported:
    """What became of it: how much, the SHA-256 of the manifest, and whose person stayed unnamed.

    `protected` is how many journeys were left out, since they are of protected persons.
    """

    journeys: int = 0
    protected: int = 0
    files: int = 0
    manifest: str = ""
    contents: str = PSEUDONYMOUS
    withheld: list[str] = field(default_factory=list)

    def contents_in_words(self) -> str:
        return _("with who the candidates are") if self.contents == PERSONAL else _("pseudonymous")


async def export(
    application: Application, wanted: Wanted, chosen: Chosen, output: Path, done: Callable[[int], None]
) -> Exported:
    """Write a bundle of these journeys. `done` is told how many each time.

    Raises UsageError, ServiceUnavailable, and Refused where the person of the one journey asked for is not to be named.
    """
    client = await application.client()
    source = LiveSource(application.reading, client, archived_by(application.settings, application.reading))
    head = _head(application, wanted, client.namespace, chosen)
    book, register = application.book, application.authority

    def names(rules: Programme | None) -> Names:
        return naming.Names(book, rules, register)

    with new_file(output) as out:
        writer = BundleWriter(out)
        try:
            exporter = _Exporter(source, application.reading, wanted, writer, len(chosen.ids) == 1, names)
            await exporter.write(head, chosen.ids, done)
        except BaseException:
            writer.abandon()
            raise
    return exporter.exported


@dataclass(frozen=True)
class _Exporter:
    """Writes one bundle; `alone` where it is of one journey."""

    _source: Source
    _engine: Engine
    _wanted: Wanted
    _writer: BundleWriter
    _alone: bool
    _names: NamesUnder
    exported: Exported = field(default_factory=Exported)
    _counts: Counts = field(default_factory=Counts)

    async def write(self, head: Manifest, ids: Sequence[str], done: Callable[[int], None]) -> None:
        self._writer.add(layout.CHECK, check_page(head))
        for name, content in companions():
            self._writer.add(name, content)
        if self._wanted.checkpoint is not None:
            signed = self._wanted.checkpoint.signed
            self._writer.add(layout.CHECKPOINT, as_json(signed.model_dump(mode="json")))
        for chunk in in_chunks(ids, CHUNK):
            people = {id_: self._person(id_) for id_ in chunk}  # first, so that the rows tell that they were opened
            async for evidence in settled(self._source, self._engine, chunk):
                await self._write_journey(evidence, people[evidence.journey_id])
            done(len(chunk))
        # After the journeys: nobody signs before they are enrolled, and somebody may be while they are read.
        statements = [one.model_dump(mode="json") for one in self._source.statements(0)]
        self._writer.add(layout.STATEMENTS, as_lines(statements))
        if head.opening is not None:
            opening = head.opening.model_copy(update={"withheld": tuple(self.exported.withheld)})
            head = head.model_copy(update={"opening": opening})
        with using_names(self._names(None)):
            self._writer.add(layout.INDEX, start_page(head, ids, self._contents(statements)))
        self.exported.journeys, self.exported.contents = len(ids), head.contents
        self.exported.protected = head.protected
        self.exported.manifest = self._writer.finish(head)
        self.exported.files = self._writer.files

    async def _write_journey(self, evidence: Evidence, person: PersonFiles | None) -> None:
        # Only notices are sent again, and most journeys' are asked for in vain: one question each.
        resent = await self._source.resent(evidence.journey_id) if evidence.rows["notices"] else []
        self._counts.add(evidence, len(resent))
        kept = evidence if self._wanted.identities is not None else without_reasons(evidence)
        found = await files_of(kept, resent, self._wanted.languages, person.texts if person else None, self._names)
        files = {**found.files, **self._proof(evidence.journey_id), **(person.files if person else {})}
        folder = layout.folder_of(evidence.journey_id)
        for name, content in sorted(files.items()):
            self._writer.add(folder + name, content)
        if found.about.rules is not None and not self._writer.has(layout.rules_file(found.about.rules)):
            self._writer.add(layout.rules_file(found.about.rules), as_json(found.rules))

    def _contents(self, statements: Sequence[Mapping[str, Any]]) -> Contents:
        first = statements[0]["said"] if statements else None
        founder = first.get("key") if isinstance(first, dict) and first.get("kind") == "founded" else None
        checkpoint = self._wanted.checkpoint
        return Contents(self._counts, founder, checkpoint.statement if checkpoint else None)

    def _proof(self, journey_id: str) -> dict[str, bytes]:
        checkpoint = self._wanted.checkpoint
        if checkpoint is None or checkpoint.leaf(journey_id) is None:
            return {}
        return {layout.PROOF: as_json(checkpoint.proof(journey_id).model_dump(mode="json"))}

    def _person(self, journey_id: str) -> PersonFiles | None:
        if self._wanted.identities is None:
            return None
        try:
            return self._wanted.identities.person_files(journey_id)
        except Refused:
            if self._alone:
                raise
            self.exported.withheld.append(journey_id)
            return None


def without_reasons(evidence: Evidence) -> Evidence:
    """The evidence for whoever is not told who the candidate is: why somebody read may name them."""
    reads = [{**row, "because": None, "salt": None} for row in evidence.rows["reads"]]
    return replace(evidence, rows={**evidence.rows, "reads": reads})


async def settled(source: Source, engine: Engine, ids: Sequence[str]) -> AsyncIterator[Evidence]:
    """The evidence of these journeys, history and rows of one moment: read again while something happens to it."""
    waiting = list(ids)
    kept: dict[str, Evidence] = {}
    for look in range(LOOKS):
        before = read_rows(engine, waiting)
        read = await source.read(waiting)
        kept |= {one.journey_id: one for one in read}
        waiting = [one.journey_id for one in read if one.is_busy or one.rows != before[one.journey_id]]
        if not waiting:
            break
        if look < LOOKS - 1:
            await asyncio.sleep(LOOK_EVERY)
    logs = logs_of(engine, ids)
    for id_ in ids:
        yield replace(kept[id_], rows={**kept[id_].rows, **logs[id_]})


def _head(application: Application, wanted: Wanted, namespace: str, chosen: Chosen) -> Manifest:
    identities = wanted.identities
    one = JourneyId.parse(chosen.ids[0]) if wanted.candidate is not None else None
    return Manifest(
        at=f"{application.now().astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        version=VERSION,
        build=build_id(application.settings.build_id),
        wording=wording(),
        ledger=application.settings.ledger,
        namespace=namespace,
        extent=Extent(candidate=one and one.candidate, programme=one.programme if one else wanted.programme),
        contents=PERSONAL if identities else PSEUDONYMOUS,
        opening=IdentityOpening(by=identities.actor, because=identities.because) if identities else None,
        checkpoint=wanted.checkpoint.statement.root if wanted.checkpoint else None,
        journeys=len(chosen.ids),
        protected=chosen.protected,
        languages=wanted.languages,
    )
