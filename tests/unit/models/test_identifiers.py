"""Journey ids and actors: read and taken apart in one place, and texts like any other everywhere else."""

import ast
import json
import pickle
from collections.abc import Iterator

import pytest
from pydantic import TypeAdapter, ValidationError

from models.identifiers import Actor, JourneyId, Role, is_journey_of, shown_parts
from tests.support.product import product_trees

WRITTEN = "journey/K7Q29FMXB/easy_jobs"


def test_a_journey_id_has_its_parts_and_is_written_as_it_was() -> None:
    journey = JourneyId.parse(WRITTEN)
    assert (str(journey), journey.candidate, journey.programme) == (WRITTEN, "K7Q29FMXB", "easy_jobs")
    assert JourneyId.of(journey.candidate, journey.programme) == journey


@pytest.mark.parametrize(
    "text",
    [
        "",
        "K7Q29FMXB/easy_jobs",
        "journey/K7Q29FMXC/easy_jobs",
        "journey/k7q29fmxb/easy_jobs",
        "journey/K7Q29FMXB/",
        "journey/K7Q29FMXB/Easy jobs",
        "journey/K7Q29FMXB/easy_jobs/more",
        "journey/K7Q29FMXB/easy_jobs\n",
        "resend/journey/K7Q29FMXB/easy_jobs",
    ],
)
def test_what_is_no_journey_id_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(ValueError, match="^a journey's id is expected, such as journey/K7Q29FMXB/easy_jobs$"):
        JourneyId(text)
    assert JourneyId.read(text) is None
    assert shown_parts(text) == (text, "–")
    assert not is_journey_of(text, None, "easy_jobs")
    assert is_journey_of(text, None, None)


def test_an_actor_has_a_role_and_a_name() -> None:
    actor = Actor.parse("manager:lena.strand")
    assert (str(actor), actor.role, actor.name) == ("manager:lena.strand", Role.MANAGER, "lena.strand")
    assert Actor.written("lena.strand", Role.MANAGER) == Actor.written("manager:lena.strand", Role.OPERATOR) == actor


@pytest.mark.parametrize("text", ["", "anna.berg", "boss:anna", "manager:", "manager:Anna", "manager:a:b", "system: x"])
def test_what_is_no_actor_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a role, a colon and a name are expected"):
        Actor.parse(text)


def test_they_travel_as_texts_and_come_back_as_what_they_are() -> None:
    journey = JourneyId.parse(WRITTEN)
    adapter = TypeAdapter(JourneyId)
    assert json.dumps(journey) == adapter.dump_json(journey).decode() == f'"{WRITTEN}"'
    assert type(adapter.validate_json(f'"{WRITTEN}"')) is type(pickle.loads(pickle.dumps(journey))) is JourneyId
    with pytest.raises(ValidationError):
        adapter.validate_python("journey/elsewhere")


# No other file takes one apart or puts one together. A column that is asked for a beginning is the database's matter.

APART = {"split", "rsplit", "partition", "rpartition", "startswith", "endswith", "removeprefix", "removesuffix"}
NAMES = ("journey", "journey_id", "workflow_id", "id_", "actor", "author", "by", "evaluator")


def by_hand(tree: ast.AST) -> Iterator[int]:
    """The lines on which a journey id or an actor is taken apart or put together."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Attribute(value=ast.Name(id="LedgerRow")))):
                pass
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name) | ast.Attribute(attr=name), attr=method)):
                if method in APART and name in NAMES:
                    yield node.lineno
            case ast.JoinedStr(values=[ast.Constant(value=str(start)), *_]):
                if start.startswith(("journey/", *(f"{role}:" for role in Role))):
                    yield node.lineno


@pytest.mark.parametrize(
    "code", ["one.journey_id.rpartition('/')[2]", "actor.startswith('x')", "f'journey/{n}/x'", "f'manager:{name}'"]
)
def test_the_search_finds_what_is_done_by_hand(code: str) -> None:
    assert [*by_hand(ast.parse(code))] == [1]


def test_nothing_else_takes_them_apart_or_puts_them_together() -> None:
    found = {
        f"{file}:{line}" for file, tree in product_trees() if file != "models/identifiers.py" for line in by_hand(tree)
    }
    # Where an id that is no journey's becomes the name of a folder, its parts are kept apart; and what checks a bundle
    # on a machine without the product imports nothing of it.
    assert {one.split(":")[0] for one in found} <= {"auditing/bundle/layout.py", "auditing/bundle/check.py"}, found
