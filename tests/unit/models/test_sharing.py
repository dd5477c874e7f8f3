from models.identifiers import CandidateNumber
from models.programme.programme import Programme
from models.programme.sharing import shared
from tests.support.programmes import RULES
from workflows.messages import JourneyStart

NUMBER = CandidateNumber("K7Q29FMXB")


def started(rules: Programme) -> Programme:
    """The rules that a run goes by, as it reads them."""
    written = JourneyStart.model_construct(candidate=NUMBER, rules=rules).model_dump_json()
    return JourneyStart.model_validate_json(written).rules


def test_journeys_with_the_same_rules_hold_them_once() -> None:
    rules = RULES.programmes["service_division"]
    one, other = started(rules), started(rules)
    assert one is other
    assert one == rules


def test_journeys_with_other_rules_hold_their_own() -> None:
    rules = RULES.programmes["service_division"]
    changed = rules.model_copy(update={"notices": rules.notices[1:]})
    assert started(changed) == changed
    assert started(changed) is not started(rules)


def test_rules_of_every_programme_can_be_shared() -> None:
    assert all(shared(rules) == rules for rules in RULES.programmes.values())
