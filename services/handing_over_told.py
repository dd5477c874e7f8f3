"""Who would be handed over to whom, and how far it came, in sentences."""

from collections.abc import Callable, Iterable, Sequence

from models.access.statements import Substitute
from runtime.i18n import _, _n, translate
from services.days import in_full
from services.handing_over import Foreseen, HandOver
from services.queries.lines import JourneyLine

Called = Callable[[str], str]
"""What somebody of the staff is called, by their short name."""


def moved(found: Sequence[Foreseen], said: HandOver, called: Called) -> str:
    """How many go from whom to whom, and on which day."""
    what = {
        "count": _count(found),
        "leaves": called(said.leaves),
        "takes_over": called(said.takes_over),
        "day": in_full(said.day),
    }
    return _("{count} from {leaves} to {takes_over}, {day}:", **what)


def who_is_told(found: Iterable[Foreseen]) -> str:
    """Who would be told of it, and how; empty where nobody would."""
    told = (told for one in found if one.found for told in one.found.told)
    return ", ".join(dict.fromkeys(f"{one.name} ({translate(one.by)})" for one in told))


def told_of(found: Iterable[Foreseen]) -> str:
    """The same in a sentence."""
    who = who_is_told(found)
    return _("told: {who}", who=who) if who else _("Nobody is told.")


def question(found: Sequence[Foreseen], said: HandOver, called: Called) -> str:
    """What somebody says yes to: how many, to whom and on which day."""
    what = {"count": _count(found), "takes_over": called(said.takes_over), "day": in_full(said.day)}
    return _("Hand over {count} to {takes_over} on {day}?", **what)


def refusals(found: Iterable[Foreseen]) -> str:
    """Who cannot be handed over, each with why."""
    return " ".join(f"{one.line.candidate}: {translate(one.refused)}" for one in found if one.refused is not None)


def broken_off(done: Sequence[str], left: Sequence[str]) -> str:
    """How far it came, and what to do about the rest."""
    return _(
        "Broken off. Handed over: {done}. Not yet: {left}. Give the command again for the rest.",
        done=", ".join(done) or _("nobody"),
        left=", ".join(left),
    )


def already_with(colleague: str, lines: Iterable[JourneyLine]) -> str:
    """Those who were named, but need not be handed over."""
    who = ", ".join(line.candidate for line in lines)
    return _("Already with {colleague}: {candidates}.", colleague=colleague, candidates=who)


def stands_in(person: str, leave: Substitute, called: Called) -> str:
    """Who stands in for somebody, from when until when."""
    return _(
        "{colleague} stands in for {person} from {first} until {last}: sees and is told of all of theirs.",
        colleague=called(leave.person),
        person=called(person),
        first=in_full(leave.from_day),
        last=in_full(leave.until_day),
    )


def you_stand_in(person: str, leave: Substitute, called: Called) -> str:
    """The same to whoever stands in."""
    return _(
        "You stand in for {person} from {first} until {last}. Meanwhile their candidates are in your lists, each with"
        " their name.",
        person=called(person),
        first=in_full(leave.from_day),
        last=in_full(leave.until_day),
    )


def what_it_means(person: str, leave: Substitute, called: Called, count: int) -> list[str]:
    """What follows where somebody stands in, in sentences."""
    who = {"person": called(person), "colleague": called(leave.person)}
    return [
        _n(
            "It holds of everybody in the charge of {person}: {count} candidate now, and those who come.",
            "It holds of everybody in the charge of {person}: {count} candidates now, and those who come.",
            count,
            **who,
        ),
        _(
            "{colleague} finds them in My day, may record of them as {person} may, and gets the letters about them.",
            **who,
        ),
        _("They stay in the charge of {person}, and it ends by itself: nobody has to be handed back.", **who),
        _("No letter tells {colleague} of it. Say it yourself.", **who),
    ]


def some_alone(person: str, leave: Substitute, called: Called, chosen: int) -> str:
    """That nobody stands in for some of somebody's candidates alone, and what to do about it."""
    who = {"person": called(person), "colleague": called(leave.person)}
    return _n(
        "You have chosen {count} candidate. Until a day a colleague stands in for all, so agree with {colleague} on"
        " whom to look after. The others stay with {person}, who sees all of them as before.",
        "You have chosen {count} candidates. Until a day a colleague stands in for all, so agree with {colleague} on"
        " whom to look after. The others stay with {person}, who sees all of them as before.",
        chosen,
        **who,
    )


def replaced(person: str, was: Substitute, called: Called) -> str:
    """What was said before of who stands in, and holds no more."""
    return _(
        "{colleague} was to stand in for {person} from {first} until {last}. The new one replaces that.",
        colleague=called(was.person),
        person=called(person),
        first=in_full(was.from_day),
        last=in_full(was.until_day),
    )


def _count(found: Sequence[Foreseen]) -> str:
    return _n("{count} candidate", "{count} candidates", len(found))
