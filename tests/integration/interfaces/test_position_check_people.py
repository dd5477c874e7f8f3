"""`admin.py position check` where there is a register of staff: whether who looks after interns is in it."""

from pathlib import Path

from sqlalchemy import Engine
from typer.testing import CliRunner, Result

import admin
from tests.support.authority import found
from tests.support.programme_files import POSITIONS_FILE, change


def checked(programmes: Path, database_url: str) -> Result:
    environment = {"HELAVAGEN_PROGRAMMES": str(programmes), "HELAVAGEN_DATABASE_URL": database_url}
    return CliRunner(env=environment).invoke(admin.app, ["position", "check"], standalone_mode=False)


def test_a_supervisor_who_is_not_in_the_register_of_staff_is_a_finding(
    programmes: Path, database_url: str, engine: Engine
) -> None:
    found(engine)
    assert checked(programmes, database_url).output == "10 positions reviewed, 0 findings\n"
    change(programmes, POSITIONS_FILE, 'supervisor = "maria.ek"', 'supervisor = "finns.inte"')
    result = checked(programmes, database_url)
    assert result.return_value == 1
    assert result.output.splitlines() == [
        "lasarettet_tray_kitchen, the position: lasarettet_tray_kitchen names finns.inte, who is not in the register of"
        " staff. Enter them, or name somebody else.",
        "10 positions reviewed, 1 finding",
    ]
