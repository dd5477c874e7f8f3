"""`python -m deploy.tools.pins`: which images of others are pinned by digest, and pins them.

Without arguments it tells which are not; with `--strict` it ends with status 1 then, so that no release goes out.
`python -m deploy.tools.pins python:3.11-slim sha256:…` writes a digest that you have looked up where you pull from.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILES = (ROOT / "deploy" / "Containerfile", ROOT / "deploy" / "compose.yaml")
IMAGE = re.compile(r"(?m)^(?P<before>ARG BASE=|\s+image: )(?P<name>[^\s@:]+:[^\s@]+)(?P<digest>@\S+)?")
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
OURS = "hela-vagen:"
"""Is built here, and called by its release."""


def unpinned() -> list[str]:
    """The images that are named by a tag alone, each with the file that names it."""
    return sorted(
        {
            f"{found['name']} in {file.relative_to(ROOT)}"
            for file in FILES
            for found in IMAGE.finditer(file.read_text())
            if not found["digest"] and not found["name"].startswith(OURS)
        }
    )


def pin(name: str, digest: str) -> int:
    """Write an image's digest wherever it is named; returns in how many places. Raises ValueError for no digest."""
    if not DIGEST.fullmatch(digest):
        raise ValueError(f"{digest} is no digest: sha256: and 64 hexadecimal characters are expected")
    places = 0
    for file in FILES:
        named = re.compile(rf"(?<![^\s=]){re.escape(name)}(@\S+)?(?!\S)")
        text, count = named.subn(f"{name}@{digest}", file.read_text())
        file.write_text(text)
        places += count
    return places


def main(arguments: list[str]) -> int:
    """Tell, or pin."""
    match arguments:
        case [] | ["--strict"]:
            for one in unpinned():
                sys.stdout.write(f"not pinned by digest: {one}\n")
            return 1 if arguments and unpinned() else 0
        case [name, digest]:
            try:
                places = pin(name, digest)
            except ValueError as error:
                sys.stderr.write(f"{error}\n")
                return 2
            sys.stdout.write(f"{name} pinned in {places} places\n")
            return 0 if places else 1
        case _:
            sys.stderr.write(f"{__doc__}\n")
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
