"""The locks hold what pyproject.toml asks for, each with hashes, and lead to no particular index."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.locks import ROOT, read_lock

LOCKS = ("requirements.lock", "requirements-dev.lock")

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
FOR_PRODUCTION: list[str] = PROJECT["dependencies"]
FOR_DEVELOPMENT = [requirement for extra in PROJECT["optional-dependencies"].values() for requirement in extra]


def _missing(file_name: str, requirements: list[str]) -> list[str]:
    """The requirements that the lock does not fulfil."""
    pins = read_lock(file_name)

    def fulfilled(requirement: Requirement) -> bool:
        pin = pins.get(canonicalize_name(requirement.name))
        return pin is not None and requirement.specifier.contains(pin.version, prereleases=True)

    return [text for text in requirements if not fulfilled(Requirement(text))]


def test_the_production_lock_holds_every_dependency() -> None:
    assert _missing("requirements.lock", FOR_PRODUCTION) == [], "run: make lock"


def test_the_development_lock_holds_every_dependency() -> None:
    assert _missing("requirements-dev.lock", FOR_PRODUCTION + FOR_DEVELOPMENT) == [], "run: make lock"


def test_developers_have_what_production_has() -> None:
    development = read_lock("requirements-dev.lock")
    assert {name: development.get(name) for name in read_lock("requirements.lock")} == read_lock("requirements.lock")


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address_and_no_path(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert re.findall(r".*(?:://|--(?:extra-)?index-url|--find-links|--trusted-host).*", text) == []
    assert re.findall(r"(?m)^.*[ =]/\S.*$", text) == []
