"""Telling the operator what a reconciliation has found: in the log, as a metric, and by mail to whoever is set."""

from collections import Counter
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from temporalio import activity

from activities.email_channel import EmailChannel
from activities.language import Language, counted, said
from models.discrepancy import Difference, DifferenceKind
from models.fields import Strict
from models.message import Message, msg

NAMED = 50
"""Differences that a mail tells one by one: of more, most have the same cause."""


class Report(Strict):
    """What is reported: the differences one by one, how many there are beyond them, and when they were found."""

    at: datetime
    differences: tuple[Difference, ...]
    more: int = 0
    mail: bool = True


class Reporter:
    """Reports differences. `address` is the operator's, None where none is set."""

    def __init__(self, channel: EmailChannel, address: str | None) -> None:
        self._channel = channel
        self._address = address

    @activity.defn(name="report_differences")
    async def report(self, report: Report) -> None:
        """One log line a difference, the metric `differences_found` by kind, and one mail.

        Safe to repeat by the run's id, from which the mail's Message-ID follows. Raises DeliveryFailed while the mail
        server does not take it.
        """
        _measure(report)
        if activity.info().attempt == 1:
            _log(report)
        if self._address is not None and report.mail and report.differences:
            message_id = uuid5(NAMESPACE_URL, f"reconcile/{activity.info().workflow_run_id}")
            await self._channel.tell(self._address, *composed(report), message_id)


def composed(report: Report) -> tuple[str, str]:
    """Subject and text of the mail, in Swedish and then in English: nobody knows who is on duty.

    It says nothing but candidate numbers, codes and commands.
    """
    languages: tuple[Language, ...] = ("sv", "en")
    count = len(report.differences) + report.more
    subject = " / ".join(
        counted(language, "{count} difference found", "{count} differences found", count) for language in languages
    )
    return f"Hela vägen: {subject}", "\n\n".join(_text(report, language) for language in languages) + "\n"


def _text(report: Report, language: Language) -> str:
    told = [_INTRODUCTION, *(one.in_words for one in report.differences[:NAMED])]
    if more := report.more + len(report.differences[NAMED:]):
        told.append(
            msg(
                "reconciliation.more",
                "{more} more are not listed here. Run the reconciliation to see them all.",
                more=more,
            )
        )
    return "\n\n".join(said(one, language) for one in (*told, _AFTERWARDS))


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


def _measure(report: Report) -> None:
    """A gauge for each kind, also of those that were not found: a difference that is gone must be seen to be gone.

    Any worker may be the one that reconciles tonight, and each shows what it counted last: the moment tells them apart.
    """
    meter = activity.metric_meter()
    counted = Counter(one.kind for one in report.differences)
    differences = meter.create_gauge("differences_found", "Differences that the last reconciliation found")
    for kind in DifferenceKind:
        differences.set(counted[kind], {"kind": kind.value})
    moment = meter.create_gauge("reconciled_at", "When this worker last reconciled", "seconds since 1970")
    moment.set(int(report.at.timestamp()))
