"""Inställningar: who the reader is here, who stands in for whom, their keys, and where they are signed in."""

from collections.abc import Sequence
from functools import partial

from starlette.responses import Response

from interfaces.desk.asked import Asked, FieldError, go_to, page
from interfaces.desk.mistakes import status_of, told
from interfaces.desk.own_key import FIELD, NOTHING_CAME, came, challenge_of, options_to, place, scripted
from interfaces.desk.routing import get, post
from models.access.everywhere import EVERYWHERE
from models.access.permissions import ROLE_NAMES
from models.access.statements import Assignment
from models.calendar.swedish_day import in_swedish_time
from models.message import Message, msg
from runtime.errors import Refused, UsageError
from runtime.i18n import _, translate
from services import handing_over_told as sentences
from services import own_keys
from services.handing_over import called
from services.lent import lendings_of, lent_to
from services.queries.titles import Titles
from services.staff import action_in_words, keys_of, leaves_of, relation_in_words, what_may

WHERE = "/installningar"

KEYS = f"{WHERE}/nycklar"

MADE, LABEL, CODE = "made", "label", "code"
"""What a new key comes with: the browser's answer, what its holder calls it, and the code of their invitation."""

DONE: dict[str, Message] = {
    "ja": msg("desk.signed_out_elsewhere", "You are signed out everywhere else."),
    "ny": msg("desk.key_registered", "The key is registered. You sign with it from now on."),
    "bort": msg("desk.key_removed", "The key is removed, and counts no more."),
}
"""What was done, by the word of the address that the browser is sent to."""

NO_LABEL = msg("desk.key_unnamed", "Write what you call the key, such as: blue one, or work phone.")

NO_CODE = msg("desk.key_uninvited", "Write the code of your invitation. Your manager or the operator gives you one.")


def settings(asked: Asked) -> Response:
    """All that the register says of the reader, and their sessions."""
    return _settings(asked)


def _settings(asked: Asked, errors: Sequence[FieldError] = (), status: int = 200) -> Response:
    application, person, now = asked.application, asked.person, asked.application.now()
    register, call = application.authority, partial(called, application)
    leave, others = register.leave_of(person, now), leaves_of(register, person, now)
    stands_in = [sentences.stands_in(person, leave, call)] if leave else []
    stands_in += [sentences.stands_in(other, one, call) for other, one in others.items()]
    stands_in += [sentences.lent_by_you(one, call) for one in lendings_of(application, person)]
    stands_in += [sentences.lent_to_you(one, call) for one in lent_to(application, person)]
    may = [(_role(asked, one), _what(actions)) for one, actions in what_may(register, person, now)]
    here, passkeys = place(asked), register.passkeys.of(person, now)
    made = own_keys.to_make(application, here, challenge_of(asked)) if here else {}
    answer = page(
        asked,
        "settings.html.j2",
        status,
        errors=errors,
        passkeys=[(one, in_swedish_time(one.at)) for one in passkeys],
        makes=options_to("create", made) if here else None,
        keys_path=KEYS,
        made_field=MADE,
        said=register.person(person, now),
        may=may,
        stands_in=stands_in,
        keys=[(key, in_swedish_time(since)) for key, since in keys_of(register, person, now)],
        sessions_told=[
            (in_swedish_time(since), in_swedish_time(seen), _("this one") if id_ == asked.session.id else "")
            for id_, since, seen in asked.office.sessions.of(person, now)
        ],
        done=DONE.get(asked.given("klart") or ""),
    )
    return scripted(answer) if here else answer


def add_key(asked: Asked) -> Response:
    """Register a key that the browser has made; where there is one already, that confirms it first."""
    here, label, written, code = place(asked), asked.said(LABEL), asked.said(MADE), asked.said(CODE)
    application = asked.application
    keys = own_keys.keys_here(application, here)
    wrong = [] if label else [FieldError(LABEL, NO_LABEL)]
    wrong += [] if keys or code else [FieldError(CODE, NO_CODE)]
    wrong += [] if written else [FieldError("", NOTHING_CAME)]
    if wrong or here is None or not (label and written):
        return _settings(asked, wrong, 422)
    try:
        said, vouched = own_keys.made_here(application, here, written, challenge_of(asked), label), came(asked)
        if keys and vouched is None:
            options = options_to("get", own_keys.to_sign(keys, here, own_keys.vouching_for(said)))
            carried = [(LABEL, label), (MADE, written)]
            answer = page(asked, "settings_key.html.j2", options=options, hidden=carried, path=KEYS, key_field=FIELD)
            return scripted(answer)
        own_keys.register(application, said, code=code, vouched=vouched)
    except (Refused, UsageError) as error:
        return _settings(asked, [FieldError("", told(error))], status_of(error))
    return go_to(f"{WHERE}?klart=ny#nycklar")


def remove_key(asked: Asked) -> Response:
    """Let a key of the reader's count no more."""
    try:
        own_keys.remove(asked.application, asked.said("credential") or "", _("Removed under settings."))
    except (Refused, UsageError) as error:
        return _settings(asked, [FieldError("", told(error))], status_of(error))
    return go_to(f"{WHERE}?klart=bort#nycklar")


def _role(asked: Asked, one: Assignment) -> str:
    """A role, with where and until when it holds."""
    titles = Titles(asked.application.book)
    programme = None if one.programme == EVERYWHERE else titles.programme(one.programme)
    town = None if one.town == EVERYWHERE else titles.town(one.town)
    where = ", ".join(filter(None, (programme, town))) or _("everywhere")
    until = _("until {day}", day=one.until_day) if one.until_day else None
    return ", ".join(filter(None, (translate(ROLE_NAMES[one.role]), where, until)))


def _what(actions: dict[str, str]) -> list[tuple[str, str]]:
    return [(translate(action_in_words(action)), translate(relation_in_words(one))) for action, one in actions.items()]


def end_others(asked: Asked) -> Response:
    """End all sessions of the reader but this one."""
    asked.office.sessions.end_others(asked.person, asked.session.id)
    return go_to(f"{WHERE}?klart=ja")


routes = [
    get(WHERE, settings),
    post(f"{WHERE}/sessioner", end_others),
    post(KEYS, add_key),
    post(f"{KEYS}/bort", remove_key),
]
