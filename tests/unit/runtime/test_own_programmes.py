"""An employer's own folder of programmes, mounted as compose and Kubernetes do it, as workers and scripts read it."""

from pathlib import Path

import pytest

from runtime.errors import UsageError
from runtime.rulebook.loader import RuleBook
from runtime.rulebook.programme_file import check_programme_file
from tests.support.programme_files import POSITIONS_FILE, SERVICE_FILE, change


@pytest.fixture
def mounted(programmes: Path, tmp_path: Path) -> Path:
    """The folder as Kubernetes mounts a ConfigMap: links to a link to the version of today."""
    today = tmp_path / "mounted" / "..2026_11_29"
    today.mkdir(parents=True)
    for file in programmes.iterdir():
        (today / file.name).write_bytes(file.read_bytes())
    (today.parent / "..data").symlink_to(today.name)
    for file in programmes.iterdir():
        (today.parent / file.name).symlink_to(Path("..data") / file.name)
    return today.parent


def test_a_folder_of_links_is_read_as_the_files_that_it_leads_to(mounted: Path, programmes: Path) -> None:
    book, copied = RuleBook(mounted), RuleBook(programmes)
    book.check()
    assert (book.programmes, book.partners, book.positions) == (copied.programmes, copied.partners, copied.positions)


def test_a_position_of_ones_own_is_taken_up_by_whoever_reads_the_folder_next(mounted: Path) -> None:
    running = RuleBook(mounted)
    before = running.positions
    change(mounted / "..data", POSITIONS_FILE, 'id = "lasarettet_ward_service"', 'id = "our_own_ward"')
    assert running.positions == before, "a process goes on with what it has read"
    assert "our_own_ward" in {position.id for position in RuleBook(mounted).positions}


def test_a_fault_in_one_file_is_told_with_its_name_while_others_are_still_read(mounted: Path) -> None:
    change(mounted / "..data", SERVICE_FILE, "[[criteria]]", "[[criterion]]")
    book = RuleBook(mounted)
    with pytest.raises(UsageError) as caught:
        book.check()
    assert caught.value.message.values["file"] == SERVICE_FILE
    assert book.programme("easy_jobs").id == "easy_jobs"
    assert [file.name for file in book.programme_files if check_programme_file(file, book).faults] == [SERVICE_FILE]
