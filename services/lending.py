"""Lending candidates to a colleague until a day: what is to be said of it, and why it cannot be."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from models.access.charge import TAKE_CHARGE
from models.access.statements import CandidatesLent
from models.calendar.written_days import DAY
from models.identifiers import Actor, JourneyId
from models.signatures import public_key_of
from runtime.errors import Refused, UsageError
from services.application import Application
from services.days import in_both
from services.handing_over import HandOver
from services.lent import lendings_of
from services.queries.lines import JourneyLine
from services.queries.protected import protected_on
from services.staff import made
from workflows.messages import JOURNEYS


@dataclass(frozen=True)
class Said:
    """What is to be said of lendings. `changed` is what holds already and it changes or ends; nothing is said anew of
    what holds as it is."""

    statements: Sequence[CandidatesLent]
    changed: Sequence[CandidatesLent] = ()


def lending(application: Application, lines: Sequence[JourneyLine], said: HandOver, until: date) -> Said:
    """What is to be said so that candidates are with a colleague until a day. Those who are so until another day get
    the new one. Raises Refused and UsageError where they cannot be: before anybody is asked whether it is right."""
    _refuse_days(application, said, until)
    _refuse_colleague(application, lines, said, until)
    journeys, now, today = {line.journey_id for line in lines}, application.now(), application.today()
    changed = application.authority.lendings.overlapping(said.leaves, journeys, said.day, until, now)
    _refuse_overlap(changed, said)
    new: list[CandidatesLent] = []
    own, kept = set[UUID](), set[UUID]()
    for first, group in _by_first_day(said, journeys, changed, today).items():
        was = next((one for one in changed if set(one.journeys) <= group), None)
        what = f"{said.leaves} lends {' '.join(sorted(group))} to {said.takes_over} from {first} until {until} at {now}"
        one = made(
            CandidatesLent,
            at=now,
            lending=was.lending if was else uuid5(JOURNEYS, what),
            person=said.leaves,
            to=said.takes_over,
            journeys=tuple(sorted(group)),
            from_day=first,
            until_day=until,
        )
        own.add(one.lending)
        if was is not None and was.model_copy(update={"at": now, "sign_in": None}) == one:
            kept.add(one.lending)
        else:
            new.append(one)
    rest = (_without(one, journeys, now, today) for one in changed if one.lending not in own)
    found = Said([*rest, *new], [one for one in changed if one.lending not in kept])
    _refuse_author(application, found, said.by)
    return found


def _by_first_day(
    said: HandOver, journeys: Collection[str], changed: Iterable[CandidatesLent], today: date
) -> dict[date, set[str]]:
    """The journeys by the first day of their lending: those that the colleague has already keep theirs."""
    first = dict.fromkeys(sorted(journeys), said.day)
    for one in changed:
        if one.from_day <= today:
            first |= {each: min(first[each], one.from_day) for each in one.journeys if each in first}
    found = defaultdict[date, set[str]](set)
    for journey, day in first.items():
        found[day].add(journey)
    return found


def taking_back(application: Application, person: str, journeys: Collection[str] | None, by: Actor) -> Said:
    """What is to be said so that candidates of somebody are lent no more from today on: these, or all of them. Raises
    Refused, and UsageError where one of these is not lent."""
    held = lendings_of(application, person)
    lent = {journey for one in held for journey in one.journeys}
    missing = [JourneyId.parse(one).candidate for one in journeys or () if one not in lent]
    if missing:
        raise UsageError(
            "lending.not_lent",
            "{candidates}: lent to nobody by {person}. Check the number.",
            candidates=", ".join(missing),
            person=person,
        )
    back = lent if journeys is None else set(journeys)
    changed = [one for one in held if back & set(one.journeys)]
    now, today = application.now(), application.today()
    over = [
        one.model_copy(update={"journeys": tuple(each for each in one.journeys if each in back)}) for one in changed
    ]
    found = Said([_without(one, back, now, today) for one in changed], over)
    _refuse_author(application, found, by)
    return found


def say(application: Application, said: Said, by: Actor) -> None:
    """Say it, all or nothing. Raises Refused and UsageError."""
    if said.statements:
        statements, key = _signed(application, said, by)
        application.statements.add_all(statements, key)


def _without(one: CandidatesLent, journeys: Collection[str], now: datetime, today: date) -> CandidatesLent:
    """The same lending without these journeys from now on; without any it is over."""
    left = tuple(journey for journey in one.journeys if journey not in journeys)
    changed: dict[str, object] = {"journeys": left} if left else {"until_day": today - DAY}
    return one.model_copy(update={"at": now, "sign_in": None, **changed})


def _refuse_days(application: Application, said: HandOver, until: date) -> None:
    if until < said.day:
        days = {"last": until, "first": said.day}
        raise UsageError("hand_over.period", "The last day {last} is before the first day {first}.", **days)
    if until < application.today():
        raise UsageError("lending.past", "The last day {last} has passed. Choose a coming day.", last=in_both(until))
    if said.leaves == said.takes_over:
        raise UsageError("lending.same", "Nobody lends candidates to themselves. Name a colleague.")


def _refuse_colleague(application: Application, lines: Sequence[JourneyLine], said: HandOver, until: date) -> None:
    """Raises Refused where the colleague could not act for them on the first day or on the last, or may read nothing of
    one who is protected."""
    away = [
        line
        for line in lines
        if not all(_can_act(application, said.takes_over, line.programme, day) for day in (said.day, until))
    ]
    if away:
        raise Refused(
            "lending.not_in_charge",
            "{person} does not take charge of candidates in that programme on all of these days: {candidates}. Choose"
            " another colleague or other days.",
            person=said.takes_over,
            candidates=", ".join(line.candidate for line in away),
        )
    protected = protected_on(application.reading)
    for line in lines:
        if said.takes_over not in protected.get(line.candidate, {said.takes_over}):
            raise Refused(
                "lending.protected",
                "{candidate} is protected, and {person} is not among the staff named for them. Choose one of these.",
                candidate=line.candidate,
                person=said.takes_over,
            )


def _can_act(application: Application, person: str, programme: str, day: date) -> bool:
    """Whether somebody takes charge of candidates in a programme on a day, as far as it is known today."""
    register, now = application.authority, application.now()
    known = register.person(person, now)
    if known is None or not register.works_here_on(person, day, now):
        return False
    return any(
        one.role in TAKE_CHARGE and one.is_in(programme, None) and one.holds_on(day) for one in known.assignments
    )


def _refuse_overlap(overlapping: Iterable[CandidatesLent], said: HandOver) -> None:
    for one in overlapping:
        if one.to != said.takes_over:
            raise Refused(
                "lending.overlap",
                "Some of these are with {person} from {first} until {last}. End that first, or choose other days.",
                person=one.to,
                first=in_both(one.from_day),
                last=in_both(one.until_day),
            )


def _refuse_author(application: Application, said: Said, by: Actor) -> None:
    statements, key = _signed(application, said, by)
    for one in statements:
        if (why_not := application.authority.why_not(one, public_key_of(key))) is not None:
            raise Refused(why_not)


def _signed(application: Application, said: Said, by: Actor) -> tuple[list[CandidatesLent], Ed25519PrivateKey]:
    """What is said, and the key that says it. Of their own candidates a server may say it for whoever has signed in."""
    if any(one.person != by.name for one in said.statements):
        return list(said.statements), application.keyring.key(by.name)
    signer = application.keyring.signer(by.name)
    return [one.model_copy(update={"sign_in": signer.sign_in}) for one in said.statements], signer.key
