"""`audit.py` timeline, state, diff, why and identities: what happened to one candidate, and why."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Annotated

from typer import Argument, Option, Typer

from activities.language import Language
from auditing.bundle.recorded import recorded_from
from auditing.evidence.findings import Finding
from auditing.evidence.recorded import JourneyRecord, everything_of
from auditing.inspection.diff import diff as compare
from auditing.inspection.moments_told import diff_told, state_told
from auditing.inspection.opening import look_into, open_every_text, refuse_reason_without_texts
from auditing.inspection.state_at import read_instant, state_at
from auditing.inspection.timeline_forms import read_form, tell, write
from auditing.inspection.why import WhyJourney, why_all
from auditing.inspection.why import why as explain
from auditing.inspection.why_page import why_page
from auditing.inspection.why_told import journey_told, why_told
from interfaces.cli.commands.options import AsJson, Candidate, InProgramme
from interfaces.cli.narrowing import moment_known
from interfaces.cli.output import show
from interfaces.cli.process import run_async
from models.identifiers import JourneyId
from runtime.errors import Refused, UsageError, UserError
from runtime.files import require_new
from runtime.i18n import (
    Names,
    _,
    language,
    read_language,
    shown,
    translate,
    using_days_in_words,
    using_language,
    using_names,
)
from services.application import Application, AuditApplication
from services.names import told_by_names
from services.queries.reads import count_reads, openings
from services.queries.reads_told import openings_told

app = Typer()

Texts = Annotated[bool, Option("--texts", help="Also what people wrote: notes, reasons and remarks. This is recorded.")]
WhyTexts = Annotated[str | None, Option("--because", help="Why you read the texts, with --texts.")]
KnownBy = Annotated[str | None, Option(help="What was in effect by what was known at this moment. Default: now.")]

MOMENT = "2026-03-01 for the end of that day, 2026-03-01T12:00 in Sweden, or 2026-03-01T12:00+01:00."


@app.command()
def timeline(
    candidate: Candidate,
    programme: InProgramme = None,
    notices: Annotated[bool, Option("--notices", help="Also what became of each notice.")] = False,
    texts: Texts = False,
    because: WhyTexts = None,
    lang: Annotated[str | None, Option(help="en or sv. Default: HELAVAGEN_LANG.")] = None,
    form: Annotated[str, Option("--format", help="text, json, csv or html.")] = "text",
    as_json: Annotated[bool, Option("--json", help="The same as --format json.")] = False,
    output: Annotated[Path | None, Option(help="Write to this file instead of the terminal.")] = None,
) -> None:
    """What happened to a candidate, in plain words: also what was refused, and what was corrected later."""
    chosen = read_form("json" if as_json else form)
    require_new(*filter(None, (output,)))
    application = AuditApplication()
    spoken = read_language(lang.strip().lower(), "--lang") if lang else language()
    journey_id, opened = look_into(application, candidate, programme, texts=texts, because=because)
    record = _with_rules(application, journey_id)
    told = tell(application, journey_id, chosen, spoken, with_notices=notices, record=record, texts=opened)
    write(told, output)
    if chosen == "text" and output is None:
        _tell_how_many(application, journey_id, spoken, with_notices=notices)
    for line in application.lists.found(journey_id=journey_id):
        if line.erased_on is not None:
            show.aside(translate(application.erased(line)))


@app.command()
def state(
    candidate: Candidate,
    at: Annotated[str | None, Option(help=f"The moment: {MOMENT} Default: now.")] = None,
    known_by: KnownBy = None,
    programme: InProgramme = None,
    as_json: AsJson = False,
) -> None:
    """Where a journey stood at a moment, by what was recorded then and by what was in effect, which later rows make
    the difference, and who acted for the coordinator then."""
    application = AuditApplication()
    moment, known = read_instant(at, application.now()), moment_known(known_by, application.now())
    recorded = _recorded(application, candidate, programme)
    with _told(application, recorded, as_json=as_json):
        found = state_at(recorded, moment, known, application.authority)
        show.as_json(found) if as_json else show.blocks(state_told(found))


@app.command()
def diff(
    candidate: Candidate,
    from_: Annotated[str, Option("--from", help=f"The earlier moment: {MOMENT}")],
    to: Annotated[str | None, Option(help="The later moment, written alike. Default: now.")] = None,
    known_by: KnownBy = None,
    programme: InProgramme = None,
    as_json: AsJson = False,
) -> None:
    """What changed between two moments: in what was recorded, in what was in effect, and by corrections."""
    application = AuditApplication()
    earlier, later = (read_instant(one, application.now()) for one in (from_, to))
    known = moment_known(known_by, application.now())
    recorded = _recorded(application, candidate, programme)
    with _told(application, recorded, as_json=as_json):
        found = compare(recorded, earlier, later, known)
        show.as_json(found) if as_json else show.blocks(diff_told(found))


@app.command()
def why(
    candidate: Candidate,
    event: Annotated[
        str | None, Argument(help="The row of the event or its id, as in timeline --json. Default: every row.")
    ] = None,
    programme: InProgramme = None,
    texts: Texts = False,
    because: WhyTexts = None,
    bundle: Annotated[Path | None, Option(help="Read this bundle instead, without server or database.")] = None,
    html: Annotated[Path | None, Option(help="Write it as a web page.")] = None,
    as_json: AsJson = False,
) -> int:
    """Why an event, or each one of a journey, was accepted or refused: which rules hold, which did not apply and which
    could not be asked, what it led to, what was corrected later, and what is late, missing or untold."""
    require_new(*filter(None, (html,)))
    application = AuditApplication()
    if bundle is not None:
        if texts or because is not None:
            raise UsageError(
                "why.texts_of_bundle",
                "A bundle shows the texts that it contains. Omit --texts and --because, or omit --bundle.",
            )
        found_in = run_async(lambda: recorded_from(bundle, candidate, programme))
        recorded, names, altered = found_in.record, found_in.names(application.book), found_in.altered
        _tell_whether_altered(bundle, altered)
    else:
        recorded = _recorded(application, candidate, programme, texts=texts, because=because)
        names, altered = None, ()
    with _told(application, recorded, as_json=as_json and html is None, names=names):
        found = explain(recorded, event.strip()) if event else why_all(recorded, application.today())
        if html is not None:
            write(why_page(found), html)
            show.aside(_("written: {file}", file=html))
        elif as_json:
            show.as_json(found)
        elif isinstance(found, WhyJourney):
            show.blocks([*journey_told(found), *(block for row in found.rows for block in why_told(row))])
            show.how_many(len(found.rows), len(recorded.lines), as_json=False)
        else:
            show.blocks(why_told(found))
            show.how_many(1, len(recorded.lines), as_json=False)
    return Refused.status if altered else 0


@app.command(name="identities")
def identities_(
    candidate: Candidate,
    programme: InProgramme = None,
    texts: Annotated[
        bool, Option("--texts", help="Also the reasons where the candidate is protected. This is recorded.")
    ] = False,
    because: WhyTexts = None,
    as_json: AsJson = False,
) -> None:
    """Who has opened a candidate's identity, when, in which stage, and why."""
    application = AuditApplication()
    number = application.find(candidate, programme).candidate
    open_every_text(application, number, because) if texts else refuse_reason_without_texts(because)
    lines = openings(application.reading, number, whole=texts)
    if as_json:
        show.as_json(lines)
        return
    told = {"count": len(lines), "of": count_reads(application.reading, number)}
    with told_by_names(application.book, register=application.authority):
        show.blocks([openings_told(lines)])
    show.tell(_("{count} of {of} readings of the candidate opened the identity.", **told))


def _tell_how_many(application: Application, journey_id: JourneyId, spoken: Language, *, with_notices: bool) -> None:
    """How many rows and notices a timeline shows of how many: it shows every row."""
    rows, of = application.lists.count_rows(journey_id), application.lists.count_notices(journey_id=journey_id)
    told = {"rows": rows, "notices": of if with_notices else 0, "of": of}
    with using_language(spoken):
        show.tell(_("Ledger rows: {rows} of {rows}. Notices: {notices} of {of}.", **told))


def _with_rules(application: Application, journey_id: JourneyId) -> JourneyRecord | None:
    """What is recorded, with the rules of then; None where those cannot be read, which is said."""
    try:
        return run_async(lambda: everything_of(application, journey_id))
    except UserError as error:
        what = _("What did not happen cannot be told: {why}", why=translate(error.message))
        show.aside(what)
        return None


def _told(
    application: Application, recorded: JourneyRecord, *, as_json: bool, names: Names | None = None
) -> AbstractContextManager[None]:
    """People read names and days in words; programs read codes. With a bundle alone the `names` are the bundle's."""
    if as_json:
        return nullcontext()
    if names is not None:
        return _told_by(names)
    return told_by_names(application.book, recorded.rules, application.authority)


@contextmanager
def _told_by(names: Names) -> Iterator[None]:
    with using_names(names), using_days_in_words():
        yield


def _tell_whether_altered(bundle: Path, altered: Sequence[Finding]) -> None:
    """Whether what was read is as the manifest says; nothing more is known before the bundle is verified."""
    for one in altered:
        where, what = shown(one.where), translate(one.what)
        show.aside(_("{bundle} was altered. {where}: {what}.", bundle=bundle.name, where=where, what=what))
    if altered:
        show.aside(_("Verify the bundle before you rely on what it says."))
    else:
        show.aside(
            _(
                "What is read of {bundle} is as its manifest says. Whether that holds, verifying it tells.",
                bundle=bundle.name,
            )
        )


def _recorded(
    application: Application,
    candidate: str,
    programme: str | None,
    *,
    texts: bool = False,
    because: str | None = None,
) -> JourneyRecord:
    journey_id, opened = look_into(application, candidate, programme, texts=texts, because=because)
    return run_async(lambda: everything_of(application, journey_id, opened))
