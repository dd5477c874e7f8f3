"""What the names in a report are called by people who read it."""

from models.events.values import FollowUpOutcome
from models.message import N_
from models.stages import EndReason, Stage
from runtime.i18n import _, translate

LABELS = {
    "role": N_("Role (hired)"),
    "women": N_("Women"),
    "men": N_("Men"),
    "unknown": N_("Not known"),
    "on_the_way": N_("On the way"),
    "agency": N_("Agency"),
    "municipality": N_("Municipality"),
    "union": N_("Union"),
    "church": N_("Church"),
    "samhall": N_("Samhall"),
    "civil_society": N_("Civil society"),
    "talent_organisation": N_("Talent organisation"),
    "unit": N_("Unit"),
}

WORDED = {str(one): one.in_words for names in (FollowUpOutcome, EndReason, Stage) for one in names}


def label(name: str) -> str:
    """A name for people: `not_qualified` is said as `Not qualified`."""
    if name in LABELS:
        return _(LABELS[name])
    said = translate(WORDED[name]) if name in WORDED else name.replace("_", " ")
    return said[:1].upper() + said[1:]
