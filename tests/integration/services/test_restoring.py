"""Rows written anew after a ledger was put back: the same as before, or one sentence on why not."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, text

from activities.delivery import Delivery
from activities.free_texts import keep_texts
from activities.outbox import Settled
from activities.record import Recorder
from auditing.evidence.evidence import read_rows
from auditing.evidence.findings import Noted
from auditing.verification.ledger_checks import chain_findings
from auditing.verification.lost_rows import given_up, given_up_findings
from models.access.statements import RowsLost
from models.discrepancy import DifferenceKind
from models.events.events import Event, Repaired
from models.events.values import LostRows
from models.identifiers import Actor, Role
from models.ledger.receipt import Receipt
from models.stages import Stage
from runtime.local.people import everywhere
from runtime.statement_log import StatementLog
from services.operations.restoring import Restorer
from services.operations.retold import CannotRestore, Restored, Retelling, Statement, Told
from services.queries.lists import Lists
from tests.support.authority import enter, key_of, signature_of
from tests.support.builders import ROUTES
from tests.support.programmes import SERVICE, met
from tests.support.recording import (
    TRANSPORT,
    RecordedWay,
    by_hand,
    everything,
    on_transport,
    recorder_on,
    rows_of,
)

NOW = datetime(2026, 3, 10, 3, tzinfo=UTC)
KIM, ROBIN = Actor.parse("operator:kim.dahl"), Actor.parse("operator:robin.ek")
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
OF_LISTS = ("passages", "findings", "follow_ups", "open_items", "places_taken")


class RetoldWay(RecordedWay):
    """A way that remembers what its history would tell."""

    def __init__(self, recorder: Recorder, *args: Any) -> None:
        super().__init__(recorder, *args)
        self.told: dict[int, Told] = {}

    def records(self, event: Event, recorded_at: datetime | None = None) -> Receipt:
        entry = self.entry(self.keeps(event), recorded_at)
        receipt = super().records(event, recorded_at)
        self.told.setdefault(receipt.row, Told(entry, receipt))
        return receipt

    def retelling(self, **changed: Any) -> Retelling:
        return Retelling(**{"rules": SERVICE, "rows": self.told, "runs": ("run",), **changed})

    def put_back(self, kept: int) -> None:
        """The database as it was when the ledger had so many rows."""
        engine = self.recorder.engine
        for row in reversed([row["row"] for row in rows_of(engine, "ledger", "row") if row["row"] > kept]):
            by_hand(engine, "delete from ledger where journey_id = :id and row = :row", id=self.id, row=row)
        with engine.begin() as connection:
            for table in ("places_taken", "notices"):
                connection.execute(text(f"delete from {table} where journey_id = :id"), {"id": self.id})
            if not kept:
                for table in ("journeys", "passages", "findings", "follow_ups", "open_items"):
                    connection.execute(text(f"delete from {table} where journey_id = :id"), {"id": self.id})

    def restored(self, told: Retelling | None = None) -> Restored:
        """What a restoration by an operator writes."""
        told, restorer = told or self.retelling(), Restorer(self.recorder)
        rows = restorer.missing(self.id, told)
        assert rows is not None
        said = {"actor": KIM, "effective_on": NOW.date(), "found": (DifferenceKind.LEDGER_BEHIND,)}
        event = Repaired(event_id=uuid4(), reason="Put back", restored=rows, **said)
        sent = keep_texts(self.recorder.engine, self.id, event, NOW)
        assert isinstance(sent, Repaired)
        return restorer.restore(self.id, told, Statement(sent, signature_of(self.id, sent), NOW))

    def gives_up(self, told: Retelling, actor: Actor = ROBIN, stated: Actor | None = KIM) -> Restored:
        """What two operators write who go on without what is lost for good."""
        engine, restorer = self.recorder.engine, Restorer(self.recorder)
        loss = restorer.loss(self.id, told)
        assert loss is not None
        rows = {"first": loss.first, "last": loss.last}
        if stated is not None:
            said = RowsLost(at=NOW, journey=self.id, because="Archive lost", **rows)
            StatementLog(engine).add(said, key_of(stated.name))
        number = StatementLog(engine).register().number
        event = Repaired(
            event_id=uuid4(),
            actor=actor,
            effective_on=NOW.date(),
            found=(DifferenceKind.LEDGER_BEHIND,),
            reason="Archive lost",
            restored=loss.restorable,
            lost=LostRows(statement=number, **rows),
        )
        sent = keep_texts(engine, self.id, event, NOW)
        assert isinstance(sent, Repaired)
        return restorer.restore(self.id, told, Statement(sent, signature_of(self.id, sent), NOW))

    def cannot(self, why: str, told: Retelling | None = None) -> None:
        """It is refused for this reason, and nothing is written but the text of the operator's own event."""
        before = everything(self.recorder.engine)
        with pytest.raises(CannotRestore) as raised:
            self.restored(told)
        assert raised.value.message.id == why
        assert everything(self.recorder.engine) == before


@pytest.fixture
def way(engine: Engine) -> RetoldWay:
    """Somebody in an internship, with two refusals on the way and a note."""
    way = RetoldWay(recorder_on(engine))
    way.comes(*ROUTES[Stage.AWAITING_PLACEMENT])
    assert not way.tells("referral_accepted").accepted
    way.comes("internship_agreed", "note_added")
    unsigned = way.entry(way.keeps(way.event("note_added"))).model_copy(update={"signed": None})
    refused = way.recorder.record(unsigned)
    way.told[refused.row] = Told(unsigned, refused)
    assert (refused.accepted, refused.row, refused.event_id != unsigned.event_id) == (False, 7, True)
    return way


def unsealed(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows without what is sealed anew each time, and without their numbers in the table."""
    return [{name: value for name, value in row.items() if name not in ("id", "contents")} for row in rows]


@pytest.mark.parametrize("kept", [6, 3, 1, 0])
def test_what_was_lost_comes_back_as_it_was(engine: Engine, way: RetoldWay, kept: int) -> None:
    before, lines = everything(engine), Lists(engine).ledger(way.id)
    way.put_back(kept)
    done = way.restored()
    assert (done.rows.first, done.rows.last, done.lost[1:]) == (kept + 1, 7, ())
    after = everything(engine)
    assert unsealed(after["ledger"])[:7] == unsealed(before["ledger"])
    assert Lists(engine).ledger(way.id)[:7] == lines
    assert {table: after[table] for table in OF_LISTS} == {table: before[table] for table in OF_LISTS}
    [journey] = Lists(engine).journeys()
    assert (journey.stage, journey.events) == (Stage.INTERNSHIP, 6)
    assert after["ledger"][7]["kind"] == "repaired"
    with pytest.raises(CannotRestore, match=r"restore\.written_over"):
        Restorer(way.recorder).missing(way.id, way.retelling(rows={**way.told, 8: way.told[7]}))
    assert Restorer(way.recorder).missing(way.id, way.retelling()) is None


def test_notices_are_as_far_as_the_history_tells(engine: Engine, way: RetoldWay) -> None:
    ids = [line.notice_id for line in Lists(engine).notices()]
    settled = {UUID(ids[0]): Settled(Delivery.SENT, NOW), UUID(ids[1]): Settled(Delivery.DEAD)}
    assert {line.status for line in Lists(engine).notices()} == {"pending"}
    way.put_back(0)
    done = way.restored(way.retelling(settled=settled))
    lines = {line.notice_id: line for line in Lists(engine).notices()}
    assert (done.notices, set(lines)) == (len(ids), set(ids))
    assert [lines[id_].status for id_ in ids[:2]] == ["sent", "dead"]
    assert {lines[id_].status for id_ in ids[2:]} == {"pending"}
    assert {str(event) for event in done.unsent} == {lines[id_].event_id for id_ in ids[2:]}


def test_what_a_partner_has_confirmed_is_confirmed_again(engine: Engine, way: RetoldWay) -> None:
    [*_, notice] = [line for line in Lists(engine).notices() if line.recipient == "arbetsformedlingen"]
    said = {"notice_id": notice.notice_id, "actor": "partner:arbetsformedlingen"}
    assert way.tells("partner_acknowledged", **said).accepted
    confirmed = {line.notice_id: line.acknowledged_at for line in Lists(engine).notices()}
    assert confirmed[notice.notice_id]
    way.put_back(0)
    way.restored()
    assert {line.notice_id: line.acknowledged_at for line in Lists(engine).notices()} == confirmed


def test_a_text_that_no_table_holds_is_named_and_its_row_comes_back(engine: Engine, way: RetoldWay) -> None:
    way.put_back(4)
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(text("drop trigger if exists texts_no_delete"))
        else:
            connection.execute(text("alter table texts disable trigger user"))
        connection.execute(text("delete from texts"))
    assert "restore.texts_lost" in [lost.id for lost in way.restored().lost]
    assert Lists(engine).ledger(way.id)[5].kind == "note_added"


def test_a_place_that_was_given_to_somebody_else_meanwhile_is_held_by_both_and_named(engine: Engine) -> None:
    way = RetoldWay(recorder_on(engine), "K7Q29FMXB")
    way.comes("referred", "referral_accepted")
    profile = SERVICE.profile("transport_service")
    assert profile
    assert way.tells("requirements_checked", profile=profile.id, findings=met(profile)).accepted
    assert way.tells("internship_agreed", position=TRANSPORT).accepted
    way.put_back(3)
    for other in ("A22222223", "B22222226"):
        assert on_transport(engine, other).tells("internship_agreed", position=TRANSPORT).accepted
    assert "restore.overbooked" in [lost.id for lost in way.restored().lost]
    assert len([row for row in rows_of(engine, "places_taken") if row["position"] == TRANSPORT]) == 3


def but_for(way: RetoldWay, *lost: int, **more: Any) -> Retelling:
    """What the history tells where a worker died after it had written some rows."""
    return way.retelling(rows={row: told for row, told in way.told.items() if row not in lost}, **more)


def test_an_accepted_event_that_no_history_tells_holds_up_its_journey(way: RetoldWay) -> None:
    way.put_back(3)
    way.cannot("restore.row_lost", but_for(way, 5))


@pytest.fixture
def behind(way: RetoldWay) -> RetoldWay:
    """The same, put back to its third row where there are two operators."""
    enter(way.recorder.engine, ROBIN.name, *everywhere((Role.OPERATOR,)))
    way.put_back(3)
    return way


def test_two_operators_give_up_what_no_history_tells_and_all_that_comes_after(
    engine: Engine, behind: RetoldWay
) -> None:
    known = {entry.event.event_id: entry.event for entry in behind.journey.entries}
    loss = Restorer(behind.recorder).loss(behind.id, but_for(behind, 5, events=known))
    assert loss is not None
    assert (loss.restorable and loss.restorable.last, loss.first, loss.last) == (4, 5, 7)
    assert [event.kind for event in loss.events] == ["internship_agreed", "note_added"]

    done = behind.gives_up(but_for(behind, 5))
    assert done.receipt is not None
    assert (done.receipt.row, done.receipt.stage) == (8, Stage.AWAITING_PLACEMENT)
    lines = Lists(engine).ledger(behind.id)
    assert [line.receipt.rule for line in lines[3:]] == [
        "possible_in_this_stage",
        *["the_row_is_told"] * 3,
        None,
    ]
    assert rows_of(engine, "places_taken") == []
    rows = read_rows(engine, [behind.id])[behind.id]["ledger"]
    assert list(chain_findings(rows)) == []
    register = StatementLog(engine).register()
    [noted] = given_up_findings(given_up(rows, register))
    assert (noted.what.id, isinstance(noted, Noted)) == ("noted.rows_given_up", True)
    register.lost.clear()
    [finding] = given_up_findings(given_up(rows, register))
    assert (finding.what.id, isinstance(finding, Noted)) == ("finding.loss_not_by_two", False)
    assert Restorer(behind.recorder).missing(behind.id, but_for(behind, 5)) is None


@on_sqlite
@pytest.mark.parametrize(
    ("actor", "stated", "why_not"),
    [
        (KIM, KIM, "the_loss_takes_two.same_person"),
        (ROBIN, None, "the_loss_takes_two.not_stated"),
    ],
)
def test_nobody_gives_up_rows_alone(behind: RetoldWay, actor: Actor, stated: Actor | None, why_not: str) -> None:
    with pytest.raises(CannotRestore) as raised:
        behind.gives_up(but_for(behind, 5), actor, stated)
    assert raised.value.message.id == why_not
    assert len(rows_of(behind.recorder.engine, "ledger")) == 3


@on_sqlite
def test_rows_that_are_there_are_not_given_up(way: RetoldWay) -> None:
    engine = way.recorder.engine
    enter(engine, ROBIN.name, *everywhere((Role.OPERATOR,)))
    StatementLog(engine).add(
        RowsLost(at=NOW, journey=way.id, first=5, last=6, because="Archive lost"), key_of(KIM.name)
    )
    lost = {"first": 5, "last": 6, "statement": StatementLog(engine).register().number}
    said = {"found": ["ledger_behind"], "reason": "Archive lost", "actor": str(ROBIN), "lost": lost}
    receipt = way.later(30).tells("repaired", **said)
    assert (receipt.rule, receipt.reason and receipt.reason.id) == ("the_loss_takes_two", "the_loss_takes_two.there")


@on_sqlite
def test_a_journey_of_which_nothing_is_left_does_not_go_on(behind: RetoldWay) -> None:
    behind.put_back(0)
    with pytest.raises(CannotRestore, match=r"restore\.nothing_left"):
        Restorer(behind.recorder).loss(behind.id, but_for(behind, 1))


@on_sqlite
def test_a_row_that_only_a_later_run_knows_of_is_lost(behind: RetoldWay) -> None:
    known = {entry.event.event_id: entry.event for entry in behind.journey.entries}
    nothing_told = behind.retelling(rows={}, known_rows=7, events=known)
    behind.cannot("restore.row_lost", nothing_told)
    loss = Restorer(behind.recorder).loss(behind.id, nothing_told)
    assert loss is not None
    assert (loss.restorable, loss.first, loss.last) == (None, 4, 7)


def test_a_refusal_that_no_history_tells_leaves_a_row_that_says_so(engine: Engine, way: RetoldWay) -> None:
    before = Lists(engine).ledger(way.id)
    way.put_back(3)
    done = way.restored(but_for(way, 4))
    assert done.lost[0].id == "restore.row_written_as_lost"
    lines = Lists(engine).ledger(way.id)
    assert [line.receipt.rule for line in lines[3:5]] == ["the_row_is_told", None]
    assert [line.receipt for line in lines[4:7]] == [line.receipt for line in before[4:7]]
    assert [line.stage_before for line in lines[:7]] == [line.stage_before for line in before]
    rows = read_rows(engine, [way.id])[way.id]["ledger"]
    assert list(chain_findings(rows)) == []


@on_sqlite
def test_a_refusal_that_is_answered_only_after_later_events_keeps_the_stage_of_its_own_day(
    engine: Engine, way: RetoldWay
) -> None:
    before = Lists(engine).ledger(way.id)
    way.put_back(3)
    entry, receipt = way.told[4]
    late = entry.model_copy(update={"stage_before": Stage.INTERNSHIP, "recorded_at": NOW})
    way.restored(way.retelling(rows={**way.told, 4: Told(late, receipt)}))
    assert [line.stage_before for line in Lists(engine).ledger(way.id)[:7]] == [line.stage_before for line in before]
    assert before[3].stage_before == Stage.AWAITING_PLACEMENT


def test_a_ledger_that_was_written_over_is_left_alone(way: RetoldWay) -> None:
    way.put_back(3)
    others = {**way.told, 3: way.told[4], 8: way.told[7]}
    way.cannot("restore.written_over", way.retelling(rows=others))


def test_an_event_that_its_author_has_not_signed_is_not_made_true(way: RetoldWay) -> None:
    way.put_back(3)
    made_up = Told(way.told[5].entry.model_copy(update={"signed": None}), way.told[5].receipt)
    way.cannot("restore.not_proven", way.retelling(rows={**way.told, 5: made_up}))


def test_rows_from_before_the_workers_key_are_not_signed_with_it(way: RetoldWay) -> None:
    way.put_back(3)
    told = way.told[4]
    long_ago = told.receipt.model_copy(update={"recorded_at": datetime(1999, 1, 1, tzinfo=UTC)})
    way.cannot("restore.worker_key", way.retelling(rows={**way.told, 4: Told(told.entry, long_ago)}))


def test_without_a_history_that_tells_its_rules_a_journey_is_not_restored(way: RetoldWay) -> None:
    way.put_back(3)
    way.cannot("restore.no_rules", way.retelling(rules=None))


def test_a_ledger_that_changed_meanwhile_is_looked_at_again(way: RetoldWay) -> None:
    way.put_back(3)
    restorer = Restorer(way.recorder)
    rows = restorer.missing(way.id, way.retelling())
    said = {"actor": KIM, "effective_on": NOW.date(), "found": (DifferenceKind.LEDGER_BEHIND,)}
    event = Repaired(event_id=uuid4(), reason="Put back", restored=rows, **said)
    by_hand(way.recorder.engine, "delete from ledger where journey_id = :id and row = 3", id=way.id)
    with pytest.raises(CannotRestore, match=r"restore\.changed"):
        restorer.restore(way.id, way.retelling(), Statement(event, signature_of(way.id, event), NOW))
    assert len(rows_of(way.recorder.engine, "ledger")) == 2


def test_nobody_but_an_operator_restores(way: RetoldWay) -> None:
    way.put_back(3)
    restorer = Restorer(way.recorder)
    rows = restorer.missing(way.id, way.retelling())
    anna = {"actor": "coordinator:anna.berg", "effective_on": NOW.date(), "found": (DifferenceKind.LEDGER_BEHIND,)}
    event = Repaired(event_id=uuid4(), reason="Put back", restored=rows, **anna)
    with pytest.raises(CannotRestore):
        restorer.restore(way.id, way.retelling(), Statement(event, signature_of(way.id, event), NOW))
    assert len(rows_of(way.recorder.engine, "ledger")) == 3
