"""Erasure by two: who may, what is signed, what ends with the key, and what a restored backup is told."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from uuid import UUID

import pytest
from sqlalchemy import Engine, select, text, update
from sqlalchemy.orm import Session
from temporalio.client import WorkflowHistory
from temporalio.exceptions import ApplicationError

from activities.delivery import Delivery
from activities.ledger_head import ERASED
from activities.outbox import Outbox, Outcome
from activities.reconciling.records import Records
from activities.sealing import KeyEnded, sealer_on
from auditing.evidence.evidence import Evidence, JsonRow, read_erasures, read_rows
from auditing.evidence.findings import Verdict, Verification
from auditing.verification.chained_checks import chained_findings
from auditing.verification.replay import JourneyReplayer
from auditing.verification.verifier import Verifier
from models.access.disposals import Act
from models.access.permissions import Operation
from models.access.statements import SignedStatement
from models.identifiers import Actor, CandidateNumber
from models.projections.consistency import Shown, compare
from models.stages import Stage
from models.tables.journeys import JourneyRow
from models.tables.ledger import NoticeRow
from models.tables.people import CandidateKeyRow, DisposalRow
from runtime.database import left_nothing_behind
from runtime.errors import Refused, UsageError
from runtime.rulebook.loader import RuleBook
from runtime.settings import PROGRAMMES
from runtime.statement_log import StatementLog
from services.identities.register import Person, Register
from services.privacy.disposals import Disposals, decision_of, erasure_of
from services.privacy.erasure import end_rows
from services.privacy.permits import permitted
from services.privacy.retention import due, proposed
from services.queries.lists import Lists
from tests.support.authority import TestKeyring
from tests.support.builders import ROUTES
from tests.support.desks import office_of
from tests.support.errors import raises
from tests.support.programmes import RULES
from tests.support.recording import RecordedWay, by_hand, recorder_on
from tests.support.values import COORDINATOR, MONDAY

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
NILS = Person("198505059807", "Nils Påhittad", "nils@example.se", "070-174 06 05")
DECISION = "KS-2026/114"
ANNA, BO, KIM = (
    Actor.parse("coordinator:anna.berg"),
    Actor.parse("coordinator:bo.lind"),
    Actor.parse("operator:kim.dahl"),
)


class Desk:
    """A journey of Nils in an internship, and the log of disposals."""

    def __init__(self, engine: Engine, file: Path) -> None:
        self.engine = engine
        recorder = recorder_on(engine)
        self.register = Register(engine, Random(1), TestKeyring())
        self.candidate = self.register.number_of(NILS, NOW, COORDINATOR)
        self.way = RecordedWay(recorder, self.candidate).comes(*ROUTES[Stage.INTERNSHIP])
        self.file = file
        self.log = Disposals(engine, file, TestKeyring())
        self.authority = StatementLog(engine).register()

    def decides(self) -> None:
        self.log.propose(self.candidate, DECISION, ANNA, NOW)
        self.log.carry_out(self.candidate, None, KIM, NOW)

    def erases(self) -> tuple[int, bool]:
        self.decides()
        return end_rows(self.engine, self.candidate, NOW.date(), NOW)

    def elsewhere(self) -> None:
        """As after an erasure by another process: this one's memory still has the key."""
        kept = sealer_on(self.engine).known(self.candidate)
        self.erases()
        assert sealer_on(self.engine).kept(self.candidate) is kept

    async def verdict(self) -> Verification:
        sealer_on(self.engine).forget(self.candidate)
        [one] = await Verifier(Kept(self.engine), JourneyReplayer("default"), build="test", changes=False).verify(
            [self.way.id]
        )
        return one

    async def found(self) -> list[str]:
        return [one.what.id.removeprefix("finding.") for one in (await self.verdict()).findings]


class Kept:
    """What the database keeps, and no history."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    async def read(self, ids: Sequence[str]) -> list[Evidence]:
        rows, erasures = read_rows(self.engine, ids), read_erasures(self.engine, ids)
        return [Evidence(one, (), rows[one], None, *erasures[one]) for one in ids]

    async def resent(self, journey_id: str) -> list[WorkflowHistory]:  # noqa: ARG002
        return []

    def ledger(self, journey_id: str) -> Sequence[JsonRow]:  # noqa: ARG002
        return ()

    def statements(self, after: int) -> list[SignedStatement]:
        return StatementLog(self.engine).statements()[after:]


@pytest.fixture
def desk(engine: Engine, tmp_path: Path) -> Desk:
    return Desk(engine, tmp_path / "disposals.jsonl")


def test_whoever_proposes_an_erasure_does_not_carry_it_out(desk: Desk) -> None:
    desk.log.propose(desk.candidate, DECISION, KIM, NOW)
    with raises(Refused, "erasure.by_two"):
        desk.log.carry_out(desk.candidate, DECISION, KIM, NOW)
    assert erasure_of(desk.engine, desk.authority, desk.candidate) is None


def test_what_nobody_proposed_or_by_another_decision_is_not_carried_out(desk: Desk) -> None:
    with raises(Refused, "erasure.not_proposed"):
        desk.log.carry_out(desk.candidate, None, KIM, NOW)
    desk.log.propose(desk.candidate, DECISION, ANNA, NOW)
    with raises(Refused, "erasure.not_proposed"):
        desk.log.carry_out(desk.candidate, "KS-2026/115", KIM, NOW)


def test_both_are_signed_once_and_name_nobody_but_those_who_acted(desk: Desk) -> None:
    for _ in range(2):
        desk.decides()
    first, second = desk.log.rows(desk.candidate)
    assert [(one.act, one.recorded_by, one.proposal) for one in (first, second)] == [
        (Act.PROPOSED, ANNA, None),
        (Act.CARRIED_OUT, KIM, 1),
    ]
    erased = erasure_of(desk.engine, desk.authority, desk.candidate)
    assert erased is not None
    assert (erased.decision, erased.proposed_by, erased.carried_out_by) == (DECISION, ANNA, KIM)
    assert list(chained_findings(desk.engine, desk.authority)) == []
    assert NILS.name not in desk.file.read_text()
    assert desk.file.stat().st_mode & 0o777 == 0o600


def test_a_coordinator_carries_nothing_out_and_proposes_for_her_own_town(desk: Desk) -> None:
    office = office_of(desk.engine)
    lines = Lists(desk.engine).found(candidate=desk.candidate)
    assert permitted(office, "anna.berg", Operation.ERASURE_PROPOSED, lines).name == "anna.berg"
    assert permitted(office, "kim.dahl", Operation.ERASURE_CARRIED_OUT).name == "kim.dahl"
    for operation in (Operation.ERASURE_CARRIED_OUT, Operation.KEYS):
        with raises(Refused, "permission.for_other_roles"):
            permitted(office, "anna.berg", operation)


@pytest.mark.parametrize("written", ["", "Nils Påhittad", "19850505-9807", "850505-9807", "KS 2026/114", "x" * 61])
def test_a_reference_that_could_name_somebody_is_refused(written: str) -> None:
    with raises(UsageError, "erasure.decision"):
        decision_of(written)


def test_what_ends_with_the_key(desk: Desk) -> None:
    lists = Lists(desk.engine)
    rows = len(lists.ledger(desk.way.id))
    Outbox(desk.engine).mark(Outcome.to_call(UUID(lists.notices_of(desk.way.id)[0].notice_id), "no address"))
    withdrawn, identity = desk.erases()
    assert (withdrawn > 0, identity) == (True, True)
    assert end_rows(desk.engine, desk.candidate, NOW.date(), NOW) == (0, False)
    sealer_on(desk.engine).forget(desk.candidate)
    with pytest.raises(KeyEnded):
        sealer_on(desk.engine).of(desk.candidate)
    with raises(Refused, "identity.unknown"):
        desk.register.person(desk.candidate)
    assert set(lists.deliveries()) == {Delivery.WITHDRAWN}
    [line] = lists.journeys(candidate=desk.candidate)
    assert (line.stage, line.erased_on) == (Stage.INTERNSHIP, NOW.date())
    told = lists.ledger(desk.way.id)
    assert (len(told), {one.event for one in told}) == (rows, {None})
    assert told[0].receipt.accepted
    assert lists.today(date(2030, 1, 1)).lines == ()
    assert left_nothing_behind(desk.engine) is (desk.engine.dialect.name == "sqlite")


def test_nothing_more_is_recorded_of_them_by_a_process_that_has_the_key_in_memory_either(desk: Desk) -> None:
    desk.elsewhere()
    for _ in range(2):
        with pytest.raises(ApplicationError) as refused:
            desk.way.tells("internship_completed")
        assert (refused.value.type, refused.value.non_retryable) == (ERASED, True)
        sealer_on(desk.engine).forget(desk.candidate)


def test_the_same_person_gets_another_number(desk: Desk) -> None:
    desk.erases()
    assert desk.register.known(NILS.identity_number) is None
    again = desk.register.number_of(NILS, NOW, COORDINATOR)
    assert again != desk.candidate
    assert RecordedWay(recorder_on(desk.engine), again).tells("referred").accepted


def test_the_nightly_reconciliation_asks_nothing_of_them_but_that_nothing_runs(desk: Desk) -> None:
    desk.erases()
    recorded = Records(desk.engine, RULES.find).of(desk.way.id)
    terminated = Shown("terminated", {}, stuck=False, changed_at=NOW)
    for shown in (None, terminated):
        assert list(compare(recorded, shown, lambda _one: pytest.fail("it asks for the events"))) == []
    running = replace(terminated, status="running")
    assert [one.kind for one in compare(recorded, running, lambda _one: True)] == ["workflow_unknown"]


async def test_an_erased_journey_verifies_with_what_is_left(desk: Desk) -> None:
    desk.erases()
    one = await desk.verdict()
    assert (one.verdict, one.findings) == (Verdict.ERASED, ())
    assert one.because is not None
    assert one.because.values["decision"] == DECISION
    assert [each.what.id for each in one.noted] == ["noted.erased"]


async def test_a_key_that_was_ended_without_a_decision_of_two_is_named(desk: Desk) -> None:
    desk.log.propose(desk.candidate, DECISION, ANNA, NOW)
    end_rows(desk.engine, desk.candidate, NOW.date(), NOW)
    assert "erased_by_nobody" in await desk.found()


async def test_a_decision_that_one_person_signed_twice_does_not_count(desk: Desk) -> None:
    desk.log.propose(desk.candidate, DECISION, KIM, NOW)
    row = DisposalRow(candidate=desk.candidate, act=Act.CARRIED_OUT, decision=DECISION, day=NOW.date(), proposal=1)
    desk.log._append(row, KIM, NOW)
    end_rows(desk.engine, desk.candidate, NOW.date(), NOW)
    assert "erased_by_nobody" in await desk.found()


async def test_a_decision_of_somebody_elses_end_does_not_count(desk: Desk) -> None:
    other = RecordedWay(recorder_on(desk.engine), "B22222226").comes("referred")
    desk.decides()
    end_rows(desk.engine, CandidateNumber(other.candidate), NOW.date(), NOW)
    sealer_on(desk.engine).forget(other.candidate)
    desk.way = other
    assert "erased_by_nobody" in await desk.found()


@pytest.mark.parametrize(
    "column",
    ["kind = 'note_added'", "actor = 'coordinator:x'", "effective_on = '2026-01-01'", "stage_after = 'closed'"],
)
async def test_an_erased_row_whose_columns_were_changed_is_named(desk: Desk, column: str) -> None:
    desk.erases()
    by_hand(desk.engine, f"update ledger set {column} where journey_id = :id and row = 2", id=desk.way.id)
    assert "row_hash_differs" in await desk.found()


@pytest.mark.parametrize(
    "changed", [{"stage": "closed"}, {"events": 1}, {"erased_on": date(2026, 1, 1)}, {"erased_on": None}]
)
async def test_a_list_that_says_otherwise_than_the_rows_is_named(desk: Desk, changed: dict[str, object]) -> None:
    desk.erases()
    with Session(desk.engine) as session, session.begin():
        session.execute(update(JourneyRow).values(**changed))
    assert "column_differs" in await desk.found()


async def test_a_notice_that_waits_after_all_is_named(desk: Desk) -> None:
    desk.erases()
    with Session(desk.engine) as session, session.begin():
        session.execute(update(NoticeRow).values(status=Delivery.PENDING))
    assert "erased_notice" in await desk.found()


async def test_an_erasure_that_was_signed_and_not_done_is_named(desk: Desk) -> None:
    desk.decides()
    assert "erasure_not_done" in await desk.found()


def test_a_restored_database_goes_no_further_before_it_knows_what_was_erased(
    desk: Desk, restored: Callable[[], None]
) -> None:
    other = desk.register.number_of(Person("199003039809", "Kaj Påhittad"), NOW, COORDINATOR)
    desk.log.propose(other, "KS-2026/100", ANNA, NOW)
    rows = desk.log.rows()
    desk.decides()
    restored()
    assert desk.log.rows() == rows
    with raises(Refused, "disposals.behind"):
        desk.log.propose(other, "KS-2026/101", ANNA, NOW)
    assert desk.log.take_in() == 2
    assert erasure_of(desk.engine, desk.authority, desk.candidate) is not None
    assert list(chained_findings(desk.engine, desk.authority)) == []
    assert desk.log.take_in() == 0
    desk.log.keep()


@pytest.fixture
def restored(desk: Desk) -> Callable[[], None]:
    """Takes the log back to its first row, as a restored backup does."""

    def back() -> None:
        with desk.engine.begin() as connection:
            if desk.engine.dialect.name == "postgresql":
                connection.execute(text("alter table disposals disable trigger user"))
            else:
                connection.execute(text("drop trigger disposals_no_delete"))
            connection.execute(text("delete from disposals where number > 1"))

    return back


def test_a_row_that_somebody_put_into_the_file_is_not_taken_in(desk: Desk, restored: Callable[[], None]) -> None:
    other = desk.register.number_of(Person("199003039809", "Kaj Påhittad"), NOW, COORDINATOR)
    desk.log.propose(other, "KS-2026/100", ANNA, NOW)
    desk.decides()
    restored()
    desk.file.write_text(desk.file.read_text().replace(str(desk.candidate), "B22222226"))
    with raises(Refused, "disposals.not_continued"):
        desk.log.take_in()
    assert len(desk.log.rows()) == 1


def test_a_file_that_says_otherwise_is_told(desk: Desk) -> None:
    desk.decides()
    desk.file.write_text(desk.file.read_text().replace(DECISION, "KS-2026/999"))
    with raises(Refused, "disposals.differ"):
        desk.log.keep()
    desk.file.write_text("nonsense\n")
    with raises(Refused, "disposals.unreadable"):
        desk.log.keep()


def test_who_is_due_is_told_by_programme_when_every_way_has_ended_for_so_long(engine: Engine) -> None:
    book = RuleBook(PROGRAMMES)
    recorder = recorder_on(engine)
    ended = RecordedWay(recorder, "A22222223").comes("referred", "withdrawn")
    both = RecordedWay(recorder, "B22222226").comes("referred", "withdrawn")
    with Session(engine) as session, session.begin():
        line = session.scalars(select(JourneyRow).where(JourneyRow.candidate == both.candidate)).one()
        columns = {name: value for name, value in vars(line).items() if not name.startswith("_")}
        session.add(
            JourneyRow(
                **{
                    **columns,
                    "journey_id": "journey/B22222226/easy_jobs",
                    "programme": "easy_jobs",
                    "stage": "referral",
                }
            )
        )
    rules = book.programme("service_division")
    assert rules.retention is not None
    day = MONDAY.replace(year=MONDAY.year + rules.retention.months // 12)
    assert due(engine, book, day - timedelta(days=1)) == []
    [line_due] = due(engine, book, day)
    assert (line_due.candidate, line_due.due_on, line_due.months) == (ended.candidate, day, rules.retention.months)
    assert due(engine, book, day, "easy_jobs") == []
    end_rows(engine, CandidateNumber(ended.candidate), day, NOW)
    assert due(engine, book, day) == []


def test_a_proposal_is_listed_until_it_is_carried_out_to_those_who_list_one_of_its_programmes(desk: Desk) -> None:
    office = office_of(desk.engine)
    assert proposed(office) == []
    row = desk.log.propose(desk.candidate, DECISION, ANNA, NOW)
    assert [proposed(office, which) for which in (None, "service_division", frozenset({"easy_jobs"}))] == [
        [row],
        [row],
        [],
    ]
    forged = DisposalRow(**{**row.model_dump(), "number": 2, "decision": "KS-2026/115"})
    with Session(desk.engine) as session, session.begin():
        session.add(forged)
    assert proposed(office) == [row]
    desk.log.carry_out(desk.candidate, DECISION, KIM, NOW)
    assert proposed(office) == []


def test_a_key_is_never_made_for_somebody_who_was_erased_before_they_had_one(engine: Engine) -> None:
    recorder_on(engine)
    end_rows(engine, CandidateNumber("A22222223"), NOW.date(), NOW)
    with pytest.raises(KeyEnded):
        sealer_on(engine).of("A22222223")
    with Session(engine) as session:
        assert session.get_one(CandidateKeyRow, "A22222223").ended_at == NOW


def test_the_file_is_its_writers_alone_but_in_a_folder_that_operators_share(engine: Engine, tmp_path: Path) -> None:
    alone, shared = tmp_path / "alone", tmp_path / "shared"
    alone.mkdir()
    shared.mkdir()
    shared.chmod(0o2770)
    Desk(engine, alone / "disposals.jsonl").decides()
    Disposals(engine, shared / "disposals.jsonl", TestKeyring()).keep()
    modes = {folder.name: (folder / "disposals.jsonl").stat().st_mode & 0o777 for folder in (alone, shared)}
    assert modes == {"alone": 0o600, "shared": 0o640}
