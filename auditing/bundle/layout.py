"""Where what lies in a bundle, and the manifest that says what it is and has the hash of every file."""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Annotated, Final, Literal
from urllib.parse import quote, unquote

import rfc8785
from pydantic import Field, StringConstraints, ValidationError

from activities.language import Language
from auditing.transparency.signing import AsWritten, At, Count, Digest, other_format
from models.identifiers import JourneyId, is_journey_of
from runtime.errors import UsageError

MANIFEST = "manifest.json"
CHECK = "CHECK.html"
INDEX = "index.html"
CHECKER = "check.py"
"""Checks the bundle with nothing but Python's standard library."""
FORMAT_FOLDER = "format/"
"""How everything is signed and hashed, for whoever checks it with a program of their own."""
CHECKPOINT = "checkpoint.json"
JOURNEYS = "journeys/"
RULES = "rules/"

ABOUT = "journey.json"
PROOF = "proof.json"
NAMES = "names.json"
PERSON = "person.json"
TEXTS = "texts.jsonl"
"""What was written freely in events, opened, with the salts by which their references can be checked."""
DISPOSALS = "disposals.jsonl"
"""What the log of erasures has of a journey's candidate."""
STATEMENTS = "statements.jsonl"
"""The statements of authority: who worked there, whose key is whose, which rules were in force."""
HISTORIES = "histories/"
RESENT = "resent/"
ROWS = "rows/"

HISTORY = ".history.gz"
NO_JOURNEY = "%"
"""Begins the folder of what is called otherwise than our journeys: anybody can start a workflow of any id."""


def folder_of(journey_id: str) -> str:
    """The folder of a journey, with a slash at its end: for `journey/K7Q29FMXB/easy_jobs`, all but its first part."""
    id_ = JourneyId.read(journey_id)
    parts = map(_safe, journey_id.split("/")[1:] if id_ else journey_id.split("/"))
    return f"{JOURNEYS}{'.'.join(parts if id_ else (NO_JOURNEY, *parts))}/"


def journey_of(name: str) -> str | None:
    """Whose journey a file is of; None where it is of none."""
    folder, _, rest = name.removeprefix(JOURNEYS).partition("/")
    if not name.startswith(JOURNEYS) or not rest:
        return None
    first, *parts = folder.split(".")
    odd = "/".join(map(_read, parts))
    journey_id = odd if first == NO_JOURNEY else f"{JourneyId.start_of(_read(first))}{odd}"
    return journey_id if folder_of(journey_id) == f"{JOURNEYS}{folder}/" else None


def rules_file(digest: str) -> str:
    """Where rules lie: once for all journeys that have them pinned."""
    return f"{RULES}{digest}.json"


def history_file(folder: str, number: int, run_id: str) -> str:
    return f"{folder}{number:02}-{_safe(run_id)}{HISTORY}"


def page_file(language: str, form: str) -> str:
    """A journey's timeline."""
    return f"timeline.{language}.{form}"


EMPTY = "%E"
"""Stands for an empty part: no part that is not empty is written so."""


def _safe(part: str) -> str:
    return quote(part, safe="").replace(".", "%2E") or EMPTY


def _read(part: str) -> str:
    return "" if part == EMPTY else unquote(part)


FORMAT: Final = "hela-vagen-bundle/1"

PSEUDONYMOUS: Final = "pseudonymous"
PERSONAL: Final = "personal"

Named = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]


class Extent(AsWritten):
    """Which journeys a bundle has: one candidate's, a programme's, or, where neither is said, all."""

    candidate: str | None = None
    programme: str | None = None

    def has(self, journey_id: str) -> bool:
        return is_journey_of(journey_id, self.candidate, self.programme)


class IdentityOpening(AsWritten):
    """Who opened the identities of those in a bundle, and why; `withheld` are the journeys whose person it has not."""

    by: Named
    because: Named
    withheld: tuple[str, ...] = ()


class Manifest(AsWritten):
    """What `manifest.json` holds, in its RFC 8785 form. `at` is the moment just before the reading began.

    `build` names the code that replays histories, `wording` the code and the texts by which the timelines were written.
    `checkpoint` is the root of the checkpoint that the proofs are of. `protected` is how many journeys of protected
    persons were left out. `files` has the SHA-256 of each file but this.
    """

    format: Literal["hela-vagen-bundle/1"] = FORMAT
    at: At
    version: Named
    build: Named
    wording: Digest
    ledger: Named
    namespace: Named
    extent: Extent
    contents: Literal["pseudonymous", "personal"]
    opening: IdentityOpening | None = None
    checkpoint: Digest | None = None
    journeys: Count
    protected: Count = 0
    languages: Annotated[tuple[Language, ...], Field(min_length=1, max_length=2)]
    files: dict[str, Digest] = Field(default_factory=dict)

    def canonical(self) -> bytes:
        return rfc8785.dumps(self.model_dump(mode="json"))


def written(head: Manifest, files: Iterable[tuple[str, str]]) -> Iterator[bytes]:
    """The canonical form of a manifest, its files read once and never all in memory: they come in order, each once."""
    # No text can hold these characters: a quotation mark within one has a backslash before it.
    before, after = head.canonical().split(b'"files":{}')
    yield before + b'"files":{'
    last = ""
    for name, digest in files:
        if name <= last:
            raise ValueError("files must come in order, each once")
        yield (b"," if last else b"") + rfc8785.dumps({name: digest})[1:-1]
        last = name
    yield b"}" + after


def read_manifest(content: bytes, file: str) -> Manifest:
    """The manifest of the bundle called `file`. Raises UsageError."""
    try:
        return Manifest.model_validate_json(content)
    except ValidationError as error:
        unreadable = UsageError(
            "bundle.manifest_unreadable",
            "The manifest of {file} cannot be read. Ask for a new copy of the bundle.",
            file=file,
        )
        raise (other_format(error, file, FORMAT) or unreadable) from error


def hash_of(content: bytes) -> str:
    return sha256(content).hexdigest()
