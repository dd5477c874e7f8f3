"""What a list is narrowed to: filters and days that are known, however they are written."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from models.message import Message, msg
from models.stages import Stage
from runtime.errors import UsageError
from services import days, naming
from services.application import Application, programme_of
from services.naming import Named, NotMeant, meant, why_unknown


class Filters(NamedTuple):
    """What a list is to be narrowed to, by the codes."""

    programme: str | None
    stage: str | None
    coordinator: str | None
    town: str | None


def refuse_unknown(
    application: Application,
    programme: str | None,
    *,
    stage: str | None = None,
    coordinator: str | None = None,
    town: str | None = None,
) -> Filters:
    """The filters by their codes, however they are called. Raises UsageError for one that is not known: an empty list
    must mean that there is nothing, not that a filter was mistyped."""
    book = application.book
    return Filters(
        programme and programme_of(application, programme),
        stage and _known(stage, naming.worded(Stage), STAGE),
        coordinator and _known(coordinator, naming.in_charge(application.authority), COORDINATOR),
        town and _known(town, naming.towns(book), TOWN),
    )


STAGE = msg("filter.stage", "stage")
COORDINATOR = msg("filter.coordinator", "coordinator")
TOWN = msg("filter.town", "town")


def _known(written: str, known: Sequence[Named], what: Message) -> str:
    try:
        return meant(written, known).code
    except NotMeant as error:
        why = why_unknown(error, known)
        values = {"what": what, "written": written, "why": why}
        raise UsageError("filter.unknown", "{what}, {written}: {why}", **values) from error


def day_of(application: Application, on: str | None) -> date:
    """The day that an option says, which has been; today where it says none. Raises UsageError."""
    return days.day_of(on, application.today()) if on else application.today()
