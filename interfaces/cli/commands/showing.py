"""`admin.py` show and identities: one candidate, and who has opened who they are."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from typer import Option, Typer

from interfaces.cli.asking_people import journey_of
from interfaces.cli.commands.options import Actor, AsJson, Because, InProgramme, Whom
from interfaces.cli.output import identities, journeys, reads, receipts, show
from models.access.permissions import Reading
from runtime.errors import UsageError
from runtime.i18n import translate
from services.application import Application
from services.identities.access import earlier_in_plain, in_plain, open_identity
from services.identities.naming import people_in
from services.queries.holding import marks
from services.queries.lines import JourneyLine, LedgerLine
from services.queries.reads import openings
from services.queries.titles import Titles
from services.readers import earlier_journeys, reader_of
from services.reading import read
from services.recording.reminding import open_reminders
from services.recording.to_call import to_be_called
from services.texts import (
    KeptText,
    latest_notes,
    notes_in,
    notes_that_hold,
    opened,
    remarks_in,
    struck_in,
    tasks_in,
    texts_of,
)

app = Typer()


@app.command(name="show")
def show_(
    candidate: Whom,
    identity: Annotated[
        bool, Option("--identity", help="Also show name and contact details. This is recorded.")
    ] = False,
    because: Because = None,
    urgent: Annotated[bool, Option("--urgent", help="Open it in any stage, for somebody's safety.")] = False,
    notes: Annotated[bool, Option("--notes", help="Show every note, not the latest alone.")] = False,
    remarks: Annotated[bool, Option("--remarks", help="Also show remarks, and every note.")] = False,
    struck: Annotated[
        bool, Option("--struck", help="Also show texts of events that were struck or replaced. This needs a reason.")
    ] = False,
    actor: Actor = None,
    programme: InProgramme = None,
    as_json: AsJson = False,
) -> None:
    """One journey: its stage, what it waits for and everything recorded. Names of others' candidates stay closed."""
    application = Application()
    line = journey_of(application, candidate, actor, programme)
    if urgent and not identity:
        raise UsageError("show.options", "--urgent can only be used with --identity. Add it or omit the other.")
    person = None
    if identity:
        opener = reader_of(application, actor, line, Reading.IDENTITY)
        person = open_identity(application, line, opener, because, urgent=urgent)
    asked = {Reading.JOURNEY: True, Reading.REMARKS: remarks, Reading.STRUCK: struck}
    for what in (one for one, is_asked in asked.items() if is_asked):
        read(application, line, reader_of(application, actor, line, what), what, because)
    known = people_in(application, actor, [line]) if line.erased_on is None else {}
    rows = application.lists.ledger(line.journey_id)
    items = application.lists.items(line.journey_id)
    texts = texts_of(application.reading, line.journey_id)
    if as_json:
        more: dict[str, object] = {"identity": in_plain(person), "earlier": earlier_in_plain(person)} if person else {}
        more |= {"name": known[line.candidate].name} if known else {}
        more |= {"remarks": remarks_in(rows, texts, struck=struck)} if remarks else {}
        more |= {"erased": translate(application.erased(line))} if line.erased_on else {}
        show.as_json({"journey": line, "items": items, "ledger": opened(rows, texts, struck=struck), **more})
        return
    titles = Titles(application.book)
    journeys.journeys(titles.shown([line]), {number: one.name for number, one in known.items()})
    identities.called(known.get(line.candidate))
    identities.same_as(line.candidate, application.authority.joins.numbers_of(line.candidate))
    journeys.earlier(earlier_journeys(application, actor, line))
    if line.erased_on is not None:
        show.tell(translate(application.erased(line)))
    else:
        journeys.items(items, application.today())
        for one in to_be_called(application, line):
            show.tell(translate(one))
        journeys.permanent(titles.shown([line]))
    receipts.ledger(rows, marks(rows, application.now()))
    _texts(line, rows, texts, notes=notes, remarks=remarks, struck=struck)
    if person:
        identities.person(person)


def _texts(
    line: JourneyLine,
    rows: Sequence[LedgerLine],
    texts: Mapping[str, KeptText],
    *,
    notes: bool,
    remarks: bool,
    struck: bool,
) -> None:
    """What was written of a journey, as far as it is asked for; its latest notes and open reminders in any case."""
    if line.erased_on is None:
        identities.reminders(open_reminders(rows), tasks_in(rows, texts))
    if remarks or notes:
        identities.notes(notes_in(rows, texts, struck=struck), rows)
    elif line.erased_on is None:
        identities.latest_notes(latest_notes(rows, texts), rows, notes_that_hold(rows))
    if remarks:
        identities.remarks(remarks_in(rows, texts, struck=struck))
    if struck:
        identities.struck(struck_in(rows, texts))


@app.command(name="identities")
def identities_(
    candidate: Whom,
    because: Because = None,
    programme: InProgramme = None,
    actor: Actor = None,
    as_json: AsJson = False,
) -> None:
    """Who has opened a candidate's identity, when, in which stage, and why."""
    application = Application()
    line = journey_of(application, candidate, actor, programme)
    read(application, line, reader_of(application, actor, line, Reading.JOURNEY), Reading.JOURNEY, because)
    lines = openings(application.reading, line.candidate)
    show.as_json(lines) if as_json else reads.openings(lines)
