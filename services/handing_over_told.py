"""Who would be handed over to whom, and how far it came, in sentences."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from models.access.statements import CandidatesLent, Substitute
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


def told_by_mail(colleague: str, called: Called, *, is_written: bool) -> str:
    """Whether a mail tells somebody that they act for a colleague."""
    who = {"colleague": called(colleague)}
    if is_written:
        return _("A mail tells {colleague} of it, without names of candidates.", **who)
    return _("{colleague} has no e-mail address, so that no mail tells of it. Say it yourself.", **who)


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
    ]


def lent(one: CandidatesLent, called: Called) -> str:
    """Whose candidates are with whom, from when until when, and which."""
    return _n(
        "{count} candidate of {person} is with {colleague} from {first} until {last}: {candidates}.",
        "{count} candidates of {person} are with {colleague} from {first} until {last}: {candidates}.",
        len(one.journeys),
        **_of_lending(one, called),
        candidates=", ".join(journey.candidate for journey in one.journeys),
    )


def lent_to_you(one: CandidatesLent, called: Called) -> str:
    """The same to whoever has them meanwhile."""
    return _n(
        "You have {count} candidate of {person} from {first} until {last}, in your lists with their name.",
        "You have {count} candidates of {person} from {first} until {last}, in your lists with their name.",
        len(one.journeys),
        **_of_lending(one, called),
    )


def lent_by_you(one: CandidatesLent, called: Called) -> str:
    """The same to whose they are."""
    return _n(
        "{colleague} has {count} of your candidates from {first} until {last}. In your lists it says so.",
        "{colleague} has {count} of your candidates from {first} until {last}. In your lists it says so.",
        len(one.journeys),
        **_of_lending(one, called),
    )


def lent_by(one: CandidatesLent, called: Called) -> str:
    """By whom a candidate is lent to the reader, and until when."""
    return _("lent by {person} until {last}", **_of_lending(one, called))


def lent_until(one: CandidatesLent, called: Called) -> str:
    """With whom a candidate is, and until when."""
    return _("with {colleague} until {last}", **_of_lending(one, called))


def what_lending_means(one: CandidatesLent, called: Called) -> list[str]:
    """What follows where candidates are lent, in sentences."""
    who = _of_lending(one, called)
    return [
        _(
            "{colleague} finds them in My day, may record of them as {person} may, and gets the letters about them.",
            **who,
        ),
        _("They stay in the charge of {person}, and it ends by itself: nobody has to be handed back.", **who),
    ]


def lending_changed(one: CandidatesLent, called: Called) -> str:
    """What was said before of candidates who are lent, and holds no more."""
    return _n(
        "{count} candidate was to be with {colleague} from {first} until {last}. The new days replace that.",
        "{count} candidates were to be with {colleague} from {first} until {last}. The new days replace that.",
        len(one.journeys),
        **_of_lending(one, called),
    )


def lending_over(one: CandidatesLent, called: Called, today: date) -> str:
    """That candidates are lent no more, or will not be."""
    if one.from_day > today:
        return _n(
            "{count} candidate of {person} stays with {person}, and does not go to {colleague} on {first}.",
            "{count} candidates of {person} stay with {person}, and do not go to {colleague} on {first}.",
            len(one.journeys),
            **_of_lending(one, called),
        )
    return _n(
        "From today {count} candidate is with {person} again, and not with {colleague}.",
        "From today {count} candidates are with {person} again, and not with {colleague}.",
        len(one.journeys),
        **_of_lending(one, called),
    )


def _of_lending(one: CandidatesLent, called: Called) -> dict[str, str]:
    who = {"person": called(one.person), "colleague": called(one.to)}
    return {**who, "first": in_full(one.from_day), "last": in_full(one.until_day)}


def some_alone(person: str, leave: Substitute, called: Called, chosen: int) -> str:
    """That whoever stands in does so for all, and what to do where that is not meant."""
    who = {"person": called(person), "colleague": called(leave.person)}
    return _n(
        "You have chosen {count} candidate, and {colleague} stands in for {person} with all of them. To lend only the"
        " one you have chosen, change for how long.",
        "You have chosen {count} candidates, and {colleague} stands in for {person} with all of them. To lend only"
        " those you have chosen, change for how long.",
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
