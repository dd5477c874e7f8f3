"""What the fields of an event are called, as they are asked for and told of."""

from models.message import Message, msg, plain

FIELD_NAMES: dict[str, Message] = {
    "about": msg("field_name.about", "agreement that it is about"),
    "accepted": msg("field_name.accepted", "accepted"),
    "after_days": msg("field_name.after_days", "after how many days"),
    "age": msg("field_name.age", "age on the programme's day"),
    "answer": msg("field_name.answer", "answer"),
    "answer_by": msg("field_name.answer_by", "last day for an answer"),
    "asks": msg("field_name.asks", "waits to be looked at"),
    "cohort": msg("field_name.cohort", "cohort"),
    "coordinator": msg("field_name.coordinator", "coordinator"),
    "corrects": msg("field_name.corrects", "event to correct"),
    "days": msg("field_name.days", "days"),
    "deadline": msg("field_name.deadline", "deadline"),
    "due_on": msg("field_name.due_on", "due day"),
    "duty": msg("field_name.duty", "what recurs"),
    "effective_on": msg("field_name.effective_on", "day"),
    "end_reason": msg("field_name.end_reason", "end reason"),
    "ends_on": msg("field_name.ends_on", "last day"),
    "favourable": msg("field_name.favourable", "favourable"),
    "findings": msg("field_name.findings", "answers to the requirements"),
    "frees_place": msg("field_name.frees_place", "frees the place"),
    "form": msg("field_name.form", "form"),
    "found": msg("field_name.found", "what was found"),
    "kronor": msg("field_name.kronor", "kronor"),
    "group": msg("field_name.group", "the person's group"),
    "hours_a_week": msg("field_name.hours_a_week", "hours a week"),
    "last_unit": msg("field_name.last_unit", "unit in which the person last worked"),
    "law": msg("field_name.law", "law"),
    "mentor": msg("field_name.mentor", "mentor"),
    "number": msg("field_name.number", "number"),
    "of": msg("field_name.of", "of how many"),
    "places": msg("field_name.places", "places"),
    "seed": msg("field_name.seed", "seed"),
    "notice_id": msg("field_name.notice_id", "notice"),
    "outcome": msg("field_name.outcome", "outcome"),
    "passed": msg("field_name.passed", "passed"),
    "period": msg("field_name.period", "period"),
    "position": msg("field_name.position", "position"),
    "profile": msg("field_name.profile", "profile"),
    "programme": msg("field_name.programme", "programme"),
    "proposal": msg("field_name.proposal", "proposal"),
    "reason": msg("field_name.reason", "reason"),
    "reference": msg("field_name.reference", "the partner's reference"),
    "referred_on": msg("field_name.referred_on", "referred on"),
    "referring_partner": msg("field_name.referring_partner", "referring partner"),
    "remind_on": msg("field_name.remind_on", "day of the reminder"),
    "reminder": msg("field_name.reminder", "reminder"),
    "remark": msg("field_name.remark", "remark"),
    "replacement": msg("field_name.replacement", "what it should have been"),
    "result": msg("field_name.result", "result"),
    "rules": msg("field_name.rules", "rules"),
    "scores": msg("field_name.scores", "scores"),
    "seeks_new_place": msg("field_name.seeks_new_place", "seeks a new place"),
    "site": msg("field_name.site", "town"),
    "starts_on": msg("field_name.starts_on", "first day"),
    "step": msg("field_name.step", "step"),
    "supervisor": msg("field_name.supervisor", "supervisor"),
    "task": msg("field_name.task", "what to be reminded of"),
    "text": msg("field_name.text", "text"),
    "union": msg("field_name.union", "union"),
    "until": msg("field_name.until", "day to return"),
    "unions": msg("field_name.unions", "unions"),
}


def field_name(field: str) -> Message:
    """What a field is called; one of another version, by its code."""
    return FIELD_NAMES.get(field) or plain(field.replace("_", " "))


def problems_by_name(explained: Message) -> Message:
    """What is wrong with an event, with its fields as people call them; any other message as it is."""
    problems = explained.values.get("problems")
    if explained.id != "it_is_an_event.problems" or not isinstance(problems, tuple):
        return explained
    return msg("event.cannot_be_recorded", "This cannot be recorded: {problems}.", problems=[*map(_by_name, problems)])


def fields_in(explained: Message) -> list[str]:
    """The fields of an event with which something is wrong, by their codes."""
    problems = explained.values.get("problems")
    return [code for one in problems if (code := _code(one))] if isinstance(problems, tuple) else []


def _code(problem: object) -> str:
    field = problem.values.get("field") if isinstance(problem, Message) else None
    return field.partition(".")[0] if isinstance(field, str) else ""


def _by_name(problem: object) -> object:
    code = _code(problem)
    return (
        problem.filled(**problem.values | {"field": field_name(code)})
        if code and isinstance(problem, Message)
        else problem
    )
