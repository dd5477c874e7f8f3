"""What a partner can do with a letter: confirm it, answer it as a union, and ask."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from activities.language import Language
from activities.letterhead import Audience, Letterhead
from activities.letterheads import letterhead
from activities.messages import NoticeInWords, changes_in, in_words
from models.access.charge import is_staff
from models.events.events import Event, NoteAdded, PartnerAcknowledged
from models.events.values import UnionAnswer
from models.events.way import UnionAnswered, UnionConsulted
from models.identifiers import Actor, Role
from models.journey.fold import Entry, in_effect
from models.message import msg
from models.partners.notice import disclosed_to, id_of_notice
from models.partners.partner import Partner
from models.programme.programme import Agreement
from models.state.obligations import notice_of
from runtime.errors import Refused, UsageError
from runtime.rulebook.names import NamesIn
from services.application import Application
from services.letters.links import Letter, LinkGone, later_than
from services.letters.office import LetterOffice, partner_of, refuse_said_before, refuse_what_tells_too_much, submit
from services.queries.lines import accepted_entries


@dataclass(frozen=True)
class Question:
    """What a letter asks a union, and how it has answered. `answers` counts its answers so far: after wanting to
    negotiate it answers once more. `number` is that of the letter by which it was asked first."""

    number: UUID
    about: Agreement
    answer: UnionAnswer | None
    answered_on: date | None
    answers: int

    @property
    def is_open(self) -> bool:
        return self.answer in (None, UnionAnswer.WANTS_NEGOTIATION)


@dataclass(frozen=True)
class LaterLetter:
    """A letter that the same partner was sent later: when, its heading, and what has changed where it corrects."""

    sent_on: date
    heading: str
    changes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class PartnerLetter:
    """A letter to a partner, as its page shows it: no more than the letter itself says, and what the partner was sent
    after it."""

    letter: Letter
    partner: Partner
    words: NoticeInWords
    question: Question | None
    later: tuple[LaterLetter, ...] = ()

    @property
    def language(self) -> Language:
        return self.partner.language

    @property
    def is_confirmed(self) -> bool:
        return self.letter.acknowledged_at is not None


def partner_letter(office: LetterOffice, application: Application, letter: Letter) -> PartnerLetter | None:
    """A letter to a partner; None where it is for somebody else. Raises LinkGone where the partner has left the
    files."""
    partner = partner_of(application, letter.reader)
    if partner is None:
        if is_staff(application.authority, letter.reader):
            return None
        raise LinkGone
    if letter.notice.recipient != partner.id:
        raise LinkGone
    head = _head(office, application, partner, letter)
    words = in_words(letter.notice, partner.language, replace(head, is_of_then=True))
    entries = accepted_entries(application.lists.ledger(letter.journey_id))
    later = tuple(_later(office, application, partner, one) for one in later_than(application, letter))
    return PartnerLetter(letter, partner, words, question_of(letter, partner, entries), later)


def _head(office: LetterOffice, application: Application, partner: Partner, letter: Letter) -> Letterhead:
    names, may_learn, to = NamesIn(application.book), disclosed_to(partner), partner.ways[-1]
    with Session(application.reading) as session:
        return letterhead(
            session, office.register, names, letter.notice, to, Audience.PARTNER, may_learn, application.now()
        )


def _later(office: LetterOffice, application: Application, partner: Partner, letter: Letter) -> LaterLetter:
    head, notice = _head(office, application, partner, letter), letter.notice
    changes = tuple(changes_in(notice, partner.language, head))
    return LaterLetter(letter.sent_on, in_words(notice, partner.language, head).heading, changes)


def question_of(letter: Letter, partner: Partner, entries: Sequence[Entry]) -> Question | None:
    """What a letter, or the one that it reminds of, asks a union; of somebody protected no letter says what."""
    if letter.is_protected:
        return None
    number = notice_of(letter.notice.details.get("deadline", "")) or letter.number
    asked: UnionConsulted | None = None
    answer: UnionAnswered | None = None
    for entry in in_effect(entries):
        event = entry.event
        if isinstance(event, UnionConsulted) and partner.id in event.unions:
            is_this = id_of_notice(event.event_id, letter.journey_id, partner.id) == number
            asked, answer = (event, None) if is_this else (asked, answer)
        elif asked is not None and isinstance(event, UnionAnswered) and _answers(event, partner, asked):
            answer = event
    if asked is None:
        return None
    count = sum(isinstance(one.event, UnionAnswered) and _answers(one.event, partner, asked) for one in entries)
    said = answer.answer if answer else None
    return Question(number, asked.about, said, answer.effective_on if answer else None, count)


def _answers(event: UnionAnswered, partner: Partner, asked: UnionConsulted) -> bool:
    return event.union == partner.id and event.about in (None, asked.about)


class AnsweredBefore(Refused):
    """Somebody has answered since the page was opened, in another tab or by another way."""

    def __init__(self) -> None:
        message = msg(
            "letter.answered_before",
            "This letter was answered before you sent your answer, so yours was not recorded. See what was answered.",
        )
        super().__init__(message)


async def confirm(application: Application, page: PartnerLetter) -> None:
    """Say for a partner that a letter has reached it; once, however often it is said. Raises as `submit` does."""
    if page.is_confirmed:
        return
    number = page.letter.number
    said = PartnerAcknowledged(**_common(application, page, uuid5(number, "confirmed")), notice_id=number)
    await submit(application, page.letter.journey_id, said)


async def answer(
    application: Application,
    page: PartnerLetter,
    said: UnionAnswer,
    reason: str | None,
    seen: int,
    *,
    sure: bool = False,
) -> None:
    """Answer for a union; `seen` is how many answers there were when the page was shown.

    Raises AnsweredBefore where there are more, UsageError where nothing is asked, and as `submit` does.
    """
    question = page.question
    if question is None:
        raise UsageError("letter.asks_nothing", "This letter asks for no answer. Write a question instead.")
    if seen != question.answers or not question.is_open:
        raise AnsweredBefore
    common = _common(application, page, uuid5(question.number, f"answer {question.answers}"))
    event = UnionAnswered(**common, union=page.partner.id, answer=said, about=question.about, reason=reason)
    refuse_what_tells_too_much(event, sure=sure)
    await confirm(application, page)
    await submit(application, page.letter.journey_id, event)


async def ask(application: Application, page: PartnerLetter, text: str, once: UUID, *, sure: bool = False) -> None:
    """Write down what a partner asks or remarks; it waits for the coordinator. `once` is the same where it is sent
    twice. Raises as `submit` does."""
    event = note(application, page, text, uuid5(page.letter.number, f"question {once}"))
    refuse_what_tells_too_much(event, sure=sure)
    await asyncio.to_thread(refuse_said_before, application, page.letter.journey_id, event)
    await confirm(application, page)
    await submit(application, page.letter.journey_id, event)


def note(application: Application, page: PartnerLetter, text: str, event_id: UUID) -> Event:
    """What a partner has written, as something that somebody must look at."""
    return NoteAdded(**_common(application, page, event_id), text=text, asks=True)


def _common(application: Application, page: PartnerLetter, event_id: UUID) -> dict[str, object]:
    author = Actor.of(Role.PARTNER, page.partner.id)
    return {"event_id": event_id, "actor": author, "effective_on": application.today()}
