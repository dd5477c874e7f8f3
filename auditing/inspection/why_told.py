"""The reasons for an event, part by part, as sentences and tables for whatever shows them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from auditing.inspection.figure_words import figure_name, figure_value
from auditing.inspection.moments_told import changed, corrections
from auditing.inspection.omissions import Lack, Omission
from auditing.inspection.rules_evaluated import Asked, ReliedOn, RuleAnswer
from auditing.inspection.why import LedTo, Refusing, Why, WhyJourney
from auditing.inspection.wording import LABELS, label, moment, told
from models.rules.registry import became_stricter
from models.state.deadlines import deadline_in_words
from runtime.i18n import (
    _,
    as_actor,
    as_rule,
    as_source,
    called,
    day_told,
    kind_told,
    language,
    listed,
    translate,
)
from services.queries.lines import told_to
from services.told import Block, TableTold


def why_told(found: Why) -> Iterator[Block]:
    """What happened and the answer; the rules; what they saw; what followed; what was corrected."""
    yield _("Row {row}, {kind}: {what}", row=found.row, kind=kind_told(found.kind), what=found.what)
    day, who = day_told(found.effective_on), as_actor(found.by)
    yield _("By {who}, for {day}, recorded {moment}.", who=who, day=day, moment=moment(found.recorded_at))
    if found.word:
        yield _("They have not signed it themselves: it is there {word}.", word=found.word)
    if found.also_spoken:
        yield _("The proposal rests on the same server's word, for somebody else by another sign-in.")
    if found.refused:
        yield from refused(found.refused)
    else:
        yield from accepted(found.asked)
    if found.other_rules:
        yield _("The row names other rules than those that the history holds and that are asked here.")
    if found.corrects:
        yield from corrections([found.corrects])
    yield from rules(found.asked)
    yield from figures(found.figures)
    yield from before(found)
    if found.led_to:
        yield from consequences(found.led_to)
    if found.corrected:
        yield _("Corrected later:")
        yield from corrections(found.corrected)
    if found.lacks:
        yield lacking(found.lacks)


def journey_told(found: WhyJourney) -> Iterator[Block]:
    """Of a whole journey: how many rows there are, and what it lacks."""
    refused = sum(not row.accepted for row in found.rows)
    yield _("Rows: {rows}, of which refused: {refused}.", rows=len(found.rows), refused=refused)
    yield lacking(sorted(found.lacks, key=lambda one: one.lack is Lack.RECORDED_LATE))  # the others are fewer


def lacking(lacks: Sequence[Omission]) -> TableTold:
    """What is late, missing or untold, with the row at which it shows."""
    rows = [("–" if one.row is None else str(one.row), translate(one.lack.in_words), one.what) for one in lacks]
    columns = (_("row"), "", _("what is late or missing"))
    return TableTold(_("Late, missing or untold"), columns, rows, _("Nothing is late, missing or untold."))


def accepted(asked: Sequence[Asked]) -> Iterator[Block]:
    """What was accepted stays accepted where a later version has rules that would refuse it; where the rules of then
    refuse it, whoever recorded it has let it pass."""
    refusing = [one.rule for one in asked if one.refuses]
    if refusing:
        rules = ", ".join(map(as_rule, refusing))
        if all(map(became_stricter, refusing)):
            yield _("Accepted by the rules in force at the time. Today {rules} would refuse it.", rules=rules)
        else:
            yield _("Recorded as accepted, though this rule refuses it: {rules}.", rules=rules)
        return
    count = Counter(one.answer for one in asked)
    yield _(
        "Accepted. Of the rules {held} hold, {spared} did not apply and {unasked} could not be asked.",
        held=count[RuleAnswer.HOLDS],
        spared=count[RuleAnswer.DID_NOT_APPLY],
        unasked=count[RuleAnswer.COULD_NOT_BE_ASKED],
    )


def refused(refusal: Refusing) -> Iterator[Block]:
    where = _("It was decided while recording: only the database could judge it.")
    yield _("Refused: {why}", why=refusal.why)
    named = _("rule: {rule} – {says}", rule=refusal.rule, says=refusal.says)
    yield "  " + (named if language() == "en" else _("rule: {rule}", rule=refusal.says))
    yield "  " + _("source: {source}", source=as_source(refusal.source))
    yield "  " + _("possible instead: {allowed}", allowed=listed(map(kind_told, refusal.allowed)))
    if refusal.decided_in_recording:
        yield f"  {where}"


def rules(asked: tuple[Asked, ...]) -> Iterator[Block]:
    """Each rule with its answer: what it was held against, or why it was not."""
    named = language() == "en"  # an auditor looks rules up by their ids; other readers have the sentence
    rows = [
        (translate(one.answer.in_words), *([one.rule] if named else []), one.says, " ".join(_ground(one)))
        for one in asked
    ]
    columns = ("", *([_("rule")] if named else []), _("what it says"), _("what was checked, or why not"))
    yield TableTold(_("Rules that were asked"), columns, rows, _("No rule was asked."))


def _ground(one: Asked) -> Iterator[str]:
    """What an answer rests on: the rule's own words about this event, and the figures of the programme."""
    if one.why:
        yield one.why
    if one.figures:
        gap = " " if language() == "en" else ": "
        said = ", ".join(f"{figure_name(figure)}{gap}{figure_value(figure)}" for figure in one.figures)
        yield _("By {figures}.", figures=said)


def figures(found: tuple[ReliedOn, ...]) -> Iterator[Block]:
    rows = [(figure_name(one), figure_value(one), ", ".join(map(as_rule, one.rules)), _source(one)) for one in found]
    columns = (_("figure"), _("value"), _("rule"), _("source"))
    yield TableTold(
        _("Figures of the rules in force"), columns, rows, _("These rules rest on no figure of the programme.")
    )


def _source(one: ReliedOn) -> str:
    checked = _("verified") if one.verified else _("unverified")
    return f"{as_source(one.source)} ({checked})"


def before(found: Why) -> Iterator[Block]:
    rows = [(label(name), told(found.before, name)) for name in LABELS if told(found.before, name) != "–"]
    if found.before.stage is None:
        rows = []
    yield TableTold(_("The state that they saw"), ("", ""), rows, _("The journey had not begun."))


def consequences(led_to: LedTo) -> Iterator[Block]:
    yield from changed(_("What it changed"), led_to.changes, _("It changed nothing in the state."))
    if led_to.place_taken:
        yield _("It took a place on {position}.", position=called("position", led_to.place_taken))
    if led_to.place_freed:
        yield _("It freed the place on {position}.", position=called("position", led_to.place_freed))
    for one in led_to.deadlines_set:
        rows = ", ".join(map(str, one.rows))
        values = {"deadline": translate(deadline_in_words(one.name)), "day": one.due_on}
        followed = _("It set the deadline {deadline}, due {day}, with steps in row {rows}.", **values, rows=rows)
        yield followed if rows else _("It set the deadline {deadline}, due {day}.", **values)
    if led_to.to_tell:
        yield _(
            "To be told by the rules in force: {recipients}.",
            recipients=", ".join(told_to(one, None) for one in led_to.to_tell),
        )
    for sent in led_to.notices:
        recipient = told_to(sent.recipient, sent.sent_to)
        yield _notice(recipient, translate(sent.status.in_words), sent.sent_at, sent.acknowledged_at)
    if led_to.made_possible:
        yield _("It made possible: {kinds}", kinds=listed(map(kind_told, led_to.made_possible)))


def _notice(recipient: str, status: str, sent: datetime | None, confirmed: datetime | None) -> str:
    if confirmed:
        return _("Told {recipient}: confirmed {moment}.", recipient=recipient, moment=moment(confirmed))
    if sent:
        return _("Told {recipient}: sent {moment}.", recipient=recipient, moment=moment(sent))
    return _("To be told, {recipient}: {status}.", recipient=recipient, status=status)
