"""A verifier of what the server, the archive and the database keep."""

from dataclasses import dataclass
from pathlib import Path

from auditing.evidence.evidence import LiveSource
from auditing.transparency.checkpoint import read_checkpoint
from auditing.verification.checkpoint_checks import outside
from auditing.verification.replay import Replays
from auditing.verification.verifier import Verifier, nothing_outside
from runtime.archive import archived_by
from runtime.build import build_id
from runtime.database import open_for_reading
from runtime.settings import Settings, require_database_to_audit
from runtime.temporal.client import connect
from runtime.temporal.converter import data_converter


@dataclass(frozen=True)
class LiveVerifier:
    """Opens a verifier of what is kept where the settings say, held against a checkpoint where one is named."""

    settings: Settings
    checkpoint: Path | None = None

    async def open(self) -> Verifier:
        """Raises ServiceUnavailable, and UsageError where something cannot be opened."""
        client = await connect(self.settings)
        engine = open_for_reading(require_database_to_audit(self.settings))
        source = LiveSource(engine, client, archived_by(self.settings, engine))
        against = outside(read_checkpoint(self.checkpoint)) if self.checkpoint else nothing_outside
        replays = Replays(client.namespace, data_converter())
        return Verifier(source, replays, data_converter(), against, build_id(self.settings.build_id))
