"""Asking a person at a terminal what the headings of a list mean; what they say is remembered for the office."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from interfaces.cli.questions import Question, ask
from runtime.errors import UsageError
from runtime.i18n import _, one_of
from services.application import Application, may_ask
from services.naming import Named, NotMeant, meant
from services.sheets.headings import UNREAD, Columns, HeadingsUnsure, Said, Unsure, key_of, said_in
from services.sheets.remembered import RememberedHeadings

T = TypeVar("T")


def read_asking(
    application: Application,
    kind: str,
    columns: Columns,
    explained: Sequence[str],
    read: Callable[[Said], T],
    *,
    asks: bool,
) -> T:
    """What `read` gives of a list of this kind, by what is remembered, `explained` and answered of its headings.

    Raises HeadingsUnsure where nobody is to be asked, or nobody knows.
    """
    remembered = RememberedHeadings(application.settings.data, kind)
    before, new = remembered.said(), said_in(explained, columns)
    while True:
        try:
            found = read({**before, **new})
        except HeadingsUnsure as unsure:
            if not (asks and may_ask()):
                raise
            answers = _answers(unsure)
            if not answers:
                raise
            new |= answers
        else:
            remembered.remember(new)
            return found


def _answers(unsure: HeadingsUnsure) -> dict[str, str]:
    answers: dict[str, str] = {}
    for question in unsure.questions:
        answers |= _answer(question, answers)
    return answers


def _answer(question: Unsure, before: Said) -> dict[str, str]:
    """What is said of the headings that may be a column: the chosen one is, and the others of a choice are none."""
    keys = [one for one in question.candidates if key_of(one.title) not in before]
    choices = [Named(key_of(one.title), one.title, (one.title,)) for one in keys]
    beside = "\n  ".join(_("“{title}”: {cells}", title=one.title, cells=", ".join(one.examples)) for one in keys)
    text = _("which column is {column}? (its number or heading, Enter for none)", column=one_of(question.called))
    chosen = ask(Question(text, choices, optional=True, beside=beside), lambda typed: _chosen(typed, choices))
    others = {one.code: UNREAD for one in choices} if question.only_one else {}
    return {**others, chosen: question.column} if chosen else others


def _chosen(typed: str, choices: Sequence[Named]) -> str:
    try:
        return meant(typed, choices).code
    except NotMeant as error:
        raise UsageError("question.heading", "This is none of the headings. Write its number.") from error
