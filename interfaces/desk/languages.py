"""Which language a browser is answered in: Swedish, unless it has asked for English."""

from starlette.requests import HTTPConnection

from activities.language import Language
from runtime.i18n import LOCALES

COOKIE = "hela_vagen_language"

SWEDISH: Language = "sv"

KEPT_SECONDS = 365 * 24 * 3600


def language_of(request: HTTPConnection) -> Language:
    """The language of whoever asks."""
    asked = request.cookies.get(COOKIE)
    return next((one for one in LOCALES if one == asked), SWEDISH)
