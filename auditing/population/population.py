"""The population: every journey that the ledger has a row of, as each command counts them, with how each ended."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from pydantic import Field
from sqlalchemy import ColumnElement, Engine, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from activities.contents import candidate_in, event_in
from activities.sealing import KeyUnusable, Sealer, sealer_on
from auditing.population.scope import EVERYTHING, Scope
from models.access.protections import PROTECTED
from models.calendar.swedish_day import end_of_day
from models.fields import Strict
from models.identifiers import JourneyId
from models.message import Message, msg
from models.stages import EndReason, Stage
from models.tables.journeys import JourneyRow
from models.tables.ledger import LedgerRow
from runtime.i18n import _, _n
from services.queries.protected import protected_on
from services.reports.counting import ON_THE_WAY

AT_ONCE = 500
"""Journeys that are read at a time."""

REFERRAL_REFUSED, ERASED, NOT_LISTED = "referral_refused", "erased", "not_listed"

ENDS: dict[str, Message] = {
    ON_THE_WAY: msg("end.on_the_way", "on the way"),
    Stage.PERMANENT_ROLE.value: Stage.PERMANENT_ROLE.in_words,
    **{reason.value: reason.in_words for reason in EndReason},
    Stage.CLOSED.value: Stage.CLOSED.in_words,
    ERASED: msg("end.erased", "erased"),
    REFERRAL_REFUSED: msg("end.referral_refused", "referral refused"),
    NOT_LISTED: msg("end.not_listed", "not in the list of journeys"),
}
"""How a journey can have ended, each in words: every journey has one of these.

Nothing was ever accepted of a refused referral. Of an erased candidate no more is told. What is not in the list of
journeys although something was accepted is a finding of `verify`.
"""


class Member(NamedTuple):
    """A journey of the population. `town` is `PROTECTED` of a protected person; it and `coordinator` are None where
    nothing tells them any more. `end` is a code of `ENDS`."""

    journey_id: str
    candidate: str
    programme: str
    town: str | None
    coordinator: str | None
    end: str
    rows: int
    first_recorded: datetime
    last_recorded: datetime

    @property
    def is_protected(self) -> bool:
        return self.town == PROTECTED


class Counts(Strict):
    """How many journeys a population has, and how many of them ended how.

    `hidden` are those of protected persons that a scope may not look for: nobody learns in which town one is.
    """

    journeys: int = 0
    ends: dict[str, int] = Field(default_factory=dict)
    hidden: int = 0

    @classmethod
    def of(cls, ends: Iterable[str], hidden: int = 0) -> "Counts":
        """The counts of journeys that ended so."""
        found = Counter(ends)
        return cls(journeys=found.total(), ends={end: found[end] for end in ENDS if found[end]}, hidden=hidden)

    @property
    def refused(self) -> int:
        """Refused referrals: a row in the ledger, and no journey in any list or report."""
        return self.ends.get(REFERRAL_REFUSED, 0)

    @property
    def accepted(self) -> int:
        """Those with an accepted referral."""
        return self.journeys - self.refused

    def told(self) -> str:
        """The number that every command tells, and of what it is the sum."""
        every = _n("{count} journey", "{count} journeys", self.journeys)
        accepted = _n("{count} with an accepted referral", "{count} with an accepted referral", self.accepted)
        refused = _n("{count} refused referral", "{count} refused referrals", self.refused)
        told = _("{journeys}: {accepted}, {refused}.", journeys=every, accepted=accepted, refused=refused)
        return f"{told} {self._hidden_told()}" if self.hidden else told

    def _hidden_told(self) -> str:
        return _n(
            "Not among them: {count} journey of a protected person, since nobody is shown in which town that is.",
            "Not among them: {count} journeys of protected persons, since nobody is shown in which town they are.",
            self.hidden,
        )


@dataclass(frozen=True)
class Population:
    """The journeys of a scope, read anew each time; never all in memory."""

    engine: Engine
    scope: Scope = EVERYTHING

    def members(self) -> Iterator[Member]:
        """Each journey, in the order of ids by code points. Of a protected person none, where a town is asked for."""
        return (one for one in self._every() if not self._is_hidden(one))

    def counts(self, each: Callable[[Member], None] | None = None) -> Counts:
        """How many there are; `each` is told every one of them as it is counted."""
        hidden = 0

        def ends() -> Iterator[str]:
            nonlocal hidden
            for one in self._every(where=each is not None):
                if self._is_hidden(one):
                    hidden += 1
                    continue
                if each is not None:
                    each(one)
                yield one.end

        found = Counts.of(ends())
        return found.model_copy(update={"hidden": hidden})

    def _is_hidden(self, one: Member) -> bool:
        return self.scope.town is not None and one.is_protected

    def _every(self, *, where: bool = True) -> Iterator[Member]:
        """Those in the scope, and those of whom a town may not be asked; of refused referrals not `where` they would
        have been, where neither that nor the scope asks for it: it is sealed."""
        where = where or self.scope.town is not None or self.scope.coordinator is not None
        scope, protected = self.scope, protected_on(self.engine)
        with Session(self.engine) as session:
            for rows in session.execute(_query(self.engine, scope)).partitions(AT_ONCE):
                named = [row for row in rows if scope.names(row.journey_id)]
                refused = _refused(self.engine, [row.journey_id for row in named if where and not row.accepted])
                for row in named:
                    one = _member(row, refused, protected)
                    if scope.coordinator in (None, one.coordinator) and (
                        scope.town in (None, one.town) or one.is_protected
                    ):
                        yield one


def _query(engine: Engine, scope: Scope) -> Select[Any]:
    """Of each journey its number of rows, the moments of the first and the last, and its line in the list."""
    heads = select(
        LedgerRow.journey_id, func.min(LedgerRow.row).label("first"), func.max(LedgerRow.row).label("last")
    ).group_by(LedgerRow.journey_id)
    if len(scope.candidates) == 1:  # the one that is asked for daily; of more the ids tell
        heads = heads.where(LedgerRow.journey_id.startswith(JourneyId.start_of(scope.candidates[0]), autoescape=True))
    head, first, last, some = heads.subquery(), aliased(LedgerRow), aliased(LedgerRow), aliased(LedgerRow)
    accepted = select(some.id).where(some.journey_id == head.c.journey_id, some.accepted.is_(True)).exists()
    query = (
        select(
            head.c.journey_id,
            head.c.last.label("rows"),
            first.recorded_at.label("first_recorded"),
            last.recorded_at.label("last_recorded"),
            JourneyRow.stage,
            JourneyRow.end_reason,
            JourneyRow.site,
            JourneyRow.coordinator,
            JourneyRow.erased_on,
            or_(first.accepted.is_(True), accepted).label("accepted"),
        )
        .join(first, and_(first.journey_id == head.c.journey_id, first.row == head.c.first))
        .join(last, and_(last.journey_id == head.c.journey_id, last.row == head.c.last))
        .outerjoin(JourneyRow, JourneyRow.journey_id == head.c.journey_id)
        .execution_options(yield_per=AT_ONCE)
    )
    if scope.first is not None or scope.last is not None:
        of_it = some.journey_id == head.c.journey_id
        query = query.where(select(some.id).where(of_it, _in_period(some, scope.first, scope.last)).exists())
    # SQLite orders by code points; PostgreSQL as its language does, unless told.
    return query.order_by(head.c.journey_id.collate("C") if engine.dialect.name == "postgresql" else head.c.journey_id)


def _in_period(row: Any, first: date | None, last: date | None) -> ColumnElement[bool]:
    """Whether a row was recorded in a period, or is of an accepted event that took effect in it."""
    recorded, effective = [], [row.accepted.is_(True)]
    if first is not None:
        recorded.append(row.recorded_at > end_of_day(first - timedelta(days=1)))
        effective.append(row.effective_on >= first)
    if last is not None:
        recorded.append(row.recorded_at <= end_of_day(last))
        effective.append(row.effective_on <= last)
    return or_(and_(*recorded), and_(*effective))


class _Referral(NamedTuple):
    """What is known of a journey that never began: where and in whose charge it would have been."""

    town: str | None = None
    coordinator: str | None = None


def _refused(engine: Engine, journey_ids: Sequence[str]) -> dict[str, _Referral]:
    """What these refused referrals named: it stands in the sealed contents of their first rows alone."""
    if not journey_ids:
        return {}
    query = select(LedgerRow).where(LedgerRow.journey_id.in_(journey_ids), LedgerRow.kind == "referred")
    with Session(engine) as session:
        rows = {row.journey_id: row for row in session.scalars(query.order_by(LedgerRow.row.desc()))}
    sealer = sealer_on(engine)
    sealer.have(candidate_in(id_) for id_ in rows)
    return {id_: _named_in(sealer, row) for id_, row in rows.items()}


def _named_in(sealer: Sealer, row: LedgerRow) -> _Referral:
    try:
        seal = sealer.unless_ended(candidate_in(row.journey_id))
    except KeyUnusable:  # an audit names it
        return _Referral()
    event = event_in(seal, row) if seal is not None else None
    said = [event.get(name) if event else None for name in ("site", "coordinator")]
    return _Referral(*(one if isinstance(one, str) else None for one in said))


def _member(row: Any, refused: dict[str, _Referral], protected: Collection[str]) -> Member:
    id_ = JourneyId.read(row.journey_id)
    candidate = id_.candidate if id_ else ""
    listed = row.stage is not None
    named = _Referral(row.site, row.coordinator) if listed else refused.get(row.journey_id, _Referral())
    return Member(
        journey_id=row.journey_id,
        candidate=candidate,
        programme=id_.programme if id_ else "",
        town=PROTECTED if candidate in protected else named.town,
        coordinator=named.coordinator,
        end=_end(row),
        rows=row.rows,
        first_recorded=row.first_recorded,
        last_recorded=row.last_recorded,
    )


def _end(row: Any) -> str:
    if not row.accepted:
        return REFERRAL_REFUSED
    if row.stage is None:
        return NOT_LISTED
    if row.erased_on is not None:
        return ERASED
    if row.stage == Stage.CLOSED:
        return row.end_reason if row.end_reason in ENDS else Stage.CLOSED.value
    return Stage.PERMANENT_ROLE.value if row.stage == Stage.PERMANENT_ROLE else ON_THE_WAY
