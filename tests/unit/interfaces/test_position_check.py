"""`admin.py position check`: what is not thought through, a line each, and an exit status that a script can use."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import admin
from tests.support.programme_files import POSITIONS_FILE, PREPAREDNESS_FILE, change

NEED = (
    'staffing_need.sv = "En pensionsavgång i höst, rekrytering planerad"\n'
    'staffing_need.en = "One retirement in the autumn, recruitment planned"\n'
)
REASON = (
    'why = { sv = "Handlingar sorteras efter vad som står på dem", en = "Records are sorted by what stands on them" }\n'
)


def checked(directory: Path, *arguments: str) -> Result:
    return CliRunner(env={"HELAVAGEN_PROGRAMMES": str(directory)}).invoke(
        admin.app, ["position", "check", *arguments], standalone_mode=False
    )


@pytest.fixture
def unfit(programmes: Path) -> Path:
    """A position without a staffing need, and a profile with a requirement without a reason."""
    change(programmes, POSITIONS_FILE, NEED, "")
    change(programmes, PREPAREDNESS_FILE, REASON, 'formal = "fluent_swedish"\n')
    return programmes


def test_positions_that_are_thought_through_are_told_to_be_that(programmes: Path) -> None:
    result = checked(programmes)
    assert (result.return_value, result.output) == (0, "10 positions reviewed, 0 findings\n")


def test_each_thing_that_is_missing_has_a_line_of_its_own(unfit: Path) -> None:
    result = checked(unfit)
    assert result.return_value == 1
    lines = result.output.splitlines()
    assert lines[-1] == "10 positions reviewed, 3 findings"
    assert lines[0].startswith("lasarettet_transport, the position: lasarettet_transport states no staffing need. ")
    assert [line.split(":")[0] for line in lines[1:3]] == ["landsarkivet_scanning, reads_swedish"] * 2


def test_one_position_is_reviewed_by_itself(unfit: Path) -> None:
    assert checked(unfit, "lasarettet_tray_kitchen").return_value == 0
    assert checked(unfit, "landsarkivet_scanning").return_value == 1


def test_programs_read_the_findings_as_json(unfit: Path) -> None:
    result = checked(unfit, "lasarettet_transport", "--json")
    assert result.return_value == 1
    [line] = json.loads(result.output)
    assert (line["position"], line["profile"], line["requirement"], line["check"]) == (
        *("lasarettet_transport", "transport_service", None),
        "the_position_states_a_need",
    )


def test_a_position_that_there_is_not_is_answered_with_those_that_there_are(programmes: Path) -> None:
    result = checked(programmes, "moon_base")
    assert str(result.exception).startswith("position.not_listed position=moon_base known=lasarettet_tray_kitchen, ")
