"""How two candidates look in a terminal before they are joined."""

from interfaces.cli.output import journeys, show
from runtime.i18n import _, as_typed
from services.identities.joining import ToBeJoined
from services.queries.titles import Titles


def to_be_joined(found: ToBeJoined, titles: Titles) -> None:
    """Both of those who are to be joined, with their ways, and that they differ."""
    for one in (found.earlier, found.later):
        show.tell(f"{one.candidate}  {one.name}" if one.name else one.candidate, style="bold")
        for line in titles.shown(one.ways):
            stage = f"{as_typed(line.stage)}{journeys.if_paused(line.paused)}"
            place = {"programme": line.programme, "stage": stage, "day": line.since}
            show.tell("  " + _("{programme}: {stage}, since {day}", **place))
    if found.differ:
        show.tell(_("Odd: the names or the dates of birth differ."), style="bold")
