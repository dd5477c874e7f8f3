"""How much is tried: all of it by `make thorough`, some of it in each whole run, little in the loop (`make unit`)."""

from collections.abc import Sequence
from typing import TypeVar

from hypothesis import HealthCheck, settings

QUICK = "quick"
FEW = 12
"""Examples of a property in the loop."""

WHOLE = "whole"
PART = 3
"""Of what is tried thoroughly, a whole run tries one in so many, drawn evenly."""

THOROUGH = "thorough"
"""Before a release, and where a rule or the check of programmes is worked on."""

CHAOS = "chaos"
"""As much as there is time for: `make chaos`."""

settings.register_profile(WHOLE, deadline=None)  # the machine may be slow
settings.load_profile(WHOLE)
settings.register_profile(QUICK, max_examples=FEW, deadline=None, derandomize=True, database=None)
settings.register_profile(THOROUGH, deadline=None)
settings.register_profile(CHAOS, deadline=None)

Case = TypeVar("Case")


def thoroughly() -> bool:
    return settings.get_current_profile_name() == THOROUGH


def share_of(number: int) -> int:
    """How many of so many are tried in this run."""
    if thoroughly():
        return number
    return min(number, FEW if settings.get_current_profile_name() == QUICK else max(FEW, number // PART))


def examples(number: int) -> settings:
    """So many examples of a property, or a share of them, the same ones in every run."""
    slow = (HealthCheck.too_slow,)  # the machine may be
    return settings(
        max_examples=share_of(number), deadline=None, derandomize=True, database=None, suppress_health_check=slow
    )


def some(cases: Sequence[Case]) -> Sequence[Case]:
    """The cases, or a share of them, drawn evenly from first to last."""
    return cases[:: max(1, len(cases) // share_of(len(cases)))]
