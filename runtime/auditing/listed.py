"""What the read models say of a journey, held against what its events amount to."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.details import Details, details
from models.journey import Journey
from models.status import describe
from runtime.lists import JourneyLine


@dataclass(frozen=True)
class Listed:
    """A journey's line, None where it has none, and the details beside it."""

    journey: JourneyLine | None
    details: Details


def differences(fold: Journey, listed: Listed, at: datetime) -> Iterator[tuple[str, str, str]]:
    """What differs, what the events amount to, and what is listed, as of the journey's last moment."""
    line, state = listed.journey, fold.state
    if (state is None) is not (line is None):
        yield "lists differ", str(state and state.stage), str(line)
    if state is not None and line is not None:
        status = describe(line.candidate, line.programme, state, len(fold.entries), at)
        for name in JourneyLine.model_fields:
            if name != "journey_id" and getattr(status, name) != getattr(line, name):
                yield f"{name} differs", str(getattr(status, name)), str(getattr(line, name))
    expected = details(state)
    for name in Details.model_fields:
        ours, theirs = (_told(name, getattr(one, name)) for one in (expected, listed.details))
        if ours != theirs:
            yield f"{name} differ", "; ".join(ours) or "nothing", "; ".join(theirs) or "nothing"


def _told(name: str, rows: tuple[Any, ...]) -> list[str]:
    """Rows as text; but for the way, where it says something, in an order that does not depend on the table's."""
    told = [row.model_dump_json() for row in rows]
    return told if name == "passages" else sorted(told)
