"""Identifiers that have parts – candidate numbers, journey ids and actors – each read and taken apart here alone."""

import re
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from random import Random
from typing import Any, ClassVar, LiteralString, Self
from uuid import UUID

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema
from stdnum.iso7064 import mod_37_36

from models.fields import SHORT_NAME

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without 0, 1, I and O, which are read for one another."""

RANDOM_CHARACTERS = 8
"""About 10^12 numbers: two of 100,000 candidates meet with a chance of one in 200, and are then drawn again."""


class Identifier(str):
    """A text of a form, which is always kept; in JSON, SQL and Temporal a text like any other."""

    __slots__ = ()
    FORM: ClassVar[re.Pattern[str]]
    KIND: ClassVar[LiteralString]
    EXPECTED: ClassVar[LiteralString]

    def __new__(cls, text: str) -> Self:
        if not cls._fits(text):
            raise PydanticCustomError(cls.KIND, cls.EXPECTED)
        return super().__new__(cls, text)

    @classmethod
    def parse(cls, text: str) -> Self:
        """The identifier that is written so. Raises ValueError, without repeating the text."""
        return cls(text)

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The same; None where the text is none."""
        try:
            return cls(text)
        except ValueError:
            return None

    @classmethod
    def _fits(cls, text: str) -> bool:
        return cls.FORM.fullmatch(text) is not None

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(cls.parse, core_schema.str_schema())


JOURNEY_WORKFLOW = "CandidateJourney"
"""The type of the workflow that is a journey."""

RESEND_NOTICES = "ResendNotices"
"""The type of the workflow that sends dead notices of a journey again."""

TELL_WHO_ACTS = "TellWhoActs"
"""The type of the workflow that tells somebody that they act for a colleague."""


@lru_cache(10_000)
def _has_its_check_character(number: str) -> bool:
    return mod_37_36.is_valid(number)


class CandidateNumber(Identifier):
    """The number of a candidate, such as `K7Q29FMXB`: random, so that it tells nothing, with a check character (ISO
    7064 MOD 37,36), so that a slip of the pen is found."""

    __slots__ = ()
    FORM = re.compile(f"[{ALPHABET}]{{{RANDOM_CHARACTERS + 1}}}")
    KIND = "candidate_number"
    EXPECTED = "a candidate number is expected, such as K7Q29FMXB"

    @classmethod
    def draw(cls, random: Random) -> Self:
        """A new number."""
        while True:
            body = "".join(random.choices(ALPHABET, k=RANDOM_CHARACTERS))
            check = mod_37_36.calc_check_digit(body)
            if check in ALPHABET:
                return cls(f"{body}{check}")

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The number as people write it, in small letters too, with spaces or hyphens; None where it is none."""
        return super().read(text.upper().replace(" ", "").replace("-", ""))

    @classmethod
    def _fits(cls, text: str) -> bool:
        return super()._fits(text) and _has_its_check_character(text)


class JourneyId(Identifier):
    """The id of a candidate's journey in a programme and of its workflow: `journey/<candidate number>/<programme>`, and
    of those who come back with their number: `journey/<candidate number>/<programme>/2`."""

    __slots__ = ()
    FORM = re.compile(f"journey/([{ALPHABET}]+)/{SHORT_NAME}(?:/(?:[2-9]|[1-9][0-9]))?")
    KIND = "journey_id"
    EXPECTED = "a journey's id is expected, such as journey/K7Q29FMXB/easy_jobs"

    @classmethod
    def of(cls, candidate: str, programme: str, turn: int = 1) -> Self:
        """The id of somebody's first journey in a programme, or of a later one. Raises ValueError."""
        return cls.parse(f"{cls.start_of(candidate)}{programme}" + (f"/{turn}" if turn > 1 else ""))

    @staticmethod
    def start_of(candidate: str) -> str:
        """What the ids of all journeys of a candidate begin with, and no other."""
        return f"journey/{candidate}/"

    @property
    def candidate(self) -> CandidateNumber:
        return CandidateNumber(self.split("/")[1])

    @property
    def programme(self) -> str:
        return self.split("/")[2]

    @property
    def turn(self) -> int:
        """For which time the candidate is in the programme."""
        return int("".join(self.split("/")[3:]) or 1)

    @property
    def before(self) -> "JourneyId | None":
        """The candidate's journey in the programme before this one."""
        return JourneyId.of(self.candidate, self.programme, self.turn - 1) if self.turn > 1 else None

    @property
    def after(self) -> "JourneyId":
        """The one after this, which begins where the candidate comes back."""
        return JourneyId.of(self.candidate, self.programme, self.turn + 1)

    def is_in(self, programme: str) -> bool:
        """Whether it is in a programme, written as `easy_jobs`, or the one of a time in it, as `easy_jobs/2`."""
        return programme in (self.programme, f"{self.programme}/{self.turn}")

    @classmethod
    def _fits(cls, text: str) -> bool:
        form = cls.FORM.fullmatch(text)
        return form is not None and CandidateNumber._fits(form[1])


def is_journey_of(journey_id: str, candidate: str | None, programme: str | None) -> bool:
    """Whether a journey is that candidate's and in that programme, each where it is said.

    Anybody can start a workflow of any id: one that is no journey's is of no candidate and no programme.
    """
    if candidate is None and programme is None:
        return True
    id_ = JourneyId.read(journey_id)
    return id_ is not None and candidate in (None, id_.candidate) and (programme is None or id_.is_in(programme))


def shown_parts(journey_id: str) -> tuple[str, str]:
    """Candidate and programme, as lists and pages show them; an id that is no journey's stands for the candidate."""
    id_ = JourneyId.read(journey_id)
    return (id_.candidate, "/".join(id_.split("/")[2:])) if id_ else (journey_id, "–")


def resending(journey_id: str, event_id: UUID, once: UUID) -> str:
    """The id of a workflow that sends notices of an event again; `once` is its own."""
    return f"{resending_of(journey_id)}{event_id}/{once}"


def resending_of(journey_id: str) -> str:
    """How the ids of all that send notices of a journey again begin."""
    return f"{_RESENT}{journey_id}/"


def resent_by(workflow_id: str) -> JourneyId | None:
    """The journey whose notices a workflow of this id sends again."""
    if not workflow_id.startswith(_RESENT):
        return None
    return JourneyId.read(workflow_id.removeprefix(_RESENT).rsplit("/", 2)[0])


_RESENT = "resend/"


class Role(StrEnum):
    """In which role somebody speaks."""

    COORDINATOR = "coordinator"
    SUPERVISOR = "supervisor"
    MENTOR = "mentor"
    MANAGER = "manager"
    PARTNER = "partner"
    AUDITOR = "auditor"
    OPERATOR = "operator"
    SYSTEM = "system"


STAFF_ROLES = frozenset({Role.COORDINATOR, Role.MANAGER})
"""Roles that only people listed as such may act in, and that speak for the employer; supervisors are named by the
agreement."""


class Actor(Identifier):
    """Who says so: a role, a colon and a name, such as `coordinator:anna.berg`."""

    __slots__ = ()
    FORM = re.compile(f"({'|'.join(Role)}):{SHORT_NAME}")
    KIND = "actor"
    EXPECTED = "a role, a colon and a name are expected, such as coordinator:anna.berg"

    @classmethod
    def of(cls, role: Role, name: str) -> Self:
        """Raises ValueError."""
        return cls.parse(f"{role}:{name}")

    @classmethod
    def written(cls, text: str, role: Role) -> Self:
        """As people write it: a name without a role is one of `role`. Raises ValueError."""
        return cls.parse(text) if ":" in text else cls.of(role, text)

    @property
    def role(self) -> Role:
        return Role(self.partition(":")[0])

    @property
    def name(self) -> str:
        """Who it is, whatever the role: nobody becomes two by acting as coordinator and as manager."""
        return self.partition(":")[2]


OWN_IDS = 8
"""UUID version of the ids that a journey gives its own messages (RFC 9562 leaves it to each application). They follow
from what it says, so that it says it once; nobody else may use one, or it could be taken beforehand."""


def own_id(namespace: UUID, said: str) -> UUID:
    """The id, of version 8, that follows from what is said."""
    digest = bytearray(sha256(namespace.bytes + said.encode()).digest()[:16])
    digest[6] = OWN_IDS << 4 | digest[6] & 0x0F
    digest[8] = 0x80 | digest[8] & 0x3F
    return UUID(bytes=bytes(digest))


def is_own_id(event_id: UUID) -> bool:
    return event_id.version == OWN_IDS


THE_JOURNEY_ITSELF = Actor.of(Role.SYSTEM, "journey")
