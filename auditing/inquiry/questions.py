"""The questions that can be asked across journeys: one table, with what each asks, what it looks at and its columns."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from auditing.inquiry import answers
from auditing.inquiry.inquiry import Found, Holds
from auditing.inquiry.rows import CORRECTIONS, Needs
from auditing.inspection.omissions import Lack
from models.access.everywhere import EVERYWHERE
from models.access.permissions import Operation, Reading, Relation, act_in_words
from models.calendar.swedish_day import in_swedish_time
from models.fields import BothLanguages
from models.ledger.receipt import Receipt
from models.message import N_, Message, msg
from models.rules.registry import RULES
from models.stages import Stage
from models.state.deadlines import deadline_in_words
from runtime.i18n import _, as_actor, as_source, as_typed, kind_told, language, rule_told, translate, why_not
from services.queries.reads import OPENINGS
from services.queries.titles import Titles


class Column(NamedTuple):
    """A column: its name, by which programs know it, and how a value is shown to people."""

    name: str
    header: str
    show: Callable[[Any], str] = str


def _typed(codes: type[StrEnum]) -> Callable[[Any], str]:
    return lambda code: as_typed(codes(code)) if code in set(codes) else str(code)  # type: ignore[arg-type]


def _rule(rule: str) -> str:
    return rule_told(rule) if rule in RULES else translate(deadline_in_words(rule)).rstrip(".")


def _kind(kind: str) -> str:
    return translate(act_in_words(kind)) if kind in {*Reading, *Operation} else kind_told(kind)


def _yes(value: bool) -> str:
    return _("yes") if value else _("no")


def _relation(written: str) -> str:
    relation = Relation.__members__.get(written.upper())
    return translate(relation.in_words) if relation and language() != "en" else written


def _moment(at: datetime) -> str:
    return in_swedish_time(at, seconds=True)


def _why(receipt: Receipt) -> str:
    return why_not(receipt)


COMMON = (
    Column("candidate", N_("candidate")),
    Column("programme", N_("programme")),
    Column("row", N_("row")),
    Column("kind", N_("kind"), _kind),
    Column("actor", N_("actor"), as_actor),
    Column("unit", N_("unit")),
    Column("rule", N_("rule"), _rule),
    Column("source", N_("source"), as_source),
    Column("effective_on", N_("effective_on")),
    Column("recorded_on", N_("recorded_on")),
    Column("recorded_at", N_("recorded_at"), _moment),
)
"""What every answer tells: of whom, where in the ledger, what and by whom, by which rule, and both days."""

CORRECTED = (
    Column("holds", N_("holds"), _typed(Holds)),
    Column("corrected_by", N_("corrected_by")),
)

ERASED = Column("erased", N_("erased"), _yes)

PAIR = (
    Column("evaluation", N_("evaluation")),
    Column("evaluator", N_("evaluator"), as_actor),
)

READ = (
    Column("relation", N_("relation"), _relation),
    Column("stage", N_("stage"), _typed(Stage)),
    Column("urgent", N_("urgent"), _yes),
    Column("refused", N_("refused"), _yes),
    Column("because", N_("because")),
)


class Question(NamedTuple):
    """A question: what it asks, the rows that it looks at, its own columns, and how it is answered of one journey.

    `charge` says that it tells where a journey is, `rules` that it needs the rules of then, and `reads` that it looks
    at readings: of some kinds, or all. One `by_journey` answers for the whole journey and has filtered itself.
    """

    asks: Message
    answer: answers.Answer
    needs: Needs
    columns: tuple[Column, ...] = ()
    charge: bool = False
    rules: bool = False
    reads: tuple[str, ...] | None = None
    by_journey: bool = False

    @property
    def looks_at_reads(self) -> bool:
        return self.answer is answers.readings

    @property
    def every_column(self) -> tuple[Column, ...]:
        return (*COMMON, *self.columns, ERASED)


NO_ROWS = Needs(kinds=frozenset())
WITH_CORRECTIONS = Needs(opened=CORRECTIONS)
PAIRS = Needs(answers.ROLES | {answers.EVALUATION}, opened=CORRECTIONS)

QUESTIONS: Mapping[str, Question] = {
    "decisions": Question(
        msg("question.decisions", "Which decisions were made, and which of them were corrected later?"),
        answers.decisions,
        Needs(answers.DECISIONS, opened=CORRECTIONS),
        CORRECTED,
    ),
    "refusals": Question(
        msg("question.refusals", "What was refused, by which rule, and why?"),
        answers.refusals,
        Needs(accepted=False, refused=True),
        (Column("why", N_("why"), _why),),
    ),
    "corrections": Question(
        msg("question.corrections", "What was corrected: of which row, and who had recorded that?"),
        answers.corrections,
        Needs(frozenset({"corrected", "correction_proposed"}), opened=None),
        (
            *CORRECTED,
            Column("corrects", N_("corrects")),
            Column("recorded_by", N_("recorded_by"), as_actor),
            Column("replaced", N_("replaced"), _yes),
            Column("was_on", N_("was_on")),
            Column("became", N_("became")),
            Column("said", N_("said_before"), translate),
            Column("reads_now", N_("reads_now"), translate),
            Column("proposed_in", N_("proposed_in")),
        ),
    ),
    "openings": Question(
        msg("question.openings", "Who has opened whose identity, and why?"),
        answers.readings,
        NO_ROWS,
        READ,
        reads=tuple(OPENINGS),
    ),
    "reads": Question(
        msg("question.reads", "Who has read what of whom, and why?"),
        answers.readings,
        NO_ROWS,
        READ,
    ),
    "overdue": Question(
        msg("question.overdue", "Which deadlines ran past by a day or more, and what ended them?"),
        answers.overdue,
        Needs(opened=None),
        (
            Column("days_over", N_("days_over")),
            Column("outcome", N_("outcome"), _typed(Lack)),
            Column("ended_on", N_("ended_on")),
        ),
        rules=True,
    ),
    "late": Question(
        msg("question.late", "What was recorded more than seven days after the day on which it took effect?"),
        answers.late,
        WITH_CORRECTIONS,
        (Column("days_late", N_("days_late")), *CORRECTED),
    ),
    "same-unit": Question(
        msg("question.same_unit", "Which decisions on a role were made by somebody of the evaluator's unit?"),
        answers.same_unit,
        PAIRS,
        (*PAIR, Column("shared", N_("shared_unit")), *CORRECTED),
    ),
    "minutes-apart": Question(
        msg("question.minutes_apart", "Which decisions on a role came within ten minutes of the evaluation?"),
        answers.minutes_apart,
        PAIRS,
        (*PAIR, Column("minutes", N_("minutes")), *CORRECTED),
    ),
    "journeys": Question(
        msg("question.journeys", "Which journeys are there, where do they stand, and which rules refused something?"),
        answers.journeys,
        Needs(accepted=None, opened=CORRECTIONS),
        (
            Column("stage", N_("stage"), _typed(Stage)),
            Column("town", N_("town")),
            Column("coordinator", N_("coordinator")),
            Column("last_recorded_on", N_("last_recorded_on")),
            Column("refused_rows", N_("refused_rows")),
            Column("refused_by", N_("refused_by"), lambda rules: ", ".join(map(_rule, rules))),
        ),
        charge=True,
        by_journey=True,
    ),
}
"""Every question by its id."""


def value_of(found: Found, column: Column) -> Any:
    """What an answer has in a column."""
    return found.more[column.name] if column.name in found.more else getattr(found, column.name, None)


CODED = ("kind", "rule", "refused_by")
"""Columns that have codes in an English CSV file, since programs read those."""


def shown(found: Found, column: Column, titles: Titles, *, in_csv: bool = False) -> str:
    """The same, for people; nothing where there is nothing."""
    value = value_of(found, column)
    if value is None:
        return ""
    if isinstance(value, Message):
        return titles.told(value, found.programme)
    if in_csv and column.name in CODED and language() == "en":
        return ", ".join(value) if isinstance(value, tuple) else str(value)
    if column.name in NAMED and language() != "en":
        return NAMED[column.name](titles, value)
    return column.show(value)


def _units(titles: Titles, units: str) -> str:
    """Units as they are called; of the register's places the programme's title and the town's name."""
    return "; ".join(_unit(titles, one) for one in units.split("; "))


def _unit(titles: Titles, unit: str) -> str:
    programme, _space, town = unit.partition(" ")
    if (programme, town) == (EVERYWHERE, EVERYWHERE):
        return _("unknown: works everywhere")
    called = _("all programmes") if programme == EVERYWHERE else titles.programme(programme)
    if called == programme:  # no programme's code, so that it is the name of a unit
        return unit
    where = _("all towns") if town == EVERYWHERE else titles.town(town)
    return f"{called}, {where}"


NAMED: Mapping[str, Callable[[Titles, str], str]] = {
    "programme": Titles.programme,
    "town": Titles.town,
    "unit": _units,
    "shared": _units,
}
"""Columns with codes that people know by names."""


def plain_value(found: Found, column: Column) -> Any:
    """The same, as JSON has it."""
    value = value_of(found, column)
    if isinstance(value, Receipt):
        return why_not(value)
    if isinstance(value, Message):
        return translate(value)
    if isinstance(value, BothLanguages):
        return value.model_dump(mode="json")
    if isinstance(value, datetime | date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
