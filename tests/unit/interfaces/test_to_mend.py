"""Where the rows to mend of an import go."""

from pathlib import Path

import pytest

from services.referrals.files_beside import to_mend_of


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
