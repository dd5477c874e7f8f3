"""`audit.py reads`: who has read of whom, and a random sample for the monthly control."""

from datetime import UTC, datetime, time
from pathlib import Path
from typing import Annotated

from typer import Option, Typer

from interfaces.cli.commands.options import AsJson, Since
from interfaces.cli.narrowing import author_of, day_asked_about, refuse_unknown
from interfaces.cli.output import show
from interfaces.cli.output.written import form_of, write
from runtime.errors import UsageError
from runtime.i18n import _
from services.application import AuditApplication, candidate_of
from services.queries.drawing import new_seed
from services.queries.reads import count_reads, of_unit, report_reads, sample
from services.queries.reads import reads as every
from services.queries.reads_told import as_csv, drawn_told, reads_told, reports_told, sample_told

app = Typer()

FORMS = ("table", "json", "csv")


@app.command()
def reads(
    candidate: Annotated[str | None, Option(help="Only what was read of this candidate.")] = None,
    reader: Annotated[str | None, Option(help="Only what this person read, such as anna.berg.")] = None,
    programme: Annotated[str | None, Option(help="Only readers whose role is in this programme.")] = None,
    town: Annotated[str | None, Option(help="Only readers whose role is in this town, by its code.")] = None,
    since: Since = None,
    draw: Annotated[
        int | None, Option("--sample", min=1, help="Draw so many of them at random, for a control.")
    ] = None,
    seed: Annotated[int | None, Option(help="Draw the same again, with --sample.")] = None,
    form: Annotated[str, Option("--format", help="table, json or csv.")] = "table",
    as_json: AsJson = False,
    output: Annotated[Path | None, Option(help="Write to this new file. No file is overwritten.")] = None,
) -> None:
    """Who has read what of whom, when and why, the first reading first."""
    chosen = form_of(form, FORMS, as_json=as_json, output=output)
    if seed is not None and draw is None:
        raise UsageError("reads.seed", "--seed can only be used with --sample. Add it or omit the other.")
    application = AuditApplication()
    by = author_of(application, reader).rpartition(":")[2] if reader else None
    unit = refuse_unknown(application, programme, town=town)
    moment = datetime.combine(day_asked_about(application, since), time.min, UTC) if since else None
    of = candidate_of(candidate) if candidate else None
    found = every(application.reading, candidate=of, reader=by, since=moment)
    found = of_unit(found, application.authority, unit.programme, unit.town)
    by_unit = [_("Only readers whose own role is there: the programme and the town are theirs, not the candidates'.")]
    by_unit = by_unit if programme or town else []
    if draw is not None:
        drawn = sample(found, draw, new_seed() if seed is None else seed)
        if chosen == "csv":
            write(as_csv(drawn.reads), output)
            for sentence in (*drawn_told(drawn), *by_unit):
                show.aside(sentence)
        elif chosen == "json":
            write(show.json_of(drawn), output)
        else:
            show.blocks([*sample_told(drawn), *by_unit])
        return
    reports = report_reads(application.reading, reader=by, since=moment) if candidate is None else []
    of_reports = len(report_reads(application.reading)) if reports else 0
    reports = of_unit(reports, application.authority, unit.programme, unit.town)
    if chosen == "json":
        write(show.json_of(sorted([*found, *reports], key=lambda one: one.read_at)), output)
        return
    if chosen == "csv":
        write(as_csv(found, reports), output)
        return
    narrowed = any((reader, programme, town, since))
    nothing = _("No reading is as the filters say.") if narrowed else _("Nobody has read anything.")
    nothing = _("Nobody has read anything of this candidate.") if of and not narrowed else nothing
    show.blocks([reads_told(found, nothing), *by_unit])
    show.how_many(len(found), count_reads(application.reading, of), as_json=False)
    if reports:
        show.blocks([reports_told(reports)])
        show.how_many(len(reports), of_reports, as_json=False)
