"""Reading as an act: who may, who must say why, and the row that is written before anything is shown."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine, text, update
from sqlalchemy.orm import Session

from activities.identities import place_of_reading
from activities.sealing import sealer_on
from auditing.evidence.evidence import read_rows
from auditing.verification.read_checks import read_findings
from models.access.permissions import Reading
from models.access.readings import BEGINNING, SIGNED, reading_bytes, reading_hash
from models.access.statements import (
    Assignment,
    CandidatesLent,
    KeyRevoked,
    Substitute,
)
from models.fields import FIRST_DAY
from models.identifiers import Actor, JourneyId, Role
from models.signatures import public_key_of, sign
from models.stages import Stage
from models.tables.journeys import JourneyRow
from models.tables.people import CandidateKeyRow, ReadRow
from runtime.errors import Refused, UsageError
from runtime.local.people import OPERATOR
from runtime.statement_log import StatementLog
from services.application import Application
from services.letters.links import Letter, readers_of
from services.queries.lines import JourneyLine
from services.queries.lists import Lists
from services.queries.reads import of_unit, reads, reads_by_others, sample
from services.queries.whose import Charge
from services.readers import reader_of
from services.reading import hit_upon, may_list, read, reads_of_own
from tests.support.authority import SINCE, TestKeyring, enter, key_of
from tests.support.builders import ROUTES
from tests.support.desks import NOW, office_of
from tests.support.errors import raises
from tests.support.recording import RecordedWay, recorder_on, rows_of

ANNA, BO = Actor.parse("coordinator:anna.berg"), Actor.parse("coordinator:bo.lind")
MARIA, JONAS = Actor.parse("supervisor:maria.ek"), Actor.parse("supervisor:jonas.alm")
ELSEWHERE, WHOLE = "eva.ort", "rita.rev"
HELP = "Anna is on leave"


class Desk:
    """A journey in an internship with Maria Ek, in the charge of Anna Berg, and people who want to read of it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.way = RecordedWay(recorder_on(engine)).comes(*ROUTES[Stage.INTERNSHIP])
        in_another_town = Assignment(
            role=Role.COORDINATOR, programme="service_division", town="2482", from_day=FIRST_DAY
        )
        enter(engine, ELSEWHERE, in_another_town)
        enter(engine, WHOLE, Assignment(role=Role.AUDITOR, from_day=FIRST_DAY))

    @property
    def office(self) -> Application:
        """An office that begins with what the register says now."""
        return office_of(self.engine, lists=Lists(self.engine))

    @property
    def line(self) -> JourneyLine:
        [line] = Lists(self.engine).journeys(journey_id=self.way.id)
        return line

    def reads(self, actor: Actor = ANNA, because: str | None = None, what: Reading = Reading.JOURNEY) -> None:
        read(self.office, self.line, actor, what, because)

    def rows(self) -> list[dict[str, Any]]:
        return rows_of(self.engine, "reads", "id")

    def found(self) -> set[str]:
        """The ids of what an audit finds in the readings of the journey."""
        register = StatementLog(self.engine).register()
        rows = read_rows(self.engine, [self.way.id])[self.way.id]["reads"]
        return {one.what.id for one in read_findings(rows, register)}


@pytest.fixture
def desk(engine: Engine) -> Desk:
    return Desk(engine)


# Who may, and why


def test_the_coordinator_in_charge_reads_without_a_reason_and_the_row_is_hers(desk: Desk) -> None:
    desk.reads()
    [row] = desk.rows()
    assert (row["actor"], row["candidate"], row["journey_id"]) == (ANNA, desk.way.candidate, desk.way.id)
    assert (row["what"], row["relation"], row["commitment"], row["stage"]) == ("journey", "own", None, "internship")
    assert (row["number"], row["previous"], row["key"]) == (1, BEGINNING, public_key_of(key_of("anna.berg")))
    assert desk.found() == set()


def test_whoever_is_not_in_charge_says_why(desk: Desk) -> None:
    for because in (None, "", "  "):
        with raises(UsageError, "reading.reason_missing"):
            desk.reads(BO, because)
    with raises(UsageError, "reading.reason_format"):
        desk.reads(BO, "x" * 2_001)
    assert desk.rows() == []
    desk.reads(BO, HELP)
    [row] = desk.rows()
    assert row["relation"] == "town"
    assert HELP not in str(row)
    [line] = reads(desk.engine)
    assert line.because == HELP


def test_another_towns_coordinator_and_another_supervisor_are_refused_without_a_row(desk: Desk) -> None:
    for actor in (Actor.of(Role.COORDINATOR, ELSEWHERE), JONAS):
        with raises(Refused, "permission.too_far"):
            desk.reads(actor, HELP)
    with raises(Refused, "permission.for_other_roles"):
        desk.reads(Actor.of(Role.OPERATOR, OPERATOR), HELP)
    assert desk.rows() == []


def test_that_somebody_has_a_journey_is_written_down_where_another_town_hits_upon_it(desk: Desk) -> None:
    """Case security/14: whoever has an identity number can ask it of us under their own town."""
    with raises(Refused, "permission.too_far"):
        hit_upon(desk.office, desk.line, Actor.of(Role.COORDINATOR, ELSEWHERE), HELP)
    hit_upon(desk.office, desk.line, BO, HELP)
    told = [(row["actor"], row["relation"], bool(row["refused"])) for row in desk.rows()]
    assert told == [(f"coordinator:{ELSEWHERE}", "programme", True), ("coordinator:bo.lind", "town", False)]
    assert desk.found() == set()
    assert [one.because for one in reads_of_own(desk.office, "anna.berg")] == [HELP, HELP]


def test_the_supervisor_of_the_agreement_reads_as_her_own(desk: Desk) -> None:
    desk.reads(MARIA)
    assert desk.rows()[0]["relation"] == "own"
    with raises(Refused, "permission.for_other_roles"):
        desk.reads(MARIA, HELP, Reading.IDENTITY)


def test_a_substitute_reads_as_the_one_on_leave(desk: Desk) -> None:
    leave = Substitute(person="bo.lind", from_day=NOW.date(), until_day=NOW.date())
    register = StatementLog(desk.engine).register()
    was = register.person("anna.berg", NOW)
    assert was is not None
    StatementLog(desk.engine).add(was.model_copy(update={"substitute": leave}), key_of(OPERATOR))
    desk.reads(BO)
    assert desk.rows()[0]["relation"] == "own"


def test_letters_to_the_coordinator_in_charge_are_read_by_whoever_has_the_candidate_lent(desk: Desk) -> None:
    lent = CandidatesLent(
        at=SINCE,
        lending=uuid4(),
        person="anna.berg",
        to="bo.lind",
        journeys=(desk.line.journey_id,),
        from_day=NOW.date(),
        until_day=NOW.date(),
    )
    StatementLog(desk.engine).add(lent, key_of("anna.berg"))
    journey = JourneyId.parse(desk.line.journey_id)

    def read_by(meant: str) -> set[str]:
        notice = SimpleNamespace(recipient=meant, journey_id=str(journey))
        letter = SimpleNamespace(notice=notice, journey_id=journey, number=uuid4())
        return readers_of(office_of(desk.engine), cast(Letter, letter))

    assert (read_by("anna.berg"), read_by("maria.ek")) == ({"anna.berg", "bo.lind"}, {"maria.ek"})
    with desk.engine.begin() as connection:
        connection.execute(update(JourneyRow).values(coordinator="karin.holm"))
    assert read_by("anna.berg") == {"anna.berg"}, "who is in charge no more has lent nobody"


def test_a_key_that_is_not_theirs_or_was_revoked_reads_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    other = Ed25519PrivateKey.generate()
    with monkeypatch.context() as patch:
        patch.setattr(TestKeyring, "key", lambda _self, _name: other)
        with raises(Refused, "reading.key_unknown"):
            desk.reads()
        patch.setattr(TestKeyring, "key", lambda _self, _name: key_of("bo.lind"))
        with raises(Refused, "reading.key_unknown"):
            desk.reads()
    revoked = KeyRevoked(at=SINCE, key=public_key_of(key_of("anna.berg")), because="lost")
    StatementLog(desk.engine).add(revoked, key_of(OPERATOR))
    with raises(Refused, "reading.key_unknown"):
        desk.reads()
    assert desk.rows() == []


def test_a_name_without_a_role_reads_in_the_role_that_is_nearest_and_permits_it(desk: Desk) -> None:
    assert reader_of(desk.office, "anna.berg", desk.line, Reading.JOURNEY) == ANNA
    assert reader_of(desk.office, "maria.ek", desk.line, Reading.JOURNEY) == MARIA
    assert reader_of(desk.office, WHOLE, desk.line, Reading.IDENTITY) == Actor.of(Role.AUDITOR, WHOLE)
    assert reader_of(desk.office, "coordinator:maria.ek", desk.line, Reading.JOURNEY).role is Role.COORDINATOR
    with raises(UsageError, "actor.missing"):
        reader_of(desk.office, None, desk.line, Reading.JOURNEY)


# Lists


def test_lists_are_of_the_programmes_in_which_somebody_has_such_a_role(desk: Desk) -> None:
    assert may_list(desk.office, ELSEWHERE) == frozenset({"service_division"})
    assert may_list(desk.office, ELSEWHERE, "service_division") == "service_division"
    with raises(Refused, "permission.too_far"):
        may_list(desk.office, ELSEWHERE, "easy_jobs")
    for everywhere in ("anna.berg", WHOLE, OPERATOR):
        assert may_list(desk.office, everywhere) is None
        assert may_list(desk.office, everywhere, "easy_jobs") == "easy_jobs"
    with raises(Refused, "permission.for_other_roles"):
        may_list(desk.office, "maria.ek")
    assert desk.rows() == []
    lists = Lists(desk.engine)
    for programmes, seen in ((frozenset({"service_division", "easy_jobs"}), 1), (frozenset({"easy_jobs"}), 0)):
        assert len(lists.journeys(programme=programmes)) == seen
        assert lists.today(date(2190, 1, 1), programme=programmes).needing == seen
        assert bool(lists.notices(programmes=programmes)) is bool(seen)


# Those in charge, and the auditor


def test_the_coordinator_in_charge_is_told_of_what_others_read(desk: Desk) -> None:
    desk.reads()
    desk.reads(BO, "first")
    desk.reads(MARIA)
    annas = Charge(frozenset({"anna.berg"}))
    assert [one.because for one in reads_by_others(desk.engine, annas, "anna.berg")] == [None, "first"]
    assert [one.actor for one in reads_of_own(desk.office, "anna.berg", NOW.date())] == [MARIA, BO]
    assert reads_of_own(desk.office, "anna.berg", NOW.date() + timedelta(days=1)) == []
    assert reads_of_own(desk.office, "bo.lind") == []


def test_the_auditor_finds_readings_by_person_reader_and_unit(desk: Desk) -> None:
    desk.reads()
    desk.reads(BO, HELP)
    desk.reads(Actor.of(Role.AUDITOR, WHOLE), "the monthly control")
    every = reads(desk.engine)
    assert [one.actor for one in every] == [ANNA, BO, Actor.of(Role.AUDITOR, WHOLE)]
    assert reads(desk.engine, candidate=desk.way.candidate) == every
    assert reads(desk.engine, candidate="A22222223") == []
    assert [one.actor for one in reads(desk.engine, reader="bo.lind")] == [BO]
    assert reads(desk.engine, since=NOW + timedelta(days=1)) == []
    register = StatementLog(desk.engine).register()
    assert of_unit(every, register, programme="easy_jobs", town="2482") == every  # all of them work everywhere
    there = every[0].model_copy(update={"actor": f"coordinator:{ELSEWHERE}"})
    for programme, town, seen in (("service_division", "2482", 1), (None, "2480", 0), ("easy_jobs", None, 0)):
        assert len(of_unit([there], register, programme, town)) == seen


def test_a_sample_is_drawn_again_by_its_seed(desk: Desk) -> None:
    for number in range(12):
        desk.reads(BO, f"reason {number}")
    every = reads(desk.engine)
    drawn = sample(every, 4, 7)
    assert (drawn.seed, drawn.of, len(drawn.reads)) == (7, 12, 4)
    assert sample(every, 4, 7) == drawn
    assert {sample(every, 4, seed).reads for seed in range(5)} != {drawn.reads}
    assert sample(every, 99, 7).reads == tuple(every)


# The chain


@pytest.fixture
def chain(desk: Desk) -> Desk:
    """Three readings, which nobody has touched, in a database without its guards."""
    desk.reads()
    desk.reads(BO, "one")
    desk.reads(BO, "two")
    assert desk.found() == set()
    rows = read_rows(desk.engine, [desk.way.id])[desk.way.id]["reads"]
    assert [row["previous"] for row in rows] == [BEGINNING, *map(reading_hash, rows[:-1])]
    with desk.engine.begin() as connection:
        if desk.engine.dialect.name == "postgresql":
            connection.execute(text("alter table reads disable trigger user"))
        else:
            for trigger in ("reads_no_update", "reads_no_delete"):
                connection.execute(text(f"drop trigger {trigger}"))
    return desk


TAMPERED = {
    "the commitment to the reason": (
        "update reads set commitment = null where number = 2",
        {"reading_not_signed", "readings_chain_broken"},
    ),
    "another's reason": (
        "update reads set contents = (select contents from reads where number = 3) where number = 2",
        {"reading_reason_changed"},
    ),
    "the reader": (
        "update reads set actor = 'coordinator:anna.berg' where number = 3",
        {"reading_not_signed"},
    ),
    "the moment": ("update reads set read_at = '2020-01-01 00:00:00' where number = 3", {"reading_not_signed"}),
    "the first gone": ("delete from reads where number = 1", {"reading_missing", "readings_chain_broken"}),
    "one gone and the rest renumbered": (
        "delete from reads where number = 2",
        {"reading_missing", "readings_chain_broken"},
    ),
    "no signature": (
        "update reads set signature = '' where number = 3",
        {"reading_not_signed"},
    ),
}


@pytest.mark.parametrize("case", TAMPERED)
def test_what_somebody_changed_or_took_out_is_found(chain: Desk, case: str) -> None:
    statement, expected = TAMPERED[case]
    with chain.engine.begin() as connection:
        assert connection.execute(text(statement)).rowcount == 1
    assert chain.found() == {f"finding.{one}" for one in expected}


def test_a_reason_that_somebody_with_the_key_has_changed_is_found(chain: Desk) -> None:
    seal = sealer_on(chain.engine).known(chain.way.candidate)
    contents = seal.seal_json(place_of_reading(chain.way.id, 2), ["three", "salt"])
    with chain.engine.begin() as connection:
        connection.execute(update(ReadRow).where(ReadRow.number == 2).values(contents=contents))
    assert chain.found() == {"finding.reading_reason_changed"}


def test_of_somebody_erased_the_reasons_are_gone_and_the_chain_holds(desk: Desk) -> None:
    desk.reads(BO, HELP)
    with desk.engine.begin() as connection:
        connection.execute(update(CandidateKeyRow).values(wrapped=None))
    sealer_on(desk.engine).forget(desk.way.candidate)
    assert [line.because for line in reads(desk.engine)] == [None]
    assert desk.found() == set()


def test_a_row_that_another_signed_or_that_was_not_permitted_is_found(desk: Desk) -> None:
    desk.reads()
    with Session(desk.engine) as session, session.begin():
        forged = forge(desk, key="bo.lind")
        session.add(ReadRow(**forged))
    assert desk.found() == {"finding.reading_by_another"}
    with Session(desk.engine) as session, session.begin():
        session.add(ReadRow(**forge(desk, actor=str(MARIA), key="maria.ek", what="identity", relation="town")))
    assert desk.found() == {
        "finding.reading_by_another",
        "finding.reading_not_permitted",
        "finding.reading_without_reason",
    }


def forge(desk: Desk, key: str, **changed: Any) -> dict[str, Any]:
    """The next row of the chain, signed with somebody's key."""
    rows = read_rows(desk.engine, [desk.way.id])[desk.way.id]["reads"]
    last = rows[-1]
    said = {name: last[name] for name in SIGNED} | {
        "number": last["number"] + 1,
        "previous": reading_hash(last),
        "read_at": datetime.now(UTC),
        **changed,
    }
    signed = sign(key_of(key), reading_bytes(said))
    return {**said, "contents": b"", "key": signed.key, "signature": signed.value}
