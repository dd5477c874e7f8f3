"""A version to come: today's migrations and one more, invented, that expands the database's form and fills it in."""

import shutil
from pathlib import Path

import pytest

from runtime import migrations

NEXT = '''"""Where a candidate's papers lie; of those who are there, at their coordinator's."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("journeys", sa.Column("papers", sa.String(length=64), nullable=True))
    op.execute("update journeys set papers = coordinator")


def downgrade() -> None:
    op.drop_column("journeys", "papers")
'''


def be_the_next_version(monkeypatch: pytest.MonkeyPatch, folder: Path, migration: str = NEXT) -> None:
    """Have this process know one migration more, until the monkeypatch is undone and `forget_versions` called."""
    shutil.copytree(migrations.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "0002_where_papers_lie.py").write_text(migration)
    monkeypatch.setattr(migrations, "MIGRATIONS", folder)
    forget_versions()


def forget_versions() -> None:
    """Have the migrations read anew."""
    migrations._known.cache_clear()
