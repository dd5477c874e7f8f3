"""Referring people, one or a whole list: each good row becomes a journey, each bad one comes back to be corrected."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy.exc import IntegrityError

from activities.sealing import sealer_on
from models.events.events import Referred
from models.identifiers import Actor, CandidateNumber, JourneyId
from models.ledger.receipt import Receipt
from models.message import Message, Worded, msg, plain
from models.programme.programme import Programme
from runtime.errors import Refused, UsageError, UserError
from runtime.rulebook.loader import RuleBook
from services.answers import one_of_several
from services.identities.contact import PERSONAL
from services.identities.register import Person, Register
from services.journeys import Journeys, Signed, referral_with_id
from services.queries.lines import JourneyLine
from services.queries.lists import Lists
from services.referrals.bad_value import BadValue
from services.referrals.rows import BadRow, ImportRow, told_beside
from services.referrals.turns import PASSED_ON, Turn, known_before, turn_of, why_not_again
from services.referrals.values import told_of_age, told_of_employment
from services.sheets.mistakes import Problem

Protect = Callable[[CandidateNumber], None]
"""Marks somebody who is about to be referred, where they are protected. Raises Refused."""

Likely = Callable[[Sequence[ImportRow]], Mapping[str, Message]]
"""Says of those who seem to be here already by another number why, by their identity numbers."""

AT_ONCE = 8
"""Referrals under way at a time: enough to keep a worker busy, few enough to leave it answering others."""

TOGETHER = 25
"""People who are entered in one transaction: of each little is left of its cost, and few stand entered without a
journey where an import is killed."""

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
    the person that it changed; `told` are those who would be told and `row` is what was read, where this was
    foreseen."""

    line: int
    became: Became
    name: str = field(default="", repr=False)
    candidate: CandidateNumber | None = None
    journey: JourneyId | None = None
    changed: tuple[str, ...] = ()
    bad: BadRow | None = None
    receipt: Receipt | None = None
    told: tuple[str, ...] = ()
    row: ImportRow | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Ready:
    """A referral that can be sent; `signed` is its message where its person was only just entered."""

    row: ImportRow
    rules: Programme
    turn: Turn
    referral: Referred
    signed: Signed | None = None


Begun = ImportRow | BadRow | Ready | Outcome
"""A row in its turn, with what is known of it already."""


@dataclass
class ImportResult:
    """What became of a file, row by row."""

    outcomes: list[Outcome] = field(default_factory=list)
    was_sent: bool = True
    """Whether anything was sent; otherwise this was only foreseen."""

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
    written down that who they are is changed, and raises UserError where it may not be. `likely` says of those
    among new people who seem to be here already by another number why, by their own: somebody is to look at the row.
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
        likely: Likely = lambda _rows: {},
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
        self._likely = likely

    async def run(
        self, rows: Sequence[ImportRow | BadRow], now: datetime, done: Callable[[], None] = lambda: None
    ) -> ImportResult:
        """Refer each good row; call `done` after each row. Raises ServiceUnavailable where a service is away."""
        turn, outcomes = asyncio.Semaphore(AT_ONCE), list[Outcome]()

        async def one(row: Begun) -> None:
            try:
                with one_of_several():
                    outcomes.append(await self._became(row, now))
            finally:
                turn.release()
            done()

        async with asyncio.TaskGroup() as group:
            for first in range(0, len(rows), TOGETHER):
                for row in await asyncio.to_thread(self._entered_together, rows[first : first + TOGETHER], now):
                    await turn.acquire()
                    group.create_task(one(row))
        return ImportResult(sorted(outcomes, key=lambda outcome: outcome.line))

    async def refer(self, row: ImportRow, now: datetime) -> Outcome:
        """Refer the person of a row, or say what is to be put right. Raises ServiceUnavailable."""
        return await self._became(row, now)

    async def _became(self, row: Begun, now: datetime) -> Outcome:
        if isinstance(row, BadRow):
            return await asyncio.to_thread(self._unread, row)
        ready = row if isinstance(row, (Ready, Outcome)) else await asyncio.to_thread(self._looked_up, row, now)
        return ready if isinstance(ready, Outcome) else await self._sent(ready, now)

    def _unread(self, row: BadRow) -> Outcome:
        programme, may, found = self._book.programme, self._may_refer, self._found
        line = known_before(row, self._lists, self._register, programme, may, found)
        return of_bad_row(row, line)

    def _entered_together(self, rows: Sequence[ImportRow | BadRow], now: datetime) -> list[Begun]:
        """A few rows, of which those are ready whose persons were not known: they are entered in one transaction, their
        referrals signed, and nothing is looked up of them that cannot be there yet. Of those who seem to be here by
        another number that is said. The others go one by one."""
        programme = cache(self._book.programme)  # each look at a programme reads its file
        found = dict[str, tuple[ImportRow, Programme, Mapping[str, Any]]]()
        for row in rows:
            if isinstance(row, ImportRow) and not row.protected_for and row.identity_number not in found:
                with suppress(UserError):  # it is told in its turn
                    found[row.identity_number] = (row, *self._checked(row, programme))
        known = self._register.known_among(found) if found else set[str]()
        told = dict[int, Ready | Outcome]()
        for number, seems in self._likely([row for number, (row, *_) in found.items() if number not in known]).items():
            row, *_ = found.pop(number)
            told[id(row)] = to_put_right(row, seems)
        try:
            entered = self._register.enter([person_of(row) for row, *_ in found.values()], now, self._actor, known)
        except (IntegrityError, UserError):
            return [told.get(id(row), row) for row in rows]
        self._register.share_keys(entered.values(), sealer_on(self._lists.engine))
        for identity_number, candidate in entered.items():
            row, rules, employment = found[identity_number]
            turn = Turn(JourneyId.of(candidate, rules.id))
            referral = self._referral(row, turn, employment, 0)
            with suppress(UserError):
                told[id(row)] = Ready(row, rules, turn, referral, self._journeys.signed(turn.journey_id, referral))
        return [told.get(id(row), row) for row in rows]

    def _looked_up(self, row: ImportRow, now: datetime) -> Outcome | Ready:
        """What became of a row whose person is met in a journey, or that is to be put right; otherwise its referral."""
        try:
            rules, employment = self._checked(row, self._book.programme)
            if self._register.known(row.identity_number) is None and (seems := self._likely([row])):
                return to_put_right(row, seems[row.identity_number])
            numbers = self._register.numbers_of(self._entered(row, now))
            turn = turn_of(self._lists, numbers, rules, row.referred_on)
            told = [self._found(line) for line in (*turn.earlier, turn.stands) if line]
            if turn.stands is not None:
                return self._met(row, turn.stands, rules, now, all(told))
            refused = self._lists.refused_referrals(turn.journey_id)
            return Ready(row, rules, turn, self._referral(row, turn, employment, refused))
        except BadValue as fault:
            return to_put_right(row, msg("row.employment", "Earlier employment: {what}", what=fault.message))
        except (Refused, UsageError) as error:
            return to_put_right(row, error.message)

    def _checked(self, row: ImportRow, programme: Callable[[str], Programme]) -> tuple[Programme, Mapping[str, Any]]:
        """The programme of a row, and what it tells of employment and age. Raises UserError."""
        rules = programme(row.programme)
        self._may_refer(rules.id, row.site)
        said = told_of_employment(self._book, row.identity_number, row.referred_on, row.earlier_employment)
        return rules, {**said, **told_of_age(rules, row.identity_number, row.referred_on)}

    def _entered(self, row: ImportRow, now: datetime) -> CandidateNumber:
        """The number of a row's person, who is protected as the row says before anything is said of them."""
        protect = self._protection(row.protected_for)
        candidate = self._register.number_of(person_of(row), now, self._actor)
        protect(candidate)
        return candidate

    def _met(self, row: ImportRow, line: JourneyLine, rules: Programme, now: datetime, told: bool) -> Outcome:
        """What becomes of a row whose person has a journey that stands."""
        if not told:
            return to_put_right(row, already_known(rules))
        if (differs := why_not_again(self._lists, line, row, rules)) is not None:
            return replace(to_put_right(row, differs), candidate=line.candidate)
        changed = self._take_over(row, line, now)
        became = Became.CHANGED if changed else Became.SAME
        return Outcome(row.line, became, row.name, line.candidate, line.journey_id, changed)

    def _referral(self, row: ImportRow, turn: Turn, employment: Mapping[str, Any], refused: int) -> Referred:
        said = {**employment, **told_beside(row), **{name: getattr(row, name) for name in PASSED_ON}}
        return referral_with_id(turn.journey_id, refused, actor=self._actor, effective_on=row.referred_on, **said)

    async def _sent(self, ready: Ready, now: datetime) -> Outcome:
        row, rules, journey_id, referral = ready.row, ready.rules, ready.turn.journey_id, ready.referral
        try:
            if ready.signed is not None:
                receipt = await self._journeys.refer_first(journey_id, rules, referral, ready.signed)
            else:
                receipt = await self._journeys.refer(journey_id.candidate, rules, referral, journey_id.turn)
            if not receipt.accepted:
                put_right = to_put_right(row, receipt.reason or plain(receipt.message))
                return replace(put_right, candidate=journey_id.candidate, receipt=receipt)
            is_new = ready.signed is not None
            changed = () if is_new else await asyncio.to_thread(self._taken_over, row, journey_id, now)
        except (Refused, UsageError) as error:
            return to_put_right(row, error.message)
        became = Became.AGAIN if ready.turn.earlier else Became.STARTED
        return Outcome(row.line, became, row.name, journey_id.candidate, journey_id, changed, receipt=receipt)

    def _taken_over(self, row: ImportRow, journey_id: JourneyId, now: datetime) -> tuple[str, ...]:
        line = next(iter(self._lists.found(journey_id=journey_id)), None)
        return self._take_over(row, line, now) if line else ()

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


def to_put_right(row: ImportRow, message: Message) -> Outcome:
    """A row that somebody must put right, and why."""
    bad = BadRow(row.line, row.cells, (Problem(row.line, "", message),))
    return Outcome(row.line, Became.TO_PUT_RIGHT, row.name, bad=bad)


def of_bad_row(row: BadRow, line: JourneyLine | None) -> Outcome:
    """What becomes of a row to put right: nothing, where its person has been referred."""
    if line is None or row.read is None:
        return Outcome(row.line, Became.TO_PUT_RIGHT, bad=row)
    return Outcome(row.line, Became.SAME, row.read.name, line.candidate, line.journey_id)


def already_known(rules: Programme) -> Message:
    """What is told of somebody's journey to whoever may not read of it."""
    return msg(
        "referral.already_known",
        "This person already has a journey in {programme}. Ask the coordinator in charge.",
        programme=rules.id,
    )
