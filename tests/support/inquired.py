"""A small ledger for questions across journeys: two programmes, two towns, and staff who move between units."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import Engine

from auditing.inquiry.answering import Answer
from auditing.inquiry.inquiry import Found, Inquiry
from auditing.inquiry.overdue import PinnedRules, rules_of_files
from models.access.permissions import Reading
from models.calendar.swedish_day import end_of_day
from models.identifiers import Actor
from models.programme.training import StaffForm
from models.stages import Stage
from runtime.statement_log import StatementLog
from services.queries.lists import Lists
from services.reading import read
from services.training import TrainingRecord
from tests.support.authority import TestKeyring
from tests.support.builders import ROUTES
from tests.support.desks import office_of
from tests.support.programmes import PREPAREDNESS, RULES
from tests.support.recording import ANNA, BO, CHARLIE, DANA, RecordedWay, recorder_on
from tests.support.values import MONDAY, at, candidate_from

REFUSED = candidate_from("E")
TOWN, OTHER_TOWN = "2480", "2482"
TRANSPORT, KITCHEN = "Interna transporter", "Brickköket"
MOVED = MONDAY + timedelta(days=10)
"""The day on which Lena Strand, who decides, leaves the unit in which Maria Ek evaluates."""

END = datetime(2026, 8, 3, 12, tzinfo=UTC)
EVALUATED = (*ROUTES[Stage.EVALUATION][1:], "evaluation_recorded")


class Inquired:
    """The ledger, and what is asked of it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.rules = PinnedRules(rules_of_files(RULES, ("service_division", "preparedness_jobs")))
        self.register = StatementLog(engine).register()
        self._staff()
        # Evaluated and hired within the hour, while both were of one unit; handed over afterwards.
        self.anna = self._way(ANNA).comes(*EVALUATED)
        self._records(self.anna, "temporary_role_agreed", timedelta(minutes=4))
        self.anna.later(1)
        assert self.anna.tells("coordinator_changed", coordinator="bo.lind").accepted
        # Hired days after the evaluation, when Lena Strand had moved; recorded late, and handed to nobody.
        self.bo = self._way(BO, site=OTHER_TOWN).comes(*EVALUATED).later(20)
        assert self.bo.tells("permanent_role_agreed", effective_on=MONDAY + timedelta(days=12)).accepted
        # Taken on when the answer was long due; something came that was not possible; a day was put right.
        self.charlie = self._way(CHARLIE).later(60)
        assert not self.charlie.tells("internship_completed").accepted
        self.charlie.comes("referral_accepted", "requirements_checked")
        in_2018 = RecordedWay(recorder_on(engine), DANA, PREPAREDNESS, MONDAY.replace(year=2018))
        self.dana = in_2018.comes("referred")
        assert not RecordedWay(recorder_on(engine), REFUSED).tells("referred", referring_partner="nobody").accepted

    def corrects(self, way: RecordedWay, kind: str, **fields: Any) -> None:
        """The latest event of a kind is replaced by one with other fields, or struck where there are none."""
        event = next(one.event for one in reversed(way.journey.entries) if one.event.kind == kind)
        replacement = event.model_copy(update=fields).model_dump() if fields else None
        receipt = way.tells("corrected", corrects=event.event_id, replacement=replacement, reason="A slip")
        assert receipt.accepted, receipt

    def reads(self, way: RecordedWay, actor: str, because: str | None, now: datetime) -> None:
        """Somebody reads of a journey."""
        office = office_of(self.engine, lists=Lists(self.engine))
        vars(office)["now"] = lambda: now
        [line] = Lists(self.engine).journeys(journey_id=way.id)
        read(office, line, Actor.parse(actor), Reading.JOURNEY, because)

    def answer(self, question: str, known_by: datetime = END, **filters: Any) -> Answer:
        inquiry = Inquiry(question=question, known_by=known_by, **filters)
        return Answer(self.engine, inquiry, self.register, self.rules)

    def asks(self, question: str, known_by: datetime = END, **filters: Any) -> list[Found]:
        return list(self.answer(question, known_by, **filters).found())

    def rows(self, question: str, known_by: datetime = END, **filters: Any) -> list[tuple[str, int | None]]:
        """Candidates and rows of what answers."""
        return [(one.candidate, one.row) for one in self.asks(question, known_by, **filters)]

    def _way(self, candidate: str, **referral: Any) -> RecordedWay:
        way = RecordedWay(recorder_on(self.engine), candidate)
        assert way.tells("referred", **referral).accepted
        return way

    def _records(self, way: RecordedWay, kind: str, later: timedelta) -> None:
        moment = datetime.combine(way.day, time(9), UTC) + later
        receipt = way.records(way.event(kind), moment)
        assert receipt.accepted, receipt

    def _staff(self) -> None:
        record = TrainingRecord(self.engine, TestKeyring())
        works = [
            (TRANSPORT, "maria.ek", MONDAY, None),
            (TRANSPORT, "lena.strand", MONDAY, MOVED - timedelta(days=1)),
            (KITCHEN, "lena.strand", MOVED, None),
        ]
        for unit, person, first, last in works:
            record.employ(
                unit,
                person,
                StaffForm.PERMANENT,
                from_day=first,
                until_day=last,
                by="coordinator:anna.berg",
                at=at(MONDAY),
            )


def known_at(days: int) -> datetime:
    """The end of the day so many days after the beginning."""
    return end_of_day(MONDAY + timedelta(days=days))
