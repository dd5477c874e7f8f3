"""What somebody wants exported: which journeys, in which languages, and whether with who the candidates are."""

from dataclasses import dataclass
from typing import NamedTuple

from activities.contents import candidate_in
from activities.language import Language
from auditing.bundle import layout
from auditing.bundle.journey_files import as_json, as_lines
from auditing.bundle.layout import Extent, folder_of
from auditing.evidence.evidence import journey_ids
from auditing.evidence.recorded import find_journey, open_journey
from auditing.inspection.opening import open_texts
from auditing.transparency.checkpoint import Checkpoint
from models.access.permissions import Reading
from models.identifiers import Actor
from models.ledger.hash_chain import plain
from runtime.errors import Refused, UsageError
from runtime.i18n import read_language
from services.application import Application
from services.identities.access import open_whole_identity
from services.queries.protected import protected_on
from services.readers import reader_of
from services.reading import known_with_a_reason
from services.texts import KeptText

BOTH: tuple[Language, ...] = ("sv", "en")


@dataclass(frozen=True)
class Identities:
    """Opens identities and texts for somebody who says why."""

    desk: Application
    actor: Actor
    because: str

    def person_files(self, journey_id: str) -> "PersonFiles":
        """Who the candidate of a journey is, and what was written of them; that it was opened is recorded.

        Raises Refused while the person is being judged, and where nobody is known by that number.
        """
        lines = self.desk.lists.found(journey_id=journey_id)
        if not lines:
            raise Refused(
                "identity.referral_refused",
                "The referral of {journey} was refused, so the identity cannot be opened.",
                journey=journey_id,
            )
        [line] = lines
        reader = reader_of(self.desk, self.desk.reads_as, line, Reading.IDENTITY)
        person = open_whole_identity(self.desk, line, reader, self.because)
        texts = open_texts(self.desk, line, self.because)
        said = as_lines([one.model_dump(mode="json") for one in texts.values()])
        earlier, since = list(person["earlier"] or ()), plain(person["registered_at"])
        known = as_json({**person, "earlier": earlier, "registered_at": since})
        return PersonFiles({layout.PERSON: known, layout.TEXTS: said}, texts)


class PersonFiles(NamedTuple):
    """The files that a bundle has of a person, and the texts in them by their references."""

    files: dict[str, bytes]
    texts: dict[str, KeptText]


@dataclass(frozen=True)
class Wanted:
    """What shall be exported, and how. Without `identities` nobody is named."""

    candidate: str | None = None
    programme: str | None = None
    checkpoint: Checkpoint | None = None
    languages: tuple[Language, ...] = BOTH
    identities: Identities | None = None


def languages_in(lang: str | None) -> tuple[Language, ...]:
    """Both, where nobody says which. Raises UsageError."""
    return (read_language(lang.strip().lower(), "--lang"),) if lang else BOTH


def identities_for(application: Application, *, personal: bool, because: str | None) -> Identities | None:
    """For whoever the settings say is here, by their own right; None where nobody is to be named.

    Raises UsageError without a reason, and Refused for a stranger."""
    if personal:
        actor = known_with_a_reason(application, application.reads_as, because)
        return Identities(application, actor, (because or "").strip())
    if because:
        raise UsageError(
            "bundle.reason_without_identities",
            "A reason is given, but the identities are not included. Include the identities or omit the reason.",
        )
    return None


class Chosen(NamedTuple):
    """The journeys of an export, in the order of their folders, and how many protected persons' it leaves out."""

    ids: list[str]
    protected: int = 0


def journeys_for(application: Application, wanted: Wanted) -> Chosen:
    """The journeys that were asked for, without those of protected persons.

    Of the one candidate asked for, whoever opens the identity is refused, or named as one of their staff, as it is
    opened. Raises UsageError where there are none, and Refused where that one is protected and stays unnamed.
    """
    if wanted.candidate is not None:
        find = find_journey if wanted.identities is not None else open_journey
        return Chosen([find(application, wanted.candidate, wanted.programme)])
    extent = Extent(programme=wanted.programme)
    found, protected = list(filter(extent.has, journey_ids(application.reading))), protected_on(application.reading)
    if not found:
        raise UsageError("export.no_journey", "No journey matches, so nothing was exported.")
    ids = sorted((id_ for id_ in found if candidate_in(id_) not in protected), key=folder_of)
    if not ids:
        raise UsageError(
            "export.all_protected",
            "Every journey that matches is of a protected person, so nothing was exported.",
        )
    return Chosen(ids, len(found) - len(ids))
