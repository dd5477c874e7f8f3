"""A verifier of what the server, the archive and the database keep."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine
from temporalio.client import Client

from auditing.evidence.evidence import LiveSource
from auditing.transparency.checkpoint import read_checkpoint
from auditing.verification.checkpoint_checks import checkpoint_check
from auditing.verification.replay import JourneyReplayer
from auditing.verification.verifier import Check, Verifier
from runtime.archive import Archived, archived_by, nothing_archived
from runtime.build import build_id
from runtime.database import open_for_reading
from runtime.settings import Settings, require_database_to_audit
from runtime.temporal.client import connect


def live_verifier(
    client: Client,
    engine: Engine,
    archived: Archived = nothing_archived,
    checks: Sequence[Check] = (),
    build: str | None = None,
) -> Verifier:
    """A verifier of what these keep. It writes nothing."""
    return Verifier(
        LiveSource(engine, client, archived), JourneyReplayer(client.namespace), checks, build or build_id()
    )


@dataclass(frozen=True)
class LiveVerifier:
    """Opens a verifier of what is kept where the settings say, held against a checkpoint where one is named."""

    settings: Settings
    checkpoint: Path | None = None

    async def open(self) -> Verifier:
        """Raises ServiceUnavailable, and UsageError where something cannot be opened."""
        client = await connect(self.settings)
        engine = open_for_reading(require_database_to_audit(self.settings))
        checks = [checkpoint_check(read_checkpoint(self.checkpoint))] if self.checkpoint else []
        archived = archived_by(self.settings, engine)
        return live_verifier(client, engine, archived, checks, build_id(self.settings.build_id))
