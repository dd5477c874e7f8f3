"""Which journeys an audit verifies: those of its scope, and those that the ledger should have and has not."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from auditing.population.population import Counts, Population
from auditing.verification.request import AuditRequest
from models.identifiers import is_journey_of
from models.tables.ledger import LedgerRow
from runtime.errors import UsageError


class Selection(NamedTuple):
    """The journeys to verify, in order; the population that they are of; and how many of them the ledger has no row
    of."""

    wanted: list[str]
    population: Counts
    beside: int


class LedgerSize(NamedTuple):
    """How many journeys and rows a ledger has."""

    journeys: int
    rows: int


def size_of(engine: Engine) -> LedgerSize:
    """How large the ledger is now."""
    with Session(engine) as session:
        counted = select(func.count(LedgerRow.journey_id.distinct()), func.count(LedgerRow.id))
        return LedgerSize(*session.execute(counted).one())


def select_journeys(engine: Engine, request: AuditRequest, every: Iterable[str]) -> Selection:
    """The journeys that a request asks for, of `every` one that anything knows of: ledger, lists, archive, server and
    checkpoint.

    In which town or period a journey was of which the ledger has no row cannot be told: none is left out for that, as
    somebody may have removed the rows. Raises UsageError for a candidate whom nothing knows.
    """
    scope, members = request.scope, set[str]()
    counts = Population(engine, scope).counts(lambda one: members.add(one.journey_id))
    if request.sample is not None:
        wanted = set(request.sample.journey_ids)
        return Selection(sorted(wanted), counts, len(wanted - _in_ledger(engine)))
    named = {id_ for id_ in every if scope.names(id_)}
    beside = named - members
    if scope.asks_rows and beside:
        beside -= _in_ledger(engine)
    for candidate in scope.candidates:
        if not any(is_journey_of(id_, candidate, None) for id_ in named):
            raise UsageError("journey.unknown", "Candidate {number} has no journey.", number=candidate)
    return Selection(sorted(members | beside), counts, len(beside))


def _in_ledger(engine: Engine) -> set[str]:
    with Session(engine) as session:
        return set(session.scalars(select(LedgerRow.journey_id).distinct()))
