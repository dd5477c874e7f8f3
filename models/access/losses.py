"""Rows that are lost for good: a journey goes on without them by the word of two operators."""

from datetime import datetime

from models.access.register import Register
from models.events.values import LostRows
from models.identifiers import Actor, JourneyId
from models.message import Message, msg

NOT_STATED = msg(
    "the_loss_takes_two.not_stated", "No operator has stated before that these rows are lost. Have it stated first."
)


def why_not_by_two(
    register: Register, journey_id: JourneyId, lost: LostRows, actor: Actor, key: str | None, at: datetime
) -> Message | None:
    """Why somebody may not give up rows at a moment, signing with a key; None where another operator has said the same
    before, with another key."""
    stated = register.lost.get(lost.statement)
    if (
        stated is None
        or stated.said.at > at
        or (stated.said.journey, stated.said.first, stated.said.last) != (journey_id, lost.first, lost.last)
    ):
        return NOT_STATED
    if actor.name == stated.by or key == stated.key:
        return msg(
            "the_loss_takes_two.same_person",
            "Nobody gives up rows alone. Ask another operator with a key of their own.",
        )
    return None
