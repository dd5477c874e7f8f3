"""What an auditor asks across journeys: the filters, and what an answer is made of. Pure."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple, Self

from pydantic import AwareDatetime, Field, model_validator

from auditing.population.scope import EVERYTHING, Scope
from models.calendar.swedish_day import day_in_sweden
from models.fields import BothLanguages, Day, Name, Source, Strict
from models.identifiers import Actor, JourneyId
from models.message import InvalidValue, Message, Worded, msg
from runtime.i18n import as_source


class Period(Strict):
    """Days of Sweden from the first to the last, both included; without end where one is None."""

    first: Day | None = None
    last: Day | None = None

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> Self:
        if self.first and self.last and self.last < self.first:
            raise InvalidValue(msg("scope.ends_first", "The period ends before it begins. Swap the days."), "last")
        return self

    @property
    def is_always(self) -> bool:
        return self.first is None and self.last is None

    def has(self, day: date | None) -> bool:
        """Whether a day lies in it; no day does in a period that has an end."""
        if day is None:
            return self.is_always
        return (self.first or day) <= day <= (self.last or day)


class Inquiry(Strict):
    """What is asked of the journeys of a scope, by all that had been recorded by the moment `known_by`.

    `in_effect` is a period of days on which something took effect, as corrected by then, and `recorded` one of days on
    which it was recorded. A journey is in a `town` by its referral, as corrected by then; something is a coordinator's
    who was in charge when it was recorded, or stood in for whoever was. `actor` is a name, whatever the role, or one
    with a role. `least` is by how many days, or minutes, something is asked for that is counted in them.
    """

    question: str
    scope: Scope = EVERYTHING
    town: Name | None = None
    coordinator: Name | None = None
    kind: str | None = None
    rule: str | None = None
    source: str | None = None
    actor: str | None = None
    in_effect: Period = Period()
    recorded: Period = Period()
    known_by: AwareDatetime
    least: int | None = Field(default=None, ge=0)

    @property
    def asks_where(self) -> bool:
        """Whether it asks who is somewhere, which nobody is told of protected persons."""
        return self.town is not None or self.coordinator is not None

    def fits(self, found: "Found") -> bool:
        """Whether something that answers the question also is as the filters say."""
        return (
            self.kind in (None, found.kind)
            and self.rule in (None, found.rule)
            and (self.source is None or _says(found.source, self.source))
            and (self.actor is None or any(_is_by(one, self.actor) for one in found.authors))
            and self.in_effect.has(found.effective_on if found.holds is not Holds.STRUCK else None)
            and self.recorded.has(found.recorded_on)
        )


def _says(source: Source | None, words: str) -> bool:
    """Whether a source has these words, in either language, or as it is shown."""
    texts = (source.sv, source.en) if isinstance(source, BothLanguages) else (source or "", as_source(source))
    return any(words.casefold() in text.casefold() for text in texts)


def _is_by(written: str | None, wanted: str) -> bool:
    if ":" in wanted:
        return written == wanted
    actor = Actor.read(written or "")
    return actor is not None and actor.name == wanted


class Holds(Worded):
    """Whether what a row says still holds, by the corrections that were known."""

    HOLDS = "holds", msg("holds.holds", "holds")
    REPLACED = "replaced", msg("holds.replaced", "replaced")
    STRUCK = "struck", msg("holds.struck", "struck")


class Found(NamedTuple):
    """Something that answers: the journey, the ledger row, what came and by whom, by which rule, and both days.

    `unit` is where the author worked then. `more` are the question's own columns. `others` are further authors by whom
    it is found; `erased` says that no contents of it are left.
    """

    journey_id: str
    row: int | None = None
    kind: str | None = None
    actor: str | None = None
    unit: str | None = None
    rule: str | None = None
    source: Source | None = None
    effective_on: date | None = None
    recorded_at: datetime | None = None
    holds: Holds | None = None
    corrected_by: int | None = None
    more: Mapping[str, Any] = {}
    others: tuple[str, ...] = ()
    erased: bool = False

    @property
    def candidate(self) -> str:
        id_ = JourneyId.read(self.journey_id)
        return id_.candidate if id_ else ""

    @property
    def programme(self) -> str:
        id_ = JourneyId.read(self.journey_id)
        return id_.programme if id_ else ""

    @property
    def authors(self) -> tuple[str | None, ...]:
        return (self.actor, *self.others)

    @property
    def recorded_on(self) -> date | None:
        return day_in_sweden(self.recorded_at) if self.recorded_at is not None else None


@dataclass
class Tally:
    """How much an answer has, counted as it is read: `rows` in so many `journeys`, of so many that were looked at.

    `protected` are journeys of protected persons, which are in nobody's answer. Of those that are `erased` only what
    stands outside the sealed contents could be asked. `untold` says of how many it cannot be told, by why, and
    `decisions_untold` of how many decisions it cannot, as nobody knows in which unit somebody worked.
    """

    rows: int = 0
    journeys: int = 0
    examined: int = 0
    protected: int = 0
    erased: int = 0
    decisions_untold: int = 0
    untold: Counter[str] = field(default_factory=Counter)

    def as_json(self) -> dict[str, Any]:
        return {**vars(self), "untold": dict(self.untold)}


RULES_UNKNOWN = "rules_unknown"

WHY_UNTOLD: Mapping[str, Message] = {
    RULES_UNKNOWN: msg("untold.rules", "the rules in force at the time are unknown"),
    "erased": msg("untold.erased", "the contents have been erased"),
    "unreadable": msg("untold.unreadable", "the contents cannot be read"),
    "contradicting": msg("untold.contradicting", "the rows contradict the rules in force at the time"),
}
"""Why it cannot be told of a journey whether it answers."""
