"""`python -m deploy.tools.gallery`: the pictures of the desk in `deploy/desk/`, made anew in Debian's browser."""

import asyncio
from pathlib import Path

import typer

from tests.support.gallery import draw

GALLERY = Path(__file__).resolve().parents[1] / "desk"


def main() -> None:
    """Make them all."""
    GALLERY.mkdir(exist_ok=True)
    for file in asyncio.run(draw(GALLERY)):
        typer.echo(f"{file.relative_to(GALLERY.parents[1])} {file.stat().st_size}")


if __name__ == "__main__":
    main()
