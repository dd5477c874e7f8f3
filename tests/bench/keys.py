"""`python -m tests.bench.keys`: the keys and the seconds that a coordinator's Monday takes, in Swedish, at a terminal
against a whole office, beside the keys that it took before questions took names and Enter."""

import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table

from models.calendar.public_holidays import next_weekday
from models.calendar.swedish_day import day_in_sweden
from runtime.local.dev_server import start_dev_server
from tests.support.import_files import made_up_number
from tests.support.office import TestOffice, open_office
from tests.support.processes import of_office, run
from tests.support.terminals import at_terminal

TYPED = ".venv/bin/python "
"""What stands before each command, and is typed too."""

FIVE = 5


@dataclass
class Task:
    """What is done, what it took before, and what it takes."""

    what: str
    before: int | None
    keys: int = 0
    seconds: float = 0.0


class Coordinator:
    """Somebody at a terminal, whose keys are counted."""

    def __init__(self, office: TestOffice) -> None:
        self._env = of_office(office, HELAVAGEN_LANG="sv", HELAVAGEN_ACTOR="anna.berg", NO_COLOR="1", COLUMNS="160")
        self.tasks: list[Task] = []

    async def does(
        self, what: str, before: int | None, *words: str, typed: Sequence[tuple[str, str]] = (), by: str | None = None
    ) -> str:
        """Give a command and answer its questions; returns the screen."""
        env = {**self._env, "HELAVAGEN_ACTOR": by} if by else self._env
        began = time.perf_counter()
        shown = await asyncio.to_thread(at_terminal, "admin.py", *words, env=env, typed=typed)
        task = Task(what, before, seconds=time.perf_counter() - began)
        assert shown.status == 0, shown.screen
        command = " ".join(f'"{word}"' if " " in word else word for word in ("admin.py", *words))
        task.keys = len(TYPED) + len(command) + 1 + sum(len(answer) + 1 for _, answer in typed)
        self.tasks.append(task)
        return shown.screen

    async def prepares(self, *words: str) -> str:
        """A command of which nothing is counted; returns what it says."""
        ended = await run("admin.py", *words, env=self._env)
        assert ended.status == 0, ended
        return ended.output


async def monday(coordinator: Coordinator) -> None:
    """The tasks in their order."""
    by = ("--partner", "samhall", "--town", "Umeå", "--coordinator", "anna.berg", "--programme", "service_division")
    numbers = []
    for serial in range(980, 980 + FIVE):
        who = ("--identity-number", made_up_number("19850505", serial), "--name", f"Amina Påhittad {serial}")
        numbers.append((await coordinator.prepares("refer", *who, *by)).split()[1])
    amina = numbers[0]
    await coordinator.does("se dagens", 56, typed=[(WHOM, "")])
    found = await coordinator.does("hitta Amina", None, "find", "Amina")
    shown = [line for line in found.splitlines() if "Amina" in line]
    send, whom = ("Skicka? [JA/nej]", ""), (WHOM, "amina")
    which = (WHICH, str(1 + next(place for place, line in enumerate(shown) if amina in line)))
    await coordinator.does("godtagen anvisning", 77, typed=[whom, which, (NEXT, "1"), (DAY, ""), send])
    check = [(NEXT, "1"), ("profil", "1"), *((RESULT, "1") for _ in range(4)), (DAY, ""), send]
    await coordinator.does("kravprövning", 208, "next", amina, typed=check)
    first = next_weekday(day_in_sweden(datetime.now(UTC)))
    days = [("första dag", written(first)), ("sista dag", written(first + timedelta(weeks=8)))]
    place = [(NEXT, "1"), ("befattning", "1"), *days]
    place += [("handledare [Maria Ek]", ""), ("mentor", ""), (DAY, ""), send]
    await coordinator.does("placering", 156, "next", amina, typed=place)
    later = written(first + timedelta(weeks=9))
    await coordinator.prepares("correct", amina, "4", "--ends-on", later, "--because", "Skrivfel")
    listed = await coordinator.does("se vad som ska godkännas", None, "approvals", by="bo.lind")
    number = next(line.split()[0] for line in listed.splitlines() if amina in line)
    await coordinator.does("godkänna", None, "approve", number, typed=[(APPROVE, "ja")], by="bo.lind")
    over = [("vem tar över?", "bo"), (UNTIL, ""), ("varför?", "ledig"), (WHO, "alla"), (HAND_OVER, "ja")]
    await coordinator.does("lämna över fem", 525, "hand-over", typed=over)


def written(day: date) -> str:
    """A day as somebody writes it who is in a hurry."""
    return f"{day.day}/{day.month}"


WHOM = "vem vill du gå vidare med? (nummer i listan eller namn, Enter för ingen)"
WHICH = "vem menar du?"
NEXT = "vilken händelse vill du registrera nu? (nummer eller namn, Enter för ingen)"
DAY = "]"
RESULT = "resultat"
APPROVE = "Godkänna rättelsen? [ja/NEJ]"
UNTIL = "till och med vilken dag? (Enter för gott)"
WHO = "vilka? (till exempel 1-3, 5, eller alla)"
HAND_OVER = "? [ja/NEJ]"


async def measure() -> list[Task]:
    """Open an office, and do a Monday there."""
    async with await start_dev_server() as temporal:
        with tempfile.TemporaryDirectory(prefix="hela-vagen-bench-") as data:
            async with open_office(temporal.client, Path(data)) as office:
                coordinator = Coordinator(office)
                await monday(coordinator)
                return coordinator.tasks


def main() -> int:
    """Measure, and show it."""
    tasks = asyncio.run(measure())
    table = Table("uppgift", "tangenter förut", "tangenter nu", "andel", "sekunder")
    for one in tasks:
        share = f"{100 * one.keys / one.before:.0f} %" if one.before else "–"
        table.add_row(one.what, str(one.before or "–"), str(one.keys), share, f"{one.seconds:.1f}")
    measured = [one for one in tasks if one.before]
    before, now = sum(one.before or 0 for one in measured), sum(one.keys for one in measured)
    table.add_row("de fem mätta", str(before), str(now), f"{100 * now / before:.0f} %", "")
    Console(width=100).print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
