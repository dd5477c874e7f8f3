"""What a workflow is started with, read whatever it is: whoever reaches the server can start one by hand.

What is wrong ends the workflow at once, in one sentence; the SDK would repeat the task that fails on it for ever.
"""

import re
from collections.abc import Sequence
from typing import TypeVar

from pydantic import ValidationError
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from models.events.parsing import JSON, LARGEST_EVENT
from models.fields import Strict
from models.identifiers import JourneyId
from models.journey.journey import Journey
from workflows.messages import JourneyStart

REFUSED_START = "RefusedStart"
"""Type of the failure with which a workflow ends that was started wrongly."""

NO_INPUT = RawValue(Payload())
"""What a workflow is given that is started without an input."""

REFER_INSTEAD = "Refer the candidate instead, which starts the journey."
REPAIR_INSTEAD = "Repair the journey instead, which goes on from the ledger."
WITHOUT_INPUT = "Start it without an input."

MOST_FIELDS = 5
"""As many fields are named as somebody corrects at a time."""

FIELD = re.compile("[a-z_]{1,40}")
"""What a field of ours is called; anything else was made up by whoever sent it, and is not repeated."""

Form = TypeVar("Form", bound=Strict)


def refused_start(why: str) -> ApplicationError:
    """The failure of a workflow that cannot be started so."""
    return ApplicationError(why, type=REFUSED_START, non_retryable=True)


def refuse_several(count: int) -> ApplicationError:
    """The failure where several inputs came: no workflow and no activity of ours takes more than one."""
    return refused_start(
        f"One input is expected at most, not {count}. Start it with one input, or refer the candidate."
    )


def read_input(given: RawValue, form: type[Form], otherwise: str) -> Form:
    """The input of a workflow. Raises ApplicationError, which ends the workflow; `otherwise` says what to do then."""
    data, encoding = given.payload.data, given.payload.metadata.get("encoding", b"")
    if not data and encoding in (b"", b"binary/null"):
        raise refused_start(f"The workflow was started without an input. {otherwise}")
    if encoding != JSON.encode():
        raise refused_start(f"The input of the workflow is not encoded as {JSON}. {otherwise}")
    try:
        return form.model_validate_json(data)
    except ValidationError as error:
        raise refused_start(f"The input of the workflow is wrong ({_told(error)}). {otherwise}") from None
    except RecursionError:
        raise refused_start(f"The input of the workflow is nested too deeply. {otherwise}") from None


def read_optional(given: RawValue, form: type[Form]) -> Form:
    """The input of a workflow that needs none; nothing and null stand for the form as it is without them."""
    if given.payload.data in (b"", b"null"):
        return form()
    _refuse_large(given)
    return read_input(given, form, WITHOUT_INPUT)


def read_start(given: RawValue, workflow_id: str) -> JourneyStart:
    """What a journey is started with, under its own id. Raises ApplicationError, which ends the workflow.

    Anybody can start one under another id, whose rows would be nobody's. A journey that continues as new, or is
    repaired, brings its events along and may be long; one that begins brings rules, which are short.
    """
    start = read_input(given, JourneyStart, REFER_INSTEAD)
    own = JourneyId.read(workflow_id)
    if own is None or (own.candidate, own.programme) != (start.candidate, start.rules.id):
        raise refused_start(
            "The workflow id must be that of the journey in its input: journey/<candidate number>/<programme>, or with"
            " the number of the time after it."
            f" {REFER_INSTEAD}"
        )
    if not start.entries:
        _refuse_large(given)
    return start


def begin(start: JourneyStart, own: JourneyId, continued: bool) -> Journey:
    """The journey that a run begins with. Raises ApplicationError, which ends the workflow, where there is none.

    A run that was continued as new is ours: where today's code stumbles over it, it waits for code that does not.
    """
    try:
        return Journey(start.rules, start.entries, journey_id=own)
    except Exception:
        if continued:
            raise
        raise refused_start(f"The events in the input contradict the rules. {REFER_INSTEAD}") from None


def why_not_begun(given: Sequence[RawValue], workflow_id: str) -> str | None:
    """Why a journey's workflow that was given these inputs ended at once, continuing no other; None where it began."""
    try:
        if len(given) > 1:
            raise refuse_several(len(given))
        begin(read_start(given[0] if given else NO_INPUT, workflow_id), JourneyId(workflow_id), continued=False)
    except ApplicationError as error:
        return error.message
    return None


def _refuse_large(given: RawValue) -> None:
    size = len(given.payload.data)
    if size > LARGEST_EVENT:
        raise refused_start(
            f"The input of the workflow has {size} bytes, and {LARGEST_EVENT} are allowed. {REFER_INSTEAD}"
        )


def _told(error: ValidationError) -> str:
    """The fields that are wrong, without what was given, which may be personal."""
    fields: dict[str, None] = {}
    for problem in error.errors(include_url=False, include_input=False, include_context=False):
        known = [str(part) for part in problem["loc"] if isinstance(part, int) or FIELD.fullmatch(part)]
        unknown = problem["type"] == "extra_forbidden"
        fields[".".join(known[:-1] if unknown and len(known) == len(problem["loc"]) else known)] = None
    named = [field or ("it is not JSON" if _is_no_json(error) else "its fields") for field in fields]
    more = f" and {len(named) - MOST_FIELDS} more" if len(named) > MOST_FIELDS else ""
    return ", ".join(named[:MOST_FIELDS]) + more


def _is_no_json(error: ValidationError) -> bool:
    return any(problem["type"] == "json_invalid" for problem in error.errors(include_url=False, include_input=False))
