"""What a night's archiving came to."""

from collections.abc import Sequence
from datetime import date, timedelta

from activities.archive.closed_runs import ClosedRun
from models.fields import Strict

NAMED = 50
"""Runs that are named; the others are counted. What is wrong with the first is mostly what is wrong with all."""


class Unarchived(ClosedRun):
    """A closed run that is not in the archive, and the kind of error that kept it from there, where one did."""

    why: str = ""


class ArchiveOutcome(Strict):
    """How many closed runs there were, and what became of them.

    `known` were archived before; `gone` had left the server between listing and reading; `failed` are not archived,
    and `about_to_go` of them go soon. `unarchived` names them, the first to go first. `warned_on` is the day on which
    the operator was last told.
    """

    retention: timedelta
    closed: int = 0
    archived: int = 0
    known: int = 0
    gone: int = 0
    failed: int = 0
    about_to_go: int = 0
    unarchived: tuple[Unarchived, ...] = ()
    warned_on: date | None = None

    def with_counts(self, **more: int) -> "ArchiveOutcome":
        """The outcome with these counts added."""
        return self.model_copy(update={name: getattr(self, name) + number for name, number in more.items()})

    def with_unarchived(self, runs: Sequence[Unarchived]) -> "ArchiveOutcome":
        """The outcome with these runs named too, as far as there is room."""
        first = sorted((*self.unarchived, *runs), key=lambda run: (run.goes_at, run.run_id))[:NAMED]
        return self.model_copy(update={"unarchived": tuple(first)})
