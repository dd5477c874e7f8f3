"""Protected persons: opened to the named staff alone, told of by no list and no notice, every attempt written down."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, insert
from sqlalchemy.orm import Session

from activities.outbox import Outbox
from auditing.bundle.request import Chosen, Wanted, journeys_for
from auditing.evidence.evidence import read_rows
from auditing.evidence.recorded import open_journey
from auditing.verification.chained_checks import chained_findings
from auditing.verification.protection_checks import protection_findings
from auditing.verification.read_checks import read_findings
from models.access.permissions import Operation, Reading, Relation
from models.access.protections import PROTECTED
from models.access.statements import StaffEnded
from models.identifiers import Actor
from models.partners.notice import SOMETHING_TO_READ
from models.programme.training import StaffForm
from models.stages import Stage
from models.tables.people import ProtectionRow
from runtime.errors import Refused, UsageError
from runtime.local.people import OPERATOR
from runtime.statement_log import StatementLog
from services import protection
from services.queries.lists import Lists
from services.queries.reads import openings, reads
from services.reading import Permit, may_read, refuse_unnamed, write_down
from services.training import TrainingRecord
from tests.support.authority import TestKeyring, key_of
from tests.support.builders import ROUTES
from tests.support.desks import NILS, NOW, IdentityDesk, office_of
from tests.support.errors import raises
from tests.support.programmes import RULES
from tests.support.recording import CANDIDATE, recorded_way, rows_of
from tests.support.values import COORDINATOR

BO = Actor.parse("coordinator:bo.lind")
MANAGER = Actor.parse("manager:lena.strand")
WHY = "The tax agency has marked him"
FAR = date(2190, 1, 1)


@pytest.fixture
def desk(engine: Engine) -> IdentityDesk:
    desk = IdentityDesk(engine)
    desk.way.comes(*ROUTES[Stage.INTERNSHIP])
    return desk


@pytest.fixture
def marked(desk: IdentityDesk) -> IdentityDesk:
    protection.protect(desk.office, desk.number, COORDINATOR, ["anna.berg"], WHY)
    return desk


def reads_as(desk: IdentityDesk, actor: Actor, what: Reading | Operation = Reading.JOURNEY, **more: Any) -> None:
    [line] = desk.lists.found(candidate=desk.number)
    may_read(desk.office, line, actor, what, "To help", **more)


def findings(desk: IdentityDesk) -> list[str]:
    register = StatementLog(desk.engine).register()
    rows = read_rows(desk.engine, [desk.way.id])[desk.way.id]["reads"]
    return [one.what.id for one in (*chained_findings(desk.engine, register), *read_findings(rows, register))]


# Reading


def test_only_the_named_staff_open_a_protected_person(marked: IdentityDesk) -> None:
    assert marked.opens() == NILS
    for actor, urgent in ((BO, False), (MANAGER, False), (MANAGER, True), (BO, True)):
        with raises(Refused, "reading.protected"):
            reads_as(marked, actor, Reading.IDENTITY, urgent=urgent)
    with raises(Refused, "reading.protected"):
        reads_as(marked, BO)
    told = [(line.actor, line.what, line.refused) for line in reads(marked.engine)]
    tried = [(actor, "identity", True) for actor in (BO, MANAGER, MANAGER, BO)]
    assert told == [(COORDINATOR, "protection", False), (COORDINATOR, "identity", False), *tried, (BO, "journey", True)]
    assert findings(marked) == []


def test_why_somebody_read_of_a_protected_person_stands_in_no_list(marked: IdentityDesk) -> None:
    marked.opens()
    assert [line.because for line in (*reads(marked.engine), *openings(marked.engine, marked.number))] == [None] * 3
    assert WHY not in str(rows_of(marked.engine, "protections"))


def test_what_is_filled_in_while_recording_is_shown_to_the_named_staff_alone(marked: IdentityDesk) -> None:
    [line] = marked.lists.found(candidate=marked.number)
    refuse_unnamed(marked.office, line, COORDINATOR)
    with raises(Refused, "reading.protected"):
        refuse_unnamed(marked.office, line, BO)


def test_an_audit_shows_and_exports_nothing_of_a_protected_person(marked: IdentityDesk) -> None:
    with raises(Refused, "reading.protected"):
        open_journey(marked.office, marked.number, None)
    with raises(Refused, "reading.protected"):
        journeys_for(marked.office, Wanted(candidate=marked.number))
    with raises(UsageError, "export.all_protected"):
        journeys_for(marked.office, Wanted())
    other = recorded_way(marked.engine, CANDIDATE)
    assert journeys_for(marked.office, Wanted()) == Chosen([other.id], protected=1)
    protection.end(marked.office, marked.number, COORDINATOR, "It is over")
    every = journeys_for(marked.office, Wanted())
    assert (set(every.ids), every.protected) == ({marked.way.id, other.id}, 0)


# Marking


def test_the_protection_ends_and_begins_by_the_named_staff_alone(marked: IdentityDesk) -> None:
    for actor in (BO, MANAGER):
        with raises(Refused, "reading.protected"):
            protection.end(marked.office, marked.number, actor, "I want to read")
        with raises(Refused, "reading.protected"):
            protection.protect(marked.office, marked.number, actor, [actor.name], "I want to read")
    protection.protect(marked.office, marked.number, COORDINATOR, ["bo.lind", "anna.berg", "bo.lind"], WHY)
    reads_as(marked, BO)
    protection.end(marked.office, marked.number, BO, "It is over")
    reads_as(marked, MANAGER)
    assert [row["staff"] for row in rows_of(marked.engine, "protections", "number")] == [
        "anna.berg",
        "anna.berg bo.lind",
        "",
    ]
    assert findings(marked) == []


def test_once_no_named_staff_works_here_a_manager_names_others(marked: IdentityDesk) -> None:
    later = NOW + timedelta(days=7)
    ended = StaffEnded(at=later, person="anna.berg", on=NOW.date(), because="Has left.")
    StatementLog(marked.engine).add(ended, key_of(OPERATOR))
    office = office_of(marked.engine, register=marked.register, lists=marked.lists)
    vars(office).update(now=lambda: later)
    with raises(Refused, "reading.protected"):
        protection.protect(office, marked.number, BO, ["bo.lind"], WHY)
    protection.protect(office, marked.number, MANAGER, ["bo.lind"], "Anna has left")
    [line] = marked.lists.found(candidate=marked.number)
    may_read(office, line, BO, Reading.JOURNEY, "To help")


def test_who_does_not_work_here_cannot_be_named_and_nobody_is_no_staff(desk: IdentityDesk) -> None:
    with raises(Refused, "protection.not_staff"):
        protection.protect(desk.office, desk.number, COORDINATOR, ["eve"], WHY)
    with raises(UsageError, "protection.nobody"):
        protection.protect(desk.office, desk.number, COORDINATOR, [" "], WHY)
    with raises(Refused, "permission.for_other_roles"):
        protection.protect(desk.office, desk.number, "supervisor:maria.ek", ["maria.ek"], WHY)
    assert rows_of(desk.engine, "protections") == []


@pytest.mark.parametrize("change", ["put in", "in another's name"])
def test_a_row_that_somebody_puts_in_opens_nobody_and_is_found(marked: IdentityDesk, change: str) -> None:
    """Whoever can write to the database can end no protection."""
    [row] = rows_of(marked.engine, "protections")
    forged = {**row, "number": 2, "staff": "", "recorded_at": NOW}
    forged |= {"recorded_by": str(BO)} if change == "in another's name" else {}
    with Session(marked.engine) as session, session.begin():
        session.execute(insert(ProtectionRow).values(forged))
    with raises(Refused, "reading.protected"):
        reads_as(marked, BO)
    assert "finding.record_not_signed" in findings(marked)


def test_a_reading_by_somebody_who_was_not_named_is_found(marked: IdentityDesk) -> None:
    """Whoever has a key can sign a row of their own, and read by other ways."""
    reads_as(marked, COORDINATOR)
    [line] = marked.lists.found(candidate=marked.number)
    register = StatementLog(marked.engine).register()
    assert list(protection_findings(marked.engine, register)) == []
    later = office_of(marked.engine, register=marked.register, lists=marked.lists)
    vars(later).update(now=lambda: NOW + timedelta(hours=1))
    write_down(later, Permit(line, COORDINATOR, Reading.JOURNEY, Relation.OWN, None, urgent=False))
    write_down(later, Permit(line, BO, Reading.JOURNEY, Relation.TOWN, "To help", urgent=False))
    [found] = protection_findings(marked.engine, register)
    assert (found.what.id, found.found) == ("finding.reading_of_protected", str(BO))


# Lists and notices


def test_no_list_tells_where_a_protected_person_is(marked: IdentityDesk) -> None:
    [line] = marked.lists.journeys()
    assert (line.site, line.position, line.profile, line.referring_partner) == (PROTECTED, None, None, None)
    work = marked.lists.today(FAR).lines
    assert {(one.site, one.item.partner) for one in work} == {(PROTECTED, None)}
    assert {(one.recipient, one.sent_to) for one in marked.lists.notices()} == {(PROTECTED, None)}
    [whole] = marked.lists.found(candidate=marked.number)
    assert marked.lists.journeys(site=whole.site) == marked.lists.journeys(position=whole.position) == []
    assert marked.lists.journeys(referring_partner=whole.referring_partner) == []
    assert marked.lists.found(site=whole.site, position=whole.position) == [whole]
    assert marked.lists.today(FAR, site=whole.site).lines == ()
    assert marked.lists.soon_permanent(FAR, site=whole.site) == []


def test_whoever_waits_for_a_place_is_shown_without_town_and_fitting_positions(engine: Engine) -> None:
    desk = IdentityDesk(engine)
    desk.way.comes(*ROUTES[Stage.AWAITING_PLACEMENT])
    [before] = desk.lists.waiting(FAR).lines
    protection.protect(desk.office, desk.number, COORDINATOR, ["anna.berg"], WHY)
    [line] = desk.lists.waiting(FAR).lines
    assert (line.site, line.profile, line.fitting) == (PROTECTED, None, ())
    assert (before.site, bool(before.fitting)) == ("2480", True)
    assert desk.lists.waiting(FAR, site=before.site).lines == ()


def test_the_training_record_of_a_unit_does_not_name_a_protected_intern(marked: IdentityDesk) -> None:
    record = TrainingRecord(marked.engine, TestKeyring())
    position = RULES.positions[0]
    said = {"from_day": NOW.date(), "until_day": None, "by": COORDINATOR, "at": NOW}
    record.employ(position.unit.sv, marked.number, StaffForm.INTERN, **said)  # type: ignore[arg-type]
    [told, *_] = record.unit(position.unit.sv, list(RULES.packages.values()), NOW.date())
    assert [line.person for line in told.staff] == [PROTECTED]


def test_a_notice_of_a_protected_person_tells_only_that_there_is_something_to_read(marked: IdentityDesk) -> None:
    authority = marked.way.recorder.authority
    events = {row["event_id"]: row for row in rows_of(marked.engine, "notices")}
    due = [
        notice
        for line in Lists(marked.engine).notices_of(marked.way.id)
        for notice in Outbox(marked.engine).due(authority, marked.way.id, UUID(line.event_id))
    ]
    assert len(due) >= len(events) > 0
    for notice in due:
        assert (notice.kind, notice.stage, notice.effective_on, notice.details) == (SOMETHING_TO_READ, None, None, {})
