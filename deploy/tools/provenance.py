"""From what a release was made: an in-toto statement (v1) with SLSA's provenance (v1) as its predicate.

It names no machine and no moment, so that the same commit gives the same statement.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from deploy.tools.base import Package
from deploy.tools.files import sha256_of
from deploy.tools.saved import Saved

STATEMENT, PREDICATE = "https://in-toto.io/Statement/v1", "https://slsa.dev/provenance/v1"
BUILD_TYPE, BUILDER = "urn:hela-vagen:release:1", "urn:hela-vagen:make-release"
"""How it was made: `make release` on a clean tree; the page deploy/release.md says what that does."""

LOCKS = ("requirements.lock", "requirements-dev.lock")
BASE, IMAGE = "base", "image"
"""The layer that the image is built on, and the image by its id, which `docker load` and `podman load` show."""


def provenance(
    root: Path,
    build: str,
    commit: str,
    made: Iterable[Path],
    image: Saved | None = None,
    debian: Iterable[Package] = (),
) -> dict[str, Any]:
    """The statement on the files that were made of a commit of the repository at `root`, an image among them or not."""
    dependencies: list[dict[str, Any]] = [{"name": "source", "digest": {"gitCommit": commit}}]
    dependencies += [{"name": name, "digest": {"sha256": sha256_of(root / name)}} for name in LOCKS]
    details: dict[str, Any] = {"builder": {"id": BUILDER}, "metadata": {"invocationId": build}}
    if image is not None:
        dependencies.append({"name": BASE, "digest": {"sha256": image.layers[0]}})
        dependencies += [_dependency(one) for one in debian]
        details["byproducts"] = [{"name": IMAGE, "digest": {"sha256": image.id}}]
    return {
        "_type": STATEMENT,
        "subject": [{"name": file.name, "digest": {"sha256": sha256_of(file)}} for file in sorted(made)],
        "predicateType": PREDICATE,
        "predicate": {
            "buildDefinition": {
                "buildType": BUILD_TYPE,
                "externalParameters": {"build": build, "revision": commit},
                "resolvedDependencies": dependencies,
            },
            "runDetails": details,
        },
    }


def _dependency(package: Package) -> dict[str, Any]:
    purl = str(package.purl)
    return {"name": purl, "uri": purl, "digest": {"sha256": package.sha256}}


def subjects(statement: Mapping[str, Any]) -> dict[str, str]:
    """The files that a statement is of, with their hashes. Raises KeyError and TypeError where it is none of ours."""
    if (statement["_type"], statement["predicateType"]) != (STATEMENT, PREDICATE):
        raise KeyError("predicateType")
    return {one["name"]: one["digest"]["sha256"] for one in statement["subject"]}


def dependencies(statement: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """What it was made from, by name, with the digests of each. Raises KeyError and TypeError."""
    resolved = statement["predicate"]["buildDefinition"]["resolvedDependencies"]
    return {one["name"]: dict(one.get("digest", {})) for one in resolved}


def image_of(statement: Mapping[str, Any]) -> str | None:
    """The id of the image, in hexadecimal, or None where none was made. Raises KeyError and TypeError."""
    byproducts = statement["predicate"]["runDetails"].get("byproducts", ())
    return next((one["digest"]["sha256"] for one in byproducts if one["name"] == IMAGE), None)
