"""The timeline as one HTML page that needs nothing but itself: no script, no picture from elsewhere, no network."""

from collections.abc import Sequence

from activities.templating import templates_beside
from auditing.inspection.timeline import Sort, TimelineRow, circumstances
from models.identifiers import shown_parts
from runtime.i18n import _, language, translate

_TEMPLATES = templates_beside(__file__)


def timeline_page(rows: Sequence[TimelineRow], journey_id: str) -> str:
    """The whole page, in the language that is spoken now, which is that of the rows."""
    candidate, programme = shown_parts(journey_id)
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
