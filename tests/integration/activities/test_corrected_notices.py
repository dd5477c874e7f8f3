"""Notices of a correction: those who were told learn of which event it is, what was wrong and what holds."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from activities.messages import render
from activities.outbox import Outbox
from models.partners.notice import Notice
from models.stages import Stage
from tests.support.authority import authority
from tests.support.recording import ANNA, RecordedWay, recorded_way

BO = "coordinator:bo.lind"


@pytest.fixture
def way(engine: Engine) -> RecordedWay:
    """A candidate in an internship of which the agency and the union were told."""
    return recorded_way(engine, ANNA, Stage.INTERNSHIP)


def told(way: RecordedWay) -> dict[str, Notice]:
    """The notices of the latest event that may be sent, by whom they are for."""
    event = way.journey.entries[-1].event
    return {one.recipient: one for one in Outbox(way.recorder.engine).due(authority(), way.id, event.event_id)}


def corrected(way: RecordedWay, **changes: object) -> None:
    agreed = next(one.event for one in way.journey.entries if one.event.kind == "internship_agreed")
    right = {**agreed.model_dump(), **changes} if changes else None
    assert way.tells("corrected", corrects=agreed.event_id, replacement=right, reason="Mistyped", actor=BO).accepted


def test_a_notice_says_what_was_wrong_and_what_holds(way: RecordedWay) -> None:
    agreed = way.state.internship
    assert agreed is not None
    assert agreed.ends_on is not None
    later = agreed.ends_on + timedelta(days=7)
    corrected(way, ends_on=later)
    notices = told(way)
    assert set(notices) == {"arbetsformedlingen", "kommunal"}
    said = {"corrected": "internship_agreed", "was_ends_on": str(agreed.ends_on), "now_ends_on": str(later)}
    assert notices["arbetsformedlingen"].details == said
    mail = render(notices["kommunal"], "sv").text
    assert "Det som rättas: " in mail
    assert " → " in mail


def test_a_struck_event_no_longer_holds(way: RecordedWay) -> None:
    corrected(way)
    details = told(way)["arbetsformedlingen"].details
    assert details["was_position"] == "lasarettet_tray_kitchen"
    assert not any(name.startswith("now_") for name in details)
    assert "gäller inte längre" in render(told(way)["arbetsformedlingen"], "sv").text
