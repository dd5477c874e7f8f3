"""Where on the way a candidate can be, and why a way can end."""

from models.message import Worded, msg


class Stage(Worded):
    """A place on the way from referral to work. In Swedish: anvisning, kravprövning, väntar på plats, praktik,
    utvärdering, visstidsanställning, tillsvidareanställning, avslutad."""

    REFERRAL = "referral", msg("stage.referral", "referral")
    REQUIREMENT_CHECK = "requirement_check", msg("stage.requirement_check", "requirement check")
    AWAITING_PLACEMENT = "awaiting_placement", msg("stage.awaiting_placement", "waiting for a place")
    INTERNSHIP = "internship", msg("stage.internship", "internship")
    EVALUATION = "evaluation", msg("stage.evaluation", "evaluation")
    TEMPORARY_ROLE = "temporary_role", msg("stage.temporary_role", "temporary role")
    PERMANENT_ROLE = "permanent_role", msg("stage.permanent_role", "permanent role")
    CLOSED = "closed", msg("stage.closed", "closed")


OPEN_STAGES = tuple(stage for stage in Stage if stage is not Stage.CLOSED)

ENDED_STAGES = (Stage.PERMANENT_ROLE, Stage.CLOSED)
"""Where a journey rests: nothing is awaited but follow-ups."""


class EndReason(Worded):
    """Why a journey was closed: structured, so that a manager sees where people stop."""

    REFERRAL_DECLINED = "referral_declined", msg("end_reason.referral_declined", "referral declined")
    NOT_QUALIFIED = "not_qualified", msg("end_reason.not_qualified", "not qualified")
    FOUND_WORK = "found_work", msg("end_reason.found_work", "found work")
    STUDIES = "studies", msg("end_reason.studies", "studies")
    OTHER_MEASURE = "other_measure", msg("end_reason.other_measure", "another measure")
    MOVED_AWAY = "moved_away", msg("end_reason.moved_away", "moved away")
    OWN_WISH = "own_wish", msg("end_reason.own_wish", "own wish")
    NO_CONTACT = "no_contact", msg("end_reason.no_contact", "no contact")
    NO_SUITABLE_PLACE = "no_suitable_place", msg("end_reason.no_suitable_place", "no suitable place")
    NOT_SUITABLE = "not_suitable", msg("end_reason.not_suitable", "not suitable")
    WORKPLACE_CANNOT_CONTINUE = (
        "workplace_cannot_continue",
        msg("end_reason.workplace_cannot_continue", "the workplace cannot continue"),
    )
    REGISTERED_BY_MISTAKE = "registered_by_mistake", msg("end_reason.registered_by_mistake", "registered by mistake")
    ENDED_AS_PLANNED = "ended_as_planned", msg("end_reason.ended_as_planned", "ended as planned")
    OTHER = "other", msg("end_reason.other", "another reason")
