"""Ledger rows that somebody wrote past the recorder: shown as such where they cannot be read, and stopping nothing."""

from typing import Annotated, Any

from pydantic import ValidationError, ValidationInfo, ValidatorFunctionWrapHandler, WrapValidator

from activities.language import said
from models.events.events import EVENT
from models.ledger.receipt import Receipt
from models.message import msg
from models.stages import Stage

UNREADABLE = msg(
    "receipt.unreadable",
    "The answer in this row cannot be read, so no worker of today's version wrote it. Have the journey verified.",
)


def _receipt(value: Any, read: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
    """The receipt of a row, or one that says that there is none: such a row counts as refused."""
    try:
        return read(value)
    except ValidationError:
        row = info.data
        if not {"event_id", "kind", "row", "recorded_at"} <= row.keys():
            raise
        return Receipt(
            event_id=row["event_id"],
            kind=row["kind"],
            accepted=False,
            row=row["row"],
            recorded_at=row["recorded_at"],
            stage=None,
            message=said(UNREADABLE, "en"),
            reason=UNREADABLE,
        )


def _stage(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    try:
        return read(value)
    except ValidationError:
        return None


def is_an_event(event: Any) -> bool:
    """Whether the contents of a row are an event that can be read."""
    try:
        EVENT.validate_python(event)
    except ValidationError:
        return False
    return True


ReceiptOfRow = Annotated[Receipt, WrapValidator(_receipt)]
"""The receipt that a row of the ledger holds. Stands below `event_id`, `kind`, `row` and `recorded_at`."""

StageOfRow = Annotated[Stage | None, WrapValidator(_stage)]
"""A stage that a row of the ledger names; None also where there is no such stage."""
