"""What the logs beside the ledger say of a journey and its candidate, for whoever has not the whole of each log."""

from collections.abc import Sequence

from sqlalchemy import Engine, select

from activities.contents import candidate_in
from auditing.evidence.evidence import JsonRow, as_json
from models.tables.base import Base, table_of
from models.tables.people import IdentityCommitmentRow, ProtectionRow, TextErasureRow

LOGS: dict[str, tuple[type[Base], str]] = {
    "identity_commitments": (IdentityCommitmentRow, "candidate"),
    "protections": (ProtectionRow, "candidate"),
    "text_erasures": (TextErasureRow, "journey_id"),
}
"""Such logs by table, each with the column that says whose a row is. Erasures stand in `Evidence.disposals`."""


def logs_of(engine: Engine, journey_ids: Sequence[str]) -> dict[str, dict[str, list[JsonRow]]]:
    """The rows that the logs have of these journeys and their candidates: by journey, by table. One query a table."""
    found: dict[str, dict[str, list[JsonRow]]] = {id_: {} for id_ in journey_ids}
    with engine.connect() as connection:
        for name, (row, whose) in LOGS.items():
            table = table_of(row)
            of = {id_: candidate_in(id_) if whose == "candidate" else id_ for id_ in journey_ids}
            query = select(table).where(table.c[whose].in_(set(of.values()))).order_by(table.c.number)
            rows = [as_json(one) for one in connection.execute(query)]
            for id_, mine in of.items():
                found[id_][name] = [one for one in rows if one[whose] == mine]
    return found
