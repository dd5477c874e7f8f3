"""Where on the way a candidate can be, and why a way can end."""

from enum import StrEnum


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
