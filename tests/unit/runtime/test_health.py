"""How a process says that it is: ready where every question is answered well, and no word of an error."""

import pytest

from runtime.observation.health import Health, Work
from runtime.observation.probe import address_of

NAME = "Nils Påhittad"


async def sound() -> bool:
    return True


async def not_yet() -> bool:
    return False


async def failing() -> bool:
    raise ValueError(NAME)


async def test_it_is_ready_where_all_is_well_and_says_what_is_not_without_its_words() -> None:
    assert await Health({"database": sound}).ready() == (True, {"database": "sound"})
    told = await Health({"database": sound, "temporal": failing, "polling": not_yet}).ready()
    assert told == (False, {"database": "sound", "temporal": "ValueError", "polling": "not yet"})


async def test_a_worker_on_its_way_lives_and_does_not_poll_yet() -> None:
    work = Work("queue")
    assert work.lives()
    assert not await work.polls()
    assert not await work.reaches_temporal()


@pytest.mark.parametrize(
    ("what", "environment", "where"),
    [
        ("worker", {}, None),
        ("worker", {"HELAVAGEN_METRICS_ADDRESS": "0.0.0.0:9464"}, ("localhost", 9464)),
        ("worker", {"HELAVAGEN_METRICS_ADDRESS": "10.1.2.3:9464"}, ("10.1.2.3", 9464)),
        ("worker", {"HELAVAGEN_METRICS_ADDRESS": "[::]:9464"}, ("localhost", 9464)),
        ("codec", {}, ("localhost", 8234)),
        ("codec", {"HELAVAGEN_CODEC_PORT": "9000"}, ("localhost", 9000)),
    ],
)
def test_a_probe_asks_where_the_settings_say(
    what: str, environment: dict[str, str], where: tuple[str, int] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HELAVAGEN_METRICS_ADDRESS", "HELAVAGEN_CODEC_PORT"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert address_of(what) == where
