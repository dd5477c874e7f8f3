"""Which internships have to be in other units than one another once an earlier one was corrected."""

from models.events import events as e
from models.programme.way import OtherUnit
from models.stages import Stage
from models.state.state import State


def units_as_corrected(event: object, before: State | None, after: State | None) -> OtherUnit | None:
    """What is asked of the units where a correction says that an internship was completed elsewhere; None where no
    event does that, or the programme lets internships be in the same unit."""
    if not isinstance(event, e.Corrected) or before is None or after is None or not after.rules.shape.units_differ:
        return None
    if [one.position for one in before.completed] == [one.position for one in after.completed]:
        return None
    now = (after.internship,) if after.stage is Stage.INTERNSHIP and after.internship else ()
    positions = tuple(one.position for one in (*after.completed, *now))
    return OtherUnit(earlier=positions, source=after.rules.shape.source, is_corrected=True)
