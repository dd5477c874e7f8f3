"""Questions at a terminal: each answer is checked when it is given, and a wrong one loses none of the others."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import typer

from interfaces.cli.output.show import aside, tell
from runtime.errors import UsageError, UserError
from runtime.i18n import _, _n, translate
from services.naming import Named, NotMeant, folded, meant, names_nobody, yes_or_no

T = TypeVar("T")

LIST = "?"
"""What is typed to see the choices."""

SHOWN_AT_ONCE = 15
"""Choices that are listed without being asked for: as many as one takes in at a glance."""


@dataclass(frozen=True)
class Question:
    """What is asked. Enter takes `default`, which is shown as `default_shown`, or leaves an `optional` answer out.

    `beside` stands above the question: the text of what is asked about. The choices may be `listed` already; where only
    the `first` so many fit, the others are counted alone until they are asked for. It is asked `aside`, on stderr,
    where the output may go elsewhere. Where the choices are `of_people`, a letter or a yes chooses nobody.
    """

    text: str
    choices: Sequence[Named] = ()
    default: str | None = None
    default_shown: str | None = None
    optional: bool = False
    beside: str | None = None
    listed: bool = False
    first: int | None = None
    aside: bool = False
    of_people: bool = False
    told: str | None = None


def ask(question: Question, read: Callable[[str], T]) -> T | None:
    """What somebody at the terminal answers, as `read` takes it; None where an optional answer is left out."""
    if question.beside:
        tell(f"  {question.beside}")
    if not question.listed:
        _offer(question.choices, question.first)
    while True:
        typed = str(typer.prompt(_asked(question), default="", show_default=False, err=question.aside)).strip()
        if typed == LIST:
            if question.told and not question.choices:
                (aside if question.aside else tell)(question.told)
            else:
                list_choices(question.choices)
            continue
        if not typed and question.default is None:
            if question.optional:
                return None
            tell(_("An answer is needed. Write ? for what there is to choose among."))
            continue
        try:
            return read(_chosen(typed or str(question.default), question.choices, of_people=question.of_people))
        except UserError as error:
            (aside if question.aside else tell)(translate(error.message))


def _offer(choices: Sequence[Named], first: int | None) -> None:
    """Those that fit, or all where they are few, and how many others there are."""
    offered = choices if first is None else choices[:first]
    others = len(choices) - len(offered)
    if len(offered) + others > 1 and 0 < len(offered) <= SHOWN_AT_ONCE:
        list_choices(offered)
    if others:
        told = _n(
            "{count} does not fit now. Write ? to see all.", "{count} do not fit now. Write ? to see all.", others
        )
        tell(f"  {told}")


def list_choices(choices: Sequence[Named]) -> None:
    """The choices, each with the number that chooses it."""
    for number, one in enumerate(choices, start=1):
        tell(f"  {number:>2}  {one.title}")
    if not choices:
        tell(_("Write it in your own words."))


def how_a_day_is_written() -> str:
    """What is told of a day that is asked for."""
    return _("Write a day, such as 2026-03-01, 1/3 2026, 1 March, yesterday, tomorrow or Friday.")


def confirm(text: str, *, default: bool = False, aside: bool = False) -> bool:
    """Whether somebody says yes, in either language. Enter says what is written in capitals."""
    offer = _("[YES/no]") if default else _("[yes/NO]")
    told = _("Answer yes or no, or y or n. Enter takes the answer in capitals.")
    answer = ask(Question(f"{text} {offer}", default="true" if default else "false", aside=aside, told=told), _yes)
    return answer == "true"


def _yes(typed: str) -> str:
    try:
        return meant(typed, yes_or_no(), shortest=1).code
    except NotMeant as error:
        raise UsageError("question.yes_or_no", "Answer yes or no.") from error


def _asked(question: Question) -> str:
    shown = question.default_shown or question.default
    if shown is not None and not question.text.endswith("]"):
        return f"{question.text} [{shown}]"
    return question.text


def _chosen(typed: str, choices: Sequence[Named], *, of_people: bool) -> str:
    """The code of the choice with that number, or of the only one that begins so; anything else as it was typed."""
    if typed.isdigit() and all(typed not in one.written for one in choices) and 1 <= int(typed) <= len(choices):
        tell(f"  {choices[int(typed) - 1].title}")
        return choices[int(typed) - 1].code
    key = folded(typed)
    if of_people and names_nobody(typed):
        return typed
    begun = [one for one in choices if key and any(name.startswith(key) for name in one.written)]
    if len(begun) == 1 and key not in begun[0].written:
        tell(f"  {begun[0].title}")
        return begun[0].code
    return typed
