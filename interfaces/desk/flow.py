"""From a form to a receipt: filled in, looked through with what would follow, and sent once.

The same way for whatever is recorded on a journey. What was typed comes back whatever stands in the way.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol
from uuid import UUID, uuid4
from weakref import WeakValueDictionary

from starlette.responses import Response

from interfaces.desk.asked import Asked, FieldError, go_to, in_thread, page
from interfaces.desk.journey_forms import (
    CHANGE,
    DO,
    SEND,
    SHOW,
    Carried,
    Refusal,
    answers_in,
    as_hidden,
    carried_on,
    foreseen,
    in_charge,
    journey_of,
    meanwhile,
    read_of,
    receipt_path,
    refused_by,
    row_of,
    sent_back,
    shown_first,
    whom,
)
from interfaces.desk.mistakes import status_of, told
from interfaces.desk.own_key import FIELD, SIGN, asked_for, scripted, take
from interfaces.desk.wording import PROPOSED, TAKES_TWO, capital, person_path
from models.events.events import Event
from models.events.texts import written_in
from models.ledger.receipt import Receipt
from models.message import Message, msg
from runtime.errors import UserError
from runtime.i18n import _, shown
from services.application import Application
from services.queries.lines import JourneyLine, LedgerLine
from services.queries.titles import Titles
from services.recording.foretold import steps_of
from services.recording.form import WHY, Answers, Form, Question, Shape
from services.recording.preview import Preview, preview

SURE = "sure"
"""The box that says that texts shall stand as they are."""

NOT_SURE = msg("desk.not_sure", "Tick the box if the text shall stand, or change it.")

REFUSED_STATUS = 409

WRONG_STATUS = 422


class Recordable(Protocol):
    """Something that somebody is about to record on a journey, with what they have answered so far."""

    @property
    def application(self) -> Application: ...
    @property
    def line(self) -> JourneyLine: ...
    @property
    def rows(self) -> list[LedgerLine]: ...
    @property
    def answers(self) -> Answers: ...
    @property
    def form(self) -> Form: ...
    @property
    def problems(self) -> Mapping[str, Message]: ...
    @property
    def possible_now(self) -> list[str]: ...
    def event(self, event_id: UUID) -> Event: ...
    def doubts(self, event: Event) -> list[Message]: ...
    def said(self, event: Event) -> list[tuple[str, str]]: ...


@dataclass(frozen=True)
class Ready:
    """What may be sent."""

    one: Recordable
    carried: Carried
    event: Event


@dataclass(frozen=True)
class Words:
    """What a page is called, the button that sends, and what is to be known before."""

    title: str
    send: str
    note: str = ""


class Way(NamedTuple):
    """Where else a form leads: what the link is called, and its address."""

    label: str
    path: str


_turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()


def _turn(asked: Asked) -> asyncio.Lock:
    """The turn of whoever sends something of a candidate: those who wait for it hold it, and nobody keeps it."""
    return _turns.setdefault(asked.part("candidate").upper(), asyncio.Lock())


@dataclass(frozen=True)
class Flow:
    """A way to record: `make` reads what a request is about, None standing for answers not given yet; `part` is where
    on the person's page it is done."""

    make: Callable[[Asked, Answers | None], Recordable]
    part: Callable[[Asked], str]
    words: Callable[[Recordable], Words]
    send: Callable[[Application, JourneyLine, Event], Awaitable[Receipt]]
    ways: Callable[[Asked, Recordable], Sequence[Way]] = lambda _asked, _one: ()

    def show(self, asked: Asked) -> Response:
        """The form; or, where nothing is asked, what would follow."""
        read_of(asked)
        one = self.make(asked, None)
        carried = shown_first(asked, one.line, one.rows)
        if one.form.questions:
            return self._form(asked, one, carried)
        answer = self._looked_through(asked, Ready(one, carried, one.event(carried.event_id)), None)
        assert isinstance(answer, Response)
        return answer

    async def take(self, asked: Asked) -> Response:
        """What was answered: shown again where something is wrong, looked through, or sent."""
        async with _turn(asked):  # between the look at what has happened and the sending nobody else sends
            ready = await in_thread(self._read, asked)
            if isinstance(ready, Response):
                return ready
            try:
                receipt = await self.send(ready.one.application, ready.one.line, ready.event)
            except UserError as error:
                return await in_thread(self._not_sent, asked, ready, error)
        return await in_thread(self._answered, asked, ready, receipt)

    def _read(self, asked: Asked) -> Response | Ready:
        line, do = journey_of(asked), asked.said(DO)
        carried = sent_back(asked, line)
        if row_of(asked.application.lists.ledger(line.journey_id), carried.event_id) is not None:
            return go_to(receipt_path(line, carried.event_id))  # sent before
        one = self.make(asked, answers_in(asked))
        if happened := meanwhile(asked.application, one.rows, carried):
            again = carried_on(asked, one.line, carried.event_id, one.rows)
            return self._form(asked, one, again, REFUSED_STATUS, happened=happened)
        if do in (CHANGE, SHOW):
            return self._form(asked, one, carried)
        if one.problems:
            wrong = [FieldError(_place(one.form, name), message) for name, message in one.problems.items()]
            return self._form(asked, one, carried, WRONG_STATUS, errors=wrong)
        try:
            event = one.event(carried.event_id)
        except UserError as error:
            return self._form(asked, one, carried, WRONG_STATUS, errors=[FieldError("", told(error))])
        return self._looked_through(asked, Ready(one, carried, event), do)

    def _looked_through(self, asked: Asked, ready: Ready, do: str | None) -> Response | Ready:
        one = ready.one
        found = preview(one.application, one.line, ready.event, one.rows)
        if found is not None and found.refused is not None and not found.by_other_rules:
            refusal = foreseen(one.line, found.refused, *self._instead(one))
            return self._form(asked, one, ready.carried, REFUSED_STATUS, refusal=refusal)
        doubts = one.doubts(ready.event)
        if do not in (SEND, SIGN):
            return self._preview(asked, ready, found, doubts)
        if doubts and asked.said(SURE) is None:
            return self._preview(asked, ready, found, doubts, WRONG_STATUS, errors=[FieldError(SURE, NOT_SURE)])
        try:
            take(asked, one.line.journey_id, ready.event, found.own_key if found else None, ready.carried.seen)
        except UserError as error:
            return self._preview(asked, ready, found, doubts, status_of(error), errors=[FieldError("", told(error))])
        one.application.sure_of.update(written_in(ready.event))
        return ready

    def _not_sent(self, asked: Asked, ready: Ready, error: UserError) -> Response:
        """The form again, with what stood in the way."""
        return self._form(asked, ready.one, ready.carried, status_of(error), errors=[FieldError("", told(error))])

    def _answered(self, asked: Asked, ready: Ready, receipt: Receipt) -> Response:
        """The receipt on the person's page, or why the journey has refused it."""
        line = ready.one.line
        if receipt.accepted:
            return go_to(receipt_path(line, receipt.event_id))
        one = self.make(asked, ready.one.answers)  # with the row of the refusal
        refusal = refused_by(line, receipt, one.rows, *self._instead(one))
        return self._form(asked, one, carried_on(asked, line, uuid4(), one.rows), REFUSED_STATUS, refusal=refusal)

    @staticmethod
    def _instead(one: Recordable) -> tuple[Titles, Sequence[str] | None]:
        """By which names a refusal is told, and what else may be recorded; None where other answers may be enough."""
        kinds = one.possible_now
        return Titles(
            one.application.book, one.application.authority
        ), None if not kinds or one.form.kind in kinds else kinds

    def _form(
        self,
        asked: Asked,
        one: Recordable,
        carried: Carried,
        status: int = 200,
        *,
        errors: Sequence[FieldError] = (),
        refusal: Refusal | None = None,
        happened: Sequence[Message] = (),
    ) -> Response:
        drawn = {"form": one.form, "answers": one.answers, "Shape": Shape, "show": SHOW}
        told = {"errors": errors, "summary": summary(one.form, errors), "refusal": refusal, "happened": happened}
        return page(asked, "record.html.j2", status, **self._shared(asked, one, carried), **drawn, **told)

    def _preview(
        self,
        asked: Asked,
        ready: Ready,
        found: Preview | None,
        doubts: Sequence[Message],
        status: int = 200,
        *,
        errors: Sequence[FieldError] = (),
    ) -> Response:
        one, asks = ready.one, found.own_key if found else None
        own_key = asked_for(asked, one.line.journey_id, ready.event, asks, ready.carried.seen)
        answer = page(
            asked,
            "record_preview.html.j2",
            status,
            **self._shared(asked, one, ready.carried),
            said=[(capital(label), value) for label, value in one.said(ready.event)],
            follows=[capital(line) for line in _following(one, found)] if found else [],
            by_other_rules=found is None or found.by_other_rules,
            odd=found.odd if found else (),
            is_weighty=found is not None and (found.ends_the_way or found.makes_permanent),
            send_label=_("Propose to a colleague") if ready.event.kind == PROPOSED else self.words(one).send,
            takes_two=TAKES_TWO if ready.event.kind == PROPOSED else None,
            doubts=doubts,
            answers=as_hidden(one.answers),
            may_change=bool(one.form.questions),
            errors=errors,
            send=SEND,
            change=CHANGE,
            sure=SURE,
            own_key=own_key,
            key_field=FIELD,
            sign=SIGN,
        )
        return scripted(answer) if own_key else answer

    def _shared(self, asked: Asked, one: Recordable, carried: Carried) -> dict[str, Any]:
        framed = frame(one.application, one.line, carried, self.words(one), self.part(asked))
        return {**framed, "ways": self.ways(asked, one)}


def frame(application: Application, line: JourneyLine, carried: Carried, words: Words, part: str) -> dict[str, Any]:
    """What stands around a form about a person, and around what is looked through, at `part` of their pages."""
    called = whom(application, line)
    return {
        "back": (_("Back to {whom}", whom=called), person_path(line.journey_id)),
        "whom": called,
        "in_charge": in_charge(application, line),
        "words": words,
        "ways": (),
        "path": person_path(line.journey_id, part),
        "hidden": carried.hidden,
        "do": DO,
    }


def _following(one: Recordable, found: Preview) -> Iterable[str]:
    """What would follow. A journey with older rules is sent to all the same where today's would refuse."""
    if found.refused is None:
        return steps_of(found)
    titles = Titles(one.application.book, one.application.authority)
    why = titles.told(found.refused.why, one.line.programme)
    return [_("by today's rules this is not possible: {why}", why=why)]


def summary(form: Form, errors: Sequence[FieldError]) -> list[FieldError]:
    """What is wrong as it is told on top of the page: each with the question that it is about."""
    return [
        FieldError(error.field, _about(form.question(error.field.removesuffix(WHY)), error.message)) for error in errors
    ]


def _about(question: Question | None, what: Message) -> Message:
    if question is None:
        return what
    return msg("desk.wrong", "{question}: {what}", question=capital(shown(question.label)), what=what)


def _place(form: Form, name: str) -> str:
    """The id of the field that an error is about."""
    one = form.question(name)
    return one.items[0].name if one is not None and one.items else name
