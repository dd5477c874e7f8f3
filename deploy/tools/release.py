"""`python -m deploy.tools.release make BUILD`: makes the files of a release in `dist/`, from the commit checked out.

`make 0.1.0-1 [--into FOLDER] [--key FILE]` writes the source, the bill of materials, the image, the provenance and the
sums of all, and signs the sums where a key is given (or named by HELAVAGEN_RELEASE_KEY). `check FOLDER [--key PUBLIC]`
says whether the files of a release hold. Exit status: 0 done, 1 refused or a file does not hold, 2 wrong use, 3 made
without an image.
"""

import argparse
import gzip
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from auditing.transparency.note import signed_note
from auditing.transparency.signing import public_key_of, read_key
from deploy.tools.commands import bytes_by, said_by
from deploy.tools.files import sha256_of
from deploy.tools.pins import unpinned
from deploy.tools.provenance import provenance
from deploy.tools.released import NOTE, PROVENANCE, SBOM, SIGNER, SUMS, archive_of, findings
from deploy.tools.sbom import bill_of, written
from deploy.tools.versions import refusals
from runtime.errors import UserError
from runtime.i18n import in_any_case

ROOT = Path(__file__).resolve().parents[2]

DONE, REFUSED, WRONG_USE, WITHOUT_IMAGE = range(4)

SAVE = {
    "docker": ("save", "--output", "{file}", "{tag}"),
    "podman": ("save", "--output", "{file}", "{tag}"),
    "buildah": ("push", "{tag}", "docker-archive:{file}"),
}
"""Programs that build images, each with how it writes one to a file."""


def make(build: str, into: Path, key: Path | None) -> int:
    """Write the files of a release. Raises UserError where the key cannot be read."""
    signer = read_key(key) if key else None
    if why_not := [*refusals(ROOT, build), *_occupied(into)]:
        sys.stderr.write("".join(f"{one}\n" for one in why_not))
        return REFUSED
    into.mkdir(parents=True, exist_ok=True)
    commit = said_by("git", "rev-parse", "HEAD", at=ROOT).strip()
    made = [_source(into, build), _bill(into)]
    image = _image(into, build, commit)
    if isinstance(image, Path):
        made.append(image)
    statement = json.dumps(provenance(ROOT, build, commit, made), indent=2) + "\n"
    (into / PROVENANCE).write_text(statement)
    sums = "".join(f"{sha256_of(file)}  {file.name}\n" for file in sorted([*made, into / PROVENANCE]))
    (into / SUMS).write_text(sums)
    if signer is not None:
        (into / NOTE).write_text(signed_note(sums, signer, SIGNER))
        sys.stdout.write(f"Signed with the key {public_key_of(signer)}.\n")
    sys.stdout.write(sums)
    if isinstance(image, Path):
        return DONE
    sys.stderr.write(f"No image was built: {image}\n")
    return WITHOUT_IMAGE


def _occupied(into: Path) -> Iterator[str]:
    if into.exists() and any(into.iterdir()):
        yield f"{into.name} is not empty: move what is in it away."


def _source(into: Path, build: str) -> Path:
    """The source as committed: the same commit gives the same bytes."""
    file = archive_of(into, build)
    prefix = f"--prefix={file.name.removesuffix('.tar.gz')}/"
    packed = bytes_by("git", "-c", "tar.umask=0022", "archive", "--format=tar", prefix, "HEAD", at=ROOT)
    file.write_bytes(gzip.compress(packed, mtime=0))
    return file


def _bill(into: Path) -> Path:
    (into / SBOM).write_text(written(bill_of((ROOT / "requirements.lock").read_text())))
    return into / SBOM


def _image(into: Path, build: str, commit: str) -> Path | str:
    """The image in a file, or why there is none. Raises CalledProcessError where it cannot be built."""
    if loose := unpinned():
        return f"{loose[0]} and perhaps others are named by a tag, which moves: pin them with deploy.tools.pins."
    engine = next((name for name in SAVE if _runs(name)), None)
    if engine is None:
        return "neither docker nor podman nor buildah works here."
    file, tag = into / f"hela-vagen-{build}.image.tar", f"hela-vagen:{build}"
    arguments = [f"--build-arg=HELAVAGEN_BUILD_ID={build}", f"--build-arg=REVISION={commit}", f"--tag={tag}"]
    said_by(engine, "build", "--file", "deploy/Containerfile", *arguments, ".", at=ROOT)
    said_by(engine, *(part.format(file=file, tag=tag) for part in SAVE[engine]), at=ROOT)
    return file


def _runs(engine: str) -> bool:
    """Whether an engine is installed and answers."""
    found = shutil.which(engine)
    return found is not None and not subprocess.run([found, "info"], capture_output=True, check=False).returncode  # noqa: S603


def check(folder: Path, key: str | None) -> int:
    """Say what does not hold of a release's files."""
    found = list(findings(folder, key))
    sys.stderr.write("".join(f"{one}\n" for one in found))
    if not found:
        signed = "signed with the key given" if key else "their signature was not asked for, since no --key was given"
        sys.stdout.write(f"The files of the release hold: {signed}.\n")
    return REFUSED if found else DONE


def main(arguments: Sequence[str] | None = None) -> int:
    """Make or check."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    does = parser.add_subparsers(dest="does", required=True)
    making, checking = does.add_parser("make"), does.add_parser("check")
    making.add_argument("build")
    making.add_argument("--into", type=Path, default=ROOT / "dist")
    making.add_argument("--key", type=Path, default=os.environ.get("HELAVAGEN_RELEASE_KEY") or None)
    checking.add_argument("folder", type=Path)
    checking.add_argument("--key")
    asked = parser.parse_args(arguments)
    try:
        if asked.does == "check":
            return check(asked.folder, asked.key)
        return make(asked.build, asked.into.resolve(), Path(asked.key) if asked.key else None)
    except UserError as error:
        sys.stderr.write(f"{in_any_case(error.message)}\n")
        return WRONG_USE


if __name__ == "__main__":
    sys.exit(main())
