"""What a notice says of each kind of event, in English; the Swedish is in the catalogue.

Nothing on how it went or why: that belongs in a conversation, not in e-mail.
"""

from dataclasses import dataclass

from models.message import N_


@dataclass(frozen=True)
class Wording:
    """A heading and what is told; `detailed` is told instead where the notice has all the facts that stand in it."""

    heading: str
    told: str
    detailed: str | None = None


WORDINGS = {
    "referred": Wording(
        N_("The referral has been received"),
        N_(
            "We have received the referral. From now on our letters call the candidate {candidate}, so please keep that"
            " number with your papers. The coordinator now considers the referral, and you will hear from us. Call the"
            " coordinator if you do not know whom it is about."
        ),
    ),
    "referral_accepted": Wording(
        N_("The referral is accepted"),
        N_(
            "We are glad to take the candidate on. Next comes the requirement check, where we look at what this job"
            " really needs."
        ),
    ),
    "referral_declined": Wording(
        N_("The referral could not be accepted"),
        N_(
            "We are sorry that we cannot take the candidate on in the programme this time. Thank you for your trust –"
            " please ask the coordinator how we can go on from here."
        ),
    ),
    "requirements_checked": Wording(
        N_("The requirement check is done"),
        N_(
            "The candidate has been assessed against the requirement profile, requirement by requirement. Below you"
            " see which stage the journey is in now."
        ),
    ),
    "union_consulted": Wording(
        N_("You are asked for your view"),
        N_(
            "The employer considers an agreement for the candidate and wants to hear you first. Please answer as"
            " soon as you can: that you have no objection, that you want to negotiate, or that you object."
        ),
        N_(
            "The employer considers {about} for the candidate and wants to hear you first. Please answer by"
            " {answer_by}: that you have no objection, that you want to negotiate, or that you object."
        ),
    ),
    "union_answered": Wording(
        N_("A union has answered"),
        N_(
            "A union has answered the employer's question. The coordinator sees the answer and will be in touch where"
            " needed."
        ),
    ),
    "lot_drawn": Wording(
        N_("Lots were drawn"),
        N_(
            "Lots were drawn of those who wait for a place. The candidate has a number, and places are offered in that"
            " order. You need not do anything."
        ),
    ),
    "place_offered": Wording(
        N_("A place is offered"),
        N_("The candidate has been offered a place and has some days to answer. You need not do anything."),
        N_(
            "The candidate has been offered a place, from {starts_on} to {ends_on}, and has some days to answer. You"
            " need not do anything."
        ),
    ),
    "offer_answered": Wording(
        N_("The offer of a place is answered"),
        N_("The candidate has answered the offer of a place. The coordinator will be in touch where needed."),
    ),
    "internship_agreed": Wording(
        N_("An internship is agreed"),
        N_("An internship is arranged for the candidate."),
        N_("An internship is arranged for the candidate, from {starts_on} to {ends_on}."),
    ),
    "internship_extended": Wording(
        N_("The internship has a new last day"),
        N_("The candidate's internship has a new last day."),
        N_("The candidate's internship has a new last day: {ends_on}."),
    ),
    "check_in_recorded": Wording(
        N_("A check-in has been held"),
        N_("The candidate and the workplace have had a check-in. You need not do anything."),
    ),
    "internship_completed": Wording(
        N_("The internship is completed"),
        N_(
            "The candidate's internship has ended as agreed. An evaluation comes next, and you need not do anything."
            " Thank you to everybody who helped!"
        ),
        N_(
            "The candidate's internship ended on {now_ends_on}, before the agreed last day, {was_ends_on}. An"
            " evaluation comes next, and you need not do anything. Thank you to everybody who helped!"
        ),
    ),
    "internship_interrupted": Wording(
        N_("The internship ended early"),
        N_(
            "The candidate's internship has ended before its last day. Below you see which stage the journey is in now."
            " The coordinator will gladly tell you more."
        ),
    ),
    "evaluation_recorded": Wording(
        N_("An evaluation is done"),
        N_(
            "The candidate's time at the workplace has been evaluated against the programme's criteria. The coordinator"
            " will come back to you about what happens next."
        ),
    ),
    "self_evaluation_recorded": Wording(
        N_("The candidate's own evaluation is done"),
        N_(
            "The candidate has evaluated the time at the workplace against the same criteria. The coordinator will come"
            " back to you about what happens next."
        ),
    ),
    "temporary_role_agreed": Wording(
        N_("A temporary role is agreed"),
        N_("The candidate has been given a temporary role. Good news!"),
        N_("The candidate has been given a temporary role, from {starts_on} to {ends_on}. Good news!"),
    ),
    "temporary_role_extended": Wording(
        N_("The temporary role has a new last day"),
        N_("The candidate's temporary role has a new last day."),
        N_("The candidate's temporary role has a new last day: {ends_on}."),
    ),
    "employment_found_elsewhere": Wording(
        N_("Employment in another journey counts here"),
        N_(
            "The candidate has, or has had, time-limited employment with us in another journey, or what is known of it"
            " has changed. It counts together with what is agreed here. Look at the limits before you agree on"
            " anything."
        ),
    ),
    "role_converted": Wording(
        N_("The temporary role has become permanent"),
        N_(
            "By law the candidate's temporary role is now permanent: it has lasted longer than the law lets a role be"
            " temporary. Please see to it that the papers say so."
        ),
    ),
    "temporary_role_ended": Wording(
        N_("The temporary role has ended"),
        N_(
            "The candidate's temporary role has ended. An evaluation comes next, so that the next step begins where"
            " this one ended."
        ),
        N_(
            "The candidate's temporary role ended on {now_ends_on}, before the agreed last day, {was_ends_on}. An"
            " evaluation comes next, so that the next step begins where this one ended."
        ),
    ),
    "permanent_role_agreed": Wording(
        N_("A permanent role is agreed"),
        N_("The candidate has been given a permanent role. The whole way – thank you for your part in it!"),
        N_(
            "The candidate has been given a permanent role from {starts_on}. The whole way – thank you for your part in"
            " it!"
        ),
    ),
    "returned_to_agency": Wording(
        N_("The candidate returns to the referring partner"),
        N_(
            "The journey with us has ended, and the candidate's next step is again with the referring partner. Please"
            " get in touch with the coordinator, so that we hand over well."
        ),
    ),
    "withdrawn": Wording(
        N_("The candidate has chosen to leave"),
        N_(
            "The candidate has chosen not to go on in the programme, and the journey is closed. You need not do"
            " anything."
        ),
    ),
    "discontinued": Wording(
        N_("The journey is closed"),
        N_(
            "The employer has ended the candidate's journey in the programme. The coordinator will gladly tell"
            " you more."
        ),
    ),
    "paused": Wording(
        N_("The journey is paused"),
        N_(
            "The candidate's journey is on hold for a time. Meanwhile the candidate does not come, and no deadlines"
            " run. An agreed last day stands, also in the pause, unless you hear of another one."
        ),
        N_(
            "The candidate's journey is on hold, and is to be resumed on {until}. Until then the candidate does not"
            " come, and no deadlines run. An agreed last day stands, also in the pause, unless you hear of another one."
        ),
    ),
    "pause_extended": Wording(
        N_("The pause ends on another day"),
        N_("The candidate's journey is to be resumed on another day than was said before."),
        N_("The candidate's journey is now to be resumed on {until}."),
    ),
    "resumed": Wording(
        N_("The journey goes on"), N_("The pause is over, and the candidate's journey goes on from where it was.")
    ),
    "reopened": Wording(
        N_("The journey is open again"),
        N_("The candidate's journey had been closed, and now goes on from the stage it was in."),
    ),
    "coordinator_changed": Wording(
        N_("Another coordinator takes over"),
        N_(
            "Another coordinator looks after the candidate from now on. If you are the one who leaves or takes over,"
            " please go through together what is left to do."
        ),
        N_(
            "{leaves} hands over to {takes_over}, for these candidates: {candidates}. Please go through together what"
            " is left to do."
        ),
    ),
    "partner_acknowledged": Wording(
        N_("A notice has been acknowledged"),
        N_("A partner has confirmed that a notice about the candidate has reached it."),
    ),
    "duty_done": Wording(
        N_("What recurs is done for a period"),
        N_("What the programme asks for each period beside the candidate's work has been done for one of them."),
    ),
    "follow_up_recorded": Wording(
        N_("A follow-up is done"),
        N_("The candidate's journey has been followed up, so that we learn what works."),
        N_("The candidate's journey has been followed up {after_days} days afterwards, so that we learn what works."),
    ),
    "note_added": Wording(
        N_("A note has been added"), N_("A note has been added to the candidate's journey. Nothing follows from it.")
    ),
    "reminder_set": Wording(
        N_("A reminder has been set"),
        N_("A reminder has been set on the candidate's journey. Nothing follows from it."),
    ),
    "reminder_moved": Wording(
        N_("A reminder has been moved"), N_("A reminder on the candidate's journey comes on another day.")
    ),
    "reminder_done": Wording(
        N_("A reminder is done"), N_("What a reminder on the candidate's journey was about is done.")
    ),
    "rules_changed": Wording(
        N_("The programme's rules are updated"),
        N_("From now on the candidate's journey follows the programme's new rules. What has happened already stands."),
    ),
    "repaired": Wording(
        N_("The record has been put right"),
        N_(
            "A technical fault in how the candidate's journey is kept has been mended. Nothing has changed for the"
            " candidate, and you need not do anything."
        ),
    ),
    "correction_proposed": Wording(
        N_("A correction is proposed"),
        N_(
            "Somebody has proposed to correct what was decided about the candidate. Nothing has changed yet: another"
            " person has to approve it first."
        ),
    ),
    "proposal_declined": Wording(
        N_("A proposed correction was declined"),
        N_("A correction that was proposed of the candidate's journey will not be made. What was recorded stands."),
    ),
    "corrected": Wording(
        N_("A fact has been corrected"),
        N_(
            "Something recorded earlier about the candidate's journey was wrong and has been corrected in the open."
            " Below you see what it was and what it is now, which holds instead of what an earlier notice said. If you"
            " have acted on that, please call the coordinator."
        ),
    ),
}

WITHOUT_EVALUATION = {
    "internship_completed": Wording(
        N_("The internship is completed"),
        N_("The candidate's internship has ended. Below you see which stage the journey is in now."),
    ),
    "temporary_role_ended": Wording(
        N_("The temporary role has ended"),
        N_("The candidate's temporary role has ended. Below you see which stage the journey is in now."),
    ),
}
"""What is said instead where no evaluation comes next."""
