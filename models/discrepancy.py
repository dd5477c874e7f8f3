"""What can come to differ between Temporal, the lists, the places and the ledger: found at night, told to operators."""

from enum import StrEnum
from uuid import UUID

from models.fields import Strict
from models.identifiers import JourneyId
from models.message import N_, Message


class DifferenceKind(StrEnum):
    """What does not agree. The ledger counts: everything else is made from it."""

    WORKFLOW_LOST = "workflow_lost"
    WORKFLOW_UNKNOWN = "workflow_unknown"
    WORKFLOW_STUCK = "workflow_stuck"
    SEARCH_ATTRIBUTES_DIFFER = "search_attributes_differ"
    LIST_DIFFERS = "list_differs"
    PLACE_DIFFERS = "place_differs"
    NOTICE_UNSENT = "notice_unsent"

    @property
    def in_words(self) -> Message:
        return Message(text=_KINDS[self])


_KINDS = {
    DifferenceKind.WORKFLOW_LOST: N_("the workflow no longer ran"),
    DifferenceKind.WORKFLOW_UNKNOWN: N_("a workflow ran of which the ledger knows nothing"),
    DifferenceKind.WORKFLOW_STUCK: N_("the workflow stood still over a fault"),
    DifferenceKind.SEARCH_ATTRIBUTES_DIFFER: N_("Temporal's list said something else"),
    DifferenceKind.LIST_DIFFERS: N_("the list said something else"),
    DifferenceKind.PLACE_DIFFERS: N_("the place did not fit the stage"),
    DifferenceKind.NOTICE_UNSENT: N_("a notice was sent by nobody"),
}

BEYOND_REPAIR = frozenset({DifferenceKind.WORKFLOW_UNKNOWN, DifferenceKind.WORKFLOW_STUCK})
"""What no repair can mend: a workflow that nobody knows is ended by hand, and one that stands still needs new code."""


class Difference(Strict):
    """One thing that does not agree: what follows from the ledger, and what was found instead."""

    journey_id: str
    kind: DifferenceKind
    expected: Message
    found: Message
    event_id: UUID | None = None

    def __str__(self) -> str:
        return str(self.in_words)

    @property
    def in_words(self) -> Message:
        """What was found, and what to do about it."""
        id_ = JourneyId.read(self.journey_id)
        whose = f"{id_.candidate} --programme {id_.programme}" if id_ else self.journey_id
        repair = f'admin.py reconcile --repair {whose} --because "…"'
        values = {"expected": self.expected, "found": self.found, "journey": self.journey_id, "repair": repair}
        return Message(text=_WHAT_TO_DO[self.kind], values=values)


_WHAT_TO_DO = {
    DifferenceKind.WORKFLOW_LOST: N_(
        "{journey}: its workflow should be {expected} and is {found}; start it anew from the ledger: {repair}"
    ),
    DifferenceKind.WORKFLOW_UNKNOWN: N_(
        "{journey}: a workflow is {found}, and the ledger has {expected} of it; find out who started it, and"
        " terminate it: temporal workflow terminate --workflow-id {journey}"
    ),
    DifferenceKind.WORKFLOW_STUCK: N_(
        "{journey}: its workflow should be {expected} and is {found}; look at its latest failure (temporal workflow"
        " show --workflow-id {journey}), and start workers with code that is mended"
    ),
    DifferenceKind.SEARCH_ATTRIBUTES_DIFFER: N_(
        "{journey}: Temporal's list should say {expected} and says {found}; have it shown anew: {repair}"
    ),
    DifferenceKind.LIST_DIFFERS: N_(
        "{journey}: the list should say {expected} and says {found}; have it written anew: {repair}"
    ),
    DifferenceKind.PLACE_DIFFERS: N_(
        "{journey}: it should hold {expected} and holds {found}; have the place set right: {repair}"
    ),
    DifferenceKind.NOTICE_UNSENT: N_("{journey}: {found}, and nobody is sending them; send them: {repair}"),
}
