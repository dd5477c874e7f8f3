"""`python -m deploy.tools.manifests`: builds each overlay for Kubernetes by kustomize and checks it strictly.

Needs kubectl or kustomize; where neither is installed it says so, and checks the single files alone. An overlay is
built as an installation is: with a copy of the product's programmes as its own, and with secrets in files. Kubernetes'
own kinds are checked against the schemas of `KUBERNETES`, those of operators against what we wrote down of theirs.
"""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
MANIFESTS = ROOT / "deploy" / "kubernetes"
KUBERNETES = "1.34"
OVERLAYS = sorted(file.parent.name for file in MANIFESTS.glob("overlays/*/kustomization.yaml"))

OF_OPERATORS = {"ScaledObject": "scaledobject.json", "PodMonitor": "podmonitor.json"}
"""Kinds that Kubernetes learns of operators, and the files with their schemas."""

SECRETS = (
    *("owner.url", "worker.url", "staff.url", "gateway.url"),
    *("worker.pem", "codec.pem", "desk.pem", "gateway.pem", "master.key"),
)

BUILDERS = (("kubectl", "kustomize"), ("kustomize", "build"))


def builder() -> list[str] | None:
    """The command that builds an overlay; None where none is installed."""
    return next((list(command) for command in BUILDERS if shutil.which(command[0])), None)


def built(overlay: str, command: list[str]) -> list[dict[str, Any]]:
    """The documents of an overlay. Raises CalledProcessError, with what kustomize says, where it cannot be built."""
    with TemporaryDirectory() as folder:
        copy = Path(shutil.copytree(MANIFESTS, Path(folder) / "kubernetes"))
        own = copy / "overlays" / overlay
        shutil.copytree(ROOT / "programmes", own / "programmes", dirs_exist_ok=True)
        (own / "secrets").mkdir(exist_ok=True)
        for name in SECRETS:
            (own / "secrets" / name).write_text("filled in by who installs\n")
        told = subprocess.run([*command, str(own)], check=True, capture_output=True, text=True, timeout=60)  # noqa: S603
    return [document for document in yaml.safe_load_all(told.stdout) if document]


def single_files() -> list[dict[str, Any]]:
    """The documents that overlays are built from, as they stand."""
    files = [*MANIFESTS.glob("base/*.yaml"), *MANIFESTS.glob("release/*.yaml"), *MANIFESTS.glob("overlays/*/*.yaml")]
    documents = [one for file in files for one in yaml.safe_load_all(file.read_text())]
    return [one for one in documents if "config.k8s.io" not in one["apiVersion"]]


def faults(documents: Iterable[dict[str, Any]]) -> list[str]:
    """What is wrong in documents: a field that nobody knows, a value that does not fit, a name that leads nowhere."""
    documents = list(documents)
    wrong = [f"{_name(one)}: {said}" for one in documents if (said := _fault(one))]
    names = {(one["kind"], one["metadata"]["name"]) for one in documents}
    for kind, name in sorted(_referred_to(documents)):
        hashed = re.compile(rf"{re.escape(name)}-[a-z0-9]{{10}}")
        if any(known == kind and hashed.fullmatch(called) for known, called in names):
            wrong.append(f"{kind} {name}: it has a hash now, which what refers to it has not")
    return wrong


def _fault(document: dict[str, Any]) -> str | None:
    import jsonschema  # takes a second and a half, which each process that collects tests would wait for
    import kubernetes_validate

    try:
        if (schema := OF_OPERATORS.get(document["kind"])) is not None:
            jsonschema.validate(document, json.loads((MANIFESTS / "schemas" / schema).read_text()))
        else:
            kubernetes_validate.validate(document, KUBERNETES, strict=True)
    except jsonschema.ValidationError as error:
        return f"{'.'.join(map(str, error.path))}: {error.message}"
    return None


def _name(document: dict[str, Any]) -> str:
    return f"{document['kind']} {document['metadata']['name']}"


def _referred_to(node: Any) -> set[tuple[str, str]]:
    """The ConfigMaps and Secrets that pods name."""
    if isinstance(node, list):
        return {found for one in node for found in _referred_to(one)}
    if not isinstance(node, dict):
        return set()
    found = set()
    for key, kind in (("configMapRef", "ConfigMap"), ("configMap", "ConfigMap"), ("secret", "Secret")):
        if isinstance(one := node.get(key), dict):
            found.add((kind, one.get("name") or one.get("secretName", "")))
    return found.union(*(_referred_to(one) for one in node.values()))


def _faults_of(overlay: str, command: list[str]) -> list[str]:
    try:
        return faults(built(overlay, command))
    except subprocess.CalledProcessError as error:
        return [error.stderr.strip()]


def main() -> int:
    """Check all overlays; exit status 1 where something is wrong."""
    command = builder()
    if command is None:
        sys.stderr.write("Neither kubectl nor kustomize is installed: overlays were not built, their files checked.\n")
        told = {"files": faults(single_files())}
    else:
        told = {overlay: _faults_of(overlay, command) for overlay in OVERLAYS}
    for name, wrong in told.items():
        sys.stderr.writelines(f"{name}: {one}\n" for one in wrong)
    return 1 if any(told.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
