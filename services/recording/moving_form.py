"""The form by which what was recorded on the wrong person is moved to the right one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from models.events.descriptions import in_words
from models.identifiers import Actor
from models.message import Message, msg
from runtime.errors import UsageError, UserError
from runtime.i18n import shown, translate
from services.application import Application
from services.days import near
from services.identities.naming import names_in
from services.naming import Named
from services.queries.lines import JourneyLine, LedgerLine, accepted_entries
from services.reading import refuse_unnamed
from services.recording.amending import BECAUSE, CORRECTED
from services.recording.authors import author_of
from services.recording.event_names import event_in_names
from services.recording.form import UNANSWERED, Answers, Form, Question, Shape, first_of
from services.recording.knowledge import known_at
from services.recording.moving import Moving, Plan, can_be_moved
from services.texts import opened, texts_of

ROWS, TARGET = "rows", "target"

_ROWS = msg("moving_form.rows", "what is about somebody else")
_TARGET = msg("moving_form.target", "candidate number of the right person")
_BECAUSE = msg("moving_form.because", "why it is moved")
_ROW = msg("moving_form.row", "row {row}")
_TO = msg("moving_form.to", "moved to")
_NO_ROWS = msg("moving_form.no_rows", "Choose what is to be moved.")


@dataclass(frozen=True)
class MovingForm:
    """A move that somebody is about to make, with what they have answered so far."""

    application: Application
    line: JourneyLine
    rows: list[LedgerLine]
    author: Actor
    answers: Answers

    @cached_property
    def form(self) -> Form:
        """The rows that can be moved, whom they belong to, and why."""
        choices = tuple(Named(str(row), told) for row, told in self._told.items())
        rows = Question(ROWS, _ROWS, Shape.SEVERAL, choices=choices)
        questions = (rows, Question(TARGET, _TARGET, Shape.LINE), Question(BECAUSE, _BECAUSE, Shape.WORDS))
        return Form(CORRECTED, questions)

    @cached_property
    def _told(self) -> dict[int, str]:
        """The rows that stand and can be moved, each in a sentence with its day."""
        today = self.application.today()
        known = known_at(self.application, self.line.journey_id, today)
        standing = {str(one.event.event_id) for one in accepted_entries(self.rows)}
        struck = {str((one.event or {}).get("corrects")) for one in self.rows if one.kind == CORRECTED and one.accepted}
        told = opened(self.rows, texts_of(self.application.reading, self.line.journey_id))
        numbers = {one.event_id: one.row for one in self.rows}
        found: dict[int, str] = {}
        for one in told:
            if one.event_id in standing - struck and can_be_moved(one.kind) and one.effective_on and one.event:
                what = translate(in_words(event_in_names(one.event, known), numbers))
                found[one.row] = f"{near(one.effective_on, today)}: {what}"
        return found

    @cached_property
    def target(self) -> JourneyLine | Message:
        """The journey of the right person, in the same programme where they are in several; or why it is none."""
        written = first_of(self.answers, TARGET)
        try:
            try:
                found = self.application.find_open(written)
            except UsageError:
                found = self.application.find_open(written, self.line.programme)
            refuse_unnamed(self.application, found, self.author)
        except UserError as error:
            return error.message
        return found

    @cached_property
    def problems(self) -> Mapping[str, Message]:
        """What is wrong with the answers, by the names of the questions."""
        found = {name: UNANSWERED for name in (TARGET, BECAUSE) if not first_of(self.answers, name)}
        chosen = self.answers.get(ROWS, ())
        if not chosen or not all(one.isdecimal() and len(one) < 10 for one in chosen):
            found[ROWS] = _NO_ROWS
        if TARGET not in found and isinstance(self.target, Message):
            found[TARGET] = self.target
        return found

    @cached_property
    def _moving(self) -> Moving:
        assert isinstance(self.target, JourneyLine)
        return Moving(self.application, self.line, self.target, self.author)

    def plan(self) -> Plan:
        """What the answers come to. Raises UsageError and Refused as `Moving.plan` does."""
        return self._moving.plan([int(row) for row in self.answers[ROWS]], first_of(self.answers, BECAUSE))

    async def carry_out(self, plan: Plan) -> None:
        """Record and strike, or propose it. Raises Refused, and ServiceUnavailable; safe to repeat."""
        await self._moving.carry_out(plan)

    def said(self, plan: Plan) -> Iterator[tuple[str, str]]:
        """What is moved to whom, and why, as it is shown before it is sent."""
        name = names_in(self.application, None, (plan.target,)).get(plan.target.candidate)
        yield shown(_TO), f"{name}, {plan.target.candidate}" if name else plan.target.candidate
        for step in plan.steps:
            yield translate(_ROW.filled(row=step.row)), self._told.get(step.row, str(step.row))
        yield shown(_BECAUSE), first_of(self.answers, BECAUSE)


def moving_of(application: Application, line: JourneyLine, answers: Answers) -> MovingForm:
    """A move from a journey. Raises Refused for whoever may not correct there."""
    return MovingForm(
        application, line, application.lists.ledger(line.journey_id), author_of(application, line, CORRECTED), answers
    )
