"""What the docs name is there: a path that has moved is a door painted on a wall."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
DOCS = (
    "README.md",
    "CONTRIBUTING.md",
    "deploy/README.md",
    "deploy/checkpoints.md",
    "deploy/install.md",
    "deploy/kubernetes/README.md",
    "deploy/programmes.md",
    "deploy/reconciliation.md",
    "deploy/reports.md",
    "deploy/signing.md",
)
PATH = re.compile(r"`((?:[A-Za-z_*-]+/)+[A-Za-z_.*-]*|[a-z_]+\.(?:py|md|toml))`")
MADE_BY_WHO_INSTALLS = {"deploy/webhook_secrets/", "deploy/keys/", "deploy/secrets/", "deploy/.env", "temporal.toml"}


@pytest.mark.parametrize("doc", DOCS)
def test_every_path_that_a_document_names_exists(doc: str) -> None:
    named = set(PATH.findall((ROOT / doc).read_text(encoding="utf-8"))) - MADE_BY_WHO_INSTALLS
    from_here = (ROOT, (ROOT / doc).parent)
    assert [path for path in sorted(named) if not any(list(folder.glob(path)) for folder in from_here)] == []
    assert named or doc != "README.md"
