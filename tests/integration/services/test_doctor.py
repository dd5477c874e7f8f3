"""What a check-up says of set-ups that are broken, each in one way: that, and nothing else; and that it mends them."""

import asyncio
import gc
from pathlib import Path

import pytest
from sqlalchemy import make_url

from runtime import roles
from services.operations.doctor.checkup import Verdict
from tests.support.breaking import Scene
from tests.support.broken_set_ups import BROKEN, BrokenSetUp
from tests.support.doctor_page import PAGE, page
from tests.support.mending import mended
from tests.support.programme_files import POSITIONS_FILE, change
from tests.support.sound_setup import Sound, checked, unasked_in, wrong_in
from tests.support.waiting import until


async def test_a_set_up_as_it_is_to_be_is_sound_and_nothing_is_recorded(sound: Sound) -> None:
    url, before = make_url(sound.settings.database_url), sound.rows()
    for worker, role in ((False, roles.STAFF), (True, roles.WORKER)):
        settings = sound.settings.model_copy(update={"database_url": url.set(username=role).render_as_string()})
        found = await checked(settings, worker=worker)
        assert [one for one in found if one.verdict is not Verdict.SOUND] == []
        assert ({"workers", "standstill"} <= {one.check for one in found}) is not worker
        [told] = [one.says for one in found if one.check == "programmes"]
        assert told is not None
        assert told.values["folder"] == str(settings.programmes)
        assert {"programmes": "5", "positions": "10"}.items() <= told.values.items()
    assert sound.rows() == before

    def connections() -> int:
        gc.collect()  # a pool that was closed while a thread used it holds what came back until it is collected
        return sound.connections(roles.STAFF, roles.WORKER)

    await until(connections, lambda held: held == 0)


async def test_who_looks_after_interns_and_is_not_in_the_register_is_told_and_keeps_nothing_from_being_sound(
    sound: Sound, programmes: Path
) -> None:
    change(programmes, POSITIONS_FILE, 'supervisor = "maria.ek"', 'supervisor = "finns.inte"')
    found = await checked(sound.settings.model_copy(update={"programmes": programmes}))
    [told] = [one for one in found if one.check == "positions"]
    assert told.verdict is Verdict.SOUND
    assert told.says is not None
    assert told.says.values["people"] == ("finns.inte",)


@pytest.mark.parametrize("how", BROKEN)
async def test_a_broken_set_up_is_told_as_what_it_is_and_nothing_else_and_mended_as_told(
    how: str, sound: Sound, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, scene = BROKEN[how], Scene(sound, tmp_path, monkeypatch)
    with scene.closing:
        await _told_and_mended(scene, case)


async def _told_and_mended(scene: Scene, case: BrokenSetUp) -> None:
    broken = await asyncio.to_thread(case.how, scene)
    found = await checked(broken, worker=case.worker)
    assert wrong_in(found) == case.wrong
    assert unasked_in(found) == case.unasked
    for one in found:
        if one.verdict is Verdict.WRONG and one.says is not None and one.check not in case.left:
            broken = await mended(scene, broken, one.says, case.mend)
    left = wrong_in(await checked(broken, worker=case.worker)).items()
    assert {check for check, _ in left & case.wrong.items()} == case.left


def test_the_page_of_broken_set_ups_says_what_a_check_up_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.support.doctor_page"
