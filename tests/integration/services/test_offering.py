"""What somebody may not record themselves: by their role, or after what they have done."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from models.identifiers import Actor
from models.stages import Stage
from services.queries.lists import Lists
from services.recording.offering import offered, refused_to
from tests.support.databases import migrated
from tests.support.desks import office_of
from tests.support.recording import recorded_way

ROLES = ["temporary_role_agreed", "permanent_role_agreed"]


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return migrated(f"sqlite:///{tmp_path / 'test.db'}", offering=True)


@pytest.mark.parametrize(
    ("who", "refused"),
    [
        (
            "coordinator:anna.berg",
            {**dict.fromkeys(ROLES, "decided_by_two_people.same_person"), "rules_changed": "role"},
        ),
        ("coordinator:bo.lind", {"rules_changed": "role"}),
        ("manager:lena.strand", {}),
    ],
)
def test_who_evaluated_is_told_that_a_colleague_decides_and_who_has_not_the_role_for_whom_it_is(
    engine: Engine, who: str, refused: dict[str, str]
) -> None:
    way = recorded_way(engine, "K7Q29FMXB", Stage.EVALUATION)
    assert way.tells("evaluation_recorded", actor="coordinator:anna.berg").accepted
    lists = Lists(engine)
    [line] = lists.found(journey_id=way.id)
    office = office_of(engine, lists=lists)
    found = refused_to(office, line, Actor.parse(who), [*ROLES, "note_added", "rules_changed"])
    told = {kind: "role" if why.id.startswith("permission.") else why.id for kind, why in found.items()}
    assert told == refused


def test_of_what_may_not_be_recorded_now_that_is_told_which_the_programme_has(engine: Engine) -> None:
    way = recorded_way(engine, "K7Q29FMXB", Stage.EVALUATION)
    lists = Lists(engine)
    [line] = lists.found(journey_id=way.id)
    found = offered(office_of(engine, lists=lists), line, Actor.parse("coordinator:bo.lind"), None)
    kinds = {one.kind for one in found.not_now}
    assert kinds >= {"internship_agreed", "internship_completed"}
    assert not kinds & {"duty_done", "place_offered", "offer_answered"}
