"""A check-up of a set-up: named checks, asked side by side, each within seconds, and what each of them says."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Thread

from sqlalchemy import Engine
from temporalio.client import Client

from models.access.register import Register
from models.fields import Strict
from models.message import Message, Worded, msg
from runtime.errors import UserError
from runtime.failures import as_user_error
from runtime.rulebook.loader import RuleBook
from runtime.settings import Settings

SECONDS = 5.0
"""What each check has: whatever takes longer is no good to a worker either, and nobody waits long for a doctor."""

THREADS = 32
"""More than there are checks: one that hangs holds up no other."""


class Verdict(Worded):
    """What became of a check."""

    SOUND = "sound", msg("verdict.sound", "sound")
    WRONG = "wrong", msg("verdict.wrong", "wrong")
    UNASKED = "unasked", msg("verdict.unasked", "could not be asked")


class Checked(Strict):
    """What a check has come to: what it found, or what is wrong and how to correct it."""

    check: str
    verdict: Verdict
    says: Message | None = None


def is_sound(found: Iterable[Checked]) -> bool:
    """Whether all of it is, and nothing went unasked."""
    return all(one.verdict is Verdict.SOUND for one in found)


class CannotTell(Exception):
    """A check that cannot be made here, by the message that says why."""

    def __init__(self, why: Message) -> None:
        super().__init__(str(why))
        self.why = why


class Patient:
    """What is examined: the settings, and what checks have reached for those after them.

    `worker` is whether it is a worker's own set-up, on the worker's machine. `wrong` names settings that cannot be
    used, which are examined as if they were not set. `now` is this machine's clock.
    """

    client: Client
    reading: Engine
    writing: Engine
    register: Register
    book: RuleBook

    def __init__(
        self,
        settings: Settings,
        *,
        worker: bool = False,
        wrong: UserError | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.settings = settings
        self.worker = worker
        self.wrong = wrong
        self.now = now

    def close(self) -> None:
        """Close what checks have opened."""
        for engine in (vars(self).get("reading"), vars(self).get("writing")):
            if engine is not None:
                engine.dispose()


@dataclass(frozen=True)
class Check:
    """A question to a set-up. `ask` says what it found, if anything, and raises what is wrong, or CannotTell.

    `needs` are checks that must be sound before it can be asked.
    """

    name: str
    title: Message
    ask: Callable[[Patient], Awaitable[Message | None]]
    needs: tuple[str, ...] = ()


async def _settings(patient: Patient) -> None:
    if patient.wrong is not None:
        raise patient.wrong


SETTINGS = Check("settings", msg("check.settings", "settings"), _settings)


async def examine(patient: Patient, checks: Sequence[Check], seconds: float = SECONDS) -> list[Checked]:
    """Ask everything side by side; whatever goes wrong is an answer."""
    titles = {check.name: check.title for check in checks}
    asked: dict[str, asyncio.Task[Checked]] = {}

    async def answer(check: Check) -> Checked:
        before = [await asked[name] for name in check.needs if name in asked]
        lacking = [titles[one.check] for one in before if one.verdict is not Verdict.SOUND]
        return _unasked(check, lacking) if lacking else await _asked(check, patient, seconds)

    for check in checks:
        asked[check.name] = asyncio.create_task(answer(check))
    found = await asyncio.gather(*asked.values())
    patient.close()
    return list(found)


async def _asked(check: Check, patient: Patient, seconds: float) -> Checked:
    limit = asyncio.timeout(seconds)
    try:
        async with limit:
            says = await check.ask(patient)
    except CannotTell as error:
        return Checked(check=check.name, verdict=Verdict.UNASKED, says=error.why)
    except Exception as error:  # whatever it is: to find it is what a check is for
        silent = msg(
            "doctor.silent",
            "There was no answer within {seconds} seconds. See whether it runs, and what lies between.",
            seconds=f"{seconds:g}",
        )
        wrong = silent if limit.expired() else as_user_error(error).message
        return Checked(check=check.name, verdict=Verdict.WRONG, says=wrong)
    return Checked(check=check.name, verdict=Verdict.SOUND, says=says)


def _unasked(check: Check, lacking: Iterable[Message]) -> Checked:
    why = msg("doctor.depends", "It depends on what is not sound: {checks}.", checks=tuple(lacking))
    return Checked(check=check.name, verdict=Verdict.UNASKED, says=why)


def examined(patient: Patient, checks: Sequence[Check], seconds: float = SECONDS) -> list[Checked]:
    """The same for whoever runs no loop. What hangs is left behind, and ends with the process."""
    done: Future[list[Checked]] = Future()

    async def work() -> None:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS))
        try:
            done.set_result(await examine(patient, checks, seconds))
        except BaseException as error:
            done.set_exception(error)
            raise

    Thread(target=lambda: asyncio.run(work()), daemon=True).start()
    return done.result()
