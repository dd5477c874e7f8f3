"""What the desk shows of ways of another shape: the stages ahead, and what somebody who waits is offered."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from interfaces.desk.pages.positions import offered_in
from interfaces.desk.person_view import PersonView
from models.programme.way import USUAL, WayRule
from models.stages import Stage
from services.application import Application
from tests.support.programmes import SERVICE
from tests.support.shapes import AT_ONCE, PROJECT_SEARCH, of_shape

S = Stage


def application(shape: WayRule) -> Application:
    rules = of_shape(shape)
    return cast(Application, SimpleNamespace(book=SimpleNamespace(find={SERVICE.id: rules}.get)))


@pytest.mark.parametrize(
    ("shape", "ahead"),
    [
        (USUAL, [S.INTERNSHIP, S.EVALUATION, S.TEMPORARY_ROLE, S.PERMANENT_ROLE]),
        (PROJECT_SEARCH, [S.INTERNSHIP, S.EVALUATION, S.TEMPORARY_ROLE, S.PERMANENT_ROLE]),
        (AT_ONCE, [S.TEMPORARY_ROLE, S.PERMANENT_ROLE]),
    ],
)
def test_the_stages_ahead_are_those_of_the_programme_s_way(shape: WayRule, ahead: list[Stage]) -> None:
    view: Any = object.__new__(PersonView)
    view._application = application(shape)
    view.line = SimpleNamespace(programme=SERVICE.id, stage=S.AWAITING_PLACEMENT)
    assert list(view._ahead) == ahead


@pytest.mark.parametrize(("shape", "kind"), [(USUAL, "internship_agreed"), (AT_ONCE, "temporary_role_agreed")])
def test_whoever_waits_is_offered_what_the_way_leads_to(shape: WayRule, kind: str) -> None:
    assert offered_in(application(shape), SERVICE.id) == kind


def test_of_a_programme_whose_file_is_gone_the_usual_way_is_shown() -> None:
    assert offered_in(application(AT_ONCE), "gone") == "internship_agreed"
