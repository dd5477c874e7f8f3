"""Check of what everything works for: that notices arrive, nights come to something, and somebody signs the ledger."""

from models.message import Message, msg
from runtime.errors import Refused
from services.observation.concerns import as_one, look
from services.operations.doctor.checkup import Check, Patient


async def _concerns(patient: Patient) -> None:
    settings = patient.settings
    found = await look(patient.reading, patient.client, settings.task_queue, settings.checkpoints, patient.now())
    if found:
        raise Refused(as_one(found))


TITLE: Message = msg("check.concerns", "what the nightly mail tells")

CONCERNS = Check("concerns", TITLE, _concerns, ("namespace", "database_form"))
