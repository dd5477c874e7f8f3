"""When an auditor last signed the ledger, where auditors leave a copy of their checkpoints for this."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

NAMED = re.compile(r"hela-vagen-checkpoint-(\d{4}-\d{2}-\d{2}T\d{4})Z\.json")

OVERDUE_AFTER = timedelta(days=2)
"""Checkpoints are made each night: what was recorded after the latest one can be cut off unseen."""


def latest_checkpoint(folder: Path) -> datetime | None:
    """The moment of the latest checkpoint in a folder, by its name; None where there is none. Raises OSError."""
    found = [NAMED.fullmatch(file.name) for file in folder.iterdir()]
    moments = [datetime.strptime(name[1], "%Y-%m-%dT%H%M").replace(tzinfo=UTC) for name in found if name]
    return max(moments, default=None)
