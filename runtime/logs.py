"""Logs: one line of JSON an entry, with nothing personal in it.

What an error says is left out unless its class vouches for it, since libraries repeat values: a row that fails a
check, an input that fits no model, the reason of a failed workflow task. Its type, its code and where it arose are told
instead.
"""

import errno
import json
import logging
import re
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from traceback import extract_tb
from typing import Any, TextIO

from runtime.error_names import name_of
from runtime.outages import Outages, is_passing

ROOT = Path(__file__).resolve().parent.parent

CORE = "temporalio.core"
"""The logger to which Temporal's core speaks."""

OF_TEMPORAL = ("workflow_id", "workflow_run_id", "run_id", "workflow_type", "activity_type", "attempt")
"""What is told of the activity or workflow that an entry is about."""

OF_OURS = (
    "message_id",
    "journey_id",
    "event_id",
    "notice_id",
    "channel",
    "outcome",
    "attempt",
    "milliseconds",
    "partner",
    "status",
    "times",
)
"""What whoever writes an entry may tell beside its words; `times` is how often it came since it was told last."""

TOLD_IN_FULL = ("activities.deliveries",)
"""Loggers of which each entry is written, whatever the level: an attempt to deliver is a line."""

TALKATIVE = ("transitions", "alembic", "mail.log", "httpx2", "httpcore2", "uvicorn.error")
"""Loggers that tell each step of theirs, or each address."""

MOST_ERRORS, MOST_PLACES = 10, 20

PERSONAL = re.compile(
    r"(?<![\w-])(?:19|20)?\d{2}(?:0\d|1[0-2])[0-9]\d[-+ ]?\d{4}(?![\w-])|[\w.+-]+@[\w-]+(?:\.[\w-]+)*", re.ASCII
)
"""Identity numbers and e-mail addresses. Nothing of ours writes them; a last net for what others do."""


class JsonLines(logging.Formatter):
    """Writes an entry as one JSON object on one line."""

    def format(self, record: logging.LogRecord) -> str:
        error = _error_of(record)
        entry: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _cleaned(_message(record, error)),
            **_of_temporal(record),
            **{name: value for name in OF_OURS if (value := vars(record).get(name)) is not None},
            **_of_trace(),
        }
        if error is not None:
            entry["errors"] = [_told(one) for one in islice(_chain(error), MOST_ERRORS)]
            if not is_passing(error):
                entry["places"] = _places(error)
        return json.dumps(entry, ensure_ascii=False, default=str)


def begin(level: int) -> None:
    """Let everything that this process logs go to stderr as lines of JSON, from `level` on."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    handler.addFilter(Outages(handler.emit, _in_words))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(True)
    for name in TOLD_IN_FULL:
        logging.getLogger(name).setLevel(min(level, logging.INFO) if level <= logging.WARNING else level)
    for talkative in TALKATIVE:
        logging.getLogger(talkative).setLevel(max(level, logging.WARNING))
    sys.unraisablehook = lambda what: _log_ignored(what.exc_value)
    threading.excepthook = lambda what: _log_ignored(what.exc_value)


def say(text: str, stream: TextIO, level: int = logging.INFO, message_id: str | None = None) -> None:
    """Say what is no entry of a logger: that a process is ready, why it ends. On a line of the log's form, so that
    whatever reads the log reads it too; as it is where a person looks on."""
    line = text
    if not stream.isatty():
        record = logging.LogRecord("hela-vagen", level, "", 0, " ".join(text.split()), None, None)
        record.message_id = message_id
        line = JsonLines().format(record)
    print(line, file=stream, flush=True)


def _log_ignored(error: BaseException | None) -> None:
    logging.getLogger(__name__).error("an error that nobody awaited", exc_info=error)


def _error_of(record: logging.LogRecord) -> BaseException | None:
    return record.exc_info[1] if isinstance(record.exc_info, tuple) else None


def _in_words(record: logging.LogRecord) -> str:
    """What an entry is about: what its error says, or else its message."""
    from runtime.error_sentences import what_it_says  # loads what no help page needs

    error = _error_of(record)
    said = (what_it_says(one) for one in islice(_chain(error), MOST_ERRORS)) if error else ()
    return _cleaned(next((one for one in said if one), None) or _message(record, error))


def _message(record: logging.LogRecord, error: BaseException | None) -> str:
    """The first line of the message, in which no error speaks."""
    if isinstance(record.args, tuple):
        record.args = tuple(name_of(one) if isinstance(one, BaseException) else one for one in record.args)
    text = record.getMessage()
    for one in islice(_chain(error), MOST_ERRORS) if error else ():
        text = text.replace(str(one), name_of(one)) if str(one) else text
    if record.name == "asyncio":  # it names tasks and callbacks with what they were given
        text = re.split(r"[<(]", text, maxsplit=1)[0]
    return text.partition("\n")[0].strip()


def _of_temporal(record: logging.LogRecord) -> dict[str, Any]:
    about = getattr(record, "temporal_activity", None) or getattr(record, "temporal_workflow", None) or {}
    told = {name: about[name] for name in OF_TEMPORAL if name in about}
    return {name: _cleaned(value) if isinstance(value, str) else value for name, value in told.items()}


def _of_trace() -> dict[str, str]:
    """The trace that an entry belongs to, where somebody collects traces."""
    if (api := sys.modules.get("opentelemetry.trace")) is None:
        return {}
    ids = api.get_current_span().get_span_context()
    return {"trace_id": f"{ids.trace_id:032x}"} if ids.is_valid else {}


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error, what it was caused by, and what a group holds."""
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        if isinstance(seen, BaseExceptionGroup):
            for one in seen.exceptions:
                yield from _chain(one)
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)


def _told(error: BaseException) -> dict[str, str]:
    from runtime.error_sentences import sentence_of, what_it_says  # loads what no help page needs

    told = {"type": name_of(error)}
    if code := _code(error):
        told["code"] = code
    if message := sentence_of(error):
        told["message_id"] = message.id
    if says := what_it_says(error):
        told["says"] = _cleaned(says)
    return told


def _code(error: BaseException) -> str | None:
    """The code by which a database, an operating system or Temporal says what is wrong."""
    status = getattr(error, "status", None)
    known = (
        getattr(error, "sqlite_errorname", None) or getattr(error, "sqlstate", None) or getattr(status, "name", None)
    )
    if known is None and isinstance(error, OSError) and error.errno is not None:
        return errno.errorcode.get(error.errno)
    return str(known) if known else None


def _places(error: BaseException) -> list[str]:
    frames = extract_tb(error.__traceback__)[-MOST_PLACES:]
    return [f"{frame.filename.removeprefix(f'{ROOT}/')}:{frame.lineno} {frame.name}" for frame in frames]


def _cleaned(text: str) -> str:
    return PERSONAL.sub("…", text)
