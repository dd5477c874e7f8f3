"""Referring people, one or a whole list: each good row becomes a journey, each bad one comes back to be corrected."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from models.access.authorship import relation_to
from models.access.permissions import Operation, Relation, why_not
from models.events.descriptions import name_of
from models.identifiers import Actor, CandidateNumber, JourneyId
from models.ledger.entry import Parties
from models.ledger.receipt import Receipt
from models.message import Message, msg, plain
from runtime.errors import Refused, UserError
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
from services.reading import hit_upon, refuse_unnamed
from services.referrals.bad_value import BadValue
from services.referrals.rows import BadRow, ImportRow, Problem
from services.referrals.values import earlier_employments, readers, told_in_field, told_of_employment

Protect = Callable[[CandidateNumber], None]
"""Marks somebody who is about to be referred, where they are protected. Raises Refused."""

AT_ONCE = 8
"""Referrals under way at a time: enough to keep a worker busy, few enough to leave it answering others."""


PASSED_ON = ("referring_partner", "site", "coordinator")
"""What a referral takes from a row as it is."""

CHECKED = ("programme", "identity_number", "name", "email", "phone", *PASSED_ON)
"""What is checked of one person, in this order."""


@dataclass
class ImportResult:
    """What became of a file: journeys started, lines of people who were known before, rows to mend.

    Of those who were known nothing else is told: who they are here would be read by their identity number.
    """

    started: list[str] = field(default_factory=list)
    known: list[int] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)


class Importer:
    """Refers the people of an import file. Importing the same rows again starts nothing again.

    `may_refer` is asked of a row's programme and town before anybody is looked up, and `protection` of the staff who
    alone may read of a person; both raise UserError. What the latter gives marks the person before anything is said.
    `found` has it written down that somebody was known, before that is told.
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
        found: Callable[[JourneyLine], None] = lambda _line: None,
    ) -> None:
        self._journeys = journeys
        self._register = register
        self._lists = lists
        self._book = book
        self._actor = actor
        self._may_refer = may_refer
        self._protection = protection
        self._found = found

    async def run(
        self, rows: Sequence[ImportRow | BadRow], now: datetime, done: Callable[[], None] = lambda: None
    ) -> ImportResult:
        """Refer each good row; call `done` after each row. Raises ServiceUnavailable where a service is away."""
        result = ImportResult(bad=[row for row in rows if isinstance(row, BadRow)])
        turn = asyncio.Semaphore(AT_ONCE)

        async def one(row: ImportRow) -> None:
            async with turn:
                await self._refer(row, now, result)
            done()

        for _bad_row in result.bad:
            done()
        async with asyncio.TaskGroup() as group:
            for row in rows:
                if isinstance(row, ImportRow):
                    group.create_task(one(row))
        result.bad.sort(key=lambda bad: bad.line)
        return result

    async def _refer(self, row: ImportRow, now: datetime, result: ImportResult) -> None:
        try:
            rules = self._book.programme(row.programme)
            self._may_refer(rules.id, row.site)
        except UserError as error:
            result.bad.append(_bad(row, error.message))
            return
        try:
            candidate = await asyncio.to_thread(self._entered, row, now)
        except Refused as error:
            result.bad.append(_bad(row, error.message))
            return
        known = await asyncio.to_thread(self._lists.found, candidate=candidate, programme=rules.id)
        for line in known:
            await asyncio.to_thread(self._found, line)
        if known:
            result.known.append(row.line)
            return
        try:
            employment = told_of_employment(self._book, row.identity_number, row.referred_on, row.earlier_employment)
        except BadValue as fault:
            result.bad.append(_bad(row, msg("row.employment", "Earlier employment: {what}", what=fault.message)))
            return
        told = {**employment, **{name: getattr(row, name) for name in PASSED_ON}}
        referral = referral_with_id(candidate, rules.id, actor=self._actor, effective_on=row.referred_on, **told)
        try:
            receipt = await self._journeys.refer(candidate, rules, referral)
        except Refused as error:
            result.bad.append(_bad(row, error.message))
            return
        if receipt.accepted:
            result.started.append(JourneyId.of(candidate, rules.id))
        else:
            result.bad.append(_bad(row, receipt.reason or plain(receipt.message)))

    def _entered(self, row: ImportRow, now: datetime) -> CandidateNumber:
        """The number of a row's person, who is protected as the row says before anything is said of them."""
        protect = self._protection(row.protected_for)
        person = Person(row.identity_number, row.name, row.email, row.phone)
        candidate = self._register.number_of(person, now, self._actor)
        protect(candidate)
        return candidate


def _bad(row: ImportRow, message: Message) -> BadRow:
    return BadRow(row.line, row.cells, (Problem(row.line, "", message),))


async def refer_person(
    application: Application, actor: Actor, said: Mapping[str, Any]
) -> tuple[CandidateNumber, Receipt]:
    """Register a person and start their journey; returns their number and the receipt.

    Raises UsageError for a wrong value, Refused where they have such a journey already.
    """
    reader, values = readers(application.today()), dict[str, Any]()
    for name in CHECKED:
        with told_in_field(name):
            values[name] = reader[name](said[name]) if said[name] else None
    with told_in_field("earlier"):  # of the date of birth nothing goes on but a near age limit
        earlier = earlier_employments(",".join(said.get("earlier") or ()))
        employment = told_of_employment(application.book, values["identity_number"], said["referred_on"], earlier)
    rules = application.book.programme(values["programme"])
    may_refer(application, actor, rules.id, values["site"])
    _refuse_known(application, actor, values["identity_number"], rules.id)
    person = Person(values["identity_number"], values["name"], values["email"], values["phone"])
    protect = protection_for(application, actor, said.get("protected_for") or ())
    candidate = application.register.number_of(person, application.now(), actor)
    protect(candidate)
    referral = referral_with_id(
        candidate,
        rules.id,
        actor=actor,
        effective_on=said["referred_on"],
        **employment,
        **{name: values[name] for name in PASSED_ON},
    )
    receipt = await (await application.journeys()).refer(candidate, rules, referral)
    return candidate, receipt


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


def note_known(application: Application, actor: Actor, line: JourneyLine) -> None:
    """Write down that an import has told somebody, by an identity number, that a candidate of another's is known."""
    if relation_of(application, line, actor) is not Relation.OWN:
        with suppress(Refused):  # that they may not read it stands in the row
            hit_upon(application, line, actor, _("The person was to be referred again."))


def _refuse_known(application: Application, actor: Actor, identity_number: str, programme: str) -> None:
    """Refuse to refer somebody again. What is told of their journey is read by an identity number: it is written down
    before, and told to nobody who may not read it."""
    candidate = application.register.known(identity_number)
    lines = application.lists.found(candidate=candidate, programme=programme) if candidate else []
    for line in lines:
        try:
            hit_upon(application, line, actor, _("The person was to be referred again."))
        except UserError as error:
            raise Refused(
                "referral.already_known",
                "This person already has a journey in {programme}. Ask the coordinator in charge.",
                programme=programme,
            ) from error
        raise Refused(
            "referral.already",
            "This person is candidate {candidate} and already has a journey in {programme}, in the stage {stage}.",
            candidate=candidate,
            programme=programme,
            stage=line.stage,
        )
