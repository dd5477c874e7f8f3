"""The release's own command, on a copy of this repository: what it writes, what it refuses, and what a check finds."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from auditing.transparency.signing import make_key, public_key_of
from deploy.tools import release
from deploy.tools.files import sha256_of
from deploy.tools.provenance import BASE, dependencies, image_of
from deploy.tools.released import NOTE, PROVENANCE, SBOM, SUMS
from deploy.tools.saved import read
from deploy.tools.versions import refusals
from runtime.build import ROOT, VERSION
from tests.support.a_container_engine import make_engine

BUILD = f"{VERSION}-7"
SOURCE = f"hela-vagen-{BUILD}.tar.gz"
IMAGE = f"hela-vagen-{BUILD}.image.tar"


def git(repository: Path, *words: str) -> None:
    somebody = ("-c", "user.name=Kim Dahl", "-c", "user.email=kim.dahl@employer.example")
    subprocess.run(["git", *somebody, *words], cwd=repository, check=True, capture_output=True)


def committed(repository: Path) -> None:
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message", "Release")


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of this tree that can be released: with its day, and what later versions take up."""
    copy = tmp_path_factory.mktemp("release") / "repository"
    ignored = shutil.ignore_patterns(".*", "__pycache__", "dist", "tests")
    shutil.copytree(ROOT, copy, ignore=ignored)
    (copy / ".gitignore").write_text((ROOT / ".gitignore").read_text())
    left = copy / "tests" / "releases" / VERSION
    left.mkdir(parents=True)
    (left / "office.db.gz").write_bytes(b"rows")
    (copy / "CHANGELOG.md").write_text(f"# Changelog\n\n## Unreleased\n\n## {VERSION} – 2026-11-30\n")
    git(copy, "init", "--quiet")
    committed(copy)
    return copy


def made(repository: Path, into: Path, *more: str, engine: bool = False, broken: str = "") -> CompletedProcess[str]:
    """What the command says where there is an engine, or none."""
    programs = into.parent / f"programs of {into.name}"
    programs.mkdir()
    (programs / "git").symlink_to(shutil.which("git") or "")
    if engine:
        make_engine(programs)
    if broken:
        (programs / broken).write_text("#!/bin/sh\necho no such mirror >&2\nexit 7\n")
    command = [sys.executable, "-m", "deploy.tools.release", "make", BUILD, "--into", str(into), *more]
    env = {**os.environ, "PATH": str(programs), "PYTHONPATH": f"{programs}/packages", "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=repository, env=env, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def whole(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a release with its image, signed."""
    folder = tmp_path_factory.mktemp("made")
    key, into = folder / "release.pem", folder / "dist"
    (folder / "public").write_text(make_key(key))
    ended = made(repository, into, "--key", str(key), engine=True)
    assert (ended.returncode, ended.stderr) == (release.DONE, "")
    return into


def test_a_release_has_all_of_its_files_and_holds(
    repository: Path, whole: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert {file.name for file in whole.iterdir()} == {SOURCE, SBOM, IMAGE, PROVENANCE, SUMS, NOTE}
    public = (whole.parent / "public").read_text()
    assert release.main(["check", str(whole), "--key", public]) == release.DONE, capsys.readouterr()
    told = json.loads((whole / PROVENANCE).read_text())
    named = dependencies(told)
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=repository, capture_output=True, text=True, check=True)
    assert named["source"] == {"gitCommit": commit.stdout.strip()}
    image = read(whole / IMAGE)
    assert (named[BASE], image_of(told)) == ({"sha256": image.layers[0]}, image.id)
    assert image.packages == {("bash", "5.2-1"), ("tzdata", "2026f-0")}
    assert named["pkg:deb/debian/bash@5.2-1?arch=amd64&distro=bookworm"] == {"sha256": "0f" * 32}
    assert {"requirements.lock", "requirements-dev.lock"} <= named.keys()
    assert str(repository) not in json.dumps(told)


def test_the_same_commit_gives_the_same_image(repository: Path, whole: Path, tmp_path: Path) -> None:
    again = made(repository, tmp_path / "dist", engine=True)
    assert (again.returncode, again.stdout) == (release.DONE, (whole / SUMS).read_text())


def test_an_engine_that_fails_is_quoted_and_the_rest_is_written(repository: Path, tmp_path: Path) -> None:
    ended = made(repository, tmp_path / "dist", engine=True, broken="mmdebstrap")
    assert (ended.returncode, "mmdebstrap ended with status 7.\nno such mirror" in ended.stderr) == (3, True), ended
    assert {file.name for file in (tmp_path / "dist").iterdir()} == {SOURCE, SBOM, PROVENANCE, SUMS}


def test_without_an_engine_the_rest_is_written(
    repository: Path, whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    into = tmp_path / "dist"
    ended = made(repository, into)
    assert (ended.returncode, "packages apt, mmdebstrap, buildah" in ended.stderr) == (3, True), ended
    assert sorted(file.name for file in into.iterdir()) == sorted((SOURCE, SBOM, PROVENANCE, SUMS))
    assert (into / SOURCE).read_bytes() == (whole / SOURCE).read_bytes()
    assert release.main(["check", str(into)]) == release.DONE, capsys.readouterr()


def appended(name: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes() + b" ")


def summed_anew(change: Callable[[Path], object]) -> Callable[[Path], object]:
    """Changed by whoever makes the sums fit again."""

    def meddle(folder: Path) -> None:
        change(folder)
        names = [line.split("  ")[1] for line in (folder / SUMS).read_text().splitlines()]
        (folder / SUMS).write_text("".join(f"{sha256_of(folder / name)}  {name}\n" for name in names))

    return meddle


def another_commit(folder: Path) -> None:
    told = (folder / PROVENANCE).read_text()
    commit = dependencies(json.loads(told))["source"]["gitCommit"]
    (folder / PROVENANCE).write_text(told.replace(commit, "0" * 40))


def named_anew(folder: Path, name: str) -> None:
    told = json.loads((folder / PROVENANCE).read_text())
    [subject] = [one for one in told["subject"] if one["name"] == name]
    subject["digest"]["sha256"] = sha256_of(folder / name)
    (folder / PROVENANCE).write_text(json.dumps(told))


def a_package_less(kind: str) -> Callable[[Path], None]:
    def meddle(folder: Path) -> None:
        bill = json.loads((folder / SBOM).read_text())
        first = next(one for one in bill["components"] if one["purl"].startswith(kind))
        bill["components"].remove(first)
        (folder / SBOM).write_text(json.dumps(bill))
        named_anew(folder, SBOM)

    return meddle


def in_the_image(old: bytes, new: bytes) -> Callable[[Path], None]:
    def meddle(folder: Path) -> None:
        assert old in (folder / IMAGE).read_bytes()
        (folder / IMAGE).write_bytes((folder / IMAGE).read_bytes().replace(old, new))
        named_anew(folder, IMAGE)

    return meddle


def another_base(folder: Path) -> None:
    base = read(folder / IMAGE).layers[0]
    (folder / PROVENANCE).write_text((folder / PROVENANCE).read_text().replace(base, "0" * 64))


def a_version_of_debian(folder: Path) -> None:
    (folder / PROVENANCE).write_text((folder / PROVENANCE).read_text().replace("bash@5.2-1", "bash@5.2-2"))


MEDDLED: dict[str, tuple[Callable[[Path], object], str]] = {
    "the source": (appended(SOURCE), f"{SOURCE} is not the file of {SUMS}."),
    "the image": (appended(IMAGE), f"{IMAGE} is not the file of {SUMS}."),
    "a file more": (lambda folder: (folder / "more").write_text("x"), f"{SUMS} does not name more."),
    "a file less": (lambda folder: (folder / SBOM).unlink(), f"{SBOM} is missing."),
    "the image, summed anew": (summed_anew(appended(IMAGE)), f"{PROVENANCE} is of another {IMAGE}."),
    "another commit": (summed_anew(another_commit), "another commit"),
    "a package less": (summed_anew(a_package_less("pkg:pypi/")), "other packages"),
    "a Debian package less": (summed_anew(a_package_less("pkg:deb/")), f"{SBOM} lists other Debian packages"),
    "a layer": (summed_anew(in_the_image(b"print()", b"erase()")), f"A layer of {IMAGE} is another"),
    "what the image says": (summed_anew(in_the_image(b"COPY", b"RUN ")), f"{IMAGE} has another id"),
    "another base": (summed_anew(another_base), f"{IMAGE} has another base"),
    "another version of a Debian package": (summed_anew(a_version_of_debian), f"{IMAGE} has other Debian packages"),
    "no statement": (summed_anew(lambda folder: (folder / PROVENANCE).write_text("{}")), "cannot be read"),
}


@pytest.mark.parametrize("name", MEDDLED)
def test_what_was_meddled_with_is_named_and_is_not_what_was_signed(
    name: str, whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    meddle, says = MEDDLED[name]
    folder = Path(shutil.copytree(whole, tmp_path / "dist"))
    meddle(folder)
    assert release.main(["check", str(folder)]) == release.REFUSED
    assert says in capsys.readouterr().err


def test_sums_that_another_key_has_signed_are_found(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = public_key_of(Ed25519PrivateKey.generate())
    assert release.main(["check", str(whole), "--key", other]) == release.REFUSED
    assert other in capsys.readouterr().err


def rewritten(name: str, old: str, new: str) -> Callable[[Path], object]:
    def change(copy: Path) -> None:
        text = (copy / name).read_text()
        assert old in text, name
        (copy / name).write_text(text.replace(old, new))

    return change


REFUSED: dict[str, tuple[Callable[[Path], object], str]] = {
    "a file that is not committed": (lambda copy: (copy / "new.py").write_text(""), "not clean"),
    "another version of the project": (rewritten("pyproject.toml", f'"{VERSION}"', '"9.9.9"'), "runtime/build.py says"),
    "another version of the code": (rewritten("runtime/build.py", f'"{VERSION}"', '"9.9.9"'), "runtime/build.py says"),
    "another label": (rewritten("deploy/Containerfile", f'"{VERSION}"', '"9.9.9"'), "deploy/Containerfile says"),
    "another image": (
        rewritten("deploy/kubernetes/base/desk.yaml", f"hela-vagen:{VERSION}", "hela-vagen:9.9.9"),
        "deploy/kubernetes/base/desk.yaml says",
    ),
    "another version of the changelog": (rewritten("CHANGELOG.md", f"## {VERSION}", "## 9.9.9"), "CHANGELOG.md"),
    "a version without its day": (rewritten("CHANGELOG.md", "2026-11-30", "unreleased"), "no date"),
    "nothing for later versions": (lambda copy: shutil.rmtree(copy / "tests"), "record-release"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_release_is_refused(name: str, repository: Path, tmp_path: Path) -> None:
    change, says = REFUSED[name]
    copy = Path(shutil.copytree(repository, tmp_path / "repository", symlinks=True))
    assert list(refusals(copy, BUILD)) == []
    change(copy)
    assert [one for one in refusals(copy, BUILD) if says in one]


def test_a_release_is_refused_under_another_name_and_into_a_folder_with_something_in_it(
    repository: Path, tmp_path: Path
) -> None:
    assert [one for one in refusals(repository, "9.9.9-1") if "9.9.9-1" in one]
    into = tmp_path / "dist"
    into.mkdir()
    (into / SBOM).write_text("of another release")
    ended = made(repository, into)
    assert (ended.returncode, "is not empty" in ended.stderr) == (release.REFUSED, True)
    assert [file.read_text() for file in into.iterdir()] == ["of another release"]
