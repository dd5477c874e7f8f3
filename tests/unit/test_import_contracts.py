"""Each import contract bites: one forbidden import, inside a function of a copy of the packages, breaks it."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
RULES = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
PACKAGES = RULES["root_packages"]
CONTRACTS = {contract["name"]: contract for contract in RULES["contracts"]}


def forbidden_by(contract: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Who must not import whom: of floors each the one above it and its neighbour."""
    match contract["type"]:
        case "layers":
            floors = [[part.strip() for part in layer.split("|")] for layer in contract["layers"]]
            for inside in [f"{name}." for name in contract.get("containers", [])] or [""]:
                for above, below in pairwise(floors):
                    yield inside + below[0], inside + above[0]
                for first, second, *_ in (floor for floor in floors if len(floor) > 1):
                    yield inside + first, inside + second
        case "forbidden":
            for importer in contract["source_modules"]:
                yield from ((importer, imported) for imported in contract["forbidden_modules"])
        case "protected":
            for imported in contract["protected_modules"]:
                allowed = {*contract["allowed_importers"], imported.partition(".")[0]}
                yield from ((importer, imported) for importer in PACKAGES if importer not in allowed)


def file_of(folder: Path, module: str) -> Path:
    path = folder / module.replace(".", "/")
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What is said of each contract where every import that it forbids is made."""
    copy = tmp_path_factory.mktemp("packages")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "worker.py", "admin.py", "audit.py"):
        shutil.copy(ROOT / file, copy)
    for contract in CONTRACTS.values():
        for importer, imported in forbidden_by(contract):
            with file_of(copy, importer).open("a", encoding="utf-8") as module:
                module.write(f"\n\ndef _forbidden() -> None:\n    import {imported}\n")
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    env = {**os.environ, "NO_COLOR": "1", "COLUMNS": "200"}
    ended = subprocess.run(command, cwd=copy, env=env, capture_output=True, text=True, check=False)
    assert ended.returncode == 1, ended
    _, _, told = ended.stdout.partition("Broken contracts")
    parts = re.split(r"^(.+)\n-+\n", told, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize("name", CONTRACTS)
def test_an_import_that_a_contract_forbids_is_found_in_a_function(name: str, broken: dict[str, str]) -> None:
    pairs = list(forbidden_by(CONTRACTS[name]))
    assert pairs
    missed = [(one, other) for one, other in pairs if not re.search(rf"\b{one} -> {other} \(l\.", broken.get(name, ""))]
    assert missed == []
