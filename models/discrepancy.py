"""What can come to differ between Temporal, the lists, the places and the ledger: found at night, told to operators."""

from uuid import UUID

from models.fields import Strict
from models.message import Message, Worded, msg


class DifferenceKind(Worded):
    """What does not agree. The ledger counts, and everything else is made from it; but where it was put back to an
    earlier day the histories know better."""

    LEDGER_BEHIND = "ledger_behind", msg("difference_kind.ledger_behind", "the ledger lacked what the journey knows")
    WORKFLOW_LOST = "workflow_lost", msg("difference_kind.workflow_lost", "the workflow no longer ran")
    WORKFLOW_UNKNOWN = (
        "workflow_unknown",
        msg("difference_kind.workflow_unknown", "a workflow ran that the ledger does not know"),
    )
    WORKFLOW_UNRECORDED = (
        "workflow_unrecorded",
        msg("difference_kind.workflow_unrecorded", "a new journey waited for its first row in the ledger"),
    )
    WORKFLOW_REPLACED = (
        "workflow_replaced",
        msg("difference_kind.workflow_replaced", "another workflow ran under the id of the journey"),
    )
    WORKFLOW_STUCK = "workflow_stuck", msg("difference_kind.workflow_stuck", "the workflow was stuck on an error")
    SEARCH_ATTRIBUTES_DIFFER = (
        "search_attributes_differ",
        msg("difference_kind.search_attributes_differ", "Temporal's list said something else"),
    )
    LIST_DIFFERS = "list_differs", msg("difference_kind.list_differs", "the list said something else")
    PLACE_DIFFERS = "place_differs", msg("difference_kind.place_differs", "the place did not fit the stage")
    NOTICE_UNSENT = "notice_unsent", msg("difference_kind.notice_unsent", "a notice had not been sent")
    NOTICE_DEAD = "notice_dead", msg("difference_kind.notice_dead", "a notice could not be delivered")


BEYOND_REPAIR = frozenset(
    {
        DifferenceKind.LEDGER_BEHIND,
        DifferenceKind.WORKFLOW_UNKNOWN,
        DifferenceKind.WORKFLOW_UNRECORDED,
        DifferenceKind.WORKFLOW_REPLACED,
        DifferenceKind.WORKFLOW_STUCK,
    }
)
"""What no repair can mend: rows are restored from the histories, a workflow that is not ours is ended by hand, and one
that stands still needs new code, or what its worker lacks."""


LEFT_BY_A_REPAIR = frozenset({DifferenceKind.NOTICE_DEAD})
"""What a repair leaves as it is: a notice that could not be delivered is sent again once its cause is mended."""


class Difference(Strict):
    """One thing that does not agree: what follows from the ledger, and what was found instead."""

    journey_id: str
    kind: DifferenceKind
    expected: Message
    found: Message
    event_id: UUID | None = None

    @property
    def in_words(self) -> Message:
        """What was found, and what to do about it."""
        return _WHAT_TO_DO[self.kind].filled(expected=self.expected, found=self.found, journey=self.journey_id)


_WHAT_TO_DO = {
    DifferenceKind.LEDGER_BEHIND: msg(
        "difference.ledger_behind.what_to_do",
        "{journey}: the journey knows {expected}, but the ledger holds {found}. Do not repair it: restore what is"
        " missing from Temporal's histories.",
    ),
    DifferenceKind.WORKFLOW_LOST: msg(
        "difference.workflow_lost.what_to_do",
        "{journey}: its workflow should be {expected} but is {found}. Repair the journey: it "
        "starts again from the ledger.",
    ),
    DifferenceKind.WORKFLOW_UNKNOWN: msg(
        "difference.workflow_unknown.what_to_do",
        "{journey}: a workflow is {found}, but the ledger has {expected} of it. Find out who "
        "started it, and terminate it in Temporal.",
    ),
    DifferenceKind.WORKFLOW_UNRECORDED: msg(
        "difference.workflow_unrecorded.what_to_do",
        "{journey}: its workflow is {found} and waits to be recorded, but the ledger still has {expected} of it. Do not"
        " terminate it: the workers' log says what they lack, and the journey goes on once they have it.",
    ),
    DifferenceKind.WORKFLOW_REPLACED: msg(
        "difference.workflow_replaced.what_to_do",
        "{journey}: its workflow should be {expected} but {found} runs under its id. Find out who "
        "started it, terminate it in Temporal, and repair the journey.",
    ),
    DifferenceKind.WORKFLOW_STUCK: msg(
        "difference.workflow_stuck.what_to_do",
        "{journey}: its workflow should be {expected} but is {found}. Read its latest failure in "
        "Temporal, and start workers with corrected code.",
    ),
    DifferenceKind.SEARCH_ATTRIBUTES_DIFFER: msg(
        "difference.search_attributes_differ.what_to_do",
        "{journey}: Temporal's list should say {expected} but says {found}. Repair the journey.",
    ),
    DifferenceKind.LIST_DIFFERS: msg(
        "difference.list_differs.what_to_do",
        "{journey}: the list should say {expected} but says {found}. Repair the journey.",
    ),
    DifferenceKind.PLACE_DIFFERS: msg(
        "difference.place_differs.what_to_do",
        "{journey}: it should hold {expected} but holds {found}. Repair the journey.",
    ),
    DifferenceKind.NOTICE_UNSENT: msg(
        "difference.notice_unsent.what_to_do", "{journey}: {found}, and nobody is sending them. Repair the journey."
    ),
    DifferenceKind.NOTICE_DEAD: msg(
        "difference.notice_dead.what_to_do",
        "{journey}: {found}. See in the list of notices why, correct that, and send them again.",
    ),
}
