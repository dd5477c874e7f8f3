"""Who was responsible for a candidate at a moment: the coordinator in charge, and whoever acted for them then."""

from datetime import date, datetime

from models.access.register import Register
from models.fields import Strict
from runtime.i18n import _, called


class ActedFor(Strict):
    """That somebody acted for the coordinator in charge, from a day until a day, as the register said by a moment: as
    who stands in, or where it is `lent` with this candidate."""

    coordinator: str
    person: str
    from_day: date
    until_day: date
    lent: bool

    @property
    def in_words(self) -> str:
        """The same in a sentence."""
        told = {
            "person": called("person", self.person),
            "coordinator": called("coordinator", self.coordinator),
            "first": self.from_day,
            "last": self.until_day,
        }
        if self.lent:
            return _("{person} had the candidate for {coordinator} from {first} until {last}.", **told)
        return _("{person} stood in for {coordinator} from {first} until {last}.", **told)


def acted_for(register: Register, journey_id: str, coordinator: str | None, at: datetime) -> tuple[ActedFor, ...]:
    """Who acted for the coordinator who was in charge of a journey at a moment; those who had it lent first."""
    if coordinator is None:
        return ()
    held = (one for one in register.lendings.of_journey(journey_id, at) if one.person == coordinator)
    found = [_of(coordinator, one.to, one.from_day, one.until_day, lent=True) for one in held]
    leave = register.leave_of(coordinator, at)
    if leave is not None and register.substitute_of(coordinator, at) is not None:
        found.append(_of(coordinator, leave.person, leave.from_day, leave.until_day, lent=False))
    return tuple(found)


def _of(coordinator: str, person: str, first: date, last: date, *, lent: bool) -> ActedFor:
    return ActedFor(coordinator=coordinator, person=person, from_day=first, until_day=last, lent=lent)
