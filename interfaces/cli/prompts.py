"""Asking a person at a terminal for what is missing of an event; anybody else is told what is missing."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from interfaces.cli.asking_lists import ask_list
from interfaces.cli.fields import OPTION
from interfaces.cli.output.show import tell
from interfaces.cli.questions import Question, ask, how_a_day_is_written
from models.projections.status import possible_by
from runtime.errors import UsageError
from runtime.i18n import _, translate
from services.application import may_ask
from services.days import happened_of, in_full
from services.naming import Named, kinds
from services.recording.draft import NEVER_ASKED, Draft, Missing, checked_field, draft, kind_of, missing
from services.recording.event_names import in_names
from services.recording.field_names import field_name
from services.recording.given import IN_A_LIST, OF_PEOPLE, is_day, read_field
from services.recording.knowledge import Knowledge


def option(field: str) -> str:
    """The option that a field is typed as."""
    return f"--{OPTION.get(field, field.replace('_', '-'))}"


def complete_event(kind: str, given: Mapping[str, Any], knowledge: Knowledge, *, briefly: bool = False) -> Draft:
    """The draft of an event with nothing left to ask: known, or said by the person at the terminal.

    Optional fields are asked for as well where nothing was given. `briefly`, nothing is asked that need not be.
    Raises UsageError where something is missing and nobody can be asked.
    """
    drafted = draft(kind, given, knowledge)
    if not may_ask():
        if drafted.lacking:
            options = ", ".join(map(option, drafted.lacking))
            raise UsageError(
                "event.lacks", "The event needs {options}. See: admin.py next.", kind=kind, options=options
            )
        return drafted
    asks_more = not given and not briefly
    while drafted.missing if not briefly else drafted.lacking:
        asked = next(one for one in drafted.missing if not briefly or one.default is None)
        given = {**given, asked.name: _asked(drafted, asked, knowledge)}
        # What is said of one field decides what is known and offered of the next.
        drafted = draft(kind, given, knowledge)
    if not asks_more:
        return drafted
    for name in possible_by(kind, knowledge.rules).may_have:
        if name not in NEVER_ASKED:
            known = drafted.fields.get(name)
            said = _asked(drafted, _field(name, drafted, knowledge, known), knowledge, needed=False)
            given = {**given, name: said} if said is not None else given
            drafted = draft(kind, given, knowledge)
    return drafted


def _field(name: str, drafted: Draft, knowledge: Knowledge, known: str | None = None) -> Missing:
    fields = {**drafted.fields, "kind": drafted.kind}
    return Missing(name, knowledge.choices(name, fields), known, knowledge.fitting(name, drafted.kind))


def _asked(drafted: Draft, asked: Missing, knowledge: Knowledge, *, needed: bool = True) -> Any:
    """What the person says of one field."""
    if asked.name in IN_A_LIST and asked.choices:
        return ask_list(drafted, asked, knowledge)
    titles = {one.code: one.title for one in asked.choices}
    default = str(asked.default) if asked.default is not None else None

    def read(typed: str) -> Any:
        value = read_field(drafted.kind, asked.name, typed, drafted.fields, knowledge)
        checked_field(drafted.kind, asked.name, value)
        return value

    text = translate(field_name(asked.name))
    if not needed and default is None:
        text = _("{question} (Enter leaves it out)", question=text)
    shown = titles.get(default or "", default)
    question = Question(
        *(text, asked.choices, default, shown),
        optional=not needed,
        first=asked.fitting,
        of_people=asked.name in OF_PEOPLE,
        told=how_a_day_is_written() if is_day(drafted.kind, asked.name) else None,
    )
    said = ask(question, read)
    _show_back(said)
    return said


def _show_back(said: object) -> None:
    """A day is shown back in full: what was meant by two numbers is seen at once."""
    try:
        tell(f"  {in_full(date.fromisoformat(str(said)))}")
    except ValueError:
        return


def change_answer(drafted: Draft, day: date, knowledge: Knowledge) -> tuple[Draft, date] | None:
    """Another answer in the place of one that the person chooses; None where they leave."""
    asked_for = [*missing(drafted.kind, {}, knowledge.rules), *possible_by(drafted.kind, knowledge.rules).may_have]
    fields = [name for name in asked_for if name in drafted.fields and name not in NEVER_ASKED]
    named = [Named(name, f"{translate(field_name(name))}: {_value_shown(drafted, name, knowledge)}") for name in fields]
    choices = [*named, Named("effective_on", f"{translate(field_name('effective_on'))}: {in_full(day)}")]
    chosen = ask(Question(_("Change which answer? (its number, Enter leaves)"), choices, optional=True), str)
    codes = {one.code for one in choices}
    if chosen is None or chosen not in codes:
        return None
    if chosen == "effective_on":
        return drafted, ask_day(knowledge.today)
    said = _asked(drafted, _field(chosen, drafted, knowledge), knowledge)
    return draft(drafted.kind, {**drafted.fields, chosen: said}, knowledge), day


def answer_anew(drafted: Draft, name: str, knowledge: Knowledge) -> Draft:
    """The same with another answer for one field, which the person at the terminal gives."""
    given = {field: value for field, value in drafted.fields.items() if field != name}
    needed = name in possible_by(drafted.kind, knowledge.rules).needs
    said = _asked(drafted, _field(name, drafted, knowledge), knowledge, needed=needed)
    return draft(drafted.kind, given if said is None else {**given, name: said}, knowledge)


def _value_shown(drafted: Draft, name: str, knowledge: Knowledge) -> str:
    value = in_names(name, drafted.fields[name], drafted.fields, knowledge)
    return "…" if isinstance(value, list) else str(value)


def ask_day(today: date) -> date:
    """The day on which something took effect, asked for."""
    question = Question(_("day"), default=str(today), default_shown=in_full(today), told=how_a_day_is_written())
    day = ask(question, lambda typed: happened_of(typed, today))
    assert day is not None
    if day != today:
        _show_back(day)
    return day


def choose_event(possible_now: Sequence[str]) -> str | None:
    """The event that the person at the terminal wants to record now, by its number or its name; None for nothing."""
    if not may_ask() or not possible_now:
        return None
    choices = kinds(possible_now)
    question = Question(
        _("record which event now? (number or name, Enter for none)"), choices, optional=True, listed=True
    )
    return ask(question, lambda typed: kind_of(typed, possible_now))
