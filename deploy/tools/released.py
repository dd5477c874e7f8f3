"""Whether the files of a release hold: sums, provenance, source, bill of materials, image and signature."""

import json
import re
import tarfile
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from packageurl import PackageURL

from auditing.transparency.note import text_signed_by
from deploy.tools.files import sha256_of
from deploy.tools.provenance import BASE, dependencies, image_of, subjects
from deploy.tools.saved import read
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
    bill = _listed(folder, "pkg:pypi/")
    if bill != lock:
        yield f"{SBOM} lists other packages than the lock of the source."
    if file := next(folder.glob("*.image.tar"), None):
        yield from _image(folder, file, statement)


def _listed(folder: Path, kind: str) -> set[tuple[str, str]]:
    """Name and version of the packages of a kind that the bill has."""
    components = json.loads((folder / SBOM).read_text())["components"]
    return {(one["name"], one["version"]) for one in components if one["purl"].startswith(kind)}


def _image(folder: Path, file: Path, statement: Mapping[str, Any]) -> Iterator[str]:
    """That the image is the one that the statement names, on its base, of its commit, with the packages of the bill."""
    image, named = read(file), dependencies(statement)
    debian = {(one.name, one.version) for one in map(PackageURL.from_string, _purls(named))}
    commit = image.config["config"]["Labels"]["org.opencontainers.image.revision"]
    for holds, sentence in (
        (image.whole, f"A layer of {file.name} is another than the image says."),
        (image.id == image_of(statement), f"{file.name} has another id than {PROVENANCE} says."),
        (image.layers[0] == named[BASE]["sha256"], f"{file.name} has another base than {PROVENANCE} says."),
        (commit == named["source"]["gitCommit"], f"{file.name} is of another commit than {PROVENANCE} says."),
        (image.packages == debian, f"{file.name} has other Debian packages than {PROVENANCE} says."),
        (image.packages == _listed(folder, "pkg:deb/"), f"{SBOM} lists other Debian packages than {file.name} has."),
    ):
        if not holds:
            yield sentence


def _purls(named: Mapping[str, Any]) -> list[str]:
    return [name for name in named if name.startswith("pkg:deb/")]


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    [root] = {member.split("/")[0] for member in archive.getnames()}
    content = archive.extractfile(f"{root}/{name}")
    assert content is not None
    return content.read()
