"""What somebody is to know of a kind of event before they record it, and once they have."""

from collections.abc import Iterable

from models.events.events import EVENT_CLASSES
from models.message import Message, msg
from models.projections.open_items import OpenItem
from models.state.state import State
from runtime.i18n import _
from services.days import in_full

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


def answer_wanted(kind: str, items: Iterable[OpenItem]) -> str:
    """Until which day an answer to the offer that was just made is wanted, by what is waited for then; else nothing."""
    days = [one.due_on for one in items if one.what == "offer_answer" and one.due_on is not None]
    if kind != "place_offered" or not days:
        return ""
    return _("The candidate is to answer by {day}. After that day the offer lapses.", day=in_full(days[0]))
