"""`audit.py checkpoint`: where it is written."""

from pathlib import Path

from interfaces.cli.commands.audit_checkpoint import checkpoint
from runtime.errors import UsageError
from tests.support.errors import raises


def test_a_folder_that_is_missing_becomes_no_file(tmp_path: Path) -> None:
    with raises(UsageError, "checkpoint.no_folder"):
        checkpoint(tmp_path / "auditor.pem", f"{tmp_path}/nights/")
    assert list(tmp_path.iterdir()) == []
