"""`admin.py` show and identities: one candidate, and who has opened who they are."""

from typing import Annotated

from typer import Option, Typer

from interfaces.cli.asking_people import journey_of
from interfaces.cli.commands.options import Actor, AsJson, Because, InProgramme, Whom
from interfaces.cli.output import identities, journeys, receipts, show
from models.access.permissions import Reading
from runtime.errors import UsageError
from runtime.i18n import translate
from services.application import Application
from services.identities.access import earlier_in_plain, in_plain, open_identity
from services.lent import lent_beside, with_whom
from services.queries.reads import openings
from services.queries.reads_told import openings_told
from services.queries.titles import Titles
from services.readers import reader_of
from services.reading import read
from services.recording.to_call import to_be_called
from services.showing import Shown, shown_to

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
    found = shown_to(application, actor, line, because, remarks=remarks, struck=struck)
    if as_json:
        more: dict[str, object] = {"identity": in_plain(person), "earlier": earlier_in_plain(person)} if person else {}
        more |= {"name": found.person.name} if found.person else {}
        more |= {"remarks": found.remarks} if remarks else {}
        more |= {"erased": translate(found.erased)} if found.erased else {}
        [journey] = lent_beside(application, [line], [line.model_dump(mode="json")])
        show.as_json({"journey": journey, "items": found.items, "ledger": found.told, **more})
        return
    titles = Titles(application.book, application.authority)
    journeys.journeys(
        titles.shown(with_whom(application, [line])), {line.candidate: found.person.name} if found.person else {}
    )
    identities.called(found.person)
    identities.same_as(found.others)
    journeys.earlier(found.earlier)
    if found.erased is not None:
        show.tell(translate(found.erased))
    else:
        journeys.items(found.items, application.today())
        for one in to_be_called(application, line):
            show.tell(translate(one))
        journeys.permanent(titles.shown([line]))
    receipts.ledger(found.rows, found.marks, lambda receipt: titles.answer(receipt, line.programme))
    _texts(found, notes=notes)
    if person:
        identities.person(person)


def _texts(found: Shown, *, notes: bool) -> None:
    """What was written of a journey, as far as it is asked for; its latest notes and open reminders in any case."""
    if not found.is_erased:
        identities.reminders(found.reminders, found.tasks)
    if found.with_remarks or notes:
        identities.notes(found.notes, found.rows)
    elif not found.is_erased:
        identities.latest_notes(found.latest_notes, found.rows, found.standing_notes)
    if found.with_remarks:
        identities.remarks(found.remarks)
    if found.with_struck:
        identities.struck(found.struck)


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
    show.as_json(lines) if as_json else show.blocks([openings_told(lines)])
