"""Every rule that can refuse an event, as a sentence that holds where the event is accepted."""

from models.message import N_, Message

RULES_IN_WORDS = {
    # on the whole way
    "it_is_an_event": N_("What is sent can be read as an event."),
    "each_event_once": N_("Each event is recorded once."),
    "there_is_room": N_("The record of the journey has room for the event."),
    "possible_in_this_stage": N_("The event is possible in the stage that the journey is in."),
    "the_author_may_say_so": N_(
        "Partners refer, acknowledge, answer and comment; only the journey itself says what follows from the calendar."
    ),
    "the_day_has_come": N_("The day on which it takes effect has come."),
    "the_journey_is_not_paused": N_("The journey is not paused, or the event may be written while it is."),
    "it_follows_what_went_before": N_("It takes effect no earlier than the stage that the journey is in."),
    # referral
    "it_begins_with_a_referral": N_("A journey begins with a referral."),
    "the_programme_is_open": N_("The programme takes referrals on that day."),
    "the_town_is_known": N_("The programme is run in that town."),
    "the_partner_may_refer": N_("The partner refers to this programme."),
    # requirement check
    "every_requirement_is_answered": N_(
        "The check answers each requirement of the profile once, and calls trainable only what the profile calls so."
    ),
    "the_profile_is_thought_through": N_(
        "Each essential requirement says why this job needs it; the agency has agreed to each formal one among them."
    ),
    # hearing
    "a_coordinator_asks": N_("Unions are asked by the coordinator or the manager."),
    "unions_are_heard_about_it": N_("The programme hears unions about what can be agreed in this stage."),
    "the_unions_are_those_to_hear": N_("The unions asked are those that are heard about this journey."),
    "the_union_answers_for_itself": N_("A union answers for itself, or the employer writes down what it said."),
    "the_union_was_asked": N_("The union was asked about it, and answers no earlier than that."),
    "the_unions_have_been_heard": N_(
        "Each union to hear was asked and has answered, without a negotiation left, or its time is out."
    ),
    # internship
    "someone_looks_after_the_intern": N_("The internship has the supervisor and the mentor that the programme asks."),
    "it_starts_on_the_way": N_("It begins no earlier than what leads to it."),
    "the_internship_is_short_enough": N_("The internship lasts no longer than the programme allows."),
    "it_ends_after_it_starts": N_("The new last day does not lie before the first day."),
    "it_has_begun": N_("Nothing is completed before its first day."),
    # evaluation
    "the_scores_cover_the_criteria": N_("The evaluation scores each of the programme's criteria once."),
    "a_remark_stands_apart": N_("No event carries the text of a remark."),
    "recorded_for_the_candidate": N_(
        "The candidate's own evaluation is recorded by the coordinator or the supervisor."
    ),
    "the_evaluation_is_favourable": N_("A role needs a favourable evaluation."),
    "both_have_evaluated": N_("The candidate has evaluated too, where the programme asks for it."),
    # roles
    "decided_by_two_people": N_("Who evaluated does not decide on the role."),
    "the_form_is_open": N_("The form of employment is one of the programme's and open to decisions on that day."),
    "the_form_is_still_open": N_("The form of employment is open to decisions on that day."),
    "the_chain_goes_forward": N_("The role is the same link of the chain as the last one, or a later one."),
    "it_is_applied_for_in_time": N_("A form that must be applied for is agreed early enough for that."),
    "the_decision_is_short_enough": N_("One decision covers no more than the form allows at a time."),
    "the_role_is_short_enough": N_("All roles in the form together last no longer than is allowed."),
    "the_law_makes_it_permanent": N_("The day has come on which the law makes the role permanent."),
    # standing still, going on, coming back
    "it_pauses_after_it_resumed": N_("The journey pauses no earlier than it last went on."),
    "the_journey_is_paused": N_("The journey is paused."),
    "it_resumes_after_it_paused": N_("The journey goes on no earlier than it paused."),
    "the_window_is_open": N_("A journey is reopened within the programme's days after its end."),
    # along the way
    "somebody_else_takes_over": N_("Somebody else than the coordinator of today takes over."),
    "the_follow_up_is_asked_for": N_("The programme asks for this follow-up, and it is not recorded yet."),
    "the_deadline_has_passed": N_("The deadline takes this step on that day."),
    "a_manager_changes_the_rules": N_("Only a manager changes the rules of a journey."),
    "the_programme_stays": N_("New rules are those of the same programme."),
    "the_town_stays": N_("New rules know the town of the journey."),
    # corrections
    "it_can_be_corrected": N_("The event is of this journey and of a kind that can be corrected so."),
    "corrected_by_two_people": N_("Who made a decision does not correct it alone."),
    "later_events_stay_possible": N_("With the correction every later event is still possible."),
    # what only the database and the directory know
    "each_event_has_its_id": N_("The id was not used for another event."),
    "it_can_be_stored": N_("The database can store what the event says."),
    "the_author_is_known": N_("The author is known and has that role."),
    "the_coordinator_is_known": N_("The coordinator is known."),
    "the_remark_is_kept": N_("The remark that the event names is kept."),
    "the_notice_exists": N_("The notice is one of this journey to that partner."),
    "the_position_exists": N_("The position is one of the programme's."),
    "the_position_fills_a_need": N_("The position names the staffing need that it fills."),
    "checked_for_the_position": N_("The candidate was checked against the profile of the position."),
    "a_place_is_free": N_("A place of the position is free."),
    "the_supervisor_is_trained": N_("The supervisor has taken the training that the programme asks for."),
    "the_mentor_is_trained": N_("The mentor has taken the training that the programme asks for."),
    "the_unit_is_trained": N_("Enough of the unit's staff have taken the training that the programme asks for."),
}


def rule_in_words(rule: str) -> Message:
    """A rule as a sentence; one of another version, which nobody has put into words here, by its name."""
    text = RULES_IN_WORDS.get(rule)
    return Message(text=text) if text else Message(text="{rule}", values={"rule": rule.replace("_", " ")})
