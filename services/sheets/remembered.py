"""What an office's headings mean, as somebody said it once: a small file in the data folder, for all who use it."""

import json
from collections.abc import Mapping
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from activities.whole_files import write_whole
from runtime.errors import UsageError
from runtime.files import writing

NAME = "headings.json"

_ALL: TypeAdapter[dict[str, dict[str, str]]] = TypeAdapter(dict[str, dict[str, str]])


class RememberedHeadings:
    """The headings of one kind of list, by their keys, in the file `headings.json` of a data folder."""

    def __init__(self, data: Path, kind: str) -> None:
        self._file = data / NAME
        self._kind = kind

    def said(self) -> dict[str, str]:
        """The column that each heading means. Raises UsageError where the file cannot be read."""
        return self._all().get(self._kind, {})

    def remember(self, said: Mapping[str, str]) -> None:
        """Keep what was said of some headings, in the place of what was said of them before. Raises UsageError."""
        known = self._all()
        if said and (later := {**known.get(self._kind, {}), **said}) != known.get(self._kind):
            text = json.dumps({**known, self._kind: later}, ensure_ascii=False, indent=2, sort_keys=True)
            with writing(self._file):
                self._file.parent.mkdir(parents=True, exist_ok=True)
                write_whole(self._file, f"{text}\n".encode())

    def _all(self) -> dict[str, dict[str, str]]:
        try:
            return _ALL.validate_json(self._file.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValidationError) as error:
            raise UsageError(
                "headings.unreadable",
                "What is remembered of headings in {file} cannot be read. Correct the file or remove it.",
                file=self._file,
            ) from error
