"""The table of permissions: who may do what, by role, action and relation to the candidate. What it does not name is
refused.

An action is a kind of event, a way of reading, or an operation on what is kept. Whether somebody evaluates, decides or
consults is left to the rules; the table says who may speak at all.
"""

from collections.abc import Mapping
from enum import IntEnum, StrEnum

from models.events.events import EVENT_CLASSES
from models.events.fact import SaidBy
from models.identifiers import Role
from models.message import Message, msg


class Relation(IntEnum):
    """How near somebody is to a candidate; whoever is nearer is also all that lies farther off."""

    OWN = 1
    """The coordinator in charge, whoever stands in for her or has the candidate lent by her; the supervisor or mentor
    of the agreement; a partner that has to do with the journey."""
    TOWN = 2
    """Works in the programme and the town of the journey."""
    PROGRAMME = 3
    """Works in the programme, in another town."""
    ANY = 4
    """Has the role, in another programme."""

    @property
    def in_words(self) -> Message:
        return _RELATIONS[self]


class Reading(StrEnum):
    """What can be read of candidates."""

    LISTS = "lists"
    """Lists of journeys: numbers, stages, days; no names."""
    JOURNEY = "journey"
    """One journey: its events and what comes next."""
    REMARKS = "remarks"
    MAIL = "mail"
    """A mail that came in reply to a letter and that somebody must look at."""
    STRUCK = "struck"
    """Texts of events that were struck or replaced."""
    IDENTITY = "identity"
    NAME = "name"
    """Name and telephone beside a number: in lists of one's own candidates, and of whoever is found."""
    CERTIFICATE = "certificate"
    PAYLOADS = "payloads"
    """What Temporal keeps of a journey, opened for its web page or its command: a server signs for the reader."""
    REPORT = "report"
    """Figures with small groups in them."""
    AUDIT = "audit"
    """Histories, reasons, states at any day."""
    STAFF = "staff"
    DISCLOSURE = "disclosure"
    """All that is held of a person, for the person themselves."""

    @property
    def in_words(self) -> Message:
        return _READINGS[self]


class Operation(StrEnum):
    """What can be done to what is kept of candidates, beside recording and reading."""

    KEYS = "keys"
    """Looking after the keys that seal what is theirs."""
    ERASURE_PROPOSED = "erasure_proposed"
    ERASURE_CARRIED_OUT = "erasure_carried_out"
    TEXT_ERASED = "text_erased"
    RECTIFICATION = "rectification"
    """Putting right who a candidate is."""
    PROTECTION = "protection"
    """Saying which staff alone may read of a candidate, and ending that."""

    @property
    def in_words(self) -> Message:
        return _OPERATIONS[self]


_RELATIONS = {
    Relation.OWN: msg("relation.own", "their own candidates"),
    Relation.TOWN: msg("relation.town", "candidates in their own town"),
    Relation.PROGRAMME: msg("relation.programme", "candidates in their own programme"),
    Relation.ANY: msg("relation.any", "all candidates"),
}

_READINGS = {
    Reading.LISTS: msg("reading.lists", "reading lists of journeys"),
    Reading.JOURNEY: msg("reading.journey", "reading a journey"),
    Reading.REMARKS: msg("reading.remarks", "reading remarks"),
    Reading.MAIL: msg("reading.mail", "reading a reply by mail"),
    Reading.STRUCK: msg("reading.struck", "reading texts that were struck"),
    Reading.IDENTITY: msg("reading.identity", "opening an identity"),
    Reading.NAME: msg("reading.name", "seeing a candidate's name"),
    Reading.CERTIFICATE: msg("reading.certificate", "issuing a certificate"),
    Reading.PAYLOADS: msg("reading.payloads", "opening what Temporal keeps"),
    Reading.REPORT: msg("reading.report", "reading figures of small groups"),
    Reading.AUDIT: msg("reading.audit", "auditing"),
    Reading.STAFF: msg("reading.staff", "reading who works here"),
    Reading.DISCLOSURE: msg("reading.disclosure", "disclosing all that is held of a person"),
}

_OPERATIONS = {
    Operation.TEXT_ERASED: msg("operation.text_erased", "erasing a text"),
    Operation.KEYS: msg("operation.keys", "looking after candidates' keys"),
    Operation.ERASURE_PROPOSED: msg("operation.erasure_proposed", "proposing an erasure"),
    Operation.ERASURE_CARRIED_OUT: msg("operation.erasure_carried_out", "carrying out an erasure"),
    Operation.RECTIFICATION: msg("operation.rectification", "putting right who a candidate is"),
    Operation.PROTECTION: msg("operation.protection", "protecting a candidate"),
}

ROLE_NAMES = {
    Role.COORDINATOR: msg("role.coordinator", "coordinator"),
    Role.SUPERVISOR: msg("role.supervisor", "supervisor"),
    Role.MENTOR: msg("role.mentor", "mentor"),
    Role.MANAGER: msg("role.manager", "manager"),
    Role.PARTNER: msg("role.partner", "partner"),
    Role.AUDITOR: msg("role.auditor", "auditor"),
    Role.OPERATOR: msg("role.operator", "operator"),
    Role.SYSTEM: msg("role.system", "the system"),
}
"""What people call each role."""

Table = Mapping[Role, Mapping[str, Relation]]


def _kinds(*said_by: SaidBy, relation: Relation) -> dict[str, Relation]:
    return {kind: relation for kind, cls in EVENT_CLASSES.items() if cls.said_by in said_by}


PERMISSIONS: Table = {
    Role.COORDINATOR: {
        **_kinds(SaidBy.STAFF, SaidBy.PARTNERS_TOO, relation=Relation.TOWN),
        Reading.LISTS: Relation.PROGRAMME,
        Reading.JOURNEY: Relation.TOWN,
        Reading.REMARKS: Relation.TOWN,
        Reading.MAIL: Relation.TOWN,
        Reading.STRUCK: Relation.TOWN,
        Reading.IDENTITY: Relation.TOWN,
        Reading.NAME: Relation.TOWN,
        Reading.CERTIFICATE: Relation.TOWN,
        Reading.PAYLOADS: Relation.TOWN,
        Reading.STAFF: Relation.ANY,
        Operation.TEXT_ERASED: Relation.OWN,
        Operation.ERASURE_PROPOSED: Relation.TOWN,
        Operation.RECTIFICATION: Relation.TOWN,
        Operation.PROTECTION: Relation.TOWN,
    },
    Role.MANAGER: {
        **_kinds(SaidBy.STAFF, SaidBy.MANAGERS, SaidBy.PARTNERS_TOO, relation=Relation.PROGRAMME),
        Reading.LISTS: Relation.PROGRAMME,
        Reading.JOURNEY: Relation.PROGRAMME,
        Reading.REMARKS: Relation.PROGRAMME,
        Reading.MAIL: Relation.PROGRAMME,
        Reading.STRUCK: Relation.PROGRAMME,
        Reading.IDENTITY: Relation.PROGRAMME,
        Reading.NAME: Relation.PROGRAMME,
        Reading.CERTIFICATE: Relation.PROGRAMME,
        Reading.PAYLOADS: Relation.PROGRAMME,
        Reading.REPORT: Relation.PROGRAMME,
        Reading.STAFF: Relation.ANY,
        Operation.TEXT_ERASED: Relation.PROGRAMME,
        Reading.DISCLOSURE: Relation.PROGRAMME,
        Operation.ERASURE_PROPOSED: Relation.PROGRAMME,
        Operation.RECTIFICATION: Relation.PROGRAMME,
        Operation.PROTECTION: Relation.PROGRAMME,
    },
    Role.SUPERVISOR: {
        "check_in_recorded": Relation.OWN,
        "internship_interrupted": Relation.OWN,
        "internship_completed": Relation.OWN,
        "evaluation_recorded": Relation.OWN,
        "self_evaluation_recorded": Relation.OWN,
        "note_added": Relation.OWN,
        "corrected": Relation.OWN,
        "correction_proposed": Relation.OWN,
        "proposal_declined": Relation.OWN,
        Reading.JOURNEY: Relation.OWN,
        Reading.REMARKS: Relation.OWN,
    },
    Role.MENTOR: {
        "check_in_recorded": Relation.OWN,
        "note_added": Relation.OWN,
        Reading.JOURNEY: Relation.OWN,
    },
    Role.PARTNER: _kinds(SaidBy.PARTNERS_TOO, relation=Relation.OWN),
    Role.AUDITOR: {
        Reading.LISTS: Relation.ANY,
        Reading.JOURNEY: Relation.ANY,
        Reading.REMARKS: Relation.TOWN,
        Reading.STRUCK: Relation.TOWN,
        Reading.IDENTITY: Relation.TOWN,
        Reading.NAME: Relation.TOWN,
        Reading.PAYLOADS: Relation.ANY,
        Reading.REPORT: Relation.ANY,
        Reading.AUDIT: Relation.ANY,
        Reading.STAFF: Relation.ANY,
    },
    Role.OPERATOR: {
        **_kinds(SaidBy.OPERATORS, relation=Relation.ANY),
        Reading.LISTS: Relation.ANY,
        Reading.PAYLOADS: Relation.ANY,
        Reading.STAFF: Relation.ANY,
        Operation.KEYS: Relation.ANY,
        Operation.ERASURE_PROPOSED: Relation.ANY,
        Operation.ERASURE_CARRIED_OUT: Relation.ANY,
    },
    Role.SYSTEM: {},
}
"""By role and action, the farthest relation in which the action is permitted."""

ACTIONS: tuple[str, ...] = (*EVENT_CLASSES, *Reading, *Operation)


def act_in_words(act: str) -> Message:
    """What people call a way of reading or an operation. Raises ValueError of anything else."""
    return (Operation if act in set(Operation) else Reading)(act).in_words


def is_permitted(role: Role, action: str, relation: Relation | None) -> bool:
    """Whether the table permits it; `relation` is None where somebody has nothing to do with the candidate."""
    farthest = PERMISSIONS[role].get(action)
    return farthest is not None and relation is not None and relation <= farthest


def why_not(role: Role, action: str, named: Message, relation: Relation | None) -> Message | None:
    """Why somebody may not do it; None where the table permits it. `named` is the action as people call it."""
    if is_permitted(role, action, relation):
        return None
    if relation is None:
        return msg(
            "permission.no_such_role",
            "You do not have the role {role}. Act in a role of your own.",
            role=ROLE_NAMES[role],
        )
    farthest = PERMISSIONS[role].get(action)
    if farthest is None:
        return msg(
            "permission.for_other_roles",
            "The role {role} does not permit: {action}. That is for: {roles}.",
            role=ROLE_NAMES[role],
            action=named,
            roles=[ROLE_NAMES[one] for one, permitted in PERMISSIONS.items() if action in permitted],
        )
    return msg(
        "permission.too_far",
        "In the role {role}, {action} is permitted for {whose} only. Ask the coordinator in charge.",
        role=ROLE_NAMES[role],
        action=named,
        whose=farthest.in_words,
    )
