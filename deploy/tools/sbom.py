"""`python -m deploy.tools.sbom FILE`: the image's bill of materials (CycloneDX 1.6, JSON), from `requirements.lock`.

Each package with its version, the hashes of which one is installed, its licence as it says itself, and what it needs;
a release's bill has Debian's packages too. The same packages give the same file.
"""

import json
import re
import sys
from collections.abc import Iterable, Sequence
from importlib.metadata import Distribution, distribution
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import License
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from deploy.tools.base import Package
from runtime.build import VERSION

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "requirements.lock"
PINNED = re.compile(r"(?m)^(?P<name>[A-Za-z0-9._-]+)==(?P<version>\S+) \\\n(?P<hashes>(?:    --hash=sha256:.+\n?)+)")


def bill_of(lock: str, debian: Sequence[Package] = ()) -> Bom:
    """The bill of a lock and of Debian's packages. Raises PackageNotFoundError for one that is not installed here."""
    components = {component.name: component for component in map(_component, PINNED.finditer(lock))}
    below = [_component_of_debian(one) for one in debian]
    everything = [*components.values(), *below]
    bom = Bom(serial_number=uuid5(NAMESPACE_URL, lock + "".join(map(str, debian))), components=everything)
    licences = [LicenseFactory().make_with_expression("EUPL-1.2")]
    whole = Component(
        name="hela-vagen", version=VERSION, type=ComponentType.APPLICATION, licenses=licences, bom_ref="hela-vagen"
    )
    bom.metadata.component = whole
    bom.register_dependency(whole, everything)
    for name, component in components.items():
        needs = _needs(distribution(name))
        bom.register_dependency(component, [components[need] for need in needs if need in components])
    return bom


def _component(pinned: re.Match[str]) -> Component:
    name = canonicalize_name(pinned["name"])
    hashes = re.findall(r"sha256:([0-9a-f]{64})", pinned["hashes"])
    purl = PackageURL("pypi", None, name, pinned["version"])
    return Component(
        name=name,
        version=pinned["version"],
        purl=purl,
        bom_ref=str(purl),
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=one) for one in hashes],
        licenses=_licences(distribution(name)),
    )


def _component_of_debian(package: Package) -> Component:
    """Its licences stand in the image, in `/usr/share/doc/NAME/copyright`."""
    return Component(
        name=package.name,
        version=package.version,
        purl=package.purl,
        bom_ref=str(package.purl),
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=package.sha256)],
    )


def _licences(package: Distribution) -> list[License]:
    """What a package says of its licence: an expression, or else a name, or else what it is filed under."""
    said = package.metadata
    if "License-Expression" in said:
        return [LicenseFactory().make_with_expression(said["License-Expression"])]
    filed = [one.rpartition(" :: ")[2] for one in said.get_all("Classifier", ()) if one.startswith("License :: ")]
    free = said["License"].strip().splitlines()[:1] if "License" in said else []
    named = [name for name in filed if name != "OSI Approved"] or free
    return [LicenseFactory().make_from_string(name) for name in sorted(set(named))]


def _needs(package: Distribution) -> Iterable[str]:
    """What a package needs on this machine."""
    for requirement in map(Requirement, package.requires or ()):
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield canonicalize_name(requirement.name)


def written(bom: Bom) -> str:
    """The bill as JSON. Raises ValueError where it is not as the standard has it."""
    from cyclonedx.validation.json import JsonStrictValidator  # takes longer to load than all else here

    plain = json.loads(make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string())
    del plain["metadata"]["timestamp"]
    told = json.dumps(plain, indent=2, ensure_ascii=False)
    if error := JsonStrictValidator(SchemaVersion.V1_6).validate_str(told):
        raise ValueError(str(error))
    return told + "\n"


def main() -> int:
    """Write the bill to the file that is named."""
    [file] = sys.argv[1:]
    Path(file).write_text(written(bill_of(LOCK.read_text())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
