"""Programs that are not Python's: where `make` has put them."""

from pathlib import Path

DEBIAN = Path(__file__).parents[2] / ".venv" / "debian"


def program(package: str, name: str) -> Path:
    """The program of a Debian package. Raises AssertionError, rather than skip what cannot be tested without it."""
    found = DEBIAN / package / name
    assert found.exists(), f"{name} is missing: run make {found.relative_to(DEBIAN.parents[1])}"
    return found
