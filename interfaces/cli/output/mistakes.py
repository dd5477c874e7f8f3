"""What is wrong in a list, as somebody at a terminal is told it: a line for each mistake, with its place."""

from collections.abc import Iterable, Sequence

from interfaces.cli.output.show import aside
from runtime.i18n import _, translate
from services.sheets.mistakes import Mistake
from services.sheets.sheet import lines_shown

MOST_SHOWN = 50
"""As many as one looks through."""

_CELL_SHOWN = 40


def tell_notes(notes: Iterable[str]) -> None:
    """What is to be known of a file, on stderr."""
    for note in notes:
        aside(_("note: {note}", note=note))


def tell_mistakes(mistakes: Sequence[Mistake], more_in: object = None, *, at_most: int | None = MOST_SHOWN) -> None:
    """The mistakes on stderr; of very many, the first ones, and the file that has all of them."""
    shown = mistakes[:at_most]
    for one in shown:
        aside(f"{_where(one)}: {translate(one.message)}")
    if more := len(mistakes) - len(shown):
        aside(_("and {count} more, all in {file}", count=more, file=more_in) if more_in else _and_more(more))


def _and_more(count: int) -> str:
    return _("and {count} more", count=count)


def _where(mistake: Mistake) -> str:
    written = f" “{mistake.written[:_CELL_SHOWN]}”" if mistake.written else ""
    column = f", {mistake.column}{written}" if mistake.column else ""
    if len(mistake.lines) == 1:
        return _("line {line}{column}", line=mistake.lines[0], column=column)
    return _("lines {lines}{column}", lines=lines_shown(mistake.lines), column=column)
