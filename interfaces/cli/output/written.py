"""What a reading command writes in one of several forms, to stdout or to a new file."""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from runtime.errors import UsageError
from runtime.files import new_file


def form_of(written: str, forms: Sequence[str], *, as_json: bool, output: Path | None) -> str:
    """The form that was asked for. Raises UsageError where it is none of these, or a table for a file."""
    form = "json" if as_json else written
    if form not in forms:
        raise UsageError(
            "timeline.form", "Unknown format {form}. Available: {known}.", form=form, known=", ".join(forms)
        )
    if output is not None and form == "table":
        raise UsageError("find.table_file", "A table is shown here. Choose the format json or csv for a file.")
    return form


def write(parts: Iterable[str], output: Path | None) -> None:
    """Write these, with their line ends as they are. Raises UsageError where the file cannot be made."""
    if output is None:
        sys.stdout.reconfigure(newline="")  # type: ignore[union-attr]
        for one in parts:
            sys.stdout.write(one)
        return
    with new_file(output) as out:
        for one in parts:
            out.write(one.encode())
