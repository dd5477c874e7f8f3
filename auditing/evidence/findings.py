"""What an audit says: verdicts, and findings that say what, where, what was expected and what was found."""

from enum import StrEnum

from models.fields import Strict
from models.message import Message, msg


class Verdict(StrEnum):
    """What an audit says of a journey."""

    AGREES = "agrees"
    DIFFERS = "differs"
    ERASED = "erased"
    NOT_VERIFIABLE = "not verifiable"

    @property
    def in_words(self) -> Message:
        return _VERDICTS[self]


_VERDICTS = {
    Verdict.AGREES: msg("verdict.agrees", "agrees"),
    Verdict.DIFFERS: msg("verdict.differs", "differs"),
    Verdict.ERASED: msg("verdict.erased", "erased"),
    Verdict.NOT_VERIFIABLE: msg("verdict.not_verifiable", "not verifiable"),
}


class Finding(Strict):
    """Something that does not fit: what, where, what was expected and what was found."""

    what: Message
    where: str
    expected: str
    found: str


class ExplainedFinding(Finding):
    """A difference that another version of the code may explain."""


def finding(id: str, text: str, where: str, expected: object, found: object, /, **values: object) -> Finding:
    """A finding, by the id, the English text and the values of what is wrong."""
    return Finding(what=msg(id, text, **values), where=where, expected=str(expected), found=str(found))


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
