"""What a person's page says, in words: made from what services have read, and asking nothing by itself."""

from collections.abc import Iterator
from datetime import date
from functools import cached_property, partial
from typing import NamedTuple

from interfaces.desk.journey_forms import REFERRED_AGAIN
from interfaces.desk.person_record import PersonRecord
from interfaces.desk.wording import (
    PROPOSED,
    TAKES_TWO,
    Step,
    capital,
    due,
    journey_called,
    person_path,
    recording,
    settling_step,
    waits,
)
from models.calendar.swedish_day import day_in_sweden
from models.events.descriptions import name_of
from models.identifiers import JourneyId
from models.partners.partner import CANDIDATE
from models.programme.way import USUAL
from models.projections.open_items import OpenItem
from models.projections.status import Status
from models.stages import ENDED_STAGES, OPEN_STAGES, Stage
from models.state.employment_limits import becomes_permanent
from models.state.employment_limits import in_words as limit_in_words
from runtime.i18n import _, _n, translate
from services import handing_over_told
from services.application import Application
from services.days import in_short, near
from services.handing_over import called
from services.identities.access import earlier_in_plain, in_plain
from services.identities.contact import FIELDS, shown_of
from services.identities.naming import names_in
from services.identities.rectifying_form import may_rectify, told_of
from services.identities.register import Person
from services.lent import lending_of, lendings_of
from services.looked_after import Colleague, LookedAfter, colleague, looked_after
from services.queries.lines import JourneyLine
from services.queries.titles import Titles
from services.readers import may_read_of
from services.recording.noting import answer_wanted
from services.recording.offering import Offered, offered
from services.recording.to_call import calls_of, whom_to_call
from services.showing import Shown, other_journeys, recipient_name
from services.working import not_lapsed, settled_by

AT_WORK = frozenset({Stage.INTERNSHIP, Stage.EVALUATION, Stage.TEMPORARY_ROLE, Stage.PERMANENT_ROLE})
"""Stages in which somebody has a workplace with us."""

PUT_RIGHT = "andrat"
"""The value of a person's address that names what was just put right of who they are."""


class StageOnTheWay(NamedTuple):
    """A stage on the line: `is_now` the one that the candidate is in, `is_ahead` one that may come."""

    name: str
    when: str = ""
    is_now: bool = False
    is_ahead: bool = False


class Open(NamedTuple):
    """Something that is waited for."""

    what: str
    when: str
    is_late: bool
    step: Step | None


class Group(NamedTuple):
    """Events that may be recorded now, under a title."""

    title: str
    steps: list[Step]
    is_an_end: bool


class PersonView:
    """A journey that was read, as its page shows it. `status` is what the journey itself says, where it could be asked;
    `opened` is who the candidate is, once somebody has asked for it with a reason."""

    def __init__(self, application: Application, shown: Shown, status: Status | None, opened: Person | None) -> None:
        self._application = application
        self.shown = shown
        self.line = shown.line
        self.opened = opened
        self.status = status
        self.today = application.today()
        self.titles = Titles(application.book)
        self.record = PersonRecord(application, shown)

    def path(self, part: str = "") -> str:
        """The address of this page, or of a part of it."""
        return person_path(self.line.journey_id, part)

    @property
    def name(self) -> str | None:
        """What the candidate is called, where the reader sees it."""
        known = self.opened or self.shown.person
        return known.name if known else None

    @property
    def phone(self) -> str | None:
        """At which number they are called, likewise."""
        known = self.opened or self.shown.person
        return known.phone if known else None

    @property
    def programme(self) -> str:
        return self.titles.programme(self.line.programme)

    @property
    def town(self) -> str:
        return self.titles.town(self.line.site)

    @property
    def where(self) -> str:
        """The stage, since when, and why it ended."""
        line = self.line
        reason = f" ({translate(line.end_reason.in_words)})" if line.end_reason else ""
        stage = capital(translate(line.stage.in_words)) + reason
        return _("{stage} since {day}", stage=stage, day=near(line.since, self.today))

    @cached_property
    def way(self) -> list[StageOnTheWay]:
        """The stages that were passed, with their days, and those that may come."""
        passed = self._application.lists.details(self.line.journey_id).passages or ()
        line = [
            StageOnTheWay(_stage(one.stage), self._days(one.entered_on, one.left_on, one.began_on), one.left_on is None)
            for one in passed
        ]
        ahead = () if self.line.stage in ENDED_STAGES else self._ahead
        return [*line, *(StageOnTheWay(_stage(stage), is_ahead=True) for stage in ahead)]

    @property
    def _ahead(self) -> Iterator[Stage]:
        rules, behind = self._application.book.find(self.line.programme), OPEN_STAGES.index(self.line.stage)
        shape = rules.shape if rules else USUAL
        return (stage for stage in shape.leads_through if OPEN_STAGES.index(stage) > behind)

    def _days(self, entered: date, left: date | None, began: date | None) -> str:
        days = ((left or self.today) - entered).days
        length = (
            _n("{count} day", "{count} days", days)
            if days > 0 and (left or self.line.stage not in ENDED_STAGES)
            else ""
        )
        period = (
            " – ".join(dict.fromkeys((in_short(entered, self.today), in_short(left, self.today))))
            if left
            else _("from {day}", day=in_short(entered, self.today))
        )
        begins = ""
        if began:
            day = in_short(began, self.today)
            begins = _("began {day}", day=day) if began <= self.today else _("begins {day}", day=day)
        return " · ".join(filter(None, (period, length, begins)))

    @cached_property
    def waiting(self) -> list[Open]:
        """Everything that is waited for, what is due first first."""
        calls = calls_of(self._application, self.line)
        return [self._open(one) for one in (*calls, *not_lapsed(self.shown.items, self.today))]

    def _open(self, one: OpenItem) -> Open:
        is_late = one.due_on is not None and one.due_on < self.today
        whom = whom_to_call(self._application, self.line, one)
        what = waits(one, whom or self.shown.tasks_of_items.get(one.item))
        return Open(what, due(one, self.today), is_late, self._settling(one))

    def _settling(self, one: OpenItem) -> Step | None:
        if one.lapses:
            return Step(_("Look at the proposal"), "/godkannanden")
        settling = settled_by(one)
        if settling is None or settling.kind not in self._possible:
            return None
        return settling_step(self.line.journey_id, one, settling)

    def receipt(self, event_id: str) -> str:
        """What was just recorded, in words, and who is told of it; nothing where no such event stands here."""
        row = next((one for one in self.shown.rows if one.event_id == event_id and one.receipt.accepted), None)
        if row is None:
            return ""
        done = _("Recorded: {event}, row {row}.", event=translate(name_of(row.kind)), row=row.row)
        if row.kind == PROPOSED:
            return f"{done} {translate(TAKES_TWO)}"
        wanted = answer_wanted(row.kind, self.shown.items)
        return " ".join(filter(None, (done, wanted, self._letters_go(self.line, event_id))))

    def was_there(self, event_id: str) -> str:
        """That what was to be recorded stood here already; nothing where no such event does."""
        row = next((one for one in self.shown.rows if one.event_id == event_id and one.receipt.accepted), None)
        if row is None:
            return ""
        when = near(day_in_sweden(row.recorded_at), self.today)
        said = {"event": translate(name_of(row.kind)), "row": row.row, "when": when}
        return _("This stood here already: {event}, row {row}, recorded {when}. Nothing new was recorded.", **said)

    def _letters_go(self, line: JourneyLine, event_id: str) -> str:
        """Who is told by letter of an event, and that its reader tells the candidate."""
        letters, said = self._application.lists.notices_of(line.journey_id), ""
        told = [one.recipient for one in letters if one.event_id == event_id]
        if CANDIDATE in told and self.shown.reader.name == line.coordinator:
            told.remove(CANDIDATE)
            said = _("Tell the candidate: it stands in My day until you note that they know.")
        who = ", ".join(recipient_name(self._application, one) for one in told)
        return " ".join(filter(None, (said, _("Letters go to {who}.", who=who) if told else "")))

    def moved_to(self, event_id: str) -> tuple[str, str, str] | None:
        """Of what was just moved: to whom, the address of what was recorded there, and who is told of it. None where
        the reader may not read of them."""
        rows = (one for one in self.shown.rows if one.event_id == event_id and one.receipt.accepted)
        moved = next(((one.event or {}).get("moved") for one in rows if one.kind != PROPOSED), None)
        if moved is None:
            return None
        found = self._application.lists.found(journey_id=JourneyId.parse(moved["journey"]))
        if not found or not may_read_of(self._application, None, found[0]):
            return None
        [line] = found
        name = names_in(self._application, None, (line,)).get(line.candidate)
        called = f"{name}, {line.candidate}" if name else line.candidate
        path = person_path(line.journey_id, "", registrerat=moved["event"])
        return called, path, self._letters_go(line, moved["event"])

    def put_right(self, names: str) -> str:
        """What was just put right of who they are; nothing where it was nothing."""
        told = told_of(names)
        return _("Changed: {what}. Who did it, when and why is kept.", what=told) if told else ""

    @cached_property
    def may_put_right(self) -> bool:
        """Whether the reader may change who the candidate is and how they are reached."""
        return not self.shown.is_erased and may_rectify(self._application, self.line)

    def undo(self, event_id: str) -> str | None:
        """Where what was just recorded is taken back, as long as the reader can."""
        return person_path(self.line.journey_id, "/angra") if event_id == self.record.undoable else None

    @cached_property
    def calendar(self) -> list[str]:
        """What the calendar and the law say of the days to come."""
        found = [translate(one.in_words) for one in self.status.ends_in_pause] if self.status else []
        found += [translate(limit_in_words(one)) for one in self.status.limits] if self.status else []
        if not found and self.line.limit_on is not None:
            found.append(translate(becomes_permanent(self.line.limit_on, self.line.limit_by or _("law"))))
        return [capital(one) for one in found]

    @cached_property
    def offered(self) -> Offered | None:
        """What may be recorded now; None where nothing is recorded any more."""
        if self.shown.is_erased:
            return None
        return offered(self._application, self.line, self.shown.reader, self.status)

    @cached_property
    def _possible(self) -> frozenset[str]:
        groups = self.offered.groups if self.offered else []
        return frozenset(one.kind for _title, group in groups for one in group)

    @cached_property
    def groups(self) -> list[Group]:
        """What may be recorded now, as buttons."""
        groups = self.offered.groups if self.offered else []
        return [
            Group(
                capital(translate(title)),
                [recording(self.line.journey_id, one.kind) for one in group],
                title.id == "possible.endings",
            )
            for title, group in groups
        ]

    @property
    def not_now(self) -> list[tuple[str, str, bool]]:
        """What may not be recorded now, and why; and whether the person is to be referred again instead."""
        found = self.offered.not_now if self.offered else []
        return [
            (capital(translate(name_of(one.kind))), translate(one.why), one.why.id == REFERRED_AGAIN) for one in found
        ]

    @property
    def kept_from(self) -> list[tuple[str, str]]:
        """What only a colleague may record now, after what the reader has done, and why."""
        found = self.offered.kept_from if self.offered else ()
        return [(capital(translate(name_of(one.kind))), translate(one.why)) for one in found]

    @cached_property
    def looked_after(self) -> LookedAfter | None:
        """Where they work, and who looks after them there."""
        return looked_after(self._application, self.shown.rows) if self.line.stage in AT_WORK else None

    @property
    def coordinator(self) -> Colleague:
        return colleague(self._application, self.line.coordinator)

    @property
    def lent(self) -> str:
        """By whom they are lent to the reader, or with whom they are until when; nothing where with nobody else."""
        one, call = lending_of(self._application, self.line), partial(called, self._application)
        if one is None:
            return ""
        is_reader = one.to == self.shown.reader.name
        return handing_over_told.lent_by(one, call) if is_reader else handing_over_told.lent_until(one, call)

    @property
    def is_lent_by_reader(self) -> bool:
        """Whether the reader has lent them, or will from a coming day."""
        held = lendings_of(self._application, self.shown.reader.name)
        return self.is_the_readers and any(self.line.journey_id in one.journeys for one in held)

    @property
    def is_the_readers(self) -> bool:
        """Whether the reader is the coordinator in charge and their way goes on."""
        return self.shown.reader.name == self.line.coordinator and self.line.stage is not Stage.CLOSED

    @property
    def works(self) -> str:
        """From when until when they work there."""
        found = self.looked_after
        if found is None or found.works_from is None:
            return ""
        if found.works_until is None:
            return _("from {day}", day=near(found.works_from, self.today))
        return f"{in_short(found.works_from, self.today)} – {in_short(found.works_until, self.today)}"

    @property
    def referring_partner(self) -> str:
        """Who has referred the candidate."""
        return recipient_name(self._application, self.line.referring_partner) if self.line.referring_partner else ""

    @property
    def identity(self) -> list[tuple[str, str]]:
        """Who the candidate is, and was, once it is opened."""
        if self.opened is None:
            return []
        now = [
            (capital(translate(FIELDS[name])), shown_of(name, value)) for name, value in in_plain(self.opened).items()
        ]
        before = [
            (
                _("{what} until {day}", what=capital(translate(FIELDS[one["field"]])), day=one["until"]),
                shown_of(one["field"], one["value"]),
            )
            for one in earlier_in_plain(self.opened)
        ]
        return [*now, *before]

    @cached_property
    def others(self) -> list[tuple[str, str]]:
        """The same person's other journeys, earlier and in other programmes: what each is called, and its address."""
        found = [*self.shown.earlier, *other_journeys(self._application, None, self.line)]
        return [(journey_called(self._application, one), person_path(one.journey_id)) for one in found]


def _stage(stage: Stage) -> str:
    return capital(translate(stage.in_words))
