"""Why somebody reads, as a form asks for it, and remembered for a while, so that going on with one case asks once."""

import time
from collections import OrderedDict

from interfaces.desk.asked import Asked, FieldError
from runtime.errors import UserError

FIELD, SURE = "because", "sure"

REMEMBERED_SECONDS = 15 * 60
"""A call takes no longer. Each reading is written down with the reason all the same."""

MOST_REMEMBERED = 1_000

OF_A_REASON = frozenset({"reading.reason_missing", "reading.reason_format"})
"""Messages on a reason that can be put right in its field."""

UNSURE = "text.unsure"
"""The message on a text that tells more than it needs: its author says whether it shall stand."""


class Remembered:
    """The reasons of this process, by session and candidate. Nothing of them is written anywhere from here."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str], tuple[str, float]] = OrderedDict()

    def keep(self, session: str, candidate: str, because: str) -> None:
        """Remember why somebody reads of a candidate."""
        self._kept[session, candidate] = (because, time.monotonic())
        self._kept.move_to_end((session, candidate))
        while len(self._kept) > MOST_REMEMBERED:
            self._kept.popitem(last=False)

    def of(self, session: str, candidate: str) -> str | None:
        """Why they said a while ago that they read of a candidate; None where that is too long ago."""
        because, at = self._kept.get((session, candidate), (None, 0.0))
        return because if time.monotonic() - at < REMEMBERED_SECONDS else None

    def renew(self, session: str, candidate: str) -> None:
        """Remember it from now on, also where it was a long form that took the while."""
        if (kept := self._kept.get((session, candidate))) is not None:
            self.keep(session, candidate, kept[0])


REMEMBERED = Remembered()


def reason_given(asked: Asked, candidate: str) -> str | None:
    """Why somebody reads of a candidate: as the form says, or as they said a while ago. Where the form says that the
    text shall stand as it is, nobody asks again."""
    because = asked.said(FIELD)
    if because is None:
        return said_before(asked, candidate)
    if asked.said(SURE):
        asked.application.sure_of.add(because)
    return because


def said_before(asked: Asked, candidate: str) -> str | None:
    """Why somebody said a while ago that they read of a candidate; of that nobody is asked whether it shall stand."""
    because = REMEMBERED.of(asked.session.id, candidate)
    if because is not None:
        asked.application.sure_of.add(because)
    return because


def remember(asked: Asked, candidate: str, because: str | None) -> None:
    """Remember a reason with which something was read."""
    if because is not None:
        REMEMBERED.keep(asked.session.id, candidate, because)
        asked.application.sure_of.add(because)


def in_the_field(error: UserError) -> FieldError:
    """What is wrong with a reason, as its field says it. Raises the error where it is about something else."""
    if error.message.id not in OF_A_REASON | {UNSURE}:
        raise error
    return FieldError(FIELD, error.message)
