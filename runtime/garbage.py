"""How often a process that goes on for long looks for garbage."""

import gc

YOUNG = 50_000
"""Objects made and still there, before the young ones are looked through: by itself Python does so at 700."""

OLDER = 20
"""Times that the younger ones are looked through before the older ones are."""


def collect_seldom() -> None:
    """Let what is there now stay, since it was imported, and look through the rest more seldom than Python by itself:
    an audit spent a tenth of its time on it (record 0114)."""
    gc.freeze()
    gc.set_threshold(YOUNG, OLDER, OLDER)
