"""What an audit says: verdicts, and findings that say what, where, what was expected and what was found."""

import json
from functools import lru_cache
from typing import Any

from activities.language import cut
from models.events.descriptions import name_of
from models.fields import Strict, added
from models.message import Message, Worded, msg
from models.rules.registry import rule_in_words


class Verdict(Worded):
    """What an audit says of a journey."""

    AGREES = "agrees", msg("verdict.agrees", "agrees")
    DIFFERS = "differs", msg("verdict.differs", "differs")
    ERASED = "erased", msg("verdict.erased", "erased")
    NOT_VERIFIABLE = "not verifiable", msg("verdict.not_verifiable", "not verifiable")


class Finding(Strict):
    """Something that does not fit: what, where, what was expected and what was found.

    A file, a digest or a moment stands as it is; what is said in words is a message.
    """

    what: Message
    where: Message | str
    expected: Message | str
    found: Message | str


class ExplainedFinding(Finding):
    """A difference that another version of the code may explain."""


class Noted(Finding):
    """Something that an auditor should know of, and that contradicts nothing."""


NOTHING = msg("found.nothing", "nothing")


def finding_of(
    id: str, text: str, where: Message | str, expected: object, found: object, /, **values: object
) -> Finding:
    """A finding, by the id, the text and the values of what is wrong; the rest as messages where said in words."""
    return Finding(what=msg(id, text, **values), where=where, expected=shown(expected), found=shown(found))


def explained(one: Finding) -> ExplainedFinding:
    """The same as a finding that another version of the code may explain."""
    return ExplainedFinding(**dict(one))


def noted(one: Finding) -> Noted:
    """The same as something to know of."""
    return Noted(**dict(one))


def shown(value: object) -> Message | str:
    """What was expected or found, as a finding holds it."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return msg("found.yes", "yes") if value else msg("found.no", "no")
    if isinstance(value, Worded):
        return value.in_words
    return value if isinstance(value, Message) else cut(str(value), LONGEST)


MANY_ROWS = 1_000
"""Rows of a ledger, of which most have far fewer, that are named without making the words anew."""


LONGEST = 10_000
"""Characters of what was expected or found: whoever made a bundle can have written any number."""


@lru_cache(MANY_ROWS)
def row_of(number: object) -> Message:
    """Where: a row of the ledger."""
    return msg("where.row", "row {row}", row=number)


def so_many(count: int) -> Message:
    """So many rows."""
    if count == 1:
        return msg("found.one_row", "{count} row", count=count)
    return msg("found.rows", "{count} rows", count=count)


def answer_of(kind: str, accepted: bool, event_id: object) -> Message:
    """An event with its answer."""
    if accepted:
        return msg("found.event_accepted", "{kind}, accepted ({event_id})", kind=name_of(kind), event_id=event_id)
    return msg("found.event_refused", "{kind}, refused ({event_id})", kind=name_of(kind), event_id=event_id)


def refused_by(rule: object) -> Message:
    """A refusal, by the rule: one that nobody has put into words here by its name."""
    words = rule_in_words(str(rule))
    return msg("found.refused_by_rule", "refused by the rule “{rule}” ({id})", rule=words, id=str(rule))


def rule_of(rule: object) -> Message:
    """A rule, by what it says and its id."""
    return msg("found.rule", "“{rule}” ({id})", rule=rule_in_words(str(rule)), id=str(rule))


def as_data(value: Any) -> str:
    """Rows, receipts and the like, as a program would read them."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


ACCEPTED = msg("found.accepted", "accepted")


class Verification(Strict):
    """The verdict on one journey, with its findings and what was looked at.

    `remarks` are differences that another version of the code explains, and `noted` is what an auditor should know of
    though it contradicts nothing; `builds` are the build ids of the workers that
    wrote the history, in the order of their first task; `because` says why a journey is not verifiable. What is found
    of no one journey, as of the register of authority or of a manifest, stands under a name, and not `is_journey`.
    """

    journey_id: str
    is_journey: bool = added(True)
    verdict: Verdict
    because: Message | None = None
    findings: tuple[Finding, ...] = ()
    remarks: tuple[Finding, ...] = ()
    noted: tuple[Finding, ...] = ()
    builds: tuple[str, ...] = ()
    runs: int = 0
    history_events: int = 0
    rows: int = 0
    notices: int = 0
