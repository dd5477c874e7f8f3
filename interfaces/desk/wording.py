"""How the desk's pages name what is done, and where a person's pages are."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from activities.pages import PROGRAMME as PROGRAMME
from activities.pages import person_path as person_path
from models.events.descriptions import name_of
from models.events.events import CorrectionProposed
from models.identifiers import Role
from models.message import msg
from models.projections.item_words import item_in_words, whom_in_words
from models.projections.open_items import OpenItem
from runtime.i18n import _, translate
from services.application import Application
from services.days import near
from services.queries.lines import JourneyLine
from services.queries.lines import in_words as when_due
from services.queries.titles import Titles
from services.working import Settling

PROPOSED = CorrectionProposed.model_fields["kind"].default

COORDINATOR = str(Role.COORDINATOR)

TAKES_TWO = msg(
    "desk.takes_two",
    "This takes two. A colleague finds it under corrections and approvals, and approves or declines it.",
)


class Step(NamedTuple):
    """What leads on: what it is called and where it is done."""

    label: str
    path: str


def capital(text: str) -> str:
    """The text with a large first letter, as a label or a sentence begins."""
    return text[:1].upper() + text[1:]


def recording(journey_id: str, kind: str, fields: Mapping[str, str] | None = None) -> Step:
    """The form of a kind of event, with fields that are known already."""
    return Step(capital(translate(name_of(kind))), person_path(journey_id, f"/registrera/{kind}", **(fields or {})))


def action(journey_id: str, kind: str, fields: Mapping[str, str] | None = None) -> Step:
    """The same, called by what one does there: it stands apart from others of its kind."""
    label = _("Record {event}", event=translate(name_of(kind)))
    return recording(journey_id, kind, fields)._replace(label=label)


def settling_step(journey_id: str, item: OpenItem, settling: Settling) -> Step:
    """The form by which an open item is settled."""
    step = action(journey_id, settling.kind, settling.fields)
    if item.what == "call":
        return step._replace(label=_("Note that you have called"))
    if item.what == "question":
        return step._replace(label=_("Note that it is dealt with"))
    return step._replace(label=_("Note that the candidate knows")) if item.what == "tell" else step


def reading_step(journey_id: str) -> Step:
    """Where what somebody has written is read, and then noted to be dealt with."""
    return Step(_("Read what was written"), person_path(journey_id) + "#vantar")


def journey_called(application: Application, line: JourneyLine) -> str:
    """One of several journeys of somebody: its programme, where it stands or how it ended, and since when."""
    reason = f" ({translate(line.end_reason.in_words)})" if line.end_reason else ""
    place = {
        "programme": Titles(application.book).programme(line.programme),
        "stage": translate(line.stage.in_words) + reason,
    }
    return _("{programme}: {stage}, since {day}", **place, day=near(line.since, application.today()))


def waits(item: OpenItem, task: str | None = None) -> str:
    """What is waited for, and of whom where it is another than the coordinator; of a reminder, what it is about."""
    what = translate(item_in_words(item))
    if task:
        return capital(_("{what}: {task}", what=what, task=task))
    if item.of_whom == COORDINATOR:  # who is named beside it, or reads it
        return capital(what)
    return capital(_("{what}, of {whom}", what=what, whom=translate(whom_in_words(item))))


def due(item: OpenItem, today: date) -> str:
    """Until when, as people say it."""
    if item.due_on is None:
        return _("no day is set")
    if item.due_on == today:
        return near(today, today)
    return f"{near(item.due_on, today)} ({when_due((today - item.due_on).days)})"
