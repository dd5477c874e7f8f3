"""What reminders and questions in lists are about: told to whoever is in charge, written down once a day."""

from collections.abc import Iterable, Mapping
from itertools import chain

from models.access.permissions import Reading
from models.projections.open_items import OpenItem
from models.state.obligations import QUESTION, REMINDER
from services.application import Application
from services.identities.naming import not_yet_today, own_permits
from services.queries.lines import JourneyLine, WorkLine
from services.reading import Permit, write_down_all
from services.texts import tasks_in, texts_of


def is_reminder(item: OpenItem) -> bool:
    """Whether what is waited for is what somebody wants to be reminded of."""
    return item.item.startswith(REMINDER)


def tasks_of_items(application: Application, given: str | None, lines: Iterable[WorkLine]) -> dict[str, str]:
    """What the reminders among what is to be done are about, by the names of the items."""
    permits = own_permits(application, given, (one for one in lines if is_reminder(one.item)), Reading.JOURNEY)
    return _tasks(application, permits)


def tasks_of_journeys(application: Application, given: str | None, lines: Iterable[JourneyLine]) -> dict[str, str]:
    """The same of journeys that wait for a reminder first of all, by the ids of the journeys."""
    waiting = [one for one in lines if one.waits_for in ("reminder", "question")]
    permits = own_permits(application, given, waiting, Reading.JOURNEY)
    tasks, found = _tasks(application, permits), {}
    for one in permits:
        items = application.lists.items(str(one.line.journey_id))
        first = next((each.item for each in items if is_reminder(each)), "")
        found[str(one.line.journey_id)] = tasks.get(first, "")
    return {journey_id: task for journey_id, task in found.items() if task}


def tasks_among(
    application: Application, given: str | None, line: JourneyLine, items: Iterable[OpenItem]
) -> dict[str, str]:
    """The same of one journey that waits for these items."""
    reminds = any(map(is_reminder, items))
    return _tasks(application, own_permits(application, given, [line], Reading.JOURNEY)) if reminds else {}


def _tasks(application: Application, permits: list[Permit]) -> dict[str, str]:
    once = {str(one.line.journey_id): one for one in permits}
    write_down_all(application, not_yet_today(application, list(once.values())))
    return dict(chain.from_iterable(tasks_of(application, journey_id).items() for journey_id in once))


def tasks_of(application: Application, journey_id: str) -> dict[str, str]:
    """What the reminders of a journey are about, as lists tell it, by the names of the items. Whoever shows it has
    written it down."""
    rows = application.lists.ledger(journey_id)
    tasks = tasks_in(rows, texts_of(application.reading, journey_id), in_lists=True)
    return by_items(tasks)


def by_items(tasks: Mapping[str, str]) -> dict[str, str]:
    """What reminders and questions are about, by the names of the items, of what it is by the ids of their events."""
    return {f"{what}{event_id}": task for event_id, task in tasks.items() for what in (REMINDER, QUESTION)}
