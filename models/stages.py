"""Where on the way a candidate can be, and why a way can end."""

from enum import StrEnum

from models.message import Sentence, mark


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
    def in_words(self) -> Sentence:
        return Sentence(text=_STAGES[self])


_STAGES = {
    Stage.REFERRAL: mark("referral"),
    Stage.REQUIREMENT_CHECK: mark("requirement check"),
    Stage.AWAITING_PLACEMENT: mark("waiting for a place"),
    Stage.INTERNSHIP: mark("internship"),
    Stage.EVALUATION: mark("evaluation"),
    Stage.TEMPORARY_ROLE: mark("temporary role"),
    Stage.PERMANENT_ROLE: mark("permanent role"),
    Stage.CLOSED: mark("closed"),
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
    def in_words(self) -> Sentence:
        return Sentence(text=_END_REASONS[self])


_END_REASONS = {
    EndReason.REFERRAL_DECLINED: mark("referral declined"),
    EndReason.NOT_QUALIFIED: mark("not qualified"),
    EndReason.FOUND_WORK: mark("found work"),
    EndReason.STUDIES: mark("studies"),
    EndReason.OTHER_MEASURE: mark("another measure"),
    EndReason.MOVED_AWAY: mark("moved away"),
    EndReason.OWN_WISH: mark("own wish"),
    EndReason.NO_CONTACT: mark("no contact"),
    EndReason.NO_SUITABLE_PLACE: mark("no suitable place"),
    EndReason.NOT_SUITABLE: mark("not suitable"),
    EndReason.WORKPLACE_CANNOT_CONTINUE: mark("the workplace cannot continue"),
    EndReason.REGISTERED_BY_MISTAKE: mark("registered by mistake"),
    EndReason.OTHER: mark("another reason"),
}
