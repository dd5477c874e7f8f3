"""Files as they come from people: each bad one is told with its line and field and stops no other."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

import admin
from models.message import Message
from runtime.rulebook.loader import RuleBook
from runtime.rulebook.programme_file import FileVerdict, check_folder
from runtime.rulebook.texts import LARGEST
from tests.support.programme_files import (
    FORMS_FILE,
    PARTNERS_FILE,
    POSITIONS_FILE,
    PREPAREDNESS_FILE,
    SERVICE_FILE,
    TOWNS_FILE,
    change,
)


def checked(folder: Path) -> dict[str, FileVerdict]:
    return {one.file: one for one in check_folder(RuleBook(folder, lenient=True))}


def told(verdict: FileVerdict) -> list[tuple[int, str, str]]:
    """Line, field and the message's id of each fault; of a file that is no TOML the id of why."""
    return [
        (
            fault.line,
            str(fault.field),
            why.id if isinstance(why := fault.what.values.get("why"), Message) else fault.what.id,
        )
        for fault in verdict.faults
    ]


WHOLE = "file.the_whole"


def begun_with(mark: bytes) -> Callable[[Path], object]:
    return lambda file: file.write_bytes(mark + file.read_bytes())


def linked_to(other: str) -> Callable[[Path], object]:
    def linked(file: Path) -> None:
        file.unlink()
        file.symlink_to(other)

    return linked


def a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def a_pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


def grown(file: Path) -> None:
    with file.open("ab") as grows:
        grows.truncate(50 * LARGEST)


UNREADABLE: dict[str, tuple[Callable[[Path], object], str]] = {
    "UTF-16": (lambda file: file.write_bytes(file.read_text().encode("utf-16")), "file.utf_16"),
    "a link to itself": (linked_to("../b.toml"), "file.in_a_circle"),
    "a link to nowhere": (linked_to("nowhere"), "file.missing"),
    "a folder": (a_folder, "file.a_folder"),
    "a pipe": (a_pipe, "file.no_file"),
    "50 megabytes": (grown, "file.too_large"),
    "a thousand brackets": (lambda file: file.write_text("x = " + "[" * 9_000 + "]" * 9_000), "toml.too_deep"),
    "a number of five thousand digits": (lambda file: file.write_text("x = " + "9" * 5_000), "toml.other"),
}


@pytest.mark.parametrize("file", [SERVICE_FILE, POSITIONS_FILE])
@pytest.mark.parametrize("kind", UNREADABLE)
def test_what_cannot_be_read_is_told_in_one_line_and_every_other_file_is_sound(
    programmes: Path, file: str, kind: str
) -> None:
    spoil, what = UNREADABLE[kind]
    (programmes.parent / "b.toml").symlink_to("b.toml")
    spoil(programmes / file)
    faulty = {name: told(one) for name, one in checked(programmes).items() if one.faults}
    assert faulty == {file: [(1, WHOLE, what)]}


BEFORE = "follow_up_after_days = ["

WRONG = {
    "types": (
        SERVICE_FILE,
        [
            ("valid_from = 2013-01-01", 'valid_from = "2013-01-01"', "valid_from", "file.a_bare_day"),
            (BEFORE, f"goal = 200.5\n{BEFORE}30.0, ", "goal", "value.a_number"),
            ("", "", "follow_up_after_days[1]", "value.a_number"),
            ("longest_months = 6", "longest_months = true", "internship.longest_months", "value.a_number"),
            ("by_two = true", 'by_two = "yes"', "decisions.by_two", "value.true_or_false"),
            ("reopen_within_days = 90", 'reopen_within_days = "90"', "reopen_within_days", "value.a_number"),
        ],
    ),
    "goals": (
        SERVICE_FILE,
        [
            (BEFORE, f"goal = nan\n{BEFORE}", "goal", "value.a_number"),
            ("longest_months = 6", "longest_months = -inf", "internship.longest_months", "value.a_number"),
            ("reopen_within_days = 90", "reopen_within_days = -90", "reopen_within_days", "value.too_small"),
        ],
    ),
    "contradictions": (
        SERVICE_FILE,
        [
            (BEFORE, f"goal = 9\ngoal_until = 2010-01-01\n{BEFORE}", "goal_until", "programme.goal_before_it_begins"),
            ('stages = ["referral"]', "stages = []", "deadlines[referral_unanswered].stages", "deadline.no_stage"),
            ('to = ["referring_partner"]', "to = []", "notices[referred].to", "notice_rule.to_nobody"),
            (
                *("days = 14\nremind_days_before = 4", "days = 5\nremind_days_before = 30"),
                *("deadlines[referral_unanswered].remind_days_before", "deadline.reminded_too_early"),
            ),
        ],
    ),
    "names twice": (
        SERVICE_FILE,
        [
            ('id = "reliability"', 'id = "tasks"', "criteria[tasks].id", "file.named_twice"),
            ('name = "placement_due"', 'name = "check_in_due"', "deadlines[check_in_due].name", "file.named_twice"),
            ('id = "hygiene_routines"', 'id = "shift_work"', "requirements[shift_work].id", "file.named_twice"),
        ],
    ),
    "positions": (
        POSITIONS_FILE,
        [
            ("places = 6", "places = true", "positions[lasarettet_tray_kitchen].places", "value.a_number"),
            ("places = 8", "place = 8", "positions[lasarettet_ward_service].place", "file.field_misspelt"),
            ("", "", "positions[lasarettet_ward_service].places", "value.missing"),
            ('id = "lasarettet_transport"', 'id = "Transport"', "positions[Transport].id", "value.a_short_name"),
        ],
    ),
    "forms": (
        FORMS_FILE,
        [
            ("more_than_days = 365", "more_than_days = 1.5", ".conversion.more_than_days", "value.a_number"),
            ("valid_from = 2022-10-01", "valid_from = 2022-10-01T08:00:00", ".valid_from", "file.a_bare_day"),
        ],
    ),
    "partners": (
        PARTNERS_FILE,
        [
            ('kind = "church"', 'kind = "chuch"', "partners[svenska_kyrkan].kind", "value.one_of"),
            ('id = "kommunen"', 'id = "samhall"', "partners[samhall].id", "file.id_twice"),
        ],
    ),
}


@pytest.mark.parametrize("kind", WRONG)
def test_every_fault_of_a_file_is_told_at_once_and_none_beside(programmes: Path, kind: str) -> None:
    file, mistakes = WRONG[kind]
    for old, new, *_ in mistakes:
        change(programmes, file, old, new)
    found = told(checked(programmes)[file])
    for _, _, field, what in mistakes:
        assert [one for _, where, one in found if where.endswith(field)] == [what]
    assert len(found) == len(mistakes)
    lines = (programmes / file).read_text(encoding="utf-8").splitlines()
    assert all(field.split("[")[0].split(".")[-1] in lines[line - 1] for line, field, _ in found if "[" not in field)


def test_one_unreadable_list_is_told_alone_though_every_programme_names_what_is_in_it(programmes: Path) -> None:
    for file in (PARTNERS_FILE, TOWNS_FILE, FORMS_FILE):
        (programmes / file).write_text("what is this")
    assert {name for name, one in checked(programmes).items() if one.faults} == {PARTNERS_FILE, TOWNS_FILE, FORMS_FILE}


def test_of_two_files_with_one_programme_the_one_that_is_not_named_after_it_is_at_fault(programmes: Path) -> None:
    (programmes / "copy.toml").write_bytes((programmes / SERVICE_FILE).read_bytes())
    assert {name: told(one) for name, one in checked(programmes).items() if one.faults} == {
        "copy.toml": [(3, "id", "file.id_taken")]
    }
    assert set(RuleBook(programmes).programmes) == set(RuleBook(programmes).titles), "and its programme stays"


def test_what_an_editor_has_open_is_no_programme(programmes: Path) -> None:
    (programmes / f".#{SERVICE_FILE}").symlink_to("somebody@somewhere.1234")
    assert not any(one.faults for one in check_folder(RuleBook(programmes, lenient=True)))
    assert len(RuleBook(programmes).programmes) == 5


def test_a_bad_programme_is_set_aside_and_the_others_are_there(programmes: Path) -> None:
    change(programmes, PREPAREDNESS_FILE, 'id = "', "id = ")
    book = RuleBook(programmes)
    assert "preparedness_jobs" not in book.programmes
    assert len(book.programmes) == 4
    assert [file.name for file in book.set_aside] == [PREPAREDNESS_FILE]


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_folder_is_checked_in_either_language_and_shown_to_machines(programmes: Path, language: str) -> None:
    change(programmes, SERVICE_FILE, 'stages = ["referral"]', "stages = []")
    (programmes / TOWNS_FILE).write_bytes(b"\xff\xfe")
    runner = CliRunner(env={"HELAVAGEN_PROGRAMMES": str(programmes), "HELAVAGEN_LANG": language})
    shown = runner.invoke(admin.app, ["programme", "check"], standalone_mode=False)
    assert shown.return_value == 1
    expected = {
        "sv": ["towns.toml:1: hela filen: filen är sparad som UTF-16", "den gäller i inget steg. Ange minst ett"],
        "en": ["towns.toml:1: the whole: it is saved as UTF-16", "it holds in no stage. Name at least one"],
    }[language]
    assert all(one in shown.output for one in expected), shown.output
    as_json = runner.invoke(admin.app, ["programme", "check", "--json"], standalone_mode=False)
    faults = {one["file"]: one["faults"] for one in json.loads(as_json.output) if one["faults"]}
    assert faults[SERVICE_FILE][0]["line"] == 1 + (programmes / SERVICE_FILE).read_text().split("\n").index(
        "stages = []"
    )
    assert set(faults) == {SERVICE_FILE, TOWNS_FILE}
