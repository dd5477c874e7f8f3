"""Who is protected, as the database has it: asked wherever something is told of candidates."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access.protections import protections
from models.access.register import Register
from models.tables.people import ProtectionRow


def protected_in(
    session: Session, register: Callable[[Session], Register], candidate: str | None = None
) -> dict[str, frozenset[str]]:
    """The staff who may read of each protected candidate, or of one. The register is asked for only where somebody is
    marked at all."""
    query = select(ProtectionRow).order_by(ProtectionRow.number)
    rows = list(session.scalars(query if candidate is None else query.where(ProtectionRow.candidate == candidate)))
    return protections(map(vars, rows), register(session)) if rows else {}
