"""Who has read what of whom, when and why, as tables and sentences for whatever shows them."""

from collections.abc import Iterable, Iterator, Sequence

from models.access.permissions import Operation, Reading, Relation, act_in_words
from models.calendar.swedish_day import in_swedish_time
from models.identifiers import JourneyId
from models.message import msg
from runtime.i18n import _, as_actor, as_typed, translate
from services.queries.reads import WHAT_WAS_DONE, ReadLine, ReportRead, Sample
from services.sheets.csv_line import BOM, csv_line
from services.told import Block, TableTold


def reads_told(lines: Sequence[ReadLine], nobody: str) -> TableTold:
    """One reading a line."""
    rows = (
        (
            in_swedish_time(one.read_at),
            one.candidate,
            _what(one.what),
            as_actor(one.actor),
            _relation(one.relation),
            as_typed(one.stage),
            _marks(one),
            one.because or "–",
        )
        for one in lines
    )
    columns = (_("read"), _("candidate"), _("what"), _("by"), _("for"), _("stage"), "", _("why"))
    return TableTold("", columns, rows, nobody)


def reports_told(lines: Sequence[ReportRead]) -> TableTold:
    """One reading of a report a line."""
    rows = (
        (in_swedish_time(one.read_at), one.programme, translate(OF_REPORTS[one.what]), as_actor(one.actor))
        for one in lines
    )
    columns = (_("read"), _("programme"), _("what"), _("by"))
    return TableTold(_("Reports"), columns, rows, _("Nobody has read a report."))


OF_REPORTS = {
    WHAT_WAS_DONE["read"]: msg("report_read.read", "true figures"),
    WHAT_WAS_DONE["published"]: msg("report_read.published", "published report"),
}
"""What was done with a report, in words."""


def sample_told(found: Sample) -> Iterator[Block]:
    """What was drawn for a control, and how to draw it again."""
    yield reads_told(found.reads, _("Nobody has read anything."))
    yield from drawn_told(found)


def as_csv(lines: Iterable[ReadLine], reports: Iterable[ReportRead] = ()) -> Iterator[str]:
    """A heading, and one reading a line, of candidates and then of reports."""
    columns = (_("number"), _("read"), _("candidate"), _("programme"), _("what"), _("by"), _("for"), _("stage"))
    yield BOM + csv_line((*columns, _("remark"), _("why")))
    for one in lines:
        programme = JourneyId.parse(one.journey_id).programme
        yield csv_line(
            (
                *(one.id, in_swedish_time(one.read_at, seconds=True), one.candidate, programme, _what(one.what)),
                *(as_actor(one.actor), _relation(one.relation), as_typed(one.stage), _marks(one), one.because),
            )
        )
    for of in reports:
        said = (translate(OF_REPORTS[of.what]), as_actor(of.actor))
        at = in_swedish_time(of.read_at, seconds=True)
        yield csv_line((of.id, at, "", of.programme, *said, "", "", "", ""))


def drawn_told(found: Sample) -> Iterator[str]:
    """How many were drawn of how many, and how to draw them again."""
    drawn = {"count": len(found.reads), "of": found.of, "seed": found.seed}
    yield _("Readings of reports are not among them.")
    yield (_("{count} of {of} drawn with the seed {seed}. The same seed draws the same again.", **drawn))


def openings_told(lines: Sequence[ReadLine]) -> TableTold:
    """Who has opened an identity."""
    rows = (
        (
            in_swedish_time(one.read_at),
            as_actor(one.actor),
            as_typed(one.stage),
            _marks(one),
            one.because or "–",
        )
        for one in lines
    )
    columns = (_("opened"), _("by"), _("stage"), "", _("why"))
    return TableTold("", columns, rows, _("Nobody has opened this identity."))


def _marks(one: ReadLine) -> str:
    return ", ".join(filter(None, (_("urgent") if one.urgent else "", _("refused") if one.refused else "")))


def _what(written: str) -> str:
    return translate(act_in_words(written)) if written in {*Reading, *Operation} else written


def _relation(written: str) -> str:
    relation = Relation.__members__.get(written.upper())
    return translate(relation.in_words) if relation else written
