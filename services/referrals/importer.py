"""Referring people, one or a whole list: each good row becomes a journey, each bad one comes back to be corrected."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any

from models.access.authorship import relation_to
from models.access.permissions import Operation, Relation, why_not
from models.events.descriptions import name_of
from models.identifiers import Actor, CandidateNumber, JourneyId
from models.ledger.entry import Parties
from models.ledger.receipt import Receipt
from models.message import Message, Worded, msg, plain
from models.programme.programme import Programme
from runtime.errors import Refused, UsageError, UserError
from runtime.i18n import _
from runtime.rulebook.loader import RuleBook
from services.application import Application
from services.identities.register import Person, Register
from services.journeys import Journeys, referral_with_id
from services.protection import known_staff, mark
from services.queries.lines import JourneyLine
from services.queries.lists import Lists
from services.queries.protected import only_named_staff, protected_on
from services.readers import relation_of, require_known
from services.reading import hit_upon, may_read, refuse_unnamed, write_down
from services.referrals.bad_value import BadValue
from services.referrals.rows import PERSONAL, BadRow, ImportRow, Problem
from services.referrals.turns import PASSED_ON, Turn, turn_of, why_not_again
from services.referrals.values import checked, earlier_employments, told_in_field, told_of_employment

Protect = Callable[[CandidateNumber], None]
"""Marks somebody who is about to be referred, where they are protected. Raises Refused."""

AT_ONCE = 8
"""Referrals under way at a time: enough to keep a worker busy, few enough to leave it answering others."""

WHO = ("name", *PERSONAL)
"""What a later referral may say anew of a person."""

CHECKED = ("programme", "identity_number", *WHO, *PASSED_ON)
"""What is checked of one person, in this order."""


class Became(Worded):
    """What became of a row."""

    STARTED = "started", msg("became.started", "started")
    AGAIN = "again", msg("became.again", "started again")
    SAME = "same", msg("became.same", "known already")
    CHANGED = "changed", msg("became.changed", "changed")
    TO_PUT_RIGHT = "to_put_right", msg("became.to_put_right", "to put right")


@dataclass(frozen=True)
class Outcome:
    """What became of a row. `candidate` and `journey` are told to whoever may know them; `changed` are the fields of
    the person that it changed."""

    line: int
    became: Became
    name: str = field(default="", repr=False)
    candidate: CandidateNumber | None = None
    journey: JourneyId | None = None
    changed: tuple[str, ...] = ()
    bad: BadRow | None = None
    receipt: Receipt | None = None


@dataclass
class ImportResult:
    """What became of a file, row by row."""

    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def started(self) -> list[str]:
        """The journeys that began, also of those who came back."""
        begun = (one for one in self.outcomes if one.became in (Became.STARTED, Became.AGAIN))
        return [str(one.journey) for one in begun]

    @property
    def bad(self) -> list[BadRow]:
        """The rows to put right."""
        return [one.bad for one in self.outcomes if one.bad is not None]

    def lines(self, became: Became) -> list[int]:
        """The lines of which the same became."""
        return [one.line for one in self.outcomes if one.became is became]


class Importer:
    """Refers the people of an import file. Importing the same rows again starts nothing again.

    `may_refer` is asked of a row's programme and town before anybody is looked up, and `protection` of the staff who
    alone may read of a person; both raise UserError. What the latter gives marks the person before anything is said.
    `found` has it written down that somebody was known, and says whether more of it may be told; `may_change` has it
    written down that who they are is changed, and raises UserError where it may not be.
    """

    def __init__(
        self,
        journeys: Journeys,
        register: Register,
        lists: Lists,
        book: RuleBook,
        actor: Actor,
        may_refer: Callable[[str, str], None] = lambda _programme, _site: None,
        protection: Callable[[Sequence[str]], Protect] = lambda _staff: lambda _candidate: None,
        found: Callable[[JourneyLine], bool] = lambda _line: True,
        may_change: Callable[[JourneyLine], None] = lambda _line: None,
    ) -> None:
        self._journeys = journeys
        self._register = register
        self._lists = lists
        self._book = book
        self._actor = actor
        self._may_refer = may_refer
        self._protection = protection
        self._found = found
        self._may_change = may_change

    async def run(
        self, rows: Sequence[ImportRow | BadRow], now: datetime, done: Callable[[], None] = lambda: None
    ) -> ImportResult:
        """Refer each good row; call `done` after each row. Raises ServiceUnavailable where a service is away."""
        turn, outcomes = asyncio.Semaphore(AT_ONCE), list[Outcome]()

        async def one(row: ImportRow | BadRow) -> None:
            if isinstance(row, BadRow):
                outcomes.append(Outcome(row.line, Became.TO_PUT_RIGHT, bad=row))
            else:
                async with turn:
                    outcomes.append(await self.refer(row, now))
            done()

        async with asyncio.TaskGroup() as group:
            for row in rows:
                group.create_task(one(row))
        return ImportResult(sorted(outcomes, key=lambda outcome: outcome.line))

    async def refer(self, row: ImportRow, now: datetime) -> Outcome:
        """Refer the person of a row, or say what is to be put right. Raises ServiceUnavailable."""
        try:
            rules = self._book.programme(row.programme)
            self._may_refer(rules.id, row.site)
            employment = told_of_employment(self._book, row.identity_number, row.referred_on, row.earlier_employment)
            candidate = await asyncio.to_thread(self._entered, row, now)
            turn = await asyncio.to_thread(turn_of, self._lists, candidate, rules, row.referred_on)
            told = [await asyncio.to_thread(self._found, line) for line in (*turn.earlier, turn.stands) if line]
            if turn.stands is not None:
                return await asyncio.to_thread(self._met, row, turn.stands, rules, now, all(told))
            return await self._begun(row, turn, rules, employment, now)
        except BadValue as fault:
            return _to_put_right(row, msg("row.employment", "Earlier employment: {what}", what=fault.message))
        except (Refused, UsageError) as error:
            return _to_put_right(row, error.message)

    def _entered(self, row: ImportRow, now: datetime) -> CandidateNumber:
        """The number of a row's person, who is protected as the row says before anything is said of them."""
        protect = self._protection(row.protected_for)
        candidate = self._register.number_of(person_of(row), now, self._actor)
        protect(candidate)
        return candidate

    def _met(self, row: ImportRow, line: JourneyLine, rules: Programme, now: datetime, told: bool) -> Outcome:
        """What becomes of a row whose person has a journey that stands."""
        if not told:
            return _to_put_right(row, already_known(rules))
        if (differs := why_not_again(self._lists, line, row, rules)) is not None:
            return replace(_to_put_right(row, differs), candidate=line.candidate)
        changed = self._take_over(row, line, now)
        became = Became.CHANGED if changed else Became.SAME
        return Outcome(row.line, became, row.name, line.candidate, line.journey_id, changed)

    async def _begun(
        self, row: ImportRow, turn: Turn, rules: Programme, employment: Mapping[str, Any], now: datetime
    ) -> Outcome:
        journey_id = turn.journey_id
        refused = await asyncio.to_thread(self._lists.refused_referrals, journey_id)
        said = {**employment, **{name: getattr(row, name) for name in PASSED_ON}}
        referral = referral_with_id(journey_id, refused, actor=self._actor, effective_on=row.referred_on, **said)
        receipt = await self._journeys.refer(journey_id.candidate, rules, referral, journey_id.turn)
        if not receipt.accepted:
            put_right = _to_put_right(row, receipt.reason or plain(receipt.message))
            return replace(put_right, candidate=journey_id.candidate, receipt=receipt)
        became, changed = Became.AGAIN if turn.earlier else Became.STARTED, tuple[str, ...]()
        for line in await asyncio.to_thread(self._lists.found, journey_id=journey_id):
            changed = await asyncio.to_thread(self._take_over, row, line, now)
        return Outcome(row.line, became, row.name, journey_id.candidate, journey_id, changed, receipt=receipt)

    def _take_over(self, row: ImportRow, line: JourneyLine, now: datetime) -> tuple[str, ...]:
        """Take the later name and contact of somebody who is known, and keep the earlier ones; returns which it were.
        Raises UserError where whoever refers may not."""
        held = self._register.person(line.candidate)
        later = {name: value for name in WHO if (value := getattr(row, name)) not in (None, getattr(held, name))}
        if later:
            self._may_change(line)
            self._register.rectify(line.candidate, later, now, self._actor, keep=True)
        return tuple(later)


def person_of(row: ImportRow) -> Person:
    """The person of a row."""
    return Person(**{name: getattr(row, name) for name in ("identity_number", *WHO)})


def _to_put_right(row: ImportRow, message: Message) -> Outcome:
    bad = BadRow(row.line, row.cells, (Problem(row.line, "", message),))
    return Outcome(row.line, Became.TO_PUT_RIGHT, row.name, bad=bad)


def importer_of(application: Application, journeys: Journeys, actor: Actor) -> Importer:
    """What refers people in somebody's name, with all that is asked and written down before."""
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
    )


async def refer_person(application: Application, actor: Actor, said: Mapping[str, Any]) -> Outcome:
    """Register a person and start their journey.

    Raises UsageError for a wrong value, Refused where they have such a journey already, or nothing was sent.
    """
    row = _row_of(application, said)
    rules = application.book.programme(row.programme)
    may_refer(application, actor, rules.id, row.site)
    _refuse_known(application, actor, row, rules)
    outcome = await importer_of(application, await application.journeys(), actor).refer(row, application.now())
    if outcome.receipt is None:
        raise Refused(_first_problem(outcome))
    return outcome


def _row_of(application: Application, said: Mapping[str, Any]) -> ImportRow:
    """What somebody says of one person, as a row of a file would have it."""
    today, values = application.today(), dict[str, Any]()
    for name in CHECKED:
        with told_in_field(name):
            values[name] = checked(name, said[name], today) if said.get(name) else None
    with told_in_field("earlier"):  # of the date of birth nothing goes on but a near age limit
        earlier = earlier_employments(",".join(said.get("earlier") or ()))
        told_of_employment(application.book, values["identity_number"], said["referred_on"], earlier)
    staff: Iterable[str] = said.get("protected_for") or ()
    more = {"referred_on": said["referred_on"], "earlier_employment": earlier, "protected_for": tuple(staff)}
    return ImportRow(line=1, **values, **more)


def _first_problem(outcome: Outcome) -> Message:
    assert outcome.bad is not None
    return outcome.bad.problems[0].message


def may_refer(application: Application, actor: Actor, programme: str, site: str) -> None:
    """Whether somebody may refer to a programme in a town, asked before anybody is looked up or entered.

    Raises UsageError where their key is not here, and Refused where it is not theirs or they may not.
    """
    require_known(application, actor)
    relation = relation_to(application.authority, actor, programme, Parties(site=site), application.now())
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
        mark(application, candidate, staff, actor, _("The person was referred so."))
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
    why = _("A later referral said so.")
    write_down(application, may_read(application, line, actor, Operation.RECTIFICATION, why))


def already_known(rules: Programme) -> Message:
    """What is told of somebody's journey to whoever may not read of it."""
    return msg(
        "referral.already_known",
        "This person already has a journey in {programme}. Ask the coordinator in charge.",
        programme=rules.id,
    )


def _refuse_known(application: Application, actor: Actor, row: ImportRow, rules: Programme) -> None:
    """Refuse to refer somebody again whose journey stands. What is told of it is read by an identity number: it is
    written down before, and told to nobody who may not read it."""
    candidate = application.register.known(row.identity_number)
    line = turn_of(application.lists, candidate, rules, row.referred_on).stands if candidate else None
    if line is None:
        return
    try:
        hit_upon(application, line, actor, _("The person was to be referred again."))
    except UserError as error:
        raise Refused(already_known(rules)) from error
    if (reopen := why_not_again(application.lists, line, row, rules)) is not None and reopen.id != "row.other_referral":
        raise Refused(reopen)
    raise Refused(
        "referral.already",
        "This person is candidate {candidate} and already has a journey in {programme}, in the stage {stage}.",
        candidate=line.candidate,
        programme=rules.id,
        stage=line.stage,
    )
