"""Forms on the pages of letters: what was sent, and what is done with it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID, uuid4

from starlette.requests import Request

from activities.language import Language
from models.events.values import UnionAnswer
from runtime.errors import UsageError, UserError
from services.application import Application
from services.letters import looking_after, partners
from services.letters.links import Letter, LinkGone
from services.recording.field_names import fields_in

LARGEST_FORM = 20_000
"""Bytes: the longest text there is, twice as long in a form, and a little."""

MOST_FIELDS = 60


class Form:
    """What was sent: each field once, without spaces around it."""

    def __init__(self, fields: Mapping[str, list[str]]) -> None:
        self._fields = fields

    def said(self, name: str) -> str:
        """A field; empty where it was not sent."""
        return self._fields.get(name, [""])[0].strip()

    def begins(self, prefix: str) -> dict[str, str]:
        """The fields whose names begin so, by what follows."""
        return {name.removeprefix(prefix): self.said(name) for name in self._fields if name.startswith(prefix)}

    def without(self, name: str) -> "Form":
        """The same but for one field."""
        return Form({one: said for one, said in self._fields.items() if one != name})

    @property
    def once(self) -> UUID | None:
        """What makes a form that is sent twice one; None where it is none."""
        try:
            return UUID(self.said("once"))
        except ValueError:
            return None


async def form_of(request: Request) -> Form:
    """What was sent. Raises UsageError where it is no form of ours, or too large."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_FORM:
            raise UsageError("letter.form_too_large", "That is too much text. Write at most 2,000 characters.")
    try:
        return Form(
            parse_qs(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS, strict_parsing=bool(body))
        )
    except ValueError as error:
        raise UsageError("letter.no_form", "What was sent does not come from this page. Use its buttons.") from error


@dataclass(frozen=True)
class Opened:
    """A letter whose link counts, with what its reader is answered with; `partner` is None for one of the staff."""

    application: Application
    letter: Letter
    partner: partners.PartnerLetter | None

    @property
    def language(self) -> Language:
        """The language of whoever reads the letter."""
        if self.partner is not None:
            return self.partner.language
        person = self.application.authority.person(self.letter.reader, self.application.now())
        return person.language if person else "sv"


Act = Callable[[Opened, Form], Awaitable[None]]


async def _confirm(opened: Opened, _form: Form) -> None:
    await partners.confirm(opened.application, _partner(opened))


async def _answer_for_union(opened: Opened, form: Form) -> None:
    said, seen = form.said("answer"), form.said("seen")
    if said not in set(UnionAnswer) or not seen.isdecimal():
        raise UsageError("letter.no_answer", "Choose an answer.")
    reason, sure = form.said("reason") or None, bool(form.said("sure"))
    await partners.answer(opened.application, _partner(opened), UnionAnswer(said), reason, int(seen), sure=sure)


async def _ask(opened: Opened, form: Form) -> None:
    text = form.said("text")
    if not text:
        raise UsageError("letter.no_text", "Write what you want to ask or tell.")
    once, sure = form.once or uuid4(), bool(form.said("sure"))
    await partners.ask(opened.application, _partner(opened), text, once, sure=sure)


def _partner(opened: Opened) -> partners.PartnerLetter:
    if opened.partner is None:
        raise LinkGone
    return opened.partner


BY_PARTNERS: Mapping[str, Act] = {"confirm": _confirm, "answer": _answer_for_union, "ask": _ask}


async def _check_in(opened: Opened, form: Form) -> None:
    await _record(opened, form, "check_in_recorded", {"remark": form.said("remark")})


async def _complete(opened: Opened, form: Form) -> None:
    await _record(opened, form, "internship_completed", {})


async def _evaluate(opened: Opened, form: Form) -> None:
    given = form.begins("score-")
    if not form.said("favourable") or not all(given.values()):
        raise UsageError("letter.not_all_scored", "Answer every question of the evaluation.")
    scores = [{"criterion": criterion, "score": _number(score)} for criterion, score in given.items()]
    favourable = form.said("favourable") == "yes"
    fields = {"favourable": favourable, "scores": scores, "remark": form.said("evaluation_remark")}
    await _record(opened, form, "evaluation_recorded", fields)


async def _note(opened: Opened, form: Form) -> None:
    if not form.said("text"):
        raise UsageError("letter.no_text", "Write what you want to ask or tell.")
    await _record(opened, form, "note_added", {"text": form.said("text"), "asks": bool(form.said("asks"))})


BY_STAFF: Mapping[str, Act] = {
    "check_in_recorded": _check_in,
    "internship_completed": _complete,
    "evaluation_recorded": _evaluate,
    "note_added": _note,
}


DAY_FIELDS = {"internship_completed": "ended_on"}
"""The field of a form in which its day stands, where it is called otherwise than in others of the page."""


async def _record(opened: Opened, form: Form, kind: str, fields: Mapping[str, Any]) -> None:
    day, sure = form.said(DAY_FIELDS.get(kind, "day")) or opened.application.today(), bool(form.said("sure"))
    await looking_after.record(opened.application, opened.letter, kind, fields, day, form.once, sure=sure)


def _number(written: str) -> int | str:
    return int(written) if written.isdecimal() else written


TEXT_FIELDS = {
    "answer": "reason",
    "ask": "text",
    "check_in_recorded": "remark",
    "evaluation_recorded": "evaluation_remark",
    "note_added": "text",
}
"""The field of each form in which somebody writes freely."""


def field_of(error: UserError, form: Form) -> str | None:
    """The field that what is wrong is about, as far as that is known."""
    if codes := fields_in(error.message):
        text, day = TEXT_FIELDS.get(form.said("do")), DAY_FIELDS.get(form.said("do"), "day")
        return {"effective_on": day, "reason": text, "remark": text, "text": text}.get(codes[0])
    fields = {
        "letter.no_answer": "answer",
        "letter.no_text": "text",
        "letter.not_all_scored": "favourable",
        "letter.to_come": DAY_FIELDS.get(form.said("do"), "day"),
        "letter.text_unsure": TEXT_FIELDS.get(form.said("do")),
    }
    return fields.get(error.message.id)
