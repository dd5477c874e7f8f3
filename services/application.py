"""What those who ask work with, each part opened when first needed; and whom somebody means who writes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cached_property
from random import SystemRandom
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from activities.sealing import sealer_on
from models.access.permissions import ROLE_NAMES
from models.access.register import Register as Authority
from models.calendar.swedish_day import day_in_sweden
from models.identifiers import Actor, Role
from models.message import Message
from runtime.asking import asked_for, at_a_terminal
from runtime.database import may_select, open_engine, open_for_adding, open_for_reading
from runtime.encryption.sealers import with_keys
from runtime.errors import Refused, UsageError
from runtime.i18n import language
from runtime.keyring import Keyring, keyring_of
from runtime.rulebook.loader import RuleBook
from runtime.rulebook.settling import settled
from runtime.settings import Settings, load_settings, require_database, require_database_to_audit
from runtime.statement_log import StatementLog
from services.identities.by_reading import IdentitiesByReading
from services.identities.register import Register
from services.naming import NotMeant, meant, programmes
from services.privacy.disposals import erasure_of, in_words
from services.queries.free_places import Periods
from services.queries.lines import JourneyLine
from services.queries.lists import Lists

# Importing Temporal takes half a second, and most commands only read the database.
if TYPE_CHECKING:
    from temporalio.client import Client

    from activities.outbox import Outbox
    from services.journeys import Journeys
    from services.training import TrainingRecord

from collections.abc import Iterable, Sequence

from models.identifiers import CandidateNumber, JourneyId


def candidate_of(written: str) -> CandidateNumber:
    """The candidate number that somebody wrote. Raises UsageError."""
    number = CandidateNumber.read(written)
    if number is None:
        raise UsageError(
            "candidate.number",
            "{candidate} is not a valid candidate number. Check it against the source.",
            candidate=written,
        )
    return number


def only_one(number: CandidateNumber, found: Sequence[JourneyId]) -> JourneyId:
    """The only one of a candidate's journeys that were found, or the latest one of somebody who has come back. Raises
    UsageError where there are several."""
    programmes = dict.fromkeys(one.programme for one in found)
    if len(programmes) > 1:
        choices = ", ".join(programmes)
        raise UsageError(
            "journey.several",
            "Candidate {number} has several journeys. Choose a programme: {choices}.",
            number=number,
            choices=choices,
        )
    return max(found, key=lambda one: one.turn)


def programme_of(application: Application, written: str) -> str:
    """The programme that somebody means, by its name or its id. Raises UsageError where there is none."""
    book = application.book
    if book.find(written) is not None:
        return written
    try:
        return meant(written, programmes(book)).code
    except NotMeant as error:
        if not error.near:
            raise UsageError(
                "programme.unknown",
                "Unknown programme {programme}. Available: {known}.",
                programme=written,
                known=[one.title for one in programmes(book)],
            ) from error
        raise UsageError(
            "programme.near",
            "Unknown programme {programme}. Did you mean {near}?",
            programme=written,
            near=[one.title for one in error.near],
        ) from error


def author_of(written: str, role: Role) -> Actor:
    """Who acts; a name without a role is one of `role`. Raises UsageError."""
    try:
        return Actor.written(written, role)
    except ValueError as error:
        raise UsageError(
            "actor.format",
            "{actor} is not a valid author. Write a role, a colon and a name, such as coordinator:anna.berg.",
            actor=written,
        ) from error


class Application:
    """Everything a script needs, and nothing before it needs it."""

    @cached_property
    def settings(self) -> Settings:
        language()  # an unknown one is refused before anything is done or sent
        return load_settings()

    @cached_property
    def sure_of(self) -> set[str]:
        """The texts of which somebody has said that they shall stand as they are."""
        return set()

    @cached_property
    def book(self) -> RuleBook:
        return RuleBook(settled(self.settings.programmes))

    @cached_property
    def lists(self) -> Lists:
        return Lists(self.reading, Periods(lambda programme: self.book.periods(programme)))

    @cached_property
    def reading(self) -> Engine:
        return with_keys(open_for_reading(require_database(self.settings)), self.settings)

    @cached_property
    def register(self) -> Register:
        return Register(self.writing, SystemRandom(), self.keyring, lambda one: self.authority.joins.numbers_of(one))

    @cached_property
    def outbox(self) -> Outbox:
        from activities.outbox import Outbox

        return Outbox(self.writing)

    @cached_property
    def training(self) -> TrainingRecord:
        from services.training import TrainingRecord

        return TrainingRecord(self.writing, self.keyring)

    @cached_property
    def writing(self) -> Engine:
        return with_keys(open_engine(require_database(self.settings)), self.settings)

    @cached_property
    def statements(self) -> StatementLog:
        """The log of statements of authority."""
        return StatementLog(self.writing)

    @cached_property
    def authority(self) -> Authority:
        """The register of staff, keys and rules, as it is when first asked for."""
        return StatementLog(self.reading).register()

    def person(self, given: str | None) -> str:
        """Who acts, without a role: as given, as set, or the only one with a key at this machine. Raises UsageError."""
        if not (given or self.settings.actor) and len(here := self.keyring.names()) == 1:
            return here[0]
        return self.actor(given).name

    @cached_property
    def keyring(self) -> Keyring:
        """The keys of whoever works at this machine."""
        return keyring_of(self.settings, self.passphrase)

    def passphrase(self, name: str) -> str | None:
        """The passphrase of somebody's key: as set, or as whoever sits at an interface says it; None otherwise."""
        return self.settings.passphrase or asked_for(name)

    async def client(self) -> Client:
        from runtime.encryption.sealed_client import connect_sealed

        return await connect_sealed(self.settings, self.reading)

    async def journeys(self) -> Journeys:
        from runtime.archive import archived_by
        from services.journeys import Journeys, signing_with
        from services.recording.sureness import make_sure
        from services.restarting import Restarts

        client, sign = await self.client(), signing_with(self.keyring, sealer_on(self.writing))
        restarts = Restarts(client, self.writing, self.book, lambda id_: archived_by(self.settings, self.writing)(id_))

        def wary(journey_id: JourneyId, texts: Iterable[str]) -> None:
            make_sure(self, texts, journey_id.candidate)

        queue = self.settings.task_queue
        unread = self._partners_unread
        return Journeys(client, queue, self.writing, sign, restarts=restarts, wary=wary, partners_unread=unread)

    def _partners_unread(self) -> bool:
        """Whether the list of partners has a fault."""
        try:
            _ = self.book.partners
        except UsageError:
            return True
        return False

    def now(self) -> datetime:
        return datetime.now(UTC)

    def today(self) -> date:
        """The day that it is in Sweden."""
        return day_in_sweden(self.now())

    def actor(self, given: str | None) -> Actor:
        """Who acts: as given, or as set. A name without a role is a coordinator's. Raises UsageError."""
        actor = given or self.settings.actor
        if not actor:
            raise UsageError("actor.missing", "State who you are, or set HELAVAGEN_ACTOR=anna.berg.")
        return author_of(actor, Role.COORDINATOR)

    def manager(self, given: str | None) -> Actor:
        """The same for what a manager alone does: a name without a role is a manager's."""
        written = given or self.settings.actor
        return author_of(written, Role.MANAGER) if written else self.actor(given)

    @property
    def reads_as(self) -> str | None:
        """Who reads here; None where it is whoever it is said to be, in the role of theirs that is nearest."""
        return None

    def known(self, actor: Actor) -> Actor:
        """Somebody who acts, where the register of staff has them in that role. Raises Refused."""
        if all(one.role is not actor.role for one in self.authority.assignments(actor.name, self.now())):
            raise Refused(
                "actor.not_in_the_role",
                "{name} is not in the register of staff as {role}. Act in a role of your own.",
                name=actor.name,
                role=ROLE_NAMES[actor.role],
            )
        return actor

    def find(self, candidate: str, programme: str | None = None) -> JourneyLine:
        """The journey of a candidate, the latest in a programme; `programme` is needed where there are several, and
        may name an earlier one as `easy_jobs/1`. Raises UsageError."""
        number = candidate_of(candidate)
        every = self.lists.found(candidate=number)
        for other in self.authority.joins.numbers_of(number) if not every else ():
            every = every or self.lists.found(candidate=other)
        lines = [line for line in every if programme is None or line.journey_id.is_in(programme)]
        if every and not lines and programme and "/" not in programme:
            programme = programme_of(self, programme)
            lines = [line for line in every if line.journey_id.is_in(programme)]
        if not lines:
            if programme:
                raise UsageError(
                    "journey.unknown_in_programme",
                    "Candidate {number} has no journey in {programme}.",
                    number=number,
                    programme=programme,
                )
            raise UsageError("journey.unknown", "Candidate {number} has no journey.", number=number)
        wanted = only_one(number, [line.journey_id for line in lines])
        return next(line for line in lines if line.journey_id == wanted)

    def find_open(self, candidate: str, programme: str | None = None) -> JourneyLine:
        """The same where the candidate was not erased. Raises Refused too, with the decision."""
        line = self.find(candidate, programme)
        if line.erased_on is not None:
            raise Refused(self.erased(line))
        return line

    def erased(self, line: JourneyLine) -> Message:
        """That the candidate of a journey was erased, when and by which decision."""
        return in_words(line.candidate, erasure_of(self.reading, self.authority, line.candidate))

    def journeys_of(self, candidate: CandidateNumber) -> list[JourneyLine]:
        """Every journey of a candidate, also one whose referral was refused. Raises UsageError where there is none."""
        lines = [*self.lists.found(candidate=candidate), *self.lists.never_begun(candidate)]
        if not lines:
            raise UsageError("journey.unknown", "Candidate {number} has no journey.", number=candidate)
        return lines


class AuditApplication(Application):
    """What an audit works with: it reads on the auditors' own role of the database, where one is set, and writes there
    that it reads."""

    @cached_property
    def reading(self) -> Engine:
        return with_keys(open_for_reading(require_database_to_audit(self.settings)), self.settings)

    @cached_property
    def writing(self) -> Engine:
        return with_keys(open_for_adding(require_database_to_audit(self.settings)), self.settings)

    @cached_property
    def register(self) -> Register:
        ours = IdentitiesByReading if self.is_on_auditors_role else Register
        return ours(self.writing, SystemRandom(), self.keyring)

    @cached_property
    def is_on_auditors_role(self) -> bool:
        """Whether the database shows an identity to nobody but an auditor who has written down that they open it."""
        return not may_select(self.reading, "candidates")

    @property
    def reads_as(self) -> str | None:
        """On the auditors' role nobody reads but as an auditor."""
        return Actor.of(Role.AUDITOR, self.person(None)) if self.is_on_auditors_role else None


def may_ask(*, aside: bool = False) -> bool:
    """Whether a person sits at a terminal and can be asked; `aside`, on stderr, where the output may go elsewhere."""
    return at_a_terminal(aside=aside)
