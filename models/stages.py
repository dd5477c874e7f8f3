"""Where on the way a candidate can be, and why a way can end."""

from enum import StrEnum

from models.message import Message, msg


class Stage(StrEnum):
    """A place on the way from referral to work. Swedish in brackets."""

    REFERRAL = "referral"  # (anvisning)
    REQUIREMENT_CHECK = "requirement_check"  # (kravprövning)
    AWAITING_PLACEMENT = "awaiting_placement"  # (väntar på plats)
    INTERNSHIP = "internship"  # (praktik)
    EVALUATION = "evaluation"  # (utvärdering)
    TEMPORARY_ROLE = "temporary_role"  # (visstidsanställning)
    PERMANENT_ROLE = "permanent_role"  # (tillsvidareanställning)
    CLOSED = "closed"  # (avslutad)

    @property
    def in_words(self) -> Message:
        return _STAGES[self]


_STAGES = {
    Stage.REFERRAL: msg("stage.referral", "referral"),
    Stage.REQUIREMENT_CHECK: msg("stage.requirement_check", "requirement check"),
    Stage.AWAITING_PLACEMENT: msg("stage.awaiting_placement", "waiting for a place"),
    Stage.INTERNSHIP: msg("stage.internship", "internship"),
    Stage.EVALUATION: msg("stage.evaluation", "evaluation"),
    Stage.TEMPORARY_ROLE: msg("stage.temporary_role", "temporary role"),
    Stage.PERMANENT_ROLE: msg("stage.permanent_role", "permanent role"),
    Stage.CLOSED: msg("stage.closed", "closed"),
}


OPEN_STAGES = tuple(stage for stage in Stage if stage is not Stage.CLOSED)

ENDED_STAGES = (Stage.PERMANENT_ROLE, Stage.CLOSED)
"""Where a journey rests: nothing is awaited but follow-ups."""


class EndReason(StrEnum):
    """Why a journey was closed: structured, so that a manager sees where people stop."""

    REFERRAL_DECLINED = "referral_declined"
    NOT_QUALIFIED = "not_qualified"
    FOUND_WORK = "found_work"
    STUDIES = "studies"
    OTHER_MEASURE = "other_measure"
    MOVED_AWAY = "moved_away"
    OWN_WISH = "own_wish"
    NO_CONTACT = "no_contact"
    NO_SUITABLE_PLACE = "no_suitable_place"
    NOT_SUITABLE = "not_suitable"
    WORKPLACE_CANNOT_CONTINUE = "workplace_cannot_continue"
    REGISTERED_BY_MISTAKE = "registered_by_mistake"
    OTHER = "other"

    @property
    def in_words(self) -> Message:
        return _END_REASONS[self]


_END_REASONS = {
    EndReason.REFERRAL_DECLINED: msg("end_reason.referral_declined", "referral declined"),
    EndReason.NOT_QUALIFIED: msg("end_reason.not_qualified", "not qualified"),
    EndReason.FOUND_WORK: msg("end_reason.found_work", "found work"),
    EndReason.STUDIES: msg("end_reason.studies", "studies"),
    EndReason.OTHER_MEASURE: msg("end_reason.other_measure", "another measure"),
    EndReason.MOVED_AWAY: msg("end_reason.moved_away", "moved away"),
    EndReason.OWN_WISH: msg("end_reason.own_wish", "own wish"),
    EndReason.NO_CONTACT: msg("end_reason.no_contact", "no contact"),
    EndReason.NO_SUITABLE_PLACE: msg("end_reason.no_suitable_place", "no suitable place"),
    EndReason.NOT_SUITABLE: msg("end_reason.not_suitable", "not suitable"),
    EndReason.WORKPLACE_CANNOT_CONTINUE: msg("end_reason.workplace_cannot_continue", "the workplace cannot continue"),
    EndReason.REGISTERED_BY_MISTAKE: msg("end_reason.registered_by_mistake", "registered by mistake"),
    EndReason.OTHER: msg("end_reason.other", "another reason"),
}
