"""What somebody is to know of a kind of event before they record it."""

from models.events.events import EVENT_CLASSES
from models.message import Message, msg
from models.state.state import State

INSTEAD = {"referral_declined": "withdrawn"}
"""What is recorded instead, where it was the other one who said so."""

BY_THE_EMPLOYER = msg(
    "note.declined_by_the_employer",
    "This says that the employer declines, and the partner that referred is told so. If the candidate has said no,"
    " record instead: {instead}.",
    instead=EVENT_CLASSES[INSTEAD["referral_declined"]].named,
)

COLLEAGUE_DECIDES = msg(
    "note.colleague_decides",
    "The person who evaluates cannot decide on the role afterwards. A colleague records that decision.",
)


def note_on(kind: str, state: State | None) -> Message | None:
    """The note on a kind of event in a journey; None where there is nothing to be known."""
    if kind == "referral_declined":
        return BY_THE_EMPLOYER
    if kind == "evaluation_recorded" and state is not None and state.rules.decisions.by_two:
        return COLLEAGUE_DECIDES
    return None
