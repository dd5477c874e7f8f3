"""Which events take a key of their author's own, where one who can vouch for another's word is not enough."""

from collections.abc import Sequence
from typing import Final

from models.events import events as e
from models.journey.correction_policy import is_of_a_decision
from models.journey.fold import Entry
from models.journey.proposals import as_correction
from models.journey.transitions import MOVES
from models.programme.programme import OwnKey, Programme
from models.rules.employment import decided_by_two_people

TAKES_TWO: Final = frozenset(move.kind for move in MOVES if decided_by_two_people in move.guards)
"""Kinds of event that take somebody else than whoever evaluated."""


def own_key_for(event: e.Event, entries: Sequence[Entry], rules: Programme) -> OwnKey | None:
    """Whether an event is signed with its author's own key: it must be, it may be, or, where it does not take two,
    nobody asks for it."""
    rule = rules.decisions
    said = as_correction(event) if isinstance(event, e.CorrectionProposed) else event
    if isinstance(said, e.Corrected):
        takes_two = rule.by_two and rule.corrections_by_two and is_of_a_decision(said, entries)
    else:
        takes_two = rule.by_two and said.kind in TAKES_TWO
    return rule.own_key if takes_two else None
