"""`admin.py` rules: journeys move to their programme's rules of today."""

from typing import Annotated

from typer import Argument, Option, Typer

from interfaces.cli.asking_people import open_journey_of
from interfaces.cli.before_sending import Before, left
from interfaces.cli.commands.options import Actor, AsJson, DryRun, InProgramme, Yes
from interfaces.cli.output import changed_rules as screen
from interfaces.cli.output import show
from interfaces.cli.process import run_async
from interfaces.cli.questions import confirm
from runtime.errors import Refused, UsageError
from runtime.i18n import _
from services.application import Application, programme_of
from services.queries.lines import JourneyLine
from services.rules_changing import Move, Order, move, open_in, planned

app = Typer()


@app.command()
def rules(
    candidates: Annotated[list[str] | None, Argument(help="The candidates: numbers, or parts of names.")] = None,
    because: Annotated[str, Option(help="Why the journeys move to other rules.")] = "",
    all_: Annotated[bool, Option("--all", help="Every open journey of the programme.")] = False,
    actor: Actor = None,
    programme: InProgramme = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> int:
    """Move journeys from the rules that they carry to their programme's rules of today, and show what differs.

    For the managers of the programme. All of them move or, where a rule is against one, none.
    """
    application, before = Application(), Before(dry_run, yes, as_json)
    by = application.manager(actor)
    lines = _meant(application, candidates or [], programme, str(by), is_all=all_)
    if not because and not dry_run:
        raise UsageError("rules.because", "State why the journeys move to other rules. It is kept.")
    said = Order(by, application.today(), because or _("Only looked at."))
    moves = run_async(lambda: planned(application, lines, said))
    needed = [one for one in moves if one.is_needed]
    if dry_run and as_json:
        show.as_json([screen.as_data(one) for one in moves])
    elif not as_json:
        screen.shown(moves)
    if refusals := screen.refusals(needed):
        raise Refused("rules.refused", "No journey was moved: {why}", why=refusals)
    if not needed and not dry_run:
        raise Refused("rules.same", "Nothing was recorded: the rules of today are those that are carried already.")
    if dry_run:
        return 0
    if before.asks and not confirm(screen.question(needed), default=False):
        return left()
    return _done(application, needed, said, before)


def _meant(
    application: Application, candidates: list[str], programme: str | None, by: str, *, is_all: bool
) -> list[JourneyLine]:
    if is_all == bool(candidates):
        raise UsageError("rules.whom", "Name candidates, or choose all open journeys of a programme.")
    if not is_all:
        found = (open_journey_of(application, one, by, programme) for one in candidates)
        return list({line.journey_id: line for line in found}.values())
    if programme is None:
        raise UsageError("rules.all_of_which", "All open journeys of which programme? Choose one.")
    return open_in(application, programme_of(application, programme))


def _done(application: Application, moves: list[Move], said: Order, before: Before) -> int:
    """Move them, and say how far it came where something was in the way."""
    done, receipts = list[str](), list[object]()

    async def work() -> None:
        async for one, receipt in move(await application.journeys(), moves, said):
            done.append(one.line.candidate)
            receipts.append(receipt)

    try:
        run_async(work)
    finally:
        if len(done) < len(moves):
            show.aside(screen.broken_off(done, [one.line.candidate for one in moves[len(done) :]]))
    if before.as_json:
        show.as_json(receipts)
    else:
        show.tell(_("Moved to the rules of today: {candidates}.", candidates=", ".join(done)))
    return 0
