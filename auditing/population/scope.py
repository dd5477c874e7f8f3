"""Which journeys an auditor asks about: one form for every command, that is told in one sentence and kept as JSON."""

from collections.abc import Iterator
from datetime import date
from typing import Self

from pydantic import model_validator

from models.canonical import digest_of
from models.fields import Day, Name, Strict, added
from models.identifiers import CandidateNumber, JourneyId
from models.message import InvalidValue, Message, msg
from runtime.i18n import translate
from services.queries.titles import Titles


class Scope(Strict):
    """The journeys of these candidates, in a programme, a town and somebody's charge, in a period, each where it is
    said; every journey where nothing is.

    A programme may be that of one time, as `easy_jobs/2`. Town and coordinator are those of today, or as the journey
    ended; of a refused referral those that it named.

    A journey is in a period where a row of its ledger, also one that was refused, was recorded on one of its days, or
    an accepted event took effect on one. Days are Sweden's, and both `first` and `last` belong to the period.
    """

    candidates: tuple[CandidateNumber, ...] = added(())
    programme: str | None = added(None)
    town: Name | None = added(None)
    coordinator: Name | None = added(None)
    first: Day | None = added(None)
    last: Day | None = added(None)

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> Self:
        if self.first and self.last and self.last < self.first:
            raise InvalidValue(msg("scope.ends_first", "The period ends before it begins. Swap the days."), "last")
        return self

    @property
    def is_everything(self) -> bool:
        """Whether nothing narrows it."""
        return self == EVERYTHING

    @property
    def asks_rows(self) -> bool:
        """Whether more is needed to tell what is in it than a journey's id."""
        return any(one is not None for one in (self.town, self.coordinator, self.first, self.last))

    def names(self, journey_id: str) -> bool:
        """Whether a journey is in it by its id alone: candidate and programme."""
        if not self.candidates and self.programme is None:
            return True
        id_ = JourneyId.read(journey_id)
        return (
            id_ is not None
            and (not self.candidates or id_.candidate in self.candidates)
            and (self.programme is None or id_.is_in(self.programme))
        )

    @property
    def digest(self) -> str:
        """What names it in a file of verdicts: the same for the same journeys asked for."""
        return digest_of(self.model_copy(update={"candidates": tuple(sorted(self.candidates))}))

    @property
    def in_words(self) -> Message:
        """The scope in one sentence."""
        parts = tuple(self._parts())
        if not parts:
            return msg("scope.everything", "Every journey.")
        return msg("scope.narrowed", "Journeys {parts}.", parts=parts)

    def _parts(self) -> Iterator[Message]:
        if self.candidates:
            yield msg("scope.candidates", "of {candidates}", candidates=self.candidates)
        if self.programme is not None:
            yield msg("scope.programme", "in the programme {programme}", programme=self.programme)
        if self.town is not None:
            yield msg("scope.town", "in the town {town}", town=self.town)
        if self.coordinator is not None:
            yield msg("scope.coordinator", "in the charge of {coordinator}", coordinator=self.coordinator)
        if (period := self._period()) is not None:
            yield period

    def _period(self) -> Message | None:
        days: dict[str, date] = {name: day for name in ("first", "last") if (day := getattr(self, name)) is not None}
        if len(days) == 2:
            return msg("scope.period", "where something was recorded or took effect from {first} to {last}", **days)
        if "first" in days:
            return msg("scope.since", "where something was recorded or took effect from {first} on", **days)
        return msg("scope.until", "where something was recorded or took effect until {last}", **days) if days else None


EVERYTHING = Scope()


def scope_told(scope: Scope, titles: Titles) -> str:
    """The same to be read, with the programme by its title and the town by its name."""
    programme, slash, turn = (scope.programme or "").partition("/")
    named = {
        "programme": scope.programme and f"{titles.programme(programme)}{slash}{turn}",
        "town": scope.town and titles.town(scope.town),
    }
    return translate(scope.model_copy(update=named).in_words)
