"""What somebody wants exported, as they asked for it."""

from dataclasses import dataclass
from pathlib import Path

from activities.language import Language
from auditing.bundle.manifest import Extent
from auditing.bundle.names import folder_of
from auditing.bundle.personal import Identities, identities
from auditing.evidence.evidence import journey_ids
from auditing.transparency.checkpoint import Checkpoint, read_checkpoint
from auditing.transparency.signing import read_public_key
from auditing.verification.pinned import find_journey
from runtime.errors import UsageError
from runtime.i18n import read_language
from services.application import Application

BOTH: tuple[Language, ...] = ("sv", "en")


@dataclass(frozen=True)
class Wanted:
    """What shall be exported, and how. Without `identities` nobody is named."""

    candidate: str | None = None
    programme: str | None = None
    checkpoint: Checkpoint | None = None
    languages: tuple[Language, ...] = BOTH
    identities: Identities | None = None


def checkpoint_in(file: Path | None, key: str | None) -> Checkpoint | None:
    """The checkpoint that proofs shall be made from. Raises UsageError and Refused."""
    if file is None:
        if key is not None:
            raise UsageError("--key belongs to --checkpoint; add it, or leave the key away.")
        return None
    return read_checkpoint(file, read_public_key(key) if key else None)


def languages_in(lang: str | None) -> tuple[Language, ...]:
    """Both, where nobody says which. Raises UsageError."""
    return (read_language(lang.strip().lower(), "--lang"),) if lang else BOTH


def identities_for(*, personal: bool, because: str | None) -> Identities | None:
    """None where nobody is to be named. Raises UsageError without a reason, and Refused for a stranger."""
    if personal:
        return identities(because)
    if because:
        raise UsageError("--because belongs to --personal; add it, or leave it away.")
    return None


def journeys_for(application: Application, wanted: Wanted) -> list[str]:
    """The journeys that were asked for, in the order of their folders. Raises UsageError where there are none."""
    if wanted.candidate is not None:
        return [find_journey(application, wanted.candidate, wanted.programme)]
    extent = Extent(programme=wanted.programme)
    ids = sorted(filter(extent.has, journey_ids(application.reading)), key=folder_of)
    if not ids:
        raise UsageError("There is no such journey to export; see: admin.py list.")
    return ids
