"""What a release must have: a bill of what is in the image, and bases that are pinned by digest."""

import json
from pathlib import Path
from typing import Any

import pytest

from deploy.tools import pins
from deploy.tools.sbom import LOCK, bill_of, written
from tests.support.locks import read_lock

DIGEST = "sha256:" + "0f" * 32


@pytest.fixture(scope="module")
def bill() -> dict[str, Any]:
    """The bill as written, which is as the standard has it or is not written."""
    told: dict[str, Any] = json.loads(written(bill_of(LOCK.read_text())))
    return told


def test_the_bill_has_each_package_of_the_lock_with_its_hashes_and_a_licence(bill: dict[str, Any]) -> None:
    pins_of_lock = {name: pin.version for name, pin in read_lock("requirements.lock").items()}
    assert {one["name"]: one["version"] for one in bill["components"]} == pins_of_lock
    assert [one["name"] for one in bill["components"] if not one.get("licenses")] == []
    hashes = {one["content"] for component in bill["components"] for one in component["hashes"]}
    assert len(hashes) == LOCK.read_text().count("--hash=sha256:")


def test_the_bill_says_what_needs_what(bill: dict[str, Any]) -> None:
    needs = {one["ref"]: one.get("dependsOn", []) for one in bill["dependencies"]}
    [alembic] = [ref for ref in needs if ref.startswith("pkg:pypi/alembic@")]
    assert any(ref.startswith("pkg:pypi/sqlalchemy@") for ref in needs[alembic])
    assert len(needs["hela-vagen"]) == len(bill["components"])


def test_the_same_lock_gives_the_same_bill(bill: dict[str, Any]) -> None:
    assert json.loads(written(bill_of(LOCK.read_text()))) == bill


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, ...]:
    """Copies of the files that name images."""
    copies = tuple(tmp_path / file.name for file in pins.FILES)
    for file, copy in zip(pins.FILES, copies, strict=True):
        copy.write_text(file.read_text())
    monkeypatch.setattr(pins, "ROOT", tmp_path)
    monkeypatch.setattr(pins, "FILES", copies)
    return copies


def test_an_image_by_its_tag_alone_is_told_and_stops_a_release(
    files: tuple[Path, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert pins.main([]) == 0
    assert "python:3.11-slim in Containerfile" in capsys.readouterr().out
    assert pins.main(["--strict"]) == 1
    for name in {one.partition(" in ")[0] for one in pins.unpinned()}:
        assert pins.main([name, DIGEST]) == 0
    assert pins.main(["--strict"]) == 0
    assert files[0].read_text().count(f"ARG BASE=python:3.11-slim@{DIGEST}") == 1
    assert "image: hela-vagen:0.1.0\n" in files[1].read_text()


@pytest.mark.parametrize("digest", ["sha256:1234", "0f" * 32, "latest"])
def test_what_is_no_digest_is_not_written(digest: str, files: tuple[Path, ...]) -> None:
    before = [file.read_text() for file in files]
    assert pins.main(["postgres:18", digest]) == 2
    assert [file.read_text() for file in files] == before
