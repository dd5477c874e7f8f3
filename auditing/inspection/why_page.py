"""The reasons for one row or for a whole journey as a web page, in the language that is spoken now."""

from activities.templating import templates_beside
from auditing.inspection.why import Why, WhyJourney
from auditing.inspection.why_told import journey_told, why_told
from models.identifiers import shown_parts
from runtime.i18n import _, called, language

_TEMPLATES = templates_beside(__file__)


def why_page(found: Why | WhyJourney) -> str:
    """The whole page."""
    candidate, programme = shown_parts(found.journey_id)
    title = _(
        "{candidate} in {programme}: by which rules", candidate=candidate, programme=called("programme", programme)
    )
    told = [journey_told(found), *map(why_told, found.rows)] if isinstance(found, WhyJourney) else [why_told(found)]
    return _TEMPLATES.get_template("why.html.j2").render(title=title, parts=map(list, told), language=language())
