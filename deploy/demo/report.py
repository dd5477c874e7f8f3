"""What the demo shows at its end."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import typer

from activities.delivery import Delivery
from auditing.evidence.findings import Verdict, Verification
from deploy.demo.stories import STORIES
from interfaces.cli.output import audit, journeys, show
from interfaces.cli.output.mistakes import tell_mistakes
from runtime.i18n import _, as_typed
from runtime.local.inbox import InboxItem
from services.queries.lines import JourneyLine, NoticeLine, told_to
from services.referrals.rows import BadRow
from services.sheets.mistakes import mistakes_in

BAD_ROWS = 6
"""Rows of the example file that are wrong on purpose."""

FEWEST_JOURNEYS = len(STORIES)
"""So that each story is told."""


@dataclass(frozen=True)
class Outcome:
    """What became of everybody."""

    journeys: Sequence[JourneyLine]
    bad_rows: Sequence[BadRow]
    deliveries: dict[str, int]
    notices: Sequence[NoticeLine]
    received: Sequence[InboxItem]
    verified: Sequence[Verification]
    surprises: Sequence[str]

    @property
    def findings(self) -> int:
        return sum(len(one.findings) for one in self.verified)

    @property
    def agreeing(self) -> int:
        return sum(one.verdict is Verdict.AGREES for one in self.verified)

    @property
    def undelivered(self) -> int:
        """Notices that no inbox has, and deliveries that no notice explains."""
        return len({notice.notice_id for notice in self.notices} ^ {str(item.notice_id) for item in self.received})

    @property
    def differs(self) -> bool:
        return bool(
            self.surprises
            or self.findings
            or self.undelivered
            or self.agreeing != len(self.verified)
            or len(self.journeys) < FEWEST_JOURNEYS
            or len(self.bad_rows) != BAD_ROWS
            or set(self.deliveries) != {"sent"}
        )


def show_outcome(outcome: Outcome) -> None:
    """Tables of journeys and notices, the audit's verdict, and the last line."""
    tell_mistakes(mistakes_in(problem for row in outcome.bad_rows for problem in row.problems))
    journeys.journeys(outcome.journeys)
    delivered = Counter((told_to(one.recipient, one.sent_to), one.status) for one in outcome.notices)
    rows = [(who, as_typed(Delivery(status)), n) for (who, status), n in sorted(delivered.items())]
    show.counts(_("Notices"), (_("to"), _("status"), _("how many")), rows)
    audit.verifications(lambda: outcome.verified)
    for surprise in outcome.surprises:
        typer.echo(_("unexpected: {surprise}", surprise=surprise), err=True)
    if outcome.undelivered:
        told = _("unexpected: {count} notices and deliveries do not match", count=outcome.undelivered)
        typer.echo(told, err=True)
    typer.echo(
        _(
            "demo: {journeys} journeys, {verified} verified, {findings} findings",
            journeys=len(outcome.verified),
            verified=outcome.agreeing,
            findings=outcome.findings,
        )
    )
