"""The pages of a bundle that people open first, and the digest of the code and texts that write its timelines."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from activities.language import Language
from activities.templating import templates_beside
from auditing.bundle import layout
from auditing.bundle.layout import Manifest
from auditing.evidence.evidence import Evidence
from auditing.evidence.findings import Verdict
from auditing.transparency.signing import Statement
from models.calendar.swedish_day import day_in_sweden, in_swedish_time
from models.identifiers import shown_parts
from models.ledger.hash_chain import CHAINED
from runtime.i18n import _, _n, called, translate, using_days_in_words, using_language

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
    "auditing/bundle/names.py",
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


FORMATS = tuple(name for name in COMPANIONS if name.startswith(layout.FORMAT_FOLDER))


def companions() -> Iterator[tuple[str, bytes]]:
    """The program that checks a bundle, and the descriptions of what it checks, by their names."""
    for name, source in COMPANIONS.items():
        yield name, (ROOT / source).read_bytes().replace(b"\r\n", b"\n")


_TEMPLATES = templates_beside(__file__)


@dataclass
class Counts:
    """How much of everything a bundle has."""

    journeys: int = 0
    rows: int = 0
    accepted: int = 0
    notices: int = 0
    reads: int = 0
    histories: int = 0
    erased: int = 0

    def add(self, evidence: Evidence, resent: int) -> None:
        """Count a journey, with so many runs that sent notices again."""
        self.journeys += 1
        self.rows += len(evidence.ledger)
        self.accepted += sum(row["accepted"] is True for row in evidence.ledger)
        self.notices += len(evidence.rows["notices"])
        self.reads += len(evidence.rows["reads"])
        self.histories += len(evidence.runs) + resent
        self.erased += evidence.ended


@dataclass(frozen=True)
class Contents:
    """What the first page tells beside the manifest: how much there is, and on whose keys it rests."""

    counts: Counts
    founder: str | None
    statement: Statement | None = None


def start_page(head: Manifest, journey_ids: Sequence[str], contents: Contents) -> bytes:
    """What the bundle is and rests on, and every journey with the way to its timeline, once in each language."""
    lines = [(*shown_parts(id_), layout.folder_of(id_)) for id_ in journey_ids]
    withheld = [" ".join(shown_parts(id_)) for id_ in head.opening.withheld] if head.opening else []
    return _page(
        "index.html.j2",
        head,
        journeys=lines,
        page_file=layout.page_file,
        check=layout.CHECK,
        withheld=withheld,
        **vars(contents),
    )


def check_page(head: Manifest) -> bytes:
    """How the bundle is checked by somebody who has nothing of ours, once in each language."""
    checker = dict(companions())[layout.CHECKER]
    columns = ", ".join(sorted(CHAINED))
    return _page("check.html.j2", head, verdicts=tuple(Verdict), columns=columns, checker=layout.hash_of(checker))


def _page(template: str, head: Manifest, **values: Any) -> bytes:
    parts: list[tuple[Language, str]] = []
    for language in head.languages:
        with using_language(language):
            worded: dict[str, Any] = {"_": _, "_n": _n, "words": lambda one: translate(one.in_words)}
            worded |= {"language": language, "title": _title(head), "local": _local}
            worded |= {"layout": layout, "formats": FORMATS, "called": called}
            parts.append((language, _TEMPLATES.get_template(template).render(head=head, **worded, **values)))
    return _TEMPLATES.get_template("page.html.j2").render(parts=parts).encode()


def _title(head: Manifest) -> str:
    with using_days_in_words():
        return _("Journeys as they were on {day}", day=day_in_sweden(datetime.fromisoformat(head.at)))


def _local(moment: str) -> str:
    return in_swedish_time(datetime.fromisoformat(moment), seconds=True)
