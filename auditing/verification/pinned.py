"""The rules that were pinned when a journey began, and with them everything that is recorded of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditing.evidence.recorded import MOST_NOTICES, Recorded, recorded_of
from models.identifiers import CandidateNumber, JourneyId, is_journey_of
from models.programme.programme import Programme
from runtime.errors import UsageError
from services.application import Application

# Importing Temporal takes half a second, and the timeline only reads the database.
if TYPE_CHECKING:
    from auditing.evidence.evidence import Evidence


async def pinned_rules(application: Application, journey_id: JourneyId) -> Programme:
    """The rules in force at referral, from the journey's history, on the server or in the archive.

    Raises UsageError where it is gone, EntryChanged where it was changed, and ServiceUnavailable.
    """
    from auditing.verification.audit import Audit  # replaying, which is imported with it, takes half a second to import
    from runtime.archive import archived_by

    archived = archived_by(application.settings, application.reading)
    return await Audit(await application.client(), application.lists, archived).rules_of(journey_id)


async def everything_of(application: Application, journey_id: JourneyId) -> Recorded:
    """What is recorded of a journey. Raises as `pinned_rules`."""
    rules = await pinned_rules(application, journey_id)
    notices = application.lists.notices(journey_id=journey_id, limit=MOST_NOTICES)
    return Recorded(journey_id, rules, application.lists.ledger(journey_id), notices)


async def recorded_in(evidence: Evidence) -> Recorded:
    """The same by evidence, wherever it comes from: an archive or a bundle too. Raises UsageError where no run of the
    journey is kept."""
    from auditing.evidence.reading_runs import tell
    from runtime.temporal.converter import data_converter

    rules = (await tell(evidence.runs[:1], data_converter())).rules
    if rules is None:
        raise UsageError("Nothing is kept of the runs of this journey, and the rules of then stand in them.")
    return recorded_of(JourneyId.parse(evidence.journey_id), rules, evidence.ledger, evidence.rows["notices"])


def find_journey(application: Application, candidate: str, programme: str | None) -> JourneyId:
    """The id of a candidate's journey, also of one whose referral was refused: it has a row and no journey.

    Raises UsageError where there is none, or several.
    """
    try:
        return application.find(candidate, programme).journey_id
    except UsageError:
        number = CandidateNumber.read(candidate)
        found = [id_ for id_ in application.lists.journey_ids() if number and is_journey_of(id_, number, programme)]
        if len(found) != 1:
            raise
        return JourneyId.parse(found[0])
