"""Handing a candidate to another coordinator: to somebody who is known here, and so can be told."""

from activities.directory import Directory
from models.identifiers import Actor, Role
from models.ledger.entry import LedgerEntry, RecordedRefusal


def unknown_coordinator(directory: Directory, entry: LedgerEntry) -> RecordedRefusal | None:
    """Why the coordinator whom an event, or a correction's replacement, names cannot take over; None where they can."""
    event = entry.event or {}
    replacement = event.get("replacement") or {}
    for said, kinds in ((event, {"coordinator_changed"}), (replacement, {"coordinator_changed", "referred"})):
        hands_over = said.get("kind") in kinds
        why_not = directory.why_not(Actor.of(Role.COORDINATOR, said["coordinator"])) if hands_over else None
        if why_not is not None:
            return RecordedRefusal(rule="the_coordinator_is_known", source="programmes/partners.toml", message=why_not)
    return None
