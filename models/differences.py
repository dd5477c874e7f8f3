"""What can come to differ between Temporal, the lists, the places and the ledger: found at night, named to operators."""

from enum import StrEnum

from models.sentence import Sentence, mark


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
    def in_words(self) -> Sentence:
        return Sentence(text=_KINDS[self])


_KINDS = {
    DifferenceKind.WORKFLOW_LOST: mark("the workflow no longer ran"),
    DifferenceKind.WORKFLOW_UNKNOWN: mark("a workflow ran of which the ledger knows nothing"),
    DifferenceKind.WORKFLOW_STUCK: mark("the workflow stood still over a fault"),
    DifferenceKind.SEARCH_ATTRIBUTES_DIFFER: mark("Temporal's list said something else"),
    DifferenceKind.LIST_DIFFERS: mark("the list said something else"),
    DifferenceKind.PLACE_DIFFERS: mark("the place did not fit the stage"),
    DifferenceKind.NOTICE_UNSENT: mark("a notice was sent by nobody"),
}

REPAIRABLE = frozenset(DifferenceKind) - {DifferenceKind.WORKFLOW_UNKNOWN, DifferenceKind.WORKFLOW_STUCK}
"""What a repair can mend. A workflow that nobody knows is ended by hand, and one that stands still needs new code."""
