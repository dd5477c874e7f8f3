"""What the names in a report are called by people who read it."""

LABELS = {
    "referral": "Referral",
    "requirement_check": "Requirement check",
    "awaiting_placement": "Waiting for a place",
    "internship": "Internship",
    "evaluation": "Evaluation",
    "temporary_role": "Temporary role",
    "permanent_role": "Permanent role",
    "role": "Role (hired)",
    "women": "Women",
    "men": "Men",
    "unknown": "Not known",
    "samhall": "Samhall",
    "on_the_way": "On the way",
}


def label(name: str) -> str:
    """A name for people: `not_qualified` is said as `Not qualified`."""
    return LABELS.get(name, name.replace("_", " ").capitalize())
