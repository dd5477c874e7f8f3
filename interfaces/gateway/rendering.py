"""Pages from templates, with the parts that the desk's pages are put together from."""

from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, FileSystemLoader
from starlette.responses import HTMLResponse

from activities.templating import templates_beside
from interfaces.desk.wording import capital
from runtime.i18n import _, _n, language, one_of, shown, translate

DESK = Path(__file__).parent.parent / "desk"

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:; form-action 'self';"
    " frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}
"""Nothing of a page leaves it: its address is a secret."""

TEMPLATES = templates_beside(__file__, "templates")
TEMPLATES.loader = ChoiceLoader(
    [FileSystemLoader(Path(__file__).parent / "templates"), FileSystemLoader(DESK / "templates")]
)
TEMPLATES.globals.update(_=_, _n=_n, translate=translate, shown=shown, one_of=one_of, language=language)
TEMPLATES.filters.update(capital=capital)
TEMPLATES.globals.update(m=TEMPLATES.get_template("macros.html.j2").module)


def html(template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page in the language that is spoken now."""
    text = TEMPLATES.get_template(template).render(**values)
    return HTMLResponse(text, status, headers={**HEADERS, "Content-Language": language()})
