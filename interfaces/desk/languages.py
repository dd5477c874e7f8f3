"""Which language a browser is answered in: Swedish, unless it has asked for English."""

from starlette.datastructures import FormData
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from activities.language import Language
from runtime.i18n import LOCALES

COOKIE = "hela_vagen_language"

SWEDISH: Language = "sv"

KEPT_SECONDS = 365 * 24 * 3600

SPEAK = "speak"
"""The button in the head of a page with a half-filled form: the language, a colon, and what shall be shown."""

SHOWN_BY = ("do", "step")
"""The fields by which a form says what shall be done with it."""


def language_of(request: HTTPConnection) -> Language:
    """The language of whoever asks."""
    asked = request.cookies.get(COOKIE)
    return next((one for one in LOCALES if one == asked), SWEDISH)


def chosen_in(form: FormData) -> tuple[Language | None, FormData]:
    """The language that was chosen in a half-filled form, and the form as one that is only to be shown in it."""
    said, _colon, shown = str(form.get(SPEAK, "")).partition(":")
    chosen = next((one for one in LOCALES if one == said), None)
    if chosen is None:
        return None, form
    kept = [(name, value) for name, value in form.multi_items() if name not in (SPEAK, *SHOWN_BY)]
    return chosen, FormData([*kept, *((name, shown) for name in SHOWN_BY if shown)])


def keep_language(answer: Response, chosen: Language, request: Request) -> None:
    """Let the browser of an answer be spoken to in a language from now on."""
    secure = request.app.state.is_secure
    answer.set_cookie(COOKIE, chosen, KEPT_SECONDS, samesite="lax", httponly=True, secure=secure)
