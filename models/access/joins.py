"""Which candidate numbers are one person's: folded from signed statements. Pure."""

from dataclasses import dataclass, field
from datetime import datetime

from models.access.statements import CandidatesJoined
from models.identifiers import CandidateNumber
from models.message import Message, msg

NOT_JOINED = msg("join.not_joined", "These two are not joined.")
ONE_ALREADY = msg("join.one_already", "These two are one person already.")
LEADS_ELSEWHERE = msg("join.leads_elsewhere", "The later number leads to another one already. Undo that first.")


@dataclass
class Joins:
    """What was said of numbers that are one person's. A moment asks for what held then; without one, for today."""

    said: list[CandidatesJoined] = field(default_factory=list)

    def leads_to(self, candidate: str, at: datetime | None = None) -> CandidateNumber:
        """The earliest number of the person who has this one: itself, where nothing is joined."""
        led, number = self._led(at), CandidateNumber(candidate)
        while number in led:
            number = led[number]
        return number

    def numbers_of(self, candidate: str, at: datetime | None = None) -> tuple[CandidateNumber, ...]:
        """All numbers of the person who has this one, the earliest first."""
        first = self.leads_to(candidate, at)
        return (first, *sorted(one for one in self._led(at) if self.leads_to(one, at) == first))

    def why_not(self, said: CandidatesJoined) -> Message | None:
        """Why this cannot be said now; None where it can."""
        led = self._led(None)
        if said.undone:
            return None if led.get(said.later) == said.earlier else NOT_JOINED
        if self.leads_to(said.later) == self.leads_to(said.earlier):
            return ONE_ALREADY
        return LEADS_ELSEWHERE if said.later in led else None

    def _led(self, at: datetime | None) -> dict[CandidateNumber, CandidateNumber]:
        led: dict[CandidateNumber, CandidateNumber] = {}
        for one in list(self.said):  # another thread may be taking in a statement
            if at is not None and one.at > at:
                continue
            if one.undone:
                led.pop(one.later, None)
            else:
                led[one.later] = one.earlier
        return led
