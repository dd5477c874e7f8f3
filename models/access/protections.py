"""Who is protected (skyddade personuppgifter), and which staff may read of them: folded from signed rows. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from models.access.chained_rows import chained_bytes
from models.access.permissions import PERMISSIONS, Operation
from models.access.register import Register
from models.access.speaking import is_word_of
from models.identifiers import Actor
from models.signatures import is_signed

TABLE = "protections"

PROTECTED = "protected"
"""What lists and notices say in the place of whatever could tell where a protected person is."""


def protections(rows: Iterable[Mapping[str, Any]], register: Register) -> dict[str, frozenset[str]]:
    """The staff who may read of each protected candidate, by candidate. The rows come in their order.

    Of a candidate the latest row counts that somebody signed who might: one that was put in protects nobody, and
    above all opens nobody.
    """
    found = {row["candidate"]: frozenset(row["staff"].split()) for row in rows if _counts(row, register)}
    return {candidate: staff for candidate, staff in found.items() if staff}


def _counts(row: Mapping[str, Any], register: Register) -> bool:
    actor, at = Actor.read(row["recorded_by"]), row["recorded_at"]
    return (
        actor is not None
        and is_word_of(register, row, actor, at)
        and Operation.PROTECTION in PERMISSIONS[actor.role]
        and any(one.role is actor.role for one in register.assignments(actor.name, at))
        and is_signed(chained_bytes(TABLE, row), row["signature"], row["key"])
    )
