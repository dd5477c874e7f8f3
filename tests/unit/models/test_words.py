"""What happened, in plain words: without what is not there, and with rows instead of ids."""

from typing import Any

import pytest

from activities import language
from models.events.descriptions import in_words
from models.events.events import EVENT, EVENT_CLASSES
from models.stages import Stage
from tests.support.builders import way_to


def said(kind: str, **fields: Any) -> str:
    return in_english(EVENT.dump_python(way_to(Stage.TEMPORARY_ROLE).event(kind, **fields), mode="json"))


def in_english(event: dict[str, Any], rows: dict[str, int] | None = None) -> str:
    return language.said(in_words(event, rows), "en")


def test_nothing_that_is_missing_is_said() -> None:
    assert [kind for kind in EVENT_CLASSES if "None" in said(kind)] == []


@pytest.mark.parametrize(
    ("supervisor", "mentor", "ends"),
    [
        (None, None, "2026-05-30."),
        ("maria.ek", None, "2026-05-30, with supervisor maria.ek."),
        (None, "eva.sjo", "2026-05-30, with mentor eva.sjo."),
        ("maria.ek", "eva.sjo", "2026-05-30, with supervisor maria.ek and mentor eva.sjo."),
    ],
)
def test_only_those_are_named_who_look_after_the_intern(supervisor: str | None, mentor: str | None, ends: str) -> None:
    assert said("internship_agreed", supervisor=supervisor, mentor=mentor).endswith(ends)


def test_a_correction_names_the_row_that_it_corrects() -> None:
    way = way_to(Stage.TEMPORARY_ROLE)
    correction = EVENT.dump_python(way.event("corrected"), mode="json")
    assert in_english(correction, {correction["corrects"]: 1}).startswith("Corrected row 1: Anna is on leave")
    assert in_english(correction).startswith("Corrected an earlier event: ")
    assert correction["corrects"] not in in_english(correction, {correction["corrects"]: 1})
