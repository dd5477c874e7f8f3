"""The code of the product, for tests that read it."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("models", "activities", "workflows", "runtime", "services", "auditing", "interfaces")


def product_trees() -> Iterator[tuple[str, ast.Module]]:
    """Each file of the product, by its path from the root, as a syntax tree."""
    files = [*ROOT.glob("*.py"), *(file for room in ROOMS for file in (ROOT / room).rglob("*.py"))]
    assert len(files) > 200
    for file in files:
        yield str(file.relative_to(ROOT)), ast.parse(file.read_text(encoding="utf-8"))
