"""Programmes whose way has another shape: the very files of `deploy/shapes`, and what a test needs beside."""

import shutil
from pathlib import Path

from models.programme.programme import Programme
from models.programme.way import USUAL, WayRule
from runtime.rulebook.loader import RuleBook
from runtime.settings import PROGRAMMES
from tests.support.programmes import SERVICE

FILES = Path(__file__).parents[2] / "deploy" / "shapes"

AT_ONCE = WayRule(source=USUAL.source, internships=0)
AS_PLANNED = WayRule(source=USUAL.source, ends_as_planned=True)
HOLIDAY_JOBS = WayRule(source=USUAL.source, internships=0, ends_as_planned=True)
THREE = WayRule(source=USUAL.source, internships=3, check_before_each=True, units_differ=True)
THREE_AFTER_ONE_CHECK = WayRule(source=USUAL.source, internships=3)
ANY_TIME = WayRule(source=USUAL.source, hired_at_any_time=True)
PROJECT_SEARCH = THREE.model_copy(update={"hired_at_any_time": True})
SHAPES = (USUAL, AT_ONCE, AS_PLANNED, HOLIDAY_JOBS, THREE, THREE_AFTER_ONE_CHECK, ANY_TIME, PROJECT_SEARCH)


def of_shape(shape: WayRule, rules: Programme = SERVICE) -> Programme:
    """A programme that rules as another one does, but for the shape of its way."""
    return rules.model_copy(update={"way": shape})


def folder_with(name: str, positions: str, folder: Path) -> Path:
    """The product's programmes with one of another shape among them, and positions for it."""
    programmes = Path(shutil.copytree(PROGRAMMES, folder / "programmes"))
    shutil.copy(FILES / f"{name}.toml", programmes)
    with (programmes / "positions.toml").open("a", encoding="utf-8") as file:
        file.write(positions)
    return programmes


def book_with(name: str, positions: str, folder: Path) -> RuleBook:
    return RuleBook(folder_with(name, positions, folder))
