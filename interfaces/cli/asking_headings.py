"""Asking a person at a terminal what the headings of a list mean, and what is the same in all of its rows.

What a heading means is remembered for the office; what all rows say holds for the one list.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from interfaces.cli.output.show import aside
from interfaces.cli.questions import Question, ask
from runtime.errors import UsageError
from runtime.i18n import _, one_of, translate
from services.application import Application, may_ask
from services.naming import Named, NotMeant, meant
from services.sheets.headings import Columns, Filled, HeadingsUnsure, Said, Unsure, filled_in, key_of, said_in
from services.sheets.remembered import RememberedHeadings

T = TypeVar("T")


@dataclass(frozen=True)
class Explained:
    """What somebody has said of a list beforehand: what headings mean, and what all rows say."""

    headings: Sequence[str] = ()
    all_rows: Sequence[str] = ()


@dataclass(frozen=True)
class KindOfList:
    """A kind of list, by the name under which its headings are remembered: its columns, what may stand in each, and
    what raises UserError for what may not."""

    name: str
    columns: Columns
    choices: Callable[[str], Sequence[Named]]
    check: Callable[[str, str], object]


def read_asking(
    application: Application,
    kind: KindOfList,
    explained: Explained,
    read: Callable[[Said, Filled], T],
    *,
    asks: bool,
) -> T:
    """What `read` gives of a list of this kind, by what is remembered, explained and answered.

    Raises HeadingsUnsure where nobody is to be asked, or nobody knows.
    """
    remembered = RememberedHeadings(application.settings.data, kind.name)
    before, new = remembered.said(), said_in(explained.headings, kind.columns)
    filled = filled_in(explained.all_rows, kind.columns)
    while True:
        try:
            found = read({**before, **new}, filled)
        except HeadingsUnsure as unsure:
            if not (asks and may_ask()):
                raise
            answers, more = _answers(unsure, kind)
            if not answers and not more:
                raise
            new, filled = {**new, **answers}, {**filled, **more}
            continue
        try:
            remembered.remember(new)
        except UsageError as error:  # the list can be used all the same
            aside(translate(error.message))
        return found


def _answers(unsure: HeadingsUnsure, kind: KindOfList) -> tuple[dict[str, str], dict[str, str]]:
    """What is said of the headings, and what all rows say of columns that have none."""
    answers, filled = dict[str, str](), dict[str, str]()
    for question in unsure.questions:
        said = _heading(question, answers)
        answers |= said
        if question.column not in said.values() and not question.only_one and question.column in kind.columns.fillable:
            filled |= _value(question, kind)
    return answers, filled


def _heading(question: Unsure, before: Said) -> dict[str, str]:
    """What is said of the headings that may be a column: the chosen one is, and the others of a choice are none."""
    candidates = [one for one in question.candidates if key_of(one.title) not in before]
    if not candidates:
        return {}
    candidates.sort(key=lambda one: key_of(one.title) != question.near)
    choices = [Named(key_of(one.title), one.title, (one.title,)) for one in candidates]
    beside = "\n  ".join(_("“{title}”: {cells}", title=one.title, cells=", ".join(one.examples)) for one in candidates)
    text = _("which column is {column}? (its number or heading, Enter for none)", column=one_of(question.called))
    chosen = ask(Question(text, choices, optional=True, beside=beside), lambda typed: _chosen(typed, choices))
    return replace(question, candidates=tuple(candidates)).said(chosen)


def _value(question: Unsure, kind: KindOfList) -> dict[str, str]:
    def read(typed: str) -> str:
        kind.check(question.column, typed)
        return typed

    text = _("what is {column} in all rows? (Enter where it differs)", column=one_of(question.called))
    value = ask(Question(text, kind.choices(question.column), optional=True), read)
    return {question.column: value} if value else {}


def _chosen(typed: str, choices: Sequence[Named]) -> str:
    try:
        return meant(typed, choices).code
    except NotMeant as error:
        raise UsageError("question.heading", "This is none of the headings. Write its number.") from error
