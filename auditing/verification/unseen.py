"""What no check can say: the rules of which an audit cannot tell, or not always, that an event broke them."""

from collections.abc import Mapping

from models.message import Message, msg
from models.rules import recording as rules

_POSITIONS = msg(
    "unseen.positions",
    "Positions change with their files. What a position offered when a place was taken is not held against the events.",
)
_TRAINING = msg(
    "unseen.training",
    "Who had taken which training when an internship was agreed is not held against the events.",
)

UNSEEN: Mapping[str, Message] = {
    rules.the_position_exists.id: _POSITIONS,
    rules.the_position_fills_a_need.id: _POSITIONS,
    rules.checked_for_the_position.id: _POSITIONS,
    rules.a_place_is_free.id: _POSITIONS,
    rules.the_supervisor_is_trained.id: _TRAINING,
    rules.the_mentor_is_trained.id: _TRAINING,
    rules.the_unit_is_trained.id: _TRAINING,
}
"""By the id of the rule, why no check says that it was broken. All others are asked again by an audit."""
