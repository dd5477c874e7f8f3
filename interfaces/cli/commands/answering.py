"""What the commands of `admin.py` share: the application, an event sent, its answer, and filters that are known."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from typer import echo

from interfaces.cli.before_sending import ASKING, Before, Verdict, agreed, left
from interfaces.cli.narrowing import day_it_happened
from interfaces.cli.output import journeys, receipts, show
from interfaces.cli.process import run_async
from interfaces.cli.prompts import answer_anew, ask_day, change_answer, complete_event, option
from models.events.events import Event
from models.events.texts import is_reference, texts_in, written_in
from models.identifiers import JourneyId
from models.ledger.receipt import Receipt
from models.projections.status import Status
from runtime.errors import Refused, UsageError
from runtime.i18n import _, as_kind, translate, using_names
from services.application import Application, may_ask
from services.days import in_full
from services.names import Names
from services.queries.holding import row_named
from services.queries.lines import JourneyLine, LedgerLine
from services.reading import refuse_unnamed
from services.recording.draft import event_of, kind_of
from services.recording.knowledge import known_at
from services.recording.noting import answer_wanted, note_on
from services.recording.sureness import make_sure
from services.recording.to_call import to_be_called


def send(
    application: Application,
    line: JourneyLine,
    event: str,
    fields: dict[str, Any],
    actor: str | None,
    *,
    on: str | None = None,
    event_id: str | None = None,
    no_wait: bool = False,
    before: Before = ASKING,
) -> int:
    """Build an event, asking for what is missing where somebody can be asked; show what follows; send it; print the
    answer."""
    kind = kind_of(event)
    author = application.actor(actor)
    day = day_it_happened(application, on)
    if on is not None and on != str(day) and not before.as_json:
        show.aside(_("day: {day}", day=in_full(day)))  # a day of the week could be another
    refuse_unnamed(application, line, author)  # what is filled in from what is known is shown
    known = known_at(application, line.journey_id, day)
    note = note_on(kind, known.journey.state if known.journey else None) if before.asks else None
    if note is not None:
        show.tell(translate(note))
    drafted = complete_event(kind, fields, known, briefly=before.yes)
    if before.asks and on is None:
        day = ask_day(day)
    sent_as = read_ids([event_id])[0] if event_id else uuid4()
    if drafted.filled_in and not before.as_json and not before.asks:
        filled_in = ", ".join(f"{option(name)} {value}" for name, value in drafted.filled_in.items())
        echo(_("filled in from what is known: {known}", known=filled_in))
    rows = application.lists.ledger(line.journey_id)
    while True:
        said = event_of(drafted, event_id=sent_as, actor=author, day=day)
        if (unsure := _unsure_field(application, line, said, before)) is not None:
            drafted = answer_anew(drafted, unsure, known)
            continue
        verdict = agreed(application, line, said, rows, before)
        if verdict is not Verdict.CHANGE:
            break
        changed = change_answer(drafted, day, known)
        if changed is None:
            return left()
        drafted, day = changed
    return _sent(application, line.journey_id, said, before, no_wait=no_wait) if verdict is Verdict.SEND else 0


def _unsure_field(application: Application, line: JourneyLine, said: Event, before: Before) -> str | None:
    """The field whose text somebody at a terminal would rather write anew, having been told what it contains; None
    where there is none. Raises Refused where they cannot be asked for another text."""
    if before.dry_run:
        return None
    for place, text in texts_in(said.model_dump(mode="json")):
        try:
            make_sure(application, [] if is_reference(text) else [text], line.candidate)
        except Refused:
            if not before.asks or not may_ask(aside=True):
                raise
            return place.field.partition(".")[0]
    return None


def _sent(application: Application, journey_id: JourneyId, said: Event, before: Before, *, no_wait: bool) -> int:
    async def work() -> Receipt | None:
        sending = await application.journeys()
        if not no_wait:
            return await sending.submit(journey_id, said)
        await sending.signal(journey_id, said)
        return None

    receipt = run_async(work)
    if receipt is not None:
        status = answer(application, receipt, before.as_json, application.lists.ledger(journey_id))
        whom_to_call(application, receipt, journey_id, as_json=before.as_json)
        if (
            receipt.accepted
            and not before.as_json
            and (wanted := answer_wanted(receipt.kind, application.lists.items(journey_id)))
        ):
            echo(wanted)
        if receipt.accepted and receipt.kind in PAUSES and not before.as_json:
            until = getattr(said, "until", None)
            echo(_("The journey is paused until {day}.", day=in_full(until)) if until else _("The journey is paused."))
            journeys.ending(run_async(lambda: _status(application, journey_id)))
        return status
    sent = {"kind": as_kind(said.kind), "event_id": said.event_id}
    echo(_("{kind}: sent as {event_id}. The answer will be in the ledger. See: admin.py show.", **sent))
    return 0


PAUSES = ("paused", "pause_extended")
"""Kinds of event after which is said what ends in the pause."""


async def _status(application: Application, journey_id: JourneyId) -> Status:
    return await (await application.journeys()).status(journey_id)


def answer(application: Application, receipt: Receipt, as_json: bool, lines: Sequence[LedgerLine] = ()) -> int:
    """Print the answer to an event. Raises Refused with the row among `lines` that stands in the way, in names."""
    if not receipt.accepted and not as_json:
        programme = JourneyId.parse(lines[0].journey_id).programme if lines else ""
        names = Names(application.book, application.book.find(programme), application.authority)
        with using_names(names):
            raise Refused(receipts.refusal(receipt, row_named(receipt, lines)))
    show.as_json(receipt) if as_json else receipts.receipt(receipt)
    return 0 if receipt.accepted else Refused.status


def whom_to_call(application: Application, receipt: Receipt, journey_id: JourneyId, *, as_json: bool = False) -> None:
    """Say who is to be told of an event by whoever has recorded it, as nobody can write to them."""
    if receipt.accepted and not as_json:
        for line in application.lists.found(journey_id=journey_id):
            for one in to_be_called(application, line, str(receipt.event_id)):
                show.tell(translate(one))


def submit(application: Application, journey_id: JourneyId, said: Event) -> Receipt:
    """Send an event as it is, and wait for its receipt. Whether a text shall stand is asked before anything is begun:
    Ctrl-C at the question ends it, which it cannot while events are sent."""
    make_sure(application, written_in(said), journey_id.candidate)

    async def work() -> Receipt:
        return await (await application.journeys()).submit(journey_id, said)

    return run_async(work)


def read_ids(written: list[str]) -> list[UUID]:
    try:
        return [UUID(text) for text in written]
    except ValueError as error:
        raise UsageError(
            "id.format", "The id is not complete. Copy all of it, such as 3a2bcaee-c210-5693-a2fb-c4ffa67c2e07."
        ) from error
