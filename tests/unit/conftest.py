"""Nothing here needs a server: what does belongs in `tests/integration/` or `tests/e2e/`."""

from pathlib import Path

import pytest

HERE = f"{Path(__file__).parent}/"
SERVERS = {"postgres_server", "database_url", "engine", "temporal", "time_skipping"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if isinstance(item, pytest.Function) and str(item.path).startswith(HERE):
            wrong = SERVERS.intersection(item.fixturenames)
            if wrong:
                raise pytest.UsageError(f"{item.nodeid} is a unit test and needs {', '.join(sorted(wrong))}")
