"""What recurs while somebody works, and is done: a claim of money, a certificate of studies, another task."""

from typing import Annotated, Literal

from pydantic import Field

from models.events.fact import Fact
from models.fields import Name, added
from models.message import msg


class DutyDone(Fact):
    """What the programme asks for each period was done for one: a claim, a certificate, another task.

    `period` is its name, such as `2026-03` or `ht-2026`. A claim states its `days` and what they are worth in whole
    `kronor`, a certificate whether the candidate `passed`.
    """

    kind: Literal["duty_done"] = "duty_done"
    named = msg("event_name.duty_done", "duty of a period")
    told = msg("event.duty_done", "Done for {period}: {duty}.{stated}")
    is_aside = while_paused = True

    duty: Name
    period: Name
    days: Annotated[int, Field(ge=1, le=366)] | None = added(None)
    kronor: Annotated[int, Field(ge=1, le=100_000_000)] | None = added(None)
    passed: bool | None = added(None)
