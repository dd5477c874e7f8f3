"""The ledger's rows of many journeys, some journeys at a time: plain columns by SQL, contents only where they are asked
for."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import ColumnElement, Engine, or_, select

from activities.contents import LedgerContents, candidate_in
from activities.contents import opened as opened_contents
from activities.sealing import KeyUnusable, Sealer, sealer_on
from activities.seals import CannotOpen
from auditing.inquiry.inquiry import Holds
from models.events import events as e
from models.identifiers import JourneyId
from models.journey.fold import Entry, corrections_in_effect
from models.tables.base import table_of
from models.tables.journeys import JourneyRow
from models.tables.ledger import LedgerRow
from models.tables.people import CandidateKeyRow

LEDGER = table_of(LedgerRow).c

CHARGE = frozenset({"referred", "coordinator_changed"})
"""Kinds that say where a journey is and who is in charge."""

CORRECTIONS = frozenset({"corrected"})


class Row(NamedTuple):
    """The plain columns of a ledger row."""

    journey_id: str
    row: int
    event_id: UUID
    kind: str
    actor: str | None
    effective_on: date | None
    recorded_at: datetime
    accepted: bool
    rule: str | None
    source: str | None
    stage_before: str | None
    stage_after: str | None
    rules_digest: str | None


LONG_AGO = datetime.min.replace(tzinfo=UTC)

PLAIN = tuple(LEDGER[name] for name in Row._fields)


class Needs(NamedTuple):
    """The rows that a question looks at: of these kinds, or of all; accepted or refused, or both. `opened` are the
    kinds whose contents it needs, None those of all, and `refused` that it needs those of refused rows."""

    kinds: frozenset[str] | None = None
    accepted: bool | None = True
    opened: frozenset[str] | None = frozenset()
    refused: bool = False


class InCharge(NamedTuple):
    """Where a journey is and who has it in charge, from a moment on."""

    since: datetime
    town: str | None
    coordinator: str | None


@dataclass(frozen=True)
class JourneyRows:
    """What is known of one journey: its rows, as far as they are needed, the contents of those that are opened, by row,
    and where it is listed."""

    id: str
    rows: Sequence[Row] = ()
    opened: Mapping[int, LedgerContents] = field(default_factory=dict)
    sealed: Mapping[int, Row] = field(default_factory=dict)
    erased: bool = False
    listed: InCharge | None = None

    @cached_property
    def recorded(self) -> tuple[tuple[Row, Entry], ...]:
        """The accepted rows among what is opened, each with its event; without those that say none, which an audit
        names."""
        return tuple(self._recorded())

    def _recorded(self) -> Iterator[tuple[Row, Entry]]:
        for number, row in sorted(self.sealed.items()):
            said = {"event": self.opened[number].event, "recorded_at": row.recorded_at}
            with suppress(ValidationError):
                if row.accepted and said["event"] is not None:
                    yield row, Entry.model_validate(said)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The accepted events among what is opened, in the order of recording."""
        return tuple(entry for _, entry in self.recorded)

    @cached_property
    def row_of(self) -> dict[UUID, int]:
        """The row of each event that is read."""
        return {row.event_id: row.row for row in (*self.rows, *self.sealed.values())}

    @cached_property
    def _corrections(self) -> dict[UUID, Entry]:
        return corrections_in_effect(self.entries)

    def correction(self, row: Row) -> e.Corrected | None:
        """The correction of an event that holds."""
        entry = self._corrections.get(row.event_id) if row.accepted else None
        return entry.event if entry is not None and isinstance(entry.event, e.Corrected) else None

    def held(self, row: Row) -> tuple[Holds, e.Event | None, int | None]:
        """Whether a row holds, what stands in its place, and the row of the correction."""
        by = self.correction(row)
        if by is None:
            return Holds.HOLDS, None, None
        holds = Holds.STRUCK if by.replacement is None else Holds.REPLACED
        return holds, by.replacement, self.row_of.get(by.event_id)

    @cached_property
    def charges(self) -> tuple[InCharge, ...]:
        """Where the journey was and who had it in charge, as corrected, from each change on; what a refused referral
        names where there is no other. Of somebody erased, what the list of journeys has."""
        if self.erased and self.listed is not None:
            return (self.listed,)
        return tuple(self._charges()) or tuple(self._refused_charges())

    def _charges(self) -> Iterator[InCharge]:
        town = None
        for row, entry in self.recorded:
            holds, replacement, _ = self.held(row)
            event = replacement or entry.event
            if holds is Holds.STRUCK or not isinstance(event, e.Referred | e.CoordinatorChanged):
                continue
            town = event.site if isinstance(event, e.Referred) else town
            yield InCharge(row.recorded_at, town, event.coordinator)

    def _refused_charges(self) -> Iterator[InCharge]:
        for number, row in sorted(self.sealed.items()):
            said = self.opened[number].event or {}
            if row.kind == "referred" and isinstance(said.get("site"), str):
                yield InCharge(row.recorded_at, said["site"], said.get("coordinator"))
                return

    @property
    def town(self) -> str | None:
        """Where the journey is, by what is known."""
        return self.charges[-1].town if self.charges else None

    def coordinator(self, at: datetime) -> str | None:
        """Who had the journey in charge at a moment."""
        return next((one.coordinator for one in reversed(self.charges) if one.since <= at), None)


def ids_known_by(engine: Engine, candidates: Collection[str], known_by: datetime) -> list[str]:
    """Every journey that had a row at a moment, or those of these candidates, in the order of ids by code points."""
    query = select(LEDGER.journey_id).distinct().where(LEDGER.recorded_at <= known_by)
    if candidates:
        mine = (LedgerRow.journey_id.startswith(JourneyId.start_of(one), autoescape=True) for one in candidates)
        query = query.where(or_(*mine))
    with engine.connect() as connection:
        return sorted(connection.scalars(query.execution_options(yield_per=10_000)))


def rows_of(engine: Engine, ids: Sequence[str], needs: Needs, known_by: datetime) -> Iterator[JourneyRows]:
    """What is known of these journeys at a moment, in their order. Two or three queries, and one for their keys."""
    with engine.connect() as connection:
        erased = set(connection.scalars(_erased(ids)))
        listed = {one.journey_id: one for one in connection.execute(_listed(ids))} if erased else {}
        sealed: dict[str, dict[int, Any]] = defaultdict(dict)
        for one in connection.execute(_sealed(ids, needs, known_by)):
            sealed[one.journey_id][one.row] = one
    opened = dict(_opened(sealer_on(engine), sealed))
    found = {
        id_: JourneyRows(
            id_,
            opened=opened.get(id_, {}),
            sealed={number: _plain(row) for number, row in sealed.get(id_, {}).items() if number in opened[id_]},
            erased=candidate_in(id_) in erased,
            listed=InCharge(LONG_AGO, listed[id_].site, listed[id_].coordinator) if id_ in listed else None,
        )
        for id_ in ids
    }
    corrected = [one for journey in found.values() for one in _corrected(journey)]
    rows: dict[str, list[Row]] = defaultdict(list)
    with engine.connect() as connection:
        for one in connection.execute(_plain_rows(ids, needs, corrected, known_by)):
            rows[one.journey_id].append(Row._make(one))
    for id_, journey in found.items():
        yield JourneyRows(journey.id, rows.get(id_, ()), journey.opened, journey.sealed, journey.erased, journey.listed)


def _plain(row: Any) -> Row:
    return Row._make(getattr(row, name) for name in Row._fields)


def _corrected(journey: JourneyRows) -> Iterator[UUID]:
    return (one.event.corrects for one in journey.entries if isinstance(one.event, e.Corrected))


def _erased(ids: Sequence[str]) -> Any:
    keys = table_of(CandidateKeyRow).c
    return select(keys.candidate).where(keys.candidate.in_({candidate_in(id_) for id_ in ids}), keys.wrapped.is_(None))


def _listed(ids: Sequence[str]) -> Any:
    rows = table_of(JourneyRow).c
    return select(rows.journey_id, rows.site, rows.coordinator).where(rows.journey_id.in_(ids))


def _sealed(ids: Sequence[str], needs: Needs, known_by: datetime) -> Any:
    query = select(*PLAIN, LEDGER.contents).where(LEDGER.journey_id.in_(ids), LEDGER.recorded_at <= known_by)
    wanted: list[ColumnElement[bool]] = [] if needs.opened is None else [LEDGER.kind.in_(needs.opened)]
    if needs.refused:
        wanted.append(LEDGER.accepted.is_(False))
    if needs.opened is not None:
        query = query.where(or_(*wanted))
    return query.order_by(LEDGER.journey_id, LEDGER.row)


def _plain_rows(ids: Sequence[str], needs: Needs, corrected: Sequence[UUID], known_by: datetime) -> Any:
    query = select(*PLAIN).where(LEDGER.journey_id.in_(ids), LEDGER.recorded_at <= known_by)
    if needs.accepted is not None:
        query = query.where(LEDGER.accepted.is_(needs.accepted))
    if needs.kinds is not None:
        wanted = LEDGER.kind.in_(needs.kinds)
        query = query.where(or_(wanted, LEDGER.event_id.in_(corrected)) if corrected else wanted)
    return query.order_by(LEDGER.journey_id, LEDGER.row)


def _opened(sealer: Sealer, sealed: Mapping[str, Mapping[int, Any]]) -> Iterator[tuple[str, dict[int, LedgerContents]]]:
    """The contents that open, by journey and row; none of those whose key has ended."""
    sealer.have(candidate_in(id_) for id_ in sealed)
    for id_, rows in sealed.items():
        found: dict[int, LedgerContents] = {}
        try:
            seal = sealer.unless_ended(candidate_in(id_))
        except KeyUnusable:  # an audit names it
            seal = None
        for number, row in rows.items():
            with suppress(CannotOpen):
                if seal is not None:
                    found[number] = opened_contents(seal, row)
        yield id_, found
