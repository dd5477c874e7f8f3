"""What a bundle tells of one journey, for the commands on moments. It opens nothing but files."""

from pathlib import Path

from auditing.bundle.reader import Bundle
from auditing.bundle.source import BundleSource
from auditing.evidence.recorded import JourneyRecord, recorded_in
from models.identifiers import JourneyId, is_journey_of
from runtime.errors import UsageError
from services.application import candidate_of, only_one


async def recorded_from(file: Path, candidate: str, programme: str | None) -> JourneyRecord:
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
    source = BundleSource(bundle, bundle.manifest())
    [evidence] = await source.read([journey_id])
    return await recorded_in(evidence, source.texts(journey_id))
