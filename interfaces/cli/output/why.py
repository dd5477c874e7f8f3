"""How the reasons for an event look in a terminal: as sentences, part by part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from activities.wording import deadline_in_words
from auditing.inspection.plain import moment, value
from interfaces.cli.output.moments import changed, corrections, tell
from interfaces.cli.output.tables import table
from runtime.i18n import in_words, listed, t

if TYPE_CHECKING:
    from datetime import datetime

    from auditing.inspection.consequences import LedTo
    from auditing.inspection.query import ReliedOn
    from auditing.inspection.rules_evaluated import Asked
    from auditing.inspection.why import Refusing, Why


def why(found: Why) -> None:
    """What happened and the answer; the rules; what they saw; what followed; what was corrected."""
    tell(t("Row {row}, {kind}: {what}", row=found.row, kind=found.kind, what=found.what))
    day, who = found.effective_on or "–", found.by or t("unknown")
    tell(t("By {who}, for {day}, recorded {moment}.", who=who, day=day, moment=moment(found.recorded_at)))
    if found.refused:
        refused(found.refused)
    else:
        accepted([one.rule for one in found.asked if one.holds is False])
    if found.corrects:
        corrections([found.corrects])
    rules(found.asked)
    figures(found.figures)
    before(found)
    if found.led_to:
        consequences(found.led_to)
    if found.corrected:
        tell(t("Corrected later:"))
        corrections(found.corrected)


def accepted(stricter: list[str]) -> None:
    """What was accepted stays accepted, also where a later version has rules that would refuse it."""
    if stricter:
        tell(t("Accepted by the rules of then; of today's code {rules} would refuse it.", rules=", ".join(stricter)))
    else:
        tell(t("Accepted: every rule that was asked let it pass."))


def refused(refusal: Refusing) -> None:
    where = t("It was decided while recording: only the database could judge it.")
    tell(t("Refused: {why}", why=refusal.why))
    tell("  " + t("rule: {rule} – {says}", rule=refusal.rule, says=refusal.says))
    tell("  " + t("source: {source}", source=refusal.source))
    tell("  " + t("possible instead: {allowed}", allowed=listed(refusal.allowed)))
    if refusal.decided_in_recording:
        tell(f"  {where}")


def rules(asked: tuple[Asked, ...]) -> None:
    rows = [(_holds(one), one.rule, one.why or one.says) for one in asked]
    table(t("Rules that were asked"), ("", t("rule"), t("what it says")), rows, t("No rule was asked."))


def _holds(one: Asked) -> str:
    if one.holds is None:
        return t("not asked")
    return t("holds") if one.holds else t("refuses")


def figures(found: tuple[ReliedOn, ...]) -> None:
    rows = [
        (
            f"{one.where}.{one.name}",
            value(one.value),
            ", ".join(one.rules),
            _source(one),
        )
        for one in found
    ]
    columns = (t("figure"), t("value"), t("rule"), t("source"))
    table(t("Figures of the rules in force"), columns, rows, t("These rules rest on no figure of the programme."))


def _source(one: ReliedOn) -> str:
    checked = t("verified") if one.verified else t("unverified")
    return f"{one.source} ({checked})"


def before(found: Why) -> None:
    from auditing.inspection.state_words import LABELS, label, told

    rows = [(label(name), told(found.before, name)) for name in LABELS if told(found.before, name) != "–"]
    if found.before.stage is None:
        rows = []
    table(t("The state that they saw"), ("", ""), rows, t("The journey had not begun."))


def consequences(led_to: LedTo) -> None:
    changed(t("What it changed"), led_to.changes, t("It changed nothing in the state."))
    if led_to.place_taken:
        tell(t("It took a place on {position}.", position=led_to.place_taken))
    if led_to.place_freed:
        tell(t("It freed the place on {position}.", position=led_to.place_freed))
    for one in led_to.deadlines_set:
        rows = ", ".join(map(str, one.rows))
        values = {"deadline": in_words(deadline_in_words(one.name)), "day": one.due_on}
        followed = t("It set the deadline {deadline}, due {day}; steps in row {rows}.", **values, rows=rows)
        tell(followed if rows else t("It set the deadline {deadline}, due {day}.", **values))
    for told in led_to.notices:
        tell(_notice(told.recipient, in_words(told.status.in_words), told.sent_at, told.acknowledged_at))
    if led_to.made_possible:
        tell(t("It made possible: {kinds}", kinds=listed(led_to.made_possible)))


def _notice(recipient: str, status: str, sent: datetime | None, confirmed: datetime | None) -> str:
    if confirmed:
        return t("Told {recipient}: confirmed {moment}.", recipient=recipient, moment=moment(confirmed))
    if sent:
        return t("Told {recipient}: sent {moment}.", recipient=recipient, moment=moment(sent))
    return t("To be told, {recipient}: {status}.", recipient=recipient, status=status)
