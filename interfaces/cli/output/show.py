"""How anything looks in a terminal: a table, JSON, a progress bar. Plain data goes in."""

import errno
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any

import typer
from pydantic import BaseModel
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from models.calendar.swedish_day import in_swedish_time
from models.fields import STEERING, visible
from runtime.i18n import _
from services.told import Block, shown_of

NO_TERMINAL_WIDTH = 1000
"""Columns where nobody looks: a pipe or a file must not cut what a program may read."""


ROOM = 120
"""Columns from which on a list has room for the titles of programmes; below, they keep their codes."""


def is_narrow() -> bool:
    """Whether the terminal has no room for long titles."""
    return console().width < ROOM


class _Console(Console):
    """A console that is not the one to end the process, nor with the status of a finding, where nobody reads on."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError(errno.EPIPE, "nobody reads on")


def console() -> Console:
    return _Console() if sys.stdout.isatty() else _Console(width=NO_TERMINAL_WIDTH)


def as_json(value: Any) -> None:
    """Print models, lists or plain data as JSON on stdout."""
    sys.stdout.write(json_of(value))


def json_of(value: Any) -> str:
    """Models, lists or plain data as JSON."""
    return escaped(json.dumps(_plain(value), ensure_ascii=False, indent=2)) + "\n"


def escaped(json_text: str) -> str:
    """The same JSON, with what would steer a terminal written as numbers; JSON asks that of the first 32 alone."""
    return STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", json_text)


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], empty: str) -> None:
    """A table with a title, or, without rows, the sentence `empty`."""
    drawn = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for column in columns:
        drawn.add_column(column, overflow="fold")
    for row in rows:
        drawn.add_row(*("" if cell is None else visible(str(cell)) for cell in row))
    console().print(drawn if drawn.row_count else empty, markup=False)


def blocks(told: Iterable[Block]) -> None:
    """Sentences and tables, one below the other."""
    for one in told:
        tell(one) if isinstance(one, str) else table(*one)


def how_many(shown: int, of: int, *, as_json: bool) -> None:
    """How many of how many a list shows; where there are none, their sentence says so. Beside JSON, on stderr, and only
    where some are cut."""
    if not as_json and of:
        tell(shown_of(shown, of))
    elif shown < of:
        aside(shown_of(shown, of))


def counts(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    table(title, columns, rows, _("Nothing to count."))


def tell(sentence: str, style: str | None = None) -> None:
    """A sentence as it is, on one line however long."""
    console().print(sentence, style=style, markup=False, highlight=False, soft_wrap=True)


def minute(at: datetime) -> str:
    """A moment to the minute, by the clock in Sweden."""
    return in_swedish_time(at)


def aside(text: str) -> None:
    """A line on stderr, where it disturbs no output. That nobody reads it any more holds nothing up."""
    with suppress(BrokenPipeError):
        typer.echo(text, err=True)


_bars: list[Progress] = []


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[..., None]]:
    """A progress bar on stderr, where it disturbs no output; call what it gives after each step, or after so many."""
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(what, total=total)
        _bars.append(bar)
        try:
            yield lambda steps=1: bar.advance(task, steps)
        finally:
            _bars.remove(bar)


@contextmanager
def progress_paused() -> Iterator[None]:
    """No progress bar is drawn meanwhile: a person is asked something."""
    shown = list(_bars)
    for bar in shown:
        bar.stop()
    try:
        yield
    finally:
        for bar in shown:
            bar.start()
