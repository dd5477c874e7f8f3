"""What was just recorded, as the person's page tells it, and whether it can still be undone."""

from dataclasses import dataclass
from uuid import UUID

from interfaces.desk.asked import Asked
from interfaces.desk.journey_forms import RECORDED, row_of
from interfaces.desk.wording import capital, person_path
from models.events.descriptions import name_of
from models.events.events import CorrectionProposed
from models.identifiers import Actor
from runtime.errors import Refused, UsageError
from runtime.i18n import translate
from services.queries.lines import JourneyLine, LedgerLine
from services.recording.undoing import last_step

PROPOSED = CorrectionProposed.model_fields["kind"].default


@dataclass(frozen=True)
class Recorded:
    """The row that was written. `undo` leads to where it is taken back, while that can be."""

    what: str
    row: int
    stage: str
    waits_for_colleague: bool
    undo: str | None


def just_recorded(asked: Asked, line: JourneyLine, rows: list[LedgerLine]) -> Recorded | None:
    """What the address says was just recorded; None where it says nothing, or it is not the reader's own."""
    try:
        row = row_of(rows, UUID(asked.given(RECORDED) or ""))
    except ValueError:
        return None
    actor = Actor.read(row.actor or "") if row is not None else None
    if row is None or actor is None or actor.name != asked.person:
        return None
    return Recorded(
        what=capital(translate(name_of(row.kind))),
        row=row.row,
        stage=translate(line.stage.in_words),
        waits_for_colleague=row.kind == PROPOSED,
        undo=person_path(line.journey_id, "/angra") if _can_be_undone(asked, row, rows, actor) else None,
    )


def _can_be_undone(asked: Asked, row: LedgerLine, rows: list[LedgerLine], author: Actor) -> bool:
    try:
        return last_step(rows, author, asked.application.now()).row == row.row
    except (Refused, UsageError):
        return False
