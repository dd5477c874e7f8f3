"""Whether a bundle is what its manifest says: every file there, no other, each with its hash."""

from collections.abc import Iterator
from hashlib import sha256

from auditing.bundle.manifest import PSEUDONYMOUS, Manifest, hash_of
from auditing.bundle.names import MANIFEST, PERSON, REMARKS
from auditing.bundle.reader import Bundle, Damaged
from auditing.evidence.findings import Finding
from models.message import Message, msg


def manifest_findings(bundle: Bundle, manifest: Manifest, noted: str | None = None) -> Iterator[Finding]:
    """What differs between the manifest and the bundle, each naming its file; `noted` is the manifest's hash as whoever
    made the bundle has told it."""
    written = bundle.manifest_as_written()
    if noted is not None and hash_of(written) != noted:
        yield _finding(
            msg("finding.manifest_not_noted", "the manifest is not the one that was noted"),
            MANIFEST,
            noted,
            hash_of(written),
        )
    if written != manifest.canonical():
        what = msg("finding.manifest_not_export_writes", "the manifest is not as an export writes it")
        yield _finding(what, MANIFEST, hash_of(manifest.canonical()), hash_of(written))
    yield from _file_findings(bundle, manifest)
    ids = bundle.journey_ids()
    if len(ids) != manifest.journeys:
        what = msg(
            "finding.bundle_another_number_journeys_than",
            "the bundle has another number of journeys than its manifest says",
        )
        yield _finding(what, MANIFEST, str(manifest.journeys), str(len(ids)))
    if manifest.contents == PSEUDONYMOUS:
        for name in bundle.names:
            if name.rpartition("/")[2] in (PERSON, REMARKS):
                yield _finding(
                    msg(
                        "finding.bundle_names_people_manifest_denies",
                        "the bundle names people, and its manifest denies it",
                    ),
                    name,
                    "nothing",
                    "a file",
                )
    for id_ in ids:
        if not manifest.extent.has(id_):
            extent = " ".join(filter(None, (manifest.extent.candidate, manifest.extent.programme)))
            yield _finding(
                msg("finding.journey_none_those_asked", "the journey is none of those that were asked for"),
                MANIFEST,
                extent,
                id_,
            )


def _file_findings(bundle: Bundle, manifest: Manifest) -> Iterator[Finding]:
    for name in sorted({*bundle.names, *manifest.files} - {MANIFEST}):
        expected = manifest.files.get(name)
        if not bundle.has(name):
            yield _finding(
                msg("finding.file_manifest_missing", "a file of the manifest is missing"),
                name,
                str(expected),
                "nothing",
            )
            continue
        if expected is None:
            yield _finding(msg("finding.file_not_manifest", "a file is not in the manifest"), name, "nothing", "a file")
            continue
        found = _hash(bundle, name)
        if found != expected:
            yield _finding(msg("finding.file_not_exported", "a file is not as it was exported"), name, expected, found)


def _hash(bundle: Bundle, name: str) -> str:
    digest = sha256()
    try:
        for part in bundle.parts(name):
            digest.update(part)
    except Damaged as error:
        return str(error)
    return digest.hexdigest()


def _finding(what: Message, where: str, expected: str, found: str) -> Finding:
    return Finding(what=what, where=where, expected=expected, found=found)
