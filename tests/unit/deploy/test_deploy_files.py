"""The files by which the product is deployed: well-formed, no root, no moving tags, no secrets."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from tests.support.containerfile import CONTAINERFILE, ROOT, copied, entry_point, read_containerfile, value_of

DEPLOY = ROOT / "deploy"
COMPOSE = DEPLOY / "compose.yaml"
OF_OURS = ("worker", "migrate", "codec", "desk", "gateway", "setup", "admin", "audit")
SECRETS = "/run/secrets/hela-vagen"
KUBERNETES = DEPLOY / "kubernetes"
PODS = [
    *KUBERNETES.glob("release/*.yaml"),
    *(KUBERNETES / "base" / f"{one}.yaml" for one in ("codec", "desk", "gateway")),
]
PODS = sorted(file for file in PODS if file.name != "kustomization.yaml")
SETTINGS = KUBERNETES / "base" / "settings.env"

SECRET = re.compile(r"(?im)^[^#\n]*?(?:password|passwd|pwd|secret|token|key)[\"']?\s*[:=][ \t]*(?P<value>[^\s\"']+)")
NO_SECRET = ("${", "$$(cat", "/", "{", "false", "kubernetes.io/", "topology.")
"""How a value begins that is no secret: taken from the environment, a path, a reference, a switch, a label."""


def _load(file: Path) -> Any:
    return yaml.safe_load(file.read_text())


def _services() -> dict[str, dict[str, Any]]:
    return cast("dict[str, dict[str, Any]]", _load(COMPOSE)["services"])


def _pod(manifest: Path) -> dict[str, Any]:
    documents = [one for one in yaml.safe_load_all(manifest.read_text()) if "template" in one["spec"]]
    return cast("dict[str, Any]", documents[0]["spec"]["template"]["spec"])


def _images() -> list[str]:
    images = [read_containerfile()[0].value.removeprefix("BASE=")]
    images += [service["image"] for service in _services().values()]
    return images + [container["image"] for file in PODS for container in _pod(file)["containers"]]


def test_compose_follows_the_compose_specification() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE)]
    checked = subprocess.run(command, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("image", _images())
def test_an_image_has_a_tag_that_does_not_move_at_will(image: str) -> None:
    name, _, tag = image.partition(":")
    assert "." not in name, "no registry host"
    assert tag
    assert tag != "latest"


def test_what_the_image_copies_exists() -> None:
    assert [str(source) for source, _ in copied() if not source.exists()] == []


def test_what_the_image_copies_and_no_more_may_be_seen_by_its_build() -> None:
    lines = (DEPLOY / "Containerfile.dockerignore").read_text().splitlines()
    seen = {line.removeprefix("!") for line in lines if line.startswith("!")}
    assert "*" in lines
    assert seen == {str(source.relative_to(ROOT)) for source, _ in copied()} | {"requirements.lock"}


def test_the_image_stops_on_the_signal_that_the_worker_listens_to() -> None:
    assert value_of("STOPSIGNAL") == "SIGTERM"
    assert entry_point() == ["python", "worker.py"]


@pytest.mark.parametrize("name", OF_OURS)
def test_our_containers_can_neither_write_nor_gain_rights(name: str) -> None:
    service = _services()[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_the_worker_starts_when_the_database_is_migrated() -> None:
    services = _services()
    assert services["worker"]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert services["migrate"]["entrypoint"] == ["python", "-m", "runtime.migrations"]


def _mounted(name: str, target: str) -> list[str]:
    """What a service has at a path."""
    volumes = [volume.removesuffix(":ro").rpartition(":") for volume in _services()[name].get("volumes", ())]
    return [source for source, _, path in volumes if path == target]


def test_each_service_has_the_address_of_its_own_role_and_nobody_but_the_migration_that_of_the_owner() -> None:
    roles = {name: _mounted(name, SECRETS) for name in OF_OURS}
    assert roles == {
        "worker": ["./secrets/worker"],
        "migrate": ["./secrets/owner"],
        "codec": ["./secrets/staff"],
        "desk": ["./secrets/staff"],
        "gateway": ["./secrets/gateway"],
        "setup": ["./secrets/setup"],
        "admin": ["./secrets/staff"],
        "audit": ["./secrets/audit"],
    }
    assert all("HELAVAGEN_DATABASE_URL" not in _services()[name]["environment"] for name in OF_OURS)
    assert _services()["worker"]["environment"]["HELAVAGEN_SECRETS"] == SECRETS


def test_a_worker_has_its_own_key_and_nobodys_else() -> None:
    keys = [_mounted(name, "/run/keys") for name in ("worker", "codec", "desk", "gateway", "admin", "audit")]
    assert keys == [[f"./keys/{name}"] for name in ("worker", "codec", "desk", "gateway", "staff", "audit")]


def test_an_employers_own_programmes_are_mounted_where_the_worker_looks() -> None:
    for name in ("worker", "codec", "desk", "gateway", "admin", "audit"):
        [source] = _mounted(name, "/run/programmes")
        assert source == "${HELAVAGEN_PROGRAMMES:-../programmes}"
        assert _services()[name]["environment"]["HELAVAGEN_PROGRAMMES"] == "/run/programmes"


def test_a_port_is_open_to_this_machine_only() -> None:
    ports = [port for service in _services().values() for port in service.get("ports", [])]
    assert ports
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


@pytest.mark.parametrize("manifest", PODS, ids=lambda file: file.stem)
def test_a_pod_is_restricted(manifest: Path) -> None:
    pod = _pod(manifest)
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert f"{pod['securityContext']['runAsUser']}:{pod['securityContext']['runAsGroup']}" == value_of("USER")
    assert pod["automountServiceAccountToken"] is False
    for container in [*pod["containers"], *pod.get("initContainers", ())]:
        assert container["securityContext"]["readOnlyRootFilesystem"] is True
        assert container["securityContext"]["allowPrivilegeEscalation"] is False
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}


@pytest.mark.parametrize(
    "file", [CONTAINERFILE, COMPOSE, DEPLOY / ".env.example", SETTINGS, *PODS], ids=lambda f: f.name
)
def test_no_file_holds_a_secret(file: Path) -> None:
    values = [found["value"] for found in SECRET.finditer(file.read_text())]
    assert [value for value in values if not value.startswith(NO_SECRET)] == []
