"""Every rule that can refuse an event, as a sentence that holds where the event is accepted."""

from models.message import Message, msg, plain

RULES_IN_WORDS = {
    # on the whole way
    "it_is_an_event": msg("rule.it_is_an_event", "What is sent can be read as an event."),
    "each_event_once": msg("rule.each_event_once", "Each event is recorded once."),
    "there_is_room": msg("rule.there_is_room", "The record of the journey has room for the event."),
    "possible_in_this_stage": msg(
        "rule.possible_in_this_stage", "The event is possible in the stage that the journey is in."
    ),
    "the_author_may_say_so": msg(
        "rule.the_author_may_say_so",
        "Partners refer, acknowledge, answer and comment; only the journey itself says what follows from the calendar.",
    ),
    "the_day_has_come": msg("rule.the_day_has_come", "The day on which it takes effect has come."),
    "the_journey_is_not_paused": msg(
        "rule.the_journey_is_not_paused", "The journey is not paused, or the event may be written while it is."
    ),
    "it_follows_what_went_before": msg(
        "rule.it_follows_what_went_before", "It takes effect no earlier than the stage that the journey is in."
    ),
    # referral
    "it_begins_with_a_referral": msg("rule.it_begins_with_a_referral", "A journey begins with a referral."),
    "the_programme_is_open": msg("rule.the_programme_is_open", "The programme takes referrals on that day."),
    "the_town_is_known": msg("rule.the_town_is_known", "The programme is run in that town."),
    "the_partner_may_refer": msg("rule.the_partner_may_refer", "The partner refers to this programme."),
    # requirement check
    "every_requirement_is_answered": msg(
        "rule.every_requirement_is_answered",
        "The check answers each requirement of the profile once, and calls trainable only what the profile calls so.",
    ),
    "the_profile_is_thought_through": msg(
        "rule.the_profile_is_thought_through",
        "Each essential requirement says why this job needs it; the agency has agreed to each formal one among them.",
    ),
    # consultation
    "a_coordinator_asks": msg("rule.a_coordinator_asks", "Unions are asked by the coordinator or the manager."),
    "unions_are_consulted_about_it": msg(
        "rule.unions_are_consulted_about_it", "The programme consults unions about what can be agreed in this stage."
    ),
    "the_unions_are_those_to_consult": msg(
        "rule.the_unions_are_those_to_consult", "The unions asked are those that are consulted about this journey."
    ),
    "the_union_answers_for_itself": msg(
        "rule.the_union_answers_for_itself", "A union answers for itself, or the employer writes down what it said."
    ),
    "the_union_was_asked": msg(
        "rule.the_union_was_asked", "The union was asked about it, and answers no earlier than that."
    ),
    "the_unions_have_been_consulted": msg(
        "rule.the_unions_have_been_consulted",
        "Each union to consult was asked and has answered, without a negotiation left, or its time is out.",
    ),
    # internship
    "someone_looks_after_the_intern": msg(
        "rule.someone_looks_after_the_intern",
        "The internship has the supervisor and the mentor that the programme asks.",
    ),
    "it_starts_on_the_way": msg("rule.it_starts_on_the_way", "It begins no earlier than what leads to it."),
    "the_internship_is_short_enough": msg(
        "rule.the_internship_is_short_enough", "The internship lasts no longer than the programme allows."
    ),
    "it_ends_after_it_starts": msg(
        "rule.it_ends_after_it_starts", "The new last day does not lie before the first day."
    ),
    "it_has_begun": msg("rule.it_has_begun", "Nothing is completed before its first day."),
    # evaluation
    "the_scores_cover_the_criteria": msg(
        "rule.the_scores_cover_the_criteria", "The evaluation scores each of the programme's criteria once."
    ),
    "a_remark_stands_apart": msg("rule.a_remark_stands_apart", "No event carries the text of a remark."),
    "recorded_for_the_candidate": msg(
        "rule.recorded_for_the_candidate",
        "The candidate's own evaluation is recorded by the coordinator or the supervisor.",
    ),
    "the_evaluation_is_favourable": msg("rule.the_evaluation_is_favourable", "A role needs a favourable evaluation."),
    "both_have_evaluated": msg(
        "rule.both_have_evaluated", "The candidate has evaluated too, where the programme asks for it."
    ),
    # roles
    "decided_by_two_people": msg("rule.decided_by_two_people", "Who evaluated does not decide on the role."),
    "the_form_is_open": msg(
        "rule.the_form_is_open", "The form of employment is one of the programme's and open to decisions on that day."
    ),
    "the_form_is_still_open": msg(
        "rule.the_form_is_still_open", "The form of employment is open to decisions on that day."
    ),
    "the_chain_goes_forward": msg(
        "rule.the_chain_goes_forward", "The role is the same link of the chain as the last one, or a later one."
    ),
    "it_is_applied_for_in_time": msg(
        "rule.it_is_applied_for_in_time", "A form that must be applied for is agreed early enough for that."
    ),
    "the_decision_is_short_enough": msg(
        "rule.the_decision_is_short_enough", "One decision covers no more than the form allows at a time."
    ),
    "the_role_is_short_enough": msg(
        "rule.the_role_is_short_enough", "All roles in the form together last no longer than is allowed."
    ),
    "the_law_makes_it_permanent": msg(
        "rule.the_law_makes_it_permanent", "The day has come on which the law makes the role permanent."
    ),
    # standing still, going on, coming back
    "it_pauses_after_it_resumed": msg(
        "rule.it_pauses_after_it_resumed", "The journey pauses no earlier than it last went on."
    ),
    "the_journey_is_paused": msg("rule.the_journey_is_paused", "The journey is paused."),
    "it_resumes_after_it_paused": msg(
        "rule.it_resumes_after_it_paused", "The journey goes on no earlier than it paused."
    ),
    "the_window_is_open": msg(
        "rule.the_window_is_open", "A journey is reopened within the programme's days after its end."
    ),
    # along the way
    "somebody_else_takes_over": msg(
        "rule.somebody_else_takes_over", "Somebody else than the coordinator of today takes over."
    ),
    "the_follow_up_is_asked_for": msg(
        "rule.the_follow_up_is_asked_for", "The programme asks for this follow-up, and it is not recorded yet."
    ),
    "the_deadline_has_passed": msg("rule.the_deadline_has_passed", "The deadline takes this step on that day."),
    "a_manager_changes_the_rules": msg(
        "rule.a_manager_changes_the_rules", "Only a manager changes the rules of a journey."
    ),
    "the_programme_stays": msg("rule.the_programme_stays", "New rules are those of the same programme."),
    "the_town_stays": msg("rule.the_town_stays", "New rules know the town of the journey."),
    # corrections
    "it_can_be_corrected": msg(
        "rule.it_can_be_corrected", "The event is of this journey and of a kind that can be corrected so."
    ),
    "corrected_by_two_people": msg("rule.corrected_by_two_people", "Who made a decision does not correct it alone."),
    "later_events_stay_possible": msg(
        "rule.later_events_stay_possible", "With the correction every later event is still possible."
    ),
    # what only the database and the directory know
    "each_event_has_its_id": msg("rule.each_event_has_its_id", "The id was not used for another event."),
    "it_can_be_stored": msg("rule.it_can_be_stored", "The database can store what the event says."),
    "the_event_is_signed": msg("rule.the_event_is_signed", "The event is signed for this journey."),
    "the_key_is_the_authors": msg("rule.the_key_is_the_authors", "The key is enrolled and that of the author."),
    "the_author_has_the_role": msg("rule.the_author_has_the_role", "The author has the role on that day."),
    "the_author_is_permitted": msg("rule.the_author_is_permitted", "The role permits the event for this candidate."),
    "the_rules_are_registered": msg("rule.the_rules_are_registered", "The rules were put in force."),
    "the_coordinator_is_known": msg("rule.the_coordinator_is_known", "The coordinator is known."),
    "the_remark_is_kept": msg("rule.the_remark_is_kept", "The remark that the event names is kept."),
    "the_notice_exists": msg("rule.the_notice_exists", "The notice is one of this journey to that partner."),
    "the_position_exists": msg("rule.the_position_exists", "The position is one of the programme's."),
    "the_position_fills_a_need": msg(
        "rule.the_position_fills_a_need", "The position names the staffing need that it fills."
    ),
    "checked_for_the_position": msg(
        "rule.checked_for_the_position", "The candidate was checked against the profile of the position."
    ),
    "a_place_is_free": msg("rule.a_place_is_free", "A place of the position is free."),
    "the_supervisor_is_trained": msg(
        "rule.the_supervisor_is_trained", "The supervisor has taken the training that the programme asks for."
    ),
    "the_mentor_is_trained": msg(
        "rule.the_mentor_is_trained", "The mentor has taken the training that the programme asks for."
    ),
    "the_unit_is_trained": msg(
        "rule.the_unit_is_trained", "Enough of the unit's staff have taken the training that the programme asks for."
    ),
}


def rule_in_words(rule: str) -> Message:
    """A rule as a sentence; one of another version, which nobody has put into words here, by its name."""
    return RULES_IN_WORDS.get(rule) or plain(rule.replace("_", " "))
