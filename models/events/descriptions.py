"""What happened, in plain words: a sentence for each kind of event."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from models.discrepancy import DifferenceKind
from models.events.events import EVENT_CLASSES, DeadlineStep, FollowUpOutcome, UnionAnswer
from models.message import Message, msg, plain
from models.programme.requirement_profile import Result
from models.stages import EndReason

SENTENCES = {
    "referred": msg(
        "event.referred",
        "Referred by {referring_partner} to the programme in {site}; {coordinator} looks after the candidate.",
    ),
    "referral_accepted": msg("event.referral_accepted", "The employer took the referral on."),
    "referral_declined": msg("event.referral_declined", "The employer declined the referral: {reason}"),
    "requirements_checked": msg("event.requirements_checked", "Checked against the profile {profile}: {findings}."),
    "union_consulted": msg("event.union_consulted", "Asked before {about}: {unions}."),
    "union_answered": msg("event.union_answered", "{union} answered what it was asked: {answer}. {because}"),
    "internship_agreed": msg(
        "event.internship_agreed", "An internship on {position} was agreed, {starts_on} to {ends_on}{by_whom}."
    ),
    "internship_extended": msg("event.internship_extended", "The internship's last day became {ends_on}: {reason}"),
    "check_in_recorded": msg("event.check_in_recorded", "A check-in was held."),
    "internship_completed": msg("event.internship_completed", "The internship was completed."),
    "internship_interrupted": msg("event.internship_interrupted", "The internship was interrupted: {reason}"),
    "evaluation_recorded": msg("event.evaluation_recorded", "Evaluated, favourable: {favourable}; {scores}."),
    "self_evaluation_recorded": msg("event.self_evaluation_recorded", "The candidate's own evaluation: {scores}."),
    "temporary_role_agreed": msg(
        "event.temporary_role_agreed",
        "A temporary role ({form}) on {position} was agreed, from {starts_on} to {ends_on}.",
    ),
    "temporary_role_extended": msg(
        "event.temporary_role_extended", "The temporary role's last day became {ends_on}: {reason}"
    ),
    "role_converted": msg("event.role_converted", "The temporary role ({form}) became permanent, by {law}."),
    "temporary_role_ended": msg("event.temporary_role_ended", "The temporary role ended."),
    "permanent_role_agreed": msg(
        "event.permanent_role_agreed", "A permanent role on {position} was agreed, from {starts_on}."
    ),
    "returned_to_agency": msg("event.returned_to_agency", "Returned to the agency that referred: {end_reason}."),
    "withdrawn": msg("event.withdrawn", "The candidate withdrew: {end_reason}."),
    "discontinued": msg("event.discontinued", "The employer ended the journey: {end_reason}. {reason}"),
    "paused": msg("event.paused", "Paused: {reason}"),
    "resumed": msg("event.resumed", "Resumed."),
    "reopened": msg("event.reopened", "Reopened: {reason}"),
    "coordinator_changed": msg("event.coordinator_changed", "{coordinator} looks after the candidate from here on."),
    "partner_acknowledged": msg("event.partner_acknowledged", "The notice {notice_id} was acknowledged."),
    "follow_up_recorded": msg("event.follow_up_recorded", "Followed up after {after_days} days: {outcome}."),
    "note_added": msg("event.note_added", "Note: {text}"),
    "deadline_passed": msg("event.deadline_passed", "The deadline {deadline}, due {due_on}: {step}."),
    "rules_changed": msg("event.rules_changed", "Moved to the programme's new rules: {reason}"),
    "repaired": msg(
        "event.repaired", "Repaired, as something differed from the ledger: {found}. {reason} {by_which_rules}"
    ),
    "corrected": msg("event.corrected", "Corrected {corrected}: {reason} {replaced}"),
}

NAMES = {
    "referred": msg("event_name.referred", "referral"),
    "referral_accepted": msg("event_name.referral_accepted", "acceptance of the referral"),
    "referral_declined": msg("event_name.referral_declined", "declined referral"),
    "requirements_checked": msg("event_name.requirements_checked", "requirement check"),
    "union_consulted": msg("event_name.union_consulted", "union consultation"),
    "union_answered": msg("event_name.union_answered", "answer from a union"),
    "internship_agreed": msg("event_name.internship_agreed", "agreement on an internship"),
    "internship_extended": msg("event_name.internship_extended", "new last day of the internship"),
    "check_in_recorded": msg("event_name.check_in_recorded", "check-in"),
    "internship_completed": msg("event_name.internship_completed", "completed internship"),
    "internship_interrupted": msg("event_name.internship_interrupted", "interrupted internship"),
    "evaluation_recorded": msg("event_name.evaluation_recorded", "evaluation"),
    "self_evaluation_recorded": msg("event_name.self_evaluation_recorded", "candidate's own evaluation"),
    "temporary_role_agreed": msg("event_name.temporary_role_agreed", "agreement on a temporary role"),
    "temporary_role_extended": msg("event_name.temporary_role_extended", "new last day of the temporary role"),
    "temporary_role_ended": msg("event_name.temporary_role_ended", "end of the temporary role"),
    "permanent_role_agreed": msg("event_name.permanent_role_agreed", "agreement on a permanent role"),
    "role_converted": msg("event_name.role_converted", "role made permanent by law"),
    "returned_to_agency": msg("event_name.returned_to_agency", "return to the agency"),
    "withdrawn": msg("event_name.withdrawn", "withdrawal"),
    "discontinued": msg("event_name.discontinued", "end by the employer"),
    "paused": msg("event_name.paused", "pause"),
    "resumed": msg("event_name.resumed", "resumption"),
    "reopened": msg("event_name.reopened", "reopening"),
    "coordinator_changed": msg("event_name.coordinator_changed", "change of coordinator"),
    "partner_acknowledged": msg("event_name.partner_acknowledged", "confirmation by a partner"),
    "follow_up_recorded": msg("event_name.follow_up_recorded", "follow-up"),
    "note_added": msg("event_name.note_added", "note"),
    "deadline_passed": msg("event_name.deadline_passed", "passed deadline"),
    "rules_changed": msg("event_name.rules_changed", "change of rules"),
    "repaired": msg("event_name.repaired", "repair"),
    "corrected": msg("event_name.corrected", "correction"),
}
"""What each kind of event is called."""

AGREEMENTS = {
    "internship_agreed": msg("agreement.internship_agreed", "an internship"),
    "temporary_role_agreed": msg("agreement.temporary_role_agreed", "a temporary role"),
    "permanent_role_agreed": msg("agreement.permanent_role_agreed", "a permanent role"),
}
"""What is agreed, as a union is asked about it."""

WORDED: Mapping[str, Callable[[Any], StrEnum]] = {
    "end_reason": EndReason,
    "step": DeadlineStep,
    "outcome": FollowUpOutcome,
    "answer": UnionAnswer,
}
"""Fields whose values have names of their own in each language."""


def name_of(kind: str) -> Message:
    """What a kind of event is called; one of another version, by its code."""
    return NAMES.get(kind) or plain(kind.replace("_", " "))


def agreement_in_words(kind: str) -> Message:
    """What is to be agreed, as a union is asked about it."""
    return AGREEMENTS.get(kind) or msg("agreement.any", "an agreement")


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
        fields["favourable"] = msg("yes", "yes") if fields["favourable"] else msg("no", "no")
    if kind in ("corrected", "repaired"):
        fields["reason"] = _ended(str(fields["reason"]))
    lost = msg(
        "event.repaired.by_rules_of_the_day", "No history was kept, so it goes on by the programme's rules of that day."
    )
    phrases = {
        "by_whom": _by_whom(event),
        "by_which_rules": lost if event.get("rules_of_today") else "",
        "corrected": _corrected(event, rows or {}),
        "replaced": _replaced(event),
    }
    values = {**fields, **_lists(event), **phrases}
    return SENTENCES[kind].filled(**{name: value for name, value in values.items() if value is not None})


def _ended(reason: str) -> str:
    """A reason with a full stop, where another sentence follows it."""
    return reason if reason.endswith((".", "!", "?")) else f"{reason}."


def _by_whom(event: Mapping[str, Any]) -> Message | str:
    """Who looks after an intern, as far as somebody is named."""
    supervisor, mentor = event.get("supervisor"), event.get("mentor")
    if supervisor and mentor:
        return msg(
            "event.with_supervisor_and_mentor",
            ", with supervisor {supervisor} and mentor {mentor}",
            supervisor=supervisor,
            mentor=mentor,
        )
    if supervisor:
        return msg("event.with_supervisor", ", with supervisor {supervisor}", supervisor=supervisor)
    return msg("event.with_mentor", ", with mentor {mentor}", mentor=mentor) if mentor else ""


def _corrected(event: Mapping[str, Any], rows: Mapping[str, int]) -> Message:
    row = rows.get(str(event.get("corrects")))
    return msg("event.row", "row {row}", row=row) if row else msg("event.an_earlier_one", "an earlier event")


def _lists(event: Mapping[str, Any]) -> dict[str, object]:
    findings = [
        msg("event.finding", "{requirement} {result}", requirement=one["requirement"], result=Result(one["result"]))
        for one in event.get("findings") or ()
    ]
    scores = [
        msg("event.score", "{criterion} {score} of 5", criterion=one["criterion"], score=one["score"])
        for one in event.get("scores") or ()
    ]
    because = event.get("reason") or ""
    unions = event.get("unions") or ()
    found = [DifferenceKind(one) for one in event.get("found") or ()]
    return {
        "findings": findings,
        "scores": scores,
        "unions": unions,
        "because": because,
        "found": found,
    }


def _replaced(event: Mapping[str, Any]) -> Message | str:
    if event.get("kind") != "corrected":
        return ""
    replacement = event.get("replacement")
    if replacement is None:
        return msg("event.struck", "The event is struck.")
    return msg(
        "event.replaced_by",
        "It now reads, for {day}: {what}",
        day=replacement["effective_on"],
        what=in_words(replacement),
    )
