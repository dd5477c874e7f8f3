"""Disposals: that somebody proposed to erase a candidate, and that another carried it out. Signed, chained, and nothing
personal in them."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

from models.access.chained_rows import chained_bytes
from models.access.permissions import PERMISSIONS, Operation
from models.access.register import Register
from models.access.speaking import is_word_of
from models.fields import Strict
from models.identifiers import Actor
from models.ledger.hash_chain import plain
from models.message import Worded, msg
from models.signatures import is_signed

TABLE = "disposals"
"""The table in which disposals stand."""


class Act(Worded):
    """What somebody does about an erasure."""

    PROPOSED = "proposed", msg("disposal.proposed", "proposed")
    CARRIED_OUT = "carried_out", msg("disposal.carried_out", "carried out")


OF_ACT: Mapping[str, Operation] = {
    Act.PROPOSED.value: Operation.ERASURE_PROPOSED,
    Act.CARRIED_OUT.value: Operation.ERASURE_CARRIED_OUT,
}

IDENTITY_NUMBER = re.compile(r"\d{6,8}\s?[-+]?\s?\d{4}")


def _names_nobody(written: str) -> str:
    if IDENTITY_NUMBER.search(written):
        raise PydanticCustomError("identity_number", "the reference holds an identity number")
    return written


DecisionReference = Annotated[
    str,
    StringConstraints(strip_whitespace=True, pattern=r"^[0-9A-Za-zÅÄÖåäö][0-9A-Za-zÅÄÖåäö./:_-]*$", max_length=60),
    AfterValidator(_names_nobody),
]
"""What a decision is filed under, such as `KS-2026/114`: one word, and nothing in it that names a person."""


class Disposal(Strict):
    """A row of the log of disposals. `proposal` is the number of the row that is carried out by this one."""

    number: int
    candidate: str
    act: Act
    decision: DecisionReference
    day: date
    proposal: int | None
    recorded_by: Actor
    recorded_at: datetime
    previous: str
    key: str
    signature: str
    sign_in: dict[str, Any] | None = None

    def as_row(self) -> dict[str, Any]:
        """The row as JSON has it, in the form that is signed."""
        return {name: plain(value) for name, value in self if (name, value) != ("sign_in", None)}


class Erased(Strict):
    """That a candidate was erased, by a decision that two people have signed."""

    day: date
    decision: str
    proposed_by: str
    carried_out_by: str


def erasure_in(rows: Iterable[Mapping[str, Any]], candidate: str, register: Register | None = None) -> Erased | None:
    """The erasure of a candidate that two people have signed, among rows of the log as JSON has them; None where there
    is none: the first one counts. Without a register nobody's signature is asked."""
    asked = [row for row in rows if register is None or counts(register, row)]
    valid = [one for row in asked if (one := read_disposal(row)) is not None and one.candidate == candidate]
    proposals = {one.number: one for one in valid if one.act is Act.PROPOSED}
    for one in valid:
        proposal = proposals.get(one.proposal or 0)
        if one.act is Act.CARRIED_OUT and proposal is not None and are_two(proposal, one):
            return Erased(
                day=one.day,
                decision=one.decision,
                proposed_by=proposal.recorded_by,
                carried_out_by=one.recorded_by,
            )
    return None


def are_two(proposal: Disposal, other: Disposal) -> bool:
    """Whether a proposal was carried out as it was made, by another person with another key."""
    return (
        proposal.decision == other.decision
        and proposal.recorded_by.name != other.recorded_by.name
        and proposal.key != other.key
        and proposal.number < other.number
    )


def counts(register: Register, row: Mapping[str, Any]) -> bool:
    """Whether a row was signed by whoever it says, with a key and a role that counted then and that permit it.

    An erasure is carried out by operators, for whom no server speaks: nothing of it can be undone.
    """
    said = read_disposal(row)
    if said is None or not is_signed(chained_bytes(TABLE, row), said.signature, said.key):
        return False
    actor, at = said.recorded_by, said.recorded_at
    return (
        is_word_of(register, row, actor, at)
        and any(one.role is actor.role for one in register.assignments(actor.name, at))
        and OF_ACT[said.act] in PERMISSIONS[actor.role]
    )


def read_disposal(row: Mapping[str, Any]) -> Disposal | None:
    """A row of the log, from wherever; None where it is none."""
    try:
        return Disposal.model_validate({name: row.get(name) for name in Disposal.model_fields})
    except ValueError:
        return None
