"""Ny kandidat: one person referred by a form, looked through before anything is sent."""

from collections.abc import Sequence
from typing import Any

from starlette.responses import Response

from interfaces.desk.asked import Asked, FieldError, go_to, in_thread, page
from interfaces.desk.flow import REFUSED_STATUS, WRONG_STATUS, Words, summary
from interfaces.desk.journey_forms import CHANGE, DO, RECORDED, SEND, WAS_THERE, Refusal, answers_in, as_hidden
from interfaces.desk.menu import MenuItem
from interfaces.desk.mistakes import status_of, told
from interfaces.desk.routing import get, post
from interfaces.desk.wording import capital, journey_called, person_path
from models.fields import Source
from models.identifiers import CandidateNumber, Role
from models.message import N_, Message
from runtime.errors import Refused, UserError
from runtime.i18n import _, as_source
from services.queries.lines import JourneyLine
from services.queries.titles import Titles
from services.recording.foretold import steps_of
from services.recording.form import Shape
from services.recording.preview import Preview
from services.referrals.foreseeing import foresee_referral
from services.referrals.form import Referring, referring_of
from services.referrals.referring import LIKELY, LIKELY_ELSEWHERE, refer_person

PATH = "/ny"

LIKELY_SHOWN = "likely_shown"
"""The field of a form that says who was shown as maybe the same person, with commas between."""


def show(asked: Asked) -> Response:
    """The form of a referral."""
    return _form(asked, referring_of(asked.application, {}))


async def take(asked: Asked) -> Response:
    """What was answered: shown again where something is wrong, looked through, or sent."""
    ready = await in_thread(_read, asked)
    if isinstance(ready, Response):
        return ready
    try:
        outcome = await refer_person(ready.application, ready.author, ready.said, another_person=True)  # it was shown
    except UserError as error:
        return await in_thread(_not_sent, asked, ready, error)
    return await in_thread(_sent, asked, ready, outcome.receipt)


def _read(asked: Asked) -> Response | Referring:
    answers = {name: said for name, said in answers_in(asked).items() if name != LIKELY_SHOWN}
    one, do = referring_of(asked.application, answers), asked.said(DO)
    if do == CHANGE:
        return _form(asked, one)
    if one.problems:
        wrong = [FieldError(name, message) for name, message in one.problems.items()]
        return _form(asked, one, WRONG_STATUS, errors=wrong)
    try:
        if (line := one.sent_before()) is not None:
            return _to(line, asked, RECORDED if do == SEND else WAS_THERE)
        found = foresee_referral(one.application, one.author, one.said)
    except UserError as error:
        return _form(asked, one, _status(error), errors=[FieldError("", told(error))])
    if found.refused is not None:
        refusal = _refusal(asked, one, found.refused.why, found.refused.source)
        return _form(asked, one, REFUSED_STATUS, refusal=refusal)
    if do != SEND:
        return _preview(asked, one, found)
    were_shown = set((asked.said(LIKELY_SHOWN) or "").split(","))
    return one if were_shown.issuperset(_seem_alike(found)) else _preview(asked, one, found, REFUSED_STATUS)


def _not_sent(asked: Asked, one: Referring, error: UserError) -> Response:
    """The form again, with what stood in the way; the receipt where the same was sent at the same moment."""
    line = one.sent_before()
    return _to(line, asked) if line else _form(asked, one, _status(error), errors=[FieldError("", told(error))])


def _sent(asked: Asked, one: Referring, receipt: Any) -> Response:
    if not receipt.accepted:
        refusal = _refusal(asked, one, receipt.reason, receipt.source)
        return _form(asked, one, REFUSED_STATUS, refusal=refusal)
    line = one.sent_before()
    return _to(line, asked) if line else go_to("/")


def _refusal(asked: Asked, one: Referring, why: Message, source: Source | None) -> Refusal:
    told = Titles(asked.application.book).told(why, one.said["programme"])
    return Refusal(told, as_source(source), can_be_changed=True)


def _to(line: JourneyLine, asked: Asked, said: str = RECORDED) -> Response:
    first = next(one for one in asked.application.lists.ledger(line.journey_id) if one.receipt.accepted)
    return go_to(person_path(line.journey_id, "", **{said: first.event_id}))


def _status(error: UserError) -> int:
    return REFUSED_STATUS if isinstance(error, Refused) else status_of(error)


def _form(
    asked: Asked,
    one: Referring,
    status: int = 200,
    *,
    errors: Sequence[FieldError] = (),
    refusal: Refusal | None = None,
) -> Response:
    shown = {"form": one.form, "answers": one.answers, "Shape": Shape, "show": SEND}
    told = {"errors": errors, "summary": summary(one.form, errors), "refusal": refusal, "happened": ()}
    already = [error.message for error in errors if error.message.id == "referral.already"]
    goes_on = [str(message.values["candidate"]) for message in already]
    return page(asked, "record.html.j2", status, **_shared(), **shown, **told, goes_on=goes_on)


def _preview(asked: Asked, one: Referring, found: Preview, status: int = 200) -> Response:
    return page(
        asked,
        "record_preview.html.j2",
        status,
        **_shared(),
        known=[
            (journey_called(asked.application, line), person_path(line.journey_id)) for line in one.known_journeys()
        ],
        likely=_likely(asked, found),
        said=[(capital(label), value) for label, value in one.in_words()],
        follows=[capital(line) for line in steps_of(found)],
        by_other_rules=False,
        odd=found.odd,
        is_weighty=bool(found.odd),
        send_label=_("Refer"),
        takes_two=None,
        doubts=(),
        answers=[*as_hidden(one.answers), (LIKELY_SHOWN, ",".join(_seem_alike(found)))],
        may_change=True,
        errors=(),
        send=SEND,
        change=CHANGE,
        sure="",
    )


def _seem_alike(found: Preview) -> list[str]:
    """Whoever may be the same person: by their numbers, or by the message where no number may be told."""
    alike = (one for one in found.odd if one.id in (LIKELY.id, LIKELY_ELSEWHERE.id))
    return [str(one.values.get("candidate", one.id)) for one in alike]


def _likely(asked: Asked, found: Preview) -> list[tuple[str, str]]:
    """The journeys of whoever may be the same person by another number, with their pages."""
    numbers = [str(one.values["candidate"]) for one in found.odd if one.id == "referral.likely_same"]
    lines = (line for one in numbers for line in asked.application.lists.found(candidate=CandidateNumber.parse(one)))
    return [(journey_called(asked.application, line), person_path(line.journey_id)) for line in lines]


def _shared() -> dict[str, Any]:
    words = Words(title=_("New candidate"), send=_("Refer"))
    back = (_("Back to your day"), "/")
    return {"back": back, "whom": "", "words": words, "ways": (), "path": PATH, "hidden": (), "do": DO}


menu = [MenuItem(30, PATH, N_("New candidate"), frozenset({Role.COORDINATOR, Role.MANAGER}))]

routes = [get(PATH, show), post(PATH, take)]
