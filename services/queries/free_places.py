"""Free places of positions: on all days, and in each period of a programme whose places are filled in turn."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlalchemy.orm import Session

from activities.places import free_places
from activities.places_by_day import free_in, spans_held
from models.access.register import Register
from models.fields import BothLanguages, Strict
from models.programme.periods import PlacePeriod, Span
from models.tables.journeys import PositionRow
from services.queries.protected import register_in


class FreeInPeriod(Strict):
    """A period of a programme that is not over, and how many places of a position are free on each of its days."""

    programme: str
    period: BothLanguages
    starts_on: date
    ends_on: date
    free: int


@dataclass(frozen=True)
class Periods:
    """The periods of each programme of today, and the register by which the ledgers of those who hold places count."""

    of: Callable[[str], Sequence[PlacePeriod]] = lambda _programme: ()
    register: Callable[[Session], Register] = register_in


class FreePlaces:
    """What is free, as long as a session lasts. Ledgers are read of positions of programmes with periods alone."""

    def __init__(self, session: Session, periods: Periods, today: date) -> None:
        self._session = session
        self._periods = periods
        self._today = today
        self._on_all_days = free_places(session)
        self._held: dict[str, list[Span | None]] = {}

    def on_all_days(self, position: PositionRow) -> int:
        """How many places nobody holds, on no day."""
        return self._on_all_days[position.id]

    def most(self, position: PositionRow, programme: str) -> int:
        """How many can be given in a programme: in the period in which most are free, where it has periods."""
        if not self._periods.of(programme):
            return self.on_all_days(position)
        return max((one.free for one in self.in_periods(position, programme)), default=0)

    def in_periods(self, position: PositionRow, programme: str) -> tuple[FreeInPeriod, ...]:
        """The periods of a programme that are not over, each with what is free in it."""
        return tuple(
            FreeInPeriod(
                programme=programme,
                period=one.name,
                starts_on=one.starts_on,
                ends_on=one.ends_on,
                free=free_in(position.places, self._spans(position.id), Span(**_days(one))),
            )
            for one in self._periods.of(programme)
            if one.ends_on >= self._today
        )

    @cached_property
    def _register(self) -> Register:
        return self._periods.register(self._session)

    def _spans(self, position: str) -> list[Span | None]:
        if position not in self._held:
            self._held[position] = spans_held(self._session, self._register, position)
        return self._held[position]


def _days(period: PlacePeriod) -> dict[str, date]:
    return period.model_dump(include={"starts_on", "ends_on"})
