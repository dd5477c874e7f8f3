"""What the actors have sent and what they were answered, written down as it happens; and what the faults were."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any


class Answer(StrEnum):
    """What somebody who sent an event was told last."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    TAKEN = "taken"
    """Temporal has taken a signal; nobody says what became of it."""
    NOT_RUNNING = "not running"
    NOT_SENT = "not sent"
    """The office itself saw that it would lead nowhere."""
    NONE = "none"


@dataclass(frozen=True)
class Sent:
    """One event that an actor has sent, however often. `row` is that of the receipt; an import tells none, nor an id.

    `signature` is that of a signal, by which its row is found where it was refused under another id.
    """

    by: str
    journey: str
    event_id: str
    kind: str
    answer: Answer
    row: int | None = None
    tries: int = 1
    signature: str = ""


@dataclass
class Journal:
    """Two files of lines of JSON, one of events sent and one of faults, and both in memory."""

    folder: Path
    sent: list[Sent] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    oddities: list[str] = field(default_factory=list)
    """What an actor has seen that nobody should."""
    began: float = field(default_factory=time.monotonic)

    def add(self, sent: Sent) -> None:
        self.sent.append(sent)
        self._write("sent.jsonl", asdict(sent))

    def fault(self, what: str, **said: Any) -> None:
        """A fault begins, or ends, or could not be."""
        if what == "begins":
            self.faults[str(said["fault"])] += 1
        self._write("chaos.jsonl", {"at": round(time.monotonic() - self.began, 2), "what": what, **said})

    def odd(self, what: str) -> None:
        self.oddities.append(what)
        self.fault("odd", told=what)

    def _write(self, name: str, said: dict[str, Any]) -> None:
        with (self.folder / name).open("a") as file:
            file.write(json.dumps(said, ensure_ascii=False) + "\n")

    def answered(self, *answers: Answer) -> Iterator[Sent]:
        return (sent for sent in self.sent if sent.answer in answers)
