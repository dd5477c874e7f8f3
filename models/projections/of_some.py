"""Fields and events that only some programmes have: nobody is asked for them where the rules have no use for them."""

from collections.abc import Callable, Mapping

from models.programme.duties import DutyKind
from models.programme.programme import Programme

USED: Mapping[str, Callable[[Programme, str], bool]] = {
    "group": lambda rules, _kind: bool(rules.internship.lengths),
    "age": lambda rules, _kind: rules.ages is not None,
    "last_unit": lambda rules, _kind: rules.internship.not_where_last_worked,
    "cohort": lambda rules, _kind: bool(rules.cohorts),
    "hours_a_week": lambda rules, kind: rules.hours is not None and rules.hours.of(kind) is not None,
    "days": lambda rules, _kind: DutyKind.CLAIM in _kinds(rules),
    "passed": lambda rules, _kind: DutyKind.CERTIFICATE in _kinds(rules),
    "temporary_role_ended.end_reason": lambda rules, _kind: rules.shape.ends_as_planned,
}
"""By a field, or that of a kind of event, whether the rules of a programme have a use for it in a kind of event."""
OF_KINDS: Mapping[str, Callable[[Programme], bool]] = {
    "duty_done": lambda rules: bool(rules.duties),
    "place_offered": lambda rules: rules.offers is not None,
    "offer_answered": lambda rules: rules.offers is not None,
}
"""By a kind of event, whether the rules of a programme have a use for it at all."""

NEEDED = frozenset({"group", "age", "hours_a_week", "cohort"})
"""Those without which an event is refused where the rules have a use for them."""

OF_DUTIES = {"days": DutyKind.CLAIM, "passed": DutyKind.CERTIFICATE}
"""Those without which what recurs is refused that is of a kind."""


def is_used(field: str, rules: Programme | None, kind: str = "") -> bool:
    """Whether a field is asked for by these rules; any other than the above always is."""
    uses = USED.get(field) or USED.get(f"{kind}.{field}")
    return uses is None or (rules is not None and uses(rules, kind))


def has_use(kind: str, rules: Programme) -> bool:
    """Whether these rules have a use for a kind of event; for any other than the above they do."""
    uses = OF_KINDS.get(kind)
    return uses is None or uses(rules)


def is_needed(field: str, rules: Programme | None, kind: str) -> bool:
    """Whether these rules refuse an event of the kind without the field; what is extended may stay as it was."""
    if field in OF_DUTIES and rules is not None:
        return _kinds(rules) == {OF_DUTIES[field]}
    return field in NEEDED and not kind.endswith("_extended") and is_used(field, rules, kind)


def _kinds(rules: Programme) -> set[DutyKind]:
    return {one.kind for one in rules.duties}
