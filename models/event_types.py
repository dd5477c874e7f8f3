"""The names of the kinds of event, for rules that speak of them. What each kind holds is in `events`."""

EVENT_TYPES = (
    "referred",
    "referral_accepted",
    "referral_declined",
    "requirements_checked",
    "union_consulted",
    "union_answered",
    "internship_agreed",
    "internship_extended",
    "check_in_recorded",
    "internship_completed",
    "internship_interrupted",
    "evaluation_recorded",
    "self_evaluation_recorded",
    "temporary_role_agreed",
    "temporary_role_extended",
    "temporary_role_ended",
    "permanent_role_agreed",
    "role_converted",
    "returned_to_agency",
    "withdrawn",
    "discontinued",
    "paused",
    "resumed",
    "reopened",
    "coordinator_changed",
    "partner_acknowledged",
    "follow_up_recorded",
    "note_added",
    "deadline_passed",
    "rules_changed",
    "repaired",
    "corrected",
)

CONSULTED_BEFORE = ("internship_agreed", "temporary_role_agreed", "permanent_role_agreed")
"""Agreements before which unions can be heard."""

SAID_BY_THE_JOURNEY = frozenset({"deadline_passed", "role_converted"})
"""Kinds that follow from the calendar alone: only the journey itself says them, and nobody corrects them."""

SAID_BY_OPERATORS = frozenset({"repaired"})
"""Kinds that say something of the record and nothing of the candidate: from whoever operates the system."""

NOT_FROM_THE_DESK = SAID_BY_THE_JOURNEY | SAID_BY_OPERATORS
"""Kinds that nobody is offered who asks what may be done next."""
