"""Programmes for a test: those of the product in a folder of their own, but for what the test changes in the files."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from runtime.settings import PROGRAMMES


def changed_programmes(directory: Path, changes: Iterable[tuple[str, str, str]]) -> Path:
    """A copy in which, for each change, the first place of a text in a file reads otherwise."""
    copy = Path(shutil.copytree(PROGRAMMES, directory / "programmes"))
    for name, old, new in changes:
        text = (copy / name).read_text(encoding="utf-8")
        assert old in text, (name, old)
        (copy / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    return copy
