"""How a rehearsal and a renewal look: in a terminal, and as JSON."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from auditing.verification.rehearsal import Rehearsal, Rehearsed
from interfaces.cli.output.show import tell
from models.identifiers import shown_parts
from models.message import Message
from models.stages import Stage
from runtime.i18n import _, _n, as_typed, listed, translate
from services.operations.renewal import Chosen, Outcome, Sleeper


def rehearsal(found: Rehearsal) -> None:
    """The journeys to look at, one a line, and last of all the counts."""
    for one, why in _named(found):
        candidate, programme = shown_parts(one.journey_id)
        where = {"candidate": candidate, "programme": programme, "stage": _stage(one.stage)}
        tell(_("{candidate} in {programme}, {stage}: {why}", **where, why=translate(why)))
    if not found.journeys:
        tell(_("0 open journeys: there is nothing to rehearse"))
        return
    told = _n(
        "{count} journey rehearsed, {passed} pass, {broken} would break, {wedged} stand still now",
        "{count} journeys rehearsed, {passed} pass, {broken} would break, {wedged} stand still now",
        found.journeys,
        passed=found.journeys - len(found.would_break),
        broken=len(found.would_break),
        wedged=len(found.wedged),
    )
    tell(told)
    seen = {"builds": _counted(found.build_ids), "sdks": _counted(found.sdk_versions), "build": found.build}
    tell(_("written by builds {builds} with SDK {sdks}, rehearsed with {build}", **seen))


def plain(found: Rehearsal) -> dict[str, Any]:
    """The same as plain data."""
    return {
        "journeys": found.journeys,
        "passed": found.journeys - len(found.would_break),
        "would_break": [_plain(one, one.breaks) for one in found.would_break],
        "wedged": [_plain(one, one.wedged) for one in found.wedged],
        "build_ids": dict(found.build_ids),
        "sdk_versions": dict(found.sdk_versions),
        "rehearsed_with": found.build,
    }


def _named(found: Rehearsal) -> Iterable[tuple[Rehearsed, Message]]:
    yield from ((one, one.wedged) for one in found.wedged if one.wedged)
    yield from ((one, one.breaks) for one in found.would_break if one.breaks)


def _plain(one: Rehearsed, why: Message | None) -> dict[str, Any]:
    candidate, programme = shown_parts(one.journey_id)
    told = {"candidate": candidate, "programme": programme, "why": translate(why) if why else None}
    return {"journey_id": one.journey_id, **told, "stage": one.stage, "build_ids": one.build_ids}


def _stage(listed_as: str | None) -> str:
    """A stage as Temporal's list has it, where it is one that this code knows."""
    if listed_as is None:
        return _("before the referral")
    return as_typed(Stage(listed_as)) if listed_as in set(Stage) else listed_as


def _counted(names: Counter[str]) -> str:
    return listed(f"{name} ({count})" for name, count in names.most_common())


def to_renew(found: Sequence[Sleeper], chosen: Chosen) -> None:
    """Of a dry run: which journeys would be woken."""
    for one in found:
        said = {"journey": one.journey_id, "stage": _stage(one.stage), "builds": listed(one.build_ids)}
        tell(_("{journey}, {stage}: written by {builds}", **said))
    tell(
        _n(
            "{count} journey would be renewed by {build}",
            "{count} journeys would be renewed by {build}",
            len(found),
            build=chosen.build,
        )
    )


def renewed(found: Sequence[tuple[Sleeper, Outcome]], chosen: Chosen) -> None:
    """How many were renewed, and which have not got round to it."""
    for one, outcome in found:
        if outcome is Outcome.NOT_YET:
            tell(_("{journey} was asked and has not continued yet. See: admin.py rehearse.", journey=one.journey_id))
    counts = Counter(outcome for _one, outcome in found)
    told = _n(
        "{count} journey renewed by {build}, {ended} had gone on by themselves, {late} not yet",
        "{count} journeys renewed by {build}, {ended} had gone on by themselves, {late} not yet",
        counts[Outcome.RENEWED],
        build=chosen.build,
        ended=counts[Outcome.ENDED],
        late=counts[Outcome.NOT_YET],
    )
    tell(told)


def plain_sleepers(found: Sequence[Sleeper], chosen: Chosen) -> dict[str, Any]:
    """A dry run as plain data."""
    return {"build_id": chosen.build, "to_renew": [vars(one) for one in found]}


def plain_renewed(found: Sequence[tuple[Sleeper, Outcome]], chosen: Chosen) -> dict[str, Any]:
    """A renewal as plain data."""
    journeys = [{"journey_id": one.journey_id, "outcome": str(outcome)} for one, outcome in found]
    return {"build_id": chosen.build, "journeys": journeys}
