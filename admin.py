"""The coordinators' script: refer people, record what happens, see who needs something.

Exit status: 0 done, 1 refused by a rule, 2 wrong use, 3 a service could not be reached.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from runtime.commands import positions as position_commands
from runtime.commands import programmes as programme_commands
from runtime.commands import reconciling
from runtime.commands import renewing as renewing_commands
from runtime.commands import training as training_commands
from runtime.errors import Refused, WrongUse
from runtime.scripts import awaited, run

# What a command needs is imported when it runs: `--help` and a mistyped command must answer at once.
if TYPE_CHECKING:
    from uuid import UUID

    from models.answers import Receipt
    from runtime.desk.office import Office

app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False, rich_markup_mode=None)

app.add_typer(programme_commands.app, name="programme")
app.add_typer(position_commands.app, name="position")
app.add_typer(training_commands.app, name="training")
app.add_typer(reconciling.app)
app.add_typer(renewing_commands.app)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Candidate = Annotated[str, typer.Argument(help="The candidate's number, such as K7Q29FMXB.")]
InProgramme = Annotated[str | None, typer.Option("--programme", help="Which programme, where there are several.")]
Actor = Annotated[
    str | None, typer.Option(help="Who says so, such as coordinator:anna.berg; otherwise HELAVAGEN_ACTOR.")
]
On = Annotated[str | None, typer.Option("--on", help="The day it took effect, YYYY-MM-DD; otherwise today.")]
EventId = Annotated[str | None, typer.Option(help="The event's id, to send it again; otherwise a new one.")]
Town = Annotated[str | None, typer.Option(help="Only in this town, by its municipality code.")]
OfPages = Annotated[int, typer.Option("--page", min=1, help="Which page.")]
OPEN_FIELDS = {"allow_extra_args": True, "ignore_unknown_options": True}


@app.command()
def refer(
    programme: Annotated[str | None, typer.Option(help="The programme's name.")] = None,
    identity_number: Annotated[str | None, typer.Option(help="Personal or co-ordination number.")] = None,
    name: Annotated[str | None, typer.Option(help="The person's name.")] = None,
    email: Annotated[str | None, typer.Option(help="E-mail address.")] = None,
    phone: Annotated[str | None, typer.Option(help="Telephone number.")] = None,
    referring_partner: Annotated[str | None, typer.Option("--from", help="The partner that refers.")] = None,
    site: Annotated[str | None, typer.Option(help="The town's municipality code.")] = None,
    coordinator: Annotated[str | None, typer.Option(help="Who looks after the candidate.")] = None,
    earlier: Annotated[
        list[str] | None,
        typer.Option(help="An earlier employment here, form:first day:last day; repeat it for each."),
    ] = None,
    on: On = None,
    actor: Actor = None,
    as_json: AsJson = False,
) -> int:
    """Refer a person to a programme. Asks for what is missing at a terminal."""
    from runtime.desk.asking import complete
    from runtime.desk.referring import refer_person
    from runtime.wording import t

    fields = {
        "programme": programme,
        "identity_number": identity_number,
        "name": name,
        "referring_partner": referring_partner,
        "site": site,
        "coordinator": coordinator,
    }
    office = _office()
    given = complete(fields, "refer")
    said = {**given, "email": email, "phone": phone, "earlier": earlier, "referred_on": _day(office, on)}
    candidate, receipt = awaited(lambda: refer_person(office, office.actor(actor), said))
    if not as_json:
        typer.echo(t("candidate number: {candidate}", candidate=candidate))
    return _answer(receipt, as_json)


@app.command(name="import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV or XLSX with one referral a row.")],
    bad_rows: Annotated[Path | None, typer.Option(help="Where to write the rows to mend.")] = None,
    actor: Actor = None,
    as_json: AsJson = False,
) -> int:
    """Refer everyone in a file. Bad rows are reported and written to a file to be mended and imported again."""
    from runtime.importing.report import import_file

    office = _office()
    return import_file(office, file, bad_rows, office.actor(actor), as_json)


@app.command()
def today(
    coordinator: Annotated[str | None, typer.Option(help="Only this coordinator's candidates.")] = None,
    town: Town = None,
    programme: InProgramme = None,
    page: OfPages = 1,
    as_json: AsJson = False,
) -> None:
    """Who needs what from whom: the longest overdue first, then what is due within a week."""
    from runtime.desk import show

    office = _office()
    _refuse_unknown(office, programme, coordinator=coordinator, town=town)
    day = office.now().date()
    found = office.lists.today(day, coordinator=coordinator, site=town, programme=programme, page=page)
    becoming = office.lists.soon_permanent(day, coordinator=coordinator, site=town, programme=programme)
    show.as_json(found.lines) if as_json else show.today(found, becoming if page == 1 else ())


@app.command(name="list")
def list_(
    programme: InProgramme = None,
    stage: Annotated[str | None, typer.Option(help="Only journeys in this stage.")] = None,
    coordinator: Annotated[str | None, typer.Option(help="Only this coordinator's.")] = None,
    site: Annotated[str | None, typer.Option(help="Only in this town.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 200,
    as_json: AsJson = False,
) -> None:
    """Journeys, the latest change first."""
    from runtime.desk import show

    office = _office()
    _refuse_unknown(office, programme, stage, coordinator=coordinator, town=site)
    lines = office.lists.journeys(programme=programme, stage=stage, coordinator=coordinator, site=site, limit=limit)
    show.as_json(lines) if as_json else show.journeys(lines)


@app.command(name="show")
def show_(
    candidate: Candidate,
    identity: Annotated[
        bool, typer.Option("--identity", help="Also name and contact details; it is recorded.")
    ] = False,
    because: Annotated[str | None, typer.Option(help="Why the identity is opened.")] = None,
    urgent: Annotated[bool, typer.Option("--urgent", help="Open it whatever the stage: somebody's safety.")] = False,
    remarks: Annotated[bool, typer.Option("--remarks", help="Also what was remarked.")] = False,
    actor: Actor = None,
    programme: InProgramme = None,
    as_json: AsJson = False,
) -> None:
    """One journey: where it is, what it waits for, and everything that was recorded. Names nobody unless asked to."""
    from runtime.desk import identities, show
    from runtime.desk import remarks as remarked
    from runtime.remarks import remarks_on

    office = _office()
    line = office.find(candidate, programme)
    if not identity and (because or urgent):
        raise WrongUse("--because and --urgent belong to --identity; add it, or leave them away.")
    person = identities.open_identity(office, line, office.actor(actor), because, urgent=urgent) if identity else None
    rows = office.lists.ledger(line.journey_id)
    told = remarked.told(remarks_on(office.reading, line.journey_id), rows) if remarks else []
    if as_json:
        more: dict[str, Any] = {"identity": identities.in_plain(person)} if person else {}
        more |= {"remarks": told} if remarks else {}
        show.as_json({"journey": line, "ledger": remarked.without_remarks(rows), **more})
        return
    show.journeys([line])
    show.permanent([line])
    show.ledger(rows)
    if remarks:
        remarked.print_remarks(told)
    if person:
        identities.print_person(person)


@app.command(name="identities")
def identities_(candidate: Candidate, programme: InProgramme = None, as_json: AsJson = False) -> None:
    """Who has opened a candidate's identity, when, in which stage, and why."""
    from runtime.desk import identities, show
    from runtime.people import openings

    office = _office()
    lines = openings(office.reading, office.find(candidate, programme).candidate)
    show.as_json(lines) if as_json else identities.print_openings(lines)


@app.command()
def certificate(
    candidate: Candidate,
    because: Annotated[str, typer.Option(help="Why it is issued: that opens the identity, which is recorded.")],
    lang: Annotated[str, typer.Option(help="The language of the certificate: sv or en.")] = "sv",
    html: Annotated[Path | None, typer.Option(help="Where to write it as a web page.")] = None,
    pdf: Annotated[Path | None, typer.Option(help="Where to write it as PDF.")] = None,
    actor: Actor = None,
    programme: InProgramme = None,
) -> None:
    """A written certificate for the candidate, of the internship they completed: workplace, period, what was learnt."""
    from runtime.certificate.issuing import issue, language
    from runtime.wording import t

    office = _office()
    line = office.find(candidate, programme)
    files = {form: file for form, file in (("html", html), ("pdf", pdf)) if file}
    issue(office, line, office.actor(actor), because, language(lang), files)
    for file in files.values():
        typer.echo(t("written: {file}", file=file))


@app.command(name="next")
def next_(
    candidate: Candidate,
    event: Annotated[str | None, typer.Argument(help="An event to record now; at a terminal you are asked.")] = None,
    programme: InProgramme = None,
    actor: Actor = None,
    as_json: AsJson = False,
) -> int:
    """What may be done now, with the fields that each event needs."""
    from runtime.desk import show
    from runtime.desk.asking import choose_event

    office = _office()
    line = office.find(candidate, programme)
    status = awaited(lambda: _status(office, line.journey_id))
    if as_json:
        show.as_json(status)
        return 0
    show.status(status)
    show.options(status)
    kind = event or choose_event(status)
    return _send(office, line.journey_id, kind, {}, actor, None, None) if kind else 0


@app.command(context_settings=OPEN_FIELDS)
def signal(
    context: typer.Context,
    candidate: Candidate,
    event: Annotated[str, typer.Argument(help="The event, such as referral_accepted.")],
    data: Annotated[str | None, typer.Option(help="The event's fields as JSON.")] = None,
    no_wait: Annotated[bool, typer.Option("--no-wait", help="Do not wait for the receipt.")] = False,
    on: On = None,
    actor: Actor = None,
    event_id: EventId = None,
    programme: InProgramme = None,
    as_json: AsJson = False,
) -> int:
    """Record that something happened: --FIELD VALUE for each field. See `next` for what is possible."""
    from runtime.desk.event_input import read_fields, read_json

    office = _office()
    fields = {**read_json(data), **read_fields(context.args)}
    line = office.find(candidate, programme)
    return _send(office, line.journey_id, event, fields, actor, on, event_id, no_wait=no_wait, as_json=as_json)


@app.command(context_settings=OPEN_FIELDS)
def correct(
    context: typer.Context,
    candidate: Candidate,
    row: Annotated[int, typer.Argument(help="The ledger row of the event, as `show` numbers it.")],
    because: Annotated[str, typer.Option(help="Why it is corrected.")],
    strike: Annotated[bool, typer.Option("--strike", help="Strike the event instead of replacing its fields.")] = False,
    on: Annotated[str | None, typer.Option("--on", help="The day on which the event really took effect.")] = None,
    actor: Actor = None,
    programme: InProgramme = None,
    as_json: AsJson = False,
) -> int:
    """Correct an earlier event in the open: --FIELD VALUE replaces a field, --strike takes the event out."""
    from runtime.desk.correcting import correction
    from runtime.desk.event_input import read_fields
    from runtime.desk.sending import in_correction, keep_remark

    office = _office()
    line = office.find(candidate, programme)
    fields = read_fields(context.args)
    if strike and (fields or on):
        raise WrongUse("--strike takes the whole event out; leave the fields away.")
    rows = office.lists.ledger(line.journey_id)
    wrong = next((one for one in rows if one.row == row), None)
    fields, remark = in_correction(office, line, wrong, fields, office.actor(actor))
    said = correction(rows, row, because, None if strike else fields, on)
    keep_remark(office, remark)
    return _send(office, line.journey_id, "corrected", said, actor, None, None, as_json=as_json)


@app.command()
def rules(
    candidate: Candidate,
    because: Annotated[str, typer.Option(help="Why the journey moves to other rules.")],
    actor: Actor = None,
    programme: InProgramme = None,
    as_json: AsJson = False,
) -> int:
    """Move a journey to its programme's rules of today; until then it keeps those of its referral."""
    office = _office()
    line = office.find(candidate, programme)
    new = office.book.programme(line.programme).model_dump(mode="json")
    return _send(
        office, line.journey_id, "rules_changed", {"reason": because, "rules": new}, actor, None, None, as_json=as_json
    )


@app.command()
def report(
    programme: Annotated[str, typer.Argument(help="The programme's name.")],
    csv: Annotated[Path | None, typer.Option(help="Write the figures to this CSV file.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write a page with charts to this HTML file.")] = None,
    lang: Annotated[str | None, typer.Option(help="The language, sv or en; otherwise HELAVAGEN_LANG.")] = None,
    as_json: AsJson = False,
) -> None:
    """A programme in figures: goal, balance, where people stop, how long it takes. Groups below five are not shown."""
    from runtime.desk import show
    from runtime.report import writing
    from runtime.wording import language, read_language, speaking

    office = _office()
    chosen = read_language(lang, "--lang") if lang else language()
    rules = office.book.programme(programme)
    figures = writing.report(office.reading, rules, office.book.partners, office.now().date())
    if csv:
        writing.write_csv(figures, csv)
    with speaking(chosen):
        if html:
            writing.write_page(figures, html)
        if not (csv or html or as_json):
            show.report(figures)
    if as_json:
        show.as_json(figures)


@app.command()
def positions(
    free: Annotated[bool, typer.Option("--free", help="Only positions with a free place.")] = False,
    queue: Annotated[bool, typer.Option("--queue", help="Instead, who waits for a place, longest first.")] = False,
    town: Annotated[str | None, typer.Option(help="Of the queue, only this municipality code.")] = None,
    programme: Annotated[str | None, typer.Option(help="Of the queue, only this programme.")] = None,
    page: Annotated[int, typer.Option(min=1, help="Which page of the queue.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Positions, the staffing need that each fills, and their free places; or who waits for one, and what fits."""
    from runtime.desk import show

    office = _office()
    if queue:
        _refuse_unknown(office, programme, town=town)
        found = office.lists.waiting(office.now().date(), site=town, programme=programme, page=page)
        show.as_json(found.lines) if as_json else show.waiting(found)
        return
    if town or programme or page != 1:
        raise WrongUse("--town, --programme and --page belong to --queue; add it, or leave them away.")
    lines = office.lists.positions(only_free=free)
    show.as_json(lines) if as_json else show.positions(lines)


@app.command()
def notices(
    dead: Annotated[bool, typer.Option("--dead", help="Only those that could not be delivered.")] = False,
    candidate: Annotated[str | None, typer.Option(help="Only this candidate's.")] = None,
    programme: InProgramme = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 200,
    as_json: AsJson = False,
) -> None:
    """Notices and how far they have come."""
    from runtime.desk import show

    office = _office()
    journey_id = office.find(candidate, programme).journey_id if candidate else None
    lines = office.lists.notices(journey_id=journey_id, status="dead" if dead else None, limit=limit)
    show.as_json(lines) if as_json else show.notices(lines)


@app.command()
def resend(
    notice: Annotated[list[str] | None, typer.Argument(help="Ids of dead notices.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every dead notice.")] = False,
) -> None:
    """Send dead notices again, once their cause is mended."""
    from runtime.desk.notices_again import send_again
    from runtime.wording import t

    office = _office()
    ids = _ids(notice or [line.notice_id for line in office.lists.notices(status="dead", limit=100_000) if every])
    if not ids and not every:
        raise WrongUse("Say which notices, or --all; see: admin.py notices --dead.")

    async def work() -> int:
        return await send_again(office.outbox, await office.journeys(), ids)

    typer.echo(t("{count} notices on their way again", count=awaited(work)))


@app.command()
def inbox(as_json: AsJson = False) -> None:
    """What the local stack's mail and webhook inboxes have received."""
    from runtime.desk import show
    from runtime.local.inbox import read_inbox

    items = read_inbox(_office().settings.data / "inbox")
    show.as_json([vars(item) for item in items]) if as_json else show.inbox(items)


def _refuse_unknown(
    office: Office,
    programme: str | None,
    stage: str | None = None,
    *,
    coordinator: str | None = None,
    town: str | None = None,
) -> None:
    """An empty list must mean that there is nothing, not that a filter was mistyped."""
    from models.stages import Stage

    if programme is not None:
        office.book.programme(programme)
    if stage is not None and stage not in set(Stage):
        raise WrongUse("There is no stage {stage}; choose one of {known}.", stage=stage, known=", ".join(Stage))
    if town is not None and town not in (towns := office.book.town_codes):
        raise WrongUse("There is no town {town}; choose one of {known}.", town=town, known=", ".join(sorted(towns)))
    if coordinator is not None and coordinator not in (people := office.book.coordinators):
        known = ", ".join(sorted(people))
        raise WrongUse(
            "There is no coordinator {coordinator}; choose one of {known}.", coordinator=coordinator, known=known
        )


def _office() -> Office:
    from runtime.desk.office import Office

    return Office()


async def _status(office: Office, journey_id: str) -> Any:
    return await (await office.journeys()).status(journey_id)


def _send(
    office: Office,
    journey_id: str,
    event: str,
    fields: dict[str, Any],
    actor: str | None,
    on: str | None,
    event_id: str | None,
    *,
    no_wait: bool = False,
    as_json: bool = False,
) -> int:
    """Build an event, asking for what is missing where somebody can be asked; send it; print the answer."""
    from uuid import uuid4

    from runtime.desk.event_input import kind_of
    from runtime.desk.sending import prepare
    from runtime.wording import t

    kind = kind_of(event)
    said, filled_in = prepare(
        office,
        journey_id,
        kind,
        fields,
        event_id=_ids([event_id])[0] if event_id else uuid4(),
        actor=office.actor(actor),
        day=_day(office, on),
    )
    if filled_in and not as_json:
        known = ", ".join(f"{name} {value}" for name, value in filled_in.items())
        typer.echo(t("filled in from what is known: {known}", known=known))

    async def work() -> Receipt | None:
        journeys = await office.journeys()
        if not no_wait:
            return await journeys.submit(journey_id, said)
        await journeys.signal(journey_id, said)
        return None

    receipt = awaited(work)
    if receipt is None:
        sent = t(
            "{kind}: sent as {event_id}; its answer will stand in the ledger, see: admin.py show.",
            kind=kind,
            event_id=said.event_id,
        )
        typer.echo(sent)
        return 0
    return _answer(receipt, as_json)


def _answer(receipt: Receipt, as_json: bool) -> int:
    from runtime.desk import show

    if as_json:
        show.as_json(receipt)
        return 0 if receipt.accepted else Refused.status
    if not receipt.accepted:
        raise Refused(show.refusal(receipt))
    show.receipt(receipt)
    return 0


def _day(office: Office, on: str | None) -> date:
    try:
        return date.fromisoformat(on) if on else office.now().date()
    except ValueError as error:
        raise WrongUse("{day} is no day; write it as YYYY-MM-DD.", day=on) from error


def _ids(written: list[str]) -> list[UUID]:
    from uuid import UUID

    try:
        return [UUID(text) for text in written]
    except ValueError as error:
        raise WrongUse("That is no id; copy it whole, such as 3a2bcaee-c210-5693-a2fb-c4ffa67c2e07.") from error


if __name__ == "__main__":
    run(app)
