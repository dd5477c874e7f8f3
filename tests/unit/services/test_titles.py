"""What lines and answers are called: names are read once for as many rows as are shown."""

import pytest

from models.message import msg
from services.names import Names
from services.queries import titles
from tests.support.programmes import RULES


def test_names_are_made_once_for_all_rows_of_a_programme(monkeypatch: pytest.MonkeyPatch) -> None:
    made = list[Names]()

    class Counted(Names):
        def __init__(self, *said: object) -> None:
            super().__init__(*said)  # type: ignore[arg-type]
            made.append(self)

    monkeypatch.setattr(titles, "Names", Counted)
    named = titles.Titles(RULES)
    told = [named.told(msg("test.in_town", "{site}", site="2480"), "service_division") for _ in range(3)]
    assert [one.endswith("Umeå") for one in told] == [True] * 3
    assert len(made) == 1
