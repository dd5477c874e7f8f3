"""Whom and what somebody means who writes its name, in Swedish or in English: one way for every door.

What is written is the code or a name, whatever its case and spaces; the words of a name in another order, or some of
them; or the beginning of one name alone. Anything else is unknown, and those that it may be are named.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from babel.dates import format_date

from activities.language import said
from models.access.charge import ever_in_charge
from models.access.register import Register
from models.events.events import EVENT_CLASSES
from models.fields import BothLanguages
from models.message import Message, Worded, msg
from models.programme.cohorts import Cohort
from models.programme.duties import Term
from models.programme.position import Position
from models.programme.programme import Programme
from runtime.i18n import LOCALES, _, language, one_of, translate
from runtime.rulebook.loader import RuleBook

SHORTEST_BEGINNING = 3
"""Letters: fewer are a slip as easily as a beginning."""

MOST_NAMED = 30
"""As many as one looks through; of a longer list only those that are near are named."""

APART = str.maketrans(dict.fromkeys("_-.,:;()/‐‑–—", " "))


@dataclass(frozen=True)
class Named:
    """Something that has a name: its code, what it is called in the reader's language, and all that it is called."""

    code: str
    title: str
    names: tuple[str, ...] = ()

    @property
    def written(self) -> tuple[str, ...]:
        """All that somebody may write for it, folded."""
        return tuple(dict.fromkeys(filter(None, map(folded, (self.code, self.title, *self.names)))))


class NotMeant(ValueError):
    """What was written means none of them, or `several`; `near` are those that it may mean."""

    def __init__(self, near: Sequence[Named], *, several: bool = False) -> None:
        super().__init__("this is none of them")
        self.near = tuple(near)
        self.several = several


def folded(text: str) -> str:
    """A name without regard to case, signs between words and spaces."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().translate(APART).split())


def meant(written: str, known: Iterable[Named], shortest: int = SHORTEST_BEGINNING) -> Named:
    """The one that is meant. Raises NotMeant."""
    known, key = list(known), folded(written)
    exact = [one for one in known if one.code == written.strip()]
    for found in (
        exact,
        [one for one in known if key in one.written],
        [one for one in known if any(sorted(key.split()) == sorted(name.split()) for name in one.written)],
        [one for one in known if len(key) > 1 and any(set(key.split()) <= set(name.split()) for name in one.written)],
        [one for one in known if len(key) >= shortest and any(name.startswith(key) for name in one.written)],
    ):
        if len(found) == 1:
            return found[0]
        if found and key:
            raise NotMeant(found, several=True)
    names = {name: one for one in known for name in one.written}
    close = (names[name] for name in get_close_matches(key, names, n=5, cutoff=0.75))
    raise NotMeant(list(dict.fromkeys(close)))


def why_unknown(error: NotMeant, known: Sequence[Named]) -> Message:
    """That something is unknown, and what it may have been; nothing of what was written."""
    if error.several:
        return msg(
            "naming.several", "It may be one of several: {near}. Write more of the name.", near=_listed(error.near)
        )
    if error.near:
        return msg("naming.near", "It is not known. Did you mean {near}?", near=_listed(error.near))
    if not known:
        return msg("naming.none", "It is not known here.")
    return msg("naming.unknown", "It is not known. Available: {known}.", known=_listed(known[:MOST_NAMED]))


def _listed(known: Iterable[Named]) -> list[str]:
    """Names, each with its code where two have the same."""
    known = list(known)
    titles = [one.title for one in known]
    return [f"{one.title} ({one.code})" if titles.count(one.title) > 1 else one.title for one in known]


def in_both(code: str, called: Message) -> Named:
    """Something that is called by a message."""
    return Named(code, translate(called), (said(called, "sv"), said(called, "en")))


def without_article(code: str, called: Message) -> Named:
    """Something that is called by a message with an article before the noun, which may be left out."""
    one = in_both(code, called)
    return Named(code, one.title, (*one.names, *(name.partition(" ")[2] for name in one.names)))


def worded(codes: Iterable[Worded]) -> list[Named]:
    """Codes with names of their own, such as stages."""
    return [in_both(code.value, code.in_words) for code in codes]


def titled(code: str, title: BothLanguages) -> Named:
    """Something that a programme calls by a title."""
    return Named(code, one_of(title), (title.sv, title.en))


def kinds(codes: Iterable[str] = EVENT_CLASSES) -> list[Named]:
    """Kinds of event."""
    return [in_both(code, EVENT_CLASSES[code].named) for code in codes]


def yes_or_no() -> list[Named]:
    """Yes and no, also by their letters."""
    return [
        Named("true", translate(msg("yes", "yes")), ("ja", "j", "yes", "y", "sant", "true")),
        Named("false", translate(msg("no", "no")), ("nej", "n", "no", "falskt", "false")),
    ]


def names_nobody(written: str) -> bool:
    """Whether it is a letter, or an answer of yes or no: meant for another question than who it is."""
    if len(folded(written)) <= 1:
        return True
    return any(folded(written) in one.written for one in yes_or_no())


def programmes(book: RuleBook) -> list[Named]:
    """The programmes of today, also those that cannot be used until a fault in their files is corrected."""
    return [titled(programme, name) for programme, name in book.titles.items()]


def partners(book: RuleBook) -> list[Named]:
    """Everybody whom notices reach outside."""
    return [Named(one.id, one.name) for one in book.partners]


def unions(book: RuleBook) -> list[Named]:
    """The unions among them."""
    return [Named(one.id, one.name) for one in book.partners if one.kind == "union"]


def towns(book: RuleBook) -> list[Named]:
    """The towns, by their municipality codes; one of a position alone has no other name."""
    called = {code: town.name for code, town in book.towns.items()}
    return [_town(code, called.get(code)) for code in sorted(book.town_codes)]


def _town(code: str, name: str | None) -> Named:
    return Named(code, name, (name, f"{name} kommun", f"{code} {name}")) if name else Named(code, code)


def positions(known: Iterable[Position]) -> list[Named]:
    """Positions, by their titles; each is shown with its unit, as several have the same title."""
    return [Named(one.id, f"{one_of(one.title)} ({one_of(one.unit)})", (one.title.sv, one.title.en)) for one in known]


def people(register: Register, names: Iterable[str] | None = None) -> list[Named]:
    """Those who work here or have, or these of them, by their names."""
    wanted = register.people if names is None else sorted(set(names) & register.people.keys())
    return [Named(name, register.people[name][-1].name) for name in wanted]


def in_charge(register: Register) -> list[Named]:
    """Those who take charge of candidates, or once did."""
    return people(register, ever_in_charge(register))


def profiles(rules: Programme) -> list[Named]:
    """The requirement profiles of a programme."""
    return [titled(one.id, one.title) for one in rules.profiles]


def units(book: RuleBook, programme: str | None = None) -> list[Named]:
    """The units of the positions of a programme, or of all; each is known by its Swedish name."""
    known = book.positions_of(programme) if programme else book.positions
    found = {one.unit.sv: one.unit for one in known}
    return [titled(name, unit) for name, unit in sorted(found.items())]


def groups(rules: Programme) -> list[Named]:
    """The groups that a programme tells apart."""
    return [titled(one.group, one.name) for one in rules.internship.lengths]


def cohorts(of: Iterable[Cohort]) -> list[Named]:
    """Cohorts by their names."""
    return [titled(one.id, one.name) for one in of]


def requirements(rules: Programme, profile: str) -> list[Named]:
    """What a profile asks for, by the texts."""
    found = rules.profile(profile)
    return [titled(one.id, one.text) for one in found.requirements] if found else []


def criteria(rules: Programme) -> list[Named]:
    """What an evaluation looks at, by the texts: the programme's criteria, and what may be learnt on the way."""
    learnt = [titled(one.id, one.text) for profile in rules.profiles for one in profile.requirements if one.trainable]
    scored = [titled(one.id, one.text) for one in rules.criteria]
    return list({one.code: one for one in (*scored, *learnt)}.values())


def forms(rules: Programme) -> list[Named]:
    """The forms of employment of a programme, each once whatever its versions."""
    return list({one.id: titled(one.id, one.name) for one in rules.forms}.values())


def period(code: str, terms: Iterable[Term] = ()) -> str | None:
    """What the period of a duty is called: a month, a term, or weeks by their first day; None for anything else."""
    match code.split("-"):
        case [_year, _month] if (first := _day(f"{code}-01")) is not None:
            return format_date(first, "MMMM y", locale=LOCALES[language()])
        case [term, year] if (known := next((one for one in terms if one.id == term), None)) is not None:
            return f"{one_of(known.name)} {year}"
        case [_year, _month, _first] if (first := _day(code)) is not None:
            return _("the weeks from {day}", day=format_date(first, "d MMMM y", locale=LOCALES[language()]))
    return None


def _day(code: str) -> date | None:
    try:
        return date.fromisoformat(code)
    except ValueError:
        return None


def duties(rules: Programme) -> list[Named]:
    """What recurs while somebody works in a programme."""
    return [titled(one.id, one.name) for one in rules.duties]
