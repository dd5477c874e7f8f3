"""What colleagues have answered to one's own proposals, in a terminal."""

from collections.abc import Sequence

from interfaces.cli.output.show import minute, table, tell
from runtime.i18n import _, as_actor, as_kind, shown, translate
from services.recording.answered import Answer


def declined(lines: Sequence[Answer]) -> None:
    """What colleagues have declined of one's own proposals, one sentence each."""
    for one in lines:
        place = {"candidate": one.candidate, "kind": as_kind(one.kind), "row": one.corrects}
        told = _(
            "{who} declined your correction of {kind} in row {row} of {candidate}. See: admin.py approvals.",
            who=as_actor(one.by),
            **place,
        )
        tell(told)


def answered(lines: Sequence[Answer]) -> None:
    """What colleagues have answered to one's own proposals, and why."""
    rows = (
        (
            *(one.number, one.candidate, _("{kind} in row {row}", kind=as_kind(one.kind), row=one.corrects)),
            *(translate(one.decision.in_words), as_actor(one.by), minute(one.at), shown(one.reason or "–")),
        )
        for one in lines
    )
    columns = (
        *(_("number"), _("candidate"), _("to be corrected")),
        *(_("answer"), _("by"), _("when"), _("reason")),
    )
    if lines:
        table(_("Answered by a colleague in the last week"), columns, rows, "")
