"""The form by which one person is referred: its questions, and what its answers come to."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from models.identifiers import Actor, Role
from models.message import Message, msg
from runtime.i18n import shown
from services.application import Application
from services.identities.contact import FIELDS, Way, shown_of
from services.naming import Named, worded
from services.queries.lines import JourneyLine
from services.readers import actors_of, require_known
from services.recording.field_names import field_name
from services.recording.form import UNANSWERED, Answers, Form, Question, Shape, first_of
from services.referrals.bad_value import BadValue
from services.referrals.names import NAMED
from services.referrals.referring import names_in, sent_before
from services.referrals.values import checked

NEEDED = ("programme", "identity_number", "name", "referring_partner", "site", "coordinator")
"""What a referral says, in the order in which it is asked for."""

DAY = "referred_on"

LEFT_OUT = ("reference", "phone", "email", "address", "language", "contact_by", "protected_for")
"""What may be left out."""

PROTECTED_FOR = msg("referral_form.protected_for", "those who alone may read of a protected person")

NAMES_APART = msg(
    "referral_form.names_apart", "Write the names with commas between. Nobody else may read of the person."
)


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
            shape = Shape.ONE_OF if choices else Shape.LINE
            return Question(name, label, shape, needed, tuple(choices))

        day = Question(DAY, field_name(DAY), Shape.DAY, default=str(self.application.today()))
        needed = [question(name, needed=True) for name in NEEDED]
        return Form("referred", (*needed, day, *(question(name, needed=False) for name in LEFT_OUT)))

    @cached_property
    def _read(self) -> tuple[dict[str, Any], dict[str, Message]]:
        said: dict[str, Any] = {}
        wrong: dict[str, Message] = {}
        names, today = names_in(self.application), self.application.today()
        for one in self.form.questions:
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
        return said, wrong

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
            if one.name in FIELDS:
                yield shown(one.label), shown_of(one.name, str(value))
            else:
                values = value if isinstance(value, list) else [value]
                yield shown(one.label), ", ".join(map(one.called, values))

    def sent_before(self) -> JourneyLine | None:
        """The journey that this very referral has begun."""
        return sent_before(self.application, self.author, self.said)


def referring_of(application: Application, answers: Answers) -> Referring:
    """A referral in the name of whoever asks, in a role of theirs that refers. Raises UsageError without their key."""
    actors = actors_of(application, None)
    require_known(application, actors[0])
    refers = (one for one in actors if one.role in (Role.COORDINATOR, Role.MANAGER))
    return Referring(application, next(refers, actors[0]), answers)
