"""Pages of letters: what a partner, a supervisor or a mentor reaches by the link in a letter, without signing in.

Opening a page changes nothing, since programs that look at mails follow links: only a button does.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID, uuid4

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from activities.language import Language
from activities.links import PATH
from interfaces.gateway.rendering import html
from models.access.permissions import ROLE_NAMES
from models.events.values import UnionAnswer
from models.message import Message, msg
from runtime.errors import Refused, ServiceUnavailable, UsageError, UserError
from runtime.failures import as_user_error
from runtime.i18n import one_of, translate, using_language
from services.application import Application
from services.letters import looking_after, partners
from services.letters.links import Letter, LinkGone, letter_by
from services.letters.office import LetterOffice, TellsTooMuch

LARGEST_FORM = 20_000
"""Bytes: the longest text there is, twice as long in a form, and a little."""

MOST_FIELDS = 60

STATUS: Mapping[type[UserError], int] = {
    LinkGone: 404,
    TellsTooMuch: 422,
    Refused: 409,
    UsageError: 422,
    ServiceUnavailable: 503,
}

DONE: Mapping[str, Message] = {
    "confirm": msg("letter.confirmed", "Thank you, we know now that the letter has reached you."),
    "answer": msg("letter.answered", "Thank you, your answer is recorded."),
    "ask": msg("letter.asked", "Thank you, what you wrote is recorded, and the coordinator will look at it."),
    "check_in_recorded": msg("letter.checked_in", "Thank you, the check-in is recorded."),
    "evaluation_recorded": msg("letter.evaluated", "Thank you, the evaluation is recorded."),
    "note_added": msg("letter.noted", "Thank you, what you wrote is recorded."),
}
"""What is said once something is done, by what it was."""


@dataclass(frozen=True)
class Wrong:
    """What is wrong with a form, and in which of its fields, where it is in one."""

    message: Message
    field: str | None = None


class Form:
    """What was sent: each field once, without spaces around it."""

    def __init__(self, fields: Mapping[str, list[str]]) -> None:
        self._fields = fields

    def said(self, name: str) -> str:
        """A field; empty where it was not sent."""
        return self._fields.get(name, [""])[0].strip()

    def begins(self, prefix: str) -> dict[str, str]:
        """The fields whose names begin so, by what follows."""
        return {name.removeprefix(prefix): self.said(name) for name in self._fields if name.startswith(prefix)}

    @property
    def once(self) -> UUID | None:
        """What makes a form that is sent twice one; None where it is none."""
        try:
            return UUID(self.said("once"))
        except ValueError:
            return None


@dataclass(frozen=True)
class Opened:
    """A letter whose link counts, with what its reader is answered with; `partner` is None for one of the staff."""

    application: Application
    letter: Letter
    partner: partners.PartnerLetter | None

    @property
    def language(self) -> Language:
        """The language of whoever reads the letter."""
        if self.partner is not None:
            return self.partner.language
        person = self.application.authority.person(self.letter.reader, self.application.now())
        return person.language if person else "sv"


class LetterPages:
    """The pages of all letters."""

    def __init__(self, office: LetterOffice) -> None:
        self._office = office

    @property
    def routes(self) -> list[Route]:
        """Where they are found."""
        return [Route(f"{PATH}{{token}}", self._page, methods=["GET", "POST"])]

    async def _page(self, request: Request) -> Response:
        with using_language("sv"):
            try:
                opened = await run_in_threadpool(self._open, str(request.path_params["token"]))
                with using_language(opened.language):
                    return await self._answer(request, opened)
            except Exception as error:
                return _mistake(error)

    def _open(self, token: str) -> Opened:
        application = self._office.application()
        letter = letter_by(application, token)
        partner = partners.partner_letter(self._office, application, letter)
        if partner is None:
            looking_after.author_of(application, letter)
        return Opened(application, letter, partner)

    async def _answer(self, request: Request, opened: Opened) -> Response:
        done = DONE.get(request.query_params.get("klart", ""))
        if request.method != "POST":
            return _letter(opened.partner, done) if opened.partner else _door(opened, done)
        form = Form({})
        try:
            form = await _form_of(request)
            do = form.said("do")
            if opened.partner is None and do == "open":
                return await _intern(opened)
            act = BY_PARTNERS.get(do) if opened.partner else BY_STAFF.get(do)
            if act is None:
                raise UsageError("letter.no_act", "Choose what you want to do by one of the buttons.")
            await act(opened, form)
        except LinkGone:
            raise
        except Exception as error:
            return await self._again(request, form, opened, error)
        return RedirectResponse(f"{request.url.path}?klart={do}", 303)

    async def _again(self, request: Request, form: Form, opened: Opened, error: Exception) -> Response:
        """The page once more, as it stands now, with what was wrong and what had been written."""
        known = as_user_error(error)
        wrong, status = [Wrong(known.message, _field_of(known, form))], _status(known)
        unsure = isinstance(known, TellsTooMuch)
        now = await run_in_threadpool(self._open, str(request.path_params["token"]))
        if now.partner is not None:
            return _letter(now.partner, None, status, wrong, form, unsure=unsure)
        if isinstance(known, ServiceUnavailable):
            return _door(opened, None, status, wrong)
        return await _intern(now, status, wrong, form, unsure=unsure)


Act = Callable[[Opened, Form], Awaitable[None]]


async def _confirm(opened: Opened, _form: Form) -> None:
    await partners.confirm(opened.application, _partner(opened))


async def _answer_for_union(opened: Opened, form: Form) -> None:
    said, seen = form.said("answer"), form.said("seen")
    if said not in set(UnionAnswer) or not seen.isdecimal():
        raise UsageError("letter.no_answer", "Choose an answer.")
    reason, sure = form.said("reason") or None, bool(form.said("sure"))
    await partners.answer(opened.application, _partner(opened), UnionAnswer(said), reason, int(seen), sure=sure)


async def _ask(opened: Opened, form: Form) -> None:
    text = form.said("text")
    if not text:
        raise UsageError("letter.no_text", "Write what you want to ask or tell.")
    once, sure = form.once or uuid4(), bool(form.said("sure"))
    await partners.ask(opened.application, _partner(opened), text, once, sure=sure)


def _partner(opened: Opened) -> partners.PartnerLetter:
    if opened.partner is None:
        raise LinkGone
    return opened.partner


BY_PARTNERS: Mapping[str, Act] = {"confirm": _confirm, "answer": _answer_for_union, "ask": _ask}


async def _check_in(opened: Opened, form: Form) -> None:
    await _record(opened, form, "check_in_recorded", {"remark": form.said("remark")})


async def _evaluate(opened: Opened, form: Form) -> None:
    given = form.begins("score-")
    if not form.said("favourable") or not all(given.values()):
        raise UsageError("letter.not_all_scored", "Answer every question of the evaluation.")
    scores = [{"criterion": criterion, "score": _number(score)} for criterion, score in given.items()]
    favourable = form.said("favourable") == "yes"
    fields = {"favourable": favourable, "scores": scores, "remark": form.said("evaluation_remark")}
    await _record(opened, form, "evaluation_recorded", fields)


async def _note(opened: Opened, form: Form) -> None:
    if not form.said("text"):
        raise UsageError("letter.no_text", "Write what you want to ask or tell.")
    await _record(opened, form, "note_added", {"text": form.said("text"), "asks": bool(form.said("asks"))})


BY_STAFF: Mapping[str, Act] = {"check_in_recorded": _check_in, "evaluation_recorded": _evaluate, "note_added": _note}


async def _record(opened: Opened, form: Form, kind: str, fields: Mapping[str, Any]) -> None:
    day, sure = form.said("day") or opened.application.today(), bool(form.said("sure"))
    await looking_after.record(opened.application, opened.letter, kind, fields, day, form.once, sure=sure)


def _number(written: str) -> int | str:
    return int(written) if written.isdecimal() else written


TEXT_FIELDS = {
    "answer": "reason",
    "ask": "text",
    "check_in_recorded": "remark",
    "evaluation_recorded": "evaluation_remark",
    "note_added": "text",
}
"""The field of each form in which somebody writes freely."""


def _field_of(error: UserError, form: Form) -> str | None:
    """The field that what is wrong is about, as far as that is known."""
    fields = {
        "letter.no_answer": "answer",
        "letter.no_text": "text",
        "letter.not_all_scored": "favourable",
        "letter.text_unsure": TEXT_FIELDS.get(form.said("do")),
    }
    return fields.get(error.message.id)


def _letter(
    page: partners.PartnerLetter,
    done: Message | None,
    status: int = 200,
    wrong: list[Wrong] | None = None,
    form: Form | None = None,
    *,
    unsure: bool = False,
) -> Response:
    answers = [(one.value, translate(one.in_words)) for one in UnionAnswer]
    said = form or Form({})
    return html(
        "letter.html.j2",
        status,
        page=page,
        done=done,
        errors=wrong or [],
        said=said.said,
        answers=answers,
        unsure=unsure,
        once=said.once or uuid4(),
    )


def _door(opened: Opened, done: Message | None, status: int = 200, wrong: list[Wrong] | None = None) -> Response:
    return html("door.html.j2", status, candidate=opened.letter.notice.candidate, done=done, errors=wrong or [])


async def _intern(
    opened: Opened,
    status: int = 200,
    wrong: list[Wrong] | None = None,
    form: Form | None = None,
    *,
    unsure: bool = False,
) -> Response:
    intern = await looking_after.intern_of(opened.application, opened.letter)
    title = opened.application.book.title(intern.line.programme)
    position = next(
        (one for one in opened.application.book.readable_positions if one.id == intern.agreed.position), None
    )
    said = form or Form({})
    return html(
        "intern.html.j2",
        status,
        intern=intern,
        role=ROLE_NAMES[intern.author.role],
        programme=one_of(title) if title else intern.line.programme,
        position=position,
        today=opened.application.today(),
        errors=wrong or [],
        said=said.said,
        do=said.said("do"),
        unsure=unsure,
        once=said.once or uuid4(),
    )


async def _form_of(request: Request) -> Form:
    """What was sent. Raises UsageError where it is no form of ours, or too large."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_FORM:
            raise UsageError("letter.form_too_large", "That is too much text. Write at most 2,000 characters.")
    try:
        return Form(
            parse_qs(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS, strict_parsing=bool(body))
        )
    except ValueError as error:
        raise UsageError("letter.no_form", "What was sent does not come from this page. Use its buttons.") from error


def _status(error: UserError) -> int:
    if error.message.id == "error.unexpected":
        return 500
    return next(status for kind, status in STATUS.items() if isinstance(error, kind))


def _mistake(error: Exception) -> Response:
    known = as_user_error(error)
    return html("said.html.j2", _status(known), message=known.message)
