"""What the names in a report are called by people who read it."""

from models.events.events import FollowUpOutcome
from models.message import mark
from models.stages import EndReason, Stage
from runtime.i18n import in_words, t

LABELS = {
    "role": mark("Role (hired)"),
    "women": mark("Women"),
    "men": mark("Men"),
    "unknown": mark("Not known"),
    "on_the_way": mark("On the way"),
    "agency": mark("Agency"),
    "municipality": mark("Municipality"),
    "union": mark("Union"),
    "church": mark("Church"),
    "samhall": mark("Samhall"),
    "civil_society": mark("Civil society"),
    "talent_organisation": mark("Talent organisation"),
    "unit": mark("Unit"),
}

WORDED = {str(one): one.in_words for names in (FollowUpOutcome, EndReason, Stage) for one in names}


def label(name: str) -> str:
    """A name for people: `not_qualified` is said as `Not qualified`."""
    if name in LABELS:
        return t(LABELS[name])
    said = in_words(WORDED[name]) if name in WORDED else name.replace("_", " ")
    return said[:1].upper() + said[1:]
