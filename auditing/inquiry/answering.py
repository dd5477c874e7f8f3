"""The answer to a question across journeys: read anew each time, some journeys at a time, never all in memory."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Engine

from activities.contents import candidate_in
from auditing.inquiry.answers import Asked, Means
from auditing.inquiry.inquiry import Found, Inquiry, Tally
from auditing.inquiry.overdue import PinnedRules
from auditing.inquiry.questions import QUESTIONS, Question
from auditing.inquiry.reads import Reading, reads_of
from auditing.inquiry.rows import CHARGE, CORRECTIONS, JourneyRows, ids_known_by, rows_of
from auditing.inquiry.staff import Staff
from models.access.register import Register
from runtime.errors import UsageError
from services.queries.protected import protected_on

AT_ONCE = 500
"""Journeys that are read at a time."""


def question_of(written: str) -> str:
    """The question that somebody means. Raises UsageError."""
    if written in QUESTIONS:
        return written
    known = ", ".join(QUESTIONS)
    raise UsageError("find.question", "Unknown question {question}. Available: {known}.", question=written, known=known)


@dataclass
class Answer:
    """What answers a question; its `tally` is complete once it has been read to the end."""

    engine: Engine
    inquiry: Inquiry
    register: Register
    rules: PinnedRules | None = None
    tally: Tally = field(default_factory=Tally)

    @property
    def question(self) -> Question:
        return QUESTIONS[self.inquiry.question]

    def found(self) -> Iterator[Found]:
        """What answers, by journey in the order of their ids, each in the order of its rows."""
        self.tally = Tally()
        staff = Staff.known_by(self.engine, self.register, self.inquiry.known_by)
        means = Means(staff, self.rules, self.tally)
        for asked in self._asked(means):
            before = self.tally.rows
            for one in self.question.answer(asked):
                if self.question.by_journey or asked.fits(one):
                    self.tally.rows += 1
                    yield one
            self.tally.journeys += self.tally.rows > before

    def journeys(self) -> Iterator[str]:
        """The journeys in the answer, each once."""
        latest = None
        for one in self.found():
            if one.journey_id != latest:
                yield (latest := one.journey_id)

    def _asked(self, means: Means) -> Iterator[Asked]:
        """The question, as it is asked of each journey of the scope."""
        inquiry, protected = self.inquiry, protected_on(self.engine)
        every = ids_known_by(self.engine, inquiry.scope.candidates, inquiry.known_by)
        ids = [id_ for id_ in every if inquiry.scope.names(id_)]
        for chunk in (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE)):
            hidden = {id_ for id_ in chunk if candidate_in(id_) in protected and not self._shows_protected()}
            self.tally.protected += len(hidden)
            shown = [id_ for id_ in chunk if id_ not in hidden]
            reads = self._reads(shown, protected) if self.question.looks_at_reads else {}
            for journey in self._rows(shown):
                if inquiry.asks_where and journey.town is None:
                    self.tally.untold["erased" if journey.erased else "unreadable"] += 1
                elif inquiry.town in (None, journey.town):
                    self.tally.examined += 1
                    self.tally.erased += journey.erased
                    yield Asked(inquiry, means, journey, reads.get(journey.id, ()))

    def _shows_protected(self) -> bool:
        """Whoever read of a protected person is told, as `reads` does; where the person is, nobody is."""
        return self.question.looks_at_reads and not self.inquiry.asks_where

    def _rows(self, ids: Sequence[str]) -> Iterator[JourneyRows]:
        needs = self.question.needs
        if needs.opened is not None and (self.question.charge or self.inquiry.asks_where):
            needs = needs._replace(opened=needs.opened | CHARGE | CORRECTIONS)
        return rows_of(self.engine, ids, needs, self.inquiry.known_by)

    def _reads(self, ids: Sequence[str], protected: Collection[str]) -> dict[str, tuple[Reading, ...]]:
        return reads_of(self.engine, ids, self.inquiry.known_by, protected, self.question.reads)
