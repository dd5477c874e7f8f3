"""Work that is held in memory while somebody looks at other pages."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from models.message import Message
from runtime.errors import Refused, ServiceUnavailable, UsageError
from services.held import KEPT, MOST, MOST_OWN, Held, Left

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Digging:
    """A work that goes on until it is told to end."""

    def __init__(self) -> None:
        self.is_busy = False
        self.fault: Message | None = None
        self.is_left = False
        self.end = asyncio.Event()

    def failed(self, why: Message) -> None:
        self.fault, self.is_busy = why, False

    def leave(self) -> None:
        self.is_left = True

    async def dig(self) -> None:
        self.is_busy = True
        await self.end.wait()
        self.is_busy = False


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def held(clock: Clock) -> Held[Digging]:
    return Held(clock)


async def test_only_the_owner_finds_a_work(held: Held[Digging]) -> None:
    work = Digging()
    id_ = held.add("anna.berg", work)
    assert held.get("anna.berg", id_) is work
    assert held.of("bo.lind") == {}
    for owner in ("bo.lind", ""):
        with pytest.raises(UsageError):
            held.get(owner, id_)
        with pytest.raises(UsageError):
            held.drop(owner, id_)
    assert not work.is_left
    held.drop("anna.berg", id_)
    assert work.is_left
    with pytest.raises(UsageError):
        held.get("anna.berg", id_)


async def test_a_work_goes_on_after_whoever_began_it_has_stopped_waiting(held: Held[Digging]) -> None:
    work = Digging()
    id_ = held.add("anna.berg", work)
    await held.go_on("anna.berg", id_, Digging.dig, 0.01)
    assert work.is_busy
    await held.go_on("anna.berg", id_, _never, 0.01)
    work.end.set()
    await held.go_on("anna.berg", id_, Digging.dig, 5)
    assert not work.is_busy


async def _never(_work: Digging) -> None:
    raise AssertionError("nothing else is begun while it goes on")


@pytest.mark.parametrize(
    ("error", "id_"),
    [
        (ServiceUnavailable("disk.full", "The disk is full."), "disk.full"),
        (ExceptionGroup("", [ExceptionGroup("", [Refused("held.full", "Too much.")])]), "held.full"),
        (ZeroDivisionError(), "error.unexpected"),
        (Left(), None),
        (ExceptionGroup("", [Left()]), None),
    ],
)
async def test_a_work_is_told_why_it_failed(held: Held[Digging], error: Exception, id_: str | None) -> None:
    async def fail(_work: Digging) -> None:
        raise error

    work = Digging()
    await held.go_on("anna.berg", held.add("anna.berg", work), fail, 5)
    assert (work.fault.id if work.fault else None) == id_


async def test_what_rests_makes_room_and_what_goes_on_does_not(held: Held[Digging]) -> None:
    first, *others = [Digging() for _ in range(MOST_OWN)]
    ids = [held.add("anna.berg", work) for work in (first, *others)]
    for work in others:
        work.is_busy = True
    held.add("anna.berg", Digging())
    assert first.is_left
    assert ids[0] not in held.of("anna.berg")
    for work in held.of("anna.berg").values():
        work.is_busy = True
    with pytest.raises(Refused):
        held.add("anna.berg", Digging())
    held.add("bo.lind", Digging())


async def test_all_together_hold_no_more_than_there_is_room_for(held: Held[Digging]) -> None:
    works = [Digging() for _ in range(MOST + 1)]
    for number, work in enumerate(works):
        held.add(f"person.{number}", work)
    assert [work.is_left for work in works] == [True, *[False] * MOST]


async def test_a_work_is_let_go_when_its_time_is_over_and_when_the_process_ends(
    held: Held[Digging], clock: Clock
) -> None:
    resting, busy = Digging(), Digging()
    held.add("anna.berg", resting)
    id_ = held.add("bo.lind", busy)
    await held.go_on("bo.lind", id_, Digging.dig, 0.01)
    clock.now += KEPT + timedelta(seconds=1)
    assert held.of("anna.berg") == {}
    assert resting.is_left
    assert held.get("bo.lind", id_) is busy
    held.close()
    assert busy.is_left
    assert held.of("bo.lind") == {}
