"""Where the rows to mend of an import go."""

from pathlib import Path

import pytest

from interfaces.cli.import_report import to_mend_of
from services.referrals.import_file import write_numbers


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
    assert [to_mend_of(Path(name)).name for name in mended[:3]] == list(mended[1:])
    assert to_mend_of(Path("lista-to-mend.csv")).name == "lista-att-rätta-2.csv"
    assert write_numbers(tmp_path / "lista.csv", []).name == "lista-nummer.csv"
    assert write_numbers(tmp_path / "lista.csv", []).name == "lista-nummer-2.csv"
