"""Asking at a terminal who takes over whom, until when and why; anybody else is told what is missing."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from interfaces.cli.questions import Question, ask, how_a_day_is_written, list_choices
from models.calendar.written_days import Towards
from models.rules.general import DAY_BORDER
from runtime.errors import UsageError
from runtime.i18n import _, as_typed
from services.application import Application, may_ask
from services.days import day_of
from services.handing_over import colleague
from services.naming import Named, in_charge
from services.queries.lines import JourneyLine
from services.recording.draft import checked_field

ALL = ("alla", "all")
"""What is typed to choose everybody."""

PART = re.compile(r"([0-9]{1,4})(?: ?[-–] ?([0-9]{1,4}))?")


def ask_colleague(application: Application, leaves: str) -> str:
    """The colleague who takes over. Raises UsageError where nobody can be asked."""
    _require("--to")
    others = [one for one in in_charge(application.authority) if one.code != leaves]
    found = ask(Question(_("who takes over?"), others, of_people=True), lambda typed: colleague(application, typed))
    assert found is not None
    return found


def ask_until(application: Application, first: date) -> str | None:
    """The last day on which the colleague stands in; None for good, which it is not from a coming first day."""
    is_coming = first > application.today() + DAY_BORDER
    question = Question(
        _("until which day?") if is_coming else _("until which day? (Enter for good)"),
        optional=not is_coming,
        told=how_a_day_is_written(),
    )
    day = ask(question, lambda typed: day_of(typed, application.today(), Towards.PLANNED))
    return str(day) if day else None


def ask_because() -> str:
    """Why they are handed over. Raises UsageError where nobody can be asked."""
    _require("--because")
    found = ask(Question(_("why?")), _text)
    assert found is not None
    return found


def ask_which(lines: Sequence[JourneyLine], names: Mapping[str, str]) -> list[JourneyLine]:
    """Those who are chosen by their numbers in the list that is shown. Enter alone chooses nobody. Raises UsageError
    where nobody can be asked."""
    _require("--all")
    if not lines:
        return []
    choices = [
        Named(str(number), f"{line.candidate}  {names.get(line.candidate, '–')}  {as_typed(line.stage)}")
        for number, line in enumerate(lines, start=1)
    ]
    list_choices(choices)
    question = Question(_("who? (such as 1-3, 5, or all)"), choices, listed=True)
    return ask(question, lambda typed: _chosen(lines, typed)) or []


def _chosen(lines: Sequence[JourneyLine], typed: str) -> list[JourneyLine]:
    if typed.casefold() in ALL:
        return list(lines)
    return [lines[number - 1] for number in sorted(set(_numbers(typed, len(lines))))]


def _numbers(typed: str, most: int) -> Iterator[int]:
    for part in typed.split(","):
        found = PART.fullmatch(part.strip())
        first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
        if not 1 <= first <= last <= most:
            raise UsageError("hand_over.numbers", "Write numbers between 1 and {last}.", last=most)
        yield from range(first, last + 1)


def _text(typed: str) -> str:
    checked_field("coordinator_changed", "reason", typed)
    return typed


def _require(option: str) -> None:
    if not may_ask():
        raise UsageError("command.lacks", "Missing options: {options}.", command="hand-over", options=option)
