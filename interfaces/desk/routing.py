"""The routes of pages."""

from starlette.routing import Route

from interfaces.desk.asked import Handler, signed_in


def get(path: str, handler: Handler) -> Route:
    """A page that somebody who is signed in reads."""
    return Route(path, signed_in(handler), methods=["GET"])


def post(path: str, handler: Handler) -> Route:
    """What somebody who is signed in sends: `Asked.form` is of a page of their own session."""
    return Route(path, signed_in(handler), methods=["POST"])
