"""Telling the operator by mail that histories are about to be lost. In both languages: nobody knows who is on duty."""

from collections.abc import Iterator
from uuid import NAMESPACE_URL, UUID, uuid5

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.archive.runs import ArchiveOutcome
from activities.channels import DeliveryFailed, DeliveryRefused
from activities.email_channel import EmailChannel
from activities.language import Language, counted, said
from models.fields import Strict
from models.message import Message, msg

NAMED = 20
"""Runs that are named in a mail; the others are a command away."""


class Alarm(Strict):
    """What the operator is to be told: the outcome, or None where the archiving itself has failed."""

    run_id: str
    outcome: ArchiveOutcome | None


class OperatorMail:
    """Writes to the operator, where there is an address to write to."""

    def __init__(self, channel: EmailChannel, address: str | None) -> None:
        self._channel = channel
        self._address = address

    @activity.defn(name="tell_operator")
    async def tell_operator(self, alarm: Alarm) -> bool:
        """Send the mail; False where no address is set. A repeat has the same Message-ID, by which mailboxes know it.

        Raises ApplicationError while the mail server does not take it.
        """
        if self._address is None:
            return False
        subject, text = compose(alarm)
        try:
            await self._channel.tell(self._address, subject, text, message_id(alarm.run_id))
        except (DeliveryFailed, DeliveryRefused) as error:
            raise ApplicationError(str(error)) from None
        return True


def message_id(run_id: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"archive-histories/{run_id}")


def compose(alarm: Alarm) -> tuple[str, str]:
    """Subject and text, in Swedish and then in English."""
    languages: tuple[Language, ...] = ("sv", "en")
    headings = {language: _heading(alarm.outcome, language) for language in languages}
    lines = list(_lines(alarm.outcome))
    text = "\n\n".join("\n".join((headings[one], *(said(line, one) for line in lines))) for one in languages)
    named = alarm.outcome.unarchived[:NAMED] if alarm.outcome else ()
    runs = "\n".join(f"{run.goes_at:%Y-%m-%d %H:%M} UTC  {run.journey_id}  {run.run_id}  {run.why}" for run in named)
    return f"Hela vägen: {' / '.join(headings.values())}", f"{text}\n\n{runs}".rstrip() + "\n"


def _heading(outcome: ArchiveOutcome | None, language: Language) -> str:
    if outcome is None:
        return said(msg("archive_alarm.not_archived", "the histories could not be archived"), language)
    return counted(
        language, "{count} history is about to be lost", "{count} histories are about to be lost", outcome.about_to_go
    )


def _lines(outcome: ArchiveOutcome | None) -> Iterator[Message]:
    if outcome is None:
        yield msg(
            "archive_alarm.night_failed",
            "The night's archiving has failed and nothing more was copied. Temporal's web page shows why.",
        )
    else:
        yield msg(
            "archive_alarm.soon_dropped", "Temporal soon drops these histories, and the archive could not take them."
        )
    yield msg(
        "archive_alarm.what_to_do", "Repair the archive (HELAVAGEN_ARCHIVE), then archive again. The runbook says how."
    )
