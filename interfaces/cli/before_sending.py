"""Before something is sent: what would follow is shown, and somebody at a terminal says yes first."""

from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

from interfaces.cli.output import preview as screen
from interfaces.cli.output import show
from interfaces.cli.questions import confirm
from models.access.permissions import Reading
from models.events.events import Event
from models.message import Message, msg
from runtime.errors import Refused
from runtime.i18n import _, translate
from services.application import Application, may_ask
from services.queries.lines import JourneyLine, LedgerLine
from services.reading import read
from services.recording.preview import Preview, odd_about, preview
from services.recording.sureness import own_words


class Before(NamedTuple):
    """How somebody wants to be asked: only shown what would follow, or sent without a question. A `question` of its own
    is asked in any case, and Enter says no."""

    dry_run: bool = False
    yes: bool = False
    as_json: bool = False
    question: Message | None = None

    @property
    def asks(self) -> bool:
        """Whether somebody is asked at all."""
        return may_ask() and not self.yes and not self.as_json


ASKING = Before()
"""Somebody at a terminal is asked, and nobody else."""


class Verdict(Enum):
    """What is to be done with an event after it was shown."""

    SEND = "send"
    LEAVE = "leave"
    CHANGE = "change"
    """It would be refused: another answer may help."""


def agreed(
    application: Application, line: JourneyLine, event: Event, rows: Sequence[LedgerLine], before: Before
) -> Verdict:
    """Show what would follow, where it is asked for or somebody sits at a terminal; and what they say to it.

    What is odd is told in any case. Raises Refused where it would be, and it was only to be shown.
    """
    if not before.dry_run and not before.asks:
        warn(odd_about(application, line, event, rows))
        return Verdict.SEND
    try:
        read(
            application, line, event.actor, Reading.JOURNEY, own_words(application, _("Before something was recorded."))
        )
    except Refused:
        if before.dry_run:
            raise
        return _asked_alone(before)  # the journey answers for itself, as it does to whoever may not read of it
    found = preview(application, line, event, rows)
    if found is None:
        if before.dry_run:
            raise Refused(
                "preview.other_rules",
                "The journey carries other rules than those of today, so what would follow cannot be reckoned here.",
            )
        return _asked_alone(before)
    return judged(found, before)


def judged(found: Preview, before: Before) -> Verdict:
    """The same of what is foreseen already. Raises Refused as `agreed` does."""
    if before.dry_run:
        show.as_json(found) if before.as_json else screen.shown(found)
        if found.refused is not None and not before.as_json:
            raise Refused(NOTHING)
        return Verdict.LEAVE
    if not before.asks:
        warn(found.odd)
        return Verdict.SEND
    if found.refused is not None and not found.by_other_rules:
        screen.shown(found)
        return Verdict.CHANGE
    if not found.is_asked_about and before.question is None:
        return Verdict.SEND
    screen.shown(found)
    is_weighty = bool(found.odd) or found.ends_the_way or found.makes_permanent
    if before.question is not None:
        return _asked_alone(before)
    return _sent_if(confirm(_("Are you sure?") if is_weighty else _("Send it?"), default=not is_weighty))


def _asked_alone(before: Before) -> Verdict:
    """What somebody says to the question of their own, where there is one."""
    return _sent_if(before.question is None or confirm(translate(before.question), default=False))


def _sent_if(is_agreed: bool) -> Verdict:
    if is_agreed:
        return Verdict.SEND
    show.tell(translate(NOTHING))
    return Verdict.LEAVE


def left() -> int:
    """Say that nothing was recorded, as it would be refused; returns the exit status."""
    show.tell(translate(NOTHING))
    return Refused.status


NOTHING = msg("preview.nothing", "Nothing was recorded.")


def warn(odd: Sequence[Message]) -> None:
    """Tell what is odd, where nobody can be asked."""
    for one in odd:
        show.aside(_("note: {note}", note=translate(one)))
