"""An image in a file, as `docker save` writes it: what is in it, and the same without what is of one build alone."""

import io
import json
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_string
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"
DPKG = "var/lib/dpkg/status"

OF_ONE_BUILD = ("container", "container_config", "parent")
"""Names of the containers that it was built in, which are drawn anew for each build."""


@dataclass(frozen=True)
class Saved:
    """An image: its id, the hashes of its layers, what it says of itself, and the Debian packages of its base."""

    id: str
    layers: list[str]
    config: dict[str, Any]
    packages: set[tuple[str, str]]
    whole: bool


def read(file: Path) -> Saved:
    """What is in an image. Raises KeyError, ValueError, OSError and TarError where it is none."""
    with tarfile.open(file) as archive:
        [manifest] = json.load(_member(archive, MANIFEST))
        config = _member(archive, manifest["Config"]).read()
        told = json.loads(config)
        layers = [f"sha256:{file_digest(_member(archive, one), 'sha256').hexdigest()}" for one in manifest["Layers"]]
        with tarfile.open(fileobj=_member(archive, manifest["Layers"][0])) as base:
            packages = set(_installed(base))
        whole = layers == told["rootfs"]["diff_ids"]
        return Saved(sha256(config).hexdigest(), [one.removeprefix("sha256:") for one in layers], told, packages, whole)


def _member(archive: tarfile.TarFile, name: str) -> io.BufferedReader:
    content = archive.extractfile(name)
    if not isinstance(content, io.BufferedReader):
        raise KeyError(name)
    return content


def _installed(base: tarfile.TarFile) -> Iterator[tuple[str, str]]:
    status = _member(base, DPKG).read().decode()
    for one in map(message_from_string, status.strip().split("\n\n")):
        yield one["Package"], one["Version"]


def rewrite(saved: Path, file: Path, tag: str) -> None:
    """Write an image to another file, under a tag, so that the same layers are the same bytes."""
    with tarfile.open(saved) as before, tarfile.open(file, "w") as after:
        [manifest] = json.load(_member(before, MANIFEST))
        config = json.dumps(plain(json.load(_member(before, manifest["Config"]))), sort_keys=True).encode()
        name = f"{sha256(config).hexdigest()}.json"
        told = {"Config": name, "RepoTags": [tag], "Layers": manifest["Layers"]}
        _add(after, MANIFEST, json.dumps([told]).encode())
        _add(after, name, config)
        for layer in manifest["Layers"]:
            entry = tarfile.TarInfo(layer)
            entry.size = before.getmember(layer).size
            after.addfile(entry, _member(before, layer))


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    archive.addfile(entry, io.BytesIO(content))


def plain(config: dict[str, Any]) -> dict[str, Any]:
    """What an image says of itself, without what is of one build alone."""
    kept = {name: value for name, value in config.items() if name not in OF_ONE_BUILD}
    kept["config"] = {**config["config"], "Hostname": ""}
    kept["history"] = [{name: value for name, value in one.items() if name != "comment"} for one in config["history"]]
    return kept
