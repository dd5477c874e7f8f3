"""Whom a programme means by a name in its notice rules: a partner, a part in the journey, the town's of a kind."""

from collections.abc import Set

from models.identifiers import Role
from models.partners.partner import CANDIDATE, OWN_PARTS, PARTNER_KINDS
from models.stages import Stage
from models.state.state import State

PARTS = frozenset({*OWN_PARTS, "referring_partner"})
"""Recipients that stand for a part in each journey rather than for a partner."""

MANAGER = Role.MANAGER.value
"""Whoever manages the programme when a notice is sent: the register of staff tells who that is."""


def who(name: str, state: State) -> tuple[str, ...]:
    """Those whom a name means in a journey; any name that is neither a part nor a kind means itself, and so does the
    manager, whom a journey does not know by name.

    Where the programme has towns, a kind means the partners of that kind on the list of the journey's town, also where
    a partner is called as its kind is.
    """
    looking_after = state.internship
    parts = {
        "coordinator": state.coordinator,
        "referring_partner": state.referring_partner,
        "supervisor": looking_after.supervisor if looking_after else None,
        "mentor": looking_after.mentor if looking_after else None,
    }
    if name in parts:
        return (part,) if (part := parts[name]) else ()
    if name in PARTNER_KINDS and state.rules.towns:
        town = state.rules.town(state.site)
        return town.of_kind(name) if town else ()
    return (name,)


DATES_TOLD_BY = {
    Stage.INTERNSHIP: ("internship_agreed", "internship_extended"),
    Stage.TEMPORARY_ROLE: ("temporary_role_agreed", "temporary_role_extended"),
}
"""The events by which partners were told the days of what is agreed now."""


CHANGE_THE_DATES = {
    kind: stage
    for stage, kinds in {
        Stage.INTERNSHIP: ("internship_extended", "internship_interrupted"),
        Stage.TEMPORARY_ROLE: ("temporary_role_extended",),
    }.items()
    for kind in kinds
}
"""The events by which other days hold than were told, each with what they are days of."""


ENDS_IT = {"internship_completed": Stage.INTERNSHIP, "temporary_role_ended": Stage.TEMPORARY_ROLE}
"""The events by which what was agreed ends and the way goes on, each with what ends."""


def told_the_dates(state: State, stage: Stage | None = None) -> tuple[str, ...]:
    """Names of those who were told from when to when something was agreed, now or in a stage, and so hear of a pause
    and of other days."""
    return tuple(name for kind in DATES_TOLD_BY.get(stage or state.stage, ()) for name in state.rules.told_of(kind))


LOOK_AFTER = frozenset({"supervisor", "mentor"})
"""Parts of those who look after somebody at work, and evaluate them afterwards."""

END_OR_REOPEN_THE_WAY = frozenset({"returned_to_agency", "withdrawn", "discontinued", "reopened"})
"""Events by which the way ends from where it is, or goes on from there after all."""


SAID_BY_CANDIDATES = frozenset({"withdrawn"})
"""Ends that are the candidate's own word: nobody needs to tell them."""


def told_of_the_end(state: State, ends: Set[str]) -> tuple[str, ...]:
    """Names of those who hear that the way ends, or has not ended: who was told the days of what is or was agreed, and
    who is to evaluate. `ends` are the kinds of event by which it does."""
    stage = state.closed_from or state.stage
    if stage is Stage.EVALUATION:
        return tuple(name for name in told_the_dates(state, Stage.INTERNSHIP) if name in LOOK_AFTER)
    return tuple(name for name in told_the_dates(state, stage) if name != CANDIDATE or ends - SAID_BY_CANDIDATES)
