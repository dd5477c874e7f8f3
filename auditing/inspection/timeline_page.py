"""The timeline as one HTML page that needs nothing but itself: no script, no picture from elsewhere, no network."""

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from auditing.inspection.timeline import Sort, TimelineRow, circumstances
from runtime.i18n import _, language, translate

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def timeline_page(rows: Sequence[TimelineRow], candidate: str, programme: str) -> str:
    """The whole page, in the language that is spoken now, which is that of the rows."""
    return _TEMPLATES.get_template("timeline.html.j2").render(
        rows=rows,
        candidate=candidate,
        programme=programme,
        language=language(),
        _=_,
        circumstances=circumstances,
        words=lambda worded: translate(worded.in_words),
        quiet=(Sort.NOTICE, Sort.ACKNOWLEDGEMENT),
    )
