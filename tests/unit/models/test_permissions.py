"""The table of permissions, cell by cell: as the page in deploy/ says, and as events of those so near are judged."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from activities.language import said
from models.access.authorship import Claim, relation_to, why_not_by
from models.access.permissions import ACTIONS, ROLE_NAMES, Relation, act_in_words, is_permitted
from models.access.register import Register
from models.access.statements import Assignment, StaffEntered
from models.events.events import EVENT_CLASSES
from models.fields import FIRST_DAY
from models.identifiers import Actor, JourneyId, Role
from models.ledger.entry import Parties
from models.signatures import event_bytes, public_key_of, sign
from tests.support.authority import key_of

PAGE = Path(__file__).parents[3] / "deploy" / "permissions.md"
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
JOURNEY = JourneyId.of("K7Q29FMXB", "easy_jobs")
ROLES = [role for role in Role if role is not Role.SYSTEM]
EVA = "eva.ny"


def _told() -> dict[tuple[str, Role], str]:
    """What the page says, by action as the page names it and by role."""
    header, _, *lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    by_name = {said(ROLE_NAMES[role], "en"): role for role in ROLES}
    roles = [by_name[cell.strip()] for cell in header.split("|")[2:-1]]
    cells: dict[tuple[str, Role], str] = {}
    for line in lines:
        action, *allowed = [cell.strip() for cell in line.split("|")[1:-1]]
        cells |= {(action, role): cell for role, cell in zip(roles, allowed, strict=True)}
    return cells


TOLD = _told()
CELLS = [(role, action) for role in ROLES for action in ACTIONS]


def _named(action: str) -> str:
    return f"`{action}`" if action in EVENT_CLASSES else said(act_in_words(action), "en")


def test_the_page_has_every_cell() -> None:
    assert set(TOLD) == {(_named(action), role) for action in ACTIONS for role in ROLES}


def test_the_table_permits_what_the_page_says_and_nothing_else() -> None:
    differs = []
    for role, action in CELLS:
        cell = TOLD[_named(action), role]
        for relation in (None, *Relation):
            expected = relation is not None and cell != "–" and relation <= Relation[cell.upper()]
            if is_permitted(role, action, relation) is not expected:
                differs.append((role, action, relation))
    assert differs == []


def eva(role: Role, relation: Relation | None) -> tuple[Register, Parties, bool]:
    """A register in which Eva has a role so near to a candidate in Umeå, who that has to do with, and whether she, as a
    partner, was written to."""
    where = {
        Relation.OWN: ("easy_jobs", "2482"),
        Relation.TOWN: ("easy_jobs", "2480"),
        Relation.PROGRAMME: ("easy_jobs", "2482"),
        Relation.ANY: ("talent_programme", "2480"),
        None: ("easy_jobs", "2480"),
    }[relation]
    register = Register()
    given = Role.SUPERVISOR if relation is None and role is not Role.SUPERVISOR else role
    given = Role.MENTOR if relation is None and role is Role.SUPERVISOR else given
    if role is not Role.PARTNER:
        assignment = Assignment(role=given, programme=where[0], town=where[1], from_day=FIRST_DAY)
        register.people[EVA].append(StaffEntered(at=AT, person=EVA, name="Eva Ny", assignments=(assignment,)))
    register.enrol_key(public_key_of(key_of(EVA)), EVA, "partner" if role is Role.PARTNER else "person", AT)
    in_charge = EVA if relation is Relation.OWN else "somebody.else"
    return (
        register,
        Parties(site="2480", coordinator=in_charge, supervisor=in_charge, mentor=in_charge),
        (role is Role.PARTNER and relation is Relation.OWN),
    )


REACHED = {
    Role.PARTNER: (Relation.OWN, Relation.ANY),
    Role.MANAGER: (None, Relation.TOWN, Relation.PROGRAMME, Relation.ANY),
    Role.AUDITOR: (None, Relation.TOWN, Relation.PROGRAMME, Relation.ANY),
    Role.OPERATOR: (None, Relation.TOWN, Relation.PROGRAMME, Relation.ANY),
}
"""Relations that a role can have: nobody is a candidate's own manager."""

EVENT_CELLS = [(role, relation) for role in ROLES for relation in REACHED.get(role, (None, *Relation))]


@pytest.mark.parametrize(("role", "relation"), EVENT_CELLS)
def test_an_event_is_refused_where_the_table_does_not_permit_it(role: Role, relation: Relation | None) -> None:
    register, parties, is_told = eva(role, relation)
    actor = Actor.of(role, EVA)
    assert relation_to(register, actor, None, "easy_jobs", parties, AT, is_told=is_told) is relation
    signed = sign(key_of(EVA), event_bytes(JOURNEY, "0" * 64))
    for kind in EVENT_CLASSES:
        claim = Claim(JOURNEY, "easy_jobs", kind, actor, "0" * 64, AT, signed, parties, is_told)
        refused = why_not_by(register, claim)
        expected = None if is_permitted(role, kind, relation) else "the_author_is_permitted"
        if relation is None:
            expected = "the_author_has_the_role"
        assert (refused.rule if refused else None) == expected, kind
