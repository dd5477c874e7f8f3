"""The tests' own house: who may import whom, and one name for one type in what they share."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parents[1]
FILES = list(TESTS.rglob("*.py"))


def imported_by(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


def may_import(file: Path) -> tuple[str, ...]:
    """The benchmarks draw people whom lists are tested with too, and a world that breaks is tested as well; what is
    shared knows neither."""
    rooms = ("tests.support", "tests.bench", "tests.chaos")
    return rooms[:1] if TESTS / "support" in file.parents else rooms


def test_no_test_is_imported() -> None:
    ours = [(file, name) for file in FILES for name in imported_by(file) if name.startswith("tests.")]
    assert [(file, name) for file, name in ours if not name.startswith(may_import(file))] == []


def test_a_class_of_the_support_package_has_a_name_of_its_own() -> None:
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in (TESTS / "support").rglob("*.py")]
    names = Counter(node.name for tree in trees for node in tree.body if isinstance(node, ast.ClassDef))
    assert [name for name, number in names.items() if number > 1] == []
