"""Asking for findings and scores one by one, each with the text of what it is about."""

from typing import Any

from interfaces.cli.questions import Question, ask
from models.programme.requirement_profile import Requirement, Result
from runtime.errors import UsageError
from runtime.i18n import _, one_of
from services.naming import worded
from services.recording.draft import Draft, Missing, checked_field
from services.recording.given import read_field
from services.recording.knowledge import Knowledge


def ask_list(drafted: Draft, asked: Missing, knowledge: Knowledge) -> list[dict[str, Any]]:
    """The findings of a check, or the scores of an evaluation."""
    if asked.name == "scores":
        return [{"criterion": one.code, "score": _score(one.title)} for one in asked.choices]
    profile = knowledge.rules.profile(str(drafted.fields["profile"])) if knowledge.rules else None
    return [_finding(one, knowledge) for one in (profile.requirements if profile else ())]


def _finding(one: Requirement, knowledge: Knowledge) -> dict[str, Any]:
    results = worded(result for result in Result if one.trainable or result is not Result.TRAINABLE)

    def read(typed: str) -> str:
        return str(read_field("requirements_checked", "result", typed, {}, knowledge))

    result = ask(Question(_("result"), results, beside=_requirement(one)), read)
    if result != Result.WAIVED:
        return {"requirement": one.id, "result": result}
    return {"requirement": one.id, "result": result, "reason": ask(Question(_("why is it waived?")), _text)}


def _requirement(one: Requirement) -> str:
    text = one_of(one.text)
    return text if one.essential else _("{text} (not essential)", text=text)


def _text(typed: str) -> str:
    checked_field("note_added", "text", typed)
    return typed


def _score(title: str) -> int:
    def read(typed: str) -> int:
        if typed not in ("1", "2", "3", "4", "5"):
            raise UsageError("question.score", "A score is a number from 1 to 5.")
        return int(typed)

    score = ask(Question(_("score, from 1, not at all, to 5, far better"), beside=title), read)
    assert score is not None
    return score
