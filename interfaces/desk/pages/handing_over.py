"""Lämna över: candidates go to a colleague for good, or a colleague stands in until a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from starlette.responses import Response

from interfaces.desk.asked import FORM_TOKEN, Asked, FieldError, go_to, in_thread, page
from interfaces.desk.checking import Checks
from interfaces.desk.menu import MenuItem
from interfaces.desk.mistakes import told
from interfaces.desk.routing import get, post
from models.access.permissions import PERMISSIONS, Reading
from models.access.statements import Substitute
from models.calendar.written_days import Towards
from models.events.descriptions import name_of
from models.identifiers import JourneyId, Role
from models.message import N_, msg, plain
from models.rules.general import DAY_BORDER
from runtime.errors import Refused, UsageError, UserError
from runtime.i18n import _
from services import handing_over_told as sentences
from services.application import Application
from services.charge import in_charge_of
from services.days import day_of, in_both
from services.handing_over import (
    HandOver,
    back,
    called,
    chosen,
    colleague,
    foresee,
    hand_over,
    is_written,
    refuse_stand_in,
    stand_in,
    standing_in,
)
from services.identities.naming import names_in
from services.lending import Said, lending, say, taking_back
from services.lent import lendings_of
from services.naming import in_charge
from services.queries.lines import JourneyLine
from services.queries.titles import Titles
from services.readers import in_a_role_for
from services.reading import read
from services.recording.draft import checked_field
from services.recording.sureness import make_sure, own_words

KIND = "coordinator_changed"

UNSURE = "text.unsure"


def begin(asked: Asked) -> Response:
    """Who can be handed over, to whom, and who stands in for whom."""
    return _form(asked)


def _form(asked: Asked, status: int = 200, errors: Sequence[FieldError] = ()) -> Response:
    application = asked.application
    actor = in_a_role_for(application, KIND, name_of(KIND))
    leaves = colleague(application, asked.said("leaves") or asked.given("fran") or actor.name)
    lines = in_charge_of(application, leaves)
    names = names_in(application, None, lines)
    known = [(one.code, one.title) for one in in_charge(application.authority)]
    others = [(code, name) for code, name in known if code != leaves]
    leave, call = standing_in(application, leaves), partial(called, application)
    return page(
        asked,
        "hand_over.html.j2",
        status,
        errors=list(errors),
        leaves=leaves,
        leaves_named=called(application, leaves),
        is_own=leaves == actor.name,
        may_choose=actor.role is Role.MANAGER,
        known=known,
        others=others,
        lines=Titles(application.book).shown(sorted(lines, key=lambda one: names.get(one.candidate, "").casefold())),
        names=names,
        ticked=set(map(str, asked.form.getlist("who"))) | {asked.given("vem")},
        how=asked.said("how") or ("lend" if asked.given("vem") else "good"),
        lent=[(str(one.lending), sentences.lent(one, call)) for one in lendings_of(application, leaves)],
        today=application.today(),
        stands_in=sentences.stands_in(leaves, leave, call) if leave else None,
        done=_done(asked),
        unsure=any(shown.field == "because" and shown.message.id == UNSURE for shown in errors),
    )


def _done(asked: Asked) -> str | None:
    """What has just been done, in words; the address says what alone."""
    match asked.given("klart"):
        case "lamnat":
            return _("They are handed over.")
        case "ersattare":
            return _("It is recorded who stands in.")
        case "tillbaka":
            return _("From today nobody stands in.")
        case "utlanade":
            return _("It is recorded who has them meanwhile.")
        case "hos-dig":
            return _("They are with their coordinator, and lent no more.")
    return None


@dataclass(frozen=True)
class _Given:
    """What a form says: who goes over to whom, and until when where it is for a while."""

    said: HandOver
    lines: list[JourneyLine]
    already: list[JourneyLine]
    until: date | None
    lent: Said | None = None


async def send(asked: Asked) -> Response:
    """Show what would follow, and do it once somebody has said yes. Sent twice it is done once."""
    if asked.said("step") == "change":
        return await in_thread(_form, asked)
    given, errors = await in_thread(_read, asked)
    if given is None:
        return await in_thread(_form, asked, 422, errors)
    if asked.said("step") != "send":
        return await in_thread(_preview, asked, given)
    if given.lent is not None:
        await in_thread(say, asked.application, given.lent, given.said.by)
        return go_to(f"/lamna-over?klart=utlanade&fran={given.said.leaves}")
    if given.until is not None and asked.said("how") == "until":
        await in_thread(stand_in, asked.application, given.said, given.until)
        return go_to(f"/lamna-over?klart=ersattare&fran={given.said.leaves}")
    return await _hand_over(asked, given)


def _read(asked: Asked) -> tuple[_Given | None, list[FieldError]]:
    application, checks = asked.application, Checks()
    actor = in_a_role_for(application, KIND, name_of(KIND))
    leaves, today = colleague(application, asked.said("leaves") or actor.name), application.today()
    to = checks.read("to", lambda: colleague(application, asked.said("to") or ""))
    first = checks.read("day", lambda: _day(asked, "day")) or today
    because = asked.said("because") or ""
    said = HandOver(leaves, to or "", first, because, actor)
    read = {"until": _for_a_while, "lend": _lent}.get(asked.said("how") or "", _for_good)
    given = read(asked, said, checks)
    return (given if not checks.errors else None), checks.errors


def _until(asked: Asked, checks: Checks) -> date | None:
    until = checks.read("until", lambda: _day(asked, "until"))
    if until is None and not asked.said("until"):
        checks.refuse("until", msg("hand_over.until_which", "Say until which day the colleague has them."))
    return until


def _lent(asked: Asked, said: HandOver, checks: Checks) -> _Given:
    until, (lines, already) = _until(asked, checks), _who(asked, said, checks)
    if until is None or not lines or not said.takes_over:
        return _Given(said, lines, already, until)
    field = "until" if until < max(said.day, asked.application.today()) else "to"
    found = checks.read(field, lambda: lending(asked.application, lines, said, until))
    return _Given(said, lines, already, until, found)


def _for_a_while(asked: Asked, said: HandOver, checks: Checks) -> _Given:
    until = _until(asked, checks)
    if until is not None and said.takes_over:
        substitute = Substitute(person=said.takes_over, from_day=said.day, until_day=until)
        field = "until" if until < said.day else "to"
        checks.read(field, lambda: refuse_stand_in(asked.application, said.leaves, substitute, said.by))
    return _Given(said, [], [], until)


def _for_good(asked: Asked, said: HandOver, checks: Checks) -> _Given:
    application = asked.application
    if said.day > application.today() + DAY_BORDER:
        not_yet = msg(
            "hand_over.not_yet",
            "{day} is in the future. Hand over for good on that day, or let a colleague stand in from then.",
            day=in_both(said.day),
        )
        checks.refuse("day", not_yet)
    checks.read("because", lambda: _reason(asked, said.because))
    lines, already = _who(asked, said, checks)
    return _Given(said, lines, already, None)


def _who(asked: Asked, said: HandOver, checks: Checks) -> tuple[list[JourneyLine], list[JourneyLine]]:
    """Those who were chosen, and apart from them those that are the colleague's already."""
    application = asked.application
    every = [str(line.journey_id) for line in in_charge_of(application, said.leaves)]
    wanted = every if asked.said("all") else [str(one) for one in asked.form.getlist("who")]
    if not wanted:
        checks.refuse("who", msg("hand_over.nobody", "Choose who is handed over."))
    lines, already = list[JourneyLine](), list[JourneyLine]()
    if wanted and said.takes_over:
        found = checks.read("who", lambda: chosen(_lines(application, wanted), said.leaves, said.takes_over))
        lines, already = found or (lines, already)
    return lines, already


def _lines(application: Application, wanted: Sequence[str]) -> list[JourneyLine]:
    """The journeys of these ids, or of candidates who have one alone. Raises UsageError and Refused."""
    ids = ((JourneyId.read(one), one) for one in wanted)
    return [
        application.find_open(id_.candidate, f"{id_.programme}/{id_.turn}") if id_ else application.find_open(written)
        for id_, written in ids
    ]


def _day(asked: Asked, field: str) -> date | None:
    written = asked.said(field)
    return day_of(written, asked.application.today(), Towards.PLANNED) if written else None


def _reason(asked: Asked, because: str) -> None:
    """Raises UserError where there is no reason, one that cannot be kept, or one of which somebody must be sure."""
    if not because.strip():
        raise UsageError("hand_over.why", "Write why they are handed over.")
    checked_field(KIND, "reason", because)
    if asked.said("sure"):
        asked.application.sure_of.add(because)
    make_sure(asked.application, [because])


def _preview(asked: Asked, given: _Given) -> Response:
    application, said, call = asked.application, given.said, partial(called, asked.application)
    values: dict[str, Any] = {
        "given": given,
        "hidden": _hidden(asked),
        "refused": False,
        "foreseen": (),
        "told": None,
        "some": None,
        "means": (),
        "is_said": False,
    }
    if given.lent is not None:
        return _preview_lent(asked, given.lent, given, values)
    if given.until is not None and asked.said("how") == "until":
        substitute = Substitute(person=said.takes_over, from_day=said.day, until_day=given.until)
        was = standing_in(application, said.leaves)
        replaced = sentences.replaced(said.leaves, was, call) if was else None
        told = sentences.stands_in(said.leaves, substitute, call)
        count = len(in_charge_of(application, said.leaves))
        some = 0 if asked.said("all") else len(asked.form.getlist("who"))
        values |= {
            "title": _("Is this right?"),
            "told": told,
            "note": replaced,
            "some": sentences.some_alone(said.leaves, substitute, call, some) if 0 < some < count else None,
            "means": [*sentences.what_it_means(said.leaves, substitute, call, count), _told(application, said)],
        }
        return page(asked, "hand_over_preview.html.j2", **values)
    if not given.lines:
        note = sentences.already_with(call(said.takes_over), given.already)
        values |= {"title": _("Nobody is left to hand over."), "note": note, "is_said": True}
        return page(asked, "hand_over_preview.html.j2", **values)
    for line in given.lines:
        read(application, line, said.by, Reading.JOURNEY, own_words(application, _("Before something was recorded.")))
    foreseen = foresee(application, given.lines, said)
    refused = [one for one in foreseen if one.refused is not None]
    who = sentences.who_is_told(foreseen)
    values |= {
        "title": sentences.question(foreseen, said, call),
        "foreseen": foreseen,
        "names": names_in(application, None, given.lines),
        "titles": Titles(application.book),
        "told": _("These are told: {who}.", who=who) if who else _("Nobody is told."),
        "note": sentences.already_with(call(said.takes_over), given.already) if given.already else None,
        "refused": bool(refused),
    }
    return page(asked, "hand_over_preview.html.j2", 422 if refused else 200, **values)


def _preview_lent(asked: Asked, lent: Said, given: _Given, values: dict[str, Any]) -> Response:
    application, said, call = asked.application, given.said, partial(called, asked.application)
    for line in given.lines:
        read(application, line, said.by, Reading.JOURNEY, own_words(application, _("Before something was recorded.")))
    notes = [sentences.lending_changed(one, call) for one in lent.changed]
    if given.already:
        notes.append(sentences.already_with(call(said.takes_over), given.already))
    meant = [one for one in lent.statements if one.to == said.takes_over and one.until_day == given.until]
    values |= {
        "title": _("Is this right?") if lent.statements else _("It is recorded already."),
        "told": " ".join(sentences.lent(one, call) for one in meant),
        "note": " ".join(notes) or None,
        "means": [
            *(each for one in meant for each in sentences.what_lending_means(one, call)),
            _told(application, said),
        ],
        "is_said": not lent.statements,
    }
    return page(asked, "hand_over_preview.html.j2", **values)


def _told(application: Application, said: HandOver) -> str:
    is_told = is_written(application, said.takes_over)
    return sentences.told_by_mail(said.takes_over, partial(called, application), is_written=is_told)


def _hidden(asked: Asked) -> list[tuple[str, str]]:
    """The form as it was sent, to be sent again."""
    return [
        (name, value)
        for name, value in asked.form.multi_items()
        if isinstance(value, str) and name not in (FORM_TOKEN, "step")
    ]


async def _hand_over(asked: Asked, given: _Given) -> Response:
    """Hand them over one after another; where something is in the way, say how far it came."""
    done = list[str]()
    journeys = await asked.application.journeys()
    try:
        async for line, receipt in hand_over(journeys, given.lines, given.said):
            if not receipt.accepted:
                raise Refused(receipt.reason or plain(receipt.message))
            done.append(line.candidate)
    except UserError as error:
        left = [line.candidate for line in given.lines if line.candidate not in done]
        how_far = msg(
            "hand_over.broken_off",
            "Handed over: {done}. Not yet: {left}. {why} Try again for the rest.",
            done=", ".join(done) or msg("nobody", "nobody"),
            left=", ".join(left),
            why=told(error),
        )
        raise type(error)(how_far) from error
    return go_to(f"/lamna-over?klart=lamnat&fran={given.said.leaves}")


def come_back(asked: Asked) -> Response:
    """Let nobody stand in for somebody from today on, or let those of one lending, or one journey, be with them
    again."""
    application = asked.application
    actor = in_a_role_for(application, KIND, name_of(KIND))
    leaves = colleague(application, asked.said("leaves") or actor.name)
    if (journeys := _coming_back(asked, leaves)) is not None:
        say(application, taking_back(application, leaves, journeys, actor), actor)
        return go_to(f"/lamna-over?klart=hos-dig&fran={leaves}")
    if standing_in(application, leaves) is not None:  # sent twice it is over all the same
        back(application, leaves, actor)
    return go_to(f"/lamna-over?klart=tillbaka&fran={leaves}")


def _coming_back(asked: Asked, leaves: str) -> frozenset[str] | None:
    """The journeys of a lending, or the one, that are to come back; None where that was not asked. Sent twice
    they are back all the same."""
    lending, journey = asked.said("lending"), asked.said("who")
    if lending is None and journey is None:
        return None
    held = (one for one in lendings_of(asked.application, leaves) if lending in (None, str(one.lending)))
    found = (each for one in held for each in one.journeys)
    return frozenset(each for each in found if journey in (None, each))


HAND_OVER = frozenset(role for role in Role if KIND in PERMISSIONS[role])

menu = [MenuItem(60, "/lamna-over", N_("Hand over"), HAND_OVER)]

routes = [
    get("/lamna-over", begin),
    post("/lamna-over", send),
    post("/lamna-over/tillbaka", come_back),
]
