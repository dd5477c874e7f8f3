"""Telling the operator what a reconciliation has found: in the log, as a metric, and by mail where an address is set."""

from collections import Counter
from uuid import UUID, uuid5

from temporalio import activity

from activities.channels import DeliveryRefused
from activities.language import Language, said
from activities.operator_mail import OperatorMail
from models.differences import Difference, DifferenceKind
from models.fields import Strict
from models.sentence import Sentence, say


class Report(Strict):
    """What is reported: the differences one by one, and how many there are beyond them."""

    differences: tuple[Difference, ...]
    more: int = 0
    mail: bool = True


class Reporter:
    """Reports differences. `mail` is None where no operator's address is set."""

    def __init__(self, mail: OperatorMail | None) -> None:
        self._mail = mail

    @activity.defn(name="report_differences")
    async def report(self, report: Report) -> None:
        """One log line a difference, the metric `differences_found` by kind, and one mail.

        Safe to repeat by the run's id, from which the mail's Message-ID follows. Raises DeliveryFailed, and repeating
        helps; an address that the mail server refuses for good is only logged.
        """
        _measure(report.differences)
        if activity.info().attempt == 1:
            _log(report)
        if self._mail is None or not report.mail or not report.differences:
            return
        message_id = uuid5(UUID(activity.info().workflow_run_id or ""), "differences")
        count = len(report.differences) + report.more
        subject = said(say("Hela vägen: {count} differences found", count=count), self._mail.language)
        try:
            await self._mail.send(message_id, subject, text_of(report, self._mail.language))
        except DeliveryRefused as refusal:
            activity.logger.error("reconciliation: %s", refusal)


def _log(report: Report) -> None:
    for difference in report.differences:
        activity.logger.error("reconciliation: %s", difference)
    if report.more:
        activity.logger.error("reconciliation: %d more differences", report.more)


def text_of(report: Report, language: Language) -> str:
    """What the mail says: nothing but candidate numbers, codes and commands."""
    told = [f"- {said(one.in_words, language)}" for one in report.differences]
    parts = [said(_INTRODUCTION, language), "\n\n".join(told)]
    if report.more:
        parts.append(said(say("{more} more are not told here; see: admin.py reconcile.", more=report.more), language))
    return "\n\n".join((*parts, said(_AFTERWARDS, language))) + "\n"


_INTRODUCTION: Sentence = say(
    "The nightly reconciliation has held Temporal, the lists, the places and the notices against the ledger. This does"
    " not agree:"
)
_AFTERWARDS: Sentence = say("What a repair does, and when not to repair, stands in deploy/reconciliation.md.")


def _measure(differences: tuple[Difference, ...]) -> None:
    """A gauge for each kind, also of those that were not found: a difference that is gone must be seen to be gone."""
    counted = Counter(one.kind for one in differences)
    gauge = activity.metric_meter().create_gauge("differences_found", "Differences that the last reconciliation found")
    for kind in DifferenceKind:
        gauge.set(counted[kind], {"kind": kind.value})
