"""Notices, by which partners and others are told what has happened, and what each of them may be told of an event."""

from collections.abc import Callable
from datetime import date
from uuid import UUID, uuid5

from pydantic import AwareDatetime

from models.fields import Name, Strict
from models.identifiers import CandidateNumber, JourneyId
from models.partners.partner import Partner, PartnerKind
from models.stages import Stage

SOMETHING_TO_READ = "something_to_read"
"""The kind of a notice of somebody who is protected, whatever has happened. That they are it does not say."""

TOLD = (
    "position",
    "starts_on",
    "ends_on",
    "hours_a_week",
    "form",
    "deadline",
    "step",
    "due_on",
    "after_days",
    "about",
    "until",
)
"""Fields of events that a notice may repeat: facts of the agreement, never a remark or a judgement."""

DISCLOSABLE = (*TOLD, "stage", "effective_on")
"""What a notice can tell, beside the candidate's number, the programme and what kind of thing happened."""

CORRECTED, STRUCK, WAS, NOW = "corrected", "struck", "was_", "now_"
"""Details of a correction: the kind of the event that was wrong, that it is taken back, and what begins the names of
what was and what is."""

OF_A_CORRECTION = frozenset({CORRECTED, STRUCK})
"""What everybody is told who is told of a correction."""


def field_of(detail: str) -> str:
    """The field of an event that a detail of a notice tells of, now or as it was."""
    return detail.removeprefix(WAS).removeprefix(NOW)


ALL = frozenset(DISCLOSABLE)
WHERE_THE_WAY_IS = frozenset({"stage", "deadline", "step"})
"""The least: enough to help a person on, and to answer when asked. No day, since days tell of an employment."""

THE_PERIOD = WHERE_THE_WAY_IS | {
    "effective_on",
    "starts_on",
    "ends_on",
    "hours_a_week",
    "due_on",
    "after_days",
    "until",
}

DISCLOSED_TO: dict[PartnerKind, frozenset[str]] = {
    PartnerKind.AGENCY: ALL,
    PartnerKind.MUNICIPALITY: THE_PERIOD,
    PartnerKind.UNION: ALL,
    PartnerKind.CHURCH: WHERE_THE_WAY_IS,
    PartnerKind.SAMHALL: THE_PERIOD,
    PartnerKind.CIVIL_SOCIETY: WHERE_THE_WAY_IS,
    PartnerKind.TALENT_ORGANISATION: WHERE_THE_WAY_IS,
    PartnerKind.UNIT: ALL,
}
"""Who decides on an agreement, negotiates it or works by it is told of it; others, where the way is."""

MayLearn = Callable[[str], frozenset[str]]
"""From a recipient to the fields of an event that they may be told."""


class Notice(Strict):
    """What one recipient is told of one event. Knows the candidate by number only.

    `notice_id` is the same however often the notice is sent. `stage` is the stage after the event. `details` holds
    facts of the event that are not personal, such as `deadline`, `step`, `due_on`, `starts_on`; days in ISO 8601. What
    the recipient may not be told is not there: then `stage` or `effective_on` is None, or `details` lacks it.
    """

    notice_id: UUID
    journey_id: JourneyId
    candidate: CandidateNumber
    programme: str
    event_id: UUID
    kind: str
    stage: Stage | None
    effective_on: date | None
    recorded_at: AwareDatetime
    recipient: Name
    details: dict[str, str]

    def of_somebody_protected(self) -> "Notice":
        """What may be sent of it where the candidate is protected: that there is something to read."""
        return self.model_copy(update={"kind": SOMETHING_TO_READ, "stage": None, "effective_on": None, "details": {}})


def id_of_notice(event_id: UUID, journey_id: str, recipient: str) -> UUID:
    """The id of the notice by which a recipient is told of an event of a journey: the same for ever."""
    return uuid5(event_id, f"{journey_id} {recipient}")


def disclosed_to(partner: Partner | None) -> frozenset[str]:
    """The fields that a partner may be told, as its entry in `partners.toml` says, otherwise as fits its kind; none
    where nobody knows who it is."""
    if partner is None:
        return frozenset()
    return DISCLOSED_TO[partner.kind] if partner.discloses is None else frozenset(partner.discloses)
