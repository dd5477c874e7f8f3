"""`admin.py training`: recording and showing who has taken what, and each slip in one sentence."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner, Result

import admin
from interfaces.cli.hints import told
from runtime.errors import Refused, UsageError
from runtime.rulebook.loader import RuleBook
from tests.support.authority import found, keep_keys
from tests.support.databases import migrated
from tests.support.programme_files import SERVICE_FILE, change
from tests.support.programmes import RULES

Says = Callable[..., Result]
PART = ("values_and_diversity", "own_prejudices")
TRANSPORT = "Lasarettet, interna transporter"


@pytest.fixture
def says(tmp_path: Path) -> Says:
    """Calls `admin.py training` on a database of its own."""
    url = f"sqlite:///{tmp_path / 'training.db'}"
    engine = migrated(url)
    found(engine, RULES)
    engine.dispose()
    keep_keys(tmp_path / "keys")
    keys = {"HELAVAGEN_KEYS": str(tmp_path / "keys")}
    runner = CliRunner(env={"HELAVAGEN_DATABASE_URL": url, "HELAVAGEN_ACTOR": "anna.berg", "NO_COLOR": "1", **keys})
    return lambda *arguments: runner.invoke(admin.app, ["training", *arguments], standalone_mode=False)


def shown(says: Says, unit: str) -> dict[str, object]:
    [line] = json.loads(says("show", unit, "--json").output)
    return dict(line)


def test_what_is_recorded_is_shown(says: Says) -> None:
    assert says("staff", TRANSPORT, "jonas.alm", "--form", "permanent", "--from", "2024-01-01").output == (
        "recorded: jonas.alm, permanent, in The hospital, internal transports from 2024-01-01\n"
    )
    says("staff", "lasarettet_transport", "K7Q29FMXB", "--form", "intern")
    assert says("record", "jonas.alm", *PART, "--on", "2026-01-02").output == (
        "recorded: jonas.alm, values_and_diversity own_prejudices on 2026-01-02\n"
    )
    assert says("record", "jonas.alm", *PART, "--on", "2026-01-02").output.startswith("nothing new: ")
    unit = shown(says, "lasarettet_transport")
    assert (unit["unit"], unit["through"], unit["share"]) == (TRANSPORT, 0, 0)
    told = says("show", "lasarettet_transport").output
    assert "0 of 2 through (0 per cent)" in told
    assert "shared_values, welcoming_interns" in told
    assert "The hospital, ward service, values_and_diversity: nobody is registered as staff" in says("show").output


def test_a_unit_is_called_by_its_name_in_either_language_and_told_in_the_readers(
    says: Says, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = "The hospital, internal transports"
    assert f"in {named}" in says("staff", named, "jonas.alm", "--form", "permanent").output
    assert says("staff", TRANSPORT, "jonas.alm", "--form", "permanent").output.startswith("known already")
    monkeypatch.setenv("HELAVAGEN_LANG", "sv")
    assert TRANSPORT in says("show", named).output
    assert named not in says("show", named).output


def test_somebody_leaves_a_unit(says: Says) -> None:
    says("staff", TRANSPORT, "jonas.alm", "--form", "temporary", "--from", "2024-01-01")
    left = says("staff", TRANSPORT, "jonas.alm", "--form", "temporary", "--until", "2024-12-31")
    assert left.output.endswith("from 2024-01-01 until 2024-12-31\n")
    assert shown(says, TRANSPORT)["staff"] == []


def test_a_slip_is_struck(says: Says) -> None:
    says("staff", TRANSPORT, "jonas.alm", "--form", "permanent")
    says("record", "jonas.alm", *PART)
    assert says("record", "jonas.alm", *PART, "--strike").output.startswith("struck: ")
    assert "own_prejudices" in str(shown(says, TRANSPORT)["staff"])
    says("staff", TRANSPORT, "jonas.alm", "--form", "permanent", "--strike")
    assert shown(says, TRANSPORT)["staff"] == []


def words_of(result: Result) -> str:
    """What a terminal shows of the error that a command ended in."""
    assert isinstance(result.exception, Exception)
    return told(result.exception)[0]


def test_a_file_of_completions_is_imported_once(says: Says, tmp_path: Path) -> None:
    file = tmp_path / "taken.csv"
    file.write_text(
        "on;person;package;part\n"
        "2026-01-02;jonas.alm;values_and_diversity;own_prejudices\n"
        "2026-01-02;K7Q29FMXB;values_and_diversity;shared_values\n"
    )
    assert says("import", str(file)).output == "2 recorded, 0 known before\n"
    assert says("import", str(file)).output == "0 recorded, 2 known before\n"
    file.write_text("person,package,part,on\njonas.alm,values_and_diversity,shared_values,igår\n")
    assert words_of(says("import", str(file))) == "Nothing was recorded. Correct the file and import it again."
    file.write_text("person,package,part,on\njonas.alm,values_and_diversity,shared_values,2026-01-02\nx,y,z,1\n")
    failed = says("import", str(file))
    assert words_of(failed).startswith("Nothing was recorded. ")
    assert "line 3, package: Unknown training package y. Available: values_and_diversity." in failed.output
    assert "line 3, on: 1 cannot be used. " in failed.output
    file.write_text("person,package,part,on\njonas.alm,values_and_diversity,shared_values,2026-01-02\n")
    assert says("import", str(file)).output == "1 recorded, 0 known before\n"
    file.write_text("person,package,on\n")
    assert words_of(says("import", str(file))).startswith("These columns are missing: part (del). ")


def test_a_workbook_with_swedish_headings_and_names_is_read_as_a_list_of_referrals_is(
    says: Says, tmp_path: Path
) -> None:
    book: Any = openpyxl.Workbook()
    for row in (
        ["Utbildningar i mars"],
        ["Datum", "Namn", "Paket", "Delmoment"],
        [date(2026, 1, 2), "Anna Berg", "values_and_diversity", "own_prejudices"],
        [date(2026, 1, 2), "jonas.alm", "values_and_diversity", "shared_values"],
        [46024, "jonas.alm", "values_and_diversity", "own_prejudices"],
        ["Totalt", 3],
    ):
        book.active.append(row)
    book.active.row_dimensions[4].hidden = True
    book.save(tmp_path / "taken.xlsx")
    told = says("import", str(tmp_path / "taken.xlsx")).output
    assert "note: 1 hidden row is left out: line 4" in told
    assert "note: totals are left out: line 6" in told
    assert told.endswith("2 recorded, 0 known before\n")
    again = says("record", "anna.berg", *PART, "--on", "2026-01-02").output
    assert again.startswith("nothing new: anna.berg")
    assert says("record", "jonas.alm", *PART, "--on", "2026-01-02").output.startswith("nothing new: ")


SLIPS = {
    "a unit": (("staff", "moon_base", "a.b", "--form", "intern"), UsageError, "Unknown unit moon_base. "),
    "a form": (
        ("staff", TRANSPORT, "a.b", "--form", "boss"),
        UsageError,
        "Unknown form of employment boss. Available: intern,",
    ),
    "a person": (
        ("staff", TRANSPORT, "Kalle Ek", "--form", "intern"),
        UsageError,
        "Give the person by a short name such as",
    ),
    "a package": (("record", "a.b", "valves", "x"), UsageError, "Unknown training package valves. "),
    "a part": (
        ("record", "a.b", PART[0], "x"),
        UsageError,
        "The package values_and_diversity has no part x. Available: shared_values,",
    ),
    "a day": (("record", "a.b", *PART, "--on", "soon"), UsageError, "soon cannot be used. This is not a date."),
    "a day to come": (("record", "a.b", *PART, "--on", "2190-01-01"), UsageError, "2190-01-01 is in the future. "),
    "a last day before the first": (
        ("staff", TRANSPORT, "a.b", "--form", "intern", "--from", "2026-01-02", "--until", "2026-01-01"),
        *(UsageError, "The last day 2026-01-01 is before the first day 2026-01-02. "),
    ),
    "an author": (
        *(("record", "a.b", *PART, "--actor", "nobody"), Refused),
        "nobody is not in the register of staff as coordinator. ",
    ),
    "a file": (("import", "none.csv"), UsageError, "The file does not exist. "),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_told_in_one_sentence_and_nothing_is_recorded(says: Says, slip: str) -> None:
    arguments, error, begins = SLIPS[slip]
    result = says(*arguments)
    assert isinstance(result.exception, error)
    assert words_of(result).startswith(begins)
    assert "Kalle" not in words_of(result)
    assert shown(says, TRANSPORT)["staff"] == []


RULE = '[training]\npackage = "{}"\nshare_of_unit = 50\nsource.sv = "en modell"\nsource.en = "a model"\n\n[[criteria]]'


def test_a_programme_carries_the_package_that_it_names(programmes: Path) -> None:
    written = (programmes / SERVICE_FILE).read_text(encoding="utf-8")
    if "[training]" not in written:
        change(programmes, SERVICE_FILE, "[[criteria]]", RULE.format("values_and_diversity"))
    rule = RuleBook(programmes).programme("service_division").training
    assert rule is not None
    assert rule.package == RULES.packages["values_and_diversity"]


def test_a_package_that_there_is_not_is_a_fault_of_the_programme() -> None:
    data = {"training": {"package": "valeus", "source": {"sv": "x", "en": "x"}}}
    _, faults = RULES.examine_programme(data)
    [fault] = [one for one in faults if one.path == ("training", "package")]
    assert str(fault.what).startswith("file.there_are what=(file.no_package name=valeus)")
    assert [fault.where for fault in faults if fault.where.startswith("training")] == ["training.package"]
