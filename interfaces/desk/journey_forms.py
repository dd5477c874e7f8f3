"""What every form about a journey carries: what its reader had seen, and an id by which sending twice is once."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID, uuid4

from starlette.datastructures import UploadFile

from interfaces.desk.asked import Asked
from interfaces.desk.own_key import FIELD as OWN_KEY
from interfaces.desk.reasons import REMEMBERED, said_before
from interfaces.desk.wording import PROGRAMME, capital, person_path
from models.access.permissions import Reading, Relation
from models.calendar.swedish_day import in_swedish_time
from models.events.descriptions import name_of
from models.identifiers import Actor
from models.ledger.receipt import Receipt
from models.message import Message, msg
from runtime.i18n import _, as_source, translate
from services.application import Application
from services.identities.naming import names_in
from services.queries.holding import row_named
from services.queries.lines import JourneyLine, LedgerLine
from services.queries.titles import Titles
from services.readers import reader_of, relation_of
from services.reading import may_read, read
from services.recording.form import Answers
from services.recording.meanwhile import Happened, last_row, since
from services.recording.preview import WouldRefuse
from services.recording.sureness import own_words
from services.showing import staff_name

EVENT_ID, SEEN, MADE_FOR, DO = "event_id", "seen", "made_for", "do"
"""Fields of every such form: the id of what is to be sent, the last row that was seen, what the form was made for, and
which button was pressed."""

OWN_FIELDS = frozenset({EVENT_ID, SEEN, MADE_FOR, DO, OWN_KEY, "form_token"})

SEND, CHANGE, SHOW = "send", "change", "show"
"""What a button asks for beside a preview: that it is sent, changed, or asked further."""

RECORDED = "registrerat"
"""The value of a person's address that names what was just recorded."""

WAS_THERE = "fanns"
"""The same of what stood there already when it was to be recorded."""

REFERRED_AGAIN = "the_window_is_open.closed"
"""The message on a journey that is reopened no more: the person is referred again."""


def journey_of(asked: Asked) -> JourneyLine:
    """The journey of the address. Raises UsageError where there is none, and Refused of an erased candidate."""
    return asked.application.find_open(asked.part("candidate"), asked.given(PROGRAMME))


@dataclass(frozen=True)
class Carried:
    """What a form carries of a journey."""

    event_id: UUID
    seen: int
    made_for: str

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """The same as fields."""
        return [(EVENT_ID, str(self.event_id)), (SEEN, str(self.seen)), (MADE_FOR, self.made_for)]


def shown_first(asked: Asked, line: JourneyLine, rows: Sequence[LedgerLine]) -> Carried:
    """What a form carries that is shown for the first time, to somebody who has read of the journey."""
    return carried_on(asked, line, uuid4(), rows)


def read_of(asked: Asked) -> JourneyLine:
    """The journey of the address, of which it is written down that somebody reads, before anything of it is shown.

    Raises Refused where they may not, and UsageError where they have not said why and it is in a colleague's charge."""
    line = journey_of(asked)
    _read(asked, line)
    return line


def carried_on(asked: Asked, line: JourneyLine, event_id: UUID, rows: Sequence[LedgerLine]) -> Carried:
    """The same for a form that is shown again, to somebody who has now seen all rows."""
    return Carried(event_id, last_row(rows), _made_for(asked, line, event_id))


def sent_back(asked: Asked, line: JourneyLine) -> Carried:
    """What a form has carried that somebody sends: one that was not made for them begins anew, and is written down.

    Raises as `read_of` does."""
    try:
        event_id, seen = UUID(asked.said(EVENT_ID) or ""), int(asked.said(SEEN) or "")
    except ValueError:
        event_id, seen = uuid4(), 0
    made_for = _made_for(asked, line, event_id)
    if hmac.compare_digest(made_for, asked.said(MADE_FOR) or ""):
        application = asked.application
        may_read(application, line, _reader(asked, line), Reading.JOURNEY, _own_why(application))
        REMEMBERED.renew(asked.session.id, line.candidate)
    else:
        _read(asked, line)
    return Carried(event_id, seen, made_for)


def _made_for(asked: Asked, line: JourneyLine, event_id: UUID) -> str:
    said = f"journey form {line.journey_id} {event_id}"
    return hmac.new(asked.secret.encode(), said.encode(), sha256).hexdigest()


def _reader(asked: Asked, line: JourneyLine) -> Actor:
    return reader_of(asked.application, None, line, Reading.JOURNEY)


def _own_why(application: Application) -> str:
    return own_words(application, _("Before something was recorded."))


def _read(asked: Asked, line: JourneyLine) -> None:
    """Whoever is in charge needs to give no reason: that something is recorded says why."""
    application, reader = asked.application, _reader(asked, line)
    because = said_before(asked, line.candidate)
    if because is None and relation_of(application, line, reader) is Relation.OWN:
        because = _own_why(application)
    read(application, line, reader, Reading.JOURNEY, because)


def in_charge(application: Application, line: JourneyLine) -> str | None:
    """Who is in charge of the candidate, where that is somebody else than who asks."""
    reader = reader_of(application, None, line, Reading.JOURNEY)
    is_own = relation_of(application, line, reader) is Relation.OWN
    return None if is_own else staff_name(application, line.coordinator)


def whom(application: Application, line: JourneyLine) -> str:
    """The candidate by the name, where the reader sees it, and the number."""
    name = names_in(application, None, (line,)).get(line.candidate)
    return f"{name}, {line.candidate}" if name else line.candidate


def answers_in(asked: Asked) -> dict[str, list[str]]:
    """What was answered, by the names of the questions."""
    found: dict[str, list[str]] = {}
    for name, value in asked.form.multi_items():
        if name not in OWN_FIELDS and not isinstance(value, UploadFile):
            found.setdefault(name, []).append(value)
    return found


def as_hidden(answers: Answers) -> list[tuple[str, str]]:
    """Answers as fields that are carried on unseen."""
    return [(name, text) for name, texts in answers.items() for text in texts if text.strip()]


def meanwhile(application: Application, rows: Sequence[LedgerLine], carried: Carried) -> list[Message]:
    """What somebody has not seen of a journey, told in sentences."""
    return [_told(one) for one in since(rows, carried.seen, application.authority)]


def _told(one: Happened) -> Message:
    return msg(
        "desk.happened",
        "{when}: {who} recorded {what}.",
        when=in_swedish_time(one.recorded_at),
        who=one.by,
        what=one.what,
    )


def row_of(rows: Sequence[LedgerLine], event_id: UUID) -> LedgerLine | None:
    """The row in which what a form sends stands already."""
    return next((one for one in rows if one.event_id == str(event_id) and one.receipt.accepted), None)


def receipt_path(line: JourneyLine, event_id: object) -> str:
    """Where the receipt of an event is shown: on the person's page."""
    return person_path(line.journey_id, "", **{RECORDED: str(event_id)})


@dataclass(frozen=True)
class Refusal:
    """Why something was not recorded, where that is written, and what may be recorded instead; or whether the same may
    be recorded with other answers."""

    why: str
    source: str
    about: str = ""
    instead: tuple[tuple[str, str], ...] = ()
    can_be_changed: bool = False


def refused_by(
    line: JourneyLine, receipt: Receipt, rows: Sequence[LedgerLine], titles: Titles, kinds: Sequence[str] | None
) -> Refusal:
    """The refusal of a receipt, with the row that stands in the way; `kinds` may be recorded instead, None standing for
    the same with other answers."""
    named = row_named(receipt, rows)
    about = ""
    if named is not None:
        kind = translate(name_of(named.kind))
        about = _("It is about row {row}: {kind}, {day}.", row=named.row, kind=kind, day=named.effective_on)
    why = titles.why_not(receipt, line.programme)
    instead = (*_again(receipt.reason), *_ways(line, kinds or ()))
    return Refusal(why, as_source(receipt.source), about, instead, kinds is None)


def foreseen(line: JourneyLine, refused: WouldRefuse, titles: Titles, kinds: Sequence[str] | None) -> Refusal:
    """The same of what would be refused."""
    why, source = titles.told(refused.why, line.programme), as_source(refused.source)
    instead = (*_again(refused.why), *_ways(line, kinds or ()))
    return Refusal(why, source, instead=instead, can_be_changed=kinds is None)


def _again(why: Message | None) -> tuple[tuple[str, str], ...]:
    """Where somebody is referred again, where that is what a refusal advises."""
    return ((_("Refer the person again"), "/ny"),) if why is not None and why.id == REFERRED_AGAIN else ()


def _ways(line: JourneyLine, kinds: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (capital(translate(name_of(kind))), person_path(line.journey_id, f"/registrera/{kind}")) for kind in kinds
    )
