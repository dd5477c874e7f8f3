"""What a check-up says of the secrets with which partners sign, and of links that nobody answers."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from models.access.register import Register
from runtime.errors import UsageError
from runtime.settings import Settings
from services.operations.doctor.checkup import Patient
from services.operations.doctor.incoming import CHECKS
from tests.support.authority import register_of_tests
from tests.support.gateway import secret_of
from tests.support.programmes import RULES

OURS, OTHERS = "kommunal", "nobody.we.know"


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    (tmp_path / OURS).write_text(secret_of(OURS))
    (tmp_path / OURS).chmod(0o640)
    return tmp_path


async def said(check: str, register: Register | None = None, **settings: Any) -> str:
    """The id of what a check says, wrong or not."""
    patient = Patient(Settings(**settings))
    patient.book, patient.register = RULES, register or register_of_tests()
    [asked] = [one for one in CHECKS if one.name == check]
    try:
        told = await asked.ask(patient)
    except UsageError as error:
        return error.message.id
    assert told is not None
    return told.id


async def test_secrets_that_are_as_they_should_be_are_counted(secrets: Path) -> None:
    assert await said("incoming") == "doctor.incoming_none"
    assert await said("incoming", gateway_secrets=secrets) == "doctor.incoming_some"


@pytest.mark.parametrize(
    ("breaks", "says"),
    [
        (lambda folder: (folder / OURS).chmod(0o644), "doctor.incoming_readable"),
        (lambda folder: (folder / OURS).write_text(""), "settings.gateway_secrets"),
        (lambda folder: (folder / OURS).write_text("a password"), "settings.gateway_secrets"),
        (lambda folder: (folder / "samhall").write_text(secret_of(OURS)), "settings.gateway_secrets"),
        (lambda folder: (folder / OURS).rename(folder / OTHERS), "doctor.incoming_strangers"),
    ],
)
async def test_secrets_that_are_not_are_told_as_what_they_are(
    secrets: Path, breaks: Callable[[Path], object], says: str
) -> None:
    breaks(secrets)
    assert await said("incoming", gateway_secrets=secrets) == says


async def test_links_are_answered_where_a_gateway_has_a_key() -> None:
    url = "https://svar.employer.example"
    assert await said("links") == "doctor.links_none"
    assert await said("links", links_url=url) == "plain"
    assert await said("links", Register(), links_url=url) == "doctor.links_unanswered"
