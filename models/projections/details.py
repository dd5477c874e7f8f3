"""What the read models keep of a journey beside its standing: stages, the latest check, follow-ups, open items."""

from collections.abc import Iterable
from typing import Any

from models.events.values import FollowUpOutcome
from models.fields import Strict
from models.projections.open_items import OpenItem, open_items
from models.projections.requirement_results import RequirementResult, checked
from models.projections.status import Standing
from models.state.stage_history import StagePeriod
from models.state.state import State


class FollowedUp(Strict):
    """What the person did so many days after the end."""

    after_days: int
    outcome: FollowUpOutcome


class Details(Strict):
    """The details that an event has changed, each whole; None where it has left them as they were."""

    passages: tuple[StagePeriod, ...] | None = None
    findings: tuple[RequirementResult, ...] | None = None
    follow_ups: tuple[FollowedUp, ...] | None = None
    items: tuple[OpenItem, ...] | None = None


def details(state: State | None) -> Details:
    """Every detail of a journey as it stands."""
    return Details(
        passages=_passages(state), findings=checked(state), follow_ups=_follow_ups(state), items=open_items(state)
    )


def changed_details(before: State | None, after: State | None) -> Details:
    """The details that differ between two states: most events change one of them or none."""
    if before is after or after is None:
        return Details()
    return Details(
        passages=_passages(after) if _passages(before) != _passages(after) else None,
        findings=checked(after) if checked(before) != checked(after) else None,
        follow_ups=_follow_ups(after) if _follow_ups(before) != _follow_ups(after) else None,
        items=open_items(after) if _kept_of_items(before) != _kept_of_items(after) else None,
    )


OF_JOURNEYS = ("candidate", "stage", "programme", "site", "coordinator")
"""What the table of items says of the journey, beside each item."""


def rows_of_items(standing: Standing, items: Iterable[OpenItem]) -> list[dict[str, Any]]:
    """Open items as the table has them, each with what lists ask of its journey."""
    said = standing.model_dump(include=set(OF_JOURNEYS))
    return [{**one.model_dump(), **said} for one in items]


def _kept_of_items(state: State | None) -> tuple[object, ...]:
    """What the table of items keeps, as far as an event can change it."""
    return (open_items(state), state and (state.stage, state.coordinator, state.site))


def _passages(state: State | None) -> tuple[StagePeriod, ...]:
    return state.passages if state else ()


def _follow_ups(state: State | None) -> tuple[FollowedUp, ...]:
    latest = dict(state.follow_ups) if state else {}
    return tuple(FollowedUp(after_days=days, outcome=outcome) for days, outcome in latest.items())
