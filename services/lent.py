"""With whom candidates are who are lent until a day."""

from collections.abc import Iterable
from functools import partial
from typing import Any, TypeVar

from models.access.charge import takes_charge
from models.access.statements import CandidatesLent
from models.identifiers import JourneyId
from runtime.i18n import _
from services.application import Application
from services.queries.lines import JourneyLine, Queued, WaitingLine, WorkLine

L = TypeVar("L", JourneyLine, WorkLine, WaitingLine)


def lending_of(application: Application, line: JourneyLine | Queued) -> CandidatesLent | None:
    """In which lending a candidate is today; None where they are with their coordinator, also since whoever had them
    takes charge of candidates there no more."""
    register, now = application.authority, application.now()
    held = (one for one in register.lendings.of_journey(line.journey_id, now) if one.person == line.coordinator)
    programme = JourneyId.parse(line.journey_id).programme
    return next((one for one in held if takes_charge(register, one.to, programme, now)), None)


def with_whom(application: Application, lines: Iterable[L]) -> list[L]:
    """Lines whose coordinator also tells with whom a candidate is today, to be printed and for nothing else."""
    held = ((line, lending_of(application, line)) for line in lines)
    return [
        line.model_copy(update={"coordinator": _is_with(line.coordinator, one)}) if one else line for line, one in held
    ]


def lent_beside(
    application: Application, lines: Iterable[JourneyLine | Queued], said: Iterable[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Lines as data, each that is lent with to whom and until when."""
    held = zip(said, map(partial(lending_of, application), lines), strict=True)
    return [{**one, "lent_to": lent.to, "lent_until": str(lent.until_day)} if lent else one for one, lent in held]


def lendings_of(application: Application, person: str) -> list[CandidatesLent]:
    """The lendings that somebody has said and that are not over, the soonest first."""
    return [one for one in application.authority.lendings.not_over(application.now()) if one.person == person]


def lent_to(application: Application, person: str) -> list[CandidatesLent]:
    """Those by which somebody has candidates of colleagues, or will have them."""
    return [one for one in application.authority.lendings.not_over(application.now()) if one.to == person]


def _is_with(coordinator: str, one: CandidatesLent) -> str:
    """The coordinator in charge, and with whom a candidate is meanwhile, by their short names."""
    return _(
        "{coordinator} (with {colleague} until {last})", coordinator=coordinator, colleague=one.to, last=one.until_day
    )
