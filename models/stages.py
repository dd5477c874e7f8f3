"""Where on the way a candidate can be, and why a way can end."""

from enum import StrEnum

from models.message import N_, Message


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
        return Message(text=_STAGES[self])


_STAGES = {
    Stage.REFERRAL: N_("referral"),
    Stage.REQUIREMENT_CHECK: N_("requirement check"),
    Stage.AWAITING_PLACEMENT: N_("waiting for a place"),
    Stage.INTERNSHIP: N_("internship"),
    Stage.EVALUATION: N_("evaluation"),
    Stage.TEMPORARY_ROLE: N_("temporary role"),
    Stage.PERMANENT_ROLE: N_("permanent role"),
    Stage.CLOSED: N_("closed"),
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
        return Message(text=_END_REASONS[self])


_END_REASONS = {
    EndReason.REFERRAL_DECLINED: N_("referral declined"),
    EndReason.NOT_QUALIFIED: N_("not qualified"),
    EndReason.FOUND_WORK: N_("found work"),
    EndReason.STUDIES: N_("studies"),
    EndReason.OTHER_MEASURE: N_("another measure"),
    EndReason.MOVED_AWAY: N_("moved away"),
    EndReason.OWN_WISH: N_("own wish"),
    EndReason.NO_CONTACT: N_("no contact"),
    EndReason.NO_SUITABLE_PLACE: N_("no suitable place"),
    EndReason.NOT_SUITABLE: N_("not suitable"),
    EndReason.WORKPLACE_CANNOT_CONTINUE: N_("the workplace cannot continue"),
    EndReason.REGISTERED_BY_MISTAKE: N_("registered by mistake"),
    EndReason.OTHER: N_("another reason"),
}
