"""The form by which one person is referred: its questions, and what its answers come to."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from models.identifiers import Actor, Role
from models.message import Message, msg
from models.projections.of_some import is_used
from runtime.i18n import shown
from services.application import Application
from services.days import day_in, in_full
from services.identities.contact import FIELDS, Way, shown_of
from services.naming import Named, titled, worded
from services.queries.lines import JourneyLine
from services.readers import actors_of, require_known
from services.recording.field_names import field_name
from services.recording.form import UNANSWERED, Answers, Form, Question, Shape, first_of
from services.referrals.bad_value import BadValue
from services.referrals.names import NAMED
from services.referrals.referring import known_journeys, names_in, sent_before
from services.referrals.values import checked

NEEDED = ("programme", "identity_number", "name", "referring_partner", "site", "coordinator")
"""What a referral says, in the order in which it is asked for."""

DAY = "referred_on"

OF_SOME = ("group", "last_unit")
"""What some programmes alone ask of a referral."""

NEEDED_BY_SOME = frozenset({"group"})
"""What they refuse a referral without."""

LEFT_OUT = ("reference", "phone", "email", "address", "language", "contact_by", "protected_for")
"""What may be left out."""

EARLIER = "earlier"

MOST_EARLIER = 3
"""Earlier employments that a form has room for."""

EARLIER_EMPLOYMENT = msg("referral_form.earlier", "earlier time-limited employment here")

_OF_EARLIER = {
    "form": msg("referral_form.earlier_form", "earlier employment {number}: form"),
    "first": msg("referral_form.earlier_first", "earlier employment {number}: first day"),
    "last": msg("referral_form.earlier_last", "earlier employment {number}: last day"),
}

BACKWARDS = msg("referral_form.earlier_backwards", "The last day must not come before the first one.")

HALF_SAID = msg("referral_form.earlier_half", "An earlier employment needs its form, its first day and its last day.")

PROTECTED_FOR = msg("referral_form.protected_for", "those who alone may read of a protected person")

NAMES_APART = msg(
    "referral_form.names_apart", "Write the names with commas between. Nobody else may read of the person."
)


NEVER_WORKED = msg("referral_form.never_worked", "Leave it empty for somebody who has not worked before.")


@dataclass(frozen=True)
class Referring:
    """A referral that somebody is about to make, with what they have answered so far."""

    application: Application
    author: Actor
    answers: Answers

    @cached_property
    def form(self) -> Form:
        """The questions. Partner and town are those of the programme, once it is chosen."""
        said = {name: first_of(self.answers, name) for name in ("programme", "site")}
        names = names_in(self.application)

        def question(name: str, *, needed: bool) -> Question:
            label = PROTECTED_FOR if name == "protected_for" else FIELDS.get(name) or field_name(name)
            choices: list[Named] = names.choices(name, said) if name in NAMED else []
            if name == "contact_by":
                return Question(name, label, Shape.ONE_OF, needed, tuple(worded(Way)))
            if name in ("coordinator", "protected_for"):
                own = next((one.title for one in choices if one.code == self.author.name), "")
                hint = None if needed else NAMES_APART
                return Question(
                    name, label, Shape.NAME, needed, tuple(choices), default=own if needed else "", hint=hint
                )
            if name == "last_unit":
                return Question(name, label, Shape.NAME, needed, tuple(choices), hint=NEVER_WORKED)
            shape = Shape.ONE_OF if choices else Shape.LINE
            return Question(name, label, shape, needed, tuple(choices))

        day = Question(DAY, field_name(DAY), Shape.DAY, default=str(self.application.today()))
        needed = [question(name, needed=True) for name in NEEDED]
        chosen = said["programme"]
        needed += [question(one, needed=bool(chosen) and one in NEEDED_BY_SOME) for one in self._asked_by_some(chosen)]
        left_out = (question(name, needed=False) for name in LEFT_OUT)
        return Form("referred", (*needed, day, *left_out, *self._earlier))

    def _asked_by_some(self, programme: str) -> list[str]:
        """What the programme asks of a referral that others do not; until it is chosen, what any one asks."""
        book = self.application.book
        rules = [book.find(programme)] if programme else list(map(book.find, book.titles))
        return [name for name in OF_SOME if any(is_used(name, one, "referred") for one in rules)]

    @cached_property
    def _earlier(self) -> tuple[Question, ...]:
        """The questions about employments here before: a form, a first and a last day of each."""
        versions = self.application.book.forms.values()
        forms = tuple(titled(one.id, one.name) for one in (each[-1] for each in versions))
        shapes = {"form": (Shape.ONE_OF, forms), "first": (Shape.DAY, ()), "last": (Shape.DAY, ())}
        return tuple(
            Question(
                f"{EARLIER}.{number}.{part}", _OF_EARLIER[part].filled(number=number), shape, False, known, is_rare=True
            )
            for number in range(1, MOST_EARLIER + 1)
            for part, (shape, known) in shapes.items()
        )

    def _read_earlier(self) -> tuple[list[str], dict[str, Message]]:
        """The earlier employments as the import writes them, and what is wrong, by the questions."""
        said: list[str] = []
        wrong: dict[str, Message] = {}
        for number in range(1, MOST_EARLIER + 1):
            answers = {part: first_of(self.answers, f"{EARLIER}.{number}.{part}") for part in _OF_EARLIER}
            if not any(answers.values()):
                continue
            lacking = [f"{EARLIER}.{number}.{part}" for part, text in answers.items() if not text]
            wrong |= dict.fromkeys(lacking, HALF_SAID)
            days = {}
            for part in ("first", "last"):
                try:
                    days[part] = day_in(answers[part], self.application.today()) if answers[part] else None
                except BadValue as error:
                    wrong[f"{EARLIER}.{number}.{part}"] = error.message
            if lacking or len(days) < 2:
                continue
            text = f"{answers['form']}:{days['first']}:{days['last']}"
            try:
                checked("earlier_employment", text, self.application.today())
            except BadValue:
                wrong[f"{EARLIER}.{number}.last"] = BACKWARDS
            else:
                said.append(text)
        return said, wrong

    @cached_property
    def _read(self) -> tuple[dict[str, Any], dict[str, Message]]:
        said: dict[str, Any] = {}
        wrong: dict[str, Message] = {}
        names, today = names_in(self.application), self.application.today()
        earlier, wrong_earlier = self._read_earlier()
        said |= {EARLIER: earlier} if earlier else {}
        for one in self.form.questions:
            if one.name.startswith(f"{EARLIER}."):
                continue
            text = first_of(self.answers, one.name) or (str(today) if one.name == DAY else "")
            if not text and one.needed:
                wrong[one.name] = UNANSWERED
            if not text:
                continue
            try:
                value = checked(one.name, text, today, names)
            except BadValue as error:
                wrong[one.name] = error.message
            else:
                said[one.name] = list(value) if one.name == "protected_for" else value
        return said, wrong | wrong_earlier

    @property
    def said(self) -> dict[str, Any]:
        """What the answers come to, as referring takes it."""
        return self._read[0]

    @property
    def problems(self) -> dict[str, Message]:
        """What is wrong with the answers, by the names of the questions."""
        return self._read[1]

    def in_words(self) -> Iterator[tuple[str, str]]:
        """What is about to be said of whom, as it is shown before it is sent."""
        for one in self.form.questions:
            value = self.said.get(one.name)
            if value is None:
                continue
            if one.shape is Shape.DAY:
                yield shown(one.label), in_full(date.fromisoformat(str(value)))
            elif one.name in FIELDS:
                yield shown(one.label), shown_of(one.name, str(value))
            else:
                values = value if isinstance(value, list) else [value]
                yield shown(one.label), ", ".join(map(one.called, values))
        forms = {one.code: one.title for one in self._earlier[0].choices}
        for form, first, last in (one.split(":") for one in self.said.get(EARLIER, ())):
            days = (in_full(date.fromisoformat(day)) for day in (first, last))
            yield shown(EARLIER_EMPLOYMENT), f"{forms.get(form, form)}, {' – '.join(days)}"

    def known_journeys(self) -> list[JourneyLine]:
        """The journeys of the person before, the latest first, as far as whoever asks may read of them."""
        return known_journeys(self.application, self.author, self.said)

    def sent_before(self) -> JourneyLine | None:
        """The journey that this very referral has begun."""
        return sent_before(self.application, self.author, self.said)


def referring_of(application: Application, answers: Answers) -> Referring:
    """A referral in the name of whoever asks, in a role of theirs that refers. Raises UsageError without their key."""
    actors = actors_of(application, None)
    require_known(application, actors[0])
    refers = (one for one in actors if one.role in (Role.COORDINATOR, Role.MANAGER))
    return Referring(application, next(refers, actors[0]), answers)
