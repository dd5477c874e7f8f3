"""What the navigation leads to: each page says by itself where it stands, and for whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING

from models.identifiers import Role
from runtime.i18n import _

if TYPE_CHECKING:
    from interfaces.desk.asked import Asked


@dataclass(frozen=True)
class MenuItem:
    """A page in the navigation; `roles` are those who see it there, None for everybody."""

    place: int
    path: str
    name: str
    roles: frozenset[Role] | None = None


def menu_of(modules: Iterable[ModuleType]) -> Sequence[MenuItem]:
    """The items of all pages (`menu` in their modules), in their order."""
    items = (item for module in modules for item in getattr(module, "menu", ()))
    return sorted(items, key=lambda item: item.place)


def navigation(asked: Asked) -> list[tuple[str, str]]:
    """Where somebody can go, and what it is called."""
    items: Sequence[MenuItem] = asked.request.app.state.menu
    return [(item.path, _(item.name)) for item in items if item.roles is None or item.roles & asked.roles]
