"""The people of a list are entered together: what that asks of the database is counted, and nobody is entered twice."""

from random import Random
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from activities.sealing import sealer_on
from auditing.verification.identity_checks import identity_findings
from models.events.events import Referred
from models.identifiers import Actor, JourneyId
from models.ledger.receipt import Receipt
from models.programme.programme import Programme
from models.stages import Stage
from models.tables.people import CandidateRow, SearchTokenRow
from runtime.errors import ServiceUnavailable
from services.answers import EVENT_KEPT
from services.identities.register import Person, Register
from services.identities.words import tokens_of
from services.journeys import Journeys, Signed, signing_with
from services.queries.lists import Lists
from services.referrals.importer import TOGETHER, Became, Importer
from services.referrals.rows import ImportRow
from tests.support.authority import TestKeyring
from tests.support.desks import NOW
from tests.support.import_files import made_up_number
from tests.support.programmes import RULES
from tests.support.sealing import open_keyed, open_keyed_for_reading
from tests.support.values import MONDAY
from tests.support.wire import counted, round_trips, transactions, wiretapped

ANNA = Actor.parse("coordinator:anna.berg")


class Accepting(Journeys):
    """Accepts every referral, as a journey would, without one."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(None, "", engine, signing_with(TestKeyring(), sealer_on(engine)))  # type: ignore[arg-type]
        self.first: list[JourneyId] = []
        self.usual: list[JourneyId] = []

    async def refer_first(
        self, journey_id: JourneyId, _rules: Programme, referral: Referred, signed: Signed
    ) -> Receipt:
        assert signed["event_id"] == str(referral.event_id)
        self.first.append(journey_id)
        return accepted(referral.event_id)

    async def refer(self, candidate: str, rules: Programme, referral: Referred, turn: int = 1) -> Receipt:
        self.usual.append(JourneyId.of(candidate, rules.id, turn))
        return accepted(referral.event_id)


def accepted(event_id: UUID) -> Receipt:
    said: dict[str, Any] = {"kind": "referred", "accepted": True, "row": 1, "stage": Stage.REFERRAL, "message": ""}
    return Receipt(event_id=event_id, recorded_at=NOW, **said)


def rows(count: int, first: int = 0, **said: Any) -> list[ImportRow]:
    return [
        a_row(made_up_number(f"199103{number // 20 + 1:02}", 980 + number % 20), number, **said)
        for number in range(first, first + count)
    ]


def a_row(identity_number: str, line: int, **said: Any) -> ImportRow:
    whole = {"name": f"Påhittad Persson {line}", "email": f"p{line}@example.org", "phone": f"070-000 {line:02} 01"}
    usual = {
        "programme": "service_division",
        "referring_partner": "kommunen",
        "site": "2480",
        "coordinator": "anna.berg",
    }
    return ImportRow(
        **{"line": line, "identity_number": identity_number, "referred_on": MONDAY, **whole, **usual, **said}
    )


def registered(engine: Engine) -> int:
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(CandidateRow)) or 0


@pytest.fixture
def journeys(engine: Engine) -> Accepting:
    sealer_on(engine).index("")  # makes the key of a new database
    return Accepting(engine)


@pytest.fixture
def register(engine: Engine) -> Register:
    return Register(engine, Random(7), TestKeyring())


@pytest.fixture
def importer(database_url: str, journeys: Accepting, register: Register) -> Importer:
    return Importer(journeys, register, Lists(open_keyed_for_reading(database_url)), RULES, ANNA)


async def test_where_no_worker_answers_the_advice_is_to_import_again(
    importer: Importer, journeys: Accepting, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nobody(*_: object) -> Receipt:
        raise ServiceUnavailable(EVENT_KEPT)

    with monkeypatch.context() as patch, pytest.RaisesGroup(ServiceUnavailable) as caught:
        patch.setattr(journeys, "refer_first", nobody)
        await importer.run(rows(1), NOW)
    [error] = caught.value.exceptions
    assert isinstance(error, ServiceUnavailable)
    assert error.message.id == "worker.not_all_sent"
    assert [one.became for one in (await importer.run(rows(2), NOW)).outcomes] == [Became.STARTED] * 2


@pytest.mark.parametrize("count", [2, TOGETHER])
async def test_people_who_are_new_cost_as_many_statements_as_one_of_them(
    engine: Engine, importer: Importer, journeys: Accepting, count: int
) -> None:
    with counted(engine) as writing, counted(importer._lists.engine) as reading:
        result = await importer.run(rows(count), NOW)
    assert {one.became for one in result.outcomes} == {Became.STARTED}
    assert (len(writing), len(reading)) == (8 if engine.dialect.name == "postgresql" else 7, 0)
    assert (len(journeys.first), len(journeys.usual)) == (count, 0)
    of_the_client = sealer_on(importer._lists.engine)
    assert all(of_the_client.kept(one.candidate) is not None for one in journeys.first)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_whole_group_takes_two_transactions_and_few_round_trips(
    engine: Engine, importer: Importer, journeys: Accepting
) -> None:
    engine.dispose()
    with wiretapped(engine) as wires:
        await importer.run(rows(TOGETHER), NOW)
        lines = [line for wire in wires for line in wire.heard()]
    assert len(journeys.first) == TOGETHER
    assert transactions(lines) == 2
    assert round_trips(lines) < TOGETHER  # 12, and more where an answer comes while rows are still being sent


async def test_whoever_is_entered_together_is_entered_as_one_by_one(
    engine: Engine, database_url: str, importer: Importer, register: Register
) -> None:
    said = rows(3)
    result = await importer.run(said, NOW)
    assert list(identity_findings(engine)) == []
    for row, outcome in zip(said, result.outcomes, strict=True):
        assert outcome.candidate is not None
        person = register.person(outcome.candidate)
        assert (person.identity_number, person.name, person.phone) == (row.identity_number, row.name, row.phone)
        assert (
            Register(open_keyed(database_url), Random(8), TestKeyring()).known(row.identity_number) == outcome.candidate
        )
        [identity] = register.identities([outcome.candidate]).values()
        tokens = select(SearchTokenRow.token).where(SearchTokenRow.candidate == outcome.candidate)
        with Session(engine) as session:
            assert set(session.scalars(tokens)) == tokens_of(sealer_on(engine), identity)


async def test_whoever_is_known_goes_the_usual_way_also_by_an_earlier_number(
    engine: Engine, importer: Importer, journeys: Accepting, register: Register
) -> None:
    known, before, new = rows(3)
    held = register.number_of(Person(known.identity_number, known.name), NOW, ANNA)
    had = register.number_of(Person(before.identity_number, before.name), NOW, ANNA)
    register.rectify(had, {"identity_number": made_up_number("19920101", 981)}, NOW, ANNA, keep=True)
    result = await importer.run([known, before, new], NOW)
    assert [one.candidate for one in result.outcomes[:2]] == [held, had]
    assert {one.candidate for one in journeys.usual} == {held, had}
    assert [one.candidate for one in journeys.first] == [result.outcomes[2].candidate]
    assert registered(engine) == 3


async def test_somebody_who_stands_there_twice_is_one_person(
    engine: Engine, importer: Importer, journeys: Accepting
) -> None:
    [one] = rows(1)
    other = a_row(one.identity_number, 2, programme="easy_jobs")
    result = await importer.run([one, other], NOW)
    assert {outcome.candidate for outcome in result.outcomes} == {journeys.first[0].candidate}
    assert (len(journeys.first), len(journeys.usual), registered(engine)) == (1, 1, 1)


async def test_where_somebody_else_registers_one_of_them_at_the_same_moment_all_go_one_by_one(
    engine: Engine, importer: Importer, journeys: Accepting, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    met, *others = rows(3)
    held = register.number_of(Person(met.identity_number, met.name), NOW, ANNA)
    monkeypatch.setattr(register, "known_among", lambda _numbers: set())
    result = await importer.run([met, *others], NOW)
    assert {one.became for one in result.outcomes} == {Became.STARTED}
    assert result.outcomes[0].candidate == held
    assert (journeys.first, len(journeys.usual), registered(engine)) == ([], 3, 3)
    assert list(identity_findings(engine)) == []


async def test_a_row_that_may_not_be_sent_enters_nobody_and_holds_up_no_other(
    engine: Engine, importer: Importer, journeys: Accepting
) -> None:
    wrong, *others = rows(3, programme="service_division")
    result = await importer.run([a_row(wrong.identity_number, 0, programme="nowhere"), *others], NOW)
    assert [bad.problems[0].message.id for bad in result.bad] == ["programme.unknown"]
    assert (len(journeys.first), registered(engine)) == (2, 2)
