"""What would follow from an event, before it is sent: the same as what then follows, and nothing is written."""

from collections.abc import Callable
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from models.events.events import Event
from models.stages import Stage
from services.queries.lists import Lists
from services.recording.foretold import lines_of
from services.recording.preview import Preview, preview
from tests.support.builders import ROUTES
from tests.support.databases import migrated
from tests.support.desks import office_of
from tests.support.programmes import SERVICE
from tests.support.recording import RecordedWay, everything, on_transport, recorded_way, recorder_on, rows_of
from tests.support.values import COORDINATOR


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return migrated(f"sqlite:///{tmp_path / 'test.db'}", offering=True)


Foresees = Callable[..., Preview]


@pytest.fixture
def foresees(engine: Engine) -> Foresees:
    """What is foreseen of an event of a way, sent by the coordinator unless said."""

    def foresees(way: RecordedWay, kind: str, **fields: Any) -> Preview:
        event: Event = way.event(kind, **{"actor": COORDINATOR, **fields})
        lists = Lists(engine)
        [line] = lists.found(journey_id=way.id)
        office = office_of(engine, lists=lists)
        vars(office)["now"] = lambda: datetime.combine(way.day, time(9), UTC)
        found = preview(office, line, event, lists.ledger(way.id))
        assert found is not None
        return found

    return foresees


@pytest.mark.parametrize(
    ("stage", "kind", "fields", "after"),
    [
        (Stage.REFERRAL, "referral_accepted", {}, Stage.REQUIREMENT_CHECK),
        (Stage.REFERRAL, "referral_declined", {}, Stage.CLOSED),
        (Stage.AWAITING_PLACEMENT, "internship_agreed", {}, Stage.INTERNSHIP),
        (Stage.INTERNSHIP, "internship_completed", {}, Stage.EVALUATION),
        (Stage.INTERNSHIP, "withdrawn", {}, Stage.CLOSED),
        (Stage.REFERRAL, "paused", {}, Stage.REFERRAL),
        (Stage.REFERRAL, "coordinator_changed", {"coordinator": "bo.lind"}, Stage.REFERRAL),
    ],
)
def test_what_is_foreseen_is_what_then_follows_and_nothing_is_written(
    engine: Engine, foresees: Foresees, stage: Stage, kind: str, fields: dict[str, Any], after: Stage
) -> None:
    way = recorded_way(engine, "K7Q29FMXB", stage)
    before = everything(engine)
    found = foresees(way, kind, **fields)
    assert everything(engine) == before
    assert (found.refused, found.before, found.after) == (None, stage, after)
    receipt = way.tells(kind, **{"actor": COORDINATOR, **fields})
    assert receipt.accepted
    assert receipt.stage is after
    told = {one.recipient for one in Lists(engine).notices_of(way.id) if one.event_id == str(receipt.event_id)}
    assert {one.recipient for one in found.told} == told
    assert (len(rows_of(engine, "places_taken")) - len(before["places_taken"])) == -found.places


def test_a_place_is_given_and_freed_and_how_many_are_left_is_told(engine: Engine, foresees: Foresees) -> None:
    on_transport(engine, "A22222223").tells(
        "internship_agreed", position="lasarettet_transport", supervisor="jonas.alm"
    )
    way = on_transport(engine, "B22222226")
    agreed = {"position": "lasarettet_transport", "supervisor": "jonas.alm"}
    given = foresees(way, "internship_agreed", **agreed)
    assert (given.position, given.places, given.left) == ("lasarettet_transport", -1, 0)
    assert given.is_asked_about
    assert way.tells("internship_agreed", **agreed).accepted
    freed = foresees(way, "internship_completed")
    assert (freed.position, freed.places, freed.left) == ("lasarettet_transport", 1, 1)


@pytest.mark.parametrize(
    ("kind", "fields", "rule"),
    [
        ("internship_completed", {}, "possible_in_this_stage"),
        ("paused", {"actor": "supervisor:jonas.alm"}, "the_author_is_permitted"),
        ("coordinator_changed", {"coordinator": "nobody.known"}, "the_coordinator_is_known"),
        ("referral_accepted", {"effective_on": "2199-01-01"}, "the_day_has_come"),
    ],
)
def test_the_rule_that_would_refuse_it_is_told(
    engine: Engine, foresees: Foresees, kind: str, fields: dict[str, Any], rule: str
) -> None:
    found = foresees(recorded_way(engine, "K7Q29FMXB"), kind, **fields)
    assert found.refused is not None
    assert found.refused.rule == rule
    assert (found.told, found.deadlines, found.places) == ((), (), 0)


def test_the_last_place_is_refused_without_taking_it(engine: Engine, foresees: Foresees) -> None:
    agreed = {"position": "lasarettet_transport", "supervisor": "jonas.alm"}
    for candidate in ("A22222223", "B22222226"):
        assert on_transport(engine, candidate).tells("internship_agreed", **agreed).accepted
    found = foresees(on_transport(engine, "C2222222U"), "internship_agreed", **agreed)
    assert found.refused is not None
    assert found.refused.rule == "a_place_is_free"
    assert len(rows_of(engine, "places_taken")) == 2


def test_the_deadlines_that_begin_are_told_and_those_that_run_already_are_not(
    engine: Engine, foresees: Foresees
) -> None:
    way = recorded_way(engine, "K7Q29FMXB", Stage.REQUIREMENT_CHECK)
    assert foresees(way, "note_added").deadlines == ()
    assert "referral_unanswered" not in {one.name for one in foresees(way, "requirements_checked").deadlines}
    assert [one.name for one in foresees(way, "requirements_checked").deadlines]


def test_who_is_told_is_called_by_name_with_the_way_it_goes(engine: Engine, foresees: Foresees) -> None:
    found = foresees(recorded_way(engine, "K7Q29FMXB"), "coordinator_changed", coordinator="bo.lind")
    told = {one.recipient: (one.name, one.by.id) for one in found.told}
    assert told["bo.lind"] == ("Bo Lind", "preview.by_email")
    assert told["anna.berg"] == ("Anna Berg", "preview.by_email")
    declined = {
        one.recipient: one.by.id for one in foresees(recorded_way(engine, "A22222223"), "referral_declined").told
    }
    assert declined["arbetsformedlingen"] == "preview.by_webhook"


def test_of_older_rules_it_is_said_that_todays_were_used(engine: Engine, foresees: Foresees) -> None:
    older = SERVICE.model_copy(update={"reopen_within_days": 91})
    way = RecordedWay(recorder_on(engine), rules=older).comes(*ROUTES[Stage.REFERRAL])
    assert foresees(way, "referral_accepted").by_other_rules
    assert not foresees(recorded_way(engine, "A22222223"), "referral_accepted").by_other_rules


def test_of_a_proposal_its_approval_is_foreseen_with_the_place_and_whoever_is_told(
    engine: Engine, foresees: Foresees
) -> None:
    way = on_transport(engine, "A22222223")
    assert way.tells("internship_agreed", position="lasarettet_transport", supervisor="jonas.alm").accepted
    struck = {"corrects": way.journey.entries[-1].event.event_id, "reason": "Slip"}
    before = everything(engine)
    found = foresees(way, "correction_proposed", replacement=None, **struck)
    assert everything(engine) == before
    assert (found.after, found.told, found.places) == (Stage.INTERNSHIP, (), 0)
    then = found.once_approved
    assert then is not None
    assert (then.before, then.after, then.places) == (Stage.INTERNSHIP, Stage.AWAITING_PLACEMENT, 1)
    assert found.is_asked_about
    proposed = way.tells("correction_proposed", replacement=None, **struck)
    assert proposed.accepted
    approved = way.tells("corrected", **struck, replacement=None, proposal=proposed.event_id)
    assert (approved.accepted, approved.stage) == (True, Stage.AWAITING_PLACEMENT)
    told = {one.recipient for one in Lists(engine).notices_of(way.id) if one.event_id == str(approved.event_id)}
    assert {one.recipient for one in then.told} == told


def test_where_somebody_is_told_of_a_proposal_both_are_said(engine: Engine, foresees: Foresees) -> None:
    way = recorded_way(engine, "K7Q29FMXB", Stage.INTERNSHIP)
    struck = {"corrects": way.journey.entries[-1].event.event_id, "reason": "Slip", "replacement": None}
    found = foresees(way, "correction_proposed", **struck)
    assert found.once_approved is not None
    told = list(lines_of(found.model_copy(update={"told": found.once_approved.told})))
    assert told[0] in told[2:]
    assert told[1].startswith("Nothing changes until")
    assert next(lines_of(found)).startswith("Nothing changes and nobody is told")


def test_a_proposal_that_could_not_be_approved_now_says_so(engine: Engine, foresees: Foresees) -> None:
    agreed = {"position": "lasarettet_transport", "supervisor": "jonas.alm"}
    way = on_transport(engine, "A22222223")
    assert way.tells("internship_agreed", **agreed).accepted
    assert way.tells("internship_interrupted").accepted
    for candidate in ("B22222226", "C2222222U"):
        assert on_transport(engine, candidate).tells("internship_agreed", **agreed).accepted
    struck = {"corrects": way.journey.entries[-1].event.event_id, "reason": "Slip", "replacement": None}
    then = foresees(way, "correction_proposed", **struck).once_approved
    assert then is not None
    assert then.refused is not None
    assert then.refused.rule == "a_place_is_free"
