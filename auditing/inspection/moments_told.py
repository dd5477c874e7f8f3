"""A moment of a journey, and what changed between two, as sentences and tables for whatever shows them."""

from collections.abc import Iterable, Iterator

from auditing.inspection.corrections import CorrectionRecord
from auditing.inspection.diff import Diff, TookEffect
from auditing.inspection.snapshot import Change, Snapshot
from auditing.inspection.state_at import StateAt
from auditing.inspection.wording import LABELS, label, moment, said, told, value
from models.identifiers import shown_parts
from runtime.i18n import _, as_actor, called, day_told, translate
from services.recording.field_names import field_name
from services.told import Block, TableTold


def state_told(found: StateAt) -> Iterator[Block]:
    """Both sides beside each other, the fields that say something; then where they differ, and why."""
    recorded, held = found.recorded, found.in_effect or Snapshot()
    rows = [
        ("≠" if told(recorded, name) != told(held, name) else "", label(name), told(recorded, name), told(held, name))
        for name in LABELS
        if found.in_effect is None or told(recorded, name) != "–" or told(held, name) != "–"
    ]
    if found.in_effect is None:
        rows = [("", name, ours, _("cannot be told")) for _sign, name, ours, _theirs in rows if ours != "–"]
    candidate, programme = shown_parts(found.journey_id)
    of = {"candidate": candidate, "programme": called("programme", programme)}
    title = _("{candidate} in {programme} at {moment}", moment=moment(found.at), **of)
    held_as = _("in effect on {day}, as known {moment}", day=found.day, moment=moment(found.known_by))
    yield TableTold(title, ("", "", _("recorded by then"), held_as), rows, _("The journey had not begun."))
    yield from (one.in_words for one in found.acted_for)
    yield found.in_short
    for reason in found.reasons:
        yield f"  {', '.join(label(name) for name in reason.fields)} – {reason.why}"


def diff_told(found: Diff) -> Iterator[Block]:
    """The rows between the moments, what differs on both sides, and the corrections field by field."""
    between = _("from {earlier} to {later}", earlier=moment(found.earlier), later=moment(found.later))
    rows = [(row.row, day_told(row.effective_on), as_actor(row.by), row.what, row.answer) for row in found.rows]
    columns = (_("row"), _("day"), _("by"), _("what happened"), _("answer"))
    yield TableTold(
        _("Recorded {between}", between=between), columns, rows, _("Nothing was recorded {between}.", between=between)
    )
    yield from changed(
        _("What changed by what was recorded"), found.recorded, _("Nothing changed by what was recorded.")
    )
    took = [(one.row, day_told(one.effective_on), _as_corrected(one)) for one in found.took_effect]
    nothing = _("Nothing took effect in these days.")
    yield TableTold(_("What took effect in these days"), (_("row"), _("day"), _("what happened")), took, nothing)
    if found.untold:
        yield found.untold
    else:
        yield from changed(
            _("What changed by what was in effect"), found.in_effect, _("Nothing changed by what was in effect.")
        )
    yield from corrections(found.corrections)
    if found.corrected_since:
        yield _("Corrected after {later}:", later=moment(found.later))
        yield from corrections(found.corrected_since)
    if not found.untold and any(one.recorded_at <= found.known_by for one in _corrected(found)):
        yield _("What a correction says holds from the day of its event on: what was in effect is told by it.")
    if any(one.recorded_at > found.known_by for one in found.corrections):
        known = moment(found.known_by)
        yield _("What was in effect is told without the corrections that were recorded after {moment}.", moment=known)


def _corrected(found: Diff) -> tuple[CorrectionRecord, ...]:
    return (*found.corrections, *found.corrected_since)


def _as_corrected(one: TookEffect) -> str:
    if one.corrected_in is None:
        return one.what
    return _("{what} (as row {row} corrects it)", what=one.what, row=one.corrected_in)


def changed(title: str, changes: Iterable[Change], nothing: str) -> Iterator[Block]:
    """Fields of the state, before and after."""
    rows = [(label(one.field), said(one.field, one.before), said(one.field, one.after)) for one in changes]
    yield TableTold(title, (_("field"), _("before"), _("after")), rows, nothing)


def corrections(found: Iterable[CorrectionRecord]) -> Iterator[Block]:
    """Corrections with every field before and after."""
    for one in found:
        told = {"who": as_actor(one.by), "moment": moment(one.recorded_at), "done": translate(one.done.in_words)}
        said = _(
            "Row {row} corrected row {corrects}, by {who}, recorded {moment}: {done}. {because}", **dict(one) | told
        )
        yield said
        if one.strikes:
            yield "  " + _("It took back the correction of row {row}.", row=one.strikes)
        if not one.holds:
            yield "  " + _("It no longer holds: a later correction took its place.")
        for field in one.fields:
            before, after = (value(field.field, one) for one in (field.before, field.after))
            yield f"  {translate(field_name(field.field))}: {before} → {after}"
