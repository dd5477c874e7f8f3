"""Import files for tests: rows that are in order but for what a test changes, written and read as an operator does."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from runtime.i18n import translate
from services.referrals.import_file import read_import_file
from services.referrals.rows import BadRow, ImportFile, ImportRow

TODAY = date(2026, 4, 1)
ENGLISH = [
    *("identity_number", "name", "email", "phone", "programme"),
    *("referring_partner", "site", "coordinator", "referred_on"),
]


def made_up_number(born: str = "19900101", serial: int = 980, sign: str = "") -> str:
    """A personnummer from the series 980–999, which is given to nobody: YYYYMMDD or YYMMDD → with its check digit."""
    assert 980 <= serial <= 999
    digits = f"{born[-6:]}{serial}"
    doubled = [int(digit) * (2 - index % 2) for index, digit in enumerate(digits)]
    check = -sum(value // 10 + value % 10 for value in doubled) % 10
    return f"{born}{sign}{serial}{check}"


def cells(**changed: Any) -> list[Any]:
    """The cells of a row that is in order, in the order of `ENGLISH`."""
    row = {
        **{
            "identity_number": made_up_number(),
            "name": "Åsa Öberg",
            "email": "asa@example.se",
            "phone": "070-123 45 67",
        },
        **{"programme": "talent", "referring_partner": "af-kiruna", "site": "0180", "coordinator": "anna.b"},
        **{"referred_on": "2026-03-01"},
    }
    assert changed.keys() <= row.keys()
    return list({**row, **changed}.values())


def problems(row: ImportRow | BadRow) -> list[tuple[str, str]]:
    assert isinstance(row, BadRow), row
    return [(problem.column, translate(problem.message)) for problem in row.problems]


def csv_text(rows: Iterable[Sequence[Any]], delimiter: str = ";", newline: str = "\r\n") -> str:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, lineterminator=newline).writerows(rows)
    return stream.getvalue()


def read_text(tmp_path: Path, text: str, encoding: str = "utf-8", today: date = TODAY) -> ImportFile:
    path = tmp_path / "list.csv"
    path.write_bytes(text.encode(encoding))
    return read_import_file(path, today)


def read_rows(tmp_path: Path, *rows: Sequence[Any], header: Sequence[str] = ENGLISH, today: date = TODAY) -> ImportFile:
    return read_text(tmp_path, csv_text([header, *rows]), today=today)
