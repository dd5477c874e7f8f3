"""Referring people by a list: what becomes of each row, of those who are known, who come back, and who were refused."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import SystemRandom
from typing import Any

import pytest
from temporalio.testing import WorkflowEnvironment

from auditing.verification.identity_checks import identity_findings
from auditing.verification.verifier import live_verifier
from models.access.statements import Assignment
from models.calendar.swedish_day import day_in_sweden
from models.fields import FIRST_DAY
from models.identifiers import Actor, CandidateNumber, JourneyId, Role
from models.message import Message, msg
from models.stages import Stage
from runtime.rulebook.loader import RuleBook
from services.identities.register import Register
from services.referrals.files_beside import write_numbers
from services.referrals.importer import Became, Importer, Outcome
from services.referrals.rows import ImportRow
from tests.support.authority import TestKeyring, enter, put_in_force
from tests.support.import_files import made_up_number
from tests.support.office import TestOffice, event, open_office

ANNA = Actor.parse("coordinator:anna.berg")
TODAY = day_in_sweden(datetime.now(UTC))
LONG_AGO = TODAY - timedelta(days=900)
PERSON = {"name": "Feltsavad Persson", "email": "fel@example.org", "phone": "070-000 00 01"}


@pytest.fixture(scope="module")
async def office(temporal: WorkflowEnvironment, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TestOffice]:
    async with open_office(temporal.client, tmp_path_factory.mktemp("referring")) as office:
        yield office


numbers = iter(range(1, 28))


def somebody() -> str:
    """An identity number that nobody in this module has had."""
    return made_up_number(f"199103{next(numbers):02}", 982)


def row(identity_number: str, **said: Any) -> ImportRow:
    whole: dict[str, Any] = {**PERSON, "programme": "service_division", "referring_partner": "kommunen", "site": "2480"}
    return ImportRow(
        **{
            "line": 2,
            "identity_number": identity_number,
            "coordinator": "anna.berg",
            **whole,
            "referred_on": TODAY,
            **said,
        }
    )


async def refers(office: TestOffice, row: ImportRow, book: RuleBook | None = None, by: Actor = ANNA) -> Outcome:
    result = await importer(office, book, by).run([row], datetime.now(UTC))
    [outcome] = result.outcomes
    return outcome


def register(office: TestOffice) -> Register:
    return Register(office.engine, SystemRandom(), TestKeyring())


def importer(office: TestOffice, book: RuleBook | None = None, by: Actor = ANNA) -> Importer:
    return Importer(office.journeys, register(office), office.lists, book or office.book, by)


def why(outcome: Outcome) -> str:
    assert outcome.bad is not None
    return outcome.bad.problems[0].message.id


async def ends(office: TestOffice, journey: JourneyId | None, day: date) -> None:
    assert journey is not None
    receipt = await office.send(journey, "withdrawn", end_reason="studies", effective_on=day)
    assert receipt.accepted, receipt


async def test_a_list_sent_again_starts_nothing_and_says_so(office: TestOffice) -> None:
    who = somebody()
    first = await refers(office, row(who))
    again = await refers(office, row(who))
    assert (first.became, again.became) == (Became.STARTED, Became.SAME)
    assert first.candidate == again.candidate
    assert first.journey == again.journey == JourneyId.of(str(first.candidate), "service_division")


async def test_somebody_new_who_seems_to_be_here_already_is_to_be_looked_at_and_not_entered(office: TestOffice) -> None:
    here, new, other = somebody(), somebody(), somebody()
    await refers(office, row(here))
    seems = msg("likely", "They seem to be here")
    asked = list[str]()

    def likely(rows: Sequence[ImportRow]) -> dict[str, Message]:
        asked.extend(one.identity_number for one in rows)
        return {one.identity_number: seems for one in rows if one.identity_number in (here, new)}

    careful = Importer(office.journeys, register(office), office.lists, office.book, ANNA, likely=likely)
    result = await careful.run([row(one, line=line) for line, one in enumerate((here, new, other))], datetime.now(UTC))
    assert [one.became for one in result.outcomes] == [Became.SAME, Became.TO_PUT_RIGHT, Became.STARTED]
    assert why(result.outcomes[1]) == "likely"
    assert asked.count(new) == 1  # each time that it is asked leaves a reading
    assert here not in asked  # who is known by this number is looked up by it alone
    assert register(office).known(new) is None


@pytest.mark.parametrize(
    ("later", "changed"),
    [
        ({"name": "Rättstavad Persson", "email": "ratt@example.org"}, ("name", "email")),
        ({"phone": "070-000 00 02"}, ("phone",)),
        ({"language": "ar", "address": "Storgatan 1, 972 31 Luleå"}, ("address", "language")),
        ({"email": None, "phone": None}, ()),
    ],
)
async def test_a_later_contact_is_taken_and_the_earlier_one_kept(
    office: TestOffice, later: dict[str, Any], changed: tuple[str, ...]
) -> None:
    """Case 02: the mended row kept the first file's name, e-mail and telephone."""
    who = somebody()
    first = await refers(office, row(who, programme="preparedness_jobs", site="2280", referred_on=date(2025, 3, 10)))
    assert (first.became, why(first)) == (Became.TO_PUT_RIGHT, "the_programme_is_open.closed_on_the_day")
    mended = row(
        who,
        programme="preparedness_jobs",
        referring_partner="arbetsformedlingen",
        site="2280",
        referred_on=date(2017, 3, 10),
    )
    started = await refers(office, mended)
    assert (started.became, started.candidate) == (Became.STARTED, first.candidate)
    outcome = await refers(office, ImportRow(**{**vars(mended), **later}))
    assert (outcome.became, outcome.changed) == (Became.CHANGED if changed else Became.SAME, changed)
    person = register(office).person(str(first.candidate))
    assert {name: getattr(person, name) for name in changed} == {name: later[name] for name in changed}
    assert [one["value"] for one in person.earlier] == [PERSON[name] for name in changed if name in PERSON]
    assert list(identity_findings(office.engine)) == []


async def test_the_mended_row_itself_brings_the_later_contact(office: TestOffice) -> None:
    who = somebody()
    await refers(office, row(who, referred_on=TODAY + timedelta(days=3)))
    outcome = await refers(office, row(who, name="Rättstavad Persson"))
    assert (outcome.became, outcome.changed) == (Became.STARTED, ("name",))
    assert register(office).person(str(outcome.candidate)).name == "Rättstavad Persson"


async def test_a_row_that_says_otherwise_of_a_journey_under_way_is_not_dropped_unsaid(office: TestOffice) -> None:
    who = somebody()
    first = await refers(office, row(who))
    for said in ({"referred_on": TODAY - timedelta(days=1)}, {"coordinator": "bo.lind"}):
        outcome = await refers(office, row(who, **said))
        assert (outcome.became, why(outcome), outcome.candidate) == (
            Became.TO_PUT_RIGHT,
            "row.other_referral",
            first.candidate,
        )


async def test_the_partners_own_reference_goes_with_the_referral_and_another_one_is_not_dropped_unsaid(
    office: TestOffice,
) -> None:
    who = somebody()
    first = await refers(office, row(who, reference="KA 2026/17"))
    assert first.receipt is not None
    [referral, *_] = office.lists.ledger(str(first.journey))
    assert referral.event is not None
    assert referral.event["reference"] == "KA 2026/17"
    for same in ({"reference": "KA 2026/17"}, {}):  # whoever says nothing of it says nothing else
        assert (await refers(office, row(who, **same))).became is Became.SAME
    outcome = await refers(office, row(who, reference="KA 2026/18"))
    assert (outcome.became, why(outcome)) == (Became.TO_PUT_RIGHT, "row.other_referral")


async def test_whoever_has_ended_and_is_referred_again_begins_a_new_journey(office: TestOffice) -> None:
    """Case 04: nobody could be referred again once the window for reopening had passed."""
    who = somebody()
    first = await refers(office, row(who, referred_on=LONG_AGO))
    await ends(office, first.journey, LONG_AGO + timedelta(days=20))
    again = await refers(office, row(who))
    assert (again.became, again.candidate) == (Became.AGAIN, first.candidate)
    assert again.journey == JourneyId.of(str(first.candidate), "service_division", 2)
    assert (await refers(office, row(who))).became is Became.SAME
    lines = office.lists.found(candidate=str(first.candidate))
    assert {line.journey_id: line.stage for line in lines} == {
        first.journey: Stage.CLOSED,
        again.journey: Stage.REFERRAL,
    }
    assert (await office.send(again.journey, "referral_accepted")).accepted
    verifier = live_verifier(office.client, office.engine)
    verified = await verifier.verify([str(first.journey), str(again.journey)])
    assert [one.findings for one in verified] == [(), ()]


async def test_within_the_window_the_journey_is_reopened_instead(office: TestOffice) -> None:
    who, day = somebody(), TODAY - timedelta(days=30)
    first = await refers(office, row(who, referred_on=day))
    await ends(office, first.journey, day + timedelta(days=2))
    outcome = await refers(office, row(who))
    assert (outcome.became, why(outcome)) == (Became.TO_PUT_RIGHT, "row.may_be_reopened")
    assert (await refers(office, row(who, referred_on=day))).became is Became.SAME


async def test_nobody_is_in_a_programme_twice_at_a_time(office: TestOffice) -> None:
    first = await refers(office, row(somebody()))
    said = event("referred", referring_partner="kommunen", site="2480", coordinator="anna.berg")
    rules = office.book.programme("service_division")
    receipt = await office.journeys.refer(str(first.candidate), rules, said, 2)  # type: ignore[arg-type]
    assert (receipt.accepted, receipt.rule) == (False, "the_earlier_way_has_ended")


class Killed(BaseException):
    """Ends whatever is at work."""


async def test_an_import_killed_once_people_were_entered_goes_on_with_the_same_people(
    office: TestOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [row(somebody(), line=line) for line in range(2, 6)]
    refer_first, sent = office.journeys.refer_first, []

    async def killed(journey_id: JourneyId, *said: Any) -> Any:
        sent.append(journey_id)
        if len(sent) > 2:
            raise Killed
        return await refer_first(journey_id, *said)

    monkeypatch.setattr(office.journeys, "refer_first", killed)
    with pytest.raises(BaseExceptionGroup):
        await importer(office).run(rows, datetime.now(UTC))
    monkeypatch.undo()
    numbers = [register(office).known(one.identity_number) for one in rows]
    assert None not in numbers
    result = await importer(office).run(rows, datetime.now(UTC))
    assert [one.candidate for one in result.outcomes] == numbers
    assert {one.became for one in result.outcomes} <= {Became.SAME, Became.STARTED}
    assert [len(office.ledger(str(one.journey))) for one in result.outcomes] == [1, 1, 1, 1]
    assert list(identity_findings(office.engine)) == []


async def test_where_a_workflow_runs_under_the_id_of_somebody_new_the_referral_goes_its_usual_way(
    office: TestOffice,
) -> None:
    state = office.random.getstate()
    number = CandidateNumber.draw(office.random)
    office.random.setstate(state)
    journey = JourneyId.of(number, "service_division")
    squatter = await office.client.start_workflow("Squatter", id=journey, task_queue="elsewhere")
    new = Register(office.engine, office.random, TestKeyring())
    rows = [row(somebody(), line=line) for line in (2, 3)]
    result = await Importer(office.journeys, new, office.lists, office.book, ANNA).run(rows, datetime.now(UTC))
    assert [(bad.line, bad.problems[0].message.id) for bad in result.bad] == [(2, "journey.another_workflow")]
    assert new.known(rows[0].identity_number) == number
    assert len(result.started) == 1
    await squatter.terminate("as an operator is told to")


async def test_a_referral_that_was_refused_is_judged_anew_by_the_rules_it_comes_with(office: TestOffice) -> None:
    """Case 11: whoever was refused before a programme was mended was refused by the old rules, under any id."""
    who = somebody()
    asked = row(who, referring_partner="sprakvannerna")
    for _ in range(2):
        refused = await refers(office, asked)
        assert why(refused) == "the_partner_may_refer.other_partner"
    mended = office.book.programme("service_division").model_copy(
        update={"referring_partners": ("arbetsformedlingen", "kommunen", "sprakvannerna")}
    )
    put_in_force(office.engine, mended)
    outcome = await refers(office, asked, Mended(mended))  # type: ignore[arg-type]
    assert (outcome.became, outcome.candidate) == (Became.STARTED, refused.candidate)


async def test_somebody_unknown_who_is_entered_since_is_judged_anew(office: TestOffice) -> None:
    who = somebody()
    asked = row(who, coordinator="nytt.namn")
    assert why(await refers(office, asked)) == "the_coordinator_is_known.unknown"
    role = Assignment(role=Role.COORDINATOR, programme="service_division", from_day=FIRST_DAY)
    enter(office.engine, "nytt.namn", role)
    assert (await refers(office, asked)).became is Became.STARTED


class Mended:
    """Today's rules, one programme of which was mended."""

    def __init__(self, rules: Any) -> None:
        self.forms, self._rules = rules.forms, rules

    def programme(self, _name: str) -> Any:
        return self._rules

    def age_limits(self) -> tuple[int, ...]:
        return ()


def test_the_file_of_numbers_is_new_and_for_its_owner_alone(tmp_path: Path) -> None:
    first = write_numbers(tmp_path / "list.csv", [("rad", "nummer"), ("2", "K7Q29FMXB")])
    second = write_numbers(tmp_path / "list.csv", [("rad", "nummer")])
    assert (first.name, second.name) == ("list-numbers.csv", "list-numbers-2.csv")
    assert first.read_bytes() == "\ufeffrad;nummer\r\n2;K7Q29FMXB\r\n".encode()
    assert first.stat().st_mode & 0o777 == 0o600
