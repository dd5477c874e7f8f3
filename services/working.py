"""A day's work: what waits for somebody, by day and by week, who it is about, and what settles it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from models.access.permissions import PERMISSIONS, is_permitted
from models.programme.duties import DutyKind
from models.projections.open_items import CALL, OpenItem
from models.state.duties import duty_of
from models.state.obligations import QUESTION, REMINDER, notice_of
from services.application import Application
from services.charge import in_charge_of
from services.identities.naming import names_in
from services.identities.tasks import tasks_of_items
from services.queries.calls import calls_to_make
from services.queries.lines import JourneyLine, WorkLine, WorkPage
from services.queries.lists import PAGE, Wanted
from services.queries.whose import Charge
from services.readers import actors_of, relation_in_list
from services.reading import may_list, reads_of_own
from services.recording.answered import Answer, declined
from services.recording.to_call import whom_to_call

WEEK = timedelta(days=6)
"""A week from today on, today with it."""


MOST_OF_A_WEEK = 60
"""Things of one week that somebody looks through."""


QUESTION_ITEM = "question"
"""What the item of a note is called that somebody must look at."""

MOST_QUESTIONS = 50
"""Questions and remarks that somebody reads before they look for more."""


class Work(NamedTuple):
    """What is to be done, whose role the law will soon make permanent, and, on the first page, whom to call.
    `questions` are those of the work that somebody has written and nobody has looked at."""

    page: WorkPage
    becoming: list[JourneyLine]
    calls: list[WorkLine]
    questions: list[WorkLine]


class Week(NamedTuple):
    """What is due in a week, how much more there is, and of how many something is late already."""

    lines: list[WorkLine]
    more: int
    late: int


class Beside(NamedTuple):
    """What stands beside it for those in charge: names by candidate numbers, by their items what reminders are about
    and whom to call, how often others have read of their candidates since yesterday, and what colleagues have declined
    of their proposals."""

    names: Mapping[str, str]
    tasks: Mapping[str, str]
    read_by_others: int
    declined: Sequence[Answer] = ()


def has_candidates(application: Application, whose: Charge) -> bool:
    """Whether there is a candidate in this charge whose way goes on."""
    return bool(in_charge_of(application, whose))


def todays_work(
    application: Application,
    given: str | None,
    programme: str | None = None,
    *,
    until: date,
    page: int = 1,
    size: int = PAGE,
    coordinator: Wanted = None,
    town: Wanted = None,
) -> Work:
    """What is due by a day. Raises Refused where somebody may not read lists."""
    lists, day, open_to = application.lists, application.today(), may_list(application, given, programme)
    found = lists.today(day, until=until, page=page, size=size, coordinator=coordinator, site=town, programme=open_to)
    wanted = {"coordinator": coordinator, "site": town, "programme": open_to}
    calls = calls_to_make(application.reading, application.now(), **wanted) if page == 1 else []
    asked = lists.due(day, until=until, what=QUESTION_ITEM, **wanted)[:MOST_QUESTIONS]
    return Work(found, lists.soon_permanent(day, **wanted), calls, asked)


def questions(application: Application, given: str | None, *, coordinator: Wanted = None) -> list[WorkLine]:
    """What somebody has written by link or mail, or a colleague to be looked at, and nobody has looked at; the longest
    waiting first. Raises Refused where somebody may not read lists."""
    wanted = {"coordinator": coordinator, "programme": may_list(application, given)}
    day = application.today()
    return application.lists.due(day, until=day, what=QUESTION_ITEM, **wanted)[:MOST_QUESTIONS]


def weeks_work(application: Application, given: str | None, *, coordinator: Wanted = None) -> Week:
    """What is due in a week from today on. Raises Refused where somebody may not read lists."""
    lists, day, open_to = application.lists, application.today(), may_list(application, given)
    due = lists.due(day, until=day + WEEK, coordinator=coordinator, programme=open_to)
    coming = [line for line in due if line.due_on >= day]
    late = lists.today(day, until=day, size=1, coordinator=coordinator, programme=open_to).late
    return Week(coming[:MOST_OF_A_WEEK], max(0, len(coming) - MOST_OF_A_WEEK), late)


def beside(
    application: Application,
    given: str | None,
    lines: Sequence[WorkLine],
    becoming: Sequence[JourneyLine] = (),
    *,
    with_names: bool = True,
) -> Beside:
    """Who it is, what reminders are about and whom to call; that it was seen is written down."""
    refused = declined(application, given)
    about = [line for one in refused for line in application.lists.found(journey_id=one.journey_id)]
    names = names_in(application, given, (*lines, *becoming, *about)) if with_names else {}
    tasks = {**tasks_of_items(application, given, lines), **_called(application, lines)} if with_names else {}
    since = application.today() - timedelta(days=1)
    return Beside(names, tasks, len(reads_of_own(application, given, since)), refused)


def _called(application: Application, lines: Iterable[WorkLine]) -> dict[str, str]:
    whom = {one.item.item: whom_to_call(application, one, one.item) for one in lines}
    return {item: person for item, person in whom.items() if person is not None}


def by_day(lines: Iterable[WorkLine]) -> dict[date, list[WorkLine]]:
    """What is due, day by day in their order."""
    days = defaultdict[date, list[WorkLine]](list)
    for line in lines:
        days[line.due_on].append(line)
    return dict(sorted(days.items()))


def not_lapsed(items: Iterable[OpenItem], today: date) -> list[OpenItem]:
    """What is waited for still: what lapses is no work any more once its day has passed."""
    return [one for one in items if not one.lapses or one.due_on is None or one.due_on >= today]


SETTLED_BY = {
    "requirement_check": "requirements_checked",
    **dict.fromkeys(("lot", "offer"), "place_offered"),
    "offer_answer": "offer_answered",
    "internship": "internship_agreed",
    "check_in": "check_in_recorded",
    "internship_end": "internship_completed",
    "evaluation": "evaluation_recorded",
    "self_evaluation": "self_evaluation_recorded",
    "temporary_role_end": "temporary_role_ended",
    "follow_up": "follow_up_recorded",
    **dict.fromkeys((kind.value for kind in DutyKind), "duty_done"),
    "reminder": "reminder_done",
    "question": "reminder_done",
    "resumption": "resumed",
    "union_answer": "union_answered",
    "acknowledgement": "partner_acknowledged",
    "call": "partner_acknowledged",
    "tell": "partner_acknowledged",
}
"""The event that settles what is waited for, where it is one alone: of the rest somebody chooses."""


class Settling(NamedTuple):
    """The kind of event that settles what is waited for, and those of its fields that follow from that."""

    kind: str
    fields: Mapping[str, str]


def settled_by(item: OpenItem) -> Settling | None:
    """What settles an open item; None where somebody chooses, or where it comes by itself."""
    kind = SETTLED_BY.get(item.what)
    return Settling(kind, _fields(item)) if kind else None


def may_settle(application: Application, given: str | None, line: WorkLine) -> Settling | None:
    """The same, where the table of permissions lets the reader say so of whom the line is about."""
    settling = settled_by(line.item)
    if settling is None:
        return None
    for actor in actors_of(application, given):
        if is_permitted(actor.role, settling.kind, relation_in_list(application, line, actor)):
            return settling
    return None


def records_nothing(application: Application, given: str | None) -> bool:
    """Whether the reader may read what waits, as an auditor does, and records no step of anybody's way."""
    return all(set(PERMISSIONS[actor.role]).isdisjoint(SETTLED_BY.values()) for actor in actors_of(application, given))


def _fields(item: OpenItem) -> dict[str, str]:
    if (duty := duty_of(item.item)) is not None:
        return {"duty": duty[2], "period": duty[1]}
    known: dict[str, Any] = {
        "follow_up": {"after_days": item.days},
        "reminder": {"reminder": item.item.removeprefix(REMINDER)},
        "question": {"reminder": item.item.removeprefix(QUESTION)},
        "union_answer": {"union": item.partner, "about": item.about},
        "acknowledgement": {"notice_id": notice_of(item.item)},
        "call": {"notice_id": item.item.removeprefix(CALL)},
        "tell": {"notice_id": item.item.removeprefix(CALL)},
    }
    return {name: str(value) for name, value in known.get(item.what, {}).items() if value is not None}
