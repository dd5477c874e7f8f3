import pytest
from sqlalchemy import Engine

from services.queries.lists import Lists


@pytest.fixture
def lists(engine: Engine) -> Lists:
    return Lists(engine)
