"""All that is held of a person, for the person themselves: gathered from every table, and told in plain words."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.archive.runs import EntryChanged
from activities.delivery import Delivery
from activities.identities import place_of_protection, reason_in
from activities.sealing import sealer_on
from auditing.evidence.evidence import JsonRow, as_json, read_rows
from auditing.evidence.recorded import JourneyRecord, everything_of, ledger_lines, notice_lines
from auditing.inspection.rules_evaluated import ReliedOn
from auditing.inspection.timeline import TimelineRow, timeline
from auditing.inspection.why import why
from models.access.permissions import Reading
from models.fields import Source, Strict
from models.identifiers import THE_JOURNEY_ITSELF, CandidateNumber
from models.rules.registry import rule_in_words
from models.stages import Stage
from models.tables.base import table_of
from models.tables.people import IdentityCommitmentRow, ProtectionRow
from models.tables.training import TrainingCompletionRow, UnitStaffRow
from runtime.errors import Refused, UsageError
from runtime.i18n import one_of, translate, using_language
from services.application import Application, candidate_of
from services.identities.contact import FIELDS
from services.privacy.retention import kept_until
from services.queries.lines import JourneyLine, LedgerLine
from services.queries.reads import ReadLine, every_reading
from services.reading import may_read_all, write_down
from services.texts import KeptText, TextLine, opened, remarks_in, texts_of

NOT_DECIDED = frozenset({"note_added", "check_in_recorded", "partner_acknowledged", "follow_up_recorded", "duty_done"})
"""Kinds of event that decide nothing, so that no rule of theirs concerns the person."""


class Decision(Strict):
    """By which rules a row was judged: each as a sentence, the figures that they relied on, and what a refusal says."""

    row: int
    rules: tuple[str, ...]
    figures: tuple[ReliedOn, ...] = ()
    refused_by: str | None = None
    source: Source | None = None


class NoticeTold(Strict):
    """A notice: of which row, to whom, how far it came and when, and all that it tells."""

    row: int | None
    recipient: str
    sent_to: str | None
    status: Delivery
    created_at: datetime
    sent_at: datetime | None
    acknowledged_at: datetime | None
    told: dict[str, Any] | None


class JourneyTold(Strict):
    """A journey with all that is held of it: `texts` are all that was written, also what was struck later, and `rows`
    those of the database, opened, by their tables. It is kept for so many months after the end of the way, until a day
    once that is known, and `kept_by` says by which rule; None where the programme has none."""

    journey_id: str
    programme: str
    stage: Stage
    since: date
    town: str
    coordinator: str
    position: str | None
    referring_partner: str | None
    kept_months: int | None
    kept_until: date | None
    kept_by: Source | None
    happened: tuple[TimelineRow, ...]
    decisions: tuple[Decision, ...]
    remarks: tuple[TextLine, ...]
    texts: tuple[KeptText, ...]
    notices: tuple[NoticeTold, ...]
    readings: tuple[ReadLine, ...]
    rows: dict[str, list[JsonRow]]


class Disclosure(Strict):
    """All that is held of a person on a day. Words are Swedish.

    `identity` are name, contact and identity number, and `earlier` what they were before; `identity_rows` who
    registered and put them right, and when;
    `protection` who alone might read, since when and why; `employments` and `training` what the training record has.
    """

    candidate: CandidateNumber
    made_at: datetime
    made_by: str
    identity: dict[str, str | None]
    earlier: tuple[dict[str, str], ...]
    identity_rows: tuple[JsonRow, ...]
    protection: tuple[JsonRow, ...]
    journeys: tuple[JourneyTold, ...]
    employments: tuple[JsonRow, ...]
    training: tuple[JsonRow, ...]


async def disclose(application: Application, candidate: str, given: str | None, because: str | None) -> Disclosure:
    """Gather all that is held of a person, once it is written down in each of their journeys that somebody asked.

    Raises UsageError and Refused as reading does, and ServiceUnavailable where Temporal, which knows the rules that
    were in force, is away.
    """
    number = candidate_of(candidate)
    permits = may_read_all(application, number, given, Reading.DISCLOSURE, because)
    person = application.register.person(number)
    for permit in permits:
        write_down(application, permit)
    with using_language("sv"):
        journeys = [await _journey(application, line) for line in application.journeys_of(number)]
    return Disclosure(
        candidate=number,
        made_at=application.now(),
        made_by=permits[0].actor,
        identity={name: getattr(person, name) for name in FIELDS},
        earlier=person.earlier,
        identity_rows=_rows(application, IdentityCommitmentRow, "candidate", number),
        protection=_protection(application, number),
        journeys=tuple(journeys),
        employments=_rows(application, UnitStaffRow, "person", number),
        training=_rows(application, TrainingCompletionRow, "person", number),
    )


def _rows(application: Application, table: Any, column: str, number: str) -> tuple[JsonRow, ...]:
    kept = table_of(table)
    query = select(kept).where(kept.c[column] == number).order_by(kept.c.number)
    with Session(application.reading) as session:
        return tuple(as_json(row) for row in session.execute(query))


def _protection(application: Application, number: str) -> tuple[JsonRow, ...]:
    query = select(table_of(ProtectionRow)).where(ProtectionRow.candidate == number).order_by(ProtectionRow.number)
    with Session(application.reading) as session:
        rows = session.execute(query).all()
    seal = sealer_on(application.reading).unless_ended(number)
    return tuple(
        {**as_json(row), "because": reason_in(seal, place_of_protection(row.number), row.contents)} for row in rows
    )


async def _journey(application: Application, line: JourneyLine) -> JourneyTold:
    rows = read_rows(application.reading, [line.journey_id])[line.journey_id]
    ledger, notices = ledger_lines(rows["ledger"]), notice_lines(rows["notices"])
    texts = texts_of(application.reading, line.journey_id)
    shown = opened(ledger, texts, remarks=True, struck=True)
    reads = [one for one in every_reading(application.reading, line.candidate) if one.journey_id == line.journey_id]
    rules, town = application.book.find(line.programme), application.book.towns.get(line.site)
    retention = rules.retention if rules else None
    return JourneyTold(
        journey_id=line.journey_id,
        programme=one_of(rules.name) if rules else line.programme,
        stage=line.stage,
        since=line.since,
        town=town.name if town else line.site,
        coordinator=line.coordinator,
        position=line.position,
        referring_partner=line.referring_partner,
        kept_months=retention.months if retention else None,
        kept_until=kept_until(retention, line.stage, line.since),
        kept_by=retention.source if retention else None,
        happened=tuple(timeline(shown, notices)),
        decisions=await _decisions(application, line, ledger),
        remarks=tuple(remarks_in(ledger, texts, struck=True)),
        texts=tuple(texts.values()),
        notices=_notices(rows["notices"], ledger),
        readings=tuple(reads),
        rows={table: list(of_table) for table, of_table in rows.items()},
    )


def _notices(rows: Sequence[Mapping[str, Any]], ledger: Sequence[LedgerLine]) -> tuple[NoticeTold, ...]:
    numbers = {line.event_id: line.row for line in ledger}
    kept = NoticeTold.model_fields.keys() - {"row", "told"}
    return tuple(
        NoticeTold(row=numbers.get(str(row["event_id"])), told=row["notice"], **{name: row[name] for name in kept})
        for row in rows
    )


async def _decisions(application: Application, line: JourneyLine, ledger: Sequence[LedgerLine]) -> tuple[Decision, ...]:
    record = await _with_rules(application, line)
    judged = [one for one in ledger if one.actor != THE_JOURNEY_ITSELF and one.kind not in NOT_DECIDED]
    return tuple(_decision(record, one) for one in judged)


async def _with_rules(application: Application, line: JourneyLine) -> JourneyRecord | None:
    """The journey with the rules in force at its referral; None where its history, which has them, is gone."""
    try:
        return await everything_of(application, line.journey_id, texts_of(application.reading, line.journey_id))
    except (UsageError, EntryChanged):
        return None


def _decision(record: JourneyRecord | None, line: LedgerLine) -> Decision:
    receipt = line.receipt
    refused_by = translate(rule_in_words(receipt.rule)) if receipt.rule else None
    said = {"row": line.row, "refused_by": refused_by, "source": receipt.source}
    try:
        found = why(record, str(line.row)) if record is not None and line.event is not None else None
    except Refused:  # the rows are no journey, which an audit names
        found = None
    if found is None:
        return Decision(rules=(), **said)
    return Decision(rules=tuple(one.says for one in found.asked), figures=found.figures, **said)
