"""Programs in the place of apt, mmdebstrap, buildah and pip: they fetch and build nothing, and write what those would.

`make_engine` puts them into a folder for the PATH. The image that they build has a base of two packages.
"""

import sys
from pathlib import Path

KNOWN = """Package: bash
Version: 5.2-1
Architecture: amd64
SHA256: {digest}

Package: tzdata
Version: 2026f-0
Architecture: all
SHA256: {digest}

""".format(digest="0f" * 32)
"""What apt tells of the packages in the base."""

APT_GET = "print('bookworm main http://deb.example/debian')"
APT_CONFIG = "print('Acquire::Check-Valid-Until \"false\";')"

MMDEBSTRAP = f"""
import os, pathlib
assert os.environ["SOURCE_DATE_EPOCH"].isdigit()
pathlib.Path("base.tar").write_text("a base")
pathlib.Path(os.environ["PACKAGES"]).write_text({KNOWN!r})
"""

BUILDAH = f"""
import hashlib, io, json, os, pathlib, sys, tarfile

def packed(files):
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return written.getvalue()

given = dict(word.split("=", 1) for word in sys.argv if word.startswith("--") and "=" in word)
revision = [word.split("REVISION=")[1] for word in sys.argv if "=REVISION=" in word]
labels = pathlib.Path(sys.argv[2]) / "labels"
if "build" in sys.argv:
    labels.parent.mkdir(exist_ok=True)
    labels.write_text("".join(revision))
    pathlib.Path(given["--iidfile"]).write_text("sha256:" + "0f" * 32)
if "push" in sys.argv:
    base = packed({{"var/lib/dpkg/status": {KNOWN.encode()!r}}})
    layers = [base, packed({{"app/worker.py": b"print()"}})]
    digests = [hashlib.sha256(layer).hexdigest() for layer in layers]
    drawn = os.urandom(8).hex()
    config = {{
        "container": drawn,
        "config": {{"Hostname": drawn, "Labels": {{"org.opencontainers.image.revision": labels.read_text()}}}},
        "history": [{{"created_by": "COPY", "comment": drawn}}],
        "rootfs": {{"diff_ids": ["sha256:" + one for one in digests]}},
    }}
    names = [one + ".tar" for one in digests]
    manifest = [{{"Config": drawn + ".json", "Layers": names}}]
    told = {{"manifest.json": json.dumps(manifest).encode(), drawn + ".json": json.dumps(config).encode()}}
    _, file, *_ = sys.argv[-1].split(":")
    pathlib.Path(file).write_bytes(packed(told | dict(zip(names, layers))))
"""

PIP = """
import pathlib, zipfile
pathlib.Path("wheels").mkdir()
with zipfile.ZipFile("wheels/pip-1-py3-none-any.whl", "w") as wheel:
    wheel.writestr("pip/__main__.py", "")
"""

PROGRAMS = {"apt-get": APT_GET, "apt-config": APT_CONFIG, "mmdebstrap": MMDEBSTRAP, "buildah": BUILDAH}


def make_engine(programs: Path) -> None:
    """Put the programs into a folder, and pip into its folder `packages`, for PYTHONPATH."""
    for name, script in PROGRAMS.items():
        (programs / name).write_text(f"#!{sys.executable}\n{script}")
        (programs / name).chmod(0o755)
    pip = programs / "packages" / "pip"
    pip.mkdir(parents=True)
    (pip / "__init__.py").touch()
    (pip / "__main__.py").write_text(PIP)
