"""Files that change while a worker runs: taken up when they stand still and are good, set aside when they are not."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from runtime.rulebook.kept import KeptBook
from runtime.rulebook.settling import SETTLED_AFTER, settled
from tests.support.programme_files import (
    FORMS_FILE,
    PARTNERS_FILE,
    POSITIONS_FILE,
    PREPAREDNESS_FILE,
    SERVICE_FILE,
    TOWNS_FILE,
    change,
)


def looked(kept: KeptBook) -> bool:
    """Two looks: whether anything was taken up."""
    return [kept.look(), kept.look()][1]


def test_a_change_is_taken_up_at_the_second_look_and_not_again(programmes: Path) -> None:
    kept = KeptBook(programmes)
    change(programmes, PARTNERS_FILE, "diakoni@", "diakonin@")
    change(programmes, SERVICE_FILE, "reopen_within_days = 90", "reopen_within_days = 60")
    change(programmes, POSITIONS_FILE, "places = 6", "places = 7")
    change(programmes, TOWNS_FILE, 'name = "Umeå"', 'name = "Umeå kommun"')
    assert [kept.look(), kept.look(), kept.look()] == [False, True, False]
    assert kept.partners is not None
    assert kept.positions is not None
    rules = kept.find("service_division")
    assert rules is not None
    assert any("diakonin@" in one.address for one in kept.partners)
    assert kept.positions[0].places == 7
    assert (rules.reopen_within_days, rules.towns[0].name) == (60, "Umeå kommun")
    assert kept.set_aside == {}


BAD: dict[str, Callable[[str], str]] = {
    "no TOML": lambda text: text.replace("]]", "]", 1),
    "an unknown field": lambda text: text.replace("\nid = ", "\nids = ", 1),
    "nothing": lambda _: "",
}


@pytest.mark.parametrize("file", [PARTNERS_FILE, POSITIONS_FILE, FORMS_FILE, SERVICE_FILE])
@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_is_set_aside_and_told_once_and_all_stays_as_it_was_until_it_is_mended(
    programmes: Path, file: str, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    kept, good = KeptBook(programmes), (programmes / file).read_text(encoding="utf-8")
    before = (kept.partners, kept.positions, kept.find("service_division"), kept.find("easy_jobs"))
    (programmes / file).write_text(BAD[kind](good), encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        assert looked(kept)
        change(programmes, PREPAREDNESS_FILE, "# ", "#  ")
        looked(kept)
    assert file in kept.set_aside
    assert [one.message for one in caplog.records if f"{file} is set aside: line " in one.message] == [
        one.message for one in caplog.records if one.message.startswith(file)
    ][:1]
    assert (kept.partners, kept.positions, kept.find("service_division"), kept.find("easy_jobs")) == before
    (programmes / file).write_text(good, encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        assert looked(kept)
    assert kept.set_aside == {}
    assert caplog.messages[-1] == f"{file} is in force again"


@pytest.mark.parametrize("file", [PARTNERS_FILE, POSITIONS_FILE, SERVICE_FILE])
def test_a_worker_that_starts_beside_a_bad_file_goes_by_the_others_and_by_it_once_it_is_mended(
    programmes: Path, file: str
) -> None:
    good = (programmes / file).read_text(encoding="utf-8")
    (programmes / file).write_text("what = is this", encoding="utf-8")
    kept = KeptBook(programmes)
    assert list(kept.set_aside) == [file]
    known = {PARTNERS_FILE: kept.partners, POSITIONS_FILE: kept.positions, SERVICE_FILE: kept.find("service_division")}
    assert known.pop(file) is None
    assert all(known.values()) or file == PARTNERS_FILE
    (programmes / file).write_text(good, encoding="utf-8")
    assert looked(kept)
    assert all((kept.partners, kept.positions, kept.find("service_division"), kept.find("easy_jobs")))


def test_what_an_editor_has_written_half_is_never_gone_by(programmes: Path) -> None:
    """Half of a list is a list, and as good to read as the whole."""
    file = programmes / POSITIONS_FILE
    whole = file.read_text(encoding="utf-8")
    kept = KeptBook(programmes)
    assert kept.positions is not None
    every, cut = len(kept.positions), whole.index("[[positions]]", len(whole) // 2)
    file.write_text(whole[:cut], encoding="utf-8")
    kept.look()
    file.write_text(whole + "\n", encoding="utf-8")
    assert [kept.look(), kept.look()] == [False, True]
    assert len(kept.positions) == every
    file.write_text(whole[:cut], encoding="utf-8")
    assert looked(kept), "what stands so, stands so"
    assert len(kept.positions) < every


def test_a_programme_whose_file_is_gone_is_gone_and_one_that_is_new_is_there(programmes: Path) -> None:
    kept = KeptBook(programmes)
    (programmes / PREPAREDNESS_FILE).unlink()
    text = (programmes / SERVICE_FILE).read_text(encoding="utf-8")
    (programmes / "second.toml").write_text(text.replace('"service_division"', '"second"', 1), encoding="utf-8")
    change(programmes, POSITIONS_FILE, '["preparedness_jobs"]', '["second"]')
    change(programmes, POSITIONS_FILE, 'profile = "archive_assistant"', 'profile = "hospital_service"')
    assert looked(kept)
    assert kept.set_aside == {}
    assert kept.find("preparedness_jobs") is None
    assert kept.find("second") is not None


def test_a_folder_that_is_away_for_a_while_changes_nothing(programmes: Path) -> None:
    kept = KeptBook(programmes)
    before = (kept.partners, kept.positions)
    programmes.rename(programmes.parent / "away")
    looked(kept)
    assert (kept.partners, kept.positions) == before
    (programmes.parent / "away").rename(programmes)
    looked(kept)
    assert (kept.set_aside, kept.partners, kept.positions) == ({}, *before)


def test_a_script_waits_until_a_file_that_was_just_written_has_settled(programmes: Path) -> None:
    changed = max(file.stat().st_mtime for file in programmes.iterdir())
    waited: list[float] = []
    moment = [changed + SETTLED_AFTER / 2]

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        moment[0] += seconds + 0.001

    assert settled(programmes, lambda: moment[0], sleep) == programmes
    assert len(waited) == 1
    assert 0 < waited[0] <= SETTLED_AFTER / 2 + 0.001
    assert settled(programmes, lambda: changed + 60, sleep) == programmes
    assert len(waited) == 1, "nobody waits for what was written long ago"
