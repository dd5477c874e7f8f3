"""`make demo`: a whole stack of its own, a messy file of invented people, and what becomes of them.

`python -m deploy.demo FILE` shows the same with the people of another file; with `--keep FOLDER` the ledger and all
else stays in a new folder, on which a stack can be started.
"""

import asyncio
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from datetime import date, datetime
from itertools import cycle
from pathlib import Path
from random import SystemRandom

import typer

from activities.sealing import sealer_on
from auditing.evidence.findings import Verification
from auditing.evidence.reading import in_chunks
from auditing.verification.parallel import CHUNK
from auditing.verification.verifier import live_verifier
from deploy.demo.report import Outcome, show_outcome
from deploy.demo.stories import STORIES, Said, teller
from interfaces.cli.output import show
from interfaces.cli.process import leave
from models.calendar.swedish_day import day_in_sweden
from models.identifiers import Actor, Role
from models.programme.training import Completion, TrainingRule
from models.stages import Stage
from runtime.database import open_engine, open_for_reading
from runtime.encryption.sealed_client import connect_sealed
from runtime.encryption.sealers import with_keys
from runtime.errors import UsageError, UserError
from runtime.i18n import _, in_any_case
from runtime.keyring import keyring_of
from runtime.local.inbox import read_inbox
from runtime.local.people import settle
from runtime.local.stack import Ports, local_stack
from runtime.migrations import upgrade
from runtime.rulebook.loader import RuleBook
from runtime.settings import Settings, require_database
from runtime.statement_log import StatementLog
from services.identities.register import Register
from services.journeys import Journeys, signing_with
from services.queries.lines import JourneyLine
from services.queries.lists import Lists
from services.referrals.import_file import read_import_file
from services.referrals.importer import Importer
from services.training import TrainingRecord
from worker import now, prepare_database, running_worker

PEOPLE = Path(__file__).parent / "people.csv"

TAKEN_ON = date(2025, 1, 15)
BY = "coordinator:anna.berg"
"""When and by whom those who receive interns are said to have been trained."""

AT_ONCE = 4
"""Journeys told at the same time."""

LOOK_EVERY = 0.1
WAIT_FOR_NOTICES = 60.0
"""Seconds. They take one; only where something is broken does anybody wait so long."""


async def demo(data: Path, people: Path) -> Outcome:
    """Import the people, tell each one's story, wait until everyone is told, and have all of it verified."""
    async with local_stack(Settings(data=data), Ports()) as stack:
        settings = stack.settings
        book = RuleBook(settings.programmes)
        engine = with_keys(open_engine(require_database(settings)), settings)
        upgrade(engine)
        client = await connect_sealed(settings, engine)
        lists = Lists(with_keys(open_for_reading(settings.database_url), settings))
        keyring = keyring_of(settings)
        settle(StatementLog(engine), keyring, book, now())
        prepare_database(engine, book, settings)
        take_training(TrainingRecord(engine, keyring), book, now())
        journeys = Journeys(client, settings.task_queue, engine, signing_with(keyring, sealer_on(engine)))
        typer.echo(stack.ready_line)
        async with running_worker(client, settings, book, engine):
            register = Register(engine, SystemRandom(), keyring)
            importer = Importer(journeys, register, lists, book, Actor.of(Role.COORDINATOR, "anna.berg"))
            file = read_import_file(people, day_in_sweden(now()))
            with show.progress(_("referring"), len(file.rows)) as advance:
                imported = await importer.run(file.rows, now(), advance)
            again = await importer.run(file.rows, now())
            surprises = [f"{journey} was started twice" for journey in again.started]
            surprises += await tell_all(journeys, lists.journeys(), book)
            await until_told(lists)
            verifier, verified = live_verifier(client, lists.engine), list[Verification]()
            with show.progress(_("verifying"), len(lists.journey_ids())) as advance:
                for chunk in in_chunks(lists.journey_ids(), CHUNK):
                    verified += await verifier.verify(chunk)
                    advance(len(chunk))
        return Outcome(
            journeys=lists.journeys(),
            bad_rows=imported.bad,
            deliveries=lists.deliveries(),
            notices=lists.notices(limit=10_000),
            received=read_inbox(data / "inbox"),
            verified=verified,
            surprises=surprises,
        )


def take_training(record: TrainingRecord, book: RuleBook, at: datetime) -> None:
    """Every supervisor and mentor of a position takes the package of its programme. Safe to repeat."""
    for rule, people in _demanded(book):
        taken = [Completion(person, part.id, TAKEN_ON) for person in people for part in rule.package.parts]
        record.complete(rule.package, taken, by=BY, at=at)


def _demanded(book: RuleBook) -> Iterator[tuple[TrainingRule, set[str]]]:
    for programme in book.programmes.values():
        rule = programme.training
        if rule is not None:
            own = book.positions_of(programme.id)
            supervisors = {position.supervisor for position in own if rule.supervisor and position.supervisor}
            mentors = {position.mentor for position in own if rule.mentor and position.mentor}
            yield rule, supervisors | mentors


async def tell_all(journeys: Journeys, lines: list[JourneyLine], book: RuleBook) -> list[str]:
    """Let happen to each candidate what the next story says; returns what did not go as the story has it."""
    told = list(zip(sorted(lines, key=lambda line: (line.programme, line.since)), cycle(STORIES), strict=False))
    turn = asyncio.Semaphore(AT_ONCE)
    surprises: list[str] = []

    async def one(line: JourneyLine, name: str) -> None:
        async with turn:
            story, end = STORIES[name]
            tells = teller(book.programme(line.programme), book.positions, line.site, line.since)
            surprises.extend(await tell(journeys, line, story(tells), end))
        advance()

    with show.progress(_("on their way"), len(told)) as advance:
        async with asyncio.TaskGroup() as group:
            for line, name in told:
                group.create_task(one(line, name))
    return surprises


async def tell(journeys: Journeys, line: JourneyLine, story: Iterable[Said], end: Stage) -> list[str]:
    """One candidate's story, event by event."""
    surprises = []
    for said in story:
        receipt = await journeys.submit(line.journey_id, said.event)
        if receipt.accepted is not said.accepted:
            surprises.append(f"{line.journey_id}: {receipt.kind} was answered: {receipt.message}")
    stage = (await journeys.status(line.journey_id)).stage
    if stage is not end:
        surprises.append(f"{line.journey_id} ended in {stage} instead of {end}")
    return surprises


async def until_told(lists: Lists) -> None:
    """Until no notice is on its way any more, or one has been for too long."""
    for _turn in range(int(WAIT_FOR_NOTICES / LOOK_EVERY)):
        if not lists.deliveries().get("pending"):
            return
        await asyncio.sleep(LOOK_EVERY)


def main() -> int:
    """Run the demo; 0 where everything went as it should."""
    parser = ArgumentParser(prog="python -m deploy.demo")
    parser.add_argument("people", nargs="?", type=Path, default=PEOPLE)
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    with nullcontext(asked.keep) if asked.keep else tempfile.TemporaryDirectory(prefix="hela-vagen-demo-") as data:
        try:
            if asked.keep and asked.keep.exists():
                raise UsageError("demo.folder_exists", "{folder} exists already. Name a new folder.", folder=asked.keep)
            outcome = asyncio.run(demo(Path(data), asked.people))
        except UserError as error:
            typer.echo(in_any_case(error.message), err=True)
            return error.status
        show_outcome(outcome)
    if asked.keep:
        told = _("All of it is kept in {folder}. Set HELAVAGEN_DATA to it for the stack.", folder=asked.keep)
        typer.echo(told, err=True)
    return 1 if outcome.differs else 0


if __name__ == "__main__":
    leave(main())
