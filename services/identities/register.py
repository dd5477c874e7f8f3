"""Who the candidates are: the one place where identities are written and read. That one is read, `services.reading`
writes down before."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from random import Random
from secrets import token_hex
from typing import Any

from sqlalchemy import Engine, delete, func, insert, literal, select, union_all
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from activities.identities import opened_identity, sealed_identity
from activities.sealing import Sealer, sealer_on
from activities.seals import Seal
from models.access.identities import Earlier, changed, commitment_to
from models.calendar.swedish_day import day_in_sweden
from models.identifiers import Actor, CandidateNumber
from models.rules.identity_access import was_qualified
from models.stages import EndReason, Stage
from models.tables.base import Base, table_of
from models.tables.journeys import JourneyRow
from models.tables.ledger import LedgerRow
from models.tables.people import CandidateRow, IdentityCommitmentRow, SearchTokenRow
from runtime.errors import Refused
from runtime.keyring import Keyring
from services.chained_rows import append
from services.identities.words import Sought, beginning_tokens, name_tokens, tokens_of


@dataclass(frozen=True)
class Person:
    """Somebody as the import or the coordinator knows them. `identity_number` has 12 digits, `language` is a code such
    as "sv", `contact_by` one of `services.identities.contact.WAYS`; `earlier` is what of it was otherwise before."""

    identity_number: str
    name: str
    email: str | None = None
    phone: str | None = None
    address: str | None = None
    language: str | None = None
    contact_by: str | None = None
    earlier: tuple[Earlier, ...] = ()

    def __repr__(self) -> str:
        return "Person(…)"  # a person in a log or a traceback would be one too many


class Register:
    """The identity table."""

    def __init__(
        self,
        engine: Engine,
        random: Random,
        keyring: Keyring,
        numbers_of: Callable[[str], tuple[CandidateNumber, ...]] = lambda number: (CandidateNumber(number),),
    ) -> None:
        """`numbers_of` are all numbers of the person who has one, that by which they go on first."""
        self._engine = engine
        self._numbers_of = numbers_of
        self._random = random
        self._keyring = keyring
        self._sealer = sealer_on(engine)

    def number_of(self, person: Person, now: datetime, by: Actor) -> CandidateNumber:
        """The candidate number of a person, drawn if they are new. Safe to repeat by the identity number.

        Whoever registers somebody new signs for who they are. Raises UsageError where their key is not here.
        """
        for _ in range(ATTEMPTS):
            if (known := self.goes_on_by(person.identity_number)) is not None:
                return known
            try:
                return self._add([person], now, by)[0]
            except IntegrityError:
                continue  # someone else registered the same person, or drew the same number, just now
        raise RuntimeError("no free candidate number was found")

    def enter(
        self, people: Sequence[Person], now: datetime, by: Actor, known: Collection[str] | None = None
    ) -> dict[str, CandidateNumber]:
        """Register those of a few people who are not known by any number, in one transaction; their candidate numbers
        by their identity numbers. Nobody may be among them twice. `known` are those who are, where that was asked.

        Whoever does signs for who they are. Raises UsageError where their key is not here, and IntegrityError where
        somebody else registers one of them just now: then nobody was entered.
        """
        if known is None:
            known = self.known_among({person.identity_number for person in people}) if people else ()
        unknown = [person for person in people if person.identity_number not in known]
        numbers = self._add(unknown, now, by) if unknown else ()
        return {person.identity_number: number for person, number in zip(unknown, numbers, strict=True)}

    def share_keys(self, candidates: Iterable[str], sealer: Sealer) -> None:
        """Have the keys of those who were just entered in the memory of another sealer as well."""
        for one in candidates:
            sealer.keep(one, self._sealer.of(one))

    def known(self, identity_number: str) -> CandidateNumber | None:
        """The candidate number of a person who is here already, also by a number that they had before. Adds nobody."""
        query = select(CandidateRow.number).where(CandidateRow.identity_index == self._sealer.index(identity_number))
        with Session(self._engine) as session:
            number = session.scalar(query)
        if number is not None:
            return CandidateNumber.parse(number)
        sought = Sought("identity_number", (identity_number,))
        fitting = (one for one in self.under(sought) if sought.fits(self._identity(one)))
        return next(map(CandidateNumber.parse, fitting), None)

    def goes_on_by(self, identity_number: str) -> CandidateNumber | None:
        """The same as `known`; of somebody who has several numbers, the one that the others lead to."""
        known = self.known(identity_number)
        return self.numbers_of(known)[0] if known is not None else None

    def numbers_of(self, candidate: str) -> tuple[CandidateNumber, ...]:
        """All numbers of the person who has this one, that by which they go on first; of several none of those that
        were erased."""
        numbers = self._numbers_of(candidate)
        kept = self.identities(numbers) if len(numbers) > 1 else numbers
        return tuple(one for one in numbers if one in kept) or numbers

    def under(self, sought: Sought) -> list[str]:
        """The numbers of all candidates who may be sought, by the tokens alone: see `services.identities.words`."""
        tokens = sought.tokens(self._sealer)
        table = table_of(SearchTokenRow).c
        query = select(table.candidate).where(table.token.in_(sorted(tokens))).group_by(table.candidate)
        with Session(self._engine) as session:
            return list(session.scalars(query.having(func.count() == len(tokens)))) if tokens else []

    def beginning(self, beginnings: Iterable[str], most: int) -> list[str]:
        """The same of everybody whose name may begin in one of these ways, of each as many letters as have a token;
        nobody where they are more than so many."""
        table, tokens = table_of(SearchTokenRow).c, beginning_tokens(self._sealer, beginnings)
        query = select(table.candidate).where(table.token.in_(sorted(tokens))).distinct().limit(most + 1)
        with Session(self._engine) as session:
            found = list(session.scalars(query))
        return found if len(found) <= most else []

    def sharing(self, names: Iterable[Iterable[str]], letters: int, most: int) -> list[list[str]]:
        """For each of some names, by its words, the numbers of everybody of whom two words, or the only one, may begin
        with as many letters; nobody where they are more than so many. One query."""
        table, parts = table_of(SearchTokenRow).c, [name_tokens(self._sealer, words, letters) for words in names]
        found: list[list[str]] = [[] for _ in parts]
        queries = [
            select(literal(place), table.candidate)
            .where(table.token.in_(sorted(tokens)))
            .group_by(table.candidate)
            .having(func.count() >= min(2, len(tokens)))
            for place, tokens in enumerate(parts)
            if tokens
        ]
        with Session(self._engine) as session:
            for place, candidate in session.execute(union_all(*queries)) if queries else ():
                found[place].append(candidate)
        return [one if len(one) <= most else [] for one in found]

    def identities(self, candidates: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Who many candidates are, by two queries; whoever was erased stays out."""
        wanted = sorted(set(candidates))
        with Session(self._engine) as session:
            rows = list(session.scalars(select(CandidateRow).where(CandidateRow.number.in_(wanted)))) if wanted else []
        self._sealer.have(row.number for row in rows)
        seals = ((row, self._sealer.unless_ended(row.number)) for row in rows)
        return {row.number: opened_identity(seal, row) for row, seal in seals if seal is not None}

    def person(self, candidate: str) -> Person:
        """The person behind a candidate number. Raises Refused where nobody is known by it."""
        return person_in(self._identity(candidate))

    def identity_once(self, candidate: str, write_down: Callable[[], int]) -> dict[str, Any]:
        """The same with all that is signed of it, once it is written down that somebody reads it; nothing is written
        where nobody is known."""
        identity = self._identity(candidate)
        write_down()
        return identity

    def rectify(
        self, candidate: CandidateNumber, changes: Mapping[str, Any], now: datetime, by: Actor, *, keep: bool = False
    ) -> None:
        """Put right who a candidate is, by fields of `Person`; who does signs for it. Safe to repeat.

        `keep` says that what it was before was right until now, and stays as earlier. Raises Refused where nobody is
        known by the number, and where the identity number is another candidate's.
        """
        for _ in range(ATTEMPTS):
            held = self._identity(candidate)
            whole = changed(held, changes, day_in_sweden(now), keep)
            if whole == {**held, "earlier": list(held["earlier"] or ())}:
                return None
            if self.known(whole["identity_number"]) not in (None, candidate):
                raise Refused(
                    "identity.anothers",
                    "The identity number belongs to another candidate. Check it against the person's papers, or"
                    " join the two where they are the same person.",
                )
            try:
                return self._write_anew({**whole, "salt": token_hex(32)}, now, by)
            except IntegrityError:
                continue  # somebody else registered or put right a person just now
        raise Refused("identity.busy", "Others are registering people just now. Try again.")

    def was_qualified(self, journey_id: str) -> bool:
        """Of a closed journey, whether its check was passed."""
        with Session(self._engine) as session:
            return _was_qualified(session, session.get_one(JourneyRow, journey_id))

    def _identity(self, candidate: str) -> dict[str, Any]:
        with Session(self._engine) as session:
            row = session.get(CandidateRow, candidate)
        if row is None:
            raise nobody_known(candidate)
        return opened_identity(self._sealer.known(candidate), row)

    def known_among(self, identity_numbers: Iterable[str]) -> set[str]:
        """Those of many identity numbers that somebody has, or had before."""
        indexes = {self._sealer.index(one): one for one in identity_numbers}
        sought = {one: Sought("identity_number", (one,)) for one in indexes.values()}
        tokens = {token for one in sought.values() for token in one.tokens(self._sealer)}
        have, rows = CandidateRow.identity_index, table_of(SearchTokenRow).c
        with Session(self._engine) as session:
            now = {indexes[one] for one in session.scalars(select(have).where(have.in_(sorted(indexes))))}
            near = list(session.scalars(select(rows.candidate).where(rows.token.in_(sorted(tokens)))))
        held = self.identities(near).values()
        return now | {number for number, one in sought.items() if any(map(one.fits, held))}

    def _add(self, people: Sequence[Person], now: datetime, by: Actor) -> list[CandidateNumber]:
        """Register people who are new, each with a key of their own."""
        seals, rows, committed, found_by = dict[CandidateNumber, Seal](), list[Base](), [], []
        for person in people:
            number, index = CandidateNumber.draw(self._random), self._sealer.index(person.identity_number)
            seals[number], key = self._sealer.new(number)
            identity = {**asdict(person), "number": number, "registered_at": now, "salt": token_hex(32)}
            contents = sealed_identity(seals[number], identity)
            row = CandidateRow(number=number, identity_index=index, contents=contents, registered_at=now)
            rows += (key, row)
            committed.append(IdentityCommitmentRow(candidate=number, commitment=commitment_to(identity)))
            found_by += [{"token": one, "candidate": number} for one in sorted(tokens_of(self._sealer, identity))]
        with Session(self._engine) as session, session.begin():
            append(session, *committed, by=str(by), at=now, keyring=self._keyring)
            session.add_all(rows)
            session.flush()
            session.execute(insert(table_of(SearchTokenRow)), found_by)
        for number, seal in seals.items():
            self._sealer.keep(number, seal)
        return list(seals)

    def _write_anew(self, identity: dict[str, Any], now: datetime, by: Actor) -> None:
        number, index = identity["number"], self._sealer.index(identity["identity_number"])
        contents = sealed_identity(self._sealer.known(number), identity)
        committed = IdentityCommitmentRow(candidate=number, commitment=commitment_to(identity))
        tokens = tokens_of(self._sealer, identity)
        with Session(self._engine) as session, session.begin():
            append(session, committed, by=str(by), at=now, keyring=self._keyring)
            row = session.get_one(CandidateRow, number)
            row.identity_index, row.contents = index, contents
            write_tokens(session, number, tokens)


def write_tokens(session: Session, candidate: str, tokens: Iterable[int]) -> None:
    """Let a candidate be found by these tokens, and by no others."""
    rows = table_of(SearchTokenRow)
    session.flush()
    session.execute(delete(rows).where(rows.c.candidate == candidate))
    if said := [{"token": token, "candidate": candidate} for token in sorted(tokens)]:
        session.execute(insert(rows), said)


def nobody_known(candidate: str) -> Refused:
    """What to say where nobody is known by a number."""
    return Refused(
        "identity.unknown",
        "The register contains no person with the number {candidate}. The person may have been erased.",
        candidate=candidate,
    )


def person_in(identity: Mapping[str, Any]) -> Person:
    """The person in an opened identity."""
    said = {name.name: identity[name.name] for name in fields(Person)}
    return Person(**{**said, "earlier": tuple(said["earlier"] or ())})


def _was_qualified(session: Session, journey: JourneyRow) -> bool:
    """Of a closed journey, whether its check was passed: by the ledger row that closed it, or an internship before."""
    closed = select(LedgerRow.stage_before).where(LedgerRow.journey_id == journey.journey_id)
    closed = closed.where(LedgerRow.accepted.is_(True), LedgerRow.stage_after == Stage.CLOSED)
    left = session.scalar(closed.where(LedgerRow.stage_before != Stage.CLOSED).order_by(LedgerRow.row.desc()).limit(1))
    if left is None or was_qualified(Stage(left), EndReason(journey.end_reason or EndReason.OTHER)):
        return left is not None
    # Where each internship has a check of its own, the one that was not passed may be a later one.
    agreed = select(LedgerRow.row).where(LedgerRow.journey_id == journey.journey_id, LedgerRow.accepted.is_(True))
    return session.scalar(agreed.where(LedgerRow.kind == "internship_agreed").limit(1)) is not None


ATTEMPTS = 5
"""Two collisions in a row are already beyond any likelihood."""
