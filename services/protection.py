"""Protected persons (skyddade personuppgifter): marking somebody, so that only named staff may read of them."""

from collections.abc import Collection, Iterable

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from activities.chained_rows import hold_back_others
from activities.identities import Reason, place_of_protection, sealed_reason
from activities.sealing import sealer_on
from models.access.permissions import Operation
from models.identifiers import Actor, CandidateNumber
from models.tables.people import ProtectionRow
from runtime.errors import Refused, UsageError
from services.application import Application, candidate_of
from services.chained_rows import append
from services.queries.protected import protected_on
from services.reading import may_read_all, write_down

ATTEMPTS = 10
"""Others may protect somebody at the same moment; each time one of them gets the number."""


def protect(
    application: Application, candidate: str, given: str | None, staff: Iterable[str], because: str | None
) -> CandidateNumber:
    """From now on only these may read of a candidate, by each of their numbers. Whoever is protected already, those who
    may say who shall.

    It is written down in each of their journeys. Raises UsageError and Refused as reading does.
    """
    named = known_staff(application, staff)
    if not named:
        raise UsageError("protection.nobody", "Name at least one of the staff who may read of the candidate.")
    return _recorded(application, candidate, given, named, because)


def end(application: Application, candidate: str, given: str | None, because: str | None) -> CandidateNumber:
    """End the protection of a candidate. Raises UsageError and Refused as reading does."""
    return _recorded(application, candidate, given, (), because)


def known_staff(application: Application, names: Iterable[str]) -> tuple[str, ...]:
    """These people, each once, where they work here. Raises Refused."""
    named = tuple(sorted({name.strip() for name in names if name.strip()}))
    for name in named:
        if not application.authority.assignments(name, application.now()):
            raise Refused("protection.not_staff", "{name} does not work here. Name somebody who does.", name=name)
    return named


def mark(application: Application, candidate: str, staff: Iterable[str], by: Actor, because: str) -> None:
    """Sign the row that says which staff may read of a candidate, and put it at the end of its chain. Whoever calls
    has seen to it that `by` may say so."""
    seal, reason, now = sealer_on(application.writing).of(candidate), Reason.given(because), application.now()
    for _ in range(ATTEMPTS):
        try:
            with Session(application.writing) as session, session.begin():
                hold_back_others(session, ProtectionRow)
                number = (session.scalar(select(func.max(ProtectionRow.number))) or 0) + 1
                row = _row(candidate, staff, reason)
                row.contents = sealed_reason(seal, place_of_protection(number), reason)
                append(session, row, by=str(by), at=now, keyring=application.keyring)
            return
        except IntegrityError:
            continue
    raise Refused("protection.busy", "Others are protecting somebody just now. Try again.")


def _row(candidate: str, staff: Iterable[str], reason: Reason) -> ProtectionRow:
    return ProtectionRow(candidate=candidate, staff=" ".join(staff), commitment=reason.commitment)


def _recorded(
    application: Application, candidate: str, given: str | None, staff: tuple[str, ...], because: str | None
) -> CandidateNumber:
    number = candidate_of(candidate)
    numbers = kept_of(application, application.authority.joins.numbers_of(number))
    permits = may_read_all(application, number, given, Operation.PROTECTION, because)
    for other in numbers:
        if other != number and application.lists.found(candidate=other):
            permits += may_read_all(application, other, given, Operation.PROTECTION, because)
    for permit in permits:
        write_down(application, permit)
    for one in dict.fromkeys((number, *numbers)):
        mark(application, one, staff, permits[0].actor, str(permits[0].because))
    return number


def protect_alike(application: Application, numbers: Collection[CandidateNumber], by: Actor, because: str) -> None:
    """Protect by each of somebody's numbers who is protected by one of them: the same staff may read of them."""
    protected = protected_on(application.writing)
    staff = sorted({name for number in numbers for name in protected.get(number, ())})
    for number in kept_of(application, numbers) if staff else ():
        if number not in protected:
            mark(application, number, staff, by, because)


def kept_of(application: Application, numbers: Iterable[CandidateNumber]) -> list[CandidateNumber]:
    """Those numbers by which somebody is still known: nothing is kept of whoever was erased."""
    numbers = list(numbers)
    known = application.register.identities(numbers)
    return [number for number in numbers if number in known]
