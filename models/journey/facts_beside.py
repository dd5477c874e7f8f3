"""What a notice repeats beside its own event: what a correction changed, and what is agreed where that changes."""

from collections.abc import Sequence
from datetime import date

from models.events import events as e
from models.journey.corrected_facts import corrected_facts
from models.journey.fold import Entry, in_effect
from models.partners.notice import CORRECTED, NOW, WAS, field_of
from models.state.partner_obligations import AGREEMENTS, STANDSTILLS

EXTENSIONS = (e.InternshipExtended, e.TemporaryRoleExtended)
ENDS = (
    e.InternshipCompleted,
    e.InternshipInterrupted,
    e.TemporaryRoleEnded,
    e.ReturnedToAgency,
    e.Withdrawn,
    e.Discontinued,
)
CHANGES = (*EXTENSIONS, *ENDS, *STANDSTILLS, e.RoleConverted)
"""Events that change what is agreed, end it or let it stand still, and do not say what that is."""

KINDS_OF_CHANGES = frozenset(cls.model_fields["kind"].default for cls in CHANGES)


def facts_beside(entries: Sequence[Entry], event: object) -> dict[str, str]:
    """The details that a notice repeats beside what its event says. `entries` are the accepted ones before it."""
    if isinstance(event, e.Corrected):
        return _with_what_is_agreed(corrected_facts(entries, event), entries, event)
    if not isinstance(event, CHANGES):
        return {}
    agreed, until = _standing(entries)
    changes = {}
    if isinstance(event, EXTENSIONS):
        changes["ends_on"] = event.ends_on.isoformat()
    elif isinstance(event, ENDS) and (ended := event.effective_on.isoformat()) < agreed.get("ends_on", ""):
        changes["ends_on"] = ended
    if isinstance(event, e.PauseExtended) and until is not None:
        agreed, changes["until"] = {**agreed, "until": until}, event.until.isoformat()
    changed = {name: now for name, now in changes.items() if agreed.get(name) not in (None, now)}
    return {
        **{name: value for name, value in agreed.items() if name not in changes},
        **{f"{WAS}{name}": agreed[name] for name in changed},
        **{f"{NOW}{name}": now for name, now in changed.items()},
    }


def agreed_last_day(entries: Sequence[Entry]) -> date | None:
    """The last day of what is agreed after these entries, where it has one."""
    last = _standing(entries)[0].get("ends_on")
    return date.fromisoformat(last) if last else None


def internship_last_day(entries: Sequence[Entry]) -> date | None:
    """The last day of the internship that is agreed after these entries, where there is one: roles have a form, or no
    last day."""
    return None if "form" in _standing(entries)[0] else agreed_last_day(entries)


def _with_what_is_agreed(said: dict[str, str], entries: Sequence[Entry], event: e.Corrected) -> dict[str, str]:
    """What a correction says, and where it is of an event that changes what is agreed, what is agreed now."""
    if said.get(CORRECTED) not in KINDS_OF_CHANGES:
        return said
    agreed, _ = _standing([*entries, Entry(event=event, recorded_at=entries[-1].recorded_at)])
    known = {field_of(name) for name in said if name != f"{WAS}ends_on" or f"{NOW}ends_on" in said}
    left = {name: value for name, value in agreed.items() if name not in known}
    last = left.pop("ends_on", None) if f"{WAS}ends_on" in said else None
    return {**said, **left, **({f"{NOW}ends_on": last} if last else {})}


def _standing(entries: Sequence[Entry]) -> tuple[dict[str, str], str | None]:
    """What is agreed after these entries, and until when the journey is to stand still, where that was said."""
    agreed: dict[str, str] = {}
    until = None
    for entry in in_effect(entries):
        event = entry.event
        if isinstance(event, AGREEMENTS):
            said = event.model_dump(mode="json", include={"position", "form", "starts_on", "ends_on"})
            agreed = {name: value for name, value in said.items() if value is not None}
        elif isinstance(event, EXTENSIONS):
            agreed = {**agreed, "ends_on": event.ends_on.isoformat()}
        elif isinstance(event, ENDS):
            agreed = {}
        elif isinstance(event, e.Paused | e.PauseExtended):
            until = event.until.isoformat() if event.until else None
    return agreed, until
