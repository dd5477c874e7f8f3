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
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from auditing.transparency.note import signed_note
from auditing.transparency.signing import public_key_of, read_key
from deploy.tools.base import SUITE, NoSources, Package
from deploy.tools.commands import bytes_by, said_by
from deploy.tools.files import sha256_of
from deploy.tools.image import build_image, missing
from deploy.tools.provenance import provenance
from deploy.tools.released import NOTE, PROVENANCE, SBOM, SIGNER, SUMS, archive_of, findings
from deploy.tools.saved import read
from deploy.tools.sbom import bill_of, written
from deploy.tools.versions import refusals
from runtime.errors import UserError
from runtime.i18n import in_any_case

ROOT = Path(__file__).resolve().parents[2]

DONE, REFUSED, WRONG_USE, WITHOUT_IMAGE = range(4)

LAST_LINES = 5
"""Of what a program said that could not do its part: what it was about stands last."""


def make(build: str, into: Path, key: Path | None) -> int:
    """Write the files of a release. Raises UserError where the key cannot be read."""
    signer = read_key(key) if key else None
    if why_not := [*refusals(ROOT, build), *_occupied(into)]:
        sys.stderr.write("".join(f"{one}\n" for one in why_not))
        return REFUSED
    into.mkdir(parents=True, exist_ok=True)
    commit = said_by("git", "rev-parse", "HEAD", at=ROOT).strip()
    source, file = _source(into, build), into / f"hela-vagen-{build}.image.tar"
    debian = _image(source, file, build, commit)
    image, packages = (None, []) if isinstance(debian, str) else (read(file), debian)
    made = [source, _bill(into, packages), *([file] if image else [])]
    statement = json.dumps(provenance(ROOT, build, commit, made, image, packages), indent=2) + "\n"
    (into / PROVENANCE).write_text(statement)
    sums = "".join(f"{sha256_of(file)}  {file.name}\n" for file in sorted([*made, into / PROVENANCE]))
    (into / SUMS).write_text(sums)
    if signer is not None:
        (into / NOTE).write_text(signed_note(sums, signer, SIGNER))
        sys.stdout.write(f"Signed with the key {public_key_of(signer)}.\n")
    sys.stdout.write(sums)
    if isinstance(debian, str):
        sys.stderr.write(f"No image was built: {debian}\n")
        return WITHOUT_IMAGE
    return DONE


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


def _bill(into: Path, debian: Sequence[Package]) -> Path:
    (into / SBOM).write_text(written(bill_of((ROOT / "requirements.lock").read_text(), debian)))
    return into / SBOM


def _image(source: Path, file: Path, build: str, commit: str) -> list[Package] | str:
    """Save the image in a file and return the Debian packages in it, or why there is none."""
    if packages := missing():
        return f"install Debian's packages {', '.join(packages)}."
    moment = int(said_by("git", "log", "-1", "--format=%ct", at=ROOT))
    arguments = [f"HELAVAGEN_BUILD_ID={build}", f"REVISION={commit}"]
    try:
        return build_image(source, file, f"hela-vagen:{build}", arguments, moment)
    except NoSources:
        return f"name the packages of Debian {SUITE} to apt, and run apt-get update."
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip().splitlines()[-LAST_LINES:]
        return "\n".join((f"{Path(error.cmd[0]).name} ended with status {error.returncode}.", *said))


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
