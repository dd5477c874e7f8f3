"""The form by which what was recorded on the wrong person is moved to the right one."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from models.events.descriptions import in_words
from models.events.texts import written_in
from models.identifiers import Actor, CandidateNumber
from models.message import Message, msg
from runtime.errors import UsageError, UserError
from runtime.i18n import _, shown, translate
from services.application import Application
from services.days import near
from services.identities.finding import find
from services.identities.naming import names_in
from services.naming import Named
from services.queries.lines import JourneyLine, LedgerLine, accepted_entries
from services.queries.titles import Titles
from services.reading import hit_upon, refuse_unnamed
from services.recording.amending import BECAUSE, CORRECTED
from services.recording.authors import author_of
from services.recording.event_names import event_in_names
from services.recording.form import UNANSWERED, Answers, Form, Question, Shape, first_of
from services.recording.knowledge import known_at
from services.recording.moving import Moving, Plan, can_be_moved
from services.recording.moving_foreseen import Side, foresee
from services.recording.sureness import doubts
from services.showing import staff_name
from services.texts import opened, texts_of

LIKE_A_NUMBER = re.compile(r"(?=.*[0-9])(?=.*[A-Z])[A-Z0-9]{7,11}")
"""What is a candidate number with a slip in it, and nobody's name."""

ROWS, TARGET = "rows", "target"

_ROWS = msg("moving_form.rows", "what is about somebody else")
_TARGET = msg("moving_form.whom", "the right person: name, telephone or candidate number")
_BECAUSE = msg("moving_form.because", "why it is moved")
_ROW = msg("moving_form.row", "row {row}")
_TO = msg("moving_form.to", "moved to")
_WHERE = msg("moving_form.where", "where they are on the way")
_IN_CHARGE = msg("moving_form.in_charge", "coordinator in charge")
_OF_COLLEAGUES = msg(
    "moving_form.of_colleagues", "Only people in colleagues' charge fit. Say below why it is moved, and try again."
)
_NOBODY_ELSE = msg("moving_form.nobody_else", "Only the person on whom it stands fits. Write who the right one is.")
_SEVERAL = msg("moving_form.several", "Several people fit: {people}. Write the number of the right one.", people="")
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
        try:
            number = self._number_of(first_of(self.answers, TARGET))
            try:
                found = self.application.find_open(number)
            except UsageError:
                found = self.application.find_open(number, self.line.programme)
            refuse_unnamed(self.application, found, self.author)
        except UserError as error:
            return error.message
        return found

    def _number_of(self, written: str) -> str:
        """The candidate number of whom somebody means, by the number or by what they are found by. That they were seen
        is written down; colleagues' candidates are found where why it is moved is said. Raises UsageError, and Refused
        as `find` does."""
        if CandidateNumber.read(written) is not None or LIKE_A_NUMBER.fullmatch(written):
            return written
        because = first_of(self.answers, BECAUSE) or None
        is_doubted = because is not None and doubts(self.application, [because], self.line.candidate)
        found = find(self.application, written, None, None if is_doubted else because)
        people = {one.same_as or one.candidate: one for one in reversed(found.lines)}
        fitting = [one for number, one in people.items() if number != self.line.candidate]
        if not fitting:
            raise UsageError(_OF_COLLEAGUES if found.others else _NOBODY_ELSE)
        if len(fitting) > 1 or found.others or found.more:
            named = ", ".join(sorted(f"{one.name or '–'} ({one.candidate})" for one in fitting))
            raise UsageError(_SEVERAL.filled(people=named))
        return fitting[0].same_as or fitting[0].candidate

    @property
    def carried(self) -> Answers:
        """The answers with the number of the right person: who was found is not looked for again."""
        found = self.target
        return self.answers if isinstance(found, Message) else {**self.answers, TARGET: [found.candidate]}

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

    def sides(self, plan: Plan) -> tuple[Side, Side]:
        """What would follow for the right person and for the wrong one; that something was seen of the right one is
        written down first. Raises Refused where either journey would refuse it."""
        why = _("Something was to be moved here from another candidate.")
        hit_upon(self.application, plan.target, self.author, why)
        return foresee(self.application, plan)

    def doubts(self, plan: Plan) -> list[Message]:
        """What is to be asked of the texts that are written anew."""
        texts = [text for step in plan.steps for one in (step.recorded, step.struck) for text in written_in(one)]
        return list(doubts(self.application, texts, plan.target.candidate).values())

    def sure(self, plan: Plan) -> None:
        """Somebody says that the texts shall stand as they are."""
        for step in plan.steps:
            self.application.sure_of.update(*map(written_in, (step.recorded, step.struck)))

    def said(self, plan: Plan) -> Iterator[tuple[str, str]]:
        """What is moved to whom, and why, as it is shown before it is sent."""
        target, titles = plan.target, Titles(self.application.book)
        yield shown(_TO), self.called(target)
        place = {"programme": titles.programme(target.programme), "stage": translate(target.stage.in_words)}
        day = near(target.since, self.application.today())
        yield shown(_WHERE), _("{programme}: {stage}, since {day}", **place, day=day)
        yield shown(_IN_CHARGE), staff_name(self.application, target.coordinator)
        for step in plan.steps:
            yield translate(_ROW.filled(row=step.row)), self._told.get(step.row, str(step.row))
        yield shown(_BECAUSE), first_of(self.answers, BECAUSE)

    def called(self, line: JourneyLine) -> str:
        """A candidate by the name, where the reader sees it, and the number."""
        name = names_in(self.application, None, (line,)).get(line.candidate)
        return f"{name}, {line.candidate}" if name else line.candidate


def moving_of(application: Application, line: JourneyLine, answers: Answers) -> MovingForm:
    """A move from a journey. Raises Refused for whoever may not correct there."""
    return MovingForm(
        application, line, application.lists.ledger(line.journey_id), author_of(application, line, CORRECTED), answers
    )
