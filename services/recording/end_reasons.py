"""Which reasons for an end are usual for each kind of event by which a way ends: those are offered first."""

from collections.abc import Mapping

from models.stages import EndReason as R

USUAL: Mapping[str, tuple[R, ...]] = {
    "withdrawn": (R.OWN_WISH, R.FOUND_WORK, R.STUDIES, R.OTHER_MEASURE, R.MOVED_AWAY, R.NO_CONTACT, R.OTHER),
    "discontinued": (
        *(R.NOT_SUITABLE, R.NO_SUITABLE_PLACE, R.WORKPLACE_CANNOT_CONTINUE, R.NO_CONTACT, R.REGISTERED_BY_MISTAKE),
        R.OTHER,
    ),
    "returned_to_agency": (
        *(R.NO_SUITABLE_PLACE, R.NOT_SUITABLE, R.WORKPLACE_CANNOT_CONTINUE, R.OTHER_MEASURE, R.NO_CONTACT),
        *(R.REGISTERED_BY_MISTAKE, R.OTHER),
    ),
    "internship_interrupted": (
        *(R.WORKPLACE_CANNOT_CONTINUE, R.NOT_SUITABLE, R.OWN_WISH, R.NO_CONTACT, R.FOUND_WORK, R.STUDIES),
        *(R.OTHER_MEASURE, R.MOVED_AWAY, R.OTHER),
    ),
    "temporary_role_ended": (
        *(R.ENDED_AS_PLANNED, R.OWN_WISH, R.FOUND_WORK, R.STUDIES, R.WORKPLACE_CANNOT_CONTINUE, R.NOT_SUITABLE),
        *(R.NO_CONTACT, R.MOVED_AWAY, R.OTHER),
    ),
}
"""What the candidate has chosen, what the employer has, and what either may have. Others are taken all the same."""


def usual_first(kind: str) -> list[R]:
    """All reasons that a kind can have, those that are usual first: a role alone ends as planned."""
    usual = USUAL.get(kind, ())
    return [*usual, *(one for one in R if one not in usual and one is not R.ENDED_AS_PLANNED)]
