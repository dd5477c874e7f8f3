"""Authorship: whether an event is its author's own, and whether they may say it of this candidate."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from models.access.authorship import AUTHORITY_RULES, Claim, relation_to, why_not_by
from models.access.permissions import Relation
from models.access.register import Register
from models.access.statements import PartnerRegistered, Substitute
from models.identifiers import Actor, Role
from models.ledger.entry import Parties
from models.rules.recording import DECIDED_IN_RECORDING
from models.signatures import Signature, event_bytes, sign
from tests.support.authority import key_of
from tests.support.statement_logs import KIM, NINE, Log, later, public, role

SERVICE, EASY = "service_division", "easy_jobs"
JOURNEY, OTHER_JOURNEY = "journey/K7Q29FMXB/service_division", "journey/C4ZEYN7RB/service_division"
DIGEST = "d" * 64
PARTIES = Parties(
    site="2480",
    coordinator="anna.berg",
    supervisor="maria.ek",
    mentor="jonas.alm",
    referring_partner="arbetsformedlingen",
)


def register() -> Register:
    """Anna and Bo are coordinators of the town, Cecilia of another, Dan of another programme; the rest as named."""
    log = (
        Log()
        .employs("anna.berg", role(Role.COORDINATOR, SERVICE, "2480"))
        .employs("bo.lind", role(Role.COORDINATOR, SERVICE, "2480"))
        .employs("cecilia.lo", role(Role.COORDINATOR, SERVICE, "0180"))
        .employs("dan.ask", role(Role.COORDINATOR, EASY, "2480"))
        .employs("lena.strand", role(Role.MANAGER, SERVICE))
        .employs("maria.ek", role(Role.SUPERVISOR, SERVICE))
        .employs("jonas.alm", role(Role.MENTOR, SERVICE), role(Role.SUPERVISOR, SERVICE))
        .employs("zita.ny", role(Role.SUPERVISOR, SERVICE), role(Role.MENTOR, SERVICE))
    )
    for partner in ("arbetsformedlingen", "kommunal"):
        assert log.says(PartnerRegistered(at=NINE, partner=partner, key=public(partner)), KIM) is None
    return log.register


REGISTER = register()


def claim(actor: str, kind: str = "note_added", by: str | None = None, **changed: Any) -> Claim:
    """What somebody says in the journey an hour later, signed with the key of `by`: their own, unless said."""
    author = Actor.parse(actor)
    signed = sign(key_of(by or author.name), event_bytes(JOURNEY, DIGEST))
    said = Claim(JOURNEY, SERVICE, kind, author, DIGEST, later(1), signed, PARTIES)
    return replace(said, **changed)


def why(said: Claim, register: Register = REGISTER) -> tuple[str, str] | None:
    """The rule and the message that refuse it."""
    refused = why_not_by(register, said)
    return (refused.rule, refused.message.id) if refused else None


def test_an_event_that_its_author_signed_and_may_send_is_theirs() -> None:
    assert why(claim("coordinator:anna.berg")) is None


def test_every_rule_of_authority_is_one_that_recording_decides() -> None:
    assert AUTHORITY_RULES <= DECIDED_IN_RECORDING


def test_nobody_says_by_a_correction_what_they_may_not_say() -> None:
    by_maria = claim("supervisor:maria.ek", "corrected")
    assert why(replace(by_maria, puts_in="check_in_recorded")) is None
    assert why(replace(by_maria, puts_in="withdrawn")) == ("the_author_is_permitted", "permission.for_other_roles")


# Signature


def test_an_event_without_a_signature_is_nobodys() -> None:
    assert why(claim("coordinator:anna.berg", signed=None)) == ("the_event_is_signed", "the_event_is_signed.missing")


@pytest.mark.parametrize("changed", [{"journey_id": OTHER_JOURNEY}, {"digest": "e" * 64}])
def test_a_signature_fits_one_event_in_one_journey(changed: dict[str, Any]) -> None:
    refused = why(claim("coordinator:anna.berg", **changed))
    assert refused == ("the_event_is_signed", "the_event_is_signed.differs")


def test_a_signature_of_a_small_order_fits_nothing() -> None:
    signed = Signature(key=f"01{'0' * 62}", value=f"01{'0' * 126}")
    refused = why(claim("coordinator:anna.berg", signed=signed))
    assert refused == ("the_event_is_signed", "the_event_is_signed.differs")


# Key


def test_a_key_that_nobody_enrolled_counts_for_nothing() -> None:
    refused = why(claim("coordinator:finns.inte"))
    assert refused == ("the_key_is_the_authors", "the_key_is_the_authors.unknown")


def test_a_key_counts_before_it_is_revoked_and_not_after() -> None:
    log = Log().employs("anna.berg", role(Role.COORDINATOR))
    assert log.revokes("anna.berg", at=later(2)) is None
    assert why(claim("coordinator:anna.berg", at=later(1)), log.register) is None
    refused = why(claim("coordinator:anna.berg", at=later(2)), log.register)
    assert refused == ("the_key_is_the_authors", "the_key_is_the_authors.unknown")


@pytest.mark.parametrize("by", ["bo.lind", "kommunal", KIM])
def test_nobody_signs_in_anothers_name(by: str) -> None:
    refused = why(claim("coordinator:anna.berg", by=by))
    assert refused == ("the_key_is_the_authors", "the_key_is_the_authors.other")


def test_a_partner_and_somebody_of_the_same_name_are_two() -> None:
    log = Log().employs("kommunal", role(Role.COORDINATOR))
    refused = why(claim("partner:kommunal", "partner_acknowledged", is_told=True), log.register)
    assert refused == ("the_key_is_the_authors", "the_key_is_the_authors.other")


# Role


@pytest.mark.parametrize("actor", ["manager:anna.berg", "operator:lena.strand", "coordinator:maria.ek"])
def test_nobody_acts_in_a_role_that_they_do_not_have(actor: str) -> None:
    assert why(claim(actor)) == ("the_author_has_the_role", "the_author_has_the_role.missing")


def test_nobody_is_the_system_itself() -> None:
    refused = why(claim("system:anna.berg", "deadline_passed"))
    assert refused == ("the_author_has_the_role", "the_author_has_the_role.missing")


def test_who_has_left_acts_no_more_and_what_they_said_before_stays_theirs() -> None:
    log = Log().employs("anna.berg", role(Role.COORDINATOR))
    assert log.ends("anna.berg", date(2026, 3, 2)) is None
    assert why(claim("coordinator:anna.berg", at=later(13)), log.register) is None
    refused = why(claim("coordinator:anna.berg", at=later(14)), log.register)
    assert refused == ("the_author_has_the_role", "the_author_has_the_role.missing")


# Permission


@pytest.mark.parametrize(
    ("actor", "relation"),
    [
        ("coordinator:anna.berg", Relation.OWN),
        ("coordinator:bo.lind", Relation.TOWN),
        ("coordinator:cecilia.lo", Relation.PROGRAMME),
        ("coordinator:dan.ask", Relation.ANY),
        ("coordinator:maria.ek", None),
        ("manager:lena.strand", Relation.TOWN),
        ("supervisor:maria.ek", Relation.OWN),
        ("supervisor:jonas.alm", Relation.OWN),
        ("supervisor:zita.ny", Relation.TOWN),
        ("mentor:jonas.alm", Relation.OWN),
        ("mentor:zita.ny", Relation.TOWN),
        ("partner:arbetsformedlingen", Relation.OWN),
        ("partner:kommunal", Relation.ANY),
        ("operator:kim.dahl", Relation.TOWN),
    ],
)
def test_how_near_somebody_is_to_a_candidate(actor: str, relation: Relation | None) -> None:
    assert relation_to(REGISTER, Actor.parse(actor), JOURNEY, SERVICE, PARTIES, NINE) == relation


def test_a_partner_that_was_written_to_has_to_do_with_the_journey() -> None:
    kommunal = Actor.parse("partner:kommunal")
    assert relation_to(REGISTER, kommunal, JOURNEY, SERVICE, PARTIES, NINE, is_told=True) is Relation.OWN


@pytest.mark.parametrize(
    ("actor", "kind", "refused"),
    [
        ("coordinator:cecilia.lo", "note_added", "permission.too_far"),
        ("coordinator:dan.ask", "note_added", "permission.too_far"),
        ("supervisor:zita.ny", "evaluation_recorded", "permission.too_far"),
        ("supervisor:maria.ek", "permanent_role_agreed", "permission.for_other_roles"),
        ("mentor:jonas.alm", "evaluation_recorded", "permission.for_other_roles"),
        ("partner:kommunal", "partner_acknowledged", "permission.too_far"),
        ("partner:arbetsformedlingen", "note_added", None),
        ("partner:arbetsformedlingen", "referral_accepted", "permission.for_other_roles"),
        ("operator:kim.dahl", "note_added", "permission.for_other_roles"),
        ("operator:kim.dahl", "repaired", None),
    ],
)
def test_who_is_too_far_off_or_in_another_role_may_not(actor: str, kind: str, refused: str | None) -> None:
    expected = ("the_author_is_permitted", refused) if refused else None
    assert why(claim(actor, kind)) == expected


def test_who_stands_in_acts_for_those_on_leave_and_only_then() -> None:
    leave = Substitute(person="cecilia.lo", from_day=date(2026, 3, 3), until_day=date(2026, 3, 3))
    log = (
        Log()
        .employs("anna.berg", role(Role.COORDINATOR, SERVICE, "2480"), substitute=leave)
        .employs("cecilia.lo", role(Role.COORDINATOR, SERVICE, "0180"))
    )
    refused = ("the_author_is_permitted", "permission.too_far")
    answers = [why(claim("coordinator:cecilia.lo", at=later(hours)), log.register) for hours in (13, 14, 37, 38)]
    assert answers == [refused, None, None, refused]


def test_a_substitute_without_the_role_in_the_programme_is_not_near() -> None:
    leave = Substitute(person="dan.ask", from_day=date(2026, 3, 2), until_day=date(2026, 3, 2))
    log = (
        Log()
        .employs("anna.berg", role(Role.COORDINATOR, SERVICE, "2480"), substitute=leave)
        .employs("dan.ask", role(Role.COORDINATOR, EASY, "2480"))
    )
    assert (
        relation_to(log.register, Actor.parse("coordinator:dan.ask"), JOURNEY, SERVICE, PARTIES, NINE) is Relation.ANY
    )


def test_who_has_a_candidate_lent_acts_for_the_coordinator_in_their_own_name_on_those_days_alone() -> None:
    log = Log().employs("anna.berg", role(Role.COORDINATOR, SERVICE, "2480"))
    for name, programme in (("cecilia.lo", SERVICE), ("dan.ask", EASY)):
        log.employs(name, role(Role.COORDINATOR, programme, "0180"), role(Role.MENTOR, SERVICE))
        day = date(2026, 3, 3)
        assert log.lends("anna.berg", name, JOURNEY, from_day=day, until_day=day) is None

    def answers(actor: str, **changed: Any) -> list[str | None]:
        said = (claim(actor, at=later(hours), **changed) for hours in (13, 14, 37, 38))
        return [refused and refused[1] for refused in (why(one, log.register) for one in said)]

    far = "permission.too_far"
    assert answers("coordinator:cecilia.lo") == [far, None, None, far]
    assert answers("mentor:cecilia.lo") == [far] * 4, "a candidate is lent to a coordinator"
    assert answers("coordinator:dan.ask") == [far] * 4, "a coordinator of another programme"
    signed = sign(key_of("cecilia.lo"), event_bytes(OTHER_JOURNEY, DIGEST))
    assert answers("coordinator:cecilia.lo", journey_id=OTHER_JOURNEY, signed=signed) == [far] * 4, "another candidate"
    others = PARTIES.model_copy(update={"coordinator": "bo.lind"})
    assert answers("coordinator:cecilia.lo", parties=others) == [far] * 4, "handed over for good meanwhile"
    as_anna = claim("coordinator:anna.berg", by="cecilia.lo", at=later(15))
    assert why(as_anna, log.register) == ("the_key_is_the_authors", "the_key_is_the_authors.other")
