"""What must be so before a release: one version everywhere, a clean tree, and what later versions will take up."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from deploy.tools.commands import said_by

TAG = re.compile(r"(?m)^\s*(?:- )?image: hela-vagen:(\S+)$")
OVERLAY = re.compile(r"newName: \S+, newTag: ([^\s}]+)")
HEADING = re.compile(r"(?m)^## (\d\S*) – (.+)$")
DATED = re.compile(r"\d{4}-\d\d-\d\d")


def written_versions(root: Path) -> Iterator[tuple[str, str]]:
    """Wherever the version is written, and what stands there."""

    def found(name: str, pattern: str) -> Iterator[tuple[str, str]]:
        for version in re.findall(pattern, (root / name).read_text(encoding="utf-8")) or ("none",):
            yield name, version

    yield "pyproject.toml", tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    yield from found("runtime/build.py", r'(?m)^VERSION = "(.+)"$')
    yield from found("deploy/Containerfile", r'image\.version="(.+?)"')
    for name in ("compose.yaml", *(f"kubernetes/{folder}/*.yaml" for folder in ("base", "release"))):
        for file in sorted((root / "deploy").glob(name)):
            for version in TAG.findall(file.read_text(encoding="utf-8")):
                yield str(file.relative_to(root)), version
    for file in sorted((root / "deploy" / "kubernetes" / "overlays").rglob("*.yaml")):
        for build in OVERLAY.findall(file.read_text(encoding="utf-8")):
            yield str(file.relative_to(root)), build.rpartition("-")[0] or build
    for build in re.findall(r"(?m)^release=(\S+)$", (root / "deploy" / "install.md").read_text(encoding="utf-8")):
        yield "deploy/install.md", build.rpartition("-")[0] or build


def refusals(root: Path, build: str) -> Iterator[str]:
    """Why nothing may be released from the repository at `root` under this build id, a sentence each."""
    if changed := said_by("git", "status", "--porcelain", at=root).splitlines():
        yield f"The tree is not clean: commit or remove {len(changed)} files, {changed[0][3:]} among them."
    versions = list(written_versions(root))
    version = versions[0][1]
    yield from (f"{name} says {said}, and pyproject.toml {version}." for name, said in versions if said != version)
    if build.rpartition("-")[0] != version:
        yield f"The build is called {build}: call it {version}- and a number."
    heading = HEADING.search((root / "CHANGELOG.md").read_text(encoding="utf-8"))
    if heading is None or heading[1] != version:
        yield f"The first version in CHANGELOG.md is {heading[1] if heading else 'missing'}, and not {version}."
    elif DATED.fullmatch(heading[2]) is None:
        yield f"CHANGELOG.md gives {version} no date: write the day in the place of “{heading[2]}”."
    if not (root / "tests" / "releases" / version).is_dir():
        yield f"tests/releases/{version} is missing, by which later versions are held: run make record-release."
