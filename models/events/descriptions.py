"""What happened, in plain words: a sentence for each kind of event."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from string import Formatter
from typing import Any

from models.discrepancy import DifferenceKind
from models.events.events import EVENT_CLASSES, DeadlineStep, FollowUpOutcome, UnionAnswer
from models.message import N_, Message, listed, msg
from models.programme.requirement_profile import Result
from models.stages import EndReason

SENTENCES = {
    "referred": N_(
        "Referred by {referring_partner} to the programme in {site}; {coordinator} looks after the candidate."
    ),
    "referral_accepted": N_("The employer took the referral on."),
    "referral_declined": N_("The employer declined the referral: {reason}"),
    "requirements_checked": N_("Checked against the profile {profile}: {findings}."),
    "union_consulted": N_("Asked before {about}: {unions}."),
    "union_answered": N_("{union} answered what it was asked: {answer}. {because}"),
    "internship_agreed": N_("An internship on {position} was agreed, {starts_on} to {ends_on}{by_whom}."),
    "internship_extended": N_("The internship's last day became {ends_on}: {reason}"),
    "check_in_recorded": N_("A check-in was held."),
    "internship_completed": N_("The internship was completed."),
    "internship_interrupted": N_("The internship was interrupted: {reason}"),
    "evaluation_recorded": N_("Evaluated, favourable: {favourable}; {scores}."),
    "self_evaluation_recorded": N_("The candidate's own evaluation: {scores}."),
    "temporary_role_agreed": N_("A temporary role ({form}) on {position} was agreed, from {starts_on} to {ends_on}."),
    "temporary_role_extended": N_("The temporary role's last day became {ends_on}: {reason}"),
    "role_converted": N_("The temporary role ({form}) became permanent, by {law}."),
    "temporary_role_ended": N_("The temporary role ended."),
    "permanent_role_agreed": N_("A permanent role on {position} was agreed, from {starts_on}."),
    "returned_to_agency": N_("Returned to the agency that referred: {end_reason}."),
    "withdrawn": N_("The candidate withdrew: {end_reason}."),
    "discontinued": N_("The employer ended the journey: {end_reason}. {reason}"),
    "paused": N_("Paused: {reason}"),
    "resumed": N_("Resumed."),
    "reopened": N_("Reopened: {reason}"),
    "coordinator_changed": N_("{coordinator} looks after the candidate from here on."),
    "partner_acknowledged": N_("The notice {notice_id} was acknowledged."),
    "follow_up_recorded": N_("Followed up after {after_days} days: {outcome}."),
    "note_added": N_("Note: {text}"),
    "deadline_passed": N_("The deadline {deadline}, due {due_on}: {step}."),
    "rules_changed": N_("Moved to the programme's new rules: {reason}"),
    "repaired": N_("Repaired, as something differed from the ledger: {found}. {reason} {by_which_rules}"),
    "corrected": N_("Corrected {corrected}: {reason} {replaced}"),
}

WORDED: Mapping[str, Callable[[Any], StrEnum]] = {
    "end_reason": EndReason,
    "step": DeadlineStep,
    "outcome": FollowUpOutcome,
    "answer": UnionAnswer,
}
"""Fields whose values have names of their own in each language."""


def in_words(event: Mapping[str, Any] | None, rows: Mapping[str, int] | None = None) -> Message:
    """What an event, as JSON data, says in one sentence. Something that was no event is said to be that.

    `rows` are the ledger rows of the journey's events, by their ids: people know an event by its row.
    """
    if event is None:
        return msg("event.unreadable", "Something came that could not be read as an event.")
    kind = str(event.get("kind"))
    fields = {name: event.get(name) for name in EVENT_CLASSES[kind].model_fields}
    fields |= {name: of(fields[name]) for name, of in WORDED.items() if fields.get(name) is not None}
    if "favourable" in fields:
        fields["favourable"] = msg("word.yes", "yes") if fields["favourable"] else msg("word.no", "no")
    if kind in ("corrected", "repaired"):
        fields["reason"] = _ended(str(fields["reason"]))
    lost = msg("event.repaired.no_history", "No history was kept: it goes on by the programme's rules of that day.")
    phrases = {
        "by_whom": _by_whom(event),
        "by_which_rules": lost if event.get("rules_of_today") else "",
        "corrected": _corrected(event, rows or {}),
        "replaced": _replaced(event),
    }
    values = {**fields, **_lists(event), **phrases}
    places = {name for _, name, _, _ in Formatter().parse(SENTENCES[kind]) if name}
    return msg("", SENTENCES[kind], **{name: values[name] for name in places})


def _ended(reason: str) -> str:
    """A reason with a full stop, where another sentence follows it."""
    return reason if reason.endswith((".", "!", "?")) else f"{reason}."


def _by_whom(event: Mapping[str, Any]) -> Message | str:
    """Who looks after an intern, as far as somebody is named."""
    supervisor, mentor = event.get("supervisor"), event.get("mentor")
    if supervisor and mentor:
        return msg(
            "event.internship_agreed.supervisor_and_mentor",
            "; supervisor {supervisor}, mentor {mentor}",
            supervisor=supervisor,
            mentor=mentor,
        )
    if supervisor:
        return msg("event.internship_agreed.supervisor", "; supervisor {supervisor}", supervisor=supervisor)
    return msg("event.internship_agreed.mentor", "; mentor {mentor}", mentor=mentor) if mentor else ""


def _corrected(event: Mapping[str, Any], rows: Mapping[str, int]) -> Message:
    row = rows.get(str(event.get("corrects")))
    return (
        msg("event.corrected.row", "row {row}", row=row)
        if row
        else msg("event.corrected.earlier_event", "an earlier event")
    )


def _lists(event: Mapping[str, Any]) -> dict[str, Message | str]:
    findings = [
        msg(
            "event.requirements_checked.finding",
            "{requirement} {result}",
            requirement=one["requirement"],
            result=Result(one["result"]),
        )
        for one in event.get("findings") or ()
    ]
    scores = [
        msg(
            "event.evaluation_recorded.score",
            "{criterion} {score} of 5",
            criterion=one["criterion"],
            score=one["score"],
        )
        for one in event.get("scores") or ()
    ]
    because = event.get("reason") or ""
    unions = ", ".join(event.get("unions") or ())
    found = listed([DifferenceKind(one).in_words for one in event.get("found") or ()])
    return {
        "findings": listed(findings),
        "scores": listed(scores),
        "unions": unions,
        "because": because,
        "found": found,
    }


def _replaced(event: Mapping[str, Any]) -> Message | str:
    if event.get("kind") != "corrected":
        return ""
    replacement = event.get("replacement")
    if replacement is None:
        return msg("event.corrected.struck", "The event is struck.")
    return msg(
        "event.corrected.replaced",
        "It now reads, for {day}: {what}",
        day=replacement["effective_on"],
        what=in_words(replacement),
    )
