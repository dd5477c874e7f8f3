"""The pages of signing in and out, and the choice of language: read also by whoever is not signed in."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from interfaces.desk import signing_in
from interfaces.desk.asked import SEE_OTHER, Asked, form_of, go_to, in_thread
from interfaces.desk.languages import keep_language, language_of
from interfaces.desk.rendering import html
from interfaces.desk.routing import post
from interfaces.desk.signing_in import BACK, BACKCHANNEL, BEGIN, page_of_ours
from runtime.i18n import LOCALES, using_language


def sign_in(request: Request) -> Response:
    """Where somebody goes on to the sign-in service, or has just signed out."""
    to = page_of_ours(request.query_params.get("till"))
    onward = BEGIN if to == "/" else f"{BEGIN}?{urlencode({'till': to})}"
    with using_language(language_of(request)):
        return html("sign_in.html.j2", asked=None, onward=onward, is_out="ut" in request.query_params)


async def sign_out(asked: Asked) -> Response:
    """End the session."""
    await in_thread(asked.office.sessions.end, asked.session.id)
    answer = go_to("/logga-in?ut")
    state = asked.request.app.state
    answer.delete_cookie(state.cookie, secure=state.is_secure, httponly=True, samesite="lax")
    return answer


async def choose_language(request: Request) -> Response:
    """Speak another language with this browser."""
    form = await form_of(request)
    chosen = next((one for one in LOCALES if one == form.get("language")), None)
    answer = RedirectResponse(page_of_ours(str(form.get("till", "/"))), SEE_OTHER)
    if chosen is not None:
        keep_language(answer, chosen, request)
    return answer


def _spoken(handler: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        with using_language(language_of(request)):
            return await handler(request)

    return answer


routes = [
    Route("/logga-in", sign_in),
    Route(BEGIN, _spoken(signing_in.begin)),
    Route(BACK, _spoken(signing_in.come_back)),
    Route(BACKCHANNEL, signing_in.end_from_outside, methods=["POST"]),
    post("/logga-ut", sign_out),
    Route("/sprak", choose_language, methods=["POST"]),
]
