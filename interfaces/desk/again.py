"""What somebody typed while their session ended: kept on the page, and sent again once they have signed in."""

from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from interfaces.desk.rendering import html

FORM_TOKEN = "form_token"  # noqa: S105 - a name
"""The field of each form that says that a page of this session has made it."""

NOT_SIGNED_IN, OF_AN_EARLIER_ONE = 401, 403


def typed_in(form: FormData) -> list[tuple[str, str]]:
    """What was typed or carried, beside the token. A file has to be chosen again."""
    return [(name, value) for name, value in form.multi_items() if name != FORM_TOKEN and isinstance(value, str)]


def kept(request: Request, form: FormData, asked: Any) -> Response | None:
    """The page that keeps what was typed; `asked` is None until somebody has signed in. None where nothing was."""
    typed = typed_in(form)
    if not typed:
        return None
    query = f"?{request.url.query}" if request.url.query else ""
    status = NOT_SIGNED_IN if asked is None else OF_AN_EARLIER_ONE
    return html("again.html.j2", status, asked=asked, typed=typed, path=f"{request.url.path}{query}")
