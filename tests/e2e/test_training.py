"""The knowledge goal from end to end: an internship waits for the training, and the auditor agrees with the refusal."""

from collections.abc import Callable
from datetime import UTC, date, datetime

from auditing.evidence.findings import Verdict
from auditing.verification.verifier import live_verifier
from models.identifiers import CandidateNumber, JourneyId
from models.programme.training import Completion, StaffForm, TrainingRule
from services.training import TrainingRecord
from tests.support.authority import TestKeyring
from tests.support.office import TestOffice, event, full_way
from tests.support.programmes import RULES, SERVICE
from tests.support.values import both

DAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
BY = "coordinator:anna.berg"
PACKAGE = RULES.packages["values_and_diversity"]
UNIT = "Lasarettet, vårdnära service"


async def test_an_internship_begins_once_those_who_receive_the_intern_are_trained(office: TestOffice) -> None:
    rule = TrainingRule(package=PACKAGE, share_of_unit=50, source=both("the project model"))
    rules = SERVICE.model_copy(update={"training": rule})
    candidate = CandidateNumber.draw(office.random)
    partner = {"referring_partner": "arbetsformedlingen", "site": "2480", "coordinator": "anna.berg"}
    await office.journeys.refer(candidate, rules, event("referred", effective_on=DAY, **partner))  # type: ignore[arg-type]
    journey = JourneyId.of(candidate, rules.id)
    accepted, checked, agreed, *rest = full_way(DAY)
    assert (await office.journeys.submit(journey, accepted)).accepted
    assert (await office.journeys.submit(journey, checked)).accepted

    record = TrainingRecord(office.engine, TestKeyring())
    steps: dict[str, Callable[[], object]] = {
        "the_supervisor_is_trained": lambda: took(record, "maria.ek"),
        "the_unit_is_trained": lambda: [works(record, person) for person in ("maria.ek", "a.one")],
    }
    for refused_by, done in steps.items():
        again = agreed.model_copy(update={"event_id": event("resumed").event_id})
        receipt = await office.journeys.submit(journey, again)
        assert (receipt.accepted, receipt.rule, receipt.source) == (False, refused_by, both("the project model"))
        done()
    for said in (agreed, *rest):
        receipt = await office.journeys.submit(journey, said)
        assert receipt.accepted, receipt

    [verdict] = await live_verifier(office.client, office.lists.engine).verify([journey])
    assert verdict.verdict is Verdict.AGREES, verdict


def took(record: TrainingRecord, person: str) -> int:
    return record.complete(PACKAGE, [Completion(person, part.id, DAY) for part in PACKAGE.parts], by=BY, at=NOW)


def works(record: TrainingRecord, person: str) -> bool:
    return record.employ(UNIT, person, StaffForm.PERMANENT, from_day=DAY, until_day=None, by=BY, at=NOW)
