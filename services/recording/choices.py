"""The words that a field of an event takes in a programme, to be offered to whoever is asked for it."""

from collections.abc import Callable, Mapping
from typing import Any

from models.events.values import FollowUpOutcome
from models.stages import EndReason
from runtime.rulebook.loader import RuleBook

Choices = Callable[[str, Mapping[str, Any]], list[str]]
"""From the name of a field, and the fields known by then, to the words that it takes; none where it takes any."""


def no_choices(_name: str, _known: Mapping[str, Any]) -> list[str]:
    return []


def choices_of(book: RuleBook, programme_id: str) -> Choices:
    """What a programme of today offers. A journey with older rules may know other words: nothing is refused here.

    Of a programme that has left the files nothing is offered.
    """

    def choices(name: str, known: Mapping[str, Any]) -> list[str]:
        rules = book.find(programme_id)
        if rules is None:
            return []
        profile = rules.profile(str(known.get("profile")))
        offered = {
            "profile": [one.id for one in rules.profiles],
            "findings": [one.id for one in profile.requirements] if profile else [],
            "position": [one.id for one in book.positions_of(rules.id)],
            "form": [one.id for one in rules.forms],
            "scores": [one.id for one in rules.criteria],
            "favourable": ["true", "false"],
            "seeks_new_place": ["true", "false"],
            "end_reason": [str(reason) for reason in EndReason],
            "outcome": [str(outcome) for outcome in FollowUpOutcome],
            "after_days": [str(days) for days in rules.follow_up_after_days],
        }
        return offered.get(name, [])

    return choices
