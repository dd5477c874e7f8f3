"""What would follow from a move that nobody has sent, on either side: by the same rules as of any event."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from models.events.events import Event
from models.journey.fold import Entry
from runtime.i18n import _
from services.application import Application
from services.queries.lines import JourneyLine, LedgerLine, accepted_entries
from services.recording.foretold import steps_of
from services.recording.moving import Plan, refused
from services.recording.preview import Preview, preview, preview_in


class Side(NamedTuple):
    """What would follow for one of the two; nothing where their journey has other rules than today's."""

    line: JourneyLine
    follows: Preview | None

    def in_words(self) -> Iterator[str]:
        """A line for each thing."""
        if self.follows is None or self.follows.by_other_rules:
            yield _("The journey has older rules than today's, by which this was reckoned. They decide.")
        if self.follows is not None:
            yield from steps_of(self.follows)


def foresee(application: Application, plan: Plan) -> tuple[Side, Side]:
    """What would follow for the right person, and for the wrong one; of what takes two, once it is approved. What
    stands already of a move that was cut off follows no more.

    Raises Refused where either journey would refuse it."""
    here, there = (application.lists.ledger(line.journey_id) for line in (plan.source, plan.target))
    recorded = [step.recorded for step in plan.steps]
    struck: Sequence[Event] = [plan.proposed] if plan.takes_two else [step.struck for step in reversed(plan.steps)]
    return (
        _side(application, plan.target, recorded, there),
        _side(application, plan.source, struck, here),
    )


def _side(application: Application, line: JourneyLine, events: Iterable[Event], rows: Sequence[LedgerLine]) -> Side:
    entries, found = accepted_entries(rows), list[Preview]()
    sent = {entry.event.event_id for entry in entries}
    for event in (one for one in events if one.event_id not in sent):
        if not found:
            follows = preview(application, line, event, rows)
        else:
            rules = application.book.programme(line.programme)
            follows = preview_in(application, rules, line.journey_id, entries, event)
        if follows is None:
            return Side(line, None)
        if follows.refused is not None and not follows.by_other_rules:
            raise refused(line, follows.refused.why)
        found.append(follows)
        entries = (*entries, Entry(event=event, recorded_at=application.now()))
    return Side(line, _together(found) if found else None)


def _together(found: Sequence[Preview]) -> Preview:
    """Several steps as one: from where the first begins to where the last leads, with all whom any of them tells."""
    first, last = found[0], found[-1]
    told = {one.recipient: one for each in found for one in each.told}
    begun = {one.name: one for each in found for one in each.deadlines}
    places = sum(one.places for one in found)
    about = next((one for one in reversed(found) if one.places), last)
    return last.model_copy(
        update={
            "before": first.before,
            "told": tuple(told.values()),
            "deadlines": tuple(begun.values()),
            "odd": tuple(dict.fromkeys(odd for one in found for odd in one.odd)),
            "places": places,
            "position": about.position,
            "title": about.title,
            "left": about.left,
            "by_other_rules": first.by_other_rules,
        }
    )
