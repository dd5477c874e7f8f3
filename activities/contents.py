"""What is sealed in rows of the database: of the ledger an event with its receipt, of the outbox a notice."""

from typing import Any, NamedTuple
from uuid import UUID

from pydantic import ValidationError

from activities.seals import CannotOpen, Seal, place_of
from models.canonical import digest_of
from models.identifiers import JourneyId
from models.ledger.entry import LedgerEntry
from models.ledger.receipt import Receipt
from models.message import msg
from models.partners.notice import Notice
from models.signatures import salt_of


class LedgerContents(NamedTuple):
    """The contents of a ledger row: an event, with the salt of its digest, and the receipt, with that of its own.

    None where they are erased; `receipt` then is what the row's other columns say.
    """

    event: dict[str, Any] | None
    event_salt: str | None
    receipt: Any
    receipt_salt: str | None

    @property
    def commitment(self) -> str:
        """What stands in the row for the receipt."""
        return digest_of({"receipt": self.receipt, "salt": self.receipt_salt})


def contents_of(seal: Seal, entry: LedgerEntry, receipt: Receipt) -> LedgerContents:
    """The contents of the row of an entry."""
    salt = seal.salt(_ledger_place(entry.journey_id, receipt.row).encode())
    return LedgerContents(entry.event, salt_of(entry.signed), receipt.model_dump(mode="json"), salt)


def sealed(seal: Seal, contents: LedgerContents, journey_id: str, row: int) -> bytes:
    """The contents as they stand in the row."""
    return seal.seal_json(_ledger_place(journey_id, row), list(contents))


def opened(seal: Seal, row: Any) -> LedgerContents:
    """The contents of a ledger row. Raises CannotOpen."""
    said = seal.open_json(_ledger_place(row.journey_id, row.row), row.contents)
    try:
        return LedgerContents(*said)
    except TypeError:
        raise CannotOpen from None


def event_in(seal: Seal, row: Any) -> dict[str, Any] | None:
    """The event in a ledger row; None where it does not open, or is not the one that the row's digest names."""
    try:
        contents = opened(seal, row)
    except CannotOpen:
        return None
    is_the_rows = contents.event is not None and digest_of(contents.event, contents.event_salt or "") == row.digest
    return contents.event if is_the_rows else None


def erased(row: Any) -> LedgerContents:
    """What is left of the contents of a row whose candidate was erased: what its other columns say."""
    said = msg("receipt.erased", "The contents of this row have been erased.")
    receipt = {
        "event_id": str(row.event_id),
        "kind": row.kind,
        "accepted": row.accepted,
        "row": row.row,
        "recorded_at": row.recorded_at.isoformat(),
        "stage": row.stage_after,
        "rule": row.rule,
        "source": row.source,
        "message": "The contents of this row have been erased.",
        "reason": said.model_dump(mode="json"),
    }
    return LedgerContents(None, None, receipt, None)


def _ledger_place(journey_id: str, row: int) -> str:
    return place_of("ledger", journey_id, row)


def sealed_notice(seal: Seal, notice: Notice) -> bytes:
    """A notice as it stands in the outbox."""
    return seal.seal_json(place_of("notices", notice.notice_id), notice.model_dump(mode="json"))


def opened_notice(seal: Seal, notice_id: UUID | str, contents: bytes) -> Any:
    """A notice from the outbox, as JSON. Raises CannotOpen."""
    return seal.open_json(place_of("notices", UUID(str(notice_id))), contents)


def notice_in(seal: Seal, row: Any) -> Notice | None:
    """The notice in a row of the outbox; None where it does not open, or is none."""
    return notice_from(seal, row.notice_id, row.contents)


def notice_from(seal: Seal, notice_id: UUID, contents: bytes) -> Notice | None:
    """The same of what such a row holds."""
    try:
        return Notice.model_validate(opened_notice(seal, notice_id, contents))
    except (CannotOpen, ValidationError):
        return None


def candidate_in(journey_id: str) -> str:
    """Whose a row is; nobody's where its journey is none, and then it opens with no key."""
    journey = JourneyId.read(journey_id)
    return journey.candidate if journey is not None else ""
