"""What an audit says: verdicts, and findings that say what, where, what was expected and what was found."""

from models.fields import Strict
from models.message import Message, Worded, msg


class Verdict(Worded):
    """What an audit says of a journey."""

    AGREES = "agrees", msg("verdict.agrees", "agrees")
    DIFFERS = "differs", msg("verdict.differs", "differs")
    ERASED = "erased", msg("verdict.erased", "erased")
    NOT_VERIFIABLE = "not verifiable", msg("verdict.not_verifiable", "not verifiable")


class Finding(Strict):
    """Something that does not fit: what, where, what was expected and what was found."""

    what: Message
    where: str
    expected: str
    found: str


class ExplainedFinding(Finding):
    """A difference that another version of the code may explain."""


def finding(what: Message, where: str, expected: object, found: object) -> Finding:
    return Finding(what=what, where=where, expected=str(expected), found=str(found))


def explained(what: Message, where: str, expected: object, found: object) -> ExplainedFinding:
    return ExplainedFinding(what=what, where=where, expected=str(expected), found=str(found))


class Verification(Strict):
    """The verdict on one journey, with its findings and what was looked at.

    `remarks` are differences that another version of the code explains; `builds` are the build ids of the workers that
    wrote the history, in the order of their first task; `because` says why a journey is not verifiable.
    """

    journey_id: str
    verdict: Verdict
    because: Message | None = None
    findings: tuple[Finding, ...] = ()
    remarks: tuple[Finding, ...] = ()
    builds: tuple[str, ...] = ()
    runs: int = 0
    history_events: int = 0
    rows: int = 0
    notices: int = 0
