"""What a bundle tells of one journey, for the commands on moments. It opens nothing but files."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from auditing.bundle.checks import file_findings
from auditing.bundle.layout import NAMES, RULES, STATEMENTS, folder_of
from auditing.bundle.names import names_by
from auditing.bundle.reader import Bundle
from auditing.bundle.source import BundleSource, read_names, read_statements
from auditing.evidence.findings import Finding
from auditing.evidence.recorded import JourneyRecord, recorded_in
from models.access.register import Register
from models.identifiers import JourneyId, is_journey_of
from runtime.errors import UsageError
from runtime.i18n import Names
from runtime.rulebook.loader import RuleBook
from services.application import candidate_of, only_one


@dataclass(frozen=True)
class FromBundle:
    """A journey as a bundle holds it; what is wrong with the files that it is read from, by the manifest; and what its
    people and things are called: staff by the signed register, partners and positions by the bundle."""

    record: JourneyRecord
    altered: tuple[Finding, ...]
    names: Callable[[RuleBook], Names]


async def recorded_from(file: Path, candidate: str, programme: str | None) -> FromBundle:
    """A candidate's journey as a bundle holds it, with the texts where it has them. Raises UsageError and Refused."""
    bundle, number = Bundle(file), candidate_of(candidate)
    found = [JourneyId.parse(id_) for id_ in bundle.journey_ids() if is_journey_of(id_, number, programme)]
    if not found:
        raise UsageError(
            "bundle.not_of_the_candidate",
            "The journey is not in {file}. Choose the bundle that holds it, or another candidate.",
            file=bundle.name,
        )
    journey_id = only_one(number, found)
    manifest, folder = bundle.manifest(), folder_of(journey_id)
    source = BundleSource(bundle, manifest)
    [evidence] = await source.read([journey_id])
    record = await recorded_in(evidence, source.texts(journey_id))
    altered = tuple(file_findings(bundle, manifest, (folder, RULES, STATEMENTS)))
    table, register = read_names(bundle, folder + NAMES), Register.fold(read_statements(bundle)[0])

    def names(book: RuleBook) -> Names:
        return names_by(table, register, record.rules, book)

    return FromBundle(record, altered, names)
