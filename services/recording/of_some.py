"""Fields that some programmes alone ask for: nobody is asked for them where the rules have no use for them."""

from collections.abc import Callable, Mapping

from models.programme.programme import Programme

USED: Mapping[str, Callable[[Programme], bool]] = {
    "group": lambda rules: bool(rules.internship.lengths),
    "cohort": lambda rules: bool(rules.cohorts),
}
"""By a field, whether the rules of a programme have a use for it."""


def is_used(field: str, rules: Programme | None) -> bool:
    """Whether a field is asked for by these rules; any other than the above always is."""
    return field not in USED or (rules is not None and USED[field](rules))
