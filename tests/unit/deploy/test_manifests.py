"""The overlays for Kubernetes: what they build is strict, hangs together, and says the same of one thing everywhere."""

from collections.abc import Iterable
from functools import cache
from typing import Any

import pytest

from deploy.tools.manifests import OVERLAYS, builder, built, faults, single_files
from runtime.build import VERSION, deployment_of
from runtime.settings import Settings

Document = dict[str, Any]

COMMAND = builder()
needs_kustomize = pytest.mark.skipif(COMMAND is None, reason="neither kubectl nor kustomize is installed here")


@cache
def documents(overlay: str) -> list[Document]:
    return built(overlay, COMMAND or [])


def of_kind(kind: str, overlay: str = "example-council") -> list[Document]:
    return [one for one in documents(overlay) if one["kind"] == kind]


def one_of(kind: str, name: str) -> Document:
    [found] = [one for one in of_kind(kind) if one["metadata"]["name"].startswith(name)]
    return found


def pods() -> Iterable[tuple[str, dict[str, str], Document]]:
    """Every pod of the example: the name of what makes it, its labels and what it runs."""
    for one in documents("example-council"):
        if "template" in one.get("spec", {}):
            template = one["spec"]["template"]
            yield one["metadata"]["name"], template["metadata"]["labels"], template["spec"]


def test_the_files_by_themselves_are_strict() -> None:
    assert faults(single_files()) == []


@needs_kustomize
@pytest.mark.parametrize("overlay", OVERLAYS)
def test_what_an_overlay_builds_is_strict(overlay: str) -> None:
    assert faults(documents(overlay)) == []


@pytest.mark.parametrize(
    ("kind", "where", "field"),
    [("Deployment", ("spec",), "replicaz"), ("PodMonitor", ("spec",), "endpoint"), ("ScaledObject", ("spec",), "min")],
)
@needs_kustomize
def test_a_field_that_nobody_knows_is_a_fault(kind: str, where: tuple[str, ...], field: str) -> None:
    document = of_kind(kind)[0]
    broken = {**document, where[0]: {**document[where[0]], field: 2}}
    assert len(faults([broken])) == 1


@needs_kustomize
def test_a_reference_without_the_hash_of_what_it_names_is_a_fault() -> None:
    [config] = [one for one in of_kind("ConfigMap") if "TEMPORAL_ADDRESS" in one["data"]]
    job = {"kind": "Job", "apiVersion": "batch/v1", "metadata": {"name": "x"}}
    pod = {
        "containers": [{"name": "x", "envFrom": [{"configMapRef": {"name": "hela-vagen"}}]}],
        "restartPolicy": "Never",
    }
    assert len(faults([config, {**job, "spec": {"template": {"spec": pod}}}])) == 1


@needs_kustomize
def test_settings_are_settings() -> None:
    [config] = [one["data"] for one in of_kind("ConfigMap") if "TEMPORAL_ADDRESS" in one["data"]]
    ours = {name.removeprefix("HELAVAGEN_").lower() for name in config if name.startswith("HELAVAGEN_")}
    assert ours - {"secrets"} <= set(Settings.model_fields)
    assert config["HELAVAGEN_PROGRAMMES"] == "/run/programmes"


@needs_kustomize
def test_a_release_is_called_the_same_by_its_image_its_label_and_what_scales_it() -> None:
    [scaled] = of_kind("ScaledObject")
    worker = one_of("Deployment", "hela-vagen-worker-")
    assert scaled["spec"]["scaleTargetRef"]["name"] == worker["metadata"]["name"]
    assert "replicas" not in worker["spec"], "or each apply would undo what KEDA has decided"
    trigger = scaled["spec"]["triggers"][0]["metadata"]
    build = trigger["workerDeploymentBuildId"]
    assert build == worker["spec"]["template"]["metadata"]["labels"]["app.kubernetes.io/version"]
    assert {image.partition(":")[2] for name, _, pod in pods() for image in images(pod) if "codec" not in name} == {
        build
    }
    assert build.startswith(VERSION)
    assert worker["metadata"]["name"].endswith("-" + build.replace(".", "-"))
    assert trigger["workerDeploymentName"] == deployment_of(trigger["taskQueue"])


def images(pod: Document) -> list[str]:
    return [one["image"] for one in [*pod["containers"], *pod.get("initContainers", ())]]


@needs_kustomize
def test_workers_of_another_release_are_not_those_of_this_deployment() -> None:
    selector = one_of("Deployment", "hela-vagen-worker-")["spec"]["selector"]["matchLabels"]
    assert "app.kubernetes.io/version" in selector
    [disruption] = of_kind("PodDisruptionBudget")
    assert "app.kubernetes.io/version" not in disruption["spec"]["selector"]["matchLabels"], "it counts all of them"


@needs_kustomize
def test_each_pod_has_the_address_of_its_own_role_and_the_setup_none() -> None:
    secrets = {
        labels["app.kubernetes.io/component"]: [
            source["secret"]["name"]
            for volume in pod["volumes"]
            for source in volume.get("projected", {}).get("sources", ())
        ]
        for _, labels, pod in pods()
    }
    assert secrets == {
        "worker": ["hela-vagen", "hela-vagen-worker"],
        "codec": ["hela-vagen", "hela-vagen-staff"],
        "desk": ["hela-vagen", "hela-vagen-staff", "hela-vagen-desk"],
        "gateway": ["hela-vagen", "hela-vagen-gateway"],
        "migrate": ["hela-vagen", "hela-vagen-owner"],
        "setup": ["hela-vagen"],
    }


@needs_kustomize
def test_every_pod_is_closed_in_and_reaches_what_it_needs() -> None:
    reaches = {labels["app.kubernetes.io/component"]: ports_of(labels) for _, labels, _ in pods()}
    assert reaches == {
        "worker": {53, 443, 465, 587, 5432, 7233},
        "codec": {53, 443, 5432, 7233},
        "desk": {53, 443, 5432, 7233},
        "gateway": {53, 5432, 7233},
        "migrate": {53, 5432},
        "setup": {53, 7233},
    }


def ports_of(labels: dict[str, str]) -> set[int]:
    """The ports that policies let a pod with these labels reach. Fails where none of them closes it in."""
    policies = [one["spec"] for one in of_kind("NetworkPolicy") if chosen(one["spec"]["podSelector"], labels)]
    assert any({"Ingress", "Egress"} <= set(one["policyTypes"]) and "ingress" not in one for one in policies)
    return {port["port"] for one in policies for rule in one.get("egress", ()) for port in rule["ports"]}


def chosen(selector: Document, labels: dict[str, str]) -> bool:
    wanted = selector.get("matchLabels", {}).items() <= labels.items()
    among = [labels.get(one["key"]) in one["values"] for one in selector.get("matchExpressions", ())]
    return wanted and all(among)


@needs_kustomize
def test_secrets_and_settings_that_are_made_here_have_a_hash_so_that_pods_start_anew() -> None:
    generated = [one["metadata"]["name"] for kind in ("Secret", "ConfigMap") for one in of_kind(kind, "local")]
    assert len(generated) == 9
    assert all(len(name.rpartition("-")[2]) == 10 for name in generated)
