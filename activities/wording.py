"""What a mail says of a deadline and beside the facts, in English, and which wording a notice gets."""

from collections.abc import Mapping

from activities.event_wording import WORDINGS, Wording
from activities.letterhead import Audience
from activities.staff_wording import wording_for_colleagues
from models.events.values import DeadlineStep
from models.message import N_
from models.partners.notice import CORRECTED, SOMETHING_TO_READ, STRUCK, field_of
from models.state.deadlines import CONVERSION, RETURN
from models.state.obligations import QUESTION, REMINDER

DEADLINE_WORDINGS = {
    DeadlineStep.REMINDER: Wording(
        N_("Reminder: {deadline}"),
        N_("The day draws near: {deadline}. Please tell the coordinator in good time if that will be difficult."),
        N_(
            "The day draws near: {deadline}, to be done by {due_on}. Please tell the coordinator in good time if that"
            " will be difficult."
        ),
    ),
    DeadlineStep.DUE: Wording(
        N_("Due now: {deadline}"),
        N_("The day has come: {deadline}. If it is done already, it only needs to be registered."),
        N_(
            "The day has come: {deadline}, to be done by {due_on}. If it is done already, it only needs to be"
            " registered."
        ),
    ),
    DeadlineStep.ESCALATION: Wording(
        N_("Overdue: {deadline}"),
        N_(
            "This was to be done, and is not: {deadline}. Somebody is waiting – please see what stands in the way and"
            " who can help."
        ),
        N_(
            "This was to be done by {due_on}, and is not: {deadline}. Somebody is waiting – please see what stands in"
            " the way and who can help."
        ),
    ),
}

REMINDED_WORDING = Wording(
    N_("Reminder: {deadline}"),
    N_(
        "We remind you of our letter “{letter}” of {letter_on}, number {letter_number}. Please tell the coordinator in"
        " good time if what it asks for will be difficult."
    ),
    N_(
        "We remind you of our letter “{letter}” of {letter_on}, number {letter_number}, and wait for {deadline} by"
        " {due_on}. Please tell the coordinator in good time if that will be difficult."
    ),
)
"""What a partner is told who is reminded of a letter that is not confirmed or answered."""

CONVERSION_WORDING = Wording(
    N_("The law will soon make the role permanent"),
    N_(
        "If the role goes on as agreed, the law makes it permanent. Please settle in good time what is to follow, and"
        " tell the candidate."
    ),
    N_(
        "If the role goes on as agreed, the law makes it permanent on {due_on}. Please settle in good time what is to"
        " follow, and tell the candidate."
    ),
)

RETURN_WORDING = Wording(
    N_("The pause comes to its end"),
    N_(
        "The candidate's pause is about to end. Please get in touch with the candidate, and record that the journey"
        " goes on, or until when the pause lasts instead."
    ),
    N_(
        "The candidate's pause is to end on {due_on}. Please get in touch with the candidate, and record that the"
        " journey goes on, or until when the pause lasts instead."
    ),
)

REMINDER_WORDING = Wording(
    N_("A reminder for you"),
    N_("A reminder that was set on the candidate's journey is for today. What it is about stands in Hela vägen."),
    N_("A reminder that was set on the candidate's journey is for {due_on}. What it is about stands in Hela vägen."),
)

QUESTION_WORDING = Wording(
    N_("Somebody has written about a candidate"),
    N_(
        "A question or a remark on the candidate's journey waits for you. Read it in Hela vägen, and record there that"
        " it is done."
    ),
    N_(
        "A question or a remark of {due_on} on the candidate's journey waits for you. Read it in Hela vägen, and record"
        " there that it is done."
    ),
)

STRUCK_WORDING = Wording(
    N_("Something we told you is taken back"),
    N_(
        "Something that an earlier notice told of no longer holds. Please disregard that notice, and call the"
        " coordinator if you have acted on it."
    ),
    N_(
        "What an earlier notice told of no longer holds: {corrected}. Please disregard that notice, and call the"
        " coordinator if you have acted on it."
    ),
)

NOTHING_CHANGED_WORDING = Wording(
    N_("A fact has been corrected"),
    N_(
        "Something recorded earlier about the candidate's journey has been corrected. Nothing that we have told you has"
        " changed, and you need not do anything."
    ),
)
"""For whoever may learn nothing of what was corrected."""

WITH_WORDINGS_OF_THEIR_OWN = {CONVERSION: CONVERSION_WORDING, RETURN: RETURN_WORDING}
"""Deadlines of which every step is told in the same words."""

UNTOLD_WORDING = Wording(
    N_("There is something to read"),
    N_(
        "Something has happened in the candidate's journey that we do not write about here. Read it in Hela vägen,"
        " or ask the coordinator."
    ),
)
"""Of somebody who is protected, whatever has happened."""

LABELS = {
    "corrected": N_("What is corrected"),
    "reference": N_("Your reference"),
    "referred_on": N_("Your referral of"),
    "candidate": N_("Candidate"),
    "programme": N_("Programme"),
    "effective_on": N_("Date"),
    "corrected_on": N_("Corrected on"),
    "stage": N_("The journey is now in"),
    "position": N_("Position"),
    "unit": N_("Unit"),
    "town": N_("Town"),
    "form": N_("Form of employment"),
    "looks_after": N_("Supervisor"),
    "starts_on": N_("First day"),
    "ends_on": N_("Last day"),
    "hours_a_week": N_("Hours a week"),
    "until": N_("Paused until"),
    "leaves": N_("Coordinator until now"),
    "takes_over": N_("Coordinator from now on"),
    "deadline": N_("What it is about"),
    "due_on": N_("Due by"),
    "answer_by": N_("Answer by"),
    "contact": N_("Whom to ask"),
    "phone": N_("Telephone"),
    "email": N_("E-mail"),
    "notice_id": N_("Notice"),
}
"""Only facts that have a label are shown in a mail, in this order."""

LABELS_OF_THEN = {"stage": N_("The journey was then in")}
"""What is called otherwise where a letter is shown later."""

SHARED = {
    "greeting": N_("Hello,"),
    "privacy": N_(
        "Please use the candidate's number only. Never write a name, a personal identity number or anything about"
        " health in a reply."
    ),
    "farewell": N_("Kind regards"),
}
"""What every mail says."""


ANSWERS = {
    Audience.PARTNER: N_(
        "Please reply to this mail and leave the number of the notice in place: then we know that it has reached you."
        " Reply or call as well if something is wrong or unclear."
    ),
    Audience.STAFF: N_(
        "Record in Hela vägen what you do about it. There you also see all that has happened. Ask the coordinator if"
        " something is wrong or unclear."
    ),
    Audience.LOOKS_AFTER: N_("Reply to this mail or call the coordinator if something is wrong or unclear."),
    Audience.COURIER: N_(
        "Please tell the candidate this in the way they want to be reached, which Hela vägen shows. It stands in My day"
        " there until you note that the candidate knows. Do not reply to this mail: no reply notes it."
    ),
}
"""What each reader can do with a mail."""


BY_LINK = {
    Audience.PARTNER: N_(
        "Here you confirm the letter, answer and ask, without logging in, until {until}. The link is yours alone, so"
        " please do not send it on:"
    ),
    Audience.LOOKS_AFTER: N_(
        "Here you record a check-in, evaluate and ask about this candidate, without logging in, until {until}. The link"
        " is yours alone, so please do not send it on:"
    ),
}
"""What stands before a link, by who may use it."""


AT_THE_DESK = N_("Open it in Hela vägen:")
"""What stands before a link to the desk, for those who work there."""


TO_BE_TOLD = N_("Tell the candidate: {heading}")
"""How the heading begins for whoever is to tell."""


def wording_of(kind: str, details: Mapping[str, str], audience: Audience = Audience.PARTNER) -> Wording | None:
    """The wording for a kind of event and whoever reads it; of a deadline, for the step that it takes."""
    if kind == SOMETHING_TO_READ:
        return UNTOLD_WORDING
    changed = any(name != field_of(name) for name in details)
    if (changed or STRUCK in details or kind != CORRECTED) and (
        own := wording_for_colleagues(kind, details, audience)
    ) is not None:
        return own
    if kind == CORRECTED:
        return STRUCK_WORDING if STRUCK in details else WORDINGS[kind] if changed else NOTHING_CHANGED_WORDING
    if kind != "deadline_passed":
        return WORDINGS.get(kind)
    if (deadline := details.get("deadline", "")) in WITH_WORDINGS_OF_THEIR_OWN:
        return WITH_WORDINGS_OF_THEIR_OWN[deadline]
    if deadline.startswith(QUESTION):
        return QUESTION_WORDING
    if deadline.startswith(REMINDER):
        return REMINDER_WORDING
    try:
        return DEADLINE_WORDINGS[DeadlineStep(details.get("step", DeadlineStep.DUE))]
    except ValueError:
        return DEADLINE_WORDINGS[DeadlineStep.DUE]
