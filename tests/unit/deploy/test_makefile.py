"""What a developer calls by `make`: each target has a rule, each rule a module, and no page calls what is no target."""

import re
from importlib.util import find_spec

import pytest

from deploy.tools.docs import ROOT

MAKEFILE = (ROOT / "Makefile").read_text()
RULES = dict(re.findall(r"(?m)^([a-z][a-z-]*):.*\n((?:\t.*\n)*)", MAKEFILE))
"""The commands of each target."""

PAGES = (*ROOT.glob("*.md"), *(ROOT / "deploy").rglob("*.md"))


def test_each_target_that_is_promised_has_a_rule() -> None:
    promised = re.search(r"(?m)^\.PHONY: (.*)$", MAKEFILE)
    assert promised is not None
    assert sorted(promised[1].split()) == sorted(RULES)


@pytest.mark.parametrize("module", sorted(set(re.findall(r"\$\(RUN\) -m ([\w.]+)", MAKEFILE))))
def test_each_module_that_a_rule_runs_is_there(module: str) -> None:
    assert find_spec(module) is not None


def test_what_a_page_calls_is_a_target() -> None:
    called = {(page.name, name) for page in PAGES for name in re.findall(r"`make ([a-z-]+)", page.read_text())}
    assert {one for one in called if one[1] not in RULES} == set()
    assert {name for _, name in called} >= {"test", "release", "record-release"}
