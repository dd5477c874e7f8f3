"""The pages of a bundle that people open first: where its journeys are, and how to check it without us."""

from collections.abc import Sequence
from typing import Any

from activities.language import Language
from activities.templating import templates_beside
from auditing.bundle import names
from auditing.bundle.manifest import Manifest
from auditing.evidence.findings import Verdict
from models.identifiers import shown_parts
from runtime.i18n import _, translate, using_language

_TEMPLATES = templates_beside(__file__)


def start_page(head: Manifest, journey_ids: Sequence[str]) -> bytes:
    """Every journey with the way to its timeline, once in each language."""
    lines = [(*shown_parts(id_), names.folder_of(id_)) for id_ in journey_ids]
    return _page("index.html.j2", head, journeys=lines, page_file=names.page_file, check=names.CHECK)


def check_page(head: Manifest) -> bytes:
    """How the bundle is checked by somebody who has nothing of ours, once in each language."""
    return _page("check.html.j2", head, verdicts=tuple(Verdict), names=names)


def _page(template: str, head: Manifest, **values: Any) -> bytes:
    parts: list[tuple[Language, str]] = []
    for language in head.languages:
        with using_language(language):
            worded = {"_": _, "words": lambda worded: translate(worded.in_words), "language": language}
            parts.append((language, _TEMPLATES.get_template(template).render(head=head, **worded, **values)))
    return _TEMPLATES.get_template("page.html.j2").render(parts=parts).encode()
