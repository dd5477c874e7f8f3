"""Drawing lots of those who wait for a place in a programme: the same by everybody who knows the seed and the ids."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from models.calendar.swedish_day import day_in_sweden
from models.events.events import LotDrawn
from models.identifiers import Actor, JourneyId
from models.ledger.receipt import Receipt
from runtime.errors import UsageError
from services.application import Application
from services.days import in_both
from services.journeys import Journeys
from services.queries.drawing import order_of
from services.queries.lines import JourneyLine
from workflows.messages import JOURNEYS

KIND = LotDrawn.model_fields["kind"].default


@dataclass(frozen=True)
class Drawing:
    """Those who wait, in the order that was drawn. `places` is for how many there are places, where that was said.

    `stands_since` is when this seed gave a number to those of them who have one, which stands whoever else waits.
    """

    seed: str
    places: int | None
    lines: tuple[JourneyLine, ...]
    stands_since: Mapping[JourneyId, datetime]

    def is_reserve(self, number: int) -> bool:
        return self.places is not None and number > self.places


def drawn(application: Application, programme: str, seed: str, places: int | None) -> Drawing:
    """Everybody who waits for a place in a programme and was offered none, in the order of the drawing.

    Raises UsageError where the programme draws no lots, nobody waits, or others waited when lots were drawn with the
    seed: a number that stands would then be another one's, too.
    """
    rules = application.book.programme(programme)
    if rules.lottery is None:
        raise UsageError(
            "lottery.none", "{programme} draws no lots. Write lottery into its rules first.", programme=rules.name
        )
    waiting = application.lists.all_waiting(programme)
    if not waiting:
        raise UsageError("lottery.nobody", "Nobody waits for a place in {programme}.", programme=rules.name)
    in_order = sorted(waiting, key=lambda line: order_of(seed, line.journey_id))
    drawn_at = application.lists.recorded_in(programme, KIND)
    stands = {
        line.journey_id: at
        for line in in_order
        if (at := drawn_at.get(str(_event_id(seed, line.journey_id)))) is not None
    }
    numbers = application.lists.numbers(stands)
    if any(numbers.get(line.journey_id, place) != place for place, line in enumerate(in_order, 1)):
        raise UsageError(
            "lottery.others_waited",
            "Others waited when lots were drawn with this seed on {day}, and those numbers stand. Draw with another "
            "seed that was told beforehand.",
            day=in_both(day_in_sweden(min(stands.values()))),
        )
    return Drawing(seed, places, tuple(in_order), stands)


def _event_id(seed: str, journey_id: JourneyId) -> UUID:
    return uuid5(JOURNEYS, f"{journey_id} draws a lot with {seed}")


def event_for(drawing: Drawing, number: int, actor: Actor, day: date) -> LotDrawn:
    """The event of a number. Its id follows from the journey and the seed: sent again it is the same."""
    line = drawing.lines[number - 1]
    return LotDrawn(
        event_id=_event_id(drawing.seed, line.journey_id),
        actor=actor,
        effective_on=day,
        number=number,
        of=len(drawing.lines),
        seed=drawing.seed,
        places=drawing.places,
    )


async def record(
    journeys: Journeys, drawing: Drawing, actor: Actor, day: date
) -> AsyncIterator[tuple[JourneyLine, Receipt]]:
    """Record the numbers one after another; each is recorded when it is given. Raises ServiceUnavailable."""
    for number, line in enumerate(drawing.lines, 1):
        yield line, await journeys.submit(line.journey_id, event_for(drawing, number, actor, day))
