"""Parts of the reconciliation by themselves: what is compared, where it resumes, what it tells whom."""

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast, get_args
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, text
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.testing import ActivityEnvironment

from activities.email_channel import EmailChannel
from activities.language import Language, said
from activities.operator_mail import NAMED, OperatorMail, Report, composed
from activities.outbox import Outbox, Outcome
from activities.reconciling import reconciler
from activities.reconciling.reconciler import ALL_PAGES, MOST, Found, Look, Reconciler
from activities.reconciling.records import Records
from models.discrepancy import Difference, DifferenceKind
from models.identifiers import JourneyId
from models.message import Message, msg
from models.projections.consistency import ROWS_SHOWN, ListLine, Recorded, Shown, compare, nothing
from tests.support.programmes import RULES
from tests.support.recording import RecordedWay, recorder_on, rows_of

K = DifferenceKind
NOW = datetime(2026, 3, 10, 3, tzinfo=UTC)
LOOK = Look(workflow="CandidateJourney", now=NOW, today=NOW.date(), unsent_before=NOW - timedelta(days=3))
JOURNEY = "journey/K7Q29FMXB/service_division"
NUMBERS = ("K7Q29FMXB", "JUYZL5D7Q", "M2M2M2M2E")
LINE = ListLine("K7Q29FMXB", "service_division", "internship", "2480", "lasarettet_ward_service", 4)
OFFERED = replace(LINE, stage="awaiting_placement")
"""Of somebody who was offered a place."""
RECORDED = Recorded(JOURNEY, 5, 4, "internship", NOW, LINE, "lasarettet_ward_service")
ATTRIBUTES = {"Stage": "internship", "Programme": "service_division", "Site": "2480"}
SHOWN = Shown("running", ATTRIBUTES, stuck=False, changed_at=NOW)


def kinds(recorded: Recorded, shown: Shown | None = SHOWN, *, over: bool = False) -> list[DifferenceKind]:
    return [one.kind for one in compare(recorded, shown, lambda _: over)]


def test_what_agrees_differs_in_nothing() -> None:
    assert kinds(RECORDED) == []


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"line": None}, [K.LIST_DIFFERS]),
        ({"line": replace(LINE, stage="evaluation")}, [K.LIST_DIFFERS]),
        ({"line": replace(LINE, events=3)}, [K.LIST_DIFFERS]),
        ({"line": replace(LINE, candidate="JUYZL5D7Q")}, [K.LIST_DIFFERS]),
        ({"line": replace(LINE, position=None)}, [K.LIST_DIFFERS]),
        ({"line": replace(LINE, position=None, paused=True), "place": None}, []),
        ({"line": replace(LINE, position=None, paused=True)}, [K.PLACE_DIFFERS]),
        ({"line": replace(LINE, site="2580")}, [K.SEARCH_ATTRIBUTES_DIFFER]),
        ({"place": None}, [K.PLACE_DIFFERS]),
        ({"place": "lasarettet_transport"}, [K.PLACE_DIFFERS]),
        ({"stage": "awaiting_placement", "line": OFFERED}, [K.SEARCH_ATTRIBUTES_DIFFER]),
        (
            {"stage": "awaiting_placement", "line": OFFERED, "place": None},
            [K.PLACE_DIFFERS, K.SEARCH_ATTRIBUTES_DIFFER],
        ),
        (
            {"stage": "awaiting_placement", "line": replace(OFFERED, position=None)},
            [K.PLACE_DIFFERS, K.SEARCH_ATTRIBUTES_DIFFER],
        ),
        ({"rows": 1, "accepted": 0, "stage": None, "line": None, "place": None}, []),
        ({"rows": 0, "accepted": 0, "stage": None, "line": None, "place": None}, [K.WORKFLOW_UNKNOWN]),
    ],
)
def test_each_thing_that_does_not_follow_from_the_ledger_is_named(
    changed: dict[str, Any], found: list[DifferenceKind]
) -> None:
    assert kinds(replace(RECORDED, **changed)) == found


@pytest.mark.parametrize("status", ["running", "completed", "terminated"])
@pytest.mark.parametrize(
    "database",
    [RECORDED, replace(RECORDED, stage="evaluation", place=None), Recorded(JOURNEY)],
    ids=["as it was", "with everything else differing", "without the journey"],
)
def test_a_ledger_with_fewer_rows_than_its_journey_knows_is_all_that_is_named(database: Recorded, status: str) -> None:
    knows_more = replace(SHOWN, status=status, attributes=ATTRIBUTES | {ROWS_SHOWN: "6"})
    assert kinds(database, knows_more) == [K.LEDGER_BEHIND]
    assert K.LEDGER_BEHIND not in kinds(replace(database, rows=6), knows_more)
    assert K.LEDGER_BEHIND not in kinds(database, replace(knows_more, workflow="Squatter"))
    assert K.LEDGER_BEHIND not in kinds(replace(database, erased=True), knows_more)


@pytest.mark.parametrize("status", ["terminated", "timed_out", "failed", "canceled", "completed"])
def test_an_open_journey_whose_workflow_ended_however_is_lost(status: str) -> None:
    assert kinds(RECORDED, replace(SHOWN, status=status)) == [K.WORKFLOW_LOST]
    assert kinds(RECORDED, None, over=True) == [K.WORKFLOW_LOST]


def test_a_workflow_of_another_type_under_its_id_is_named_and_nothing_else_is_asked_of_it() -> None:
    another = replace(SHOWN, workflow="Squatter", attributes={}, stuck=True)
    assert kinds(RECORDED, another) == [K.WORKFLOW_REPLACED]
    closed = replace(RECORDED, stage="closed", line=replace(LINE, stage="closed", position=None), place=None)
    assert kinds(closed, replace(another, status="completed")) == [K.WORKFLOW_LOST]


def test_a_closed_journey_is_lost_only_where_it_is_not_over() -> None:
    closed = replace(RECORDED, stage="closed", line=replace(LINE, stage="closed", position=None), place=None)
    assert kinds(closed, replace(SHOWN, status="completed")) == []
    assert kinds(closed, None, over=True) == []
    assert kinds(closed, replace(SHOWN, status="terminated")) == [K.WORKFLOW_LOST]


def test_what_is_found_says_what_to_do_in_one_line() -> None:
    for kind in DifferenceKind:
        one = Difference(
            journey_id=JOURNEY, kind=kind, expected=nothing(), found=msg("workflow_status.running", "running")
        )
        for language in get_args(Language):
            told = said(one.in_words, language)
            assert told.startswith(f"{JOURNEY}: ")
            assert "\n" not in told
            assert one.in_words.id not in told


@pytest.fixture
def records(engine: Engine) -> Records:
    """Three journeys in the database, recorded on a Monday in March."""
    recorder = recorder_on(engine)
    for number in NUMBERS:
        RecordedWay(recorder, number).comes("referred", "referral_accepted")
    return Records(engine, RULES.find)


def test_pages_go_through_every_journey_once_however_small(records: Records, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text(f"delete from journeys where candidate = '{NUMBERS[0]}'"))
    seen, after = [], ""
    while page := records.page(after, 2):
        seen += page
        after = page[-1].journey_id
    assert {one.journey_id.split("/")[1] for one in seen} == set(NUMBERS)
    assert len(seen) == len(NUMBERS)
    assert [(one.rows, one.accepted, one.stage) for one in seen] == [(2, 2, "requirement_check")] * 3
    assert [one.journey_id for one in seen if one.line is None] == [f"journey/{NUMBERS[0]}/service_division"]


async def test_a_comparison_goes_on_from_the_page_that_its_heartbeat_names(
    records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciler, "PAGE", 1)
    asked: list[list[str]] = []

    async def listed(_client: Client, ids: list[str]) -> dict[str, Shown]:
        asked.append(ids)
        return {}

    monkeypatch.setattr(reconciler, "listed", listed)
    beats: list[Found] = []
    environment = ActivityEnvironment()
    environment.on_heartbeat = lambda *details: beats.append(details[0])
    compare_journeys = Reconciler(cast("Client", None), records).compare_journeys
    whole = await environment.run(compare_journeys, LOOK)
    assert (whole.looked_at, [one.kind for one in whole.differences]) == (3, [K.WORKFLOW_LOST] * 3)
    assert [beat.looked_at for beat in beats] == [1, 2, 3]

    asked.clear()
    resumed = ActivityEnvironment()
    resumed.info = replace(resumed.info, heartbeat_details=[beats[1].model_dump(mode="json")])
    assert await resumed.run(compare_journeys, LOOK) == whole
    assert asked == [[whole.differences[-1].journey_id]]


def listed_run(journey_id: str, started: datetime) -> SimpleNamespace:
    """A running journey as Temporal lists it, with what the reconciliation asks of it."""
    status, workflow = WorkflowExecutionStatus.RUNNING, LOOK.workflow
    more = {"status": status, "workflow_type": workflow, "close_time": None, "typed_search_attributes": ()}
    return SimpleNamespace(id=journey_id, start_time=started, **more)


async def test_a_listing_goes_on_from_the_token_that_its_heartbeat_names(records: Records) -> None:
    known = listed_run(f"journey/{NUMBERS[0]}/service_division", NOW)
    strange = listed_run("journey/unknown/service_division", NOW - timedelta(days=1))
    pages = {None: ([known], b"second"), b"second": ([strange], None)}
    asked: list[bytes | None] = []

    class Listing:
        def __init__(self, token: bytes | None) -> None:
            self.token = token

        async def fetch_next_page(self) -> None:
            asked.append(self.token)
            self.current_page, self.next_page_token = pages[self.token]

    client = SimpleNamespace(list_workflows=lambda _query, *, page_size, next_page_token: Listing(next_page_token))  # noqa: ARG005
    beats: list[Found] = []
    environment = ActivityEnvironment()
    environment.on_heartbeat = lambda *details: beats.append(details[0])
    compare_workflows = Reconciler(cast("Client", client), records).compare_workflows
    whole = await environment.run(compare_workflows, LOOK)
    assert [(one.kind, one.journey_id) for one in whole.differences] == [(K.WORKFLOW_UNKNOWN, strange.id)]
    assert (whole.looked_at, whole.after, whole.in_flight) == (2, ALL_PAGES, False)

    asked.clear()
    for beat, pages_left in ((beats[0], [b"second"]), (beats[1], [])):
        resumed = ActivityEnvironment()
        resumed.info = replace(resumed.info, heartbeat_details=[beat.model_dump(mode="json")])
        assert await resumed.run(compare_workflows, LOOK) == whole
        assert asked == pages_left
        asked.clear()


async def test_notices_that_were_given_up_are_told_until_they_are_sent_again(records: Records, engine: Engine) -> None:
    environment, find = ActivityEnvironment(), Reconciler(cast("Client", None), records).find_unsent
    nothing_pends = LOOK.model_copy(update={"unsent_before": datetime(2026, 1, 1, tzinfo=UTC)})
    assert (await environment.run(find, nothing_pends)).differences == ()
    journey = JourneyId.of(NUMBERS[0], "service_division")
    [notice, *_] = [UUID(str(one["notice_id"])) for one in rows_of(engine, "notices") if one["journey_id"] == journey]
    outbox = Outbox(engine)
    outbox.mark(Outcome.dead([notice], "nobody knows that address"))
    [told] = (await environment.run(find, nothing_pends)).differences
    assert (told.kind, told.journey_id) == (K.NOTICE_DEAD, journey)
    outbox.revive([notice], NOW)
    assert (await environment.run(find, nothing_pends)).differences == ()


def test_of_very_many_differences_it_is_told_how_many_more_there_are() -> None:
    one = Difference(journey_id=JOURNEY, kind=K.LIST_DIFFERS, expected=nothing(), found=nothing())
    found = Found().further([one] * MOST, "a", 1).further([one] * 7, "b", 1)
    assert (len(found.differences), found.more) == (MOST, 7)


def test_a_journey_is_over_when_its_window_and_its_follow_ups_have_passed(engine: Engine) -> None:
    way = RecordedWay(recorder_on(engine))
    way.comes("referred", "withdrawn")
    records = Records(engine, RULES.find)
    [recorded] = records.page("", 9)
    last = way.day + timedelta(days=RULES.programme("service_division").reopen_within_days - 1)
    assert not records.is_over(recorded, last)
    assert records.is_over(recorded, last + timedelta(days=1))
    assert Records(engine, lambda _: None).is_over(recorded, way.day)


async def test_the_operator_reads_in_the_log_and_in_both_languages_what_differs(
    caplog: pytest.LogCaptureFixture,
) -> None:
    sent: list[tuple[str, str, str]] = []

    class Outgoing(EmailChannel):
        async def tell(self, address: str, subject: str, text: str, message_id: UUID) -> None:  # noqa: ARG002
            sent.append((address, subject, text))

    one = Difference(
        journey_id=JOURNEY,
        kind=K.PLACE_DIFFERS,
        expected=msg("ledger_says.no_place", "no place"),
        found=msg("ledger_says.no_place", "no place"),
    )
    report = Report(at=NOW, differences=(one,), more=2)
    environment = ActivityEnvironment()
    environment.info = replace(environment.info, workflow_run_id=str(uuid4()))
    reporter = OperatorMail(Outgoing("localhost", 25, "hela-vagen@localhost"), "drift@example.org")
    with caplog.at_level(logging.ERROR):
        await environment.run(reporter.report, report)
        await environment.run(reporter.report, report.model_copy(update={"mail": False}))
        await environment.run(reporter.report, Report(at=NOW, differences=()))
    assert [record.getMessage().split(" (")[0] for record in caplog.records][:2] == [
        f"reconciliation: {JOURNEY}: it should hold no place but holds no place. Repair the journey.",
        "reconciliation: 2 more differences",
    ]
    [(address, subject, body)] = sent
    assert address == "drift@example.org"
    assert (subject, body) == composed(report)
    assert subject == "Hela vägen: 3 skillnader funna / 3 differences found"
    assert f"{JOURNEY}: den ska ha ingen plats" in body
    assert f"{JOURNEY}: it should hold no place" in body


async def test_a_night_on_which_nothing_differs_is_told_of_where_there_is_something_else_to_look_at() -> None:
    sent: list[tuple[str, str]] = []

    class Outgoing(EmailChannel):
        async def tell(self, address: str, subject: str, text: str, message_id: UUID) -> None:  # noqa: ARG002
            sent.append((subject, text))

    async def beside() -> list[Message]:
        return [msg("concern.checkpoint", "No auditor has signed.", days=2)]

    environment = ActivityEnvironment()
    environment.info = replace(environment.info, workflow_run_id=str(uuid4()))
    reporter = OperatorMail(Outgoing("localhost", 25, "hela-vagen@localhost"), "drift@example.org", beside)
    await environment.run(reporter.report, Report(at=NOW, differences=()))
    await environment.run(reporter.report, Report(at=NOW, differences=(), mail=False))
    [(subject, text)] = sent
    assert subject == "Hela vägen: något att titta på / something to look at"
    assert text.startswith("Ingen granskare har signerat liggaren på 2 dagar eller mer.")
    assert "does not agree" not in text


def test_a_mail_tells_of_very_many_differences_only_the_first() -> None:
    one = Difference(
        journey_id=JOURNEY,
        kind=K.PLACE_DIFFERS,
        expected=msg("ledger_says.no_place", "no place"),
        found=msg("ledger_says.no_place", "no place"),
    )
    subject, body = composed(Report(at=NOW, differences=(one,) * (NAMED + 3), more=4))
    assert f"{NAMED + 7} differences found" in subject
    assert (body.count("it should hold no place"), body.count("\n7 more are not listed here")) == (NAMED, 1)
