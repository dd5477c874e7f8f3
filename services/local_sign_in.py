"""Signing in where the local stack is the sign-in service: whoever has a person's key here is that person."""

from runtime.errors import UsageError
from runtime.local.tokens import local_token
from services.application import Application
from services.reading import known_with_a_reason


def token_of(application: Application, given: str | None, because: str | None) -> str:
    """A short-lived token for somebody whose key is here, with the reason why they read.

    Raises UsageError where no key or reason is here or the stack is another, and Refused for a stranger.
    """
    actor = known_with_a_reason(application, given or application.person(None), because)
    file = application.settings.codec_token_key
    if file is None or not file.is_file():
        raise UsageError("codec.no_token_key", "Tokens are not made here. Sign in at your employer's sign-in service.")
    return local_token(file, actor.name, because, application.now())
