"""On which line something stands, however it is written."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runtime.rulebook.toml_lines import line_at, lines_of
from runtime.settings import PROGRAMMES

WRITTEN = '''# a comment with = and [brackets]
id = "x"                      # line 2
name = { sv = "A", en = "B" } # line 3
"quoted key" = 5
forms = [
  "one", # a comment, with a comma
  "two",
]
text = """
[not a table]
key = "no key"
"""
raw = \'\'\'
[[neither]]
\'\'\'
moment = 2026-01-01 12:00:00
dotted.key = true

[internship]
longest_months = 6

[[deadlines]]
name = "a"

[[deadlines]]
name = "b"
stages = ["referral",
          "closed"]

[[profiles]]
id = "first"

[[profiles.requirements]]
id = "r0"

[[profiles]]
id = "second"

[[profiles.requirements]]
id = "r1"
confirmed = { office = "A", on = 2026-01-15 }

[[profiles.requirements]]
id = "r2"

[profiles.requirements.confirmed]
office = "B"

[[nested]]
rows = [{ a = 1 },
  { a = 2, b = [[1], [2]] }]
'''

PLACES: dict[tuple[str | int, ...], int] = {
    ("id",): 2,
    ("name", "en"): 3,
    ("quoted key",): 4,
    ("forms",): 5,
    ("forms", 0): 6,
    ("forms", 1): 7,
    ("text",): 9,
    ("raw",): 13,
    ("moment",): 16,
    ("dotted",): 17,
    ("dotted", "key"): 17,
    ("internship",): 19,
    ("internship", "longest_months"): 20,
    ("deadlines",): 22,
    ("deadlines", 0): 22,
    ("deadlines", 1): 25,
    ("deadlines", 1, "name"): 26,
    ("deadlines", 1, "stages", 1): 28,
    ("profiles", 0, "requirements", 0, "id"): 34,
    ("profiles", 1): 36,
    ("profiles", 1, "requirements", 0): 39,
    ("profiles", 1, "requirements", 0, "confirmed", "on"): 41,
    ("profiles", 1, "requirements", 1, "id"): 44,
    ("profiles", 1, "requirements", 1, "confirmed", "office"): 47,
    ("nested", 0, "rows", 1, "a"): 51,
    ("nested", 0, "rows", 1, "b", 1, 0): 51,
}


@pytest.mark.parametrize(("path", "line"), PLACES.items(), ids=str)
def test_the_line_of_each_thing_is_found(path: tuple[str | int, ...], line: int) -> None:
    assert lines_of(WRITTEN)[path] == line


def test_what_is_missing_is_told_where_it_should_stand() -> None:
    lines = lines_of(WRITTEN)
    assert line_at(lines, ("internship", "source")) == 19
    assert line_at(lines, ("profiles", 1, "requirements", 0, "why")) == 39
    assert line_at(lines, ("manager",)) == 1


def paths(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if path:
        yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from paths(one, (*path, key))


@pytest.mark.parametrize("text", [WRITTEN, *(file.read_text() for file in sorted(PROGRAMMES.glob("*.toml")))])
def test_everything_that_the_reader_finds_has_a_line_and_nothing_else_has(text: str) -> None:
    assert set(lines_of(text)) == set(paths(tomllib.loads(text)))


def test_the_key_stands_on_the_line_that_is_told() -> None:
    text = (PROGRAMMES / "service_division.toml").read_text()
    written = text.splitlines()
    for path, line in lines_of(text).items():
        if isinstance(path[-1], str) and path[-1] not in ("sv", "en"):
            assert str(path[-1]) in written[line - 1], path


def test_a_file_written_on_windows_has_the_same_lines(tmp_path: Path) -> None:
    file = tmp_path / "windows.toml"
    file.write_bytes(WRITTEN.replace("\n", "\r\n").encode())
    assert lines_of(file.read_bytes().decode()) == lines_of(WRITTEN)
