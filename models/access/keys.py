"""Keys in the register of authority: whose each is, and when it counts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from models.sign_ins import ServerKind

KeyOf = Literal["person", "partner", "worker", "server"]
"""Of what kind the holder of a key is."""


@dataclass(frozen=True)
class Key:
    """Whose a key is, and when it counts: from `since` up to, but not including, `until`. A server's says for whom it
    speaks."""

    holder: str
    of: KeyOf
    since: datetime
    until: datetime | None = None
    speaks_for: ServerKind | None = None

    def counts_at(self, moment: datetime) -> bool:
        return self.since <= moment and (self.until is None or moment < self.until)
