"""Referring in somebody's name: what is asked, and written down, before anybody is looked up or told of."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import chain
from typing import Any

from models.access.authorship import relation_to
from models.access.permissions import Operation, Relation, why_not
from models.events.descriptions import name_of
from models.identifiers import Actor, CandidateNumber
from models.ledger.entry import Parties
from models.message import Message, msg
from models.programme.programme import Programme
from runtime.errors import Refused, UserError
from runtime.i18n import _
from services.application import Application
from services.identities.words import words_of
from services.journeys import Journeys, referral_with_id
from services.protection import known_staff, mark, protect_alike
from services.queries.lines import JourneyLine
from services.queries.protected import only_named_staff, protected_on
from services.readers import in_a_role_for, relation_of, require_known
from services.reading import hit_upon, may_read, refuse_unnamed, write_down
from services.recording.sureness import own_words
from services.referrals.importer import CHECKED, Importer, Outcome, Protect, already_known
from services.referrals.names import Names
from services.referrals.rows import BESIDE, ImportRow, told_beside
from services.referrals.turns import PASSED_ON, Turn, turn_of, why_not_again
from services.referrals.two_numbers import may_be_one
from services.referrals.values import checked, earlier_employments, told_in_field, told_of_age, told_of_employment


def importer_of(
    application: Application, journeys: Journeys, actor: Actor, *, another_person: bool = False
) -> Importer:
    """What refers people in somebody's name, with all that is asked and written down before; `another_person` says that
    nobody new is somebody who is known by another number."""
    return Importer(
        journeys,
        application.register,
        application.lists,
        application.book,
        actor,
        partial(may_refer, application, actor),
        partial(protection_for, application, actor),
        partial(note_known, application, actor),
        partial(may_change, application, actor),
        (lambda _rows: {}) if another_person else partial(likely_same, application, actor),
    )


async def refer_person(
    application: Application, actor: Actor, said: Mapping[str, Any], *, another_person: bool = False
) -> Outcome:
    """Register a person and start their journey; `another_person` says that they are nobody who is known by another
    number.

    Raises UsageError for a wrong value, Refused where they have such a journey already, or nothing was sent.
    """
    row = row_of(application, said)
    rules = application.book.programme(row.programme)
    may_refer(application, actor, rules.id, row.site)
    refuse_known(application, actor, row, rules)
    journeys = await application.journeys()
    importer = importer_of(application, journeys, actor, another_person=another_person)
    outcome = await importer.refer(row, application.now())
    if outcome.receipt is None:
        raise Refused(_first_problem(outcome))
    return outcome


LETTERS = 4
"""Of as many first letters of two words of a name somebody is looked at: Mohamed and Mohammed, Amina and Aminah."""


MOST_OPENED = 300
"""People who are looked at: among more nobody is told from another by the name."""


def names_in(application: Application, *, closed: bool = False) -> Names:
    """What the names in a referral mean here; where they are `closed`, nothing else is taken."""
    return Names(application.book, lambda: application.authority, closed=closed)


def row_of(application: Application, said: Mapping[str, Any]) -> ImportRow:
    """What somebody says of one person, as a row of a file would have it."""
    today, values = application.today(), dict[str, Any]()
    for name in (*CHECKED, *BESIDE):
        with told_in_field(name):
            values[name] = checked(name, said[name], today, names_in(application)) if said.get(name) else None
    with told_in_field("referred_on"):
        referred_on = checked("referred_on", said["referred_on"].isoformat(), today)
    with told_in_field("earlier"):  # of the date of birth nothing goes on but a near age limit
        earlier = earlier_employments(",".join(said.get("earlier") or ()), today)
        told_of_employment(application.book, values["identity_number"], referred_on, earlier)
    staff = checked("protected_for", ",".join(said.get("protected_for") or ()), today, names_in(application))
    more = {"referred_on": referred_on, "earlier_employment": earlier, "protected_for": staff}
    return ImportRow(line=1, **values, **more)


def _first_problem(outcome: Outcome) -> Message:
    assert outcome.bad is not None
    return outcome.bad.problems[0].message


def referrer(application: Application) -> Actor:
    """Whoever is here, in that of their roles which may refer somebody. Raises Refused where none may, and UsageError
    where their key is not here."""
    return in_a_role_for(application, "referred", name_of("referred"))


def may_refer(application: Application, actor: Actor, programme: str, site: str) -> None:
    """Whether somebody may refer to a programme in a town, asked before anybody is looked up or entered.

    Raises UsageError where their key is not here, and Refused where it is not theirs or they may not.
    """
    require_known(application, actor)
    relation = relation_to(application.authority, actor, None, programme, Parties(site=site), application.now())
    if (refused := why_not(actor.role, "referred", name_of("referred"), relation)) is not None:
        raise Refused(refused)


def protection_for(application: Application, actor: Actor, staff: Sequence[str]) -> Protect:
    """What protects somebody who is about to be referred, so that these people alone may read of them; nothing where
    nobody is named. Raises Refused, before anybody is entered, for people who do not work here and in a role that may
    not protect."""
    refused = why_not(actor.role, Operation.PROTECTION, Operation.PROTECTION.in_words, Relation.OWN)
    if staff and refused is not None:
        raise Refused(refused)
    named = known_staff(application, staff)
    return partial(_protect_referred, application, actor, named)


def _protect_referred(application: Application, actor: Actor, staff: Sequence[str], candidate: CandidateNumber) -> None:
    """Whoever is protected already stays so, and is referred again by the named staff alone: Refused for others."""
    already = protected_on(application.writing, candidate).get(candidate)
    if already is None and staff:
        why = own_words(application, _("The person was referred so."))
        mark(application, candidate, staff, actor, why)
        protect_alike(application, application.authority.joins.numbers_of(candidate), actor, why)
    elif already is not None and actor.name not in already:
        for line in application.lists.found(candidate=candidate):
            refuse_unnamed(application, line, actor)
        raise Refused(only_named_staff())


def note_known(application: Application, actor: Actor, line: JourneyLine) -> bool:
    """Write down that a referral has told somebody, by an identity number, that a candidate of another's is known;
    returns whether they may read of the journey."""
    if relation_of(application, line, actor) is Relation.OWN:
        return True
    with suppress(Refused):  # that they may not read it stands in the row
        hit_upon(application, line, actor, _("The person was to be referred again."))
        return True
    return False


def may_change(application: Application, actor: Actor, line: JourneyLine) -> None:
    """Write down that a referral changes who somebody is. Raises Refused where whoever refers may not."""
    why = own_words(application, _("A later referral said so."))
    write_down(application, may_read(application, line, actor, Operation.RECTIFICATION, why))


def turn_in(application: Application, row: ImportRow, rules: Programme) -> Turn | None:
    """Which journey a referral is of, of somebody who is known."""
    known = application.register.known(row.identity_number)
    numbers = application.register.numbers_of(known) if known else ()
    return turn_of(application.lists, numbers, rules, row.referred_on) if numbers else None


def sent_before(application: Application, actor: Actor, said: Mapping[str, Any]) -> JourneyLine | None:
    """The journey that this very referral of somebody's has begun; None where it was not sent. Raises UsageError."""
    row = row_of(application, said)
    rules = application.book.programme(row.programme)
    turn = turn_in(application, row, rules)
    if turn is None or (line := turn.stands) is None:
        return None
    employment = told_of_employment(application.book, row.identity_number, row.referred_on, row.earlier_employment)
    age = told_of_age(rules, row.identity_number, row.referred_on)
    passed_on = {**employment, **age, **told_beside(row), **{name: getattr(row, name) for name in PASSED_ON}}
    refused = application.lists.refused_referrals(line.journey_id)
    same = referral_with_id(line.journey_id, refused, actor=actor, effective_on=row.referred_on, **passed_on)
    first = next((one for one in application.lists.ledger(line.journey_id) if one.receipt.accepted), None)
    return line if first is not None and first.event_id == str(same.event_id) else None


def known_journeys(application: Application, actor: Actor, said: Mapping[str, Any]) -> list[JourneyLine]:
    """The journeys that the person has had or has, the latest first, as far as whoever refers may read of them; that
    they are told of them is written down. Raises UsageError."""
    known = application.register.known(row_of(application, said).identity_number)
    numbers = frozenset(application.register.numbers_of(known)) if known else frozenset[CandidateNumber]()
    found = application.lists.found(candidate=numbers) if numbers else ()
    latest_first = sorted(found, key=lambda one: one.since, reverse=True)
    return [line for line in latest_first if note_known(application, actor, line)]


def likely_same(application: Application, actor: Actor, rows: Sequence[ImportRow]) -> dict[str, Message]:
    """Of new people, by their identity numbers, that they seem to be here already by another kind of number: a
    co-ordination number, and the personal number that came after it. That a candidate is told of is written down
    before; of somebody protected the named staff alone are told."""
    register, names = application.register, (words_of(row.name, joined=False) for row in rows)
    near = register.sharing(names, LETTERS, MOST_OPENED)
    held = register.identities(chain.from_iterable(near)) if any(near) else {}
    alike = [(row, one) for row, found in zip(rows, near, strict=True) for one in found if one in held]
    likely = [(row, one) for row, one in alike if may_be_one(row, held[one])]
    protected = protected_on(application.reading) if likely else {}
    told = dict[str, Message]()
    for row, candidate in likely:
        if actor.name not in protected.get(candidate, {actor.name}):
            continue
        lines = application.lists.found(candidate=candidate)
        if row.identity_number not in told and lines:
            may_be_told = [note_known(application, actor, line) for line in lines]
            known = LIKELY.filled(candidate=candidate) if any(may_be_told) else LIKELY_ELSEWHERE
            told[row.identity_number] = known
    return told


LIKELY = msg(
    "referral.likely_same",
    "Candidate {candidate} has the same date of birth and nearly the same name, by another kind of number. If this is"
    " the same person, give that candidate this number instead. If they are two people, refer this one by itself, and"
    " say so.",
)
LIKELY_ELSEWHERE = msg(
    "referral.likely_same_elsewhere",
    "Somebody who is known here has the same date of birth and nearly the same name, by another kind of number. Ask a"
    " manager whether this is the same person. If they are two people, refer this one by itself, and say so.",
)


def refuse_known(application: Application, actor: Actor, row: ImportRow, rules: Programme) -> None:
    """Refuse to refer somebody again whose journey stands. What is told of it is read by an identity number: it is
    written down before, and told to nobody who may not read it."""
    turn = turn_in(application, row, rules)
    if turn is None or (line := turn.stands) is None:
        return
    try:
        hit_upon(application, line, actor, _("The person was to be referred again."))
    except UserError as error:
        raise Refused(already_known(rules)) from error
    if (reopen := why_not_again(application.lists, line, row, rules)) is not None and reopen.id != "row.other_referral":
        raise Refused(reopen)
    raise Refused(
        "referral.already",
        "This person is candidate {candidate} and already has a journey in {programme}, in the stage {stage}. Go on"
        " with that one.",
        candidate=line.candidate,
        programme=application.book.title(rules.id) or rules.id,
        stage=line.stage,
    )
