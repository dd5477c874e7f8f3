"""What every archive of histories promises. It only grows: nothing here changes or removes an entry."""

from collections.abc import Collection, Iterator
from typing import Protocol

from activities.archive.entries import ArchivedRun, RunKey


class Archive(Protocol):
    """Where histories outlive the server. Every method may be repeated and called from any thread.

    Raises what its storage raises (OSError, SQLAlchemyError) where it cannot be reached.
    """

    def put(self, run: ArchivedRun) -> bool:
        """Keep a run. False, and nothing is written, where the archive has one under its key."""
        ...

    def get(self, key: RunKey) -> ArchivedRun | None:
        """An archived run; None where there is none. Raises EntryChanged where it cannot be read as one."""
        ...

    def runs(self, journey_id: str | None = None) -> Iterator[RunKey]:
        """The runs that are archived: of one journey, or all of them."""
        ...

    def among(self, keys: Collection[RunKey]) -> set[RunKey]:
        """Those of the keys that are archived."""
        ...
