"""Rättelser och godkännanden: what waits for a second person, and the answer to it."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID, uuid4

from starlette.responses import Response

from interfaces.desk.asked import Asked, FieldError, go_to, in_thread, page
from interfaces.desk.menu import MenuItem
from interfaces.desk.mistakes import mistake, status_of, told
from interfaces.desk.own_key import FIELD as KEY_FIELD
from interfaces.desk.own_key import SIGN, KeyAsked, asked_for, came, scripted, take
from interfaces.desk.reasons import FIELD, SURE, UNSURE
from interfaces.desk.routing import get, post
from interfaces.desk.wording import capital, person_path
from models.calendar.swedish_day import in_swedish_time
from models.events.descriptions import name_of
from models.identifiers import Actor, Role
from models.ledger.receipt import Receipt
from models.message import N_, Message, msg
from runtime.errors import Refused, UsageError
from runtime.i18n import _, shown, translate, why_not
from services.days import near
from services.identities.naming import names_in
from services.queries.lines import JourneyLine
from services.queries.titles import Titles
from services.recording import approving, deciding
from services.recording.answered import Answer, Decision, answers
from services.recording.approving import Approval, Found, approval_of
from services.recording.decided import decided
from services.recording.foretold import lines_of
from services.recording.meanwhile import last_row
from services.recording.preview import Preview
from services.recording.sureness import make_sure
from services.showing import by_whom

WHO_APPROVES = frozenset({Role.COORDINATOR, Role.MANAGER, Role.SUPERVISOR})

DECIDED = {
    "godkand": msg("desk.approved", "The correction is approved and recorded."),
    "avslagen": msg("desk.declined", "The correction is declined. Nothing was changed."),
    "aterkallad": msg("desk.withdrawn", "Your correction is withdrawn. Nothing was changed."),
}
"""What was done to a proposal, by the word of the address that the browser is sent to."""

NO_REASON = msg("desk.no_reason_to_decline", "Write why it is not to be corrected so. The colleague reads it.")

NOT_WAITING = msg("desk.not_open", "This does not wait for you. It has lapsed, or it is for somebody else to decide.")

WORDS = {Decision.APPROVED: "godkand", Decision.DECLINED: "avslagen", Decision.WITHDRAWN: "aterkallad"}

OF_OTHERS = {
    Decision.APPROVED: msg("desk.approved_before", "{who} approved this correction, {when}. It is recorded."),
    Decision.DECLINED: msg("desk.declined_before", "{who} declined this correction, {when}. Nothing was changed."),
    Decision.WITHDRAWN: msg("desk.withdrawn_before", "{who} withdrew this proposal, {when}. Nothing was changed."),
}
"""What is told where a proposal was decided on before."""

GONE = "approval.unknown"

EVENT_ID, SEEN = "event_id", "seen"
"""What an approval carries: the id of what is to be recorded, and the last row that was seen."""

TWO_AT_ONCE = msg(
    "desk.own_key_for_two",
    "This is recorded on two people at once, and each takes your own key. Approve it from the machine"
    " that has your key.",
)


class Waiting(NamedTuple):
    """A proposal in the list."""

    approval: Approval
    name: str | None
    kind: str
    by: str
    until: str


class Answered(NamedTuple):
    """What a colleague has answered to the reader's own proposal, in the list."""

    candidate: str
    name: str | None
    path: str
    what: str
    answer: str
    why: str | None


def approvals(asked: Asked) -> Response:
    """What waits for the reader's approval, and what they have proposed themselves."""
    return _listed(asked, DECIDED.get(asked.given("beslut") or ""))


def _listed(asked: Asked, decided: Message | None, status: int = 200) -> Response:
    application = asked.application
    found = approving.approvals(application, None)
    said = answers(application, None, with_reasons=True)
    journeys = [*(one.journey_id for one in found), *(one.journey_id for one in said)]
    lines = [line for one in journeys for line in application.lists.found(journey_id=one)]
    names, today = names_in(application, None, lines), application.today()
    waiting = [
        Waiting(
            one,
            names.get(one.candidate),
            translate(name_of(one.kind)),
            by_whom(application, one.by),
            near(one.until, today),
        )
        for one in Titles(application.book).shown(found)
    ]
    return page(
        asked,
        "approvals.html.j2",
        status,
        for_me=[one for one in waiting if not one.approval.own],
        mine=[one for one in waiting if one.approval.own],
        answered=[_answered(asked, one, names.get(one.candidate)) for one in said],
        decided=decided,
    )


def _answered(asked: Asked, one: Answer, name: str | None) -> Answered:
    kind, who = translate(name_of(one.kind)), by_whom(asked.application, str(one.by))
    return Answered(
        one.candidate,
        name,
        person_path(one.journey_id),
        _("Correction of {kind} in row {row}", kind=kind, row=one.corrects),
        translate(OF_OTHERS[one.decision].filled(who=who, when=in_swedish_time(one.at))),
        shown(one.reason) if one.reason is not None else None,
    )


def proposal(asked: Asked) -> Response:
    """One of them: what was recorded, what is proposed instead, and what would follow."""
    return _proposal(asked)


async def decide(asked: Asked) -> Response:
    """Approve, decline or withdraw it."""
    if asked.said("decision") in ("approve", SIGN):
        return await _approve(asked)
    because = asked.said(FIELD)
    if because is None:
        return await in_thread(lambda: _proposal(asked, [FieldError(FIELD, NO_REASON)]))
    return await _decline(asked, because)


async def _approve(asked: Asked) -> Response:
    before = await in_thread(_found, asked)
    if isinstance(before, Response):
        return before
    found, author = before
    try:
        event_id = await in_thread(_signed, asked, found, author)
    except (Refused, UsageError) as error:
        wrong, status = [FieldError("", told(error))], status_of(error)
        return await in_thread(lambda: _proposal(asked, wrong, status))
    receipt = await deciding.approve(asked.application, found, author, event_id)
    return await _decided(asked, receipt, "godkand")


def _signed(asked: Asked, found: Found, author: Actor) -> UUID:
    """The id under which an approval is recorded; with what its author's key has signed of it. Raises Refused, and
    UsageError."""
    deciding.refuse_own(found)
    try:
        event_id, seen = UUID(asked.said(EVENT_ID) or ""), int(asked.said(SEEN) or "")
    except ValueError:
        event_id, seen = uuid4(), last_row(found.rows)
    came(asked, "decision")
    foreseen = deciding.foreseen(asked.application, found, author)
    if found.event.moved is not None and any(what.own_key == "demanded" for _, what in foreseen):
        raise Refused(TWO_AT_ONCE)
    asks = foreseen[-1][1].own_key if foreseen else None
    said = approval_of(asked.application, found, author, event_id)
    take(asked, found.line.journey_id, said, asks, seen)
    return event_id


def _key_asked(
    asked: Asked, found: Found, author: Actor, event_id: UUID, foreseen: Sequence[tuple[JourneyLine, Preview]]
) -> KeyAsked | None:
    """How the page asks for the key of whoever approves."""
    if found.event.moved is not None:
        demanded = any(what.own_key == "demanded" for _, what in foreseen)
        return KeyAsked(None, demanded, TWO_AT_ONCE) if demanded else None
    asks = foreseen[-1][1].own_key if foreseen else None
    said = approval_of(asked.application, found, author, event_id)
    return asked_for(asked, found.line.journey_id, said, asks, last_row(found.rows))


async def _decline(asked: Asked, because: str) -> Response:
    before = await in_thread(_found, asked)
    if isinstance(before, Response):
        return before
    found, author = before
    if asked.said(SURE):
        asked.application.sure_of.add(because)
    try:
        await in_thread(make_sure, asked.application, [because], found.line.candidate)
        receipt = await deciding.decline(asked.application, found, author, because)
    except (Refused, UsageError) as error:
        wrong = [FieldError(FIELD if error.message.id == UNSURE else "", error.message)]
        return await in_thread(lambda: _proposal(asked, wrong))
    return await _decided(asked, receipt, "aterkallad" if found.approval.own else "avslagen")


async def _decided(asked: Asked, receipt: Receipt, word: str) -> Response:
    if receipt.accepted:
        return go_to(f"/godkannanden?beslut={word}")
    refused = msg("desk.decision_refused", "Nothing was recorded: {why}", why=why_not(receipt))
    return await in_thread(lambda: _proposal(asked, [FieldError("", refused)], 409))


def _found(asked: Asked) -> tuple[Found, Actor] | Response:
    """The proposal of the address, and who decides on it. Where somebody has decided already, that is told."""
    number = asked.part("number")
    try:
        found = approving.found(asked.application, int(number), None)
    except UsageError as error:
        if error.message.id != GONE:
            raise
        return _decided_before(asked, int(number))
    return found, approving.approver_of(asked.application, found, None)


def _decided_before(asked: Asked, number: int) -> Response:
    """The receipt again for whoever has decided so, and for others who decided what and when."""
    before = decided(asked.application, number, None)
    if before is None:
        return mistake(asked.request.scope, NOT_WAITING, 404)
    approves, said = before.decision is Decision.APPROVED, asked.said("decision")
    if before.own and said is not None and (said in ("approve", SIGN)) is approves:
        return go_to(f"/godkannanden?beslut={WORDS[before.decision]}")
    who, when = by_whom(asked.application, str(before.by)), in_swedish_time(before.at)
    told = OF_OTHERS[before.decision].filled(who=who, when=when)
    return _listed(asked, told, 409 if asked.request.method == "POST" else 200)


def _proposal(asked: Asked, errors: Sequence[FieldError] = (), status: int = 422) -> Response:
    before = _found(asked)
    if isinstance(before, Response):
        return before
    found, author = before
    application = asked.application
    deciding.read_proposal(application, found, author, _("A proposed correction was to be decided on."))
    foreseen = deciding.foreseen(application, found, author)
    event_id = uuid4()
    own_key = _key_asked(asked, found, author, event_id, foreseen) if not found.approval.own else None
    answer = page(
        asked,
        "approval.html.j2",
        status if errors else 200,
        one=found.approval,
        said=deciding.proposed_in(application, found, None),
        by=by_whom(application, found.approval.by),
        kind=capital(translate(name_of(found.approval.kind))),
        until=near(found.approval.until, application.today()),
        programme=Titles(application.book).programme(found.approval.programme),
        person=person_path(found.approval.journey_id),
        foreseen=[(line.candidate, [capital(each) for each in lines_of(what)]) for line, what in foreseen],
        errors=errors,
        is_unsure=any(each.message.id == UNSURE for each in errors),
        hidden=[(EVENT_ID, str(event_id)), (SEEN, str(last_row(found.rows)))],
        own_key=own_key,
        key_field=KEY_FIELD,
        sign=SIGN,
    )
    return scripted(answer) if own_key else answer


menu = [MenuItem(30, "/godkannanden", N_("Approvals"), WHO_APPROVES)]

routes = [
    get("/godkannanden", approvals),
    get("/godkannanden/{number:int}", proposal),
    post("/godkannanden/{number:int}", decide),
]
