"""Mitt idag and Min vecka: what waits for whoever is signed in, by due day, each with what settles it."""

from collections.abc import Iterable
from functools import partial
from typing import Any, NamedTuple

from starlette.responses import Response

from interfaces.desk.asked import Asked, page
from interfaces.desk.menu import MenuItem
from interfaces.desk.routing import get
from interfaces.desk.wording import Step, action, due, person_path, reading_step, settling_step, waits
from models.access.charge import LOOK_AFTER, TAKE_CHARGE
from models.events.descriptions import name_of
from models.identifiers import Role
from models.message import N_
from models.projections.item_words import item_in_words
from models.state.employment_limits import becomes_permanent
from runtime.errors import UsageError
from runtime.i18n import _, translate
from services import handing_over_told
from services.days import in_full, near
from services.handing_over import called
from services.interns import Intern, interns_of
from services.lent import lending_of, lendings_of, lent_to
from services.letters.kept import waiting_mails
from services.queries.calendar import calendar_of
from services.queries.lines import JourneyLine, WorkLine
from services.queries.lines import in_words as when_due
from services.queries.protected import unless_protected
from services.queries.titles import Titles
from services.reading import may_list, own_charge
from services.recording.answered import Answer
from services.recording.approving import approvals
from services.showing import staff_name
from services.staff import leaves_of
from services.working import (
    QUESTION_ITEM,
    WEEK,
    Beside,
    beside,
    by_day,
    has_candidates,
    may_settle,
    records_nothing,
    todays_work,
    weeks_work,
)

PAGE = 25
"""Things to do on a page: as many as one looks through."""

WITH_LISTS = frozenset({Role.COORDINATOR, Role.MANAGER, Role.AUDITOR, Role.OPERATOR})
"""Who works with lists of candidates."""


class Waiting(NamedTuple):
    """Something that waits, as a card shows it."""

    line: WorkLine
    name: str | None
    path: str
    what: str
    when: str
    due: str
    since: str
    town: str
    coordinator: str
    step: Step


def today(asked: Asked) -> Response:
    """What the reader's candidates need by today, or by the end of the week, the longest overdue first."""
    if not asked.roles & WITH_LISTS:
        found = interns_of(asked.application, asked.person) if asked.roles & frozenset(LOOK_AFTER) else None
        cards = _cards(asked, found) if found is not None else None
        return page(asked, "today_interns.html.j2", interns=cards, in_full=in_full)
    application = asked.application
    everybody, week = asked.given("alla") is not None, asked.given("vecka") is not None
    whose = None if everybody else own_charge(application, None)
    until = application.today() + WEEK if week else application.today()
    work = todays_work(application, None, until=until, page=_page_number(asked), size=PAGE, coordinator=whose)
    told = beside(application, None, (*work.questions, *work.calls, *work.page.lines), work.becoming)
    asked_first = {line.item.item for line in work.questions}
    to_do = [line for line in work.page.lines if line.item.item not in asked_first]
    own = asked.person if whose is not None else None

    def shown(lines: Iterable[WorkLine]) -> list[Waiting]:
        return [_waiting(asked, line, told, own) for line in lines]

    return page(
        asked,
        "today.html.j2",
        day=in_full(application.today()),
        found=work.page,
        waiting=shown(to_do),
        questions=shown(work.questions) if work.page.page == 1 else [],
        calls=shown(work.calls),
        stands_in=_stands_in(asked),
        becoming=[_becoming(line, told) for line in work.becoming if work.page.page == 1],
        read_by_others=told.read_by_others,
        declined=[_declined(asked, one, told.names.get(one.candidate)) for one in told.declined],
        approvals=[one for one in approvals(application, None) if not one.own],
        mails=len(waiting_mails(application, None)) if asked.roles & frozenset(TAKE_CHARGE) else 0,
        is_own=whose is not None,
        is_new=whose is not None and not work.page.lines and not work.calls and not has_candidates(application, whose),
        may_choose=own_charge(application, None) is not None,
        with_week=week,
        paths=_paths(everybody=everybody, week=week),
    )


def _declined(asked: Asked, one: Answer, name: str | None) -> str:
    kind, who = translate(name_of(one.kind)), staff_name(asked.application, one.by.name)
    return _("{who} declined your correction of {kind} for {whom}.", who=who, kind=kind, whom=name or one.candidate)


def _cards(asked: Asked, interns: list[Intern]) -> list[dict[str, Any]]:
    titles, day = Titles(asked.application.book), asked.application.today()
    return [
        {
            "one": one,
            "path": person_path(one.line.journey_id),
            "programme": titles.programme(one.line.programme),
            "waits": [
                (translate(item_in_words(item)), due(item, day), action(one.line.journey_id, *settling))
                for item, settling in one.waits
            ],
        }
        for one in interns
    ]


def week(asked: Asked) -> Response:
    """What is due in a week from today on, day by day; how much is late already."""
    application = asked.application
    found = weeks_work(application, None, coordinator=own_charge(application, None))
    told, own = beside(application, None, found.lines), asked.person if own_charge(application, None) else None
    due_on = by_day(found.lines)
    days = [(in_full(day), [_waiting(asked, line, told, own) for line in lines]) for day, lines in due_on.items()]
    return page(asked, "week.html.j2", days=days, found=found, last=in_full(application.today() + WEEK))


def calendar(asked: Asked) -> Response:
    """What is due as a calendar file, without names."""
    application = asked.application
    open_to, whose = may_list(application, None), own_charge(application, None)
    lines = application.lists.due(application.today(), coordinator=whose, programme=open_to)
    headers = {"Content-Disposition": 'attachment; filename="hela-vagen.ics"'}
    return Response(calendar_of(lines, application.now()), media_type="text/calendar", headers=headers)


def _paths(*, everybody: bool, week: bool) -> dict[str, str]:
    """Where the switches lead, and the pages of the list as it is now."""

    def to(everybody: bool, week: bool) -> str:
        said = [name for name, is_on in (("alla", everybody), ("vecka", week)) if is_on]
        return "/?" + "&".join(f"{name}=ja" for name in said) if said else "/"

    return {
        "here": to(everybody, week),
        "mine": to(False, week),
        "all": to(True, week),
        "today": to(everybody, False),
        "week": to(everybody, True),
    }


def _page_number(asked: Asked) -> int:
    written = asked.given("sida") or "1"
    if not written.isdecimal() or not 1 <= int(written) <= MOST_PAGES:
        raise UsageError("desk.list_page", "The list has fewer pages. Begin with the first.")
    return int(written)


MOST_PAGES = 10_000


def _stands_in(asked: Asked) -> list[str]:
    """For whom the reader stands in, and who for them, and who is lent to and by them, now or later."""
    application = asked.application
    register, call = application.authority, partial(called, application)
    own = register.leave_of(asked.person, application.now())
    instead = leaves_of(register, asked.person, application.now())
    found = [handing_over_told.you_stand_in(person, leave, call) for person, leave in instead.items()]
    return [
        *found,
        *([handing_over_told.stands_in(asked.person, own, call)] if own else []),
        *(handing_over_told.lent_to_you(one, call) for one in lent_to(application, asked.person)),
        *(handing_over_told.lent_by_you(one, call) for one in lendings_of(application, asked.person)),
    ]


def _waiting(asked: Asked, line: WorkLine, told: Beside, own: str | None) -> Waiting:
    """`own` is whoever looks at a list of their own: there it is said of others' candidates whose they are."""
    day, [named] = asked.application.today(), Titles(asked.application.book).shown([line])
    return Waiting(
        line=named,
        name=told.names.get(line.candidate),
        path=person_path(line.journey_id),
        what=waits(line.item, told.tasks.get(line.item.item)),
        when=when_due(line.overdue_days),
        due=near(line.due_on, day),
        since=near(line.since, day),
        town=unless_protected(named.site),
        coordinator=_whose(asked, line, own),
        step=_step(asked, line),
    )


def _whose(asked: Asked, line: WorkLine, own: str | None) -> str:
    lent, call = lending_of(asked.application, line), partial(called, asked.application)
    if lent is not None and lent.to == asked.person:
        return handing_over_told.lent_by(lent, call)
    meanwhile = handing_over_told.lent_until(lent, call) if lent is not None else ""
    if line.coordinator == own:
        return meanwhile
    name = staff_name(asked.application, line.coordinator)
    whose = _("you stand in for {person}", person=name) if own else name
    return f"{whose}, {meanwhile}" if meanwhile else whose


def _step(asked: Asked, line: WorkLine) -> Step:
    if line.item.what == QUESTION_ITEM:
        return reading_step(line.journey_id)
    if line.item.lapses:
        return Step(_("Look at the proposal"), "/godkannanden")
    settling = may_settle(asked.application, None, line)
    if settling is None and records_nothing(asked.application, None):
        return Step(_("Look at the candidate"), person_path(line.journey_id))
    if settling is None:
        return Step(_("Choose what happened"), person_path(line.journey_id) + "#registrera")
    return settling_step(line.journey_id, line.item, settling)


def _becoming(line: JourneyLine, told: Beside) -> dict[str, Any]:
    assert line.limit_on is not None
    what = translate(becomes_permanent(line.limit_on, line.limit_by or _("law")))
    return {"line": line, "path": person_path(line.journey_id), "name": told.names.get(line.candidate), "what": what}


menu = [
    MenuItem(10, "/", N_("My day"), WITH_LISTS | {Role.SUPERVISOR, Role.MENTOR}),
    MenuItem(15, "/vecka", N_("My week"), WITH_LISTS),
]

routes = [get("/", today), get("/vecka", week), get("/vecka/kalender.ics", calendar)]
