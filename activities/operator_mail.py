"""Telling the operator what the night has found: in the log, and by mail to whoever is set.

Mails are in Swedish and then in English: nobody knows who is on duty.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.archive.runs import ArchiveOutcome
from activities.delivery import DeliveryFailed, DeliveryRefused
from activities.email_channel import EmailChannel
from activities.language import Language, counted, said
from models.calendar.swedish_day import in_swedish_time
from models.discrepancy import Difference
from models.fields import Strict
from models.message import Message, msg

LANGUAGES: tuple[Language, ...] = ("sv", "en")

NAMED_RUNS, NAMED = 20, 50
"""Runs and differences that are named in a mail; the others are a command away."""


class Alarm(Strict):
    """What the operator is to be told: the outcome, or None where the archiving itself has failed."""

    run_id: str
    outcome: ArchiveOutcome | None


class Report(Strict):
    """What is reported: the differences one by one, how many there are beyond them, and when they were found."""

    at: datetime
    differences: tuple[Difference, ...]
    more: int = 0
    mail: bool = True


Beside = Callable[[], Awaitable[Sequence[Message]]]
"""What else somebody should look at. Raises what database and Temporal raise where they are away."""


async def nothing_beside() -> Sequence[Message]:
    """Nothing at all."""
    return ()


class OperatorMail:
    """Writes to the operator, where there is an address to write to."""

    def __init__(self, channel: EmailChannel, address: str | None, beside: Beside = nothing_beside) -> None:
        self._channel = channel
        self._address = address
        self._beside = beside

    @activity.defn(name="tell_operator")
    async def tell_operator(self, alarm: Alarm) -> bool:
        """Send the mail; False where no address is set. A repeat has the same Message-ID, by which mailboxes know it.

        Raises ApplicationError while the mail server does not take it.
        """
        if self._address is None:
            return False
        subject, text = compose(alarm)
        message_id = uuid5(NAMESPACE_URL, f"archive-histories/{alarm.run_id}")
        try:
            await self._channel.tell(self._address, subject, text, message_id)
        except (DeliveryFailed, DeliveryRefused) as error:
            raise ApplicationError(str(error)) from None
        return True

    @activity.defn(name="report_differences")
    async def report(self, report: Report) -> None:
        """One log line a difference, and one mail, which tells too what else somebody should look at.

        Safe to repeat by the run's id, from which the mail's Message-ID follows. Raises DeliveryFailed while the mail
        server does not take it, and what the database or Temporal raises where they are away.
        """
        if activity.info().attempt == 1:
            _log(report)
        if self._address is None or not report.mail:
            return
        beside = await self._beside()
        if report.differences or beside:
            message_id = uuid5(NAMESPACE_URL, f"reconcile/{activity.info().workflow_run_id}")
            await self._channel.tell(self._address, *composed(report, beside), message_id)


def compose(alarm: Alarm) -> tuple[str, str]:
    """Subject and text, in Swedish and then in English."""
    headings = {language: _heading(alarm.outcome, language) for language in LANGUAGES}
    lines = list(_lines(alarm.outcome))
    text = "\n\n".join("\n".join((headings[one], *(said(line, one) for line in lines))) for one in LANGUAGES)
    named = alarm.outcome.unarchived[:NAMED_RUNS] if alarm.outcome else ()
    runs = "\n".join(f"{in_swedish_time(run.goes_at)}  {run.journey_id}  {run.run_id}  {run.why}" for run in named)
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


def composed(report: Report, beside: Sequence[Message] = ()) -> tuple[str, str]:
    """Subject and text of the mail. It says nothing but candidate numbers and codes."""
    subject = " / ".join(_subject(report, language) for language in LANGUAGES)
    return f"Hela vägen: {subject}", "\n\n".join(_text(report, beside, one) for one in LANGUAGES) + "\n"


def _subject(report: Report, language: Language) -> str:
    if count := len(report.differences) + report.more:
        return counted(language, "{count} difference found", "{count} differences found", count)
    return said(msg("night_mail.look", "something to look at"), language)


def _text(report: Report, beside: Sequence[Message], language: Language) -> str:
    told = [*beside, *(_differences(report) if report.differences else ())]
    return "\n\n".join(said(one, language) for one in told)


def _differences(report: Report) -> list[Message]:
    told = [_INTRODUCTION, *(one.in_words for one in report.differences[:NAMED])]
    if more := report.more + len(report.differences[NAMED:]):
        told.append(
            msg(
                "reconciliation.more",
                "{more} more are not listed here. Run the reconciliation to see them all.",
                more=more,
            )
        )
    return [*told, _AFTERWARDS]


def _log(report: Report) -> None:
    for difference in report.differences:
        activity.logger.error("reconciliation: %s", said(difference.in_words, "en"))
    if report.more:
        activity.logger.error("reconciliation: %d more differences", report.more)


_INTRODUCTION: Message = msg(
    "reconciliation.introduction",
    "The nightly reconciliation has compared Temporal, the lists, the places and the notices "
    "with the ledger. This does not agree:",
)
_AFTERWARDS: Message = msg(
    "reconciliation.afterwards", "What a repair does, and when not to repair, is described in deploy/reconciliation.md."
)
