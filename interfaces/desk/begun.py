"""What people have begun at the desk and come back to while it goes on; each finds their own alone."""

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from starlette.applications import Starlette
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from interfaces.desk.asked import Asked
from services.application import Application
from services.held import Held, Work

W = TypeVar("W", bound=Work)

PATIENCE_SECONDS = 1.5
"""A short list is through by then, and its page is shown at once; a long one is waited for on a page of its own."""

LOOK_AGAIN_SECONDS = 3
"""How often the page of something that goes on is shown anew by itself, until somebody stops that."""


def begun(asked: Asked, kind: type[W]) -> Held[W]:
    """All of a kind that the process holds."""
    return _all_of(asked.request.app).setdefault(kind, Held(Application().now))


def let_go(app: Starlette) -> None:
    """Let go of all that was begun, as the desk stops."""
    for held in _all_of(app).values():
        held.close()


def _all_of(app: Starlette) -> dict[type[Work], Held[Any]]:
    if not hasattr(app.state, "begun"):
        app.state.begun = {}
    found: dict[type[Work], Held[Any]] = app.state.begun
    return found


async def go_on(asked: Asked, kind: type[W], id_: str, step: Callable[[W], Coroutine[Any, Any, Any]]) -> None:
    """Let a step of something be done, and wait for it a little."""
    await begun(asked, kind).go_on(asked.person, id_, step, PATIENCE_SECONDS)


def looked_at_again(asked: Asked, answer: Response, *, is_busy: bool) -> Response:
    """The page, which shows itself anew while something goes on, unless its reader has stopped that."""
    if is_busy and not asked.given("stilla"):
        answer.headers["Refresh"] = str(LOOK_AGAIN_SECONDS)
    return answer


async def uploaded(form: FormData, field: str, most: int) -> tuple[str, bytes] | None:
    """The name and content of a file that was sent, of which no more than a byte too many is read; None without one."""
    file = form.get(field)
    if not isinstance(file, UploadFile) or not file.filename:
        return None
    content = await file.read(most + 1)
    await file.close()
    return file.filename, content
