"""The time-limited employments that a journey's events tell of, without its rules: what other journeys need of it."""

from collections.abc import Iterable
from datetime import date, timedelta

from models.events import events as e
from models.state.replacing import replace
from models.state.state import Agreement

DAY = timedelta(days=1)


def roles_held(events: Iterable[e.Event]) -> tuple[Agreement, ...]:
    """The time-limited roles that follow from accepted events, as corrected, each until the day on which it ended or is
    to end. A role ends with the journey too, and where a permanent one begins."""
    roles: list[Agreement] = []
    closed_on = None
    for event in events:
        if isinstance(event, e.TemporaryRoleAgreed):
            roles.append(Agreement(event.position, event.starts_on, event.ends_on, event.form, event.effective_on))
        elif isinstance(event, e.TemporaryRoleExtended) and roles:
            roles[-1] = replace(roles[-1].until(event.ends_on), decided_on=event.effective_on)
        elif isinstance(event, e.TemporaryRoleEnded) and roles:
            roles[-1] = roles[-1].until(event.effective_on)
        elif isinstance(event, e.PermanentRoleAgreed) and roles:
            roles[-1] = _cut(roles[-1], event.starts_on - DAY)
        elif isinstance(event, e.RoleConverted) and roles and _was_in(roles[-1], event):
            roles[-1] = roles[-1].until(event.effective_on - DAY)
        elif event.kind in e.ENDINGS:
            closed_on = event.effective_on
        elif isinstance(event, e.Reopened):
            closed_on = None
    if closed_on is not None and roles:
        roles[-1] = _cut(roles[-1], closed_on)
    return tuple(role for role in roles if role.ends_on is not None and role.starts_on <= role.ends_on)


def _cut(role: Agreement, last_day: date) -> Agreement:
    return role.until(min(role.ends_on or last_day, last_day))


def _was_in(role: Agreement, event: e.RoleConverted) -> bool:
    """Whether the law can have made this role permanent on that day: its dates may have been corrected since."""
    return role.form == event.form and role.starts_on <= event.effective_on <= (role.ends_on or event.effective_on)
