"""`admin.py` lottery: an order is drawn of those who wait for a place."""

from typing import Annotated

from typer import Argument, Option, Typer

from interfaces.cli.before_sending import Before, left
from interfaces.cli.commands.options import Actor, AsJson, DryRun, Yes
from interfaces.cli.narrowing import refuse_unknown
from interfaces.cli.output import show
from interfaces.cli.process import run_async
from interfaces.cli.questions import confirm
from models.calendar.swedish_day import day_in_sweden
from runtime.errors import Refused
from runtime.i18n import _, _n
from services.application import Application
from services.days import in_full
from services.lottery import Drawing, drawn, event_for, record
from services.reading import may_list
from services.told import TableTold

app = Typer()


@app.command()
def lottery(
    programme: Annotated[str, Argument(help="The programme, by its name or id.")],
    seed: Annotated[
        str, Option(help="What the drawing follows from. Tell it to everybody before they know who waits.")
    ],
    places: Annotated[
        int | None, Option(min=0, help="For how many there are places. The others are the reserves.")
    ] = None,
    actor: Actor = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> int:
    """Draw lots of all who wait for a place in a programme and were offered none, and record each number.

    The order is that of the SHA-256, in hexadecimal, of the seed, a line feed and the journey id: anybody can draw the
    same. Given again with the same seed, it goes on where it was broken off, and what was drawn stands.
    """
    application = Application()
    before, author = Before(dry_run, yes, as_json), application.actor(actor)
    name, *_others = refuse_unknown(application, programme)
    may_list(application, actor, str(name))
    found = drawn(application, str(name), seed.strip(), places)
    if before.dry_run and before.as_json:
        numbers = range(1, len(found.lines) + 1)
        show.as_json([event_for(found, number, author, application.today()) for number in numbers])
    elif before.dry_run or before.asks:
        show.blocks([_table(found)])
    _tell_what_stands(found)
    if before.dry_run:
        return 0
    count = len(found.lines) - len(found.stands_since)
    if before.asks and not _agreed(count):
        return left()
    receipts: list[object] = []

    async def work() -> None:
        async for line, receipt in record(await application.journeys(), found, author, application.today()):
            if not receipt.accepted:
                raise Refused("lottery.stopped", "{candidate}: {why}", candidate=line.candidate, why=receipt.message)
            receipts.append(receipt)

    run_async(work)
    if before.as_json:
        show.as_json(receipts)
        return 0
    if count:
        show.tell(
            _n(
                "Number drawn and recorded: {count}. Seed: {seed}.",
                "Numbers drawn and recorded: {count}. Seed: {seed}.",
                count,
                seed=found.seed,
            )
        )
    return 0


def _tell_what_stands(found: Drawing) -> None:
    """How many have a number by this seed already, and since when."""
    if found.stands_since:
        show.aside(
            _n(
                "{count} number of this seed stands as it was drawn on {day}.",
                "{count} numbers of this seed stand as they were drawn on {day}.",
                len(found.stands_since),
                day=in_full(day_in_sweden(min(found.stands_since.values()))),
            )
        )


def _agreed(count: int) -> bool:
    asked = _n("Record the number of {count} candidate?", "Record the numbers of {count} candidates?", count)
    return not count or confirm(asked, default=False)


def _table(found: Drawing) -> TableTold:
    rows = [
        (number, line.candidate, line.profile or "–", _("reserve") if found.is_reserve(number) else "")
        for number, line in enumerate(found.lines, 1)
    ]
    return TableTold("", (_("number"), _("candidate"), _("profile"), ""), rows, "")
