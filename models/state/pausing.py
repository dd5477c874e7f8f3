"""What comes to its end while a journey is paused: said at once, since no deadline reminds of it then."""

from collections.abc import Iterator
from datetime import date

from models.fields import Strict
from models.message import Message, msg
from models.stages import Stage
from models.state.employment_limits import conversion
from models.state.partner_obligations import answer_day, unanswered
from models.state.state import State

AGREED = {Stage.INTERNSHIP: "internship", Stage.TEMPORARY_ROLE: "temporary_role"}

UNION, LAW = "union_answer", "conversion"


class EndInPause(Strict):
    """Something that ends on a day of the pause. `union` is who was to answer by then."""

    what: str
    on: date
    union: str | None = None

    @property
    def in_words(self) -> Message:
        """What ends, when, and whether the pause puts it off."""
        return _WORDS[self.what].filled(day=self.on, union=self.union or "")


_WORDS = {
    "internship": msg(
        "ends_in_pause.internship",
        "The internship ends on {day}, in the pause. If it shall go on afterwards, agree on another last day "
        "before the journey is paused, or once it is resumed.",
    ),
    "temporary_role": msg(
        "ends_in_pause.temporary_role",
        "The temporary role ends on {day}, in the pause. If it shall go on afterwards, agree on another last "
        "day before the journey is paused, or once it is resumed.",
    ),
    LAW: msg("ends_in_pause.conversion", "By law the role becomes permanent on {day}, which no pause puts off."),
    UNION: msg(
        "ends_in_pause.union_answer",
        "{union} was to answer by {day}, which the pause puts off by as many days as it lasts.",
    ),
}


def ends_in_pause(state: State) -> tuple[EndInPause, ...]:
    """What ends on days of the pause of today, the earliest first; without a day to return, whatever is to end."""
    return tuple(sorted(_ends(state), key=lambda one: one.on)) if state.pause else ()


def _ends(state: State) -> Iterator[EndInPause]:
    assert state.pause is not None
    first, until = state.pause.from_day, state.pause.until
    law = conversion(state)
    ends = [EndInPause(what=UNION, on=answer_day(state, one), union=one.union) for one in unanswered(state)]
    if state.agreed_end is not None:
        ends.append(EndInPause(what=AGREED[state.stage], on=state.agreed_end))
    if law is not None:
        ends.append(EndInPause(what=LAW, on=law.on))
    yield from (one for one in ends if one.on >= first and (until is None or one.on < until))
