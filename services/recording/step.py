"""A step that somebody is about to record by a form: who records it, what is asked, and what the answers come to."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from models.access.permissions import is_permitted
from models.calendar.swedish_day import in_swedish_time
from models.events.descriptions import name_of
from models.events.events import Event
from models.events.texts import texts_in
from models.identifiers import Actor
from models.message import Message, msg
from runtime.i18n import shown, translate
from services.application import Application
from services.days import day_in, in_full
from services.naming import Named
from services.queries.calls import call_of
from services.queries.lines import JourneyLine, LedgerLine, NoticeLine
from services.readers import relation_of
from services.recording.authors import author_of
from services.recording.draft import event_of
from services.recording.form import (
    DAY,
    KINDS,
    Answers,
    Checked,
    Form,
    checked,
    first_of,
    form_of,
    refuse_unknown,
    said_in,
)
from services.recording.knowledge import Knowledge, known_at
from services.recording.noting import note_on
from services.recording.reminding import open_reminders
from services.recording.sureness import doubts
from services.referrals.bad_value import BadValue
from services.showing import recipient_name
from services.texts import tasks_in, texts_of


@dataclass(frozen=True)
class Step:
    """One kind of event of one journey, with what somebody has answered so far."""

    application: Application
    line: JourneyLine
    kind: str
    author: Actor
    answers: Answers

    @cached_property
    def rows(self) -> list[LedgerLine]:
        """The journey as it is now."""
        return self.application.lists.ledger(self.line.journey_id)

    @cached_property
    def knowledge(self) -> Knowledge:
        """What is known on the day that was answered."""
        today = self.application.today()
        try:
            day = day_in(first_of(self.answers, DAY) or str(today), today)
        except BadValue:
            day = today
        return known_at(self.application, self.line.journey_id, day)

    @cached_property
    def form(self) -> Form:
        return form_of(self.kind, self.answers, self.knowledge, self._of_the_journey)

    @property
    def note(self) -> Message | None:
        """What is to be known before it is recorded."""
        journey = self.knowledge.journey
        return note_on(self.kind, journey.state if journey else None)

    @cached_property
    def checked(self) -> Checked:
        return checked(self.form, self.answers, self.knowledge)

    @property
    def problems(self) -> Mapping[str, Message]:
        """What is wrong with the answers, by the names of the questions."""
        return self.checked.problems

    def event(self, event_id: UUID) -> Event:
        """The event that the answers make. Raises UsageError where they make none."""
        drafted = self.checked.draft
        assert drafted is not None, "only what is whole is an event"
        return event_of(drafted, event_id=event_id, actor=self.author, day=self.checked.day)

    def doubts(self, event: Event) -> list[Message]:
        """What is to be asked of the texts of an event before they are kept, each once."""
        texts = [text for _place, text in texts_in(event.model_dump(mode="json"))]
        return list(dict.fromkeys(doubts(self.application, texts, self.line.candidate).values()))

    @cached_property
    def possible_now(self) -> list[str]:
        """The kinds that their author may record now, as far as the rules of today tell."""
        journey, relation = self.knowledge.journey, relation_of(self.application, self.line, self.author)
        allowed = journey.allowed(self.application.now()) if journey else ()
        return [kind for kind in allowed if kind in KINDS and is_permitted(self.author.role, kind, relation)]

    def said(self, event: Event) -> list[tuple[str, str]]:
        """What an event says, as it is shown before it is sent."""
        return [(shown(label), value) for label, value in said_in(self.form, event)]

    def _of_the_journey(self, name: str) -> list[Named]:
        """What only the journey's own rows tell: its open reminders, and its letters that nobody has confirmed."""
        if name == "reminder":
            tasks = tasks_in(self.rows, texts_of(self.application.reading, self.line.journey_id))
            return [
                Named(str(one.event_id), f"{tasks.get(str(one.event_id), '')} ({in_full(one.remind_on)})")
                for one in open_reminders(self.rows)
            ]
        if name != "notice_id":
            return []
        partners = {one.id: one.name for one in self.application.book.partners}
        notices = self.application.lists.notices_of(self.line.journey_id)
        return [
            Named(one.notice_id, _letter(one, who))
            for one in notices
            if one.acknowledged_at is None and (who := partners.get(one.recipient) or self._called(one))
        ]

    def _called(self, notice: NoticeLine) -> str | None:
        """Whom one is to call instead of a letter, so that it can be noted that they know."""
        return recipient_name(self.application, notice.recipient) if call_of(notice) else None


def _letter(notice: NoticeLine, who: str) -> str:
    about, when = name_of(notice.kind), in_swedish_time(notice.created_at)
    return translate(msg("form.letter_about", "“{about}”, letter to {who}, {when}", about=about, who=who, when=when))


def step_of(application: Application, line: JourneyLine, kind: str, answers: Answers, given: str | None = None) -> Step:
    """A step of a journey in somebody's name. Raises UsageError for a kind that has no form, and Refused where none of
    their roles permits it."""
    refuse_unknown(kind)
    return Step(application, line, kind, author_of(application, line, kind, given), answers)
