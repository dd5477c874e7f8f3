"""Where the rows to mend of an import go."""

import resource
from pathlib import Path

import pytest

from runtime.errors import UsageError
from services.referrals.files_beside import numbers_of, require_room, to_mend_of
from tests.support.errors import raises


@pytest.mark.parametrize(
    ("imported", "to_mend"),
    [
        ("people.csv", "people-to-mend.csv"),
        ("people.xlsx", "people-to-mend.csv"),
        ("people-to-mend.csv", "people-to-mend-2.csv"),
        ("people-to-mend-2.csv", "people-to-mend-3.csv"),
        ("people-to-mend-9.csv", "people-to-mend-10.csv"),
        ("-to-mend.csv", "-to-mend-to-mend.csv"),
    ],
)
def test_a_file_that_was_mended_in_part_has_a_number(imported: str, to_mend: str) -> None:
    assert to_mend_of(Path("folder") / imported) == Path("folder") / to_mend


def test_the_files_are_named_in_swedish_for_whoever_reads_swedish(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HELAVAGEN_LANG", "sv")
    mended = ("lista.csv", "lista-att-rätta.csv", "lista-att-rätta-2.csv", "lista-att-rätta-3.csv")
    assert [to_mend_of(tmp_path / name).name for name in mended[:3]] == list(mended[1:])
    assert to_mend_of(tmp_path / "lista-to-mend.csv").name == "lista-att-rätta-2.csv"
    assert numbers_of(tmp_path / "lista.csv").name == "lista-nummer.csv"


def test_a_file_that_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "people-to-mend.csv").touch()
    (tmp_path / "people-to-mend-2.csv").touch()
    (tmp_path / "people-numbers.csv").touch()
    assert to_mend_of(tmp_path / "people.csv") == tmp_path / "people-to-mend-3.csv"
    assert to_mend_of(tmp_path / "people-to-mend.csv") == tmp_path / "people-to-mend-3.csv"
    assert numbers_of(tmp_path / "people.csv") == tmp_path / "people-numbers-2.csv"


def test_a_disk_that_is_full_is_found_before_anything_is_written(tmp_path: Path) -> None:
    most, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    try:
        require_room(tmp_path / "small.csv", 15_000)
        with raises(UsageError, "file.unwritable"):
            require_room(tmp_path / "large.csv", 40_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    assert list(tmp_path.iterdir()) == []
    with raises(UsageError, "file.unwritable", why="its folder does not exist"):
        require_room(tmp_path / "nowhere" / "list.csv", 1)
