"""Erasing what somebody wrote in an event, by a decision: the text goes, and a signed row says so."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.access.permissions import Operation
from models.events.texts import is_reference, texts_in
from models.fields import OneLine, Strict
from models.identifiers import Actor
from models.tables.people import TextErasureRow, TextRow
from runtime.database import left_nothing_behind
from runtime.errors import Refused, UsageError
from services.application import Application
from services.chained_rows import append
from services.privacy.permits import permitted
from services.queries.lines import JourneyLine
from services.texts import texts_of

ATTEMPTS = 10
"""Others may erase at the same moment; each time one of them gets the number."""

ONE_LINE: TypeAdapter[str] = TypeAdapter(OneLine)


class ErasedTexts(Strict):
    """What was erased of a ledger row: the fields, by which decision of whom, and when.

    `is_gone` says whether nothing of it is left in files of the database; otherwise others were reading it just then.
    """

    row: int
    fields: tuple[str, ...]
    decision: str
    decided_by: str
    erased_by: str
    erased_at: datetime
    is_gone: bool


def erase_texts(
    application: Application,
    line: JourneyLine,
    row: int,
    *,
    decision: str,
    field: str | None = None,
    decided_by: str | None = None,
    actor: str | None = None,
) -> ErasedTexts:
    """Erase the texts of a ledger row, or that in one field, wherever else a correction has taken them along.

    Raises UsageError where the row has none, and Refused where they are erased already, or the table of permissions
    does not permit it.
    """
    who = permitted(application, actor, Operation.TEXT_ERASED, [line])
    reference, decider = _one_line("decision", decision), _one_line("decided-by", decided_by or who.name)
    found = _texts_of_row(application, line, row, field)
    kept = texts_of(application.reading, line.journey_id)
    left = [one for one, name in found.items() if one in kept and kept[one].erased_at is None]
    if not left:
        raise Refused("erasure.already", "The text of row {row} has already been erased.", row=row)
    at = application.now()
    said = {"journey_id": line.journey_id, "decided_by": decider, "decision": reference}
    _erase(application, left, said, who, at)
    return ErasedTexts(
        row=row,
        fields=tuple(dict.fromkeys(found[one] for one in left)),
        decision=reference,
        decided_by=decider,
        erased_by=who,
        erased_at=at,
        is_gone=left_nothing_behind(application.writing),
    )


def _texts_of_row(application: Application, line: JourneyLine, row: int, field: str | None) -> dict[str, str]:
    """The field of each text of a row, by its reference. Raises UsageError where there is none."""
    lines = application.lists.ledger(line.journey_id)
    event = next((one.event for one in lines if one.row == row), None)
    texts = [(place.field, text) for place, text in texts_in(event) if is_reference(text)]
    found = {text: name for name, text in texts if field in (None, name)}
    if not found:
        named = ", ".join(dict.fromkeys(name for name, _ in texts))
        if field is not None and named:
            raise UsageError(
                "erasure.other_field",
                "Row {row} has no text in the field {field}. Available: {known}.",
                row=row,
                field=field,
                known=named,
            )
        raise UsageError("erasure.no_text", "Row {row} has no text that can be erased.", row=row)
    return found


def _erase(
    application: Application, references: Sequence[str], said: Mapping[str, str], who: Actor, at: datetime
) -> None:
    """All of them or none, each with its row in the log."""
    for _ in range(ATTEMPTS):
        try:
            with Session(application.writing) as session, session.begin():
                done = set(session.scalars(select(TextErasureRow.text).where(TextErasureRow.text.in_(references))))
                for one in references:
                    if one not in done:
                        row = TextErasureRow(text=one, **said)
                        append(session, row, by=str(who), at=at, keyring=application.keyring)
                        session.flush()
                session.execute(update(TextRow).where(TextRow.id.in_(references)).values(contents=None))
            return
        except IntegrityError:
            continue
    raise Refused("erasure.busy", "Others are erasing just now. Try again.")


def _one_line(name: str, written: str) -> str:
    try:
        return ONE_LINE.validate_python(written)
    except ValidationError as error:
        raise UsageError("erasure.one_line", "{name} must be one line of at most 200 characters.", name=name) from error
