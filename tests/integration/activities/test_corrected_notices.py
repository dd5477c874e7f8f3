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
    assert set(notices) == {"arbetsformedlingen", "kommunal", "maria.ek", "eva.sjo", "candidate"}
    said = {"corrected": "internship_agreed", "was_ends_on": str(agreed.ends_on), "now_ends_on": str(later)}
    by_which_one_knows_it = {"position": agreed.position, "starts_on": str(agreed.starts_on)}
    assert notices["arbetsformedlingen"].details == {**said, **by_which_one_knows_it}
    mail = render(notices["kommunal"], "sv").text
    assert "Det som rättas: " in mail
    assert " → " in mail
    assert "\nRättat den: måndag 2 mars 2026\n" in mail
    assert "\nDatum: " not in mail  # beside the last day it would be taken for a day at work


def test_a_struck_event_no_longer_holds(way: RecordedWay) -> None:
    corrected(way)
    details = told(way)["arbetsformedlingen"].details
    assert details["was_position"] == "lasarettet_tray_kitchen"
    assert not any(name.startswith("now_") for name in details)
    mail = render(told(way)["arbetsformedlingen"], "sv")
    assert mail.subject.startswith("Något som vi har berättat är taget tillbaka")
    assert "gäller inte längre: överenskommen praktik." in mail.text.replace("\n", " ")


def test_whoever_may_learn_nothing_of_what_was_corrected_hears_that_nothing_they_know_has_changed(
    engine: Engine,
) -> None:
    way = recorded_way(engine, ANNA, Stage.INTERNSHIP, referring_partner="svenska_kyrkan")
    agreed = way.state.internship
    assert agreed is not None
    assert agreed.ends_on is not None
    corrected(way, ends_on=agreed.ends_on + timedelta(days=7))
    notice = told(way)["svenska_kyrkan"]
    assert notice.details == {"corrected": "internship_agreed"}
    assert "Inget av det vi har berättat för er har ändrats" in render(notice, "sv").text.replace("\n", " ")


def test_whoever_may_learn_nothing_of_what_was_taken_back_hears_that_it_is(engine: Engine) -> None:
    way = recorded_way(engine, ANNA, Stage.INTERNSHIP, referring_partner="svenska_kyrkan")
    corrected(way)
    notice = told(way)["svenska_kyrkan"]
    assert notice.details == {"corrected": "internship_agreed", "struck": "yes"}
    assert "taget tillbaka" in render(notice, "sv").subject
