"""Whether the files of a release hold: sums, provenance, source, bill of materials and signature."""

import json
import re
import tarfile
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from auditing.transparency.note import text_signed_by
from deploy.tools.files import sha256_of
from deploy.tools.provenance import dependencies, subjects
from deploy.tools.sbom import PINNED

SBOM, PROVENANCE, SUMS, NOTE = "sbom.cdx.json", "provenance.intoto.json", "SHA256SUMS", "SHA256SUMS.note"
SIGNER = "hela-vagen-release"
"""Under which name a release's key signs notes."""

A_SUM = re.compile(r"([0-9a-f]{64})  ([\w.+-]+)")


def archive_of(folder: Path, build: str) -> Path:
    """The file of the source."""
    return folder / f"hela-vagen-{build}.tar.gz"


def findings(folder: Path, key: str | None = None) -> Iterator[str]:
    """What does not hold, a sentence each; with a public key in hexadecimal also whether it has signed."""
    try:
        sums = (folder / SUMS).read_text()
        yield from _sums(folder, sums)
        statement = json.loads((folder / PROVENANCE).read_text())
        yield from _provenance(folder, statement)
        yield from _source(folder, statement)
    except (OSError, ValueError, KeyError, TypeError, LookupError, tarfile.TarError) as error:
        yield f"The files cannot be read as those of a release ({type(error).__name__}: {error})."
        return
    if key is not None:
        note = folder / NOTE
        if not note.exists() or text_signed_by(note.read_text(), key, SIGNER) != sums:
            yield f"The key {key} has not signed {SUMS}."


def _sums(folder: Path, sums: str) -> Iterator[str]:
    known = {name: digest for digest, name in A_SUM.findall(sums)}
    there = {file.name for file in folder.iterdir()} - {SUMS, NOTE}
    yield from (f"{SUMS} does not name {name}." for name in sorted(there - known.keys()))
    yield from (f"{name} is missing." for name in sorted(known.keys() - there))
    yield from (
        f"{name} is not the file of {SUMS}."
        for name in sorted(known)
        if name in there and _differs(folder, name, known)
    )


def _differs(folder: Path, name: str, known: Mapping[str, str]) -> bool:
    return sha256_of(folder / name) != known[name]


def _provenance(folder: Path, statement: Mapping[str, Any]) -> Iterator[str]:
    of = subjects(statement)
    there = {file.name for file in folder.iterdir()} - {SUMS, NOTE, PROVENANCE}
    for name in sorted(there ^ of.keys()):
        yield f"{PROVENANCE} {'does not name' if name in there else 'names'} {name}."
    yield from (
        f"{PROVENANCE} is of another {name}." for name in sorted(there & of.keys()) if _differs(folder, name, of)
    )


def _source(folder: Path, statement: Mapping[str, Any]) -> Iterator[str]:
    """That the archive is of the commit and the locks that the statement names, and the bill of that lock."""
    named = dependencies(statement)
    build = statement["predicate"]["buildDefinition"]["externalParameters"]["build"]
    with tarfile.open(archive_of(folder, build)) as archive:
        if archive.pax_headers.get("comment") != named["source"]["gitCommit"]:
            yield "The source is of another commit than the provenance says."
        contents = {name: _member(archive, name) for name in named if name.endswith(".lock")}
    for name, content in contents.items():
        if sha256(content).hexdigest() != named[name]["sha256"]:
            yield f"The source has another {name} than the provenance says."
    lock = {
        (one["name"].lower().replace("_", "-"), one["version"])
        for one in PINNED.finditer(contents["requirements.lock"].decode())
    }
    bill = json.loads((folder / SBOM).read_text())
    if {(one["name"], one["version"]) for one in bill["components"]} != lock:
        yield f"{SBOM} lists other packages than the lock of the source."


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    [root] = {member.split("/")[0] for member in archive.getnames()}
    content = archive.extractfile(f"{root}/{name}")
    assert content is not None
    return content.read()
