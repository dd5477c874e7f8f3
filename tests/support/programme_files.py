"""Programmes for a test: those of the product in a folder of their own, but for what the test changes in the files."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from runtime.settings import PROGRAMMES

SERVICE_FILE, PREPAREDNESS_FILE = "service_division.toml", "preparedness_jobs.toml"
FORMS_FILE, PARTNERS_FILE, POSITIONS_FILE = "employment_forms.toml", "partners.toml", "positions.toml"
TOWNS_FILE = "towns.toml"

ASKING = """
[[notices]]
event = "requirements_checked"
to = ["municipality"]
acknowledge_within_days = 10
remind_after_days = 4

[union_consultation]
before = ["internship_agreed"]
answer_within_days = 14
remind_after_days = 7
source = { sv = "MBL 11 §", en = "MBL 11 §" }

[[criteria]]
id = "tasks\""""
WITH_QUESTIONS = ((SERVICE_FILE, '\n[[criteria]]\nid = "tasks"', ASKING),)
"""The unions are asked before an internship, and the municipality acknowledges the check of requirements."""


def change(directory: Path, file: str, old: str, new: str) -> None:
    """Let the first place of a text in a file read otherwise."""
    text = (directory / file).read_text(encoding="utf-8")
    assert old in text, (file, old)
    (directory / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def copied_programmes(directory: Path) -> Path:
    return Path(shutil.copytree(PROGRAMMES, directory / "programmes"))


def changed_programmes(directory: Path, changes: Iterable[tuple[str, str, str]]) -> Path:
    """A copy with these changes."""
    copy = copied_programmes(directory)
    for file, old, new in changes:
        change(copy, file, old, new)
    return copy
