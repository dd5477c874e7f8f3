"""`audit.py find`: questions across journeys."""

from pathlib import Path
from typing import Annotated

from pydantic import ValidationError
from typer import Argument, Option, Typer

from auditing.event_logs.views import View
from auditing.event_logs.writing import LogForm
from auditing.inquiry.answering import Answer, question_of
from auditing.inquiry.inquiry import Inquiry, Period
from auditing.inquiry.overdue import pinned_rules
from auditing.inquiry.questions import QUESTIONS
from auditing.inquiry.writing import Page, as_csv, as_json, counted, told
from interfaces.cli.commands.options import Candidates, InCharge, OnlyProgramme, Town
from interfaces.cli.event_logs import refuse_parts_of_a_log, write_event_log
from interfaces.cli.narrowing import author_of, day_asked_about, kind_of, moment_known, rule_of, scope_of, unfit
from interfaces.cli.output import show
from interfaces.cli.output.written import form_of, write
from interfaces.cli.process import run_async
from runtime.errors import UsageError
from runtime.i18n import _, translate
from services.application import Application, AuditApplication
from services.queries.titles import Titles
from services.told import TableTold

app = Typer()

SHOWN = 50
"""Rows that a terminal shows at a time."""

FORMS = ("table", "json", "csv", *LogForm)
"""What an answer is written as: its rows, or the journeys in it as an event log for process mining."""


@app.command()
def find(
    question: Annotated[str | None, Argument(help="Which question. Without one, all of them are told.")] = None,
    candidates: Candidates = None,
    programme: OnlyProgramme = None,
    town: Town = None,
    coordinator: InCharge = None,
    kind: Annotated[str | None, Option(help="Only this kind of event, by its name or code.")] = None,
    rule: Annotated[str | None, Option(help="Only by this rule, or this deadline, by its id or as it is told.")] = None,
    source: Annotated[str | None, Option(help="Only by rules whose source has these words.")] = None,
    actor: Annotated[str | None, Option("--actor", help="Only by this person, such as anna.berg.")] = None,
    first: Annotated[str | None, Option("--from", help="Only what took effect on this day or later.")] = None,
    last: Annotated[str | None, Option("--to", help="Only what took effect on this day or earlier.")] = None,
    recorded_first: Annotated[
        str | None, Option("--recorded-from", help="Only what was recorded on this day or later.")
    ] = None,
    recorded_last: Annotated[
        str | None, Option("--recorded-to", help="Only what was recorded on this day or earlier.")
    ] = None,
    known_by: Annotated[
        str | None, Option(help="The answer as it was at this moment, by what was recorded then. Default: now.")
    ] = None,
    least: Annotated[
        int | None, Option("--days", min=0, help="Overdue or late by so many days or more. Default: 1, late 8.")
    ] = None,
    minutes: Annotated[
        int | None, Option("--minutes", min=0, help="Apart by so many minutes at most. Default: 10.")
    ] = None,
    form: Annotated[
        str, Option("--format", help="table, json or csv, or an event log of its journeys: xes, ocel or ocel-xml.")
    ] = "table",
    as_json_: Annotated[bool, Option("--json", help="The same as --format json.")] = False,
    view: Annotated[
        View | None, Option(help="Of an event log: every row, or what holds today. Default: every row.")
    ] = None,
    output: Annotated[Path | None, Option(help="Write to this new file. No file is overwritten.")] = None,
    page: Annotated[int | None, Option("--page", min=1, help="Which page.")] = None,
    limit: Annotated[int | None, Option(min=1, help="Rows a page. Default: 50 in a table, otherwise all.")] = None,
) -> None:
    """Ask a question across journeys: by ledger and register of staff as they were then. Names nobody.

    The unit is where the author worked then, by the record of unit staff. Of who is not in it, it is the programme and
    the town of the role."""
    chosen = form_of(form, FORMS, as_json=as_json_, output=output)
    is_log = chosen in list(LogForm)
    if is_log:
        refuse_parts_of_a_log(output, page, limit)
    elif view is not None:
        raise UsageError("find.view", "A view is of an event log. Choose the format {known}.", known=list(LogForm))
    if question is None:
        _list(chosen)
        return
    application, asked = AuditApplication(), question_of(question)
    known = moment_known(known_by, application.now())
    scope = scope_of(application, candidates, programme=programme, town=town, coordinator=coordinator)
    try:
        inquiry = Inquiry(
            question=asked,
            scope=scope.model_copy(update={"town": None, "coordinator": None}),
            town=scope.town,
            coordinator=scope.coordinator,
            kind=kind and kind_of(kind, of_readings=QUESTIONS[asked].looks_at_reads),
            rule=rule and _rule(rule, asked),
            source=source,
            actor=actor and author_of(application, actor),
            in_effect=_period(application, first, last),
            recorded=_period(application, recorded_first, recorded_last),
            known_by=known,
            least=_least(asked, least, minutes),
        )
    except ValidationError as error:
        raise unfit(error) from error
    rules = run_async(lambda: pinned_rules(application)) if QUESTIONS[asked].rules else None
    answer = Answer(application.reading, inquiry, application.authority, rules)
    if is_log and output is not None:
        write_event_log(application, answer, LogForm(chosen), view or View.RECORDED, output)
        return
    size = limit or (SHOWN if chosen == "table" else None)
    cut = Page(page or 1, size or (SHOWN if page else None))
    titles = Titles(application.book)
    if chosen == "table":
        show.blocks(told(answer, titles, cut))
        return
    write(as_json(answer, cut) if chosen == "json" else as_csv(answer, titles, cut), output)
    if chosen == "csv":
        shown = min(answer.tally.rows, cut.size or answer.tally.rows)
        for sentence in counted(answer, titles, shown, cut):
            show.aside(sentence)


def _list(form: str) -> None:
    if form == "json":
        show.as_json({id_: translate(one.asks) for id_, one in QUESTIONS.items()})
        return
    rows = ((id_, translate(one.asks)) for id_, one in QUESTIONS.items())
    show.blocks([TableTold("", (_("question"), _("what it answers")), rows, "")])


def _rule(rule: str, question: str) -> str:
    """A rule that is meant; deadlines have names that programmes give them."""
    return rule if question == "overdue" else rule_of(rule)


def _least(question: str, days_: int | None, minutes: int | None) -> int | None:
    for option, value, questions in (("--days", days_, OF_DAYS), ("--minutes", minutes, OF_MINUTES)):
        if value is not None and question not in questions:
            known = ", ".join(questions)
            raise UsageError("find.option_only", "{option} can only be used with these questions: {known}.",
                             option=option, known=known)  # fmt: skip
    return days_ if question in OF_DAYS else minutes


OF_DAYS, OF_MINUTES = ("overdue", "late"), ("minutes-apart",)
"""Questions that are asked by days, and by minutes."""


def _period(application: Application, first: str | None, last: str | None) -> Period:
    """Raises ValidationError where it ends before it begins."""
    return Period(
        first=day_asked_about(application, first) if first else None,
        last=day_asked_about(application, last) if last else None,
    )
