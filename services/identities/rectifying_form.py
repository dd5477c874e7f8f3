"""The form by which it is put right who a candidate is: what stands now, what it becomes, and why."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from models.access.permissions import Operation, Reading, is_permitted
from models.message import Message, Worded, msg
from runtime.errors import Refused, UserError
from runtime.i18n import _, shown, translate
from services.application import Application
from services.identities.access import open_identity, why_closed
from services.identities.contact import FIELDS, PERSONAL, Way, shown_of
from services.identities.naming import people_in
from services.identities.rectifying import ages_to_correct, rectify
from services.identities.register import Person
from services.naming import Named, worded
from services.queries.lines import JourneyLine
from services.readers import reader_of, relation_of
from services.reading import read
from services.recording.form import UNANSWERED, Answers, Form, Question, Shape, first_of
from services.recording.sureness import doubts
from services.referrals.bad_value import BadValue
from services.referrals.values import checked

BECAUSE, HOW, REMOVED, EARLIER = "because", "how", "removed", "earlier"

ASKED = ("phone", "email", "address", "contact_by", "language", "name", "identity_number")
"""What may be put right: first what changes often."""

SEEN_BY_NAME = ("name", "phone")
"""What whoever is in charge sees of a candidate without opening more."""

_STAYS = msg("rectifying_form.stays", "If you leave it empty, it stays as it is.")
_REMOVED = msg("rectifying_form.removed", "to be removed")
_EARLIER = msg("rectifying_form.earlier", "what was kept as earlier")
_HOW = msg("rectifying_form.how", "what stood before")
_BECAUSE = msg("rectifying_form.because", "why it is put right")
_AGE = msg("rectifying_form.age", "what to correct afterwards")
_NOTHING = msg("rectifying_form.nothing", "Nothing is changed.")
_BOTH = msg("rectifying_form.both", "Write a new value, or tick that it shall be removed.")
_NOT_EMPTY = msg("rectifying_form.not_empty", "Tick it under what is to be removed, if nothing shall stand here.")


class How(Worded):
    """What held of what stood before."""

    CHANGED = "changed", msg("rectifying_form.changed", "was right until now, and is kept as earlier")
    WRONG = "wrong", msg("rectifying_form.wrong", "was wrong, and is not kept")


def may_rectify(application: Application, line: JourneyLine) -> bool:
    """Whether somebody may put right who the candidate of a journey is."""
    actor = reader_of(application, None, line, Operation.RECTIFICATION)
    return is_permitted(actor.role, Operation.RECTIFICATION, relation_of(application, line, actor))


@dataclass(frozen=True)
class Rectifying:
    """What somebody is about to put right of a candidate, with what they have answered so far."""

    application: Application
    line: JourneyLine
    answers: Answers

    @cached_property
    def seen(self) -> Person | None:
        """Who it is, for those who see that in lists."""
        return people_in(self.application, None, (self.line,)).get(self.line.candidate)

    @cached_property
    def form(self) -> Form:
        """What is known, what may be removed, what held of it, and why it changes."""
        removed = tuple(Named(name, translate(_called(name))) for name in (*PERSONAL, EARLIER))
        return Form(
            "rectification",
            (
                *(self._question(name) for name in ASKED),
                Question(REMOVED, _REMOVED, Shape.SEVERAL, needed=False, choices=removed),
                Question(HOW, _HOW, Shape.ONE_OF, choices=tuple(worded(How))),
                Question(BECAUSE, _BECAUSE, Shape.WORDS),
            ),
        )

    def _question(self, name: str) -> Question:
        if name == "contact_by":
            return Question(name, FIELDS[name], Shape.ONE_OF, needed=False, choices=tuple(worded(Way)), hint=_STAYS)
        seen = self._seen(name)
        return Question(name, FIELDS[name], Shape.LINE, needed=False, default=seen, hint=None if seen else _STAYS)

    def _seen(self, name: str) -> str:
        return (getattr(self.seen, name) if self.seen and name in SEEN_BY_NAME else None) or ""

    @cached_property
    def _removed(self) -> list[str]:
        return [name for name in self.answers.get(REMOVED, ()) if name in (*PERSONAL, EARLIER)]

    @cached_property
    def _read(self) -> tuple[dict[str, str | None], dict[str, Message]]:
        said, wrong = dict[str, str | None](), dict[str, Message]()
        for name in ASKED:
            text = first_of(self.answers, name)
            try:
                value = checked(name, text, self.application.today()) if text else None
            except BadValue as error:
                wrong[name] = error.message
                continue
            is_new = value is not None and value != self._seen(name)
            if is_new and name in self._removed:
                wrong[name] = _BOTH
            elif name in self._removed:
                said[name] = ""
            elif is_new:
                said[name] = text
            elif value is None and self._seen(name):
                wrong[name] = _NOT_EMPTY if name in PERSONAL else UNANSWERED
        wrong |= {name: UNANSWERED for name in (HOW, BECAUSE) if not first_of(self.answers, name)}
        if not said and not self._forgets and not wrong:
            wrong[ASKED[0]] = _NOTHING
        return said, wrong

    @property
    def said(self) -> dict[str, str | None]:
        """What becomes of each thing that changes, as it was written; empty where it is removed."""
        return self._read[0]

    @property
    def problems(self) -> Mapping[str, Message]:
        """What is wrong with the answers, by the names of the questions."""
        return self._read[1]

    @property
    def is_done(self) -> bool:
        """Whether all that is asked for stands already, and nothing else is wrong."""
        return list(self.problems.values()) == [_NOTHING]

    @property
    def changed(self) -> list[str]:
        """The names of what changes."""
        return [*self.said, *([EARLIER] if self._forgets else [])]

    @property
    def _forgets(self) -> bool:
        return EARLIER in self._removed

    @property
    def because(self) -> str:
        """Why it changes."""
        return first_of(self.answers, BECAUSE)

    @property
    def doubts(self) -> list[Message]:
        """What is to be asked of the reason, which others read."""
        return list(doubts(self.application, [self.because], self.line.candidate).values())

    def before(self) -> Person | None:
        """Who it is now, opened with the reason, which is written down; None where it stays closed to whoever asks.

        Raises UsageError, and Refused where the reason is in doubt."""
        reader = reader_of(self.application, None, self.line, Reading.IDENTITY)
        relation = relation_of(self.application, self.line, reader)
        if not is_permitted(reader.role, Reading.IDENTITY, relation):
            return None
        if why_closed(self.application, self.line, relation) is not None:
            return None
        return open_identity(self.application, self.line, reader, self.because)

    def in_words(self, before: Person | None) -> Iterator[tuple[str, str]]:
        """What stands now, what it becomes, and why, as it is shown before it is done."""
        for name, text in self.said.items():
            value = checked(name, text, self.application.today()) if text else None
            after = shown_of(name, value) if value else _("removed")
            now = shown_of(name, getattr(before, name)) if before else _("not shown")
            yield translate(FIELDS[name]), _("{before} → {after}", before=now, after=after)
        for told in ages_to_correct(self.application, self._read_of(), self.said):
            yield translate(_AGE), translate(told)
        if self._forgets:
            yield translate(_EARLIER), _("removed")
        if self.said:
            yield shown(_HOW), next(translate(one.in_words) for one in How if one.value == first_of(self.answers, HOW))
        yield shown(_BECAUSE), self.because

    def _read_of(self) -> Iterator[JourneyLine]:
        """The person's journeys of which whoever asks may read, each once that is written down with the reason; none
        where no other identity number is given."""
        lines = self.application.lists.found(candidate=self.line.candidate) if "identity_number" in self.said else ()
        for line in lines:
            reader = reader_of(self.application, None, line, Reading.JOURNEY)
            with suppress(UserError):  # nothing is told of what they may not read
                read(self.application, line, reader, Reading.JOURNEY, self.because)
                yield line

    def carry_out(self) -> None:
        """Put it right. Raises UsageError and Refused as `rectify` does; safe to repeat."""
        said: dict[str, Any] = self.said
        keep = first_of(self.answers, HOW) == How.CHANGED
        rectify(self.application, self.line.candidate, None, said, self.because, keep=keep, forget=self._forgets)


def _called(name: str) -> Message:
    return FIELDS.get(name, _EARLIER)


def told_of(names: str) -> str:
    """What was put right, by the names of the fields with commas between; what is none of them is left out."""
    return ", ".join(translate(_called(name)) for name in names.split(",") if name in (*FIELDS, EARLIER))


def rectifying_of(application: Application, line: JourneyLine, answers: Answers) -> Rectifying:
    """What is put right of the candidate of a journey. Raises Refused for whoever may not."""
    if not may_rectify(application, line):
        raise Refused("rectification.not_yours", "You may not put right who this candidate is. Ask the coordinator.")
    return Rectifying(application, line, answers)
