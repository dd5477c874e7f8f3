"""What is digested, hashed and signed stays what it was: journeys on their way have it in their histories.

Who adds a field to rules or events gives it a default with `added`, so that what was recorded before keeps its digest.
Then `python -m tests.support.canonical_forms` takes the field into the file.
"""

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import BaseModel

from models.access.chained_rows import SIGNED, chained_bytes
from models.access.statements import statement_bytes
from models.canonical import canonical, digest_of
from models.events.events import EVENT, EVENT_CLASSES
from models.fields import Strict, added
from models.ledger.hash_chain import CHAINED, FORM, row_hash
from models.programme.programme import Programme
from models.signatures import event_bytes, row_bytes
from tests.support.canonical_forms import left_out_at_default, models_digested, recorded

RECORDED = recorded()
SAID: dict[str, dict[str, Any]] = RECORDED["said"]


def _read(name: str, said: dict[str, Any]) -> BaseModel:
    return Programme.model_validate(said) if name.startswith("rules ") else EVENT.validate_python(said)


@pytest.mark.parametrize("name", SAID)
def test_rules_and_events_that_are_kept_have_the_digest_that_they_had(name: str) -> None:
    kept = SAID[name]
    assert digest_of(kept["said"]) == kept["digest"]
    assert digest_of(_read(name, kept["said"])) == kept["digest"]


def new_fields(model: type[BaseModel], known: list[str]) -> set[str]:
    """Fields that change the digest of what was recorded without them."""
    return model.model_fields.keys() - set(known) - left_out_at_default(model)


@pytest.mark.parametrize("name", RECORDED["fields"])
def test_a_field_that_came_later_is_left_out_where_it_says_nothing(name: str) -> None:
    model = models_digested().get(name)
    assert model is not None, f"{name} is in rules or events that are kept"
    known = RECORDED["fields"][name]
    assert set(known) - model.model_fields.keys() == set(), "what is kept has these fields"
    assert new_fields(model, known) == set(), "give these fields a default with `added`"


JSONS = st.none() | st.booleans() | st.integers(-(2**55), 2**55) | st.text(st.characters(exclude_categories=()))


@given(st.dictionaries(st.text(st.characters(exclude_categories=())), JSONS | st.lists(JSONS, max_size=2)))
@example({"a": '\x7f\x00\b\u2028"\\/åäö😀', "B": 2**53 - 1, "_": True, "c": None, "d": 2**53})
@example({"\ufb33": 1, "😀": 2})
@example({"a": "\ud800"})
def test_the_canonical_form_is_that_of_rfc_8785(said: dict[str, Any]) -> None:
    try:
        expected = rfc8785.dumps(said)
    except ValueError as error:
        with pytest.raises(type(error), match=re.escape(str(error))):
            canonical(said)
    else:
        assert canonical(said) == expected


def test_all_that_is_digested_is_held_here() -> None:
    """Otherwise: `python -m tests.support.canonical_forms`."""
    assert {name: sorted(model.model_fields) for name, model in models_digested().items()} == RECORDED["fields"]
    assert {f"event {kind}" for kind in EVENT_CLASSES} <= SAID.keys()


def test_a_field_without_it_is_noticed() -> None:
    class Before(Strict):
        day: date

    class Wrong(Before):
        hour: int | None = None

    class Right(Before):
        hour: int | None = added(None)

    assert [new_fields(one, ["day"]) for one in (Before, Wrong, Right)] == [set(), {"hour"}, set()]
    day = date(2026, 3, 2)
    assert [digest_of(one(day=day)) == digest_of(Before(day=day)) for one in (Wrong, Right)] == [False, True]


AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
FORMS = {
    1: "0a52ad3fe8e1dcd72f3cb338b22cc4508da47071ea39cf1000bbe26529e11ab4",
}


def test_a_row_of_the_ledger_has_the_hash_that_it_had() -> None:
    """Other columns are another form, with a number and a hash of its own here."""
    row = dict.fromkeys(CHAINED, "x") | {"form": FORM, "recorded_at": AT, "row": 1, "accepted": True}
    assert {FORM: row_hash(row)} == {FORM: FORMS.get(FORM)}


LOGS = {
    "disposals": "816880642a80d9f6698a0c5983d2e3261d96cef8fc3e2db0ee2bb661715081d0",
    "identity_commitments": "2566de23f23debdc09bb59a1bec00ac97d5dee178d18e3122ed4f4447ea4e4f2",
    "reports": "eadc57155eb240b23e4495ca6ccb1a7b295399f138bff146055ceb45c75b2cec",
    "text_erasures": "4f6a1099dae708dbb2b2691af46af044047d9f0ba2e050ba1d6dac2580373cad",
    "protections": "bd2cfbacbec64721d9ff6b1374df079eaea17c8f5cac5e59e8e3b87cab30a476",
    "unit_staff": "bc8d6d51bf5486b985daf241263298aee1c36df85b9eb7c644da0901ab0221eb",
    "position_changes": "0817b97c1983713ae3712b3f7e1c47104e0b629c05d2be6015a504db79dadb71",
    "training_completions": "5742fd490fcd5ba65f8bb222aa350f6347cd1680f1a7e04f1f84c0e0862d0248",
}


@pytest.mark.parametrize("table", SIGNED)
def test_what_is_signed_of_a_row_of_a_log_is_what_it_was(table: str) -> None:
    row = dict.fromkeys(SIGNED[table], "x") | {"number": 1, "recorded_at": AT}
    assert digest_of(chained_bytes(table, row)) == LOGS.get(table)


def test_what_is_signed_of_statements_events_and_rows_is_what_it_was() -> None:
    signed = (statement_bytes(1, "0" * 64, {"kind": "x"}), event_bytes("journey/x/y", "0" * 64), row_bytes("0" * 64))
    assert [digest_of(one)[:16] for one in signed] == ["dd4a97be949aac98", "c7a1432e299968cf", "46886765a3ca9643"]
