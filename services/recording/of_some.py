"""Fields that some programmes alone ask for: nobody is asked for them where the rules have no use for them."""

from collections.abc import Callable, Mapping

from models.programme.programme import Programme

USED: Mapping[str, Callable[[Programme], bool]] = {
    "group": lambda rules: bool(rules.internship.lengths),
    "cohort": lambda rules: bool(rules.cohorts),
    "temporary_role_ended.end_reason": lambda rules: rules.shape.ends_as_planned,
}
"""By a field, or that of a kind of event, whether the rules of a programme have a use for it."""


def is_used(field: str, rules: Programme | None, kind: str = "") -> bool:
    """Whether a field is asked for by these rules; any other than the above always is."""
    uses = USED.get(field) or USED.get(f"{kind}.{field}")
    return uses is None or (rules is not None and uses(rules))
