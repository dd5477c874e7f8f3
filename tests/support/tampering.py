"""Ways to tamper with what is kept of journeys, each with what an audit must say of it.

An operator who means no good can do anything to the database: take the guards off, change rows, and hash them anew by
our own code. They can do something to Temporal's histories, too. Three journeys are there to be tampered with: `whole`,
which went the whole way with a refusal, rubbish, a repeat and a correction; `placed`, in an internship; `waiting`, just
referred.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

from google.protobuf.json_format import MessageToDict, ParseDict
from sqlalchemy import Connection, select, text, update
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory

from activities.contents import candidate_in, opened, opened_notice, sealed
from activities.sealing import unwrapped
from activities.seals import Seal, place_of
from auditing.evidence.evidence import Evidence, as_json
from models.ledger.hash_chain import GENESIS, row_hash
from models.tables.base import table_of
from models.tables.ledger import LedgerRow
from models.tables.people import CandidateKeyRow
from runtime.encryption.master_keys import master_key
from tests.support.sealing import SETTINGS

GUARDS = ("ledger_no_update", "ledger_no_delete", "ledger_next_row", "ledger_chain")

Edit = Callable[[Evidence], Evidence]


@dataclass(frozen=True)
class Tampering:
    """What is done to a journey – by SQL, in which `:j` is its id, to what the server keeps, or both – and the finding
    that must name it: `what`, at a place that begins with `where`. `rehashed` hashes the journey's rows anew."""

    what: str
    where: str
    sql: tuple[str, ...] = ()
    journey: str = "whole"
    rehashed: bool = False
    history: Edit | None = None
    against_checkpoint: bool = False


def row(number: int, change: str) -> tuple[str, ...]:
    return (f"update ledger set {change} where journey_id = :j and row = {number}",)


def in_json(part: str, path: str, value: str) -> str:
    """What is sealed is changed by somebody who has the keys, too."""
    if part == "notice":
        return f"contents = edited_notice(contents, notice_id, notice_id, '{path}', {value})"
    return f"contents = edited_row(contents, row, row, '{part}', '{path}', {value})"


def moved_up(first: int, by: int) -> str:
    """Row numbers from `first` on, in receipts too, moved without meeting one another."""
    return (
        f"update ledger set row = -(row + {by}),"
        f" contents = edited_row(contents, row, row + {by}, 'receipt', 'row', row + {by})"
        f" where journey_id = :j and row >= {first}"
    )


UPRIGHT = "update ledger set row = -row where journey_id = :j and row < 0"
FORGED = (
    "insert into ledger (journey_id, row, event_id, kind, actor, effective_on, recorded_at, accepted, stage_before,"
    " stage_after, contents, digest, rules_digest, commitment, previous, form, hash)"
    f" select journey_id, {{row}}, '{uuid4().hex}', kind, actor, effective_on, recorded_at, accepted, stage_before,"
    " stage_after, edited_row(contents, row, {row}, '', '', ''), digest, rules_digest, commitment, hash, form, hash"
    " from ledger"
    " where journey_id = :j and row = {of}"
)
WITHOUT_KEYS = (
    "create table copied as select * from ledger",
    "drop table ledger",
    "alter table copied rename to ledger",
)
NOTICE = "notice_id = (select min(notice_id) from notices where journey_id = :j and acknowledged_at is null)"
MADE_UP = uuid4().hex
CONFIRMED = "journey_id = :j and acknowledged_at is not null"


def notice(change: str, which: str = NOTICE) -> tuple[str, ...]:
    return (f"update notices set {change} where {which}",)


def gone(evidence: Evidence) -> Evidence:
    """The server keeps nothing of the journey any more."""
    return replace(evidence, runs=())


def edited(of_type: int, number: int, change: Callable[[dict[str, Any]], None]) -> Edit:
    """The nth event of a type (from 1) of the first run is changed, as JSON."""

    def edit(evidence: Evidence) -> Evidence:
        first, *others = evidence.runs
        events = [HistoryEvent.FromString(event.SerializeToString()) for event in first.events]
        [*_, (at, event)] = [(at, event) for at, event in enumerate(events) if event.event_type == of_type][:number]
        said = MessageToDict(event)
        change(said)
        events[at] = ParseDict(said, HistoryEvent())
        return replace(evidence, runs=(WorkflowHistory(first.workflow_id, events), *others))

    return edit


def without(of_type: int, number: int) -> Edit:
    """The nth event of a type is left out of the first run."""

    def edit(evidence: Evidence) -> Evidence:
        first, *others = evidence.runs
        left_out = [event for event in first.events if event.event_type == of_type][number - 1]
        events = [event for event in first.events if event.event_id != left_out.event_id]
        return replace(evidence, runs=(WorkflowHistory(first.workflow_id, events), *others))

    return edit


def saying(path: tuple[str | int, ...], old: str, new: str) -> Callable[[dict[str, Any]], None]:
    """Replaces words in the payload at a path."""

    def change(said: dict[str, Any]) -> None:
        at: Any = said
        for step in path:
            at = at[step]
        data = base64.b64decode(at["data"]).decode()
        assert old in data, data
        at["data"] = base64.b64encode(data.replace(old, new).encode()).decode()

    return change


MARKER = EventType.EVENT_TYPE_MARKER_RECORDED
UPDATED = EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED
STARTED = EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED
SENT = EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED
RECEIPT = ("markerRecordedEventAttributes", "details", "result", "payloads", 0)
UPDATE = ("workflowExecutionUpdateAcceptedEventAttributes", "acceptedRequest", "input", "args", "payloads", 0)
INPUT = ("workflowExecutionStartedEventAttributes", "input", "payloads", 0)
OUTCOME = ("activityTaskCompletedEventAttributes", "result", "payloads", 0)


def exchanged(said: dict[str, Any]) -> None:
    """What an activity says was sent it now says could not be, and the other way round."""
    saying(OUTCOME, '"sent":', '"was":')(said)
    saying(OUTCOME, '"dead":', '"sent":')(said)
    saying(OUTCOME, '"was":', '"dead":')(said)


TAMPERINGS: dict[str, Tampering] = {
    # Rows of the ledger, changed
    "a stage in an answer": Tampering(
        "finding.answer_differs", "row 3", row(3, in_json("receipt", "stage", "'closed'")), rehashed=True
    ),
    "an author": Tampering("finding.author_differs", "row 3", row(3, "actor = 'coordinator:x'"), rehashed=True),
    "an author within an event": Tampering(
        "finding.event_digest_differs", "row 3", row(3, in_json("event", "actor", "'coordinator:x'"))
    ),
    "an event with its digest": Tampering(
        "finding.event_never_sent", "row 3", row(3, "digest = printf('%064d', 7)"), rehashed=True
    ),
    "a day where nobody told one": Tampering(
        "finding.day_differs", "row 4", row(4, "effective_on = '2026-01-01'"), rehashed=True
    ),
    "a day": Tampering("finding.day_differs", "row 5", row(5, "effective_on = '2026-01-01'"), rehashed=True),
    "a kind": Tampering("finding.kind_differs", "row 4", row(4, "kind = 'note_added'"), rehashed=True),
    "a moment of recording": Tampering(
        "finding.recorded_at_differs", "row 4", row(4, "recorded_at = '2020-01-01 00:00:00.000000'"), rehashed=True
    ),
    "a refusal made an acceptance": Tampering("finding.answer_differs", "row 2", row(2, "accepted = 1"), rehashed=True),
    "the rule of a refusal": Tampering(
        "finding.rule_differs", "row 2", row(2, "rule = 'a_place_is_free'"), rehashed=True
    ),
    "the source of a refusal": Tampering(
        "finding.source_differs", "row 2", row(2, "source = 'hearsay'"), rehashed=True
    ),
    "a stage before": Tampering(
        "finding.stage_before_differs", "row 5", row(5, "stage_before = 'closed'"), rehashed=True
    ),
    "a stage afterwards": Tampering(
        "finding.stage_after_differs", "row 5", row(5, "stage_after = 'closed'"), rehashed=True
    ),
    "an event id": Tampering("finding.event_id_differs", "row 5", row(5, f"event_id = '{uuid4().hex}'"), rehashed=True),
    "the rules that judged": Tampering(
        "finding.rules_not_in_force", "row 5", row(5, "rules_digest = printf('%064d', 7)"), rehashed=True
    ),
    "a row that was no event": Tampering(
        "finding.event_never_sent",
        "row 4",
        ("update ledger set digest = printf('%064d', 9) where journey_id = :j and kind = 'unreadable'",),
        rehashed=True,
    ),
    "the contents of an event": Tampering("finding.event_gone", "row 5", row(5, in_json("event", "", "null"))),
    "sealed contents that somebody changed without a key": Tampering(
        "finding.contents_closed", "row 5", row(5, "contents = zeroblob(length(contents))")
    ),
    "the sealed contents of another row": Tampering(
        "finding.contents_closed",
        "row 5",
        row(5, "contents = (select contents from ledger where journey_id = :j and row = 4)"),
    ),
    "a hash": Tampering("finding.row_hash_differs", "row 5", row(5, "hash = printf('%064d', 7)")),
    "a link": Tampering("finding.chain_broken", "row 5", row(5, "previous = printf('%064d', 7)")),
    "a row with its hash but not those after it": Tampering(
        "finding.chain_broken", "row 6", row(5, "hash = printf('%064d', 7)")
    ),
    # Rows removed, swapped, inserted
    "a row removed": Tampering(
        "finding.row_missing", "row 2", ("delete from ledger where journey_id = :j and row = 2",)
    ),
    "a row removed and the gap closed": Tampering(
        "finding.event_id_differs",
        "row 2",
        ("delete from ledger where journey_id = :j and row = 2", moved_up(3, -1), UPRIGHT),
        rehashed=True,
    ),
    "the last row removed": Tampering(
        "finding.row_missing", "row 12", ("delete from ledger where journey_id = :j and row = 12",)
    ),
    "all rows of a journey removed": Tampering(
        "finding.row_missing", "row 1", ("delete from ledger where journey_id = :j",)
    ),
    "two rows swapped": Tampering(
        "finding.event_id_differs",
        "row 6",
        (
            "update ledger set row = case row when 6 then -7 else -6 end,"
            " contents = edited_row(contents, row, 13 - row, '', '', '') where journey_id = :j and row in (6, 7)",
            UPRIGHT,
        ),
        rehashed=True,
    ),
    "a row added": Tampering("finding.row_unexpected", "row 13", (FORGED.format(row=13, of=12),), rehashed=True),
    "a row put between": Tampering(
        "finding.event_id_differs", "row 3", (moved_up(3, 1), UPRIGHT, FORGED.format(row=3, of=2)), rehashed=True
    ),
    "a row there twice": Tampering(
        "finding.row_twice",
        "row 5",
        (*WITHOUT_KEYS, "insert into ledger select * from ledger where journey_id = :j and row = 5"),
    ),
    # Whole journeys, where the history is gone too: only what was kept outside can tell
    "a journey dropped everywhere": Tampering(
        "finding.journey_gone",
        "rows 1–",
        tuple(
            f"delete from {table} where journey_id = :j"
            for table in (
                "ledger",
                "journeys",
                "passages",
                "findings",
                "follow_ups",
                "open_items",
                "places_taken",
                "notices",
            )
        ),
        history=gone,
        against_checkpoint=True,
    ),
    "a row changed and hashed anew, the history gone": Tampering(
        "finding.head_differs",
        "row 12",
        row(3, "actor = 'coordinator:x'"),
        rehashed=True,
        history=gone,
        against_checkpoint=True,
    ),
    "the last row removed, the history gone": Tampering(
        "finding.rows_gone",
        "rows 1–12",
        ("delete from ledger where journey_id = :j and row = 12",),
        history=gone,
        against_checkpoint=True,
    ),
    "a row dated back, the history gone": Tampering(
        "finding.row_backdated",
        "row 13",
        (
            FORGED.format(row=13, of=12),
            "update ledger set recorded_at = '2020-01-01 00:00:00.000000' where journey_id = :j and row = 13",
        ),
        rehashed=True,
        history=gone,
        against_checkpoint=True,
    ),
    # Lists
    "the stage in the list": Tampering(
        "finding.column_differs", "read", ("update journeys set stage = 'closed' where journey_id = :j",)
    ),
    "the coordinator in the list": Tampering(
        "finding.column_differs", "read", ("update journeys set coordinator = 'x' where journey_id = :j",)
    ),
    "a deadline in the list": Tampering(
        "finding.column_differs",
        "read",
        ("update journeys set due_on = '2030-01-01' where journey_id = :j",),
        journey="placed",
    ),
    "a journey gone from the list": Tampering(
        "finding.lists_differ", "read", ("delete from journeys where journey_id = :j",)
    ),
    "a stage passed": Tampering(
        "finding.passages_differ",
        "read",
        ("update passages set entered_on = '2026-03-01' where journey_id = :j and number = 2",),
    ),
    "a stage too many": Tampering(
        "finding.passages_differ",
        "read",
        (
            "insert into passages select journey_id, 99, stage, entered_on, left_on, began_on from passages"
            " where journey_id = :j and number = 0",
        ),
    ),
    "a finding of the check": Tampering(
        "finding.findings_differ",
        "read",
        ("update findings set result = 'unmet' where journey_id = :j and requirement = 'shift_work'",),
    ),
    "a follow-up": Tampering(
        "finding.follow_ups_differ", "read", ("insert into follow_ups values (:j, 90, 'at_work')",)
    ),
    "the day of what is waited for": Tampering(
        "finding.items_differ",
        "read",
        ("update open_items set due_on = '2030-01-01' where journey_id = :j",),
        journey="placed",
    ),
    # Places
    "a place freed by hand": Tampering(
        "finding.place_differs", "places", ("delete from places_taken where journey_id = :j",), journey="placed"
    ),
    "a place moved by hand": Tampering(
        "finding.place_differs",
        "places",
        ("update places_taken set position = 'lasarettet_transport' where journey_id = :j",),
        journey="placed",
    ),
    "a place given by hand": Tampering(
        "finding.place_differs",
        "places",
        ("insert into places_taken values (:j, 'lasarettet_transport', '2026-01-01 00:00:00.000000')",),
        journey="waiting",
    ),
    "a place freed by hand, the history gone": Tampering(
        "finding.place_differs",
        "places",
        ("delete from places_taken where journey_id = :j",),
        journey="placed",
        history=gone,
    ),
    "a place given by hand, the history gone": Tampering(
        "finding.place_differs",
        "places",
        ("insert into places_taken values (:j, 'lasarettet_transport', '2026-01-01 00:00:00.000000')",),
        journey="waiting",
        history=gone,
    ),
    "a place taken at another moment": Tampering(
        "finding.taken_at_differs",
        "places",
        ("update places_taken set taken_at = '2026-01-01 00:00:00.000000' where journey_id = :j",),
        journey="placed",
    ),
    # Notices
    "a notice removed": Tampering("finding.notice_missing", "notice", (f"delete from notices where {NOTICE}",)),
    "a notice made up": Tampering(
        "finding.notice_never_due",
        "notice",
        (
            "insert into notices (notice_id, journey_id, event_id, recipient, status, attempts, created_at,"
            " pending_since, sent_at, kind, contents)"
            f" select '{MADE_UP}', journey_id, event_id, 'samhall', status, attempts, created_at,"
            f" pending_since, sent_at, kind, edited_notice(contents, notice_id, '{MADE_UP}', '', '')"
            f" from notices where {NOTICE}",
        ),
    ),
    "a notice to somebody else": Tampering("finding.notice_differs", "notice", notice("recipient = 'samhall'")),
    "a notice sent to somebody else": Tampering(
        "finding.notice_sent_to_another", "notice", notice("sent_to = 'samhall', sent_at = created_at")
    ),
    "another recipient within a notice": Tampering(
        "finding.notice_differs", "notice", notice(in_json("notice", "recipient", "'samhall'"))
    ),
    "another kind within a notice": Tampering(
        "finding.notice_differs", "notice", notice(in_json("notice", "kind", "'withdrawn'"))
    ),
    "more told than the event says": Tampering(
        "finding.notice_differs", "notice", notice(in_json("notice", "details.ends_on", "'2030-01-01'"))
    ),
    "a delivery denied": Tampering("finding.delivery_differs", "notice", notice("status = 'dead', sent_at = null")),
    "a delivery at no moment": Tampering("finding.notice_contradicts_itself", "notice", notice("sent_at = null")),
    "a delivery before its event": Tampering(
        "finding.notice_sent_at_another_moment", "notice", notice("sent_at = '2020-01-01 00:00:00.000000'")
    ),
    "a delivery long after it was done": Tampering(
        "finding.notice_sent_at_another_moment", "notice", notice("sent_at = '2099-01-01 00:00:00.000000'")
    ),
    "a delivery minutes after it was done": Tampering(
        "finding.notice_sent_at_another_moment",
        "notice",
        notice("sent_at = strftime('%Y-%m-%d %H:%M:%f000', sent_at, '+5 minutes')"),
    ),
    "a delivery minutes before its event": Tampering(
        "finding.notice_sent_at_another_moment",
        "notice",
        notice("sent_at = strftime('%Y-%m-%d %H:%M:%f000', sent_at, '-5 minutes')"),
    ),
    "a confirmation made up": Tampering(
        "finding.acknowledgement_differs", "notice", notice("acknowledged_at = '2026-03-03 00:00:00.000000'")
    ),
    "a confirmation removed": Tampering(
        "finding.acknowledgement_differs", "notice", notice("acknowledged_at = null", CONFIRMED)
    ),
    # The history itself, as in a bundle
    "an answer within the history": Tampering(
        "finding.answer_differs",
        "row 3",
        history=edited(MARKER, 3, saying(RECEIPT, '"stage":"requirement_check"', '"stage":"closed"')),
    ),
    "an acceptance within the history": Tampering(
        "finding.answer_differs",
        "row 2",
        history=edited(MARKER, 2, saying(RECEIPT, '"accepted":false', '"accepted":true')),
    ),
    "a day within an event of the history": Tampering(
        "finding.day_differs",
        "row 3",
        history=edited(UPDATED, 3, saying(UPDATE, '"effective_on":"2026-03-02"', '"effective_on":"2026-03-01"')),
    ),
    "the rules of the history": Tampering(
        "finding.rules_not_in_force",
        "row 1",
        history=edited(STARTED, 1, saying(INPUT, '"longest_months":6', '"longest_months":12')),
    ),
    "an answer left out of the history": Tampering("finding.replay_fails", "run 1", history=without(MARKER, 3)),
    "a delivery within the history": Tampering(
        "finding.delivery_differs", "notice", history=edited(SENT, 1, exchanged)
    ),
    "an event left out of the history": Tampering("finding.replay_fails", "run 1", history=without(UPDATED, 4)),
}


def seal_in(connection: Connection, journey: str) -> Seal:
    """The seal of a journey's candidate, for somebody who has the master key."""
    candidate = candidate_in(journey)
    query = select(CandidateKeyRow.wrapped).where(CandidateKeyRow.candidate == candidate)
    return Seal(unwrapped(master_key(SETTINGS), candidate, str(connection.scalar(query))))


def with_the_keys(connection: Connection, journey: str) -> None:
    """Let SQL change what is sealed in the rows of a journey."""
    seal = seal_in(connection, journey)

    def edited_row(contents: bytes, row: int, to: int, part: str, path: str, value: Any) -> bytes:
        said = opened(seal, SimpleNamespace(journey_id=journey, row=row, contents=contents))
        if part:
            said = said._replace(**{part: _set(getattr(said, part), path, value)})
        return sealed(seal, said, journey, to)

    def edited_notice(contents: bytes, notice: str, to: str, path: str, value: Any) -> bytes:
        said = opened_notice(seal, notice, contents)
        return seal.seal_json(place_of("notices", UUID(to)), _set(said, path, value) if path else said)

    kept: Any = connection.connection.dbapi_connection
    kept.create_function("edited_row", 6, edited_row)
    kept.create_function("edited_notice", 5, edited_notice)


def _set(said: Any, path: str, value: Any) -> Any:
    """JSON with another value at a path; without a path the value itself."""
    first, _, rest = path.partition(".")
    return {**said, first: _set(said.get(first), rest, value)} if first else value


def tamper(connection: Connection, tampering: Tampering, journey: str) -> None:
    """Do to a database what a tampering does to it. Each statement must hit something."""
    with_the_keys(connection, journey)
    for guard in GUARDS:
        connection.execute(text(f"drop trigger if exists {guard}"))
    for statement in tampering.sql:
        done = connection.execute(text(statement), {"j": journey} if ":j" in statement else {})
        assert done.rowcount or statement in WITHOUT_KEYS or "delete" in statement, f"hits nothing: {statement}"
    if tampering.rehashed:
        hash_anew(connection, journey)


def hash_anew(connection: Connection, journey: str) -> None:
    """What an operator can do who knows our code: the chain holds afterwards."""
    ledger = table_of(LedgerRow)
    previous, seal = GENESIS, seal_in(connection, journey)
    rows = connection.execute(select(ledger).where(ledger.c.journey_id == journey).order_by(ledger.c.row)).all()
    for one in rows:
        said = {**as_json(one), "previous": previous, "commitment": opened(seal, one).commitment}
        own = row_hash(said)
        changed = {"previous": previous, "hash": own, "commitment": said["commitment"]}
        connection.execute(update(ledger).where(ledger.c.id == one.id).values(changed))
        previous = own
