"""What happened, in plain words: a sentence for each kind of event."""

from collections.abc import Mapping
from typing import Any

from models.events import EVENT_CLASSES

SENTENCES = {
    "referred": "Referred by {referring_partner} to the programme in {site}; {coordinator} looks after the candidate.",
    "referral_accepted": "The employer took the referral on.",
    "referral_declined": "The employer declined the referral: {reason}",
    "requirements_checked": "Checked against the profile {profile}: {findings}.",
    "internship_agreed": "An internship on {position} was agreed, {starts_on} to {ends_on}; supervisor {supervisor}.",
    "internship_extended": "The internship's last day became {ends_on}: {reason}",
    "check_in_recorded": "A check-in was held.",
    "internship_completed": "The internship was completed.",
    "internship_interrupted": "The internship was interrupted: {reason}",
    "evaluation_recorded": "Evaluated, favourable: {favourable}; {scores}.",
    "temporary_role_agreed": "A temporary role ({form}) on {position} was agreed, from {starts_on} to {ends_on}.",
    "temporary_role_extended": "The temporary role's last day became {ends_on}: {reason}",
    "temporary_role_ended": "The temporary role ended.",
    "permanent_role_agreed": "A permanent role on {position} was agreed, from {starts_on}.",
    "role_converted": "The temporary role ({form}) became permanent, by {law}.",
    "returned_to_agency": "Returned to the agency that referred: {end_reason}.",
    "withdrawn": "The candidate withdrew: {end_reason}.",
    "discontinued": "The employer ended the journey: {end_reason}. {reason}",
    "paused": "Paused: {reason}",
    "resumed": "Resumed.",
    "reopened": "Reopened: {reason}",
    "partner_acknowledged": "The notice {notice_id} was acknowledged.",
    "follow_up_recorded": "Followed up after {after_days} days: {outcome}.",
    "note_added": "Note: {text}",
    "deadline_passed": "The deadline {deadline}, due {due_on}: {step}.",
    "rules_changed": "Moved to the programme's new rules: {reason}",
    "corrected": "Corrected the event {corrects}: {reason} {replaced}",
}


def in_words(event: Mapping[str, Any] | None) -> str:
    """What an event, as JSON data, says in one sentence. Something that was no event is said to be that."""
    if event is None:
        return "Something came that could not be read as an event."
    kind = str(event.get("kind"))
    fields = {name: event.get(name) for name in EVENT_CLASSES[kind].model_fields}
    return SENTENCES[kind].format(**{**fields, **_lists(event), "replaced": _replaced(event)}).strip()


def _lists(event: Mapping[str, Any]) -> dict[str, str]:
    findings = (f"{finding['requirement']} {finding['result']}" for finding in event.get("findings") or ())
    scores = (f"{score['criterion']} {score['score']} of 5" for score in event.get("scores") or ())
    return {"findings": ", ".join(findings), "scores": ", ".join(scores)}


def _replaced(event: Mapping[str, Any]) -> str:
    if event.get("kind") != "corrected":
        return ""
    replacement = event.get("replacement")
    if replacement is None:
        return "The event is struck."
    return f"It now reads, for {replacement['effective_on']}: {in_words(replacement)}"
