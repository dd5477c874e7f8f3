"""What would follow from an event, in words."""

from collections.abc import Iterator

from models.state.deadlines import deadline_in_words
from runtime.i18n import _, as_rule, as_source, one_of, translate
from services.days import in_full
from services.recording.noting import COLLEAGUE_DECIDES
from services.recording.preview import Preview


def lines_of(found: Preview) -> Iterator[str]:
    """What would follow, a line for each thing, in the language that is spoken."""
    if found.refused is not None:
        yield _("It would be refused: {why}", why=translate(found.refused.why))
        yield _("rule: {rule} ({source})", rule=as_rule(found.refused.rule), source=as_source(found.refused.source))
    else:
        yield from steps_of(found)
    if found.by_other_rules:
        yield _("The journey has older rules than today's, by which this was reckoned. They decide.")


def _stage_of(found: Preview) -> str:
    before = translate(found.before.in_words) if found.before else None
    after = translate(found.after.in_words) if found.after else "–"
    if before is None:
        return _("stage: {stage}", stage=after)
    if before == after:
        return _("stage: {stage}, as before", stage=after)
    return _("stage: {before} → {after}", before=before, after=after)


def steps_of(found: Preview) -> Iterator[str]:
    """The same of what would be accepted; of a proposal, what its approval would lead to."""
    if found.once_approved is not None:
        yield from _of_a_proposal(found, found.once_approved)
        return
    yield _stage_of(found)
    if found.ends_the_way:
        yield _("The way ends here.")
        if found.end_reason is not None:
            yield _("reason for the end: {reason}", reason=translate(found.end_reason.in_words))
    if found.makes_permanent:
        yield _("The employment becomes permanent.")
    yield from _of_the_place(found)
    for ending in found.ends_in_pause:
        yield translate(ending.in_words)
    if found.keeps_from_deciding:
        yield translate(COLLEAGUE_DECIDES)
    yield _told(found) or _("Nobody is told.")
    for one in found.deadlines:
        yield _("due {day}: {what}", day=in_full(one.due_on), what=translate(deadline_in_words(one.name)))


def _told(found: Preview) -> str:
    """Who is told; empty where nobody is."""
    told = ", ".join(f"{one.name} ({translate(one.by)})" for one in found.told)
    return _("told: {who}", who=told) if told else ""


def _of_a_proposal(found: Preview, once_approved: Preview) -> Iterator[str]:
    """What follows now, which is little, and what once a colleague has approved it."""
    if told := _told(found):
        yield told
        yield _("Nothing changes until a colleague has approved it. What follows then:")
    else:
        yield _("Nothing changes and nobody is told until a colleague has approved it. What follows then:")
    yield from lines_of(once_approved)


def _of_the_place(found: Preview) -> Iterator[str]:
    place: dict[str, object] = {"position": one_of(found.title or str(found.position)), "left": found.left}
    if found.days is not None:
        place |= {"starts_on": found.days.starts_on, "ends_on": found.days.ends_on}
        yield (
            _("A place on {position} is taken from {starts_on} to {ends_on}. Places left then: {left}.", **place)
            if found.places < 0
            else _("A place on {position} becomes free from {starts_on} to {ends_on}. Free then: {left}.", **place)
        )
    elif found.places < 0:
        yield _("A place on {position} is taken. Places left: {left}.", **place)
    elif found.places > 0:
        yield _("A place on {position} becomes free. Free places then: {left}.", **place)
    if found.keeps is not None:
        yield _("The place on {position} is kept.", position=one_of(found.keeps))
