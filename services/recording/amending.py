"""A correction that somebody is about to make by a form: what was recorded, what is to stand instead, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from models.access.permissions import Reading
from models.events.descriptions import in_words, name_of
from models.events.events import EVENT, EVENT_CLASSES, Event
from models.events.fact import CorrectionPolicy
from models.events.texts import written_in
from models.identifiers import Actor
from models.journey.transitions import possible_from
from models.message import Message, msg
from models.programme.way import USUAL, WayRule
from models.stages import Stage
from runtime.errors import Refused, UsageError
from runtime.i18n import _, shown, translate
from services.application import Application
from services.naming import in_both
from services.queries.holding import struck_rows
from services.queries.lines import JourneyLine, LedgerLine
from services.reading import may_read, read
from services.recording.approving import correcting
from services.recording.authors import author_of
from services.recording.correction import as_it_holds, corrected_by, correction
from services.recording.event_names import event_in_names
from services.recording.form import (
    DAY,
    KINDS,
    UNANSWERED,
    Answers,
    Checked,
    Form,
    Question,
    Shape,
    answers_of,
    checked,
    first_of,
    form_of,
    given_in,
    refuse_unknown,
    said_in,
)
from services.recording.given import IN_A_LIST
from services.recording.knowledge import Knowledge, known_at
from services.recording.sureness import doubts, own_words
from services.recording.undoing import last_step, undoing
from services.texts import REMARK, opened, texts_of

BECAUSE, HOW = "because", "how"
"""The questions that every correction has: why, and whether fields are replaced or all of it is struck."""

REPLACE, STRIKE = "replace", "strike"

CORRECTED = "corrected"


@dataclass(frozen=True)
class Amending:
    """The correction of one row of a journey, with what somebody has answered so far."""

    application: Application
    line: JourneyLine
    rows: list[LedgerLine]
    about: LedgerLine
    author: Actor
    answers: Answers
    with_remark: bool = False
    """Whether the remark is shown and corrected too: to those who ask for it."""
    as_kind: str | None = None
    """Another kind that the event really was."""

    @property
    def kind(self) -> str:
        return self.as_kind or self._kind_now

    @property
    def _kind_now(self) -> str:
        """What the event is today: an earlier correction may have made it another one."""
        return str(self._holds.get("kind", self.about.kind))

    @property
    def _policy(self) -> CorrectionPolicy:
        return EVENT_CLASSES[self.about.kind].correction

    @property
    def has_remark(self) -> bool:
        """Whether there is a remark that is not shown here."""
        return not self.with_remark and self.as_kind is None and bool(self._holds.get(REMARK))

    @property
    def only_strikes(self) -> bool:
        """Whether nothing can stand in its place."""
        return not self._policy.allows(self.kind)

    @property
    def corrected(self) -> LedgerLine | None:
        """Of a row that is itself a correction, the row of the event that it is about, which can be corrected again;
        None where that was struck."""
        about = corrected_by(self.rows, self.about)
        return about if about is not None and about.row not in struck_rows(self.rows) else None

    @property
    def other_kinds(self) -> list[str]:
        """Kinds that may stand in its place, of those that were possible in its stage."""
        if self.as_kind is not None or self.about.stage_before is None:
            return []
        shape = self.knowledge.rules.shape if self.knowledge.rules else USUAL
        return _other_kinds(self.about, self._kind_now, shape)

    @cached_property
    def knowledge(self) -> Knowledge:
        return known_at(self.application, self.line.journey_id, self.application.today())

    @cached_property
    def form(self) -> Form:
        """The questions of the event itself, where another may stand in its place; how, and why."""
        replaced, struck = self._policy.allows(self.kind), self._policy.strikes
        every = form_of(self.kind, self.answers, self.knowledge).questions if replaced else ()
        asked = [one for one in every if one.name != REMARK or self._may_say_remark]
        ways = tuple(in_both(way, _WAYS[way]) for way in (REPLACE, STRIKE))
        both = replaced and struck and self.as_kind is None
        how = (Question(HOW, _HOW, Shape.ONE_OF, choices=ways, default=REPLACE),) if both else ()
        return Form(self.kind, (*how, *asked, Question(BECAUSE, _BECAUSE, Shape.WORDS)))

    @property
    def _may_say_remark(self) -> bool:
        """A remark is shown to those who ask for it alone; one of another kind may be written anew."""
        return self.with_remark or (self.as_kind is not None and not self._holds.get(REMARK))

    @property
    def is_struck(self) -> bool:
        """Whether all of it is to be struck."""
        return self.only_strikes or first_of(self.answers, HOW) == STRIKE

    @property
    def problems(self) -> Mapping[str, Message]:
        """What is wrong with the answers, by the names of the questions."""
        found = {} if self.is_struck else dict(self._checked.problems)
        return found if first_of(self.answers, BECAUSE) else {**found, BECAUSE: UNANSWERED}

    @cached_property
    def _checked(self) -> Checked:
        return checked(self._of_the_event, self.answers, self.knowledge)

    @cached_property
    def _of_the_event(self) -> Form:
        return Form(self.kind, tuple(one for one in self.form.questions if one.name not in (HOW, BECAUSE)))

    def event(self, event_id: UUID) -> Event:
        """The correction, or the proposal of one that takes two. Raises UsageError where nothing differs."""
        fields, on = (None, None) if self.is_struck else self._changed()
        if not fields and on is None and not self.is_struck:
            raise UsageError("amending.nothing", "Nothing is changed. Change what is wrong, or strike the whole event.")
        because = first_of(self.answers, BECAUSE)
        said = correction(self.rows, self.about.row, because, fields, on, self.knowledge)
        return correcting(self.application, self.line, self.rows, said, self.author, event_id)

    def _changed(self) -> tuple[dict[str, Any], str | None]:
        """The fields that were answered otherwise than they stand, and the day where that was. What was left as it
        stood, such as a text that is kept apart, stays what it is."""
        shows = self.with_remark
        before, holds = answers_as_they_hold(self.application, self.rows, self.about, remarks=shows), self._holds
        now, was = given_in(self.form, self.answers), given_in(self.form, before)
        asked = [one for one in self._of_the_event.questions if one.name != DAY]
        fields = {one.name: now.get(one.name) for one in asked if _differs(one, now.get(one.name), was.get(one.name))}
        for name in fields.keys() & IN_A_LIST.keys():
            fields[name] = _with_texts_kept(name, fields[name] or [], was.get(name, ()), holds.get(name) or ())
        if self.as_kind is not None:
            fields["kind"] = self.as_kind
        day = first_of(self.answers, DAY)
        return fields, day if day != first_of(before, DAY) else None

    @cached_property
    def _holds(self) -> Mapping[str, Any]:
        return as_it_holds(self.rows, self.about)

    @property
    def possible_now(self) -> list[str]:
        """Nothing else is offered in the place of a correction."""
        return []

    def doubts(self, event: Event) -> list[Message]:
        """What is to be asked of the texts of a correction before they are kept, each once."""
        return list(dict.fromkeys(doubts(self.application, written_in(event), self.line.candidate).values()))

    def said(self, event: Event) -> list[tuple[str, str]]:
        """What is to stand, or which row is struck, and why, as it is shown before it is sent."""
        replacement = getattr(event, "replacement", None)
        because = [(shown(_BECAUSE), said) for said in self.answers.get(BECAUSE, ())]
        if replacement is None:
            return [*self._struck, *because]
        now = self._told(replacement)
        if self.as_kind is not None:
            return [
                (translate(_KIND), _beside(*map(_kind_in_words, (self.kind, self._kind_now)))),
                *now.items(),
                *because,
            ]
        was = self._told(EVENT.validate_python(dict(self._holds)))
        told = {label: _beside(now.get(label, "–"), was.get(label, "–")) for label in (*now, *was)}
        return [*told.items(), *because]

    def _told(self, event: Event) -> dict[str, str]:
        texts = texts_of(self.application.reading, self.line.journey_id)
        said = said_in(self._of_the_event, event)
        return {shown(label): shown(texts[one].shown) if one in texts else one for label, one in said}

    @property
    def _struck(self) -> list[tuple[str, str]]:
        """The row that is struck, as it stands."""
        numbers = {one.event_id: one.row for one in self.rows}
        told = in_words(event_in_names(_opened(self.application, self.rows, self.about), self.knowledge), numbers)
        return [(translate(_ROW), f"{self.about.row}. {translate(told)}")]


_HOW = msg("amending.how", "what is to be done")
_BECAUSE = msg("amending.because", "why it is corrected")
_ROW = msg("amending.row", "row that is struck")
_WAYS = {
    REPLACE: msg("amending.replace", "correct what is wrong"),
    STRIKE: msg("amending.strike", "strike all of it"),
}


_KIND = msg("amending.kind", "what happened")


def _kind_in_words(kind: str) -> str:
    return translate(name_of(kind))


def _other_kinds(about: LedgerLine, now: str, shape: WayRule) -> list[str]:
    stage = Stage(str(about.stage_before))
    may = EVENT_CLASSES[about.kind].correction
    return [kind for kind in KINDS if kind in possible_from(stage, shape) and kind != now and _may_replace(may, kind)]


def _may_replace(policy: CorrectionPolicy, kind: str) -> bool:
    """Whether a kind may stand in another's place at all; whether it may there, the journey says."""
    own = EVENT_CLASSES[kind].correction
    return policy.allows(kind) and own.as_replacement is None and own.allows(kind)


def _beside(now: str, was: str) -> str:
    """What is to stand, with what stood before where that differs."""
    return now if now == was else _("{now} (before: {was})", now=now, was=was)


def _differs(one: Question, now: Any, was: Any) -> bool:
    """Whether a question was answered otherwise; a name stands for its code."""
    return (one.called(now) != one.called(was)) if one.shape is Shape.NAME else now != was


def amending_of(
    application: Application,
    line: JourneyLine,
    event_id: str,
    answers: Answers | None = None,
    *,
    with_remark: bool = False,
    as_kind: str | None = None,
) -> Amending:
    """The correction of an event; without answers, the form is filled in as the event stands. `with_remark` shows its
    remark too, which is written down; `as_kind` is the kind that it really was.

    Raises UsageError where there is no such event or kind, and Refused where it cannot be corrected so, or not by
    whoever asks.
    """
    if as_kind is not None:
        refuse_unknown(as_kind)
    rows = application.lists.ledger(line.journey_id)
    about = next((one for one in rows if one.event_id == event_id and one.receipt.accepted), None)
    if about is None:
        raise UsageError("amending.no_event", "This event is not in the journey.")
    policy = EVENT_CLASSES[about.kind].correction
    if not policy.strikes and not policy.allows(about.kind) and policy.otherwise is not None:
        raise Refused(policy.otherwise)
    author = author_of(application, line, CORRECTED)
    if with_remark:
        _look_at_remark(application, line, author, is_first=answers is None)
    if answers is None:
        answers = answers_as_they_hold(application, rows, about, remarks=with_remark)
    return Amending(application, line, rows, about, author, answers, with_remark, as_kind)


def _look_at_remark(application: Application, line: JourneyLine, author: Actor, *, is_first: bool) -> None:
    """Write down, once a form, that a remark is looked at. Raises Refused for whoever may not."""
    why = own_words(application, _("A remark was to be corrected."))
    look = read if is_first else may_read
    look(application, line, author, Reading.REMARKS, why)


def answers_as_they_hold(
    application: Application, rows: list[LedgerLine], about: LedgerLine, *, remarks: bool = False
) -> dict[str, list[str]]:
    """The answers that the event is the outcome of as it stands today, its texts opened."""
    return answers_of(_opened(application, rows, about, remarks=remarks))


def _opened(
    application: Application, rows: list[LedgerLine], about: LedgerLine, *, remarks: bool = False
) -> dict[str, Any]:
    """An event as it holds today, its texts opened."""
    held = about.model_copy(update={"event": dict(as_it_holds(rows, about))})
    standing = [held if one.row == about.row else one for one in rows]
    texts = texts_of(application.reading, about.journey_id)
    shown_to_them = opened(standing, texts, remarks=remarks)
    return next(one for one in shown_to_them if one.row == about.row).event or {}


def _with_texts_kept(name: str, now: list[Any], was: Any, holds: Any) -> list[Any]:
    """Items of a list; a reason that stands as it was keeps its reference."""
    what = IN_A_LIST[name]
    kept = {one[what]: one for one in holds}
    shown_before = {one[what]: one.get("reason") for one in was}

    def item(one: dict[str, Any]) -> dict[str, Any]:
        reason = one.get("reason")
        if reason and reason == shown_before.get(one[what]):
            return {**one, "reason": kept[one[what]]["reason"]}
        return one

    return [item(one) for one in now]


@dataclass(frozen=True)
class Undoing(Amending):
    """The correction that strikes somebody's own last step."""

    @cached_property
    def form(self) -> Form:
        return Form(self.kind, ())

    @property
    def is_struck(self) -> bool:
        return True

    def event(self, event_id: UUID) -> Event:
        """The correction, or the proposal of one that takes two."""
        said = undoing(self.about)
        self.application.sure_of.add(said["reason"])
        return correcting(self.application, self.line, self.rows, said, self.author, event_id)

    @property
    def problems(self) -> Mapping[str, Message]:
        return {}


def undoing_of(application: Application, line: JourneyLine) -> Undoing:
    """The undoing of somebody's last step. Raises UsageError and Refused as `last_step` does, or where they may not."""
    author, rows = author_of(application, line, CORRECTED), application.lists.ledger(line.journey_id)
    return Undoing(application, line, rows, last_step(rows, author, application.now()), author, {})
