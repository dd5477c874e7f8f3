"""What deadlines, agreements and facts are called, in English; the Swedish is in the catalogue."""

from models.message import N_, Message, msg
from models.state.deadlines import CONVERSION

DEADLINES = {
    "referral_unanswered": N_("answer to the referral"),
    "requirement_check_due": N_("requirement check"),
    "placement_due": N_("a place for the internship"),
    "check_in_due": N_("check-in"),
    "internship_ending": N_("wrapping up the internship"),
    "evaluation_due": N_("evaluation"),
    "decision_due": N_("decision on what comes next"),
    "role_ending": N_("wrapping up the temporary role"),
    CONVERSION: N_("the role becoming permanent by law"),
}
"""Deadlines that programmes have; one of another name is called by it."""

FOLLOW_UP = "follow_up_"

BY_THEIR_BEGINNING = {
    "acknowledgement_": N_("confirmation of a notice"),
    "hearing_": N_("the union's answer"),
}
"""Deadlines of which there may be several at a time."""

AGREEMENTS = {
    "internship_agreed": N_("an internship"),
    "temporary_role_agreed": N_("a temporary role"),
    "permanent_role_agreed": N_("a permanent role"),
}

LABELS = {
    "candidate": N_("Candidate"),
    "programme": N_("Programme"),
    "effective_on": N_("Date"),
    "stage": N_("The journey is now in"),
    "position": N_("Position"),
    "form": N_("Form of employment"),
    "starts_on": N_("First day"),
    "ends_on": N_("Last day"),
    "deadline": N_("What it is about"),
    "due_on": N_("Due by"),
    "answer_by": N_("Answer by"),
    "notice_id": N_("Notice"),
}
"""Only facts that have a label are shown in a mail, in this order."""

SHARED = {
    "greeting": N_("Hello,"),
    "answer": N_(
        "Please reply to this mail and leave the number of the notice in place: then we know that it has reached you."
        " Reply as well if something is wrong or unclear, and the coordinator will help you."
    ),
    "privacy": N_(
        "Please use the candidate's number only. Never write a name, a personal identity number or anything about"
        " health in a reply."
    ),
    "farewell": N_("Kind regards"),
}
"""What every mail says."""


def agreement_in_words(kind: str) -> Message:
    """What is to be agreed, as a union is asked about it."""
    return Message(text=AGREEMENTS[kind]) if kind in AGREEMENTS else msg("agreement.some", "an agreement")


def has_words(deadline: str) -> bool:
    """Whether a deadline is called otherwise than by its name."""
    return deadline in DEADLINES or deadline.startswith((FOLLOW_UP, *BY_THEIR_BEGINNING))


def deadline_in_words(name: str) -> Message:
    """What a deadline is about."""
    if name.startswith(FOLLOW_UP):
        return msg("deadline.follow_up", "follow-up {days} days afterwards", days=name.removeprefix(FOLLOW_UP))
    if name in DEADLINES:
        return Message(text=DEADLINES[name])
    for beginning, text in BY_THEIR_BEGINNING.items():
        if name.startswith(beginning):
            return Message(text=text)
    return Message(text="{name}", values={"name": name.replace("_", " ").replace("-", " ")})
