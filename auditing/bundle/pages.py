"""The pages of a bundle that people open first, and the digest of the code and texts that write its timelines."""

from collections.abc import Iterator, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from activities.language import Language
from activities.templating import templates_beside
from auditing.bundle import layout
from auditing.bundle.layout import Manifest
from auditing.evidence.findings import Verdict
from models.identifiers import shown_parts
from models.ledger.hash_chain import CHAINED
from runtime.i18n import _, _n, translate, using_language

ROOT = Path(__file__).resolve().parents[2]

WORDS = (
    "models/events/descriptions.py",
    "models/events/texts.py",
    "models/events/events.py",
    "models/events/way.py",
    "models/events/values.py",
    "models/message.py",
    "models/sign_ins.py",
    "models/stages.py",
    "models/journey/fold.py",
    "activities/wording.py",
    "activities/locale/sv/LC_MESSAGES/hela_vagen.po",
    "runtime/i18n.py",
    "services/texts.py",
    "auditing/inspection/wording.py",
    "auditing/evidence/recorded.py",
    "auditing/inspection/late.py",
    "auditing/inspection/timeline.py",
    "auditing/inspection/timeline.html.j2",
    "auditing/bundle/journey_files.py",
)
"""What a timeline's words depend on. Where one of them is another, a difference is no more than a remark."""


@cache
def wording() -> str:
    """The SHA-256 over these files, the same on every machine."""
    digest = sha256()
    for name in WORDS:
        content = (ROOT / name).read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


COMPANIONS = {
    layout.CHECKER: "auditing/bundle/check.py",
    f"{layout.FORMAT_FOLDER}checkpoints.txt": "deploy/checkpoints.md",
    f"{layout.FORMAT_FOLDER}signing.txt": "deploy/signing.md",
}
"""What stands in every bundle as it stands in the program, and where it does there."""


def companions() -> Iterator[tuple[str, bytes]]:
    """The program that checks a bundle, and the descriptions of what it checks, by their names."""
    for name, source in COMPANIONS.items():
        yield name, (ROOT / source).read_bytes().replace(b"\r\n", b"\n")


_TEMPLATES = templates_beside(__file__)


def start_page(head: Manifest, journey_ids: Sequence[str]) -> bytes:
    """Every journey with the way to its timeline, once in each language."""
    lines = [(*shown_parts(id_), layout.folder_of(id_)) for id_ in journey_ids]
    return _page("index.html.j2", head, journeys=lines, page_file=layout.page_file, check=layout.CHECK)


def check_page(head: Manifest) -> bytes:
    """How the bundle is checked by somebody who has nothing of ours, once in each language."""
    return _page("check.html.j2", head, verdicts=tuple(Verdict), layout=layout, columns=", ".join(sorted(CHAINED)))


def _page(template: str, head: Manifest, **values: Any) -> bytes:
    parts: list[tuple[Language, str]] = []
    for language in head.languages:
        with using_language(language):
            worded = {"_": _, "_n": _n, "words": lambda worded: translate(worded.in_words), "language": language}
            parts.append((language, _TEMPLATES.get_template(template).render(head=head, **worded, **values)))
    return _TEMPLATES.get_template("page.html.j2").render(parts=parts).encode()
