"""What the scripts say, in the language of whoever runs them: `HELAVAGEN_LANG`, or English."""

import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from babel.dates import format_date, format_time

from activities.language import UNKNOWN, Language, counted, said, translator
from models.calendar.swedish_day import SWEDEN, day_in_sweden, in_swedish_time
from models.events.descriptions import actor_in_words, name_of
from models.fields import BothLanguages, Source, visible
from models.identifiers import Actor
from models.ledger.entry import UNREADABLE
from models.ledger.receipt import Receipt
from models.message import Message, Value, Worded
from models.rules.registry import RULES, SOURCES_IN_WORDS, rule_in_words
from runtime.errors import UsageError

LANG = "HELAVAGEN_LANG"

DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|30|31)")
"""A day as messages keep it."""

LOCALES: dict[Language, str] = {"sv": "sv_SE", "en": "en_GB"}
"""How each language writes numbers and days."""

_days_in_words: ContextVar[bool] = ContextVar("_days_in_words", default=False)

Names = Callable[[str, str], str | None]
"""What a code in a place of a message is called: a place such as `position`, or `actor.partner.name` of one message."""

_names: ContextVar[Names | None] = ContextVar("_names", default=None)

_chosen: ContextVar[Language | None] = ContextVar("_chosen", default=None)


def language() -> Language:
    """The language of whoever runs the script, or the one chosen by `speaking`. Raises UsageError."""
    if (chosen := _chosen.get()) is not None:
        return chosen
    return read_language(os.environ.get(LANG, "en").strip().lower() or "en", LANG)


def read_language(written: str, where: str) -> Language:
    """The language that somebody wrote, in a setting or an option named `where`. Raises UsageError."""
    if written in LOCALES:
        return written
    raise UsageError("language.unknown", "{where} must be one of {known}.", where=where, known=", ".join(LOCALES))


@contextmanager
def using_language(chosen: Language) -> Iterator[None]:
    """Whatever is said within is said in this language: a report or a certificate is for others than who makes it."""
    before = _chosen.set(chosen)
    try:
        yield
    finally:
        _chosen.reset(before)


@contextmanager
def using_days_in_words(wanted: bool = True) -> Iterator[None]:
    """Days in whatever is said within are written as people write them; a script writes them to be typed again, and so
    does, with `wanted` False, what must be the same wherever it is made."""
    before = _days_in_words.set(wanted)
    try:
        yield
    finally:
        _days_in_words.reset(before)


@contextmanager
def using_names(names: Names | None) -> Iterator[None]:
    """Codes of people, partners, places and the like in whatever is said within are told by these names."""
    before = _names.set(names)
    try:
        yield
    finally:
        _names.reset(before)


def called(place: str, code: str) -> str:
    """What stands for a code, or several with commas between, in a place: its name where names are told."""
    names = _names.get()
    if names is None:
        return code
    return ", ".join(names(place, one) or one for one in code.split(", "))


def _(text: str, /, **values: object) -> str:
    """A text in that language. The text is a literal, so that the catalogue's extractor finds it."""
    translated = translator(language())(text)
    if _days_in_words.get():
        values = {name: day_told(one) if type(one) is date else one for name, one in values.items()}
    return visible(translated.format(**values)) if values else translated


def _in_words(day: date) -> str:
    return format_date(day, "d MMMM y", locale=LOCALES[language()])


def day_told(day: date | str | None) -> str:
    """A day, as people write it where days are told so, else in ISO 8601; a dash where there is none."""
    if day is None:
        return UNKNOWN
    return _day_of(str(day)) if _days_in_words.get() else str(day)


def moment_told(at: datetime, *, seconds: bool = False) -> str:
    """A moment by the clock in Sweden: in words where days are, such as 9 april 2025 kl. 14.03."""
    if not _days_in_words.get():
        return in_swedish_time(at, seconds=seconds)
    time = format_time(at.astimezone(SWEDEN), "HH:mm:ss" if seconds else "HH:mm", locale=LOCALES[language()])
    if language() == "sv":
        time = time.replace(":", ".")
    return _("{day} at {time}", day=day_in_sweden(at), time=time)


def _n(one: str, many: str, count: int, /, **values: object) -> str:
    """A text about `count` things, in the form for one or for several. Both are literals, as above."""
    return counted(language(), one, many, count, **values)


def in_any_case(what: str | Message, /, **values: object) -> str:
    """A text or a message, in English where the language is not known: that this is so must be said too."""
    try:
        language()
    except UsageError:
        with using_language("en"):
            return in_any_case(what, **values)
    return translate(what) if isinstance(what, Message) else _(what, **values)


def translate(message: Message) -> str:
    """A message in that language."""
    named = _with_names(message) if _names.get() else message
    return visible(said(_with_days_in_words(named) if _days_in_words.get() else named, language()))


def _with_names(message: Message) -> Message:
    def in_place(name: str, value: str | BothLanguages | Message) -> str | BothLanguages | Message:
        if isinstance(value, Message):
            return _with_names(value)
        if isinstance(value, BothLanguages):
            return value
        of_this_message = called(f"{message.id}.{name}", value)
        return of_this_message if of_this_message != value else called(name, value)

    named = {
        name: tuple(in_place(name, one) for one in value) if isinstance(value, tuple) else in_place(name, value)
        for name, value in message.values.items()
    }
    return message.model_copy(update={"values": named})  # names are texts: nothing is to be checked again


def _with_days_in_words(message: Message) -> Message:
    return message.filled(**{name: _day_in_words(value) for name, value in message.values.items()})


def _day_in_words(value: Value) -> Value:
    if isinstance(value, tuple):
        return tuple(_in_a_list(one) for one in value)
    return _in_a_list(value)


def _in_a_list(value: str | BothLanguages | Message) -> str | BothLanguages | Message:
    if isinstance(value, Message):
        return _with_days_in_words(value)
    return value if isinstance(value, BothLanguages) else _day_of(value)


def _day_of(written: str) -> str:
    """A day in words; what is none as it stands."""
    if not DAY.fullmatch(written):
        return written
    try:
        return _in_words(date.fromisoformat(written))
    except ValueError:  # such as 30 February, as somebody wrote it
        return written


def shown(value: Message | str) -> str:
    """A message in that language; a plain value as it stands."""
    return visible(value) if isinstance(value, str) else translate(value)


def one_of(both: BothLanguages | str) -> str:
    """What is kept in both languages, in that one; a name that is the same in both as it stands."""
    if isinstance(both, str):
        return both
    return both.sv if language() == "sv" else both.en


def as_typed(code: Worded) -> str:
    """A stage, a reason or the like in a table: in English the code, which is what is typed, else what it is called."""
    return str(code) if language() == "en" else translate(code.in_words)


def as_kind(kind: str) -> str:
    """A kind of event in what is read: in English the code, which is what is typed, else what it is called."""
    if language() == "en":
        return kind
    return kind_told(kind)


def as_rule(rule: str | None) -> str:
    """A rule in what is read: in English its id, by which audits and documents name it, else what it says."""
    if language() == "en" or not rule:
        return rule or "–"
    return translate(rule_in_words(rule)).rstrip(".")


def rule_told(rule: str | None, *sources: str) -> str:
    """A rule for whoever looks it up: what it says, and in brackets the id by which audits and documents know it, and
    where it is written; one that nobody has put into words by its id alone."""
    if not rule:
        return "–"
    said, beside = (translate(rule_in_words(rule)).rstrip("."), [rule]) if rule in RULES else (rule, [])
    return f"{said} ({', '.join((*beside, *sources))})" if beside or sources else said


def kind_told(kind: str) -> str:
    """A kind of event by what it is called, in every language."""
    return _("not an event") if kind == UNREADABLE else translate(name_of(kind))


def as_source(source: Source | None) -> str:
    """Where a rule comes from, as the programme's file has it in that language; the product's own by their names."""
    if isinstance(source, BothLanguages):
        return one_of(source)
    return _(SOURCES_IN_WORDS.get(source, source)) if source else "–"


def as_actor(written: str | None) -> str:
    """Who says so: in English as it is typed, unless names are told, else the role by its name."""
    actor = Actor.read(written or "")
    if actor is None or (language() == "en" and _names.get() is None):
        return written or _("unknown")
    return translate(actor_in_words(actor))


def listed(names: Iterable[str]) -> str:
    """Names with commas between them; or that there are none."""
    return ", ".join(names) or _("nothing")


def why_not(receipt: Receipt) -> str:
    """Why an event was refused."""
    return translate(receipt.reason) if receipt.reason else receipt.message


def answer(receipt: Receipt) -> str:
    """The answer to an event, in a word or a sentence."""
    return _("accepted") if receipt.accepted else _("refused: {why}", why=why_not(receipt))
