"""What may be done with a journey now, grouped as one looks for it."""

from models.events.events import EVENT_CLASSES
from models.events.fact import Fact
from models.message import Message, msg
from models.projections.status import Possible, Status

ONWARDS = msg("possible.onwards", "on the way")
ALONGSIDE = msg("possible.alongside", "alongside")
ENDINGS = msg("possible.endings", "ends the way")


def by_what_they_lead_to(status: Status) -> list[tuple[Message, list[Possible]]]:
    """The events that are possible now: those of the way, those alongside it, and those that end it."""
    groups: dict[str, tuple[Message, list[Possible]]] = {one.id: (one, []) for one in (ONWARDS, ALONGSIDE, ENDINGS)}
    for one in status.possible:
        groups[_group_of(EVENT_CLASSES[one.kind]).id][1].append(one)
    return [group for group in groups.values() if group[1]]


def _group_of(kind: type[Fact]) -> Message:
    if kind.is_ending:
        return ENDINGS
    return ALONGSIDE if kind.is_aside else ONWARDS
