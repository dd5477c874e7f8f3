"""What a person is shown for an error of the system: the cause, by its message, and the exit status."""

from collections.abc import Callable
from pathlib import Path

import pytest

from runtime.errors import Refused, ServiceUnavailable, UsageError, UserError
from runtime.failures import as_user_error


def _written_to_a_full_disk(_folder: Path) -> None:
    with open("/dev/full", "w") as full:
        full.write("x")


def _made_where_a_file_is(folder: Path) -> None:
    (folder / "file").touch()
    (folder / "file" / "folder").mkdir()


CAUSES: dict[str, tuple[Callable[[Path], object], type[UserError], str]] = {
    "full disk": (_written_to_a_full_disk, ServiceUnavailable, "disk.full"),
    "no file": (lambda folder: (folder / "none").read_text(), UsageError, "file.not_there"),
    "a folder": (Path.read_text, UsageError, "file.other_kind"),
    "a file before it": (_made_where_a_file_is, UsageError, "file.other_kind"),
    "unknown": (lambda _folder: 1 / 0, Refused, "error.unexpected"),
}


@pytest.mark.parametrize("cause", CAUSES)
def test_an_error_of_the_system_is_told_as_what_it_is(cause: str, tmp_path: Path) -> None:
    happens, kind, id = CAUSES[cause]
    with pytest.raises((OSError, ArithmeticError)) as failed:
        happens(tmp_path)
    error = as_user_error(failed.value)
    assert (type(error), error.message.id) == (kind, id)


def test_what_may_not_be_written_is_told_as_that() -> None:
    error = as_user_error(PermissionError(13, "Permission denied", "/run/keys"))
    assert (type(error), error.message.id, error.message.values) == (
        UsageError,
        "file.no_rights",
        {"file": "/run/keys"},
    )
