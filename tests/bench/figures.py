"""The arithmetic of the bench: medians, ratios of rounds taken in turn, spread."""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Figures = Mapping[str, float]
"""What was measured of one subject in one round, by name."""


def spread(values: Sequence[float]) -> dict[str, float]:
    """The median and what it lies between."""
    return {"median": statistics.median(values), "min": min(values), "max": max(values)}


def beside(rounds: Sequence[Mapping[str, Figures]], baseline: str) -> dict[str, dict[str, Any]]:
    """Of each figure every subject's median; and of each subject but the baseline the ratio to it, as the spread of the
    ratios of the rounds. A figure that a subject or the baseline has not in any round is left out there."""
    found: dict[str, dict[str, Any]] = {}
    for name, subject in _named(rounds):
        values = [one[subject][name] for one in rounds]
        found.setdefault(name, {})[subject] = statistics.median(values)
        bases = [one[baseline].get(name) for one in rounds]
        if subject != baseline and all(bases):
            ratios = [value / base for value, base in zip(values, bases, strict=True) if base]
            found[name][f"{subject} / {baseline}"] = spread(ratios)
    return found


def _named(rounds: Sequence[Mapping[str, Figures]]) -> Iterator[tuple[str, str]]:
    for subject, figures in rounds[0].items():
        for name in figures:
            yield name, subject


def flat(figures: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, float]]:
    """Each number with the names that lead to it, parted by a colon; what is none is left out."""
    for name, value in figures.items():
        where = f"{before}: {name}" if before else name
        if isinstance(value, Mapping):
            yield from flat(value, where)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield where, float(value)
