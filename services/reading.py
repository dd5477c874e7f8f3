"""Reading as an act: who reads is known and may, says why where the relation does not give it, and signs a row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import func, select, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from activities.identities import Reason, place_of_reading, sealed_reason
from activities.sealing import KeyEnded, sealer_on
from activities.seals import Seal
from models.access.everywhere import EVERYWHERE
from models.access.permissions import PERMISSIONS, Operation, Reading, Relation, is_permitted, why_not
from models.access.readings import BEGINNING, reading_bytes, reading_hash
from models.fields import Text
from models.identifiers import Actor, CandidateNumber, Role
from models.message import Message
from models.signatures import Signer, sign
from models.tables.people import ReadRow
from runtime.errors import Refused, UsageError
from runtime.i18n import _
from services.application import Application
from services.queries.lines import JourneyLine
from services.queries.lists import Programmes
from services.queries.protected import only_named_staff, protected_on
from services.queries.reads import ReadLine, reads_by_others
from services.queries.whose import Charge
from services.readers import Act, Listed, actors_of, assignments_of, reader_of, relation_of, require_known, stranger
from services.recording.sureness import make_sure, own_words

ATTEMPTS = 10
"""Others may read of the same journey at the same moment; each time one of them gets the number."""

REASON: TypeAdapter[str] = TypeAdapter(Text)

ALWAYS_SAID_WHY: frozenset[Act] = frozenset(
    {
        *(Reading.IDENTITY, Reading.CERTIFICATE, Reading.DISCLOSURE, Reading.STRUCK),
        *(Operation.RECTIFICATION, Operation.PROTECTION),
    }
)
"""Who somebody is, and what was struck, stays closed to everybody without a reason, also to those in charge."""


@dataclass(frozen=True)
class Permit:
    """That somebody may read something of a candidate, with all that the row will say."""

    line: Listed
    actor: Actor
    what: Act
    relation: Relation
    because: str | None
    urgent: bool
    refused: bool = False

    def with_reason(self, because: str | None) -> Permit:
        """The same, with why."""
        return replace(self, because=because)


def read(application: Application, line: JourneyLine, actor: Actor, what: Act, because: str | None = None) -> Permit:
    """Write down that somebody reads something of a candidate; afterwards it may be shown.

    Raises UsageError where the reader has no key here or a reason is missing, and Refused where the table of
    permissions does not permit it.
    """
    permit = may_read(application, line, actor, what, because)
    write_down(application, permit)
    return permit


def hit_upon(application: Application, line: JourneyLine, actor: Actor, because: str) -> None:
    """The same of a journey that somebody has hit upon by an identity number. That there is one tells something of
    the person, so that it is written down also where they may not read it. Why, the product itself says.

    Raises Refused where they may not.
    """
    own_words(application, because)
    require_known(application, actor)
    relation, what = relation_of(application, line, actor), Reading.JOURNEY
    if relation is not None and not is_permitted(actor.role, what, relation):
        write_down(application, Permit(line, actor, what, relation, because, urgent=False, refused=True))
    read(application, line, actor, what, because)


def may_read(
    application: Application,
    line: JourneyLine,
    actor: Actor,
    what: Act,
    because: str | None = None,
    *,
    urgent: bool = False,
) -> Permit:
    """What `read` asks, before anything is written. Raises as `read` does."""
    require_known(application, actor)
    return permit_of(application, line, actor, what, because, urgent=urgent)


def permit_of(
    application: Application,
    line: JourneyLine,
    actor: Actor,
    what: Act,
    because: str | None = None,
    *,
    urgent: bool = False,
    is_sure: bool = False,
) -> Permit:
    """The same of somebody who is known already; whether the reason may stand as it is is not asked where it `is_sure`.

    Raises as `may_read` does.
    """
    relation = relation_of(application, line, actor)
    if relation is None or not is_permitted(actor.role, what, relation):
        raise Refused(_why_not(application, actor, what, relation))
    reason = reason_of(because, due=relation is not Relation.OWN or urgent or what in ALWAYS_SAID_WHY)
    if not is_sure:
        make_sure(application, [reason], line.candidate)
    permit = Permit(line, actor, what, relation, reason, urgent)
    _refuse_unnamed(application, permit)
    return permit


def _why_not(application: Application, actor: Actor, what: Act, relation: Relation | None) -> Message:
    """Why somebody may not; of whoever has no role at all, that they have none."""
    refused = why_not(actor.role, what, what.in_words, relation)
    return refused if refused and assignments_of(application, actor.name) else stranger(actor.name)


def may_read_all(
    application: Application, candidate: CandidateNumber, given: str | None, what: Act, because: str | None
) -> list[Permit]:
    """The same of all that is recorded of a candidate, a permit for each of their journeys, also for one whose referral
    was refused. Raises UsageError where they have none."""
    lines = application.journeys_of(candidate)
    return [may_read(application, line, reader_of(application, given, line, what), what, because) for line in lines]


def refuse_unnamed(application: Application, line: JourneyLine, actor: Actor) -> None:
    """Refuse whoever would see what is recorded of a protected person on the way to something else.

    Raises Refused, once it is written down, and as `read` does where they have no key here.
    """
    if protected_on(application.writing, line.candidate):
        may_read(application, line, actor, Reading.JOURNEY, own_words(application, _("Something was to be recorded.")))


def _refuse_unnamed(application: Application, permit: Permit) -> None:
    """Of a protected person nobody reads but the named staff, whatever their role and however urgent it is. That
    somebody else tried is written down."""
    staff = protected_on(application.writing, permit.line.candidate).get(permit.line.candidate)
    if staff is None or permit.actor.name in staff or _may_name_others(application, permit, staff):
        return
    write_down(application, replace(permit, refused=True))
    raise Refused(only_named_staff())


def _may_name_others(application: Application, permit: Permit, staff: Iterable[str]) -> bool:
    """Once none of the named staff works here any more, a manager says who shall."""
    left = all(not assignments_of(application, name) for name in staff)
    return left and permit.what is Operation.PROTECTION and permit.actor.role is Role.MANAGER


def write_down(application: Application, permit: Permit) -> int:
    """Sign the row of a reading and put it at the end of the journey's chain; returns its id."""
    [row] = write_down_all(application, [permit])
    return row


def write_down_all(application: Application, permits: Sequence[Permit]) -> list[int]:
    """The same of many readings, all or none."""
    if not permits:
        return []
    signers = {name: application.keyring.signer(name) for name in {one.actor.name for one in permits}}
    sealer_on(application.writing).have(one.line.candidate for one in permits)
    seals = {one.line.candidate: _seal_of(application, one.line.candidate) for one in permits}
    journeys = {one.line.journey_id for one in permits}
    ends = select(ReadRow.journey_id, func.max(ReadRow.number)).where(ReadRow.journey_id.in_(journeys))
    ends_of_chains = tuple_(ReadRow.journey_id, ReadRow.number).in_(ends.group_by(ReadRow.journey_id))
    for _attempt in range(ATTEMPTS):
        try:
            with Session(application.writing) as session, session.begin():
                last = {row.journey_id: row for row in session.scalars(select(ReadRow).where(ends_of_chains))}
                rows: list[ReadRow] = []
                for one in permits:
                    by, seal = signers[one.actor.name], seals[one.line.candidate]
                    row = _row_after(last.get(one.line.journey_id), one, application.now(), by, seal)
                    last[row.journey_id] = row
                    session.add(row)
                    rows.append(row)
                session.flush()
                return [row.id for row in rows]
        except IntegrityError:
            continue
    raise Refused("reading.busy", "Others are reading of this candidate just now. Try again.")


def _seal_of(application: Application, candidate: str) -> Seal | None:
    """What seals the reason; None where the candidate was erased, and then the reason is not kept."""
    try:
        return sealer_on(application.writing).of(candidate)
    except KeyEnded:
        return None


def _row_after(last: ReadRow | None, permit: Permit, now: datetime, by: Signer, seal: Seal | None) -> ReadRow:
    number, reason = last.number + 1 if last else 1, Reason.given(permit.because)
    said: dict[str, Any] = {
        "journey_id": str(permit.line.journey_id),
        "number": number,
        "candidate": str(permit.line.candidate),
        "actor": str(permit.actor),
        "what": permit.what.value,
        "commitment": reason.commitment,
        "read_at": max(now, last.read_at) if last else now,
        "stage": permit.line.stage.value,
        "relation": permit.relation.name.lower(),
        "urgent": permit.urgent,
        "refused": permit.refused,
        "previous": reading_hash(vars(last)) if last else BEGINNING,
    }
    contents = sealed_reason(seal, place_of_reading(permit.line.journey_id, number), reason)
    said["sign_in"] = by.kept
    signed = sign(by.key, reading_bytes(said))
    return ReadRow(**said, contents=contents, key=signed.key, signature=signed.value)


def known_with_a_reason(application: Application, given: str | None, because: str | None) -> Actor:
    """Who is about to read of several candidates. Raises UsageError without a reason, and Refused for a stranger."""
    actor = actors_of(application, given)[0]
    require_known(application, actor)
    make_sure(application, [reason_of(because, due=True)])
    return actor


def may_list(application: Application, given: str | None, programme: str | None = None) -> Programmes:
    """The programmes of which somebody may read lists: the one that they ask for, or all in which they have such a
    role; None where that is every one. Nothing is written of lists: no name stands in them.

    Raises UsageError where nobody says who they are, and Refused where they may read none of it.
    """
    actors = actors_of(application, given)
    require_known(application, actors[0])
    open_to: set[str] = set()
    for actor in actors:
        farthest = PERMISSIONS[actor.role].get(Reading.LISTS)
        held = [one for one in assignments_of(application, actor.name) if one.role is actor.role]
        if held and farthest is Relation.ANY:
            return programme
        open_to |= {one.programme for one in held if farthest is not None}
    if EVERYWHERE in open_to or programme in open_to:
        return programme
    if programme is not None or not open_to:
        has_it = any(one.role is actors[0].role for one in assignments_of(application, actors[0].name))
        raise Refused(_why_not(application, actors[0], Reading.LISTS, Relation.ANY if has_it else None))
    return frozenset(open_to)


def reads_of_own(application: Application, given: str | None, since: date | None = None) -> list[ReadLine]:
    """What others have read, from a day on, of the candidates in somebody's charge, of those for whom they stand in
    and of those who are lent to them, the latest first. Raises UsageError and Refused where they are not known."""
    actor = application.actor(given)
    require_known(application, actor)
    from_then = datetime.combine(since, time.min, UTC) if since else None
    return reads_by_others(application.reading, charge_of(application, actor), actor.name, from_then)


def charge_of(application: Application, actor: Actor) -> Charge:
    """Whose candidates somebody has in charge: their own, those of whoever they stand in for, and those who are lent to
    them."""
    register, now = application.authority, application.now()
    return Charge(register.stands_in_for(actor.name, now) | {actor.name}, register.lendings.lent_to(actor.name, now))


def own_charge(application: Application, given: str | None) -> Charge | None:
    """The same of a coordinator; None of somebody who has no candidates of their own."""
    actors = actors_of(application, given)
    is_coordinator = any(actor.role is Role.COORDINATOR for actor in actors)
    return charge_of(application, actors[0]) if is_coordinator else None


def reason_of(because: str | None, *, due: bool = False) -> str | None:
    """Why somebody reads, as it is kept. Raises UsageError where it is no plain text, and where it is `due` and none
    is given."""
    reason = (because or "").strip() or None
    if reason is None:
        if due:
            raise UsageError("reading.reason_missing", "State why you read this. The reason is kept.")
        return None
    try:
        return REASON.validate_python(reason)
    except ValidationError as error:
        raise UsageError(
            "reading.reason_format", "The reason must be plain text of at most 2,000 characters."
        ) from error
