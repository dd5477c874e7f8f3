"""The routes by which a process says how it is: `/healthz` and `/readyz`."""

import json

from aiohttp import web

from runtime.observation.health import Health


def healthy_routes(health: Health) -> list[web.RouteDef]:
    """The routes by which a process says how it is."""

    async def healthz(_request: web.Request) -> web.Response:
        # That there is an answer at all says that the loop turns.
        return _told(health.alive(), {})

    async def readyz(_request: web.Request) -> web.Response:
        return _told(*await health.ready())

    return [web.get("/healthz", healthz), web.get("/readyz", readyz)]


def _told(good: bool, parts: dict[str, str]) -> web.Response:
    status = 200 if good else 503
    return web.Response(text=json.dumps({"ok": good, **parts}), status=status, content_type="application/json")
