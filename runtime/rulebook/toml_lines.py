"""On which line of a TOML file each key stands. The standard reader forgets it; whoever mends a file needs it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

Path = tuple[str | int, ...]

BLANK = re.compile(r"[ \t]*")
SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")
TEXT = re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'', re.DOTALL)
PLAIN = re.compile(r"[^\s,\]}#]+(?: [0-9:.Zz+-]+)?")
"""A number, a truth value, a day, or a moment with a space in it."""


def lines_of(text: str) -> dict[Path, int]:
    """The line, counted from 1, of each table, key and list item, by its path; of a text that is valid TOML."""
    scan = _Scan(text)
    try:
        scan.document()
    except RecursionError:  # so deep that no value of ours stands there: what stands around it is known
        return scan.lines
    return scan.lines


def line_at(lines: Mapping[Path, int], path: Path) -> int:
    """The line of what stands at a path, or, where that is nowhere, of the nearest thing that should hold it."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


@dataclass
class _Scan:
    """A walk over the text. It checks nothing: that was done by the reader."""

    text: str
    at: int = 0
    lines: dict[Path, int] = field(default_factory=dict)
    tables: dict[Path, int] = field(default_factory=dict)
    """How many tables each list of tables has so far, by the path of the list."""

    def document(self) -> None:
        table: Path = ()
        while not self._ends():
            if self._takes("[["):
                table = self._next_of_list(self._path())
                self._takes("]]")
            elif self._takes("["):
                table = self._resolved(self._path())
                self._note(table)
                self._takes("]")
            else:
                self._pair(table)

    def _ends(self) -> bool:
        self._skip(SPACE)
        return self.at >= len(self.text)

    def _pair(self, table: Path) -> None:
        start = self.at
        path = (*table, *self._path())
        for length in range(len(table) + 1, len(path) + 1):
            self._note(path[:length], start)
        self._takes("=")
        self._value(path)

    def _value(self, path: Path) -> None:
        self._skip(BLANK)
        if self._takes("["):
            self._list(path)
        elif self._takes("{"):
            while not self._closes("}"):
                self._pair(path)
        else:
            self._skip(TEXT if self.text[self.at] in "\"'" else PLAIN)

    def _list(self, path: Path) -> None:
        number = 0
        while not self._closes("]"):
            self._note((*path, number))
            self._value((*path, number))
            number += 1

    def _closes(self, bracket: str) -> bool:
        self._skip(SPACE)
        if self._takes(","):
            self._skip(SPACE)
        return self._takes(bracket) or self.at >= len(self.text)

    def _path(self) -> Path:
        """A key, or several with full stops between."""
        keys: list[str] = []
        while True:
            self._skip(BLANK)
            keys.append(self._skip(KEY).strip("\"'"))
            self._skip(BLANK)
            if not self._takes("."):
                return tuple(keys)

    def _next_of_list(self, keys: Path) -> Path:
        parent = self._resolved(keys[:-1])
        name = (*parent, keys[-1])
        self._note(name)
        number = self.tables.get(name, 0)
        self.tables[name] = number + 1
        self._note((*name, number))
        return (*name, number)

    def _resolved(self, keys: Path) -> Path:
        """The path that a header names: of a list of tables it means the latest one."""
        path: Path = ()
        for key in keys:
            path = (*path, key)
            if path in self.tables:
                path = (*path, self.tables[path] - 1)
        return path

    def _note(self, path: Path, at: int | None = None) -> None:
        self.lines.setdefault(path, self.text.count("\n", 0, self.at if at is None else at) + 1)

    def _takes(self, sign: str) -> bool:
        self._skip(BLANK)
        found = self.text.startswith(sign, self.at)
        self.at += len(sign) if found else 0
        return found

    def _skip(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        self.at = match.end() if match else self.at + 1
        return match.group() if match else ""
