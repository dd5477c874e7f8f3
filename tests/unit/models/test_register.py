"""The register of authority: which statements count, and what those that count amount to at a moment."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from models.access.register import Register
from models.access.statements import (
    KeyRevoked,
    PartnerRegistered,
    RulesRegistered,
    Statement,
    Substitute,
    WorkerRegistered,
)
from models.calendar.written_days import DAY
from models.identifiers import Role
from tests.support.statement_logs import HOUR, KIM, NINE, Log, code_of, founding, later, public, role

ANNA, BO, LENA, MALLORY = "anna.berg", "bo.lind", "lena.strand", "mallory.x"
SERVICE, EASY = "service_division", "easy_jobs"
DIGEST, OTHER_DIGEST = "a" * 64, "b" * 64
MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)
JOURNEY, OTHER_JOURNEY = f"journey/K7Q29FMXB/{SERVICE}", f"journey/C4ZEYN7RB/{SERVICE}"


@pytest.fixture
def log() -> Log:
    """Kim operates; Lena manages the service division, where Anna is a coordinator; Bo is one of easy jobs."""
    return (
        Log()
        .employs(LENA, role(Role.MANAGER, SERVICE))
        .employs(ANNA, role(Role.COORDINATOR, SERVICE))
        .employs(BO, role(Role.COORDINATOR, EASY))
    )


# The beginning


def test_the_founder_is_an_operator_and_all_rests_on_that_key() -> None:
    register = Log().register
    assert (register.founder, register.faults) == (public(KIM), [])
    assert register.has_role(KIM, Role.OPERATOR, SERVICE, "2480", NINE)


def test_a_register_is_founded_once(log: Log) -> None:
    assert log.says(founding(person=MALLORY), MALLORY) == "register.founded"
    assert log.says(founding(), KIM) == "register.founded"
    assert log.register.founder == public(KIM)
    assert not log.register.works_here(MALLORY, NINE)


def test_a_register_is_founded_with_the_key_that_it_names() -> None:
    log = Log(is_empty=True)
    assert log.says(founding(), MALLORY) == "register.founded"
    assert log.register.founder is None


def test_nothing_counts_in_a_register_that_nobody_founded() -> None:
    log = Log(is_empty=True)
    assert log.enters(ANNA, by=KIM) == "register.not_founded"
    assert log.says(founding(), KIM) == "register.founded"


# The log


@pytest.mark.parametrize("changed", [{"previous": "0" * 64}, {"number": 99}, {"number": 2}, {"previous": "nonsense"}])
def test_a_statement_that_does_not_follow_the_one_before_does_not_count(log: Log, changed: dict[str, Any]) -> None:
    assert log.holds({"kind": "staff_ended"}, KIM, **changed) == "register.chain_broken"
    assert log.enters("zita.ny", role(Role.MENTOR)) is None, "those after it go on from there"


@pytest.mark.parametrize("changed", [{"key": public(MALLORY)}, {"signature": "0" * 128}, {"key": "?"}])
def test_a_statement_whose_signature_is_another_does_not_count(log: Log, changed: dict[str, Any]) -> None:
    said = {"kind": "staff_ended", "at": "2026-03-02T09:00:00Z", "person": ANNA, "on": "2026-03-02", "because": "-"}
    assert log.holds(said, KIM, **changed) == "register.not_signed"
    assert log.register.works_here(ANNA, later(48))


@pytest.mark.parametrize(
    "said",
    [
        {},
        [],
        None,
        {"kind": "crowned", "at": "2026-03-02T09:00:00Z", "person": MALLORY},
        {"kind": "staff_ended", "at": "2026-03-02T09:00:00", "person": ANNA, "on": "2026-03-02", "because": "no zone"},
        {"kind": "worker_registered", "at": "2026-03-02T09:00:00Z", "key": public(MALLORY).upper()},
        {"kind": "staff_entered", "at": "2026-03-02T09:00:00Z", "person": "M", "name": "M", "may": "everything"},
    ],
)
def test_a_statement_that_says_nothing_of_sense_does_not_count_and_stops_nothing(log: Log, said: Any) -> None:
    assert log.holds(said, KIM) == "register.unreadable"
    assert log.enters("zita.ny", role(Role.MENTOR)) is None


def test_a_statement_with_a_number_beyond_those_of_json_does_not_count_and_stops_nothing(log: Log) -> None:
    assert log.holds({"at": 2**60}, KIM) == "register.not_signed"
    assert log.enters("zita.ny", role(Role.MENTOR)) is None


def test_a_backdated_statement_does_not_count(log: Log) -> None:
    assert log.enters("zita.ny", role(Role.MENTOR), at=later(2)) is None
    assert log.enters("yrsa.al", role(Role.MENTOR), at=later(1)) == "register.backdated"
    assert log.enters("yrsa.al", role(Role.MENTOR), at=later(2)) is None


def test_a_log_that_is_read_anew_amounts_to_the_same(log: Log) -> None:
    log.enters("zita.ny", by=MALLORY)
    assert Register.fold(log.statements) == log.register
    assert [fault.number for fault in log.register.faults] == [len(log.statements)]


# Who may say what


def test_only_the_key_of_a_person_that_counts_makes_statements(log: Log) -> None:
    assert log.says(WorkerRegistered(at=NINE, key=public("worker")), KIM) is None
    assert log.says(PartnerRegistered(at=NINE, partner="kommunal", key=public("kommunal")), KIM) is None
    for nobody in (MALLORY, "worker", "kommunal"):
        assert log.enters("zita.ny", by=nobody) == "register.unknown_key"


def test_everybody_names_who_stands_in_for_themselves_and_changes_nothing_else(log: Log) -> None:
    leave = Substitute(person=BO, from_day=date(2026, 3, 6), until_day=date(2026, 3, 12))
    known = log.register.person(ANNA, NINE)
    assert known is not None
    named = known.model_copy(update={"at": NINE, "substitute": leave})
    assert log.says(named.model_copy(update={"name": "Anna Bergman"}), ANNA) == "register.not_allowed"
    assert log.says(named, BO) == "register.not_allowed"
    assert log.says(named, ANNA) is None
    assert log.register.substitute_of(ANNA, datetime(2026, 3, 12, 9, tzinfo=UTC)) == BO


def test_a_coordinator_states_nothing(log: Log) -> None:
    assert log.enters("zita.ny", role(Role.SUPERVISOR, SERVICE), by=ANNA) == "register.not_allowed"
    assert log.invites(BO, by=ANNA) == "register.not_allowed"
    assert log.invites(ANNA, by=ANNA) is None, "for another machine of her own"


@pytest.mark.parametrize("given", [Role.COORDINATOR, Role.SUPERVISOR, Role.MENTOR])
def test_a_manager_enters_invites_and_ends_staff_of_her_programme(log: Log, given: Role) -> None:
    assert log.enters("zita.ny", role(given, SERVICE, "2480"), by=LENA) is None
    assert [log.invites("zita.ny", by=LENA), log.enrols("zita.ny")] == [None, None]
    assert log.revokes("zita.ny", by=LENA) is None
    assert log.ends("zita.ny", MONDAY, by=LENA) is None


@pytest.mark.parametrize("given", [Role.MANAGER, Role.AUDITOR, Role.OPERATOR])
def test_a_manager_gives_no_role_above_those_of_her_staff(log: Log, given: Role) -> None:
    assert log.enters("zita.ny", role(given, SERVICE), by=LENA) == "register.not_allowed"
    assert log.enters(LENA, role(given, SERVICE), by=LENA) == "register.not_allowed"


@pytest.mark.parametrize("programme", [EASY, "*"])
def test_a_manager_gives_no_role_outside_her_programme(log: Log, programme: str) -> None:
    assert log.enters("zita.ny", role(Role.MENTOR, programme), by=LENA) == "register.not_allowed"
    assert log.enters(ANNA, role(Role.COORDINATOR, SERVICE), role(Role.MENTOR, programme), by=LENA) is not None


def test_a_manager_of_every_programme_gives_roles_in_each() -> None:
    log = Log().employs(LENA, role(Role.MANAGER))
    assert log.enters("zita.ny", role(Role.MENTOR, EASY), role(Role.MENTOR), by=LENA) is None


@pytest.mark.parametrize("person", [BO, KIM, "worker", "nobody.known"])
def test_a_manager_leaves_those_alone_who_are_not_her_staff(log: Log, person: str) -> None:
    assert log.says(WorkerRegistered(at=NINE, key=public("worker")), KIM) is None
    assert log.invites(person, by=LENA) == "register.not_allowed"
    assert log.ends(person, MONDAY, by=LENA) == "register.not_allowed"
    if person != LENA:
        assert log.revokes(person, by=LENA) == "register.not_allowed"
        if person in (BO, KIM):
            assert log.enters(person, role(Role.COORDINATOR, SERVICE), by=LENA) == "register.not_allowed"


def test_a_manager_puts_the_rules_of_her_programme_in_force_and_no_others(log: Log) -> None:
    assert log.says(RulesRegistered(at=NINE, programme=SERVICE, digest=DIGEST), LENA) is None
    assert log.says(RulesRegistered(at=NINE, programme=EASY, digest=OTHER_DIGEST), LENA) == "register.not_allowed"
    assert log.register.is_in_force(SERVICE, DIGEST, NINE)
    assert not log.register.is_in_force(EASY, DIGEST, NINE), "rules are in force for their own programme alone"
    assert not log.register.is_in_force(EASY, OTHER_DIGEST, NINE)


@pytest.mark.parametrize(
    "said",
    [
        WorkerRegistered(at=NINE, key=public("worker")),
        PartnerRegistered(at=NINE, partner="kommunal", key=public("kommunal")),
    ],
)
def test_only_an_operator_registers_workers_and_partners(log: Log, said: Statement) -> None:
    assert log.says(said, LENA) == "register.not_allowed"
    assert log.says(said, ANNA) == "register.not_allowed"
    assert log.says(said, KIM) is None


def test_a_manager_who_is_ended_states_nothing_more(log: Log) -> None:
    assert log.ends(LENA, MONDAY) is None
    assert log.enters("zita.ny", role(Role.MENTOR, SERVICE), by=LENA, at=later(1)) is None, "her last day"
    assert log.enters("yrsa.al", role(Role.MENTOR, SERVICE), by=LENA, at=later(24)) == "register.not_allowed"


# Keys


def test_a_revoked_key_counts_before_and_not_after(log: Log) -> None:
    assert log.revokes(ANNA, at=later(3)) is None
    assert log.register.key_of(public(ANNA), later(2)) is not None
    assert log.register.key_of(public(ANNA), later(3)) is None
    assert log.revokes(ANNA, at=later(9)) is None
    assert log.register.key_of(public(ANNA), later(4)) is None, "a second revocation brings nothing back"


def test_a_key_counts_for_nothing_before_it_was_enrolled(log: Log) -> None:
    assert log.register.key_of(public(ANNA), NINE) is not None
    assert log.register.key_of(public(ANNA), NINE - HOUR) is None
    assert log.register.key_of(public(MALLORY), NINE) is None


def test_everybody_revokes_their_own_key_and_no_colleagues(log: Log) -> None:
    assert log.revokes(BO, by=ANNA) == "register.not_allowed"
    assert log.revokes(ANNA, by=ANNA) is None
    assert log.enters("zita.ny", by=ANNA, at=later(1)) == "register.unknown_key"


def test_a_manager_does_not_revoke_the_key_of_a_partner_that_is_called_as_her_staff_are(log: Log) -> None:
    assert log.says(PartnerRegistered(at=NINE, partner=ANNA, key=public("a partner")), KIM) is None
    assert log.revokes("a partner", by=LENA) == "register.not_allowed"


def test_an_invitation_is_used_once(log: Log) -> None:
    assert log.enrols(ANNA, key="another of anna") == "enrol.no_invitation"
    assert log.invites(ANNA, by=ANNA) is None
    assert log.enrols(ANNA, key="another of anna") is None
    assert log.register.key_of(public("another of anna"), NINE) is not None
    assert log.register.key_of(public(ANNA), NINE) is not None, "a key that was not revoked goes on counting"


@pytest.mark.parametrize("by", [KIM, LENA], ids=["an operator", "her manager"])
def test_nobody_gets_a_second_key_in_the_name_of_somebody_whose_first_one_counts(log: Log, by: str) -> None:
    assert log.invites(ANNA, by=by) == "invite.has_key"
    assert log.revokes(ANNA, by=by) is None
    assert log.invites(ANNA, by=by) is None


def test_the_only_operator_with_a_key_stays_one(log: Log) -> None:
    assert log.ends(KIM, on=TUESDAY) == "register.last_operator"
    assert log.revokes(KIM) == "register.last_operator"
    assert log.enters(KIM, role(Role.MANAGER)) == "register.last_operator"
    assert log.enters(KIM, role(Role.OPERATOR, until=TUESDAY)) == "register.last_operator"
    assert log.enters(BO, role(Role.OPERATOR)) is None
    assert log.revokes(BO) is None
    assert log.revokes(KIM) == "register.last_operator", "a colleague without a key helps nobody"
    assert log.invites(BO) is None
    assert log.enrols(BO, key="another of bo") is None
    assert log.ends(KIM, on=TUESDAY) is None
    assert log.ends(BO, on=TUESDAY) == "register.last_operator", "Kim leaves that day"


def test_an_operator_loses_one_of_two_keys(log: Log) -> None:
    assert log.invites(KIM, by=KIM) is None
    assert log.enrols(KIM, key="another of kim") is None
    assert log.revokes(KIM) is None
    assert log.says(KeyRevoked(at=NINE, key=public("another of kim"), because="Lost"), "another of kim") == (
        "register.last_operator"
    )


def test_an_invitation_is_for_one_person_and_by_its_code(log: Log) -> None:
    assert log.invites(ANNA, by=ANNA) is None
    assert log.enrols(MALLORY, code=code_of(ANNA)) == "enrol.no_invitation"
    assert log.enrols(ANNA, code="some other code", key="another of anna") == "enrol.no_invitation"


@pytest.mark.parametrize(("hours", "why"), [(0.99, None), (1, "enrol.expired"), (2, "enrol.expired")])
def test_an_invitation_expires(log: Log, hours: float, why: str | None) -> None:
    assert log.enters("zita.ny", role(Role.MENTOR)) is None
    assert log.invites("zita.ny", until=later(1)) is None
    assert log.enrols("zita.ny", at=later(hours)) == why


def test_a_key_is_enrolled_with_itself_and_once(log: Log) -> None:
    assert log.invites(ANNA, by=ANNA) is None
    assert log.enrols(ANNA) == "enrol.known_key"
    said = log.statements[-1].said
    assert log.holds({**said, "key": public("another of anna")}, MALLORY) == "enrol.other_key"


def test_a_key_that_is_somebodys_becomes_no_workers_and_no_partners(log: Log) -> None:
    log.says(WorkerRegistered(at=NINE, key=public(ANNA)), KIM)
    log.says(PartnerRegistered(at=NINE, partner="kommunal", key=public(ANNA)), KIM)
    assert not log.register.is_a_workers(public(ANNA), NINE)
    known = log.register.key_of(public(ANNA), NINE)
    assert known is not None
    assert (known.of, known.holder) == ("person", ANNA)


def test_a_workers_key_counts_from_its_registration_to_its_revocation(log: Log) -> None:
    assert log.says(WorkerRegistered(at=later(1), key=public("worker")), KIM) is None
    assert log.revokes("worker", at=later(3)) is None
    counts = [log.register.is_a_workers(public("worker"), later(hours)) for hours in (0, 1, 2, 3)]
    assert counts == [False, True, True, False]
    assert not log.register.is_a_workers(None, later(1))
    assert not log.register.is_a_workers(public(ANNA), later(1))


# Who works here


def test_who_is_ended_works_here_through_the_last_day_and_their_name_stays(log: Log) -> None:
    assert log.ends(ANNA, MONDAY, at=later(1)) is None
    assert log.register.works_here(ANNA, later(12))
    assert not log.register.works_here(ANNA, later(15)), "the day after"
    assert log.register.assignments(ANNA, later(15)) == ()
    known = log.register.person(ANNA, later(15))
    assert known is not None
    assert known.name == ANNA


def test_who_was_ended_can_be_entered_again(log: Log) -> None:
    assert log.ends(ANNA, MONDAY, at=later(1)) is None
    assert log.enters(ANNA, role(Role.COORDINATOR, EASY), at=later(30)) is None
    assert not log.register.works_here(ANNA, later(29))
    assert log.register.has_role(ANNA, Role.COORDINATOR, EASY, None, later(30))
    assert not log.register.has_role(ANNA, Role.COORDINATOR, SERVICE, None, later(30))


def test_a_change_holds_from_its_moment_on(log: Log) -> None:
    assert log.enters(ANNA, role(Role.COORDINATOR, EASY), at=later(1)) is None
    assert log.register.has_role(ANNA, Role.COORDINATOR, SERVICE, None, NINE)
    assert not log.register.has_role(ANNA, Role.COORDINATOR, SERVICE, None, later(1))


def test_a_role_is_had_in_its_programme_and_town_and_between_its_days() -> None:
    log = Log().employs(ANNA, role(Role.COORDINATOR, SERVICE, "2480", TUESDAY, TUESDAY))

    def has(hours: float, programme: str = SERVICE, town: str | None = "2480", of: Role = Role.COORDINATOR) -> bool:
        return log.register.has_role(ANNA, of, programme, town, later(hours))

    assert [has(hours) for hours in (13, 14, 37, 38)] == [False, True, True, False]
    assert has(15, town=None)
    assert not has(15, town="0180")
    assert not has(15, EASY)
    assert not has(15, of=Role.MANAGER)


def test_a_substitute_stands_in_from_day_to_day_both_included(log: Log) -> None:
    leave = Substitute(person=BO, from_day=TUESDAY, until_day=TUESDAY)
    assert log.enters(ANNA, role(Role.COORDINATOR, SERVICE), substitute=leave) is None
    stands_in = [log.register.stands_in_for(BO, later(hours)) for hours in (13, 14, 37, 38)]
    assert stands_in == [frozenset(), {ANNA}, {ANNA}, frozenset()]
    assert log.register.stands_in_for(ANNA, later(15)) == frozenset()


# Rules


def test_rules_are_in_force_from_the_moment_at_which_they_were_first_registered(log: Log) -> None:
    for hours in (1, 5):
        assert log.says(RulesRegistered(at=later(hours), programme=SERVICE, digest=DIGEST), KIM) is None
    in_force = [log.register.is_in_force(SERVICE, DIGEST, later(hours)) for hours in (0.5, 1, 6)]
    assert in_force == [False, True, True]
    assert not log.register.is_in_force(SERVICE, None, later(6))


# Lendings


def lent(log: Log, borrower: str, *hours: float, journey: str = JOURNEY) -> list[bool]:
    """Whether Anna's candidate is with somebody so many hours after nine o'clock of Monday."""
    return [log.register.lendings.is_with(journey, ANNA, borrower, later(one)) for one in hours]


def test_candidates_are_lent_from_day_to_day_in_sweden_and_are_back_by_themselves(log: Log) -> None:
    assert log.lends(ANNA, BO, JOURNEY, from_day=TUESDAY, until_day=TUESDAY) is None
    assert lent(log, BO, 13, 14, 37, 38) == [False, True, True, False]
    assert lent(log, BO, 15, journey=OTHER_JOURNEY) == [False]
    lendings = log.register.lendings
    assert lendings.lent_to(BO, later(15)) == {ANNA: {JOURNEY}}
    assert [lendings.lent_to(BO, later(hours)) for hours in (13, 38)] == [{}, {}]
    assert not lendings.is_with(JOURNEY, LENA, BO, later(15)), "of another coordinator it is not lent"


def test_what_is_said_later_of_a_lending_holds_from_then_on(log: Log) -> None:
    assert log.lends(ANNA, BO, JOURNEY, OTHER_JOURNEY, from_day=MONDAY, until_day=TUESDAY) is None
    assert log.lends(ANNA, BO, OTHER_JOURNEY, at=later(2), from_day=MONDAY, until_day=TUESDAY) is None
    assert lent(log, BO, 1, 2) == [True, False]
    assert lent(log, BO, 1, 2, 30, journey=OTHER_JOURNEY) == [True, True, True]
    assert log.lends(ANNA, BO, OTHER_JOURNEY, at=later(3), from_day=MONDAY, until_day=MONDAY - DAY) is None
    assert lent(log, BO, 2, 3, journey=OTHER_JOURNEY) == [True, False]
    assert log.register.lendings.not_over(later(3)) == []


@pytest.mark.parametrize(
    ("by", "why_not"), [(ANNA, None), (KIM, None), (LENA, None), (BO, "register.not_allowed"), ("karin.holm", "?")]
)
def test_only_they_themselves_their_manager_and_an_operator_lend_somebodys_candidates(
    log: Log, by: str, why_not: str | None
) -> None:
    said = log.lends(ANNA, BO, JOURNEY, by=by, from_day=MONDAY, until_day=TUESDAY)
    assert said == ("register.unknown_key" if why_not == "?" else why_not)
    assert lent(log, BO, 1) == [why_not is None]


def test_nobody_changes_a_lending_that_a_colleague_has_said(log: Log) -> None:
    assert log.lends(ANNA, BO, JOURNEY, from_day=MONDAY, until_day=TUESDAY) is None
    [lending] = log.register.lendings.said
    days: Any = {"from_day": MONDAY, "until_day": MONDAY - DAY}
    assert log.lends(BO, ANNA, JOURNEY, at=later(1), lending=lending, **days) == "lending.of_another"
    assert lent(log, BO, 2) == [True]
