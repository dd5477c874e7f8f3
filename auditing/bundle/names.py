"""What a bundle's timelines call things: kept beside them, since whoever verifies has neither the employer's files nor
its register."""

from typing import Any

from runtime.i18n import Names, language

Table = dict[str, dict[str, dict[str, str]]]
"""Names by language, by the place in which a code stands, by code: see `services.names`."""


class NotedNames:
    """Tells names, and keeps each that was told."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self.table: Table = {}

    def __call__(self, place: str, code: str) -> str | None:
        found = self._names(place, code)
        if found is not None:
            self.table.setdefault(language(), {}).setdefault(place, {})[code] = found
        return found


def names_in(table: Any) -> Names:
    """The names of a table that was kept, whatever somebody has put in its place."""

    def name(place: str, code: str) -> str | None:
        found = table
        for key in (language(), place, code):
            found = found.get(key) if isinstance(found, dict) else None
        return found if isinstance(found, str) else None

    return name
