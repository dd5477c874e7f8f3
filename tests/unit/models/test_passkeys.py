"""A person's own key at the desk: who may register one, what it proves, and what it proves nothing of."""

from dataclasses import replace
from typing import Any

import pytest

from models.access.authorship import Claim, why_not_by, why_not_signed_by
from models.access.passkeys import challenge_of_event, challenge_of_key
from models.access.register import Register
from models.access.statements import PasskeyRegistered, PasskeyRemoved, PersonInvited, ServerRegistered, hash_of_code
from models.identifiers import Actor, Role
from models.ledger.entry import Parties
from models.sign_ins import Assertion, How, SignIn
from models.signatures import event_bytes, sign
from tests.support.authority import key_of
from tests.support.passkeys import FLAG, SecurityKey
from tests.support.statement_logs import KIM, NINE, Log, later, public, role

SERVICE = "service_division"
JOURNEY = "journey/K7Q29FMXB/service_division"
DIGEST = "d" * 64
ANNA, BO = SecurityKey("anna"), SecurityKey("bo")
CHALLENGE = challenge_of_event(JOURNEY, DIGEST, 7)


def sign_in(own_key: Assertion | None = None, server: str = "desk", how: How = How.SESSION, hours: float = 1) -> SignIn:
    said = {"issuer": "https://id.example", "session": "s-1", "at": later(0), "used_at": later(hours)}
    return SignIn.model_validate({"server": server, "how": how, "own_key": own_key, **said})


def registered(key: SecurityKey, person: str, by: SignIn | None = None, **changed: Any) -> PasskeyRegistered:
    said = {"person": person, "label": "Blue", "credential": key.credential, "public_key": key.public_key}
    where = {"rp": key.rp, "origin": key.origin, "at": later(1), "sign_in": by or sign_in()}
    return PasskeyRegistered.model_validate({**said, **where, **changed})


def log() -> Log:
    """Anna and Bo have a key each, registered at the desk under an operator's invitation."""
    said = Log()
    for server, kind in (("desk", "staff"), ("gateway", "partners")):
        assert said.says(ServerRegistered(at=NINE, server=server, key=public(server), speaks_for=kind), KIM) is None
    for person in ("anna.berg", "bo.lind"):
        said.enters(person, role(Role.COORDINATOR, SERVICE))
        assert said.invites(person) is None
    said.enters("cecilia.ask", role(Role.SUPERVISOR, SERVICE))
    for person, key in (("anna.berg", ANNA), ("bo.lind", BO)):
        assert said.says(registered(key, person, code=f"invitation of {person}"), "desk") is None
    return said


REGISTER = log().register


def why(own_key: Assertion | None, register: Register = REGISTER, key: str = "desk", **changed: Any) -> str | None:
    by = sign_in(own_key) if key == "desk" else None
    signed = sign(key_of(key), event_bytes(JOURNEY, DIGEST, by))
    actor = Actor.parse("coordinator:anna.berg")
    said = Claim(JOURNEY, SERVICE, "note_added", actor, DIGEST, later(2), signed, Parties(), sign_in=by)
    said = replace(said, **{"demands_own_key": True, **changed})
    found = [judge(register, said) for judge in (why_not_by, why_not_signed_by)]
    assert found[0] == found[1]  # also once the contents are erased
    return found[0].message.id.rpartition(".")[2] if found[0] else None


def test_a_decision_that_demands_ones_own_key_takes_it_from_the_desk_or_from_ones_machine() -> None:
    assert why(ANNA.signed(CHALLENGE, 7)) is None
    assert why(None) == "missing"
    assert why(None, demands_own_key=False) is None
    said = log()
    assert (
        said.says(PasskeyRemoved(at=later(1), person="anna.berg", credential=ANNA.credential, because="Lost"), KIM)
        is None
    )
    assert [said.invites("anna.berg", at=later(1)), said.enrols("anna.berg", at=later(1))] == [None, None]
    assert why(None, said.register, key="anna.berg") is None


def altered(said: Assertion, **changed: Any) -> Assertion:
    return said.model_copy(update=changed)


@pytest.mark.parametrize(
    ("own_key", "expected"),
    [
        (BO.signed(CHALLENGE, 7), "unknown"),
        (SecurityKey("nobody").signed(CHALLENGE, 7), "unknown"),
        (ANNA.signed(challenge_of_event(JOURNEY, "e" * 64, 7), 7), "another"),
        (ANNA.signed(challenge_of_event(f"{JOURNEY}/2", DIGEST, 7), 7), "another"),
        (ANNA.signed(CHALLENGE, 8), "another"),
        (ANNA.signed(CHALLENGE, 7, type="webauthn.create"), "another"),
        (ANNA.signed(CHALLENGE, 7, origin="http://desk.test.example"), "elsewhere"),
        (ANNA.signed(CHALLENGE, 7, rp="example"), "elsewhere"),
        (ANNA.signed(CHALLENGE, 7, flags=FLAG.UP), "unverified"),
        (altered(ANNA.signed(CHALLENGE, 7), signature=BO.signed(CHALLENGE, 7).signature), "not_signed"),
        (altered(ANNA.signed(CHALLENGE, 7), authenticator_data="AAAA"), "not_signed"),
        (altered(ANNA.signed(CHALLENGE, 7), client_data="bm90IGpzb24"), "not_signed"),
        (altered(BO.signed(CHALLENGE, 7), credential=ANNA.credential), "not_signed"),
    ],
)
def test_what_a_key_signed_proves_this_decision_by_its_holder_at_the_desk_and_nothing_else(
    own_key: Assertion, expected: str
) -> None:
    assert why(own_key) == expected
    assert why(own_key, demands_own_key=False) == expected


def test_a_key_counts_until_it_is_removed() -> None:
    said = log()
    removed = PasskeyRemoved(
        at=later(2), person="anna.berg", credential=ANNA.credential, because="Lost", sign_in=sign_in()
    )
    assert said.says(removed.model_copy(update={"person": "bo.lind"}), "desk") == "passkey.not_there"
    assert said.says(removed, "desk") is None
    assert why(ANNA.signed(CHALLENGE, 7), said.register) == "unknown"
    assert why(ANNA.signed(CHALLENGE, 7), said.register, at=later(1.5)) is None


def test_the_first_key_takes_an_invitation_and_a_further_one_a_key_that_counts() -> None:
    """Whoever has the desk's key alone, or a session that was left open, makes nobody a key."""
    said, second = log(), SecurityKey("second")
    more = registered(second, "anna.berg")
    assert said.says(more, "desk") == "passkey.vouch"
    for wrong, expected in ((BO, "unknown"), (second, "unknown")):
        vouched = more.model_copy(update={"sign_in": sign_in(wrong.signed(challenge_of_key(more)))})
        assert said.says(vouched, "desk") == f"the_own_key_is_given.{expected}"
    other = more.model_copy(update={"sign_in": sign_in(ANNA.signed(challenge_of_key(registered(BO, "anna.berg"))))})
    assert said.says(other, "desk") == "the_own_key_is_given.another"
    assert said.invites("anna.berg", at=later(1)) == "invite.has_key"
    vouched = more.model_copy(update={"sign_in": sign_in(ANNA.signed(challenge_of_key(more)))})
    assert said.says(vouched, "desk") is None
    assert said.says(vouched, "desk") == "passkey.known"
    assert [one.credential for one in said.register.passkeys.of("anna.berg", later(1))] == [
        ANNA.credential,
        second.credential,
    ]


def test_a_key_is_registered_by_a_desk_alone_for_whom_was_invited() -> None:
    said, key = log(), SecurityKey("cecilia")
    more = registered(key, "cecilia.ask", code="another code")
    assert said.says(more, "desk") == "enrol.no_invitation"
    vouched = sign_in(key.signed(challenge_of_key(more)))  # nobody vouches for their own first key
    assert said.says(more.model_copy(update={"sign_in": vouched}), "desk") == "enrol.no_invitation"
    invited = PersonInvited(at=NINE, person="cecilia.ask", code_hash=hash_of_code("code of hers"), expires_at=later(24))
    assert said.says(invited.model_copy(update={"at": later(1)}), KIM) is None
    more = more.model_copy(update={"code": "another code"})
    by_link = registered(key, "cecilia.ask", sign_in(server="gateway", how=How.LINK), code="code of hers")
    assert said.says(by_link, "gateway") == "register.of_a_desk"
    assert said.says(registered(key, "cecilia.ask", code="code of hers"), KIM) == "register.of_a_desk"
    ends = PasskeyRemoved(
        at=later(1), person="anna.berg", credential=ANNA.credential, because="Lost", sign_in=by_link.sign_in
    )
    assert said.says(ends, "gateway") == "register.of_a_desk"
    unusable = registered(key, "cecilia.ask", code="code of hers", public_key="a0")
    assert said.says(unusable, "desk") == "passkey.unusable"
    assert said.says(registered(key, "cecilia.ask", code="code of hers"), "desk") is None
