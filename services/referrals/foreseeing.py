"""What would become of a referral, or of each row of a list, before anything is sent: nothing is entered or written,
but that somebody was looked up."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cache, partial
from random import SystemRandom
from typing import Any

from models.identifiers import Actor, CandidateNumber, JourneyId
from models.message import Message, msg
from models.programme.programme import Programme
from runtime.errors import Refused, UsageError, UserError
from services.application import Application
from services.journeys import referral_with_id
from services.queries.lines import JourneyLine
from services.recording.preview import Preview, preview_in
from services.referrals.bad_value import BadValue
from services.referrals.importer import (
    TOGETHER,
    WHO,
    Became,
    ImportResult,
    Outcome,
    already_known,
    of_bad_row,
    to_put_right,
)
from services.referrals.referring import likely_same, may_refer, note_known, refuse_known, row_of, turn_in
from services.referrals.rows import BadRow, ImportRow, told_beside
from services.referrals.turns import PASSED_ON, Turn, known_before, why_not_again
from services.referrals.values import told_of_age, told_of_employment


def foresee_referral(application: Application, actor: Actor, said: Mapping[str, Any]) -> Preview:
    """What would follow from a referral. Raises UsageError and Refused as referring does."""
    row = row_of(application, said)
    rules = application.book.programme(row.programme)
    may_refer(application, actor, rules.id, row.site)
    refuse_known(application, actor, row, rules)
    turn = turn_in(application, row, rules)
    found = _foreseen(application, actor, row, rules, turn)
    likely = likely_same(application, actor, [row]).values() if turn is None else ()
    return found.model_copy(update={"odd": (*likely, *found.odd)})


def foresee_rows(
    application: Application,
    actor: Actor,
    rows: Sequence[ImportRow | BadRow],
    done: Callable[[], None] = lambda: None,
) -> ImportResult:
    """What would become of each row of a list; `done` is called after each."""
    rules_of, outcomes = cache(application.book.programme), list[Outcome]()  # each look at a programme reads its file
    for first in range(0, len(rows), TOGETHER):
        part = rows[first : first + TOGETHER]
        likely = _likely_among(application, actor, part, rules_of)
        for row in part:
            outcomes.append(_outcome(application, actor, row, rules_of, likely))
            done()
    return ImportResult(outcomes, was_sent=False)


def _likely_among(
    application: Application, actor: Actor, rows: Sequence[ImportRow | BadRow], rules_of: Callable[[str], Programme]
) -> Mapping[str, Message]:
    """Why those who are new among a few rows seem to be here already, by their identity numbers."""
    asked = list[ImportRow]()
    for row in rows:
        if isinstance(row, ImportRow):
            with suppress(UserError):  # it is told in its turn
                may_refer(application, actor, rules_of(row.programme).id, row.site)
                asked.append(row)
    known = application.register.known_among([row.identity_number for row in asked]) if asked else ()
    return likely_same(application, actor, [row for row in asked if row.identity_number not in known])


def _outcome(
    application: Application,
    actor: Actor,
    row: ImportRow | BadRow,
    rules_of: Callable[[str], Programme],
    likely: Mapping[str, Message],
) -> Outcome:
    if isinstance(row, BadRow):
        may, found = partial(may_refer, application, actor), partial(note_known, application, actor)
        return of_bad_row(row, known_before(row, application.lists, application.register, rules_of, may, found))
    try:
        rules = rules_of(row.programme)
        may_refer(application, actor, rules.id, row.site)
        turn = turn_in(application, row, rules)
        if turn is None and (seems := likely.get(row.identity_number)) is not None:
            return to_put_right(row, seems)
        met = _met(application, actor, row, rules, turn.stands) if turn and turn.stands else None
        return met or _begun(application, actor, row, rules, turn)
    except BadValue as fault:
        return to_put_right(row, msg("row.employment", "Earlier employment: {what}", what=fault.message))
    except (Refused, UsageError) as error:
        return to_put_right(row, error.message)


def _met(application: Application, actor: Actor, row: ImportRow, rules: Programme, line: JourneyLine) -> Outcome:
    """What would become of a row whose person has a journey that stands."""
    if not note_known(application, actor, line):
        return to_put_right(row, already_known(rules))
    if (differs := why_not_again(application.lists, line, row, rules)) is not None:
        return to_put_right(row, differs)
    held = application.register.person(line.candidate)
    changed = tuple(name for name in WHO if getattr(row, name) not in (None, getattr(held, name)))
    became = Became.CHANGED if changed else Became.SAME
    return Outcome(row.line, became, row.name, line.candidate, None, changed, row=row)


def _begun(application: Application, actor: Actor, row: ImportRow, rules: Programme, turn: Turn | None) -> Outcome:
    found = _foreseen(application, actor, row, rules, turn)
    if found.refused is not None:
        return to_put_right(row, found.refused.why)
    again = turn is not None and bool(turn.earlier)
    told = tuple(one.name for one in found.told)
    return Outcome(row.line, Became.AGAIN if again else Became.STARTED, row.name, told=told, row=row)


def _foreseen(application: Application, actor: Actor, row: ImportRow, rules: Programme, turn: Turn | None) -> Preview:
    said_of = dict(told_of_employment(application.book, row.identity_number, row.referred_on, row.earlier_employment))
    said_of |= told_of_age(rules, row.identity_number, row.referred_on)
    # Somebody new has no number before they are entered: any will do, since nothing is kept of it.
    journey_id = turn.journey_id if turn else JourneyId.of(CandidateNumber.draw(SystemRandom()), rules.id)
    said: Iterable[tuple[str, Any]] = ((name, getattr(row, name)) for name in PASSED_ON)
    referral = referral_with_id(
        journey_id, actor=actor, effective_on=row.referred_on, **said_of, **told_beside(row), **dict(said)
    )
    found = preview_in(application, rules, journey_id, (), referral)
    assert found is not None, "no event can be wrong where there are none"
    return found
