"""From what a release was made: an in-toto statement (v1) with SLSA's provenance (v1) as its predicate.

It names no machine and no moment, so that the same commit gives the same statement.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from deploy.tools.files import sha256_of
from deploy.tools.pins import IMAGE

STATEMENT, PREDICATE = "https://in-toto.io/Statement/v1", "https://slsa.dev/provenance/v1"
BUILD_TYPE, BUILDER = "urn:hela-vagen:release:1", "urn:hela-vagen:make-release"
"""How it was made: `make release` on a clean tree; the page deploy/release.md says what that does."""

LOCKS = ("requirements.lock", "requirements-dev.lock")


def provenance(root: Path, build: str, commit: str, made: Iterable[Path]) -> dict[str, Any]:
    """The statement on the files that were made of a commit of the repository at `root`."""
    dependencies: list[dict[str, Any]] = [{"name": "source", "digest": {"gitCommit": commit}}]
    dependencies += [{"name": name, "digest": {"sha256": sha256_of(root / name)}} for name in LOCKS]
    return {
        "_type": STATEMENT,
        "subject": [{"name": file.name, "digest": {"sha256": sha256_of(file)}} for file in sorted(made)],
        "predicateType": PREDICATE,
        "predicate": {
            "buildDefinition": {
                "buildType": BUILD_TYPE,
                "externalParameters": {"build": build, "revision": commit},
                "resolvedDependencies": [*dependencies, *base_images(root)],
            },
            "runDetails": {"builder": {"id": BUILDER}, "metadata": {"invocationId": build}},
        },
    }


def base_images(root: Path) -> list[dict[str, Any]]:
    """The images that ours is built on, each once: by digest where it is pinned, or else by its tag."""
    found: dict[str, dict[str, Any]] = {}
    for image in IMAGE.finditer((root / "deploy" / "Containerfile").read_text()):
        name, _, tag = image["name"].rpartition(":")
        found[image["name"]] = {"name": image["name"], "uri": f"pkg:docker/{name}@{tag}"}
        if image["digest"]:
            found[image["name"]]["digest"] = {"sha256": image["digest"].removeprefix("@sha256:")}
    return list(found.values())


def subjects(statement: Mapping[str, Any]) -> dict[str, str]:
    """The files that a statement is of, with their hashes. Raises KeyError and TypeError where it is none of ours."""
    if (statement["_type"], statement["predicateType"]) != (STATEMENT, PREDICATE):
        raise KeyError("predicateType")
    return {one["name"]: one["digest"]["sha256"] for one in statement["subject"]}


def dependencies(statement: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """What it was made from, by name, with the digests of each. Raises KeyError and TypeError."""
    resolved = statement["predicate"]["buildDefinition"]["resolvedDependencies"]
    return {one["name"]: dict(one.get("digest", {})) for one in resolved}
