"""What a notice says of each kind of event, in English; the Swedish is in the catalogue.

Nothing on how it went or why: that belongs in a conversation, not in e-mail.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from models.events.events import DeadlineStep
from models.message import Sentence, mark, say
from models.state.deadlines import CONVERSION


@dataclass(frozen=True)
class Wording:
    """A heading and what is told; `detailed` is told instead where the notice has all the facts that stand in it."""

    heading: str
    told: str
    detailed: str | None = None


WORDINGS = {
    "referred": Wording(
        mark("A new journey has begun"),
        mark(
            "A candidate has been referred to the programme. The coordinator now considers the referral and will be in"
            " touch with whoever made it."
        ),
    ),
    "referral_accepted": Wording(
        mark("The referral is accepted"),
        mark(
            "We are glad to take the candidate on. Next comes the requirement check, where we look at what this job"
            " really needs."
        ),
    ),
    "referral_declined": Wording(
        mark("The referral could not be accepted"),
        mark(
            "We are sorry that we cannot take the candidate on in the programme this time. Thank you for your trust –"
            " please ask the coordinator how we can go on from here."
        ),
    ),
    "requirements_checked": Wording(
        mark("The requirement check is done"),
        mark(
            "The candidate has been held against the requirement profile, requirement by requirement. Below you see"
            " which stage the journey is in now."
        ),
    ),
    "union_consulted": Wording(
        mark("You are asked for your view"),
        mark(
            "The employer considers an agreement for the candidate and wants to hear you first. Please answer as"
            " soon as you can: that you have no objection, that you want to negotiate, or that you object."
        ),
        mark(
            "The employer considers {about} for the candidate and wants to hear you first. Please answer by"
            " {answer_by}: that you have no objection, that you want to negotiate, or that you object."
        ),
    ),
    "union_answered": Wording(
        mark("A union has answered"),
        mark(
            "A union has answered the employer's question. The coordinator sees the answer and will be in touch where"
            " needed."
        ),
    ),
    "internship_agreed": Wording(
        mark("An internship is agreed"),
        mark("An internship is arranged for the candidate. A warm welcome!"),
        mark("An internship is arranged for the candidate, from {starts_on} to {ends_on}. A warm welcome!"),
    ),
    "internship_extended": Wording(
        mark("The internship has a new last day"),
        mark("The candidate's internship has a new last day."),
        mark("The candidate's internship has a new last day: {ends_on}."),
    ),
    "check_in_recorded": Wording(
        mark("A check-in has been held"),
        mark("The candidate and the workplace have had a check-in. You need not do anything."),
    ),
    "internship_completed": Wording(
        mark("The internship is completed"),
        mark(
            "The candidate's internship has ended as agreed. An evaluation comes next. Thank you to everybody who"
            " helped!"
        ),
    ),
    "internship_interrupted": Wording(
        mark("The internship ended early"),
        mark(
            "The candidate's internship has ended before its last day. Below you see which stage the journey is in now;"
            " the coordinator will gladly tell you more."
        ),
    ),
    "evaluation_recorded": Wording(
        mark("An evaluation is done"),
        mark(
            "The candidate's time at the workplace has been evaluated against the programme's criteria. The coordinator"
            " will come back to you about what happens next."
        ),
    ),
    "self_evaluation_recorded": Wording(
        mark("The candidate's own evaluation is done"),
        mark(
            "The candidate has evaluated the time at the workplace against the same criteria. The coordinator will come"
            " back to you about what happens next."
        ),
    ),
    "temporary_role_agreed": Wording(
        mark("A temporary role is agreed"),
        mark("The candidate has been given a temporary role. Good news!"),
        mark("The candidate has been given a temporary role, from {starts_on} to {ends_on}. Good news!"),
    ),
    "temporary_role_extended": Wording(
        mark("The temporary role has a new last day"),
        mark("The candidate's temporary role has a new last day."),
        mark("The candidate's temporary role has a new last day: {ends_on}."),
    ),
    "role_converted": Wording(
        mark("The temporary role has become permanent"),
        mark(
            "By law the candidate's temporary role is now permanent: it has lasted longer than the law lets a role be"
            " temporary. Please see to it that the papers say so."
        ),
    ),
    "temporary_role_ended": Wording(
        mark("The temporary role has ended"),
        mark(
            "The candidate's temporary role has ended. An evaluation comes next, so that the next step begins where"
            " this one ended."
        ),
    ),
    "permanent_role_agreed": Wording(
        mark("A permanent role is agreed"),
        mark("The candidate has been given a permanent role. The whole way – thank you for your part in it!"),
        mark(
            "The candidate has been given a permanent role from {starts_on}. The whole way – thank you for your part in"
            " it!"
        ),
    ),
    "returned_to_agency": Wording(
        mark("The candidate returns to whoever made the referral"),
        mark(
            "The journey with us has ended, and the candidate's next step is again with whoever made the referral."
            " Please get in touch with the coordinator, so that we hand over well."
        ),
    ),
    "withdrawn": Wording(
        mark("The candidate has chosen to leave"),
        mark("The candidate has chosen not to go on in the programme, and the journey is closed."),
    ),
    "discontinued": Wording(
        mark("The journey is closed"),
        mark(
            "The employer has ended the candidate's journey in the programme. The coordinator will gladly tell"
            " you more."
        ),
    ),
    "paused": Wording(
        mark("The journey is paused"),
        mark("The candidate's journey stands still for a time. No deadline runs while it is paused."),
    ),
    "resumed": Wording(
        mark("The journey goes on"),
        mark("The pause is over, and the candidate's journey goes on from where it was."),
    ),
    "reopened": Wording(
        mark("The journey is open again"),
        mark("The candidate's journey had been closed, and now goes on from the stage it was in."),
    ),
    "coordinator_changed": Wording(
        mark("Another coordinator takes over"),
        mark(
            "Another coordinator looks after the candidate from now on. If you are the one who leaves or takes over,"
            " please go through together what is left to do."
        ),
    ),
    "partner_acknowledged": Wording(
        mark("A notice has been acknowledged"),
        mark("A partner has confirmed that a notice about the candidate has reached it."),
    ),
    "follow_up_recorded": Wording(
        mark("A follow-up is done"),
        mark("The candidate's journey has been followed up, so that we learn what works."),
        mark("The candidate's journey has been followed up {after_days} days afterwards, so that we learn what works."),
    ),
    "note_added": Wording(
        mark("A note has been added"),
        mark("A note has been added to the candidate's journey. Nothing follows from it."),
    ),
    "rules_changed": Wording(
        mark("The programme's rules are updated"),
        mark(
            "From now on the candidate's journey follows the programme's new rules. What has happened already stands."
        ),
    ),
    "repaired": Wording(
        mark("The record has been put right"),
        mark(
            "A technical fault in how the candidate's journey is kept has been mended. Nothing has changed for the"
            " candidate, and you need not do anything."
        ),
    ),
    "corrected": Wording(
        mark("A fact has been corrected"),
        mark(
            "Something recorded earlier about the candidate's journey was wrong and has been corrected in the open. If"
            " you have acted on an earlier notice, please ask the coordinator what holds."
        ),
    ),
}

DEADLINE_WORDINGS = {
    DeadlineStep.REMINDER: Wording(
        mark("Reminder: {deadline}"),
        mark("The day draws near: {deadline}. Please tell the coordinator in good time if that will be difficult."),
        mark(
            "The day draws near: {deadline}, to be done by {due_on}. Please tell the coordinator in good time if that"
            " will be difficult."
        ),
    ),
    DeadlineStep.DUE: Wording(
        mark("Due now: {deadline}"),
        mark("The day has come: {deadline}. If it is done already, it only needs to be registered."),
        mark(
            "The day has come: {deadline}, to be done by {due_on}. If it is done already, it only needs to be"
            " registered."
        ),
    ),
    DeadlineStep.ESCALATION: Wording(
        mark("Overdue: {deadline}"),
        mark(
            "This was to be done, and is not: {deadline}. Somebody is waiting – please see what stands in the way and"
            " who can help."
        ),
        mark(
            "This was to be done by {due_on}, and is not: {deadline}. Somebody is waiting – please see what stands in"
            " the way and who can help."
        ),
    ),
}

CONVERSION_WORDING = Wording(
    mark("The law will soon make the role permanent"),
    mark(
        "If the role goes on as agreed, the law makes it permanent. Please settle in good time what is to follow, and"
        " tell the candidate."
    ),
    mark(
        "If the role goes on as agreed, the law makes it permanent on {due_on}. Please settle in good time what is to"
        " follow, and tell the candidate."
    ),
)

DEADLINES = {
    "referral_unanswered": mark("answer to the referral"),
    "requirement_check_due": mark("requirement check"),
    "placement_due": mark("a place for the internship"),
    "check_in_due": mark("check-in"),
    "internship_ending": mark("wrapping up the internship"),
    "evaluation_due": mark("evaluation"),
    "decision_due": mark("decision on what comes next"),
    "role_ending": mark("wrapping up the temporary role"),
    CONVERSION: mark("the role becoming permanent by law"),
}
"""Deadlines that programmes have; one of another name is called by it."""

FOLLOW_UP = "follow_up_"

BY_THEIR_BEGINNING = {
    "acknowledgement_": mark("confirmation of a notice"),
    "hearing_": mark("the union's answer"),
}
"""Deadlines of which there may be several at a time."""

AGREEMENTS = {
    "internship_agreed": mark("an internship"),
    "temporary_role_agreed": mark("a temporary role"),
    "permanent_role_agreed": mark("a permanent role"),
}

LABELS = {
    "candidate": mark("Candidate"),
    "programme": mark("Programme"),
    "effective_on": mark("Date"),
    "stage": mark("The journey is now in"),
    "position": mark("Position"),
    "form": mark("Form of employment"),
    "starts_on": mark("First day"),
    "ends_on": mark("Last day"),
    "deadline": mark("What it is about"),
    "due_on": mark("Due by"),
    "answer_by": mark("Answer by"),
    "notice_id": mark("Notice"),
}
"""Only facts that have a label are shown in a mail, in this order."""

SHARED = {
    "greeting": mark("Hello,"),
    "answer": mark(
        "Please reply to this mail and leave the number of the notice in place: then we know that it has reached you."
        " Reply as well if something is wrong or unclear, and the coordinator will help you."
    ),
    "privacy": mark(
        "Please use the candidate's number only. Never write a name, a personal identity number or anything about"
        " health in a reply."
    ),
    "farewell": mark("Kind regards"),
}
"""What every mail says."""


def agreement_in_words(kind: str) -> Sentence:
    """What is to be agreed, as a union is asked about it."""
    return Sentence(text=AGREEMENTS[kind]) if kind in AGREEMENTS else say("an agreement")


def has_words(deadline: str) -> bool:
    """Whether a deadline is called otherwise than by its name."""
    return deadline in DEADLINES or deadline.startswith((FOLLOW_UP, *BY_THEIR_BEGINNING))


def deadline_in_words(name: str) -> Sentence:
    """What a deadline is about."""
    if name.startswith(FOLLOW_UP):
        return say("follow-up {days} days afterwards", days=name.removeprefix(FOLLOW_UP))
    if name in DEADLINES:
        return Sentence(text=DEADLINES[name])
    for beginning, text in BY_THEIR_BEGINNING.items():
        if name.startswith(beginning):
            return Sentence(text=text)
    return Sentence(text="{name}", values={"name": name.replace("_", " ").replace("-", " ")})


def wording_of(kind: str, details: Mapping[str, str]) -> Wording | None:
    """The wording for a kind of event; of a deadline, for the step that it takes."""
    if kind != "deadline_passed":
        return WORDINGS.get(kind)
    if details.get("deadline") == CONVERSION:
        return CONVERSION_WORDING
    try:
        return DEADLINE_WORDINGS[DeadlineStep(details.get("step", DeadlineStep.DUE))]
    except ValueError:
        return DEADLINE_WORDINGS[DeadlineStep.DUE]
