"""What a notice says to colleagues who are to do something else than a partner: who looks after somebody, and who is to
tell the candidate. In English; the Swedish is in the catalogue."""

from collections.abc import Mapping

from activities.event_wording import Wording
from activities.letterhead import Audience
from models.message import N_
from models.partners.notice import CORRECTED, STRUCK

TO_STAFF = {
    "internship_agreed": Wording(
        N_("An internship is agreed"),
        N_(
            "An internship is arranged for the candidate. If you are to look after the candidate, the coordinator tells"
            " you who it is and plans the first day with you."
        ),
        N_(
            "An internship is arranged for the candidate, from {starts_on} to {ends_on}. If you are to look after the"
            " candidate, the coordinator tells you who it is and plans the first day with you."
        ),
    ),
    "internship_completed": Wording(
        N_("The internship is completed"),
        N_(
            "The candidate's internship has ended. An evaluation comes next. If you are the supervisor, please make it"
            " and go through it with the candidate. Thank you for your help!"
        ),
        N_(
            "The candidate's internship ended on {now_ends_on}, before the agreed last day, {was_ends_on}. An"
            " evaluation comes next. If you are the supervisor, please make it and go through it with the candidate."
            " Thank you for your help!"
        ),
    ),
    "internship_interrupted": Wording(
        N_("The internship ended early"),
        N_(
            "The candidate's internship has ended before its last day, and you need not look after the candidate any"
            " more. The coordinator will gladly tell you more."
        ),
    ),
    "returned_to_agency": Wording(
        N_("The candidate returns to the referring partner"),
        N_(
            "The journey with us has ended, and the candidate's next step is again with the referring partner. Please"
            " cancel what you had planned with the candidate. No evaluation needs to be made."
        ),
    ),
    "withdrawn": Wording(
        N_("The candidate has chosen to leave"),
        N_(
            "The candidate has chosen not to go on in the programme, and the journey is closed. Please cancel what"
            " you had planned with the candidate. No evaluation needs to be made."
        ),
    ),
    "discontinued": Wording(
        N_("The journey is closed"),
        N_(
            "The employer has ended the candidate's journey in the programme. Please cancel what you had planned with"
            " the candidate. No evaluation needs to be made. The coordinator will gladly tell you more."
        ),
    ),
    CORRECTED: Wording(
        N_("A fact has been corrected"),
        N_(
            "Something recorded earlier about the candidate's journey was wrong and has been corrected in the open."
            " Below you see what it was and what it is now, which holds instead of what you were told. Talk to the"
            " coordinator if you have acted on that."
        ),
    ),
}
"""To supervisors, mentors, coordinators and managers."""

TO_COURIERS = {
    "referral_accepted": Wording(
        N_("The referral is accepted"),
        N_(
            "We take the candidate on in the programme. Next comes the requirement check: say when and where you meet"
            " for it, and what to bring."
        ),
    ),
    "referral_declined": Wording(
        N_("The referral could not be accepted"),
        N_(
            "We cannot take the candidate on in the programme this time. Say why, and that the candidate's next step"
            " is with the referring partner, who has been told."
        ),
    ),
    "internship_agreed": Wording(
        N_("An internship is agreed"),
        N_("An internship is arranged. Say where and when the candidate begins, and who looks after them there."),
        N_(
            "An internship is arranged, from {starts_on} to {ends_on}. Say where and at what time the candidate begins,"
            " and who looks after them there."
        ),
    ),
    "internship_completed": Wording(
        N_("The internship is completed"),
        N_("The candidate's internship has ended. Say what comes next: the evaluation, and when you talk it through."),
        N_(
            "The candidate's internship ended on {now_ends_on}, before the agreed last day, {was_ends_on}. Say what"
            " comes next: the evaluation, and when you talk it through."
        ),
    ),
    "internship_interrupted": Wording(
        N_("The internship ended early"),
        N_("The candidate's internship has ended before its last day. Say why, and what comes next."),
    ),
    "temporary_role_agreed": Wording(
        N_("A temporary role is agreed"),
        N_("The candidate gets a temporary role. Say where and when it begins, and what is to be signed before that."),
        N_(
            "The candidate gets a temporary role, from {starts_on} to {ends_on}. Say where it is, and what is to be"
            " signed before it begins."
        ),
    ),
    "permanent_role_agreed": Wording(
        N_("A permanent role is agreed"),
        N_("The candidate gets a permanent role. Say where and when it begins, and what is to be signed before that."),
        N_(
            "The candidate gets a permanent role from {starts_on}. Say where it is, and what is to be signed before it"
            " begins."
        ),
    ),
    "returned_to_agency": Wording(
        N_("The candidate returns to the referring partner"),
        N_(
            "The journey with us has ended, and the candidate's next step is with the referring partner, who has been"
            " told. Say why, and whom to turn to there."
        ),
    ),
    "discontinued": Wording(
        N_("The journey is closed"),
        N_(
            "The employer has ended the candidate's journey in the programme. Say why, and whom the candidate can turn"
            " to now."
        ),
    ),
    CORRECTED: Wording(
        N_("A fact has been corrected"),
        N_(
            "Something that the candidate was told was wrong and has been corrected. Below you see what it was and what"
            " it is now."
        ),
    ),
    STRUCK: Wording(
        N_("Something we told you is taken back"),
        N_("Something that the candidate was told of no longer holds."),
        N_("What the candidate was told of no longer holds: {corrected}."),
    ),
}
"""To whoever is to tell the candidate."""


def wording_for_colleagues(kind: str, details: Mapping[str, str], audience: Audience) -> Wording | None:
    """What is said to a colleague in other words than to a partner; None where it is the same."""
    if kind == CORRECTED and STRUCK in details:
        return TO_COURIERS[STRUCK] if audience is Audience.COURIER else None
    words = {Audience.STAFF: TO_STAFF, Audience.LOOKS_AFTER: TO_STAFF, Audience.COURIER: TO_COURIERS}
    return words.get(audience, {}).get(kind)
