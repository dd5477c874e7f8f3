"""Pages from templates, in the language of whoever reads them."""

from typing import Any

from starlette.responses import HTMLResponse

from activities.templating import templates_beside
from interfaces.desk.menu import navigation
from interfaces.desk.wording import capital
from runtime.i18n import _, _n, language, one_of, shown, translate

TEMPLATES = templates_beside(__file__, "templates")
TEMPLATES.globals.update(_=_, _n=_n, translate=translate, shown=shown, one_of=one_of, language=language)
TEMPLATES.globals.update(navigation=navigation, capital=capital)
TEMPLATES.filters.update(in_words=translate, capital=capital)
TEMPLATES.globals.update(m=TEMPLATES.get_template("macros.html.j2").module)


def html(template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page in the language that is spoken now."""
    text = TEMPLATES.get_template(template).render(**values)
    return HTMLResponse(text, status, headers={"Content-Language": language()})
