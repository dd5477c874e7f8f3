"""`deploy/programme-files.md`: each key that a file may have is on it, with what it does."""

from typing import Any

import pytest
from pydantic import BaseModel

from deploy.tools import programme_page
from deploy.tools.programme_page import keys, page
from models.programme.programme import Programme
from models.programme.sourced import Sourced
from models.state.deadlines import DEADLINES, OF_PROGRAMMES
from runtime.rulebook.listed import LISTINGS
from runtime.rulebook.texts import read_toml
from runtime.settings import PROGRAMMES
from tests.support.programmes import RULES


def found_in(model: type[BaseModel], data: dict[str, Any]) -> None:
    """Every key of the data is one of the table's, and so on inwards."""
    known = {key.name: key for key in keys(model)}
    for name, value in data.items():
        assert known[name].does
        inner = known[name].table
        for one in value if isinstance(value, list) else [value]:
            if inner is not None:
                found_in(inner, one)


def test_every_key_of_the_products_own_files_is_on_the_page() -> None:
    for file in RULES.programme_files:
        found_in(Programme, read_toml(file))
    for listing in LISTINGS.values():
        for entry in read_toml(PROGRAMMES / listing.file)[listing.key]:
            found_in(listing.model, entry)


@pytest.mark.parametrize(
    "row",
    [
        "| `blind` | list of `referral`, `requirement_check`, ",
        "| `form_limits` | `[[form_limits]]` | – |",
        "| `certify_interrupted` | `true` or `false` | – | `false` |",
        "| `pause_reminder_days` | whole number, 0 to 3650 | – | `7` |",
        "| `unions` | list of short names | – |",
        "| `forms` | list of short names | – |",
        "| `package` | short name | yes |",
        "| `link_days` | whole number, 2 to 180 | – | `30` |",
        "| `follow_up_ends` | list of `before_internship`, `internship`, `temporary_role`, `permanent_role` | – |",
        "| `kind` | one of `agency`, ",
        "| `check_in_due` | check-in | avstämning | `internship`, `temporary_role` |",
        "| `referring_partner` | the partner that referred the candidate |",
    ],
)
def test_a_key_is_told_with_how_it_is_written_and_what_holds_without_it(row: str) -> None:
    assert row in page()


def test_what_follows_from_other_files_is_not_on_the_page() -> None:
    assert "counted_forms" not in page()


class Silent(Sourced):
    unsaid: bool = False


def test_a_field_that_says_nothing_of_itself_is_found() -> None:
    with pytest.raises(KeyError, match="unsaid"):
        list(keys(Silent))


def test_each_deadline_that_a_programme_can_have_has_words() -> None:
    assert set(OF_PROGRAMMES) < set(DEADLINES)
    assert "| `conversion` |" not in programme_page.page().split("### Deadlines")[1].split("###")[0]
