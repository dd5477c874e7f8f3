"""What is wrong in a list, and each mistake once with all its lines: a town that nobody knows may stand in hundreds."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from models.message import Message


@dataclass(frozen=True)
class Problem:
    """What is wrong in one cell. `column` is its header as written in the file, empty where the whole row is meant;
    `message` may be logged, so it says nothing that stood in the cell; `written` is that, of a cell that names a
    programme, a partner, a town or a colleague."""

    line: int
    column: str
    message: Message
    written: str = field(repr=False, default="")


@dataclass
class Mistake:
    """The same problem in one or several lines."""

    column: str
    message: Message
    written: str = field(repr=False)
    lines: list[int] = field(default_factory=list)


def mistakes_in(problems: Iterable[Problem]) -> list[Mistake]:
    """Each mistake once, in the order of their first lines."""
    found: dict[tuple[str, Message, str], Mistake] = {}
    for one in problems:
        key = (one.column, one.message, one.written)
        found.setdefault(key, Mistake(*key)).lines.append(one.line)
    return list(found.values())
