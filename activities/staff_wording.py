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
        N_("The candidate returns to whoever made the referral"),
        N_(
            "The journey with us has ended, and the candidate's next step is again with whoever made the referral. What"
            " you had planned with the candidate falls away, also an evaluation that is not made."
        ),
    ),
    "withdrawn": Wording(
        N_("The candidate has chosen to leave"),
        N_(
            "The candidate has chosen not to go on in the programme, and the journey is closed. What you had planned"
            " with the candidate falls away, also an evaluation that is not made."
        ),
    ),
    "discontinued": Wording(
        N_("The journey is closed"),
        N_(
            "The employer has ended the candidate's journey in the programme. What you had planned with the candidate"
            " falls away, also an evaluation that is not made. The coordinator will gladly tell you more."
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
