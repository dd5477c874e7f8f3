"""A server that speaks for whoever has signed in: what it records and reads for them, and what an audit tells of it."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from activities.sealing import sealer_on
from auditing.evidence.evidence import read_rows
from auditing.evidence.recorded import JourneyRecord
from auditing.inspection.timeline import timeline
from auditing.inspection.why import why
from auditing.inspection.why_told import why_told
from auditing.verification.authority_checks import signature_findings
from auditing.verification.chained_checks import chained_findings
from auditing.verification.ledger_checks import chain_findings
from auditing.verification.read_checks import read_findings
from models.access.chained_rows import chained_bytes
from models.access.disposals import counts
from models.access.permissions import Reading
from models.access.statements import Assignment, KeyRevoked, StaffEntered, Substitute
from models.calendar.swedish_day import day_in_sweden
from models.canonical import digest_of
from models.events.events import Event, InternshipAgreed
from models.fields import FIRST_DAY
from models.identifiers import Actor, Role
from models.ledger.entry import LedgerEntry
from models.programme.training import Completion
from models.sign_ins import How
from models.signatures import public_key_of, salt_of, sign
from models.stages import Stage
from runtime.errors import Refused, UsageError
from runtime.keyring import Keyring
from runtime.local.people import OPERATOR
from runtime.settings import Settings
from runtime.statement_log import StatementLog
from services.application import Application
from services.journeys import signing_with
from services.machines import Machines
from services.privacy.disposals import Disposals
from services.queries.lists import Lists
from services.reading import may_list, read
from services.speaking import Known, Server, Speaking, server_of
from services.staff import Staff
from services.training import TrainingRecord
from tests.support.authority import SINCE, TestKeyring, key_of
from tests.support.builders import ROUTES
from tests.support.desks import office_of
from tests.support.errors import raises
from tests.support.programmes import RULES
from tests.support.recording import RecordedWay, by_hand, recorder_on
from tests.support.values import DAY, MONDAY
from workflows.messages import Incoming, entry_for

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
DESK = Server("desk", "staff", key_of("desk"))
ANNA = Known("anna.berg", How.SESSION, "https://id.example", "sid-1", AT - timedelta(hours=1), "loa3")
CAROL, BO = "carol.ny", "bo.lind"
PACKAGE = RULES.packages["values_and_diversity"]

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def engine(engine: Engine) -> Engine:
    """The database of an office with a desk, and Carol, a coordinator without a key of her own."""
    recorder_on(engine)
    log, coordinates = StatementLog(engine), Assignment(role=Role.COORDINATOR, from_day=FIRST_DAY)
    log.add(StaffEntered(at=SINCE, person=CAROL, name="Carol Ny", assignments=(coordinates,)), key_of(OPERATOR))
    return engine


class SpokenWay(RecordedWay):
    """A way whose events a desk signs for whoever is `known` to it."""

    known = ANNA

    def entry(self, event: Event, recorded_at: datetime | None = None) -> LedgerEntry:
        now = recorded_at or AT
        keyring = signed_in(self.recorder.engine, self.known, now).keyring
        signed = signing_with(keyring, sealer_on(self.recorder.engine))(self.id, event)
        message = Incoming(event.event_id, event, digest_of(event, salt_of(signed)), signed)
        return entry_for(self.id, self.candidate, self.journey, message, self.journey.propose(event, now), now)


def spoken(engine: Engine, *kinds: str) -> SpokenWay:
    """A journey in which all of this was said by the desk for Anna Berg."""
    way = SpokenWay(recorder_on(engine))
    way.comes(*kinds)
    return way


def signed_in(engine: Engine, known: Known, now: datetime = AT) -> Application:
    """What a request of somebody works with."""
    office = office_of(engine, lists=Lists(engine))
    vars(office).update(
        keyring=Speaking(DESK, known, lambda: now), settings=Settings(actor=known.person), now=lambda: now
    )
    return office


def found(engine: Engine, way: RecordedWay) -> list[tuple[str, str]]:
    """What an audit finds in the rows of a journey, and why."""
    register, rows = StatementLog(engine).register(), read_rows(engine, [way.id])[way.id]
    found = [*chain_findings(rows["ledger"]), *signature_findings(rows["ledger"], register)]
    found += read_findings(rows["reads"], register)
    return [(one.what.id, getattr(one.found, "id", "")) for one in found]


def test_what_a_desk_says_for_somebody_is_recorded_with_the_sign_in_and_verified_without_us(engine: Engine) -> None:
    way = spoken(engine, "referred", "referral_accepted")
    [row, _] = read_rows(engine, [way.id])[way.id]["ledger"]
    said = {"server": "desk", "how": "session", "issuer": "https://id.example", "session": "sid-1", "level": "loa3"}
    assert said.items() <= row["sign_in"].items()
    assert row["key"] == public_key_of(key_of("desk"))
    way.known = Known(CAROL, How.SESSION, "https://id.example", "sid-2", AT)
    assert way.tells("note_added", actor=f"coordinator:{CAROL}").accepted
    assert found(engine, way) == []


def test_an_audit_tells_whose_word_it_is_and_that_two_rest_on_one_servers(engine: Engine) -> None:
    way = spoken(engine, *ROUTES[Stage.INTERNSHIP])
    agreed = next(entry.event for entry in way.journey.entries if isinstance(entry.event, InternshipAgreed))
    assert agreed.ends_on is not None
    right = agreed.model_copy(update={"ends_on": agreed.ends_on + DAY}).model_dump()
    said = {"corrects": agreed.event_id, "replacement": right, "reason": "Mistyped"}
    proposed = way.tells("correction_proposed", **said)
    way.known = Known(CAROL, How.SESSION, "https://id.example", "sid-2", AT)
    approved = way.tells("corrected", **said, proposal=proposed.event_id, actor=f"coordinator:{CAROL}")
    own = RecordedWay(recorder_on(engine), "A22222223").comes("referred")
    assert (proposed.accepted, approved.accepted) == (True, True), (proposed, approved)
    record = JourneyRecord(way.id, way.journey.rules, Lists(engine).ledger(way.id), [])
    first, both = why(record, "1"), why(record, str(approved.row))
    words = "by the word of desk: signed in with https://id.example at 2026-03-02 09:00:00, level loa3"
    assert (first.word, timeline(record.lines)[0].word) == (words, words)
    assert f"They have not signed it themselves: it is there {words}." in [str(one) for one in why_told(first)]
    assert (first.also_spoken, both.also_spoken) == (False, True)
    assert [row.word for row in timeline(Lists(engine).ledger(own.id))] == [None]


def test_nobody_speaks_by_the_sign_in_of_another(engine: Engine) -> None:
    way = spoken(engine, "referred")
    with raises(UsageError, "speaking.another"):
        way.tells("note_added", actor=f"coordinator:{BO}")
    way.known = Known(BO, How.SESSION, ANNA.issuer, ANNA.session, ANNA.at)
    receipt = way.tells("note_added", actor=f"coordinator:{BO}")
    assert receipt.reason is not None
    assert receipt.reason.id == "the_key_is_the_authors.sign_in_shared"


@pytest.mark.parametrize("changed", ["'$.session', 'sid-9'", "'$.at', '2026-03-02T08:59:00.000000+00:00'"])
def test_a_sign_in_that_was_changed_is_found(engine: Engine, changed: str) -> None:
    way = spoken(engine, "referred", "referral_accepted")
    by_hand(engine, f"update ledger set sign_in = json_set(sign_in, {changed}) where row = 1")
    assert ("finding.row_hash_differs", "") in found(engine, way)
    assert ("finding.not_the_authors", "the_event_is_signed.differs") in found(engine, way)
    by_hand(engine, "update ledger set sign_in = null where row = 1")
    assert ("finding.not_the_authors", "the_event_is_signed.differs") in found(engine, way)


def test_a_reading_is_signed_for_the_reader_who_needs_no_key_of_their_own(engine: Engine) -> None:
    way = RecordedWay(recorder_on(engine)).comes("referred")
    [line] = Lists(engine).journeys(journey_id=way.id)
    carol = signed_in(engine, Known(CAROL, How.SESSION, "https://id.example", "sid-2", AT))
    assert may_list(carol, None) is None
    read(carol, line, Actor.of(Role.COORDINATOR, CAROL), Reading.JOURNEY, "Anna is on leave")
    [row] = read_rows(engine, [way.id])[way.id]["reads"]
    assert (row["actor"], row["sign_in"]["session"]) == (f"coordinator:{CAROL}", "sid-2")
    assert found(engine, way) == []
    with raises(UsageError, "speaking.another"):
        read(carol, line, Actor.of(Role.COORDINATOR, BO), Reading.JOURNEY, "Anna is on leave")
    operator = signed_in(engine, Known(OPERATOR, How.SESSION, "https://id.example", "sid-3", AT))
    assert may_list(operator, None) is None
    old = signed_in(engine, Known(CAROL, How.SESSION, "https://id.example", "sid-2", AT - timedelta(hours=13)))
    with raises(Refused, "the_key_is_the_authors.sign_in_old"):
        read(old, line, Actor.of(Role.COORDINATOR, CAROL), Reading.JOURNEY, "Anna is on leave")


def drop_guards(engine: Engine, table: str) -> None:
    """Take off what keeps rows of a table as they are."""
    with engine.begin() as connection:
        for change in ("update", "delete", "replace"):
            connection.execute(text(f"drop trigger {table}_no_{change}"))


def test_a_reading_whose_sign_in_was_changed_is_found(engine: Engine) -> None:
    way = RecordedWay(recorder_on(engine)).comes("referred")
    [line] = Lists(engine).journeys(journey_id=way.id)
    read(signed_in(engine, ANNA), line, Actor.of(Role.COORDINATOR, "anna.berg"), Reading.JOURNEY)
    drop_guards(engine, "reads")
    by_hand(engine, "update reads set sign_in = json_set(sign_in, '$.session', 'sid-9')")
    assert [id_ for id_, _ in found(engine, way)] == ["finding.reading_not_signed"]
    by_hand(engine, "update reads set sign_in = null")
    assert [id_ for id_, _ in found(engine, way)] == ["finding.reading_not_signed"]


def test_a_row_beside_the_ledger_is_signed_likewise(engine: Engine) -> None:
    desk = signed_in(engine, ANNA)
    record, by = TrainingRecord(engine, desk.keyring), "coordinator:anna.berg"
    assert record.complete(PACKAGE, [Completion("maria.ek", PACKAGE.parts[0].id, MONDAY)], by=by, at=AT)
    register = StatementLog(engine).register()
    assert list(chained_findings(engine, register)) == []
    drop_guards(engine, "training_completions")
    by_hand(engine, "update training_completions set recorded_by = 'coordinator:bo.lind'")
    assert [one.what.id for one in chained_findings(engine, register)] == ["finding.record_not_signed"]


def test_what_a_revoked_server_goes_on_signing_is_found(engine: Engine) -> None:
    way = spoken(engine, "referred")
    said = KeyRevoked(at=AT - timedelta(minutes=1), key=public_key_of(key_of("desk")), because="Found out")
    StatementLog(engine).add(said, key_of(OPERATOR))
    assert found(engine, way) == [("finding.not_the_authors", "the_key_is_the_authors.unknown")]
    assert way.tells("referral_accepted").rule == "the_key_is_the_authors"


def test_statements_are_made_with_a_key_of_ones_own_but_for_a_substitute(engine: Engine) -> None:
    desk = signed_in(engine, ANNA)
    staff = Staff(desk.statements, desk.keyring, "anna.berg", AT)
    with raises(Refused, "speaking.own_key"):
        staff.invite("anna.berg")
    with raises(Refused, "speaking.own_key"):
        staff.change("anna.berg", phone="070-174 06 05")
    today = day_in_sweden(AT)
    away = Substitute(person=BO, from_day=today, until_day=date(2026, 3, 9))
    staff.change("anna.berg", substitute=away)
    assert StatementLog(engine).register().substitute_of("anna.berg", AT) == BO
    with raises(Refused, "speaking.own_key"):
        Staff(desk.statements, desk.keyring, "anna.berg", AT).change(BO, substitute=away)


def test_an_erasure_is_proposed_by_the_desk_and_carried_out_with_a_key_of_ones_own(
    engine: Engine, tmp_path: Path
) -> None:
    desk, anna = signed_in(engine, ANNA), Actor.of(Role.COORDINATOR, "anna.berg")
    log = Disposals(engine, tmp_path / "disposals.jsonl", desk.keyring)
    proposed = log.propose("K7Q29FMXB", "KS-2026/114", anna, AT)
    register = StatementLog(engine).register()
    assert counts(register, proposed.as_row())
    with raises(Refused, "speaking.own_key"):
        log.carry_out("K7Q29FMXB", "KS-2026/114", Actor.of(Role.OPERATOR, OPERATOR), AT)
    by_desk = proposed.as_row() | {
        "act": "carried_out",
        "recorded_by": f"operator:{OPERATOR}",
        "proposal": 1,
        "number": 2,
        "previous": "1" * 64,
    }
    signature = sign(key_of("desk"), chained_bytes("disposals", by_desk))
    assert not counts(register, {**by_desk, "signature": signature.value})
    own = Disposals(engine, tmp_path / "disposals.jsonl", TestKeyring())
    carried_out = own.carry_out("K7Q29FMXB", None, Actor.of(Role.OPERATOR, OPERATOR), AT)
    assert counts(register, carried_out.as_row())
    assert list(chained_findings(engine, register)) == []


def test_a_servers_key_is_made_once_and_speaks_as_it_was_registered(engine: Engine, tmp_path: Path) -> None:
    keyring = Keyring(tmp_path)
    keyring.add(OPERATOR, key_of(OPERATOR))
    machines = Machines(StatementLog(engine), keyring, OPERATOR, AT)
    key = machines.register_server("gateway", "partners")
    assert machines.register_server("gateway", "partners") == key
    with raises(UsageError, "staff.other_server"):
        machines.register_server("gateway", "staff")
    with raises(UsageError, "staff.name_taken"):
        machines.register_server("anna.berg", "staff")
    register = StatementLog(engine).register()
    assert server_of(keyring, register, "gateway", AT) == Server("gateway", "partners", keyring.key("gateway"))
    with raises(UsageError, "server.no_key"):
        server_of(keyring, register, "desk", AT)
    keyring.add("desk", key_of("somebody else"))
    with raises(UsageError, "server.key_not_registered"):
        server_of(keyring, register, "desk", AT)
