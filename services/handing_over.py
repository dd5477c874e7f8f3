"""Handing candidates over to a colleague: for good, one signed event each, or until a day, by a substitute."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid5

from models.access.charge import TAKE_CHARGE
from models.access.statements import Substitute
from models.calendar.written_days import DAY
from models.events.events import CoordinatorChanged
from models.events.values import Together
from models.identifiers import Actor
from models.ledger.receipt import Receipt
from models.message import Message
from models.partners.partner import is_email_address
from runtime.errors import Refused, ServiceUnavailable, UsageError
from services.answers import UNANSWERED
from services.application import Application
from services.charge import in_charge_of as in_charge_of
from services.journeys import Journeys
from services.naming import Named, NotMeant, in_charge, meant, why_unknown
from services.queries.lines import JourneyLine
from services.recording.preview import Preview, preview
from services.staff import Staff
from workflows.messages import JOURNEYS


@dataclass(frozen=True)
class HandOver:
    """Who hands over to whom, on which day and why."""

    leaves: str
    takes_over: str
    day: date
    because: str
    by: Actor


@dataclass(frozen=True)
class Foreseen:
    """What would follow for one of those who are handed over; `refused` says why it cannot be."""

    line: JourneyLine
    found: Preview | None

    @property
    def refused(self) -> Message | None:
        return self.found.refused.why if self.found and self.found.refused else None


def colleague(application: Application, written: str) -> str:
    """Somebody who takes charge of candidates, by their name. Raises UsageError."""
    known: list[Named] = in_charge(application.authority)
    try:
        return meant(written, known).code
    except NotMeant as error:
        raise UsageError("hand_over.who", "{person}: {why}", person=written, why=why_unknown(error, known)) from error


def called(application: Application, person: str) -> str:
    """Somebody of the staff by their name; by the short name where nobody knows another."""
    known = application.authority.person(person, application.now())
    return known.name if known else person


def chosen(lines: Iterable[JourneyLine], leaves: str, takes_over: str) -> tuple[list[JourneyLine], list[JourneyLine]]:
    """Those that are handed over, each once, and apart from them those that are the colleague's already, so that a
    command that was broken off can be given again. Raises UsageError where a candidate is somebody else's."""
    found = {line.journey_id: line for line in lines}
    for line in found.values():
        if line.coordinator not in (leaves, takes_over):
            raise UsageError(
                "hand_over.of_another",
                "{candidate} is not in the charge of {person}. Check the number, or name the colleague who hands over.",
                candidate=line.candidate,
                person=leaves,
            )
    already = [line for line in found.values() if line.coordinator != leaves]
    return [line for line in found.values() if line.coordinator == leaves], already


def event_for(line: JourneyLine, said: HandOver, count: int = 1) -> CoordinatorChanged:
    """The event that hands one of `count` over. Its id follows from what it says: sent again it is the same."""
    what = f"{line.journey_id} {line.events} from {said.leaves} to {said.takes_over} on {said.day}"
    return CoordinatorChanged(
        event_id=uuid5(JOURNEYS, what),
        actor=said.by,
        effective_on=said.day,
        coordinator=said.takes_over,
        reason=said.because,
        leaves=said.leaves,
        together=Together(id=_together(said), count=count) if count > 1 else None,
    )


def _together(said: HandOver) -> UUID:
    """The same for all who go on one day, also where the command is given again for the rest."""
    return uuid5(JOURNEYS, f"{said.by} hands over from {said.leaves} to {said.takes_over} on {said.day}")


def foresee(application: Application, lines: Iterable[JourneyLine], said: HandOver) -> list[Foreseen]:
    """What would follow for each."""
    return [
        Foreseen(line, preview(application, line, event_for(line, said), application.lists.ledger(line.journey_id)))
        for line in lines
    ]


async def hand_over(
    journeys: Journeys, lines: Iterable[JourneyLine], said: HandOver
) -> AsyncIterator[tuple[JourneyLine, Receipt]]:
    """Hand them over one after another; each is done when it is given. Raises ServiceUnavailable."""
    lines = list(lines)
    for line in lines:
        try:
            receipt = await journeys.submit(line.journey_id, event_for(line, said, len(lines)))
        except ServiceUnavailable as error:
            if error.message.id not in UNANSWERED:
                raise
            raise _unanswered(line) from error
        yield line, receipt


def _unanswered(line: JourneyLine) -> ServiceUnavailable:
    """That a journey gave no answer: the ids follow from what is said, so the same said again does nothing twice."""
    return ServiceUnavailable(
        "hand_over.no_answer",
        "No answer comes. {candidate} may be handed over later. Give the same command again: it goes on from there.",
        candidate=line.candidate,
    )


def stand_in(application: Application, said: HandOver, until: date) -> None:
    """Let a colleague stand in for somebody from a day until a day: the colleague sees and is told of all of theirs
    meanwhile, and nothing has to be taken back. It holds in the place of what was said of it before. Raises Refused and
    UsageError."""
    substitute = Substitute(person=said.takes_over, from_day=said.day, until_day=until)
    refuse_stand_in(application, said.leaves, substitute, said.by)
    _staff(application, said.by).change(said.leaves, substitute=substitute)


def refuse_stand_in(application: Application, leaves: str, substitute: Substitute, by: Actor) -> None:
    """Raises Refused and UsageError where somebody may not stand in for somebody, or `by` may not say so; before
    anybody is asked whether it is right."""
    if substitute.until_day < substitute.from_day:
        days = {"last": substitute.until_day, "first": substitute.from_day}
        raise UsageError("hand_over.period", "The last day {last} is before the first day {first}.", **days)
    if leaves == substitute.person:
        raise UsageError("hand_over.same", "Nobody stands in for themselves. Name a colleague.")
    if _takes_charge(application, leaves) and not _takes_charge(application, substitute.person):
        raise Refused(
            "hand_over.not_in_charge", "{person} does not take charge of candidates now.", person=substitute.person
        )
    _staff(application, by).refuse_change(leaves, substitute=substitute)


def _takes_charge(application: Application, person: str) -> bool:
    roles = {one.role for one in application.authority.assignments(person, application.now())}
    return bool(roles & set(TAKE_CHARGE))


def is_written(application: Application, person: str) -> bool:
    """Whether a mail tells somebody that they act for a colleague."""
    known = application.authority.person(person, application.now())
    return known is not None and is_email_address(known.email or "")


def standing_in(application: Application, person: str) -> Substitute | None:
    """Who stands in for somebody, and when, where that is not over."""
    return application.authority.leave_of(person, application.now())


def back(application: Application, person: str, by: Actor) -> Substitute:
    """Let nobody stand in for somebody from today on; returns who did, or was to. Raises Refused and UsageError."""
    was = standing_in(application, person)
    if was is None:
        raise UsageError("hand_over.no_substitute", "Nobody stands in for {person}.", person=person)
    over = was.model_copy(update={"until_day": application.today() - DAY})
    _staff(application, by).change(person, substitute=over)
    return was


def _staff(application: Application, by: Actor) -> Staff:
    return Staff(application.statements, application.keyring, by.name, application.now())
