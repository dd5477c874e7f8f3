"""The form by which an event is recorded: its fields in order, what each can be, and what is wrong with the answers.

It asks nobody and shows nothing: a page draws it, and gives back what somebody has answered, by the names of the
fields. Of lists, such as findings, each item is a question of its own, named `findings.<requirement>`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from models.events.events import Event
from models.message import Message, msg
from models.programme.requirement_profile import Result
from models.projections.status import possible_by
from models.rules.periods import in_words
from runtime.errors import UsageError
from runtime.i18n import _, one_of
from services.days import happened_in, in_full
from services.naming import Named, worded
from services.recording.draft import NEVER_ASKED, SENT, Draft, checked_value, draft, missing
from services.recording.field_names import field_name
from services.recording.given import BY_ANY_NAME, IN_A_LIST, is_day, is_number, value_of
from services.recording.knowledge import Knowledge
from services.referrals.bad_value import BadValue

DAY = "effective_on"
"""The day on which it took effect, which every event has."""

WHY = ".reason"
"""What follows on the name of a question, for why its answer is as it is."""

KINDS = tuple(kind for kind in SENT if kind not in {"corrected", "rules_changed"})
"""Kinds that have a form: a correction begins with what it corrects, and new rules with a programme's file."""

REMINDERS = frozenset({"reminder_set", "reminder_moved"})
"""Kinds that say what is to come: the day on which they take effect is that on which they are noted."""

OF_A_PLACE = frozenset({"place_offered", "internship_agreed", "temporary_role_agreed"})
"""Kinds that say from when until when somebody has a place."""

SCORES = tuple(str(score) for score in range(1, 6))


def scores() -> tuple[Named, ...]:
    """The scores, of which those at the ends and in the middle say what they mean."""
    said = {"1": _("1, not at all"), "3": _("3, as expected"), "5": _("5, far better")}
    return tuple(Named(score, said.get(score, score)) for score in SCORES)


OF_THE_JOURNEY = frozenset({"reminder", "notice_id"})
"""Fields that name something of the journey itself, and take no other words where there is none."""

Answers = Mapping[str, Sequence[str]]
"""What somebody has answered, by the names of the questions."""

Choices = Callable[[str], list[Named]]
"""What a field can be that only the journey's own rows tell: a reminder, a notice."""


class Shape(StrEnum):
    """How a field is answered."""

    DAY = "day"
    NUMBER = "number"
    LINE = "line"
    WORDS = "words"
    ONE_OF = "one_of"
    NAME = "name"
    """One of the choices, or somebody whom nobody here knows."""
    SEVERAL = "several"
    LIST = "list"
    """A question for each of its items."""


@dataclass(frozen=True)
class Question:
    """One thing that is asked. `beside` says more of it; where the choices are many, the first `fitting` ones fit."""

    name: str
    label: Message | str
    shape: Shape
    needed: bool = True
    choices: tuple[Named, ...] = ()
    fitting: int | None = None
    default: str = ""
    essential: bool = True
    hint: Message | None = None
    items: tuple[Question, ...] = ()
    others: tuple[Named, ...] = ()
    """Whom it may name as well, though they are not offered."""
    is_rare: bool = False
    """Whether few have anything to say to it, so that it is folded away."""

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The choices as codes and what they are called."""
        return [(one.code, one.title) for one in self.choices]

    def called(self, code: object) -> str:
        """What a choice is called; anything else as it stands."""
        written = str(code).lower() if isinstance(code, bool) else str(code)
        return next((one.title for one in (*self.choices, *self.others) if one.code == written), written)


@dataclass(frozen=True)
class Form:
    """The questions of a kind of event. `lacks` names the field that has to be answered before others can be asked."""

    kind: str
    questions: tuple[Question, ...]
    lacks: str | None = None

    def question(self, name: str) -> Question | None:
        """The question of that name, also one of a list."""
        return next((one for one in self._all() if one.name == name), None)

    def _all(self) -> Iterator[Question]:
        for one in self.questions:
            yield one
            yield from one.items


@dataclass(frozen=True)
class Checked:
    """What the answers come to: a whole draft with its day; or, by the names of the questions, what is wrong."""

    draft: Draft | None
    day: date
    problems: dict[str, Message] = field(default_factory=dict)


def form_of(kind: str, answers: Answers, knowledge: Knowledge, choices: Choices = lambda _name: []) -> Form:
    """The form of a kind of event, as far as the answers so far tell what is to be asked."""
    given = {name: said for name in ("profile", "position") if (said := first_of(answers, name))}
    fields = {**knowledge.fields(kind, given), **given}
    questions = [
        _question(kind, name, fields, knowledge, choices, needed=True) for name in missing(kind, {}, knowledge.rules)
    ]
    questions += [
        _question(kind, name, fields, knowledge, choices, needed=False)
        for name in possible_by(kind, knowledge.rules).may_have
        if name not in NEVER_ASKED
    ]
    when = _NOTED if kind in REMINDERS else _HAPPENED
    questions.append(Question(DAY, when, Shape.DAY, default=str(knowledge.likely_day(kind))))
    lacks = "profile" if any(one.name == "findings" and not one.items for one in questions) else None
    return Form(kind, tuple(one for one in questions if lacks is None or one.name != "findings"), lacks)


def _question(
    kind: str, name: str, fields: Mapping[str, Any], knowledge: Knowledge, choices: Choices, *, needed: bool
) -> Question:
    label = field_name(name)
    if is_day(kind, name):
        hint = _periods(knowledge) if name == "starts_on" and kind in OF_A_PLACE else None
        return Question(name, label, Shape.DAY, needed, default=str(fields.get(name, "")), hint=hint)
    if name in IN_A_LIST:
        return Question(name, label, Shape.LIST, needed, items=tuple(_items(name, fields, knowledge)))
    known = tuple(knowledge.choices(name, {**fields, "kind": kind}) or choices(name))
    if name == "unions":
        return Question(name, label, Shape.SEVERAL, needed, known)
    if not known and name not in OF_THE_JOURNEY:
        asked = Shape.NUMBER if is_number(kind, name) else Shape.WORDS
        return Question(name, label, asked, needed, default=str(fields.get(name, "")))
    shape = Shape.NAME if name in BY_ANY_NAME else Shape.ONE_OF
    if name in BY_ANY_NAME:
        hint, others = _left_empty(name, fields, knowledge), tuple(knowledge.others(name))
        return Question(name, label, shape, needed, known, hint=hint, others=others)
    return Question(name, label, shape, needed, known, knowledge.fitting(name, kind), str(fields.get(name, "")))


def _periods(knowledge: Knowledge) -> Message | None:
    """Which days a place may be held, where the programme has periods of its own."""
    periods = knowledge.rules.periods if knowledge.rules else ()
    if not periods:
        return None
    return msg(
        "form.periods",
        "Write the first and the last day of one of these periods: {periods}.",
        periods=in_words(periods),
    )


def _left_empty(who: str, fields: Mapping[str, Any], knowledge: Knowledge) -> Message | None:
    """Who looks after an intern where nobody is named; None where no position says so."""
    are_named, here = knowledge.from_position(who, fields.get("position"))
    if here is not None:
        return msg(
            "form.empty_is",
            "Write a name, or choose one of those who are suggested. Left empty, it is {person}, whom the chosen place"
            " names.",
            person=here,
        )
    if not are_named:
        return None
    return msg(
        "form.empty_is_the_positions",
        "Write a name, or choose one of those who are suggested. Left empty, it is the one whom the place names, if it"
        " names one.",
    )


def _items(name: str, fields: Mapping[str, Any], knowledge: Knowledge) -> Iterator[Question]:
    if name == "scores":
        for one in knowledge.choices(name, fields):
            yield Question(f"{name}.{one.code}", one.title, Shape.ONE_OF, choices=scores())
        return
    profile = knowledge.rules.profile(str(fields.get("profile"))) if knowledge.rules else None
    for asked in profile.requirements if profile else ():
        results = worded(one for one in Result if asked.trainable or one is not Result.TRAINABLE)
        title = one_of(asked.text)
        yield Question(f"{name}.{asked.id}", title, Shape.ONE_OF, choices=tuple(results), essential=asked.essential)


def given_in(form: Form, answers: Answers) -> dict[str, Any]:
    """The fields as they were answered; what was left empty is left out."""
    found: dict[str, Any] = {}
    for one in form.questions:
        if one.name == DAY:
            continue
        if one.shape is Shape.LIST:
            said: Any = list(_said_of_items(one, answers))
        elif one.shape is Shape.SEVERAL:
            said = [text for text in answers.get(one.name, ()) if text.strip()]
        else:
            said = first_of(answers, one.name)
        if said:
            found[one.name] = said
    return found


def _said_of_items(one: Question, answers: Answers) -> Iterator[dict[str, str]]:
    for item in one.items:
        code, said = item.name.partition(".")[2], first_of(answers, item.name)
        if not said:
            continue
        if one.name == "scores":
            yield {"criterion": code, "score": said}
            continue
        reason = first_of(answers, f"{item.name}{WHY}")
        yield {"requirement": code, "result": said, **({"reason": reason} if reason else {})}


def checked(form: Form, answers: Answers, knowledge: Knowledge) -> Checked:
    """What the answers come to, each read and checked by itself, so that all that is wrong is told at once."""
    given, problems = given_in(form, answers), dict(_unanswered(form, answers)) | dict(_unexplained(form, answers))
    read: dict[str, Any] = {}
    for one in form.questions:
        if one.name in given and not problems.keys() & {f"{item.name}{WHY}" for item in one.items}:
            try:
                read[one.name] = value_of(form.kind, one.name, given[one.name], {**given, **read}, knowledge)
                checked_value(form.kind, one.name, read[one.name])
            except BadValue as error:
                problems[one.name] = error.message
    day = knowledge.today
    try:
        day = happened_in(first_of(answers, DAY) or str(day), knowledge.today)
    except BadValue as error:
        problems[DAY] = error.message
    drafted = None
    if not problems:
        drafted = draft(form.kind, read, knowledge)
        problems |= dict.fromkeys(drafted.lacking, UNANSWERED)
    return Checked(None if problems else drafted, day, problems)


def _unanswered(form: Form, answers: Answers) -> Iterator[tuple[str, Message]]:
    for one in form.questions:
        if not one.needed or one.name == DAY:
            continue
        for each in one.items or (one,):
            if not first_of(answers, each.name):
                yield each.name, UNANSWERED


def _unexplained(form: Form, answers: Answers) -> Iterator[tuple[str, Message]]:
    for item in (item for one in form.questions for item in one.items):
        if first_of(answers, item.name) == Result.WAIVED and not first_of(answers, f"{item.name}{WHY}"):
            yield f"{item.name}{WHY}", msg("form.waived_why", "Write why the requirement is waived.")


_HAPPENED = msg("form.happened", "day on which it happened")
_NOTED = msg("form.noted", "day on which the reminder is noted")

UNANSWERED = msg("form.unanswered", "This needs an answer.")


def said_in(form: Form, event: Event) -> Iterator[tuple[Message | str, str]]:
    """What an event says, question by question, in the words of whoever reads it."""
    for one in form.questions:
        value = getattr(event, one.name)
        if value is None:
            continue
        if one.shape is Shape.LIST:
            yield from _said_of_list(one, value)
        elif isinstance(value, date):
            yield one.label, in_full(value)
        elif isinstance(value, tuple):
            yield one.label, ", ".join(map(one.called, value))
        else:
            yield one.label, one.called(value)


def _said_of_list(one: Question, values: Sequence[Any]) -> Iterator[tuple[str, str]]:
    asked = {item.name.partition(".")[2]: item for item in one.items}
    for each in values:
        if one.name == "scores":
            yield str(asked[each.criterion].label), str(each.score)
        else:
            item = asked[each.requirement]
            result = item.called(each.result)
            yield str(item.label), f"{result} ({each.reason})" if each.reason else result


def answers_of(event: Mapping[str, Any]) -> dict[str, list[str]]:
    """The answers that an event, as JSON data, would be the outcome of: for a form in which it is corrected."""
    found: dict[str, list[str]] = {}
    for name, value in event.items():
        if name in IN_A_LIST:
            for item in value or ():
                code = f"{name}.{item[IN_A_LIST[name]]}"
                found[code] = [str(item.get("result", item.get("score")))]
                if item.get("reason"):
                    found[f"{code}{WHY}"] = [item["reason"]]
        elif isinstance(value, list | tuple):
            found[name] = [str(one) for one in value]
        elif value is not None:
            found[name] = [str(value).lower() if isinstance(value, bool) else str(value)]
    return found


def first_of(answers: Answers, name: str) -> str:
    """The answer to a question; empty where there is none."""
    return next((text.strip() for text in answers.get(name, ()) if text.strip()), "")


def refuse_unknown(kind: str) -> None:
    """Raises UsageError for a kind that has no form."""
    if kind not in KINDS:
        raise UsageError(
            "event.not_known", "Unknown event {kind}. Choose one of those that are possible now.", kind=kind
        )
