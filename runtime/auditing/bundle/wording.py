"""By which code and texts timelines are written: the same digest, the same words."""

from functools import cache
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]

WORDS = (
    "models/words.py",
    "models/sentence.py",
    "models/stages.py",
    "models/fold.py",
    "activities/wording.py",
    "activities/locale/sv/LC_MESSAGES/hela_vagen.po",
    "runtime/wording.py",
    "runtime/auditing/plain.py",
    "runtime/auditing/rows.py",
    "runtime/auditing/timeline.py",
    "runtime/auditing/timeline_page.py",
    "runtime/auditing/timeline.html.j2",
    "runtime/auditing/bundle/journey_files.py",
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
