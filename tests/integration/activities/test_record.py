"""Recording: the ledger row, the read model, the place and the notices, all or nothing, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError, IntegrityError
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.delivery import Delivery
from activities.record import TRIES, UNWRITABLE
from activities.sealing import sealer_on
from models.events.events import EVENT
from models.ledger.entry import LedgerEntry
from models.ledger.receipt import Receipt
from models.stages import Stage
from services.queries.lists import Lists
from services.texts import opened, texts_of
from tests.support.authority import offer
from tests.support.builders import ROUTES
from tests.support.programmes import PREPAREDNESS, RULES, SERVICE
from tests.support.recording import (
    CANDIDATE,
    SCANNING,
    TRANSPORT,
    TRAY_KITCHEN,
    RecordedWay,
    everything,
    on_transport,
    recorder_on,
    rows_of,
    taken,
)
from tests.support.values import MONDAY, candidate_from, numbered_id
from workflows.messages import not_judged

OTHER_CANDIDATE = "C4ZEYN7RB"


@pytest.fixture
def way(engine: Engine) -> RecordedWay:
    return RecordedWay(recorder_on(engine))


@pytest.fixture
def awaiting(way: RecordedWay) -> RecordedWay:
    """Somebody who has been checked and waits for a place."""
    return way.comes(*ROUTES[Stage.AWAITING_PLACEMENT])


def put_out_of_order(engine: Engine, table: str, change: str) -> None:
    """Let the database fail at each insert or update of a table."""
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(
                text(f"create trigger broken before {change} on {table} begin select raise(abort, 'out of order'); end")
            )
            return
        connection.execute(
            text(
                "create function broken() returns trigger language plpgsql as"
                " $$ begin raise exception 'out of order'; end $$"
            )
        )
        connection.execute(
            text(f"create trigger broken before {change} on {table} for each row execute function broken()")
        )


def mend(engine: Engine, table: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(f"drop trigger broken{'' if engine.dialect.name == 'sqlite' else f' on {table}'}"))


# One event, one transaction


def test_an_accepted_event_writes_row_read_model_place_and_notices(engine: Engine, awaiting: RecordedWay) -> None:
    event = awaiting.event("internship_agreed")
    receipt = awaiting.records(event)
    assert receipt.accepted
    assert (receipt.row, receipt.stage, receipt.event_id) == (4, Stage.INTERNSHIP, event.event_id)

    line = Lists(engine).ledger(awaiting.id)[-1]
    assert (line.row, line.kind, line.stage_before, line.receipt) == (4, event.kind, Stage.AWAITING_PLACEMENT, receipt)
    assert line.event is not None
    assert EVENT.validate_python(line.event) == event
    assert line.recorded_at == datetime(2026, 3, 2, 9, tzinfo=UTC)

    [journey] = Lists(engine).journeys()
    assert (journey.stage, journey.position, journey.events) == (Stage.INTERNSHIP, TRAY_KITCHEN, 4)
    assert journey.due_on == MONDAY + timedelta(days=30)  # a check-in after a month
    [place] = rows_of(engine, "places_taken")
    assert (place["journey_id"], place["position"]) == (awaiting.id, TRAY_KITCHEN)
    notices = [notice for notice in Lists(engine).notices() if notice.event_id == str(event.event_id)]
    assert {notice.recipient for notice in notices} == {
        "arbetsformedlingen",
        "kommunal",
        "maria.ek",
        "eva.sjo",
        "candidate",
    }
    assert {notice.status for notice in notices} == {Delivery.PENDING}


def test_the_receipt_of_an_accepted_event_says_what_is_possible_next(awaiting: RecordedWay) -> None:
    receipt = awaiting.tells("internship_agreed")
    assert "internship_completed" in receipt.allowed
    assert "internship_agreed" not in receipt.allowed
    assert "deadline_passed" not in receipt.allowed


def test_the_same_entry_recorded_again_gets_the_same_receipt_and_writes_nothing(
    engine: Engine, awaiting: RecordedWay
) -> None:
    entry = awaiting.entry(awaiting.event("internship_agreed"))
    first = awaiting.recorder.record(entry)
    written = everything(engine)
    again = awaiting.recorder.record(entry.model_copy(update={"recorded_at": entry.recorded_at + timedelta(days=3)}))
    assert again == first
    assert everything(engine) == written


def test_a_repeat_is_answered_with_the_first_receipt_whatever_the_rules_now_say(awaiting: RecordedWay) -> None:
    event = awaiting.event("internship_agreed")
    first = awaiting.records(event)
    assert awaiting.entry(event).refused is not None  # to the core the event has happened
    assert awaiting.records(event) == first


@pytest.mark.parametrize(
    ("table", "change"),
    [("ledger", "insert"), ("journeys", "update"), ("places_taken", "insert"), ("notices", "insert")],
)
def test_a_failure_in_the_middle_leaves_nothing_and_a_repeat_repairs_it(
    engine: Engine, awaiting: RecordedWay, table: str, change: str
) -> None:
    before = everything(engine)
    entry = awaiting.entry(awaiting.event("internship_agreed"))
    put_out_of_order(engine, table, change)
    with pytest.raises(DatabaseError, match="out of order"):
        awaiting.recorder.record(entry)
    assert everything(engine) == before
    mend(engine, table)
    assert awaiting.recorder.record(entry).row == 4
    assert taken(engine, TRAY_KITCHEN) == 1


def test_rows_are_counted_in_each_journey_by_itself(engine: Engine) -> None:
    for candidate in (CANDIDATE, OTHER_CANDIDATE):
        other = RecordedWay(recorder_on(engine), candidate).comes(*ROUTES[Stage.AWAITING_PLACEMENT])
        other.tells("referral_accepted")
        assert [line.row for line in Lists(engine).ledger(other.id)] == [1, 2, 3, 4]


def test_two_journeys_may_be_sent_events_of_the_same_ids(engine: Engine) -> None:
    """Whoever sends one file to many journeys sends one id to all of them; each tells its own partners."""
    ways = [RecordedWay(recorder_on(engine), candidate) for candidate in (CANDIDATE, OTHER_CANDIDATE)]
    first, second = (way.comes(*ROUTES[Stage.INTERNSHIP]) for way in ways)
    assert {line.event_id for line in Lists(engine).ledger(first.id)} == {
        line.event_id for line in Lists(engine).ledger(second.id)
    }
    notices = Lists(engine).notices()
    assert len(notices) == 18
    assert len({notice.notice_id for notice in notices}) == 18


# Refused


@pytest.mark.parametrize(
    ("kind", "rule"),
    [("internship_completed", "possible_in_this_stage"), ("internship_agreed", "someone_looks_after_the_intern")],
)
def test_a_refused_event_has_a_row_and_changes_nothing_else(
    engine: Engine, awaiting: RecordedWay, kind: str, rule: str
) -> None:
    before = everything(engine)
    receipt = awaiting.tells(kind, **({"supervisor": None} if kind == "internship_agreed" else {}))
    after = everything(engine)
    assert (receipt.accepted, receipt.rule, receipt.stage) == (False, rule, Stage.AWAITING_PLACEMENT)
    assert (receipt.row, receipt.kind) == (4, kind)
    assert "internship_agreed" in receipt.allowed
    assert len(after.pop("ledger")) == len(before.pop("ledger")) + 1
    assert after == before


def test_a_refused_referral_begins_no_journey(engine: Engine, way: RecordedWay) -> None:
    receipt = way.tells("referred", referring_partner="fackforbundet_st")
    assert (receipt.accepted, receipt.row, receipt.stage) == (False, 1, None)
    assert Lists(engine).journeys() == []
    assert Lists(engine).journey_ids() == [way.id]


def test_another_event_under_a_used_id_is_refused_in_a_row_of_its_own(engine: Engine, awaiting: RecordedWay) -> None:
    event = awaiting.event("note_added", text="Prefers mornings")
    other = awaiting.event("note_added", text="Prefers evenings", event_id=event.event_id)
    assert awaiting.records(event).row == 4
    refused = awaiting.records(other)
    assert (refused.accepted, refused.rule, refused.row) == (False, "each_event_has_its_id", 5)
    assert refused.event_id != event.event_id
    assert awaiting.records(other) == refused
    lines = Lists(engine).ledger(awaiting.id)
    assert [line.row for line in lines] == [1, 2, 3, 4, 5]
    assert lines[3].event == awaiting.keeps(event).model_dump(mode="json")
    assert lines[4].event is None
    assert "Prefers evenings" not in str(rows_of(engine, "ledger"))


def test_a_third_event_under_a_used_id_has_a_row_of_its_own_too(awaiting: RecordedWay) -> None:
    event = awaiting.event("note_added", text="Prefers mornings")
    others = [awaiting.event("note_added", text=said, event_id=event.event_id) for said in ("evenings", "nights")]
    receipts = [awaiting.records(said) for said in (event, *others)]
    assert [receipt.row for receipt in receipts] == [4, 5, 6]
    assert [awaiting.records(said) for said in (event, *others)] == receipts


# Who may act


@pytest.mark.parametrize(
    ("actor", "rule"),
    [
        ("coordinator:anna.berg", None),
        ("coordinator:bo.lind", None),
        ("manager:lena.strand", None),
        ("partner:arbetsformedlingen", None),
        ("manager:anna.berg", "the_author_has_the_role"),
        ("coordinator:maria.ek", "the_author_has_the_role"),
        ("partner:kommunen", "the_author_is_permitted"),
        ("supervisor:maria.ek", "the_author_is_permitted"),
        ("coordinator:eve.intruder", "the_key_is_the_authors"),
        ("coordinator:kommunen", "the_key_is_the_authors"),
        ("manager:nobody", "the_key_is_the_authors"),
        ("partner:nobody", "the_key_is_the_authors"),
        ("partner:anna.berg", "the_key_is_the_authors"),
    ],
)
def test_only_those_who_are_enrolled_act_and_in_their_own_role(
    engine: Engine, awaiting: RecordedWay, actor: str, rule: str | None
) -> None:
    receipt = awaiting.tells("note_added", actor=actor)
    assert (receipt.accepted, receipt.rule) == (rule is None, rule)
    assert receipt.message.endswith(".")
    assert receipt.source == ("models/access" if rule else None)
    lines = Lists(engine).ledger(awaiting.id)
    assert len(lines) == 4
    assert (lines[-1].event is None) == (rule is not None), "of what came in another's name nothing is kept"


def test_a_supervisor_acts_once_the_agreement_names_them(awaiting: RecordedWay) -> None:
    awaiting.tells("internship_agreed", supervisor="maria.ek")
    assert awaiting.tells("note_added", actor="supervisor:jonas.alm").rule == "the_author_is_permitted"
    assert awaiting.tells("note_added", actor="supervisor:maria.ek").accepted


def test_a_refusal_for_the_authors_sake_goes_before_one_of_the_core(awaiting: RecordedWay) -> None:
    receipt = awaiting.tells("internship_completed", actor="coordinator:eve.intruder")
    assert receipt.rule == "the_key_is_the_authors"


# Places


def test_an_internship_takes_a_place_and_its_end_frees_it(engine: Engine, awaiting: RecordedWay) -> None:
    assert taken(engine, TRAY_KITCHEN) == 0
    awaiting.comes("internship_agreed")
    assert taken(engine, TRAY_KITCHEN) == 1
    awaiting.comes("check_in_recorded")
    assert taken(engine, TRAY_KITCHEN) == 1
    awaiting.comes("internship_completed")
    assert taken(engine, TRAY_KITCHEN) == 0


@pytest.mark.parametrize("ending", ["internship_interrupted", "withdrawn", "discontinued", "returned_to_agency"])
def test_whatever_ends_an_internship_frees_its_place(engine: Engine, awaiting: RecordedWay, ending: str) -> None:
    awaiting.comes("internship_agreed", ending)
    assert taken(engine, TRAY_KITCHEN) == 0


def test_a_journey_reopened_in_an_internship_takes_its_place_again(engine: Engine, awaiting: RecordedWay) -> None:
    awaiting.comes("internship_agreed", "withdrawn", "reopened")
    assert taken(engine, TRAY_KITCHEN) == 1


def test_a_journey_is_not_reopened_into_a_place_that_was_given_away(engine: Engine) -> None:
    first = on_transport(engine, "A22222223")
    assert first.tells("internship_agreed", position=TRANSPORT).accepted
    first.comes("withdrawn")
    for candidate in ("B22222226", "C2222222U"):
        assert on_transport(engine, candidate).tells("internship_agreed", position=TRANSPORT).accepted
    receipt = first.tells("reopened")
    assert (receipt.accepted, receipt.rule, receipt.stage) == (False, "a_place_is_free", Stage.CLOSED)


def test_a_correction_moves_the_place(engine: Engine, awaiting: RecordedWay) -> None:
    agreed = awaiting.event("internship_agreed")
    assert awaiting.records(agreed).accepted
    moved = {**agreed.model_dump(), "position": "lasarettet_ward_service"}
    corrected = awaiting.tells("corrected", corrects=agreed.event_id, replacement=moved, reason="Wrong ward")
    assert corrected.accepted
    assert (taken(engine, TRAY_KITCHEN), taken(engine, "lasarettet_ward_service")) == (0, 1)
    [journey] = Lists(engine).journeys()
    assert journey.position == "lasarettet_ward_service"


def test_a_struck_internship_gives_its_place_back(engine: Engine, awaiting: RecordedWay) -> None:
    agreed = awaiting.event("internship_agreed")
    assert awaiting.records(agreed).accepted
    assert awaiting.tells("corrected", corrects=agreed.event_id, reason="Another person", replacement=None).accepted
    assert taken(engine, TRAY_KITCHEN) == 0


def test_a_correction_to_a_position_without_a_free_place_is_refused_and_keeps_the_place(
    engine: Engine,
) -> None:
    for candidate in ("A22222223", "B22222226"):
        assert on_transport(engine, candidate).tells("internship_agreed", position=TRANSPORT).accepted
    third = on_transport(engine, "C2222222U")
    with engine.begin() as connection:  # another position that asks for the same profile, so that places alone decide
        connection.execute(text(f"update positions set profile='transport_service' where id='{TRAY_KITCHEN}'"))
    agreed = third.event("internship_agreed", position=TRAY_KITCHEN)
    assert third.records(agreed).accepted
    moved = {**agreed.model_dump(), "position": TRANSPORT}
    receipt = third.tells("corrected", corrects=agreed.event_id, replacement=moved, reason="Wrong unit")
    assert (receipt.accepted, receipt.rule) == (False, "a_place_is_free")
    assert taken(engine, TRAY_KITCHEN) == 1
    assert taken(engine, TRANSPORT) == 2


@pytest.mark.parametrize(
    ("ends", "asked_on", "message", "day"),
    [
        ((date(2026, 4, 30), date(2026, 5, 29)), MONDAY, "a_place_is_free.free_from", "2026-05-01"),
        ((date(2026, 7, 31), date(2026, 6, 12)), MONDAY, "a_place_is_free.free_from", "2026-06-13"),
        ((date(2026, 3, 31), date(2026, 5, 29)), date(2026, 4, 1), "a_place_is_free.overdue", "2026-04-01"),
    ],
)
def test_who_finds_no_place_is_told_from_when_on_one_is_free(
    engine: Engine, ends: tuple[date, date], asked_on: date, message: str, day: str
) -> None:
    for candidate, last_day in zip(("A22222223", "B22222226"), ends, strict=True):
        assert on_transport(engine, candidate).tells("internship_agreed", position=TRANSPORT, ends_on=last_day).accepted
    third = on_transport(engine, "C2222222U")
    third.day = asked_on
    receipt = third.tells("internship_agreed", position=TRANSPORT)
    assert receipt.reason is not None
    assert (receipt.rule, receipt.reason.id, receipt.reason.values["day"]) == ("a_place_is_free", message, day)


def test_an_internship_that_was_extended_frees_its_place_later(engine: Engine) -> None:
    for candidate in ("A22222223", "B22222226"):
        way = on_transport(engine, candidate)
        assert way.tells("internship_agreed", position=TRANSPORT, ends_on=date(2026, 4, 30)).accepted
        assert way.tells("internship_extended", ends_on=date(2026, 6, 30)).accepted
        sealer_on(engine).forget(candidate)  # so that the key is read within the transaction that asks for the place
    receipt = on_transport(engine, "C2222222U").tells("internship_agreed", position=TRANSPORT)
    assert receipt.reason is not None
    assert receipt.reason.values["day"] == "2026-07-01"


def test_a_position_that_nobody_knows_is_refused(awaiting: RecordedWay) -> None:
    receipt = awaiting.tells("internship_agreed", position="moon_base")
    assert (receipt.accepted, receipt.rule) == (False, "the_position_exists")
    assert "moon_base" in receipt.message


def test_a_position_of_another_programme_is_refused(awaiting: RecordedWay) -> None:
    receipt = awaiting.tells("internship_agreed", position=SCANNING)
    assert (receipt.accepted, receipt.rule) == (False, "the_position_exists")


def test_a_position_that_asks_for_another_profile_is_refused(awaiting: RecordedWay) -> None:
    receipt = awaiting.tells("internship_agreed", position=TRANSPORT)
    assert (receipt.accepted, receipt.rule) == (False, "checked_for_the_position")
    assert "transport_service" in receipt.message
    assert "hospital_service" in receipt.message


def test_nobody_is_placed_on_a_position_that_fills_no_staffing_need(engine: Engine, awaiting: RecordedWay) -> None:
    without = [position.model_copy(update={"staffing_need": None}) for position in RULES.positions]
    offer(engine, without)
    receipt = awaiting.tells("internship_agreed")
    assert (receipt.accepted, receipt.rule) == (False, "the_position_fills_a_need")
    assert taken(engine, TRAY_KITCHEN) == 0
    offer(engine, RULES.positions)
    assert awaiting.tells("internship_agreed").accepted


def test_a_refusal_that_only_the_database_knows_offers_what_was_possible_before(awaiting: RecordedWay) -> None:
    receipt = awaiting.tells("internship_agreed", position="moon_base")
    assert receipt.stage is Stage.AWAITING_PLACEMENT
    assert "internship_agreed" in receipt.allowed
    assert "internship_completed" not in receipt.allowed


def test_a_position_that_has_left_the_files_offers_no_places_and_keeps_its_interns(
    engine: Engine, awaiting: RecordedWay
) -> None:
    awaiting.comes("internship_agreed")
    offer(engine, [position for position in RULES.positions if position.id != TRAY_KITCHEN])
    other = RecordedWay(awaiting.recorder, OTHER_CANDIDATE).comes(*ROUTES[Stage.AWAITING_PLACEMENT])
    assert other.tells("internship_agreed").rule == "a_place_is_free"
    assert awaiting.tells("check_in_recorded").accepted
    assert awaiting.tells("internship_completed").accepted


def test_one_event_recorded_by_many_at_the_same_time_has_one_row(engine: Engine, awaiting: RecordedWay) -> None:
    """As when an attempt that was taken for dead goes on beside its repeat."""
    entry = awaiting.entry(awaiting.event("internship_agreed"))
    start = Barrier(8)

    def record(_: int) -> Receipt:
        start.wait()
        for _attempt in range(10):
            try:
                return awaiting.recorder.record(entry)
            except DatabaseError:
                continue  # Temporal repeats the activity
        raise AssertionError("it was repeated in vain")

    with ThreadPoolExecutor(8) as threads:
        receipts = list(threads.map(record, range(8)))
    assert all(receipt == receipts[0] for receipt in receipts)
    assert [line.row for line in Lists(engine).ledger(awaiting.id)] == [1, 2, 3, 4]
    assert len(rows_of(engine, "places_taken")) == 1


# Acknowledged


def notice_to(engine: Engine, way: RecordedWay, recipient: str) -> UUID:
    return UUID(
        next(line.notice_id for line in Lists(engine).notices(journey_id=way.id) if line.recipient == recipient)
    )


def acknowledged(engine: Engine) -> dict[str, Any]:
    return {line.notice_id: line.acknowledged_at for line in Lists(engine).notices() if line.acknowledged_at}


def test_a_partner_acknowledges_its_notice(engine: Engine, awaiting: RecordedWay) -> None:
    notice_id = notice_to(engine, awaiting, "arbetsformedlingen")
    receipt = awaiting.tells("partner_acknowledged", notice_id=notice_id)
    assert receipt.accepted
    assert acknowledged(engine) == {str(notice_id): datetime(2026, 3, 2, 9, tzinfo=UTC)}


def test_a_second_acknowledgement_keeps_the_first_moment(engine: Engine, awaiting: RecordedWay) -> None:
    notice_id = notice_to(engine, awaiting, "arbetsformedlingen")
    awaiting.tells("partner_acknowledged", notice_id=notice_id)
    awaiting.later(3).tells("partner_acknowledged", notice_id=notice_id)
    assert acknowledged(engine) == {str(notice_id): datetime(2026, 3, 2, 9, tzinfo=UTC)}


def test_a_coordinator_may_acknowledge_for_a_partner_that_has_telephoned(engine: Engine, awaiting: RecordedWay) -> None:
    notice_id = notice_to(engine, awaiting, "arbetsformedlingen")
    receipt = awaiting.tells("partner_acknowledged", notice_id=notice_id, actor="coordinator:anna.berg")
    assert receipt.accepted
    assert str(notice_id) in acknowledged(engine)


@pytest.mark.parametrize("whose", ["nobody's", "another partner's", "another journey's"])
def test_a_notice_that_is_not_this_partners_of_this_journey_cannot_be_acknowledged(
    engine: Engine, awaiting: RecordedWay, whose: str
) -> None:
    awaiting.comes("internship_agreed")
    other = RecordedWay(awaiting.recorder, OTHER_CANDIDATE).comes(*ROUTES[Stage.AWAITING_PLACEMENT])
    notice_id = {
        "nobody's": numbered_id(-7),
        "another partner's": notice_to(engine, awaiting, "kommunal"),
        "another journey's": notice_to(engine, other, "arbetsformedlingen"),
    }[whose]
    receipt = awaiting.tells("partner_acknowledged", notice_id=notice_id)
    assert (receipt.accepted, receipt.rule) == (False, "the_notice_exists")
    assert acknowledged(engine) == {}


def test_letters_of_every_script_come_back_as_they_were_written(engine: Engine, awaiting: RecordedWay) -> None:
    said = "Åsa Öberg, Ælfgar, 👍🏽, اَلْعَرَبِيَّةُ, 中文, ﷽, e\u0301, \u3000, \"'\\ {}$1%s;--"
    assert awaiting.tells("note_added", text=said).accepted
    [line] = opened(Lists(engine).ledger(awaiting.id)[-1:], texts_of(engine, awaiting.id))
    assert line.event is not None
    assert line.event["text"] == said


# A long way, told to the database, is what the core says of it


def test_the_read_model_says_of_each_stage_what_the_core_says(engine: Engine) -> None:
    for number, stage in enumerate(ROUTES):
        way = RecordedWay(recorder_on(engine), candidate_from("ABCDEFGH"[number])).comes(*ROUTES[stage])
        [journey] = Lists(engine).journeys(candidate=way.candidate)
        assert (journey.stage, journey.since, journey.position) == (way.state.stage, way.state.since, way.state.place)
        assert journey.events == len(way.journey.entries)
        assert journey.end_reason == (way.state.end_reason if stage is Stage.CLOSED else None)


def test_a_journey_in_another_programme_is_a_journey_of_its_own(engine: Engine, awaiting: RecordedWay) -> None:
    day = MONDAY.replace(year=2018)
    other = RecordedWay(awaiting.recorder, CANDIDATE, PREPAREDNESS, day).comes(*ROUTES[Stage.AWAITING_PLACEMENT])
    receipt = other.tells("internship_agreed", position=SCANNING)
    assert receipt.accepted, receipt
    assert {line.programme: line.stage for line in Lists(engine).journeys(candidate=CANDIDATE)} == {
        SERVICE.id: Stage.AWAITING_PLACEMENT,
        PREPAREDNESS.id: Stage.INTERNSHIP,
    }


# What the database does not take, whoever tries


def unwritable(way: RecordedWay) -> LedgerEntry:
    """The entry of an event that would have two items of one name in the list."""
    entry = way.entry(way.event("internship_agreed"))
    assert entry.details.items
    twice = entry.details.model_copy(update={"items": entry.details.items[:1] * 2})
    return entry.model_copy(update={"details": twice})


def at_attempt(number: int) -> ActivityEnvironment:
    environment = ActivityEnvironment()
    environment.info = replace(environment.info, attempt=number)
    return environment


def test_what_cannot_be_written_is_tried_again_and_then_given_up_so_that_a_refusal_of_it_can_be_recorded(
    engine: Engine, awaiting: RecordedWay
) -> None:
    entry, before = unwritable(awaiting), everything(engine)
    for attempt in range(1, TRIES):
        with pytest.raises(IntegrityError):
            at_attempt(attempt).run(awaiting.recorder.record, entry)
    with pytest.raises(ApplicationError) as given_up:
        at_attempt(TRIES).run(awaiting.recorder.record, entry)
    assert (given_up.value.type, given_up.value.non_retryable) == (UNWRITABLE, True)
    assert CANDIDATE not in str(given_up.value)
    assert everything(engine) == before

    receipt = awaiting.recorder.record(entry.model_copy(update={"refused": not_judged(), "known": None}))
    assert (receipt.accepted, receipt.rule) == (False, "it_can_be_judged")


def test_what_a_trigger_refuses_is_never_given_up(engine: Engine, awaiting: RecordedWay) -> None:
    put_out_of_order(engine, "ledger", "insert")
    with pytest.raises(DatabaseError):
        at_attempt(TRIES).run(awaiting.recorder.record, awaiting.entry(awaiting.event("internship_agreed")))
