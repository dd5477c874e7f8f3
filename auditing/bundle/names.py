"""Where what lies in a bundle. No name leads out of it, and each says by itself whose journey a file is of."""

from urllib.parse import quote, unquote

from models.identifiers import JourneyId

MANIFEST = "manifest.json"
CHECK = "CHECK.html"
INDEX = "index.html"
CHECKPOINT = "checkpoint.json"
JOURNEYS = "journeys/"
RULES = "rules/"

ABOUT = "journey.json"
PROOF = "proof.json"
PERSON = "person.json"
REMARKS = "remarks.jsonl"
HISTORIES = "histories/"
RESENT = "resent/"
ROWS = "rows/"

HISTORY = ".history.gz"
NO_JOURNEY = "%"
"""Begins the folder of what is called otherwise than our journeys: anybody can start a workflow of any id."""


def folder_of(journey_id: str) -> str:
    """The folder of a journey, with a slash at its end: for `journey/K7Q29FMXB/easy_jobs`, its last two parts."""
    id_ = JourneyId.read(journey_id)
    parts = map(_safe, (id_.candidate, id_.programme) if id_ else journey_id.split("/"))
    return f"{JOURNEYS}{'.'.join(parts if id_ else (NO_JOURNEY, *parts))}/"


def journey_of(name: str) -> str | None:
    """Whose journey a file is of; None where it is of none."""
    folder, _, rest = name.removeprefix(JOURNEYS).partition("/")
    if not name.startswith(JOURNEYS) or not rest:
        return None
    first, *parts = folder.split(".")
    parts = [_read(part) for part in (parts if first == NO_JOURNEY else (first, *parts))]
    journey_id = "/".join(parts) if first == NO_JOURNEY else f"{JourneyId.start_of(parts[0])}{'/'.join(parts[1:])}"
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
