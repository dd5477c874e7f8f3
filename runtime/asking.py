"""Asking whoever sits before this process for the passphrase of a key, in the way that their interface has said."""

from collections.abc import Callable

Passphrase = Callable[[str], str | None]
"""Asks for the passphrase of somebody's key; None where nobody can be asked."""


def nobody_to_ask(_name: str) -> None:
    return None


_way: list[Passphrase] = []


def ask_by(way: Passphrase) -> None:
    """Say, once a process, how whoever sits before it is asked."""
    _way[:] = [way]


def asked_for(name: str) -> str | None:
    """The passphrase of somebody's key, as they say it; None where nobody sits there."""
    return _way[0](name) if _way else None
