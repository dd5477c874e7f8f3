"""The counts that a report is made of, before anything is hidden. They stay in this package: see `figures`."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from models.stages import Stage

ROLE = "role"
"""The last step of the way: a temporary or a permanent role."""

STEPS = (*(stage.value for stage in list(Stage)[:5]), ROLE)
"""How far somebody can come, in the order of the way."""

ON_THE_WAY = "on_the_way"
"""Beside the reasons for which a way ends: it has not ended."""


@dataclass
class Counts:
    """A programme's journeys, counted.

    `ways`: by (farthest step, end reason or `ON_THE_WAY`). `groups`: by (town, partner kind, hired or not). `stays`: by
    stage, then days, for stages that were left. `people_who_left`: by stage. `hired`: by day. `sexes`: of those hired.
    `outcomes`: by (days after the end, outcome). `obstacles`: people whom a requirement, by (profile, id), stopped.
    """

    ways: Counter[tuple[str, str]] = field(default_factory=Counter)
    groups: Counter[tuple[str, str, bool]] = field(default_factory=Counter)
    stays: dict[str, Counter[int]] = field(default_factory=dict)
    people_who_left: Counter[str] = field(default_factory=Counter)
    hired: Counter[date] = field(default_factory=Counter)
    sexes: dict[str, int] = field(default_factory=dict)
    outcomes: Counter[tuple[int, str]] = field(default_factory=Counter)
    obstacles: Counter[tuple[str, str]] = field(default_factory=Counter)


def median(values: Counter[int]) -> float:
    """The median of numbers that are given with how often each comes."""
    total, passed = values.total(), 0
    middle: list[int] = []
    for value in sorted(values):
        for place in ((total - 1) // 2, total // 2)[len(middle) :]:
            if place < passed + values[value]:
                middle.append(value)
        passed += values[value]
    return sum(middle) / 2
