from collections.abc import Iterator

import pytest

from tests.support.databases import migrated
from tests.support.inquired import Inquired


@pytest.fixture(scope="session")
def inquired(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inquired]:
    """The ledger, which the tests that take it only read."""
    engine = migrated(f"sqlite:///{tmp_path_factory.mktemp('inquired') / 'ledger.db'}", offering=True)
    yield Inquired(engine)
    engine.dispose()
