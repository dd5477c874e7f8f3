"""A sample of journeys: stratified, proportional, and drawn so that somebody else draws the same.

All that is needed is the list of journey ids, each with its stratum. The method, which `METHOD` tells in words:

1. A journey's place in the order is the SHA-256, in hexadecimal, of the seed, a line feed and the journey id, in UTF-8.
2. Where the sample has room for it, each stratum gives one journey; otherwise all journeys are one stratum.
3. One at a time, the next goes to the stratum for which its journeys / (2 × those it gives + 1) is largest, of equal
   ones to the first by name, until there are enough; no stratum gives more than it has.
4. Each stratum gives its first in the order.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from fractions import Fraction
from heapq import heapify, heappop, heappush, heappushpop
from pathlib import Path
from typing import Final, Literal

from pydantic import ValidationError

from auditing.population.population import Counts, Member, Population
from auditing.population.scope import Scope
from models.fields import Strict
from models.message import Message, msg
from runtime.errors import UsageError
from services.queries.drawing import order_of

FORMAT: Final = "hela-vagen-sample/1"

BY: dict[str, Message] = {
    "programme": msg("stratum.programme", "programme"),
    "town": msg("stratum.town", "town"),
    "end": msg("stratum.end", "end"),
    "coordinator": msg("stratum.coordinator", "coordinator"),
}
"""What journeys can be stratified by: a field of `Member`, and what it is called."""

METHOD = msg(
    "sample.method",
    "Journeys are ordered by the SHA-256, in hexadecimal, of the seed, a line feed and the journey id. Each stratum"
    " gives one journey if the sample has room for that. Otherwise all journeys are one stratum. Then, one at a time,"
    " the next one goes to the stratum with the largest quotient of its journeys by (2 × those it gives + 1), or to the"
    " first of these by name. No stratum gives more than it has. Each stratum gives its first ones in the order.",
)

NOWHERE = "–"
"""Stands for a value that is not known, such as the town of a refused referral that was erased."""


class Drawn(Strict):
    """A journey that was drawn, with what it is told by."""

    journey_id: str
    town: str | None
    end: str
    order: str


class Stratum(Strict):
    """Journeys that are alike in what a sample is stratified by: how many there are, and those drawn of them."""

    name: tuple[str, ...]
    journeys: int
    drawn: tuple[Drawn, ...]


class Sample(Strict):
    """Journeys that were drawn: of which, how many, by which seed, and how.

    `wanted` is how many were asked for. `is_stratified` is False where there were too few of them for one a stratum.
    """

    format: Literal["hela-vagen-sample/1"] = FORMAT
    ledger: str
    at: datetime
    scope: Scope
    population: Counts
    seed: str
    by: tuple[str, ...]
    wanted: int
    is_stratified: bool
    method: Message
    strata: tuple[Stratum, ...]

    @property
    def journey_ids(self) -> list[str]:
        """The ids of those drawn, in order."""
        return sorted(one.journey_id for stratum in self.strata for one in stratum.drawn)


def draw(population: Population, count: int, seed: str, by: Sequence[str], *, ledger: str, at: datetime) -> Sample:
    """So many journeys of a population, or all of it. Raises UsageError where it has none."""
    sizes: dict[tuple[str, ...], int] = {}
    first: dict[tuple[str, ...], list[tuple[int, Member]]] = {}

    def take(one: Member) -> None:
        name = tuple(str(getattr(one, field) or NOWHERE) for field in by)
        sizes[name] = sizes.get(name, 0) + 1
        _keep(first.setdefault(name, []), -int(order_of(seed, one.journey_id), 16), one, count)

    counts = population.counts(take)
    if not sizes:
        raise UsageError("sample.no_journey", "No journey matches, so nothing can be drawn.")
    stratified = len(sizes) <= count
    drawn = shares(sizes, count) if stratified else _together(first, count)
    strata = (
        Stratum(name=name, journeys=sizes[name], drawn=_drawn(first[name], drawn[name], seed)) for name in sorted(sizes)
    )
    return Sample(
        ledger=ledger,
        at=at,
        scope=population.scope,
        population=counts,
        seed=seed,
        by=tuple(by),
        wanted=count,
        is_stratified=stratified,
        method=METHOD,
        strata=tuple(strata),
    )


def shares(sizes: dict[tuple[str, ...], int], count: int) -> dict[tuple[str, ...], int]:
    """How many each stratum gives: one each, and then by the method of Sainte-Laguë."""
    given = dict.fromkeys(sizes, 1)
    next_ = [(-Fraction(size, 3), name) for name, size in sizes.items() if size > 1]
    heapify(next_)
    for _ in range(min(count, sum(sizes.values())) - len(sizes)):
        name = heappop(next_)[1]
        given[name] += 1
        if given[name] < sizes[name]:
            heappush(next_, (-Fraction(sizes[name], 2 * given[name] + 1), name))
    return given


def read_by(written: Iterable[str]) -> tuple[str, ...]:
    """What to stratify by, as somebody wrote it, also several with commas between. Raises UsageError."""
    by = tuple(dict.fromkeys(one.strip().lower() for each in written for one in each.split(",") if one.strip()))
    for one in by:
        if one not in BY:
            known = ", ".join(BY)
            raise UsageError(
                "sample.by", "Journeys cannot be stratified by {by}. Choose among {known}.", by=one, known=known
            )
    return by


def read_sample(file: Path) -> Sample:
    """The sample that a file holds. Raises UsageError."""
    try:
        return Sample.model_validate_json(file.read_bytes())
    except ValidationError as error:
        raise UsageError("sample.unknown_file", "{file} is not a sample.", file=file.name) from error
    except (OSError, ValueError) as error:
        raise UsageError("sample.unreadable", "The sample {file} cannot be read.", file=file.name) from error


def _keep(heap: list[tuple[int, Member]], place: int, one: Member, most: int) -> None:
    """Keep the first of a stratum in the order, which no sample goes beyond."""
    heappush(heap, (place, one)) if len(heap) < most else heappushpop(heap, (place, one))


def _together(first: dict[tuple[str, ...], list[tuple[int, Member]]], count: int) -> dict[tuple[str, ...], int]:
    """How many each stratum gives where all of them are one."""
    every = sorted(((place, name) for name, heap in first.items() for place, _ in heap), reverse=True)[:count]
    return {name: sum(other == name for _, other in every) for name in first}


def _drawn(heap: list[tuple[int, Member]], count: int, seed: str) -> tuple[Drawn, ...]:
    members = [one for _, one in sorted(heap, reverse=True)[:count]]
    return tuple(
        Drawn(journey_id=one.journey_id, town=one.town, end=one.end, order=order_of(seed, one.journey_id))
        for one in members
    )
