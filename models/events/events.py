"""Everything that can happen on a candidate's way: facts in the past tense, each with an author and a day.

One class a kind, one discriminated union over `kind`. `event_id` comes from the sender: sending it again is answered
with the first receipt. `effective_on` is the day on which the fact took effect, which may lie years before the moment
at which it is recorded.
"""

from collections.abc import Callable
from typing import Annotated, Literal, Self, get_args
from uuid import UUID

from pydantic import Field, TypeAdapter, model_validator

from models.events.any_stage import (
    CoordinatorChanged,
    DeadlinePassed,
    Discontinued,
    FollowUpRecorded,
    NoteAdded,
    PartnerAcknowledged,
    Paused,
    Reopened,
    Repaired,
    Resumed,
    ReturnedToAgency,
    RulesChanged,
    Withdrawn,
)
from models.events.fact import Correction, Fact, SaidBy
from models.events.way import (
    CheckInRecorded,
    EvaluationRecorded,
    InternshipAgreed,
    InternshipCompleted,
    InternshipExtended,
    InternshipInterrupted,
    PermanentRoleAgreed,
    ReferralAccepted,
    ReferralDeclined,
    Referred,
    RequirementsChecked,
    RoleConverted,
    SelfEvaluationRecorded,
    TemporaryRoleAgreed,
    TemporaryRoleEnded,
    TemporaryRoleExtended,
    UnionAnswered,
    UnionConsulted,
)
from models.fields import Text
from models.message import msg

Correctable = Annotated[
    Referred
    | ReferralAccepted
    | ReferralDeclined
    | RequirementsChecked
    | UnionConsulted
    | UnionAnswered
    | InternshipAgreed
    | InternshipExtended
    | CheckInRecorded
    | InternshipCompleted
    | InternshipInterrupted
    | EvaluationRecorded
    | SelfEvaluationRecorded
    | TemporaryRoleAgreed
    | TemporaryRoleExtended
    | TemporaryRoleEnded
    | PermanentRoleAgreed
    | RoleConverted
    | ReturnedToAgency
    | Withdrawn
    | Discontinued
    | Paused
    | Resumed
    | Reopened
    | CoordinatorChanged
    | PartnerAcknowledged
    | FollowUpRecorded
    | NoteAdded
    | DeadlinePassed
    | RulesChanged
    | Repaired,
    Field(discriminator="kind"),
]


class Corrected(Fact):
    """An earlier event was replaced by `replacement`, or struck where there is none. Nothing is rewritten.

    The replacement stands in the place of the event that it replaces and keeps its id.
    """

    kind: Literal["corrected"] = "corrected"
    named = msg("event_name.corrected", "correction")
    told = msg("event.corrected", "Corrected {corrected}: {reason} {replaced}")
    in_order = False
    while_paused = True
    correction = Correction(
        replaced_by=(),
        otherwise=msg(
            "it_can_be_corrected.a_correction",
            "A correction can be struck but not replaced. Strike it and record a new one.",
        ),
    )

    corrects: UUID
    reason: Text
    replacement: Correctable | None = None

    @model_validator(mode="after")
    def _replacement_keeps_the_id(self) -> Self:
        if self.replacement is not None and self.replacement.event_id != self.corrects:
            raise ValueError("the replacement must keep the id of the event that it replaces")
        return self


Event = Annotated[Correctable | Corrected, Field(discriminator="kind")]

EVENT: TypeAdapter[Event] = TypeAdapter(Event)
"""Reads and checks an event of any kind."""

EVENT_CLASSES: dict[str, type[Fact]] = {
    cls.model_fields["kind"].default: cls for cls in (*get_args(get_args(Correctable)[0]), Corrected)
}
"""The class of each kind, in the order of the way."""


def _kinds(holds: Callable[[type[Fact]], bool]) -> frozenset[str]:
    return frozenset(kind for kind, cls in EVENT_CLASSES.items() if holds(cls))


SAID_BY_THE_JOURNEY = _kinds(lambda cls: cls.said_by is SaidBy.THE_JOURNEY)
"""Kinds that follow from the calendar alone."""

NOT_FROM_THE_DESK = _kinds(lambda cls: cls.said_by in (SaidBy.THE_JOURNEY, SaidBy.OPERATORS))
"""Kinds that nobody is offered who asks what may be done next."""

ENDINGS = _kinds(lambda cls: cls.is_ending)
