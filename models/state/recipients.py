"""Whom a programme means by a name in its notice rules: a partner, a part in the journey, the town's of a kind."""

from models.identifiers import Role
from models.partners.partner import PARTNER_KINDS
from models.stages import Stage
from models.state.state import State

PARTS = frozenset({"coordinator", "manager", "referring_partner"})
"""Recipients that stand for a part in each journey rather than for a partner."""

MANAGER = Role.MANAGER.value
"""Whoever manages the programme when a notice is sent: the register of staff tells who that is."""


def who(name: str, state: State) -> tuple[str, ...]:
    """Those whom a name means in a journey; any name that is neither a part nor a kind means itself, and so does the
    manager, whom a journey does not know by name.

    Where the programme has towns, a kind means the partners of that kind on the list of the journey's town, also where
    a partner is called as its kind is.
    """
    parts = {"coordinator": state.coordinator, "referring_partner": state.referring_partner}
    if name in parts:
        return (parts[name],)
    if name in PARTNER_KINDS and state.rules.towns:
        town = state.rules.town(state.site)
        return town.of_kind(name) if town else ()
    return (name,)


DATES_TOLD_BY = {
    Stage.INTERNSHIP: ("internship_agreed", "internship_extended"),
    Stage.TEMPORARY_ROLE: ("temporary_role_agreed", "temporary_role_extended"),
}
"""The events by which partners were told the days of what is agreed now."""


def told_the_dates(state: State) -> tuple[str, ...]:
    """Names of those who were told from when to when something was agreed, and so hear of a pause."""
    return tuple(name for kind in DATES_TOLD_BY.get(state.stage, ()) for name in state.rules.told_of(kind))
