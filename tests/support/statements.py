"""Statements are compiled once in a test run: engines of one kind go by what any of them has compiled."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

MOST_KEPT = 2_000


@contextmanager
def compiled_once() -> Iterator[None]:
    """Until the context ends. Each test opens a database of its own, all on the same servers and drivers: where every
    engine compiles for itself, an eighth of a run goes into that."""
    caches: defaultdict[type, LRUCache[Any, Any]] = defaultdict(lambda: LRUCache(MOST_KEPT))
    shared = property(lambda engine: caches[type(engine.dialect)], lambda _engine, _its_own: None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Engine, "_compiled_cache", shared, raising=False)
        for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):  # a key names the dialect that it is compiled for
            patch.setattr(dialect, "__hash__", lambda one: hash(type(one)))
            patch.setattr(dialect, "__eq__", lambda one, other: type(one) is type(other))
        yield
