"""How much is tried: all of it in the whole run, some of it in the loop while working (`make unit`)."""

from collections.abc import Sequence
from typing import TypeVar

from hypothesis import HealthCheck, settings

QUICK = "quick"
FEW = 12
"""Examples of a property in the loop."""

WHOLE = "whole"

CHAOS = "chaos"
"""As much as there is time for: `make chaos`."""

settings.register_profile(WHOLE, deadline=None)  # the machine may be slow
settings.load_profile(WHOLE)
settings.register_profile(QUICK, max_examples=FEW, deadline=None, derandomize=True, database=None)
settings.register_profile(CHAOS, deadline=None)

Case = TypeVar("Case")


def in_the_loop() -> bool:
    return settings.get_current_profile_name() == QUICK


def examples(number: int) -> settings:
    """So many examples of a property, the same ones in every run."""
    few = min(number, FEW) if in_the_loop() else number
    slow = (HealthCheck.too_slow,)  # the machine may be
    return settings(max_examples=few, deadline=None, derandomize=True, database=None, suppress_health_check=slow)


def some(cases: Sequence[Case], number: int) -> Sequence[Case]:
    """The cases; in the loop about so many, drawn evenly from first to last."""
    return cases[:: max(1, len(cases) // number)] if in_the_loop() else cases
