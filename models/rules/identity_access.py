"""Blind by default: checks and evaluations are made by people who do not know who somebody is.

A name tells of sex and birthplace, an identity number of age. Both stay closed to others while somebody is being
judged; after that whoever needs them opens them, says why, and leaves a row that says so. Whoever is in charge must be
able to call: to them they are closed only in the stages that a programme names as `blind`.
"""

from models.message import Message, msg
from models.stages import EndReason, Stage

BEFORE_THE_CHECK = frozenset({Stage.REFERRAL, Stage.REQUIREMENT_CHECK})


def was_qualified(left: Stage, end_reason: EndReason | None) -> bool:
    """Whether a journey that was closed from the stage `left` had passed its requirement check."""
    return left not in BEFORE_THE_CHECK and end_reason is not EndReason.NOT_QUALIFIED


def why_it_stays_closed(stage: Stage, qualified: bool) -> Message | None:
    """Why an identity stays closed in a stage; `qualified` says of an ended journey whether its check was passed."""
    if stage in BEFORE_THE_CHECK:
        return msg(
            "identity_access.during_the_check",
            "The requirement check is made without knowing who the candidate is. Open the identity "
            "once it is passed, or as urgent where somebody's safety is at stake.",
        )
    if stage is Stage.EVALUATION:
        return msg(
            "identity_access.during_evaluation",
            "An evaluation is made without knowing who the candidate is. Open the identity once a "
            "role is agreed or the journey has ended, or as urgent where somebody's safety is at "
            "stake.",
        )
    if stage is Stage.CLOSED and not qualified:
        return msg(
            "identity_access.ended_before_the_check",
            "The journey ended before a requirement check was passed. Ask the partner that referred "
            "the person, or open the identity as urgent where somebody's safety is at stake.",
        )
    return None
