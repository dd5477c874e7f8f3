"""`admin.py` hand-over: candidates go to a colleague, for good or until a day."""

from dataclasses import replace
from datetime import date
from functools import partial
from typing import Annotated

from typer import Argument, Option, Typer

from interfaces.cli.asking_handing_over import ask_because, ask_colleague, ask_until, ask_which
from interfaces.cli.before_sending import Before, left
from interfaces.cli.commands.options import Actor, AsJson, DryRun, InProgramme, Yes
from interfaces.cli.output import handing_over as screen
from interfaces.cli.output import show
from interfaces.cli.process import run_async
from interfaces.cli.questions import confirm
from models.access.permissions import Reading
from models.access.statements import CandidatesLent, Substitute
from models.calendar.written_days import Towards
from models.identifiers import Actor as Who
from models.identifiers import JourneyId
from models.rules.general import DAY_BORDER
from runtime.errors import Refused, UsageError
from runtime.i18n import _
from services import days
from services import handing_over_told as sentences
from services.application import Application
from services.charge import in_charge_of
from services.handing_over import (
    Foreseen,
    HandOver,
    called,
    chosen,
    colleague,
    foresee,
    hand_over,
    is_written,
    refuse_stand_in,
    stand_in,
    standing_in,
)
from services.handing_over import back as end_stand_in
from services.identities.naming import names_in
from services.lending import lending, say, taking_back
from services.lent import lendings_of
from services.queries.lines import JourneyLine
from services.queries.titles import Titles
from services.reading import read

app = Typer()


@app.command(name="hand-over")
def hand_over_(
    candidates: Annotated[list[str] | None, Argument(help="Candidate numbers. At a terminal you choose.")] = None,
    all_: Annotated[bool, Option("--all", help="Everybody who still needs something.")] = False,
    from_: Annotated[str | None, Option("--from", help="Who hands over. Default: you.")] = None,
    to: Annotated[str | None, Option("--to", help="The colleague who takes over.")] = None,
    until: Annotated[
        str | None,
        Option("--until", help="Last day: until then the colleague has these, or without any stands in for all."),
    ] = None,
    back: Annotated[
        bool, Option("--back", help="From today these are yours alone again, or without any all: nobody stands in.")
    ] = False,
    because: Annotated[str | None, Option("--because", help="Why. It is kept.")] = None,
    on: Annotated[
        str | None,
        Option("--on", help="From which day, such as 2 March. A coming day takes --until as well. Default: today."),
    ] = None,
    programme: InProgramme = None,
    actor: Actor = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> int:
    """Hand candidates over to a colleague: all of these or, where a rule is against one, none.

    For good it is from today or from a day that has been. With --until nobody changes coordinator: from a coming day
    too, the colleague has the candidates you name, or without any stands in for all of yours, sees and is told of them,
    and it is over by itself after that day. --back ends it earlier. Given again, the new days replace the others.
    """
    application = Application()
    before, author = Before(dry_run, yes, as_json), application.actor(actor)
    leaves = colleague(application, from_) if from_ else author.name
    if back:
        _refuse_more_than_back(all_, to, until, on)
        return _back(application, leaves, author, before, candidates, programme)
    day, asks_until = _first_day(application, on), until is None and before.asks and not (candidates or all_)
    if until is None and not asks_until:
        _refuse_coming(application, day)
    takes_over = colleague(application, to) if to else ask_colleague(application, leaves)
    if asks_until:
        until = ask_until(application, day)
    said = HandOver(leaves, takes_over, day, because or ("" if until else ask_because()), author)
    last = days.day_of(until, application.today(), Towards.PLANNED) if until is not None else None
    every: list[JourneyLine] = []
    if last is not None and not candidates and not asks_until:
        return _stand_in(application, said, last, before)
    if candidates:
        lines, already = chosen((application.find_open(one, programme) for one in candidates), leaves, takes_over)
        if already:
            show.aside(sentences.already_with(called(application, takes_over), already))
    else:
        every = in_charge_of(application, leaves)
        lines = every if all_ else ask_which(every, names_in(application, actor, every))
    if not lines:
        show.tell(_("Nobody is left to hand over."))
        return 0
    is_all = not candidates and lines == every
    if last is not None:
        return _for_a_while(application, said, lines, last, before, is_all=is_all)
    return _hand_over(application, said, lines, before, is_all=is_all)


def _refuse_more_than_back(*others: str | bool | None) -> None:
    """Raises UsageError."""
    if any(others):
        raise UsageError("hand_over.back_alone", "Back early takes nothing but who it is about. Omit the rest.")


def _first_day(application: Application, on: str | None) -> date:
    """A hand-over is agreed beforehand, so a day of the week is the coming one: on a Monday, Friday has not been."""
    return days.day_of(on, application.today(), Towards.PLANNED) if on else application.today()


def _refuse_coming(application: Application, day: date) -> None:
    """Nobody is handed over for good from a coming day: that is recorded when it has come. Raises Refused."""
    if day > application.today() + DAY_BORDER:
        raise Refused(
            "hand_over.not_come",
            "{day} is in the future. Hand over for good on that day, or today without --on. With --until and the last"
            " day a colleague has those you name from then, or stands in for all where you name nobody.",
            day=days.in_both(day),
        )


def _hand_over(
    application: Application, said: HandOver, lines: list[JourneyLine], before: Before, *, is_all: bool
) -> int:
    """Hand them over once somebody has said yes; where it is all of somebody's, Enter alone says no."""
    for line in lines:
        read(application, line, said.by, Reading.JOURNEY, _("Before something was recorded."))
    foreseen = foresee(application, lines, said)
    if before.dry_run and before.as_json:
        show.as_json([one.found or {"candidate": one.line.candidate} for one in foreseen])
    elif before.dry_run or before.asks:
        titles = Titles(application.book)
        shown = [replace(one, line=titles.shown([one.line])[0]) for one in foreseen]
        names = names_in(application, str(said.by), lines)
        screen.foreseen(shown, said, names, partial(called, application))
    if any(one.refused for one in foreseen):
        raise Refused("hand_over.refused", "Nobody was handed over: {why}", why=sentences.refusals(foreseen))
    if before.dry_run:
        return 0
    if before.asks and not confirm(
        sentences.question(foreseen, said, partial(called, application)), default=not is_all
    ):
        return left()
    return _done(application, said, foreseen, before)


def _done(application: Application, said: HandOver, foreseen: list[Foreseen], before: Before) -> int:
    """Hand them over, and say how far it came where something was in the way."""
    lines, done, receipts = [one.line for one in foreseen], list[str](), list[object]()

    async def work() -> None:
        async for line, receipt in hand_over(await application.journeys(), lines, said):
            if not receipt.accepted:
                raise Refused("hand_over.stopped", "{candidate}: {why}", candidate=line.candidate, why=receipt.message)
            done.append(line.candidate)
            receipts.append(receipt)

    try:
        run_async(work)
    finally:
        if len(done) < len(lines):
            show.aside(sentences.broken_off(done, [line.candidate for line in lines if line.candidate not in done]))
    if before.as_json:
        show.as_json(receipts)
        return 0
    show.tell(
        _(
            "Handed over to {colleague}: {candidates}.",
            colleague=called(application, said.takes_over),
            candidates=", ".join(done),
        )
    )
    return 0


def _stand_in(application: Application, said: HandOver, until: date, before: Before) -> int:
    substitute = Substitute(person=said.takes_over, from_day=said.day, until_day=until)
    refuse_stand_in(application, said.leaves, substitute, said.by)
    told, was = (
        sentences.stands_in(said.leaves, substitute, partial(called, application)),
        standing_in(application, said.leaves),
    )
    if was is not None:
        show.aside(sentences.replaced(said.leaves, was, partial(called, application)))
    if before.asks and not before.dry_run:
        show.tell(told)
        if not confirm(_("Is this right?"), default=True):
            return left()
    if not before.dry_run:
        stand_in(application, said, until)
    if before.as_json:
        show.as_json({"person": said.leaves, "substitute": substitute})
    else:
        show.tell(told if before.dry_run or not before.asks else _("It is recorded. {told}", told=told))
        _tell_by_mail(application, said)
    return 0


def _tell_by_mail(application: Application, said: HandOver) -> None:
    is_told = is_written(application, said.takes_over)
    show.tell(sentences.told_by_mail(said.takes_over, partial(called, application), is_written=is_told))


def _for_a_while(
    application: Application, said: HandOver, lines: list[JourneyLine], until: date, before: Before, *, is_all: bool
) -> int:
    """Let a colleague have these until a day, or where it is all stand in."""
    if is_all:
        return _stand_in(application, said, until, before)
    return _lend(application, said, lines, until, before)


def _lend(application: Application, said: HandOver, lines: list[JourneyLine], until: date, before: Before) -> int:
    """Let a colleague have these until a day, once somebody has said yes."""
    for line in lines:
        read(application, line, said.by, Reading.JOURNEY, _("Before something was recorded."))
    found, call = lending(application, lines, said, until), partial(called, application)
    told = [
        sentences.lent(one, call) for one in found.statements if one.to == said.takes_over and one.until_day == until
    ]
    if not found.statements:
        if before.as_json:
            show.as_json([])
        else:
            show.tell(_("It is recorded already."))
        return 0
    for one in found.changed:
        show.aside(sentences.lending_changed(one, call))
    if before.asks and not before.dry_run:
        show.blocks(told)
        if not confirm(_("Is this right?"), default=True):
            return left()
    if not before.dry_run:
        say(application, found, said.by)
    if before.as_json:
        show.as_json(found.statements)
    else:
        for text in told:
            show.tell(text if before.dry_run or not before.asks else _("It is recorded. {told}", told=text))
        _tell_by_mail(application, said)
    return 0


def _take_back(
    application: Application, person: str, journeys: list[JourneyId] | None, author: Who, before: Before
) -> list[CandidatesLent]:
    """Let nobody have these, or any of somebody's, any more; returns what is over. Raises UsageError and Refused."""
    found = taking_back(application, person, journeys, author)
    if not before.dry_run:
        say(application, found, author)
    for one in found.changed if not before.as_json else ():
        show.tell(sentences.lending_over(one, partial(called, application), application.today()))
    return list(found.changed)


def _back(
    application: Application,
    person: str,
    author: Who,
    before: Before,
    candidates: list[str] | None,
    programme: str | None,
) -> int:
    """Let a colleague have these candidates no more; without any, let nobody have any, or stand in, any more."""
    if candidates:
        journeys = [application.find_open(one, programme).journey_id for one in candidates]
        over = _take_back(application, person, journeys, author, before)
        if before.as_json:
            show.as_json({"person": person, "lent": over})
        return 0
    was = standing_in(application, person)
    if was is not None and before.asks and not before.dry_run:
        show.tell(sentences.stands_in(person, was, partial(called, application)))
        if not confirm(_("Is that over from today?"), default=True):
            return left()
    over = _take_back(application, person, None, author, before) if lendings_of(application, person) else []
    if over and was is None:
        if before.as_json:
            show.as_json({"person": person, "lent": over})
        return 0
    if was is None or not before.dry_run:
        was = end_stand_in(application, person, author)
    if before.as_json:
        show.as_json({"person": person, "was": was, **({"lent": over} if over else {})})
    else:
        show.tell(
            _(
                "From today {colleague} does not stand in for {person}.",
                colleague=called(application, was.person),
                person=called(application, person),
            )
        )
    return 0
