"""What each partner may be told of an event: as its entry in `partners.toml` says, otherwise what fits its kind."""

from models.partners.notice import TOLD
from models.partners.partner import Partner, PartnerKind

DISCLOSABLE = (*TOLD, "stage", "effective_on")
"""What a notice can tell, beside the candidate's number, the programme and what kind of thing happened."""

ALL = frozenset(DISCLOSABLE)
WHERE_THE_WAY_IS = frozenset({"stage", "deadline", "step"})
"""The least: enough to help a person on, and to answer when asked. No day, since days tell of an employment."""

THE_PERIOD = WHERE_THE_WAY_IS | {"effective_on", "starts_on", "ends_on", "due_on", "after_days"}

DISCLOSED_TO: dict[PartnerKind, frozenset[str]] = {
    PartnerKind.AGENCY: ALL,
    PartnerKind.MUNICIPALITY: THE_PERIOD,
    PartnerKind.UNION: ALL,
    PartnerKind.CHURCH: WHERE_THE_WAY_IS,
    PartnerKind.SAMHALL: THE_PERIOD,
    PartnerKind.CIVIL_SOCIETY: WHERE_THE_WAY_IS,
    PartnerKind.TALENT_ORGANISATION: WHERE_THE_WAY_IS,
    PartnerKind.UNIT: ALL,
    PartnerKind.COORDINATOR: ALL,
    PartnerKind.MANAGER: ALL,
}
"""Who decides on an agreement, negotiates it or works by it is told of it; others, where the way is."""


def disclosed_to(partner: Partner | None) -> frozenset[str]:
    """The fields that a recipient may be told; none where nobody knows who it is."""
    if partner is None:
        return frozenset()
    return DISCLOSED_TO[partner.kind] if partner.discloses is None else frozenset(partner.discloses)
