"""A server's word: for whom it counts, by which sign-in, and what only a person's own key may say."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from models.access.authorship import Claim, why_not_by
from models.access.register import Register
from models.access.speaking import GOOD_FOR
from models.access.statements import (
    KeyRevoked,
    RulesRegistered,
    ServerRegistered,
    StaffEnded,
    StaffEntered,
    Substitute,
)
from models.events.parsing import read_signed, signed_event
from models.identifiers import Actor, Role
from models.ledger.entry import Parties
from models.sign_ins import How, SignIn
from models.signatures import event_bytes, sign, sign_event
from tests.support.authority import key_of
from tests.support.builders import Way
from tests.support.programmes import SERVICE as RULES
from tests.support.statement_logs import KIM, NINE, Log, later, public, role
from tests.support.values import MONDAY

SERVICE = "service_division"
JOURNEY = "journey/K7Q29FMXB/service_division"
DIGEST = "d" * 64
PARTIES = Parties(site="2480", coordinator="anna.berg", supervisor="maria.ek", referring_partner="arbetsformedlingen")


def log() -> Log:
    """A desk that speaks for staff and a gateway for partners; Anna has no key of her own, Bo has."""
    said = Log().employs("bo.lind", role(Role.COORDINATOR, SERVICE, "2480"))
    assert said.enters("anna.berg", role(Role.COORDINATOR, SERVICE, "2480")) is None
    assert said.enters("maria.ek", role(Role.SUPERVISOR, SERVICE)) is None
    for server, kind in (("desk", "staff"), ("gateway", "partners")):
        assert said.says(ServerRegistered(at=NINE, server=server, key=public(server), speaks_for=kind), KIM) is None
    return said


REGISTER = log().register


def sign_in(server: str = "desk", how: How = How.SESSION, **changed: Any) -> SignIn:
    """A sign-in an hour before what is said."""
    said = {"issuer": "https://id.example", "session": "s-1", "level": "loa3", "at": later(0), "used_at": later(1)}
    return SignIn(**{"server": server, "how": how, **said, **changed})


def claim(actor: str, by: SignIn | None, kind: str = "note_added", key: str = "desk", **changed: Any) -> Claim:
    """What a server says for somebody, an hour after they have signed in."""
    signed = sign(key_of(key), event_bytes(JOURNEY, DIGEST, by))
    said = Claim(JOURNEY, SERVICE, kind, Actor.parse(actor), DIGEST, later(1), signed, PARTIES, sign_in=by)
    return replace(said, **changed)


def why(said: Claim, register: Register = REGISTER) -> str | None:
    """The message that refuses it."""
    refused = why_not_by(register, said)
    return refused.message.id.rpartition(".")[2] if refused else None


def test_a_desk_speaks_for_whoever_has_signed_in_and_the_gateway_for_partners_and_those_with_a_link() -> None:
    assert why(claim("coordinator:anna.berg", sign_in())) is None
    message, link = sign_in("gateway", How.MESSAGE), sign_in("gateway", How.LINK)
    for said in (message, link, sign_in("gateway", How.MAIL)):
        assert why(claim("partner:arbetsformedlingen", said, "partner_acknowledged", key="gateway")) is None
    for said in (link, sign_in("gateway", How.MAIL)):
        assert why(claim("supervisor:maria.ek", said, "check_in_recorded", key="gateway")) is None


@pytest.mark.parametrize(
    ("actor", "by", "key", "expected"),
    [
        ("coordinator:anna.berg", None, "desk", "no_sign_in"),
        ("coordinator:anna.berg", sign_in("gateway"), "desk", "no_sign_in"),
        ("coordinator:anna.berg", sign_in("gateway"), "gateway", "other_kind"),
        ("coordinator:anna.berg", sign_in("gateway", How.LINK), "gateway", "other_kind"),
        ("coordinator:anna.berg", sign_in("desk", How.LINK), "desk", "other_kind"),
        ("coordinator:anna.berg", sign_in("gateway", How.MAIL), "gateway", "other_kind"),
        ("partner:arbetsformedlingen", sign_in(), "desk", "other_kind"),
        (f"operator:{KIM}", sign_in(), "desk", "other_kind"),
        ("coordinator:maria.ek", sign_in(), "desk", "missing"),
        ("coordinator:nobody.here", sign_in(), "desk", "missing"),
        ("coordinator:bo.lind", sign_in(), "bo.lind", "sign_in_beside"),
        ("coordinator:anna.berg", sign_in(), "bo.lind", "other"),
    ],
)
def test_its_word_counts_for_no_other_and_by_no_other_sign_in(
    actor: str, by: SignIn | None, key: str, expected: str
) -> None:
    assert why(claim(actor, by, key=key)) == expected


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"at": later(1) - GOOD_FOR}, None),
        ({"at": later(1) - GOOD_FOR - timedelta(seconds=1)}, "sign_in_old"),
        ({"at": later(1.1), "used_at": later(1)}, "sign_in_old"),
        ({"used_at": later(1) + timedelta(minutes=5)}, None),
        ({"used_at": later(1) + timedelta(minutes=6)}, "sign_in_old"),
    ],
)
def test_a_sign_in_counts_for_a_day_of_work(changed: dict[str, Any], expected: str | None) -> None:
    assert why(claim("coordinator:anna.berg", sign_in(**changed))) == expected


def test_what_was_signed_in_time_counts_however_late_it_is_recorded() -> None:
    """Where no worker is there overnight, what was sent in the evening is recorded in the morning."""
    assert why(claim("coordinator:anna.berg", sign_in(), at=later(20))) is None


def test_the_sign_in_is_signed_with_the_event() -> None:
    said = claim("coordinator:anna.berg", sign_in())
    for other in (sign_in(session="s-2"), sign_in(level="loa4"), sign_in(used_at=later(0.5)), None):
        assert why(replace(said, sign_in=other)) == "differs"


def test_one_sign_in_stands_for_one_person() -> None:
    """Four eyes by the desk are two people who have each signed in."""
    said = claim("coordinator:anna.berg", sign_in(), also_for=frozenset({"anna.berg"}))
    assert why(said) is None
    assert why(replace(said, also_for=frozenset({"bo.lind"}))) == "sign_in_shared"


def test_a_server_whose_key_was_revoked_speaks_for_nobody_from_then_on() -> None:
    said = log()
    assert said.says(KeyRevoked(at=later(2), key=public("desk"), because="Found out"), KIM) is None
    assert why(claim("coordinator:anna.berg", sign_in()), said.register) is None
    late = sign_in(at=later(2), used_at=later(2))
    assert why(claim("coordinator:anna.berg", late, at=later(2)), said.register) == "unknown"


def test_only_an_operator_registers_a_server() -> None:
    said = log().employs("lena.strand", role(Role.MANAGER, SERVICE))
    more = ServerRegistered(at=NINE, server="another", key=public("another"), speaks_for="staff")
    assert said.says(more, "lena.strand") == "register.not_allowed"
    assert said.says(more, "desk") == "register.own_key"


# Statements of authority


def test_a_server_states_who_stands_in_for_somebody_and_nothing_else() -> None:
    said = log()
    was = said.register.person("anna.berg", NINE)
    assert was is not None
    away = Substitute(person="bo.lind", from_day=date(2026, 3, 3), until_day=date(2026, 3, 9))
    named = was.model_copy(update={"at": later(1), "substitute": away, "sign_in": sign_in()})
    assert said.says(named, "desk") is None
    assert said.register.leave_of("anna.berg", later(1)) == away
    assert said.says(named.model_copy(update={"sign_in": None}), "desk") == "the_key_is_the_authors.no_sign_in"
    old = sign_in(at=later(-20))
    assert said.says(named.model_copy(update={"sign_in": old}), "desk") == "the_key_is_the_authors.sign_in_old"
    raised = named.model_copy(update={"assignments": (role(Role.MANAGER),)})
    assert said.says(raised, "desk") == "register.own_key"
    for other in (
        StaffEnded(at=later(1), person="anna.berg", on=date(2026, 3, 9), because="Moved"),
        RulesRegistered(at=later(1), programme=SERVICE, digest=DIGEST),
        KeyRevoked(at=later(1), key=public("bo.lind"), because="Lost"),
        StaffEntered(at=later(1), person="new.comer", name="New"),
    ):
        assert said.says(other, "desk") == "register.own_key"


# As it travels


def test_a_sign_in_travels_with_the_signature_and_one_without_stays_as_it_was() -> None:
    event = Way(RULES, MONDAY).event("note_added")
    for by in (sign_in(), None):
        signed = sign_event(key_of("desk"), JOURNEY, event, "0" * 32, by)
        assert ("sign_in" in signed_event(event, signed)["signature"]) == (by is not None)
        assert read_signed(json.dumps(signed_event(event, signed)).encode()) == (event, signed)
