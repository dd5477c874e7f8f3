"""Asking whoever sits before this process: for the passphrase of a key, or whether they are sure. How, their interface
has said."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.message import Message


def at_a_terminal(*, aside: bool = False) -> bool:
    """Whether a person sits at a terminal and can be asked; `aside`, on stderr, where the output may go elsewhere."""
    shown = sys.stderr if aside else sys.stdout
    return sys.stdin.isatty() and shown.isatty() and "CI" not in os.environ


Passphrase = Callable[[str], str | None]
"""Asks for the passphrase of somebody's key; None where nobody can be asked."""


def nobody_to_ask(_name: str) -> None:
    return None


Confirmation = Callable[["Message"], bool]
"""Tells somebody something, and asks whether it shall be so; False where nobody can be asked."""

_way: list[Passphrase] = []
_confirmation: list[Confirmation] = []


def ask_by(way: Passphrase) -> None:
    """Say, once a process, how whoever sits before it is asked."""
    _way[:] = [way]


def asked_for(name: str) -> str | None:
    """The passphrase of somebody's key, as they say it; None where nobody sits there."""
    return _way[0](name) if _way else None


def confirm_by(confirmation: Confirmation) -> None:
    """Say, once a process, how whoever sits before it is asked whether they are sure."""
    _confirmation[:] = [confirmation]


def confirmed(about: Message) -> bool:
    """Whether somebody wants it all the same; False where nobody sits there."""
    return _confirmation[0](about) if _confirmation else False
