"""The desk as an ASGI application: its pages, gathered from their modules, behind what guards them all."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from interfaces.desk import pages
from interfaces.desk.asked import Asked, signed_in
from interfaces.desk.guards import Guards
from interfaces.desk.menu import menu_of
from interfaces.desk.mistakes import answered
from interfaces.desk.signing_in import BACKCHANNEL
from runtime.failures import FORESEEN
from runtime.observation.health import Health
from runtime.open_id import Provider
from services.office import Office

STATIC = Path(__file__).with_name("static")

COOKIE = "hela_vagen_desk"


class _Static(StaticFiles):
    """The stylesheet, which holds nothing of anybody and may be kept."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        answer = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        answer.headers["Cache-Control"] = "public, max-age=3600"
        return answer


def desk_app(office: Office, provider: Provider, address: str, health: Health) -> Starlette:
    """The desk, as people reach it under `address`."""
    app = Starlette(
        routes=[
            Route("/healthz", _healthz(health)),
            Route("/readyz", _readyz(health)),
            Mount("/static", _Static(directory=STATIC)),
            *(route for name in _modules() for route in import_module(name).routes),
            Route("/{rest:path}", signed_in(_nowhere)),
        ],
        middleware=[Middleware(Guards, address=address, open_to_all={BACKCHANNEL})],
        exception_handlers={HTTPException: answered, Exception: answered} | dict.fromkeys(FORESEEN, answered),
    )
    app.state.office = office
    app.state.provider = provider
    app.state.address = address
    app.state.menu = menu_of(import_module(name) for name in _modules())
    app.state.is_secure = address.startswith("https:")
    app.state.cookie = f"__Host-{COOKIE}" if app.state.is_secure else COOKIE
    return app


def _nowhere(_asked: Asked) -> Response:
    raise HTTPException(404)


def _modules() -> list[str]:
    return sorted(f"{pages.__name__}.{one.name}" for one in iter_modules(pages.__path__))


def _healthz(health: Health) -> Callable[[Request], Response]:
    def healthz(_request: Request) -> Response:
        return JSONResponse({"ok": health.alive()}, 200 if health.alive() else 503)

    return healthz


def _readyz(health: Health) -> Callable[[Request], object]:
    async def readyz(_request: Request) -> Response:
        good, parts = await health.ready()
        return JSONResponse({"ok": good, **parts}, 200 if good else 503)

    return readyz
