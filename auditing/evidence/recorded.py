"""One journey's ledger lines, notices and pinned rules, as the commands on moments look at them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from models.access.disposals import erasure_in
from models.identifiers import CandidateNumber, JourneyId, is_journey_of
from models.journey.fold import Entry
from models.programme.programme import Programme
from runtime.errors import Refused, UsageError
from services.privacy.disposals import in_words
from services.queries.lines import LedgerLine, NoticeLine, accepted_entries, ledger_line
from services.queries.protected import only_named_staff, protected_on
from services.texts import KeptText, opened

# Importing Temporal takes half a second, and the timeline only reads the database.
if TYPE_CHECKING:
    from auditing.evidence.evidence import Evidence
    from services.application import Application

MOST_NOTICES = 100_000
"""More than a journey, which Temporal bounds, can have sent."""


@dataclass(frozen=True)
class JourneyRecord:
    """What is recorded of a journey, wherever it was read: from the database, an archive or a bundle.

    `rules` are those pinned at the referral.
    """

    journey_id: JourneyId
    rules: Programme
    lines: Sequence[LedgerLine]
    notices: Sequence[NoticeLine] = ()

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The accepted events in the order of recording."""
        return accepted_entries(self.lines)

    @cached_property
    def rows(self) -> dict[str, int]:
        """The row of each event, by its id."""
        return {line.event_id: line.row for line in self.lines}


def no_journey() -> Refused:
    """What to say where the rows of a ledger are no journey."""
    return Refused("ledger.no_journey", "The ledger's rows contradict the rules in force at the time.")


def ledger_lines(rows: Sequence[Mapping[str, Any]]) -> list[LedgerLine]:
    """Rows of the table `ledger`, in the order of the journey."""
    return sorted(map(ledger_line, rows), key=lambda line: line.row)


def notice_lines(rows: Sequence[Mapping[str, Any]]) -> list[NoticeLine]:
    """Rows of the table `notices`."""
    return [NoticeLine.model_validate({name: row[name] for name in NoticeLine.model_fields}) for row in rows]


def recorded_of(
    journey_id: JourneyId,
    rules: Programme,
    ledger: Sequence[Mapping[str, Any]],
    notices: Sequence[Mapping[str, Any]] = (),
    texts: Mapping[str, KeptText] | None = None,
) -> JourneyRecord:
    """What is recorded of a journey, from its rows and the rules pinned at its referral, with the texts of its events
    as far as they are given, remarks and what was struck among them. Needs no database."""
    lines = opened(ledger_lines(ledger), texts, remarks=True, struck=True)
    return JourneyRecord(journey_id, rules, lines, notice_lines(notices))


async def everything_of(
    application: Application, journey_id: JourneyId, texts: Mapping[str, KeptText] | None = None
) -> JourneyRecord:
    """What is recorded of a journey, its rules from the server or the archive; with its texts where they are opened.

    Raises UsageError where its history is gone, Refused where the candidate was erased, EntryChanged where it was
    changed, and ServiceUnavailable.
    """
    from auditing.evidence.evidence import Evidence, read_erasures, read_rows
    from auditing.evidence.runs import runs_of
    from runtime.archive import archived_by

    ended, disposals = read_erasures(application.reading, [journey_id])[journey_id]
    if ended:
        raise Refused(in_words(journey_id.candidate, erasure_in(disposals, journey_id.candidate)))
    archived = archived_by(application.settings, application.reading)
    runs = await runs_of(await application.client(), [journey_id], archived)
    rows = read_rows(application.reading, [journey_id])
    return await recorded_in(Evidence(journey_id, tuple(runs[journey_id]), rows[journey_id]), texts)


async def recorded_in(evidence: Evidence, texts: Mapping[str, KeptText] | None = None) -> JourneyRecord:
    """The same by evidence, wherever it comes from: an archive or a bundle too. Raises UsageError
    and Refused."""
    from auditing.evidence.history_reading import SealedElsewhere, read_runs

    if evidence.ended:
        candidate = JourneyId.parse(evidence.journey_id).candidate
        raise Refused(in_words(candidate, erasure_in(evidence.disposals, candidate)))
    try:
        rules = (await read_runs(evidence.runs)).rules
    except SealedElsewhere as error:
        raise Refused(
            "history.shut",
            "The history of {journey} was sealed for another namespace or with another key. Read it in the "
            "namespace and with the keys that it was recorded with.",
            journey=evidence.journey_id,
        ) from error
    if rules is None:
        raise UsageError("history.gone", "The workflow history is gone, so the rules in force at the time are unknown.")
    return recorded_of(JourneyId.parse(evidence.journey_id), rules, evidence.ledger, evidence.rows["notices"], texts)


def find_journey(application: Application, candidate: str, programme: str | None) -> JourneyId:
    """The id of a candidate's journey, also of one whose referral was refused: it has a row and no journey.

    Raises UsageError where there is none, or several.
    """
    try:
        return application.find(candidate, programme).journey_id
    except UsageError:
        number = CandidateNumber.read(candidate)
        found = [id_ for id_ in application.lists.journey_ids() if number and is_journey_of(id_, number, programme)]
        if not found:
            raise
        from services.application import only_one

        return only_one(CandidateNumber(found[0].split("/")[1]), [JourneyId.parse(one) for one in found])


def open_journey(application: Application, candidate: str, programme: str | None) -> JourneyId:
    """The same, to show what is recorded of it: who asks is not known here, so of protected persons nothing is shown.

    Raises Refused of somebody protected, and UsageError as `find_journey` does.
    """
    journey_id = find_journey(application, candidate, programme)
    if protected_on(application.reading, journey_id.candidate):
        raise Refused(only_named_staff())
    return journey_id
