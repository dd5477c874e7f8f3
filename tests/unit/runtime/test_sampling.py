"""Questions asked now and then: seldom, one at a time, and nobody waits for them without end."""

import asyncio

from runtime.observation.sampling import Sampled


class Asked:
    """A question that is answered when the test says so."""

    def __init__(self) -> None:
        self.times = 0
        self.now = 0.0
        self.answer: asyncio.Future[int] | None = None

    async def ask(self) -> int:
        self.times += 1
        return self.times if self.answer is None else await self.answer

    def sampled(self, seconds: float = 5) -> Sampled[int]:
        return Sampled(self.ask, every=15, seconds=seconds, clock=lambda: self.now)


async def test_a_question_is_asked_once_in_its_time_however_many_want_to_know() -> None:
    asked = Asked()
    sampled = asked.sampled()
    await asyncio.gather(*(sampled.refresh() for _ in range(10)))
    asked.now = 14.9
    await sampled.refresh()
    assert (sampled.value, asked.times) == (1, 1)
    asked.now = 15
    await sampled.refresh()
    assert (sampled.value, asked.times) == (2, 2)


async def test_what_is_not_answered_in_time_fails_and_nobody_is_sent_after_it() -> None:
    asked = Asked()
    asked.answer = asyncio.get_running_loop().create_future()
    sampled = asked.sampled(seconds=0)
    await sampled.refresh()
    asked.now = 100
    await sampled.refresh()
    assert (sampled.answers, type(sampled.failure), asked.times) == (False, TimeoutError, 1)
    asked.answer.set_result(7)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert (sampled.answers, sampled.value) == (True, 7)


async def test_a_failure_is_told_and_the_answer_before_it_stays() -> None:
    asked = Asked()
    sampled = asked.sampled()
    await sampled.refresh()
    asked.answer = asyncio.get_running_loop().create_future()
    asked.answer.set_exception(OSError("gone"))
    asked.now = 20
    await sampled.refresh()
    assert (sampled.answers, sampled.value, type(sampled.failure)) == (False, 1, OSError)
