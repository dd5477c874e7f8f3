"""How corrections, and what waits for a second person, look in a terminal."""

from collections.abc import Mapping, Sequence

from interfaces.cli.output.show import minute, table, tell
from models.events.descriptions import in_words
from runtime.i18n import _, as_actor, as_kind, translate
from services.days import in_full
from services.queries.lines import LedgerLine
from services.recording.approving import Approval
from services.recording.deciding import Proposed
from services.recording.event_names import event_in_names
from services.recording.knowledge import Knowledge
from services.recording.moving import Outcome, Plan
from services.recording.moving_foreseen import Side


def step(line: LedgerLine) -> None:
    """The row that is about to be struck."""
    day = in_full(line.effective_on) if line.effective_on else "–"
    place = {"row": line.row, "kind": as_kind(line.kind), "day": day}
    tell(_("To be struck: row {row}, {kind}, {day}, recorded {moment}.", **place, moment=minute(line.recorded_at)))


def whom(candidate: str, name: str | None) -> str:
    """A candidate by the number, and the name where the reader sees it."""
    return f"{candidate}  {name}" if name else candidate


def move(plan: Plan, names: Mapping[str, str], known: Knowledge, sides: Sequence[Side]) -> None:
    """What is about to be moved, from whom to whom, and what would follow for either."""
    source, target = (whom(one.candidate, names.get(one.candidate)) for one in (plan.source, plan.target))
    tell(_("from: {candidate}", candidate=source), style="bold")
    tell(_("to: {candidate}", candidate=target), style="bold")
    rows = (
        (
            *(str(step.row), str(step.recorded.effective_on)),
            translate(in_words(event_in_names(step.recorded.model_dump(mode="json"), known))),
        )
        for step in plan.steps
    )
    table("", (_("row"), _("day"), _("what")), rows, "")
    for side in sides:
        called = whom(side.line.candidate, names.get(side.line.candidate))
        tell(_("What follows for {candidate}", candidate=called), style="bold")
        for line in side.in_words():
            tell(f"  {line}")
    if plan.takes_two:
        tell(_("This takes two: a colleague sees it in admin.py approvals, and approves or declines it."))


def moved(done: Outcome, plan: Plan) -> None:
    """What became of it."""
    if done.proposed is not None:
        tell(_("This takes two: a colleague sees it in admin.py approvals, and approves or declines it."))
        return
    for step, there, here in zip(plan.steps, done.recorded, done.struck, strict=True):
        places = {"candidate": plan.target.candidate, "other": plan.source.candidate, "there": there, "here": here}
        tell(_("Row {row} of {other} is row {there} of {candidate}, and struck by row {here}.", row=step.row, **places))


def approvals(lines: Sequence[Approval]) -> None:
    rows = (
        (
            *(line.number, line.candidate, line.programme),
            _("{kind} in row {row}", kind=as_kind(line.kind), row=line.corrects),
            *(as_actor(line.by), line.until, _("yours: waits for a colleague") if line.own else _("waits for you")),
        )
        for line in lines
    )
    columns = (
        *(_("number"), _("candidate"), _("programme"), _("to be corrected")),
        *(_("proposed by"), _("until"), _("status")),
    )
    table("", columns, rows, _("Nothing waits for a second person."))


def proposal(approval: Approval, what: Proposed) -> None:
    """Whom it is about, what was recorded, and what a colleague proposes instead."""
    tell(whom(approval.candidate, what.name), style="bold")
    tell(_("Row {row}: {what}", row=approval.corrects, what=translate(what.recorded)))
    tell(f"{as_actor(approval.by)}: {translate(what.proposed)}")
