"""Pages of letters: what a partner, a supervisor or a mentor reaches by the link in a letter, without signing in.

Opening a page changes nothing, since programs that look at mails follow links: only a button does.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import uuid4

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from activities.links import PATH
from interfaces.gateway.letter_forms import BY_PARTNERS, BY_STAFF, Form, Opened, field_of, form_of
from interfaces.gateway.problems import write_down
from interfaces.gateway.rendering import DESK, html
from models.access.permissions import ROLE_NAMES
from models.events.values import UnionAnswer
from models.message import Message, msg
from models.projections.item_words import item_in_words
from runtime.errors import Refused, ServiceUnavailable, UsageError, UserError
from runtime.failures import FORESEEN, as_user_error
from runtime.i18n import one_of, translate, using_days_in_words, using_language
from services.days import in_full
from services.letters import looking_after, partners
from services.letters.links import LinkGone, known_by_link, letter_by
from services.letters.office import LetterOffice, TellsTooMuch
from services.recording.field_names import problems_by_name

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
    "internship_completed": msg("letter.completed", "Thank you, the end of the internship is recorded."),
    "evaluation_recorded": msg("letter.evaluated", "Thank you, the evaluation is recorded."),
    "note_added": msg("letter.noted", "Thank you, what you wrote is recorded."),
}
"""What is said once something is done, by what it was."""


@dataclass(frozen=True)
class Wrong:
    """What is wrong with a form, and in which of its fields, where it is in one."""

    message: Message
    field: str | None = None


class LetterPages:
    """The pages of all letters."""

    def __init__(self, office: LetterOffice) -> None:
        self._office = office

    @property
    def routes(self) -> list[BaseRoute]:
        """Where they are found, with their stylesheet."""
        style = Mount("/stil", StaticFiles(directory=DESK / "static"))
        return [Route(f"{PATH}{{token}}", self._page, methods=["GET", "POST"]), style]

    async def _page(self, request: Request) -> Response:
        with using_language("sv"), using_days_in_words():
            try:
                opened = await run_in_threadpool(self._open, str(request.path_params["token"]))
                with using_language(opened.language):
                    return await self._answer(request, opened)
            except FORESEEN as error:
                return _mistake(error)

    def _open(self, token: str) -> Opened:
        application = self._office.application()
        letter = letter_by(application, token)
        partner = partners.partner_letter(self._office, application, letter)
        if partner is None:
            looking_after.author_of(application, letter)
        self._office.speak(application, known_by_link(application, letter))
        return Opened(application, letter, partner)

    async def _answer(self, request: Request, opened: Opened) -> Response:
        done = DONE.get(request.query_params.get("klart", ""))
        if request.method != "POST":
            return _letter(opened.partner, done) if opened.partner else _door(opened, done)
        form = Form({})
        try:
            form = await form_of(request)
            do = form.said("do")
            if opened.partner is None and do == "open":
                return await _intern(opened)
            act = BY_PARTNERS.get(do) if opened.partner else BY_STAFF.get(do)
            if act is None:
                raise UsageError("letter.no_act", "Choose what you want to do by one of the buttons.")
            await act(opened, form)
        except LinkGone:
            raise
        except FORESEEN as error:
            return await self._again(request, form, opened, error)
        return RedirectResponse(f"{request.url.path}?klart={do}", 303)

    async def _again(self, request: Request, form: Form, opened: Opened, error: Exception) -> Response:
        """The page once more, as it stands now, with what was wrong and what had been written."""
        known = as_user_error(error)
        wrong, status = [Wrong(problems_by_name(known.message), field_of(known, form))], _status(known)
        unsure = isinstance(known, TellsTooMuch)
        if isinstance(known, Refused):  # the refusal is recorded under that id: what is put right is sent under another
            form = form.without("once")
        now = await run_in_threadpool(self._open, str(request.path_params["token"]))
        if now.partner is not None:
            return _letter(now.partner, None, status, wrong, form, unsure=unsure)
        if isinstance(known, ServiceUnavailable):
            return _door(opened, None, status, wrong)
        return await _intern(now, status, wrong, form, unsure=unsure)


def _letter(
    page: partners.PartnerLetter,
    done: Message | None,
    status: int = 200,
    wrong: list[Wrong] | None = None,
    form: Form | None = None,
    *,
    unsure: bool = False,
) -> Response:
    given = page.question.answer if page.question else None
    answers = [(one.value, translate(one.in_words)) for one in UnionAnswer if one is not given]
    said = form or Form({})
    return html(
        "letter.html.j2",
        status,
        page=page,
        in_full=in_full,
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
        check_ins=Counter(intern.check_ins).items(),
        in_full=in_full,
        waits=[(item_in_words(one), one.due_on) for one in intern.waits_for if one.due_on],
        today=opened.application.today(),
        day_offered=intern.day_offered(opened.application.today()),
        errors=wrong or [],
        said=said.said,
        do=said.said("do"),
        unsure=unsure,
        once=said.once or uuid4(),
    )


def _status(error: UserError) -> int:
    if error.message.id == "error.unexpected":
        return 500
    return next(status for kind, status in STATUS.items() if isinstance(error, kind))


def _mistake(error: Exception) -> Response:
    known = as_user_error(error)
    write_down(_status(known), known.message)
    return html("said.html.j2", _status(known), message=known.message)
