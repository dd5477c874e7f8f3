"""By which code and texts timelines are written: the same digest, the same words."""

from functools import cache
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

WORDS = (
    "models/events/descriptions.py",
    "models/events/events.py",
    "models/events/way.py",
    "models/events/any_stage.py",
    "models/events/values.py",
    "models/message.py",
    "models/stages.py",
    "models/journey/fold.py",
    "activities/wording.py",
    "activities/locale/sv/LC_MESSAGES/hela_vagen.po",
    "runtime/i18n.py",
    "auditing/inspection/wording.py",
    "auditing/evidence/recorded.py",
    "auditing/inspection/timeline.py",
    "auditing/inspection/timeline_forms.py",
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
