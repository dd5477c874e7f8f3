"""Event logs as they are written from a database: whose journeys are in them, and what was known by when."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from auditing.event_logs.views import View
from auditing.event_logs.writing import LogForm, WrittenLog, write_log
from models.identifiers import JourneyId
from models.stages import Stage
from models.tables.people import CandidateKeyRow
from tests.support.event_logs import KINDS
from tests.support.programmes import SERVICE
from tests.support.recording import ANNA, BO, CHARLIE, RecordedWay, recorded_way
from tests.support.sealing import open_keyed_for_reading
from tests.support.values import MONDAY

IDS = [JourneyId.of(candidate, SERVICE.id) for candidate in (BO, ANNA, CHARLIE)]
NOON = datetime.combine(MONDAY, time(12), UTC)


class Log:
    """A log as somebody reads it: what was written of it, and its events by journey."""

    def __init__(self, engine: Engine, ids: Sequence[str], view: View = View.RECORDED, **wanted: Any) -> None:
        out = BytesIO()
        self.written: WrittenLog = write_log(
            LogForm.OCEL_JSON, iter(ids), engine, out, kinds=KINDS, view=view, **wanted
        )
        said = json.loads(out.getvalue())
        self.kinds: dict[str, list[str]] = {}
        for event in said["events"]:
            kind = next(one["value"] for one in event["attributes"] if one["name"] == "kind")
            self.kinds.setdefault(event["id"].split("#")[0], []).append(kind)
        self.objects = {one["id"] for one in said["objects"]}
        self.notices = [one for one in said["objects"] if one["type"] == "notice"]
        self.told = {
            one["objectId"]: event["id"]
            for event in said["events"]
            for one in event["relationships"]
            if one["qualifier"] == "told by"
        }


@pytest.fixture
def ways(engine: Engine) -> dict[str, RecordedWay]:
    """Three journeys: one in an internship, one refused something, and one that was closed and corrected."""
    found = {
        BO: recorded_way(engine, BO, Stage.INTERNSHIP),
        ANNA: recorded_way(engine, ANNA),
        CHARLIE: recorded_way(engine, CHARLIE, Stage.CLOSED),
    }
    assert not found[ANNA].tells("internship_completed").accepted
    way = found[CHARLIE].later(1)
    ended = way.journey.entries[-1].event
    assert way.tells("corrected", corrects=ended.event_id, replacement=None, reason="She stays").accepted
    return found


@pytest.fixture
def reading(database_url: str, ways: dict[str, RecordedWay]) -> Iterator[Engine]:
    assert ways
    reading = open_keyed_for_reading(database_url)
    yield reading
    reading.dispose()


def test_a_log_has_the_rows_of_the_journeys_asked_for(reading: Engine, ways: dict[str, RecordedWay]) -> None:
    log = Log(reading, IDS)
    assert (log.written.journeys, log.written.protected, log.written.empty) == (3, 0, 0)
    assert {id_: kinds[0] for id_, kinds in log.kinds.items()} == dict.fromkeys(IDS, "referred")
    for way in ways.values():
        accepted = [entry.event.kind for entry in way.journey.entries]
        assert [kind for kind in log.kinds[way.id] if kind != "internship_completed"] == accepted
    assert log.kinds[ways[ANNA].id][-1] == "internship_completed", "the refused row is there"
    assert log.written.events == sum(map(len, log.kinds.values()))
    assert {"partner:arbetsformedlingen", "staff:anna.berg", f"candidate:{BO}"} <= log.objects
    assert Log(reading, IDS[:1]).kinds.keys() == {IDS[0]}
    assert log.notices
    assert log.told.keys() == {one["id"] for one in log.notices}
    to_the_agency = next(one for one in log.notices if one["relationships"])
    assert to_the_agency["relationships"] == [{"objectId": "partner:arbetsformedlingen", "qualifier": "to"}]
    created = {"name": "status", "value": "created", "time": f"{MONDAY}T09:00:00.000000+00:00"}
    assert created in to_the_agency["attributes"]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("auditing.event_logs.writing.protected_on", lambda _engine: {CHARLIE: frozenset()})
        log = Log(reading, IDS)
    assert (log.written.journeys, log.written.protected) == (2, 1)
    assert not any(CHARLIE in one for one in log.objects | log.kinds.keys())


def test_what_is_in_effect_is_the_way_as_corrected_by_then(reading: Engine, ways: dict[str, RecordedWay]) -> None:
    log = Log(reading, IDS, View.IN_EFFECT)
    assert log.kinds[ways[ANNA].id] == ["referred"]
    assert log.kinds[ways[CHARLIE].id] == ["referred", "referral_accepted", "requirements_checked", "corrected"]
    then, now = (Log(reading, IDS, View.IN_EFFECT, known_by=NOON + timedelta(days=days)) for days in (0, 1))
    assert then.kinds[ways[CHARLIE].id][-1] == "withdrawn"
    assert now.kinds == log.kinds
    assert Log(reading, IDS, known_by=NOON - timedelta(days=1)).written == WrittenLog(empty=3)


def test_an_erased_journey_has_its_rows_and_nothing_that_was_sealed(engine: Engine, reading: Engine) -> None:
    whole = Log(engine, IDS[:1])
    with Session(engine) as session, session.begin():
        session.execute(update(CandidateKeyRow).where(CandidateKeyRow.candidate == BO).values(wrapped=None))
    log = Log(reading, IDS[:1])
    assert log.kinds[IDS[0]][-1] == "internship_agreed"
    assert not any(one.startswith("position:") for one in log.objects)
    assert any(one.startswith("position:") for one in whole.objects)
    assert Log(reading, IDS[:1], View.IN_EFFECT).written == WrittenLog(empty=1)
