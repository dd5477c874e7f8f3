"""What is known where an event is to be sent: what follows from it, and what each field can be, by name."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cached_property
from itertools import chain
from typing import Any

from models.access.charge import looking_after
from models.access.register import Register
from models.calendar.public_holidays import working_days_after
from models.events.descriptions import AGREEMENTS
from models.events.events import EVENT_CLASSES
from models.events.values import FollowUpOutcome, UnionAnswer
from models.identifiers import JourneyId
from models.journey.journey import Journey
from models.programme.cohorts import Cohort
from models.programme.position import Position
from models.programme.programme import Programme
from models.programme.requirement_profile import Result
from models.rules.evaluation import to_be_scored
from models.stages import Stage
from models.state.duties import DutyPeriod, duty_periods, not_done
from models.state.state import State
from runtime.rulebook.loader import RuleBook
from services import naming
from services.application import Application
from services.names import Names
from services.naming import Named
from services.queries.lines import LedgerLine, accepted_entries, events_in_effect
from services.recording.end_reasons import USUAL, usual_first

LOOKED_AFTER_BY = ("supervisor", "mentor")


OF_AN_OFFER = frozenset({"internship_agreed", "temporary_role_agreed"})
"""Agreements that an accepted offer may come before."""


class Knowledge:
    """What is known where an event is to be sent, each thing read when it is first asked for: the journey's ledger, and
    the programme and positions of today. A journey with older rules may know other words; nothing is refused here."""

    def __init__(
        self,
        book: RuleBook,
        journey_id: JourneyId,
        rows: Callable[[], Sequence[LedgerLine]],
        day: date,
        register: Callable[[], Register] = Register,
        today: date | None = None,
        free: Callable[[], Mapping[str, int]] | None = None,
    ) -> None:
        self._book = book
        self._journey_id = journey_id
        self._programme = journey_id.programme
        self._rows = rows
        self._day = day
        self._register = register
        self._free = free
        self.today = today or day

    @cached_property
    def rules(self) -> Programme | None:
        """The programme of today; None where it has left the files."""
        return self._book.find(self._programme)

    @cached_property
    def names(self) -> Names:
        """What codes are called here."""
        return Names(self._book, self.rules, self._register())

    @cached_property
    def positions(self) -> list[Position]:
        return self._book.positions_of(self._programme)

    def fields(self, kind: str, given: Mapping[str, Any]) -> dict[str, str]:
        """The fields of an event of a kind that follow from what is known, but for those given.

        The position is that of the internship or the role before; who looks after an intern, whom the position names;
        the profile that of the check before, or the only one; the form the only one that is open. Of an agreement the
        place and its days are those of the offer that was accepted; an offer is answered as soon as the programme
        lets it.
        """
        found: dict[str, str | None] = {}
        match kind:
            case "temporary_role_agreed":
                forms = [form.id for form in self.rules.forms if form.is_open_on(self._day)] if self.rules else []
                found = {"position": self._before("position"), "form": _only(forms)}
            case "referral_accepted":
                found = {"cohort": _only([one.id for one in self._open_cohorts()])}
            case "permanent_role_agreed":
                found = {"position": self._before("position")}
            case "requirements_checked":
                profiles = [profile.id for profile in self.rules.profiles] if self.rules else []
                found = {"profile": self._before("profile") or _only(profiles)}
            case "duty_done":
                found = self._duty_done(given)
            case "place_offered" if self.rules and (offers := self.rules.offers):
                found = {"answer_by": str(working_days_after(self._day, offers.answer_within_working_days))}
            case "internship_agreed":
                wanted = given.get("position") or self._accepted_offer().get("position")
                position = next((one for one in self.positions if one.id == wanted), None)
                found = {who: getattr(position, who, None) for who in LOOKED_AFTER_BY}
        if kind in OF_AN_OFFER:
            found |= self._accepted_offer()
        return {name: value for name, value in found.items() if value is not None and name not in given}

    def likely_day(self, kind: str) -> date:
        """The day on which an event of a kind is likely to have happened: today, or of a role with which the way ends
        the last day that was agreed, once it has passed."""
        state = self.journey.state if self.journey else None
        ends_on = state.agreed_end if state and kind == "temporary_role_ended" else None
        is_last = state is not None and state.rules.shape.ends_as_planned
        return min(ends_on, self.today) if ends_on and is_last else self.today

    def _accepted_offer(self) -> dict[str, str | None]:
        """What was offered and accepted: where and on which days. Nothing where nobody has accepted anything."""
        offer = self.journey.state.offer if self.journey and self.journey.state else None
        if offer is None or not offer.accepted:
            return {}
        return {"position": offer.position, "starts_on": str(offer.starts_on), "ends_on": str(offer.ends_on)}

    @cached_property
    def journey(self) -> Journey | None:
        """The journey as the programme of today folds it; None where that cannot be."""
        try:
            return (
                Journey(self.rules, accepted_entries(self._rows()), journey_id=self._journey_id) if self.rules else None
            )
        except ValueError:
            return None

    def choices(self, name: str, fields: Mapping[str, Any]) -> list[Named]:
        """What a field can be, by the fields known so far; nothing where it takes any words."""
        always: dict[str, Callable[[], list[Named]]] = {
            **dict.fromkeys(
                ("accepted", "asks", "favourable", "frees_place", "passed", "seeks_new_place"), naming.yes_or_no
            ),
            "end_reason": lambda: naming.worded(usual_first(str(fields.get("kind")))),
            "outcome": lambda: naming.worded(FollowUpOutcome),
            "answer": lambda: naming.worded(UnionAnswer),
            "result": lambda: naming.worded(Result),
            "about": lambda: [naming.without_article(kind, called) for kind, called in AGREEMENTS.items()],
            "coordinator": lambda: naming.in_charge(self._register()),
            **dict.fromkeys(LOOKED_AFTER_BY, self._look_after),
            **dict.fromkeys(("union", "unions"), lambda: naming.unions(self._book)),
        }
        if name in always:
            return always[name]()
        return self._of_programme(self.rules, name, fields) if self.rules else []

    def fitting(self, name: str, kind: str = "") -> int | None:
        """How many of the choices of a field fit this candidate now, which come first; None where all do alike."""
        match name:
            case "position":
                return sum(map(self._fits, self.positions))
            case "form":
                return len(self._forms_first()[0])
            case "period":
                return self._periods_to_do()
            case "end_reason":
                return len(USUAL[kind]) if kind in USUAL else None
        return None

    def _fits(self, position: Position) -> bool:
        """Whether a position is in the candidate's town, for their profile, and has a place if one is to be taken."""
        state = self.journey.state if self.journey else None
        if state is None:
            return True
        is_counted = state.rules.shape.internships or state.rules.periods or state.rules.offers
        takes_a_place = is_counted and state.stage is Stage.AWAITING_PLACEMENT and self._free_places is not None
        is_theirs = state.place == position.id
        has_place = not takes_a_place or is_theirs or (self._free_places or {}).get(position.id, 0) > 0
        if state.rules.shape.units_differ:
            done = {one.position for one in state.completed}
            has_place = has_place and position.unit.sv not in {one.unit.sv for one in self.positions if one.id in done}
        if state.rules.internship.not_where_last_worked and state.last_unit is not None:
            has_place = has_place and state.last_unit.casefold() not in {
                name.casefold() for name in (position.unit.sv, position.unit.en)
            }
        return has_place and position.site == state.site and state.profile in (None, position.profile)

    @cached_property
    def _free_places(self) -> Mapping[str, int] | None:
        return self._free() if self._free else None

    def _forms_first(self) -> tuple[list[Named], list[Named]]:
        """The forms of employment that are open on the day, and the others."""
        forms = naming.forms(self.rules) if self.rules else []
        open_ones = {one.id for one in self.rules.forms if one.is_open_on(self._day)} if self.rules else set()
        return [one for one in forms if one.code in open_ones], [one for one in forms if one.code not in open_ones]

    def _of_programme(self, rules: Programme, name: str, fields: Mapping[str, Any]) -> list[Named]:
        of: dict[str, Callable[[], list[Named]]] = {
            "profile": lambda: naming.profiles(rules),
            "findings": lambda: naming.requirements(rules, str(fields.get("profile"))),
            "position": lambda: naming.positions(sorted(self.positions, key=lambda one: not self._fits(one))),
            "form": lambda: [*chain.from_iterable(self._forms_first())],
            "scores": lambda: self._scored(rules),
            "duty": lambda: naming.duties(rules),
            "period": lambda: self._periods(fields.get("duty")),
            "after_days": lambda: [Named(str(days), str(days)) for days in rules.follow_up_after_days],
            "cohort": lambda: naming.cohorts(self._open_cohorts()),
            "site": lambda: naming.towns(self._book),
            "last_unit": lambda: naming.units(self._book, rules.id),
            "group": lambda: naming.groups(rules),
            "referring_partner": lambda: self._referrers(rules),
        }
        return of[name]() if name in of else []

    def _open_cohorts(self) -> list[Cohort]:
        """The cohorts to which somebody can be admitted on the day."""
        return [one for one in self.rules.cohorts if one.ends_on >= self._day] if self.rules else []

    def _scored(self, rules: Programme) -> list[Named]:
        """What this candidate is scored by, as far as the journey tells."""
        state: State | None = self.journey.state if self.journey else None
        wanted = to_be_scored(state) if state else [one.id for one in rules.criteria]
        return [one for one in naming.criteria(rules) if one.code in wanted]

    def _periods(self, duty: object) -> list[Named]:
        """The periods for which something that recurs is left to be done, each with its days; those of one duty."""
        state: State | None = self.journey.state if self.journey else None
        left = [one for one in not_done(state) if duty in (None, "", one.rule.id)] if state else []
        terms = self.rules.terms if self.rules else ()
        by_id = {one.id: one for one in sorted(left, key=lambda one: not self._can_be_done(one))}
        return [Named(one.id, naming.period(one.id, terms)) for one in by_id.values()]

    def _can_be_done(self, period: DutyPeriod) -> bool:
        """Whether it is not too early on the day to record it, and not too late."""
        begins = period.last if period.rule.in_arrears else date.min
        return begins < self._day <= period.last_day

    def _periods_to_do(self) -> int | None:
        state, duties = self.journey.state if self.journey else None, self.rules.duties if self.rules else ()
        return sum(map(self._can_be_done, not_done(state))) if state and len(duties) == 1 else None

    def _duty_done(self, given: Mapping[str, Any]) -> dict[str, str | None]:
        """The only duty there is, and what the days of a claim are worth."""
        duties = self.rules.duties if self.rules else ()
        duty = given.get("duty") or _only([one.id for one in duties])
        days, wanted = str(given.get("days", "")), (duty, given.get("period"))
        state = self.journey.state if self.journey else None
        periods = duty_periods(state) if state else ()
        rate = next((one.rule.rate_on(one.first) for one in periods if (one.rule.id, one.id) == wanted), None)
        worth = str(int(days) * rate) if rate and days.isdecimal() else None
        return {"duty": duty, "kronor": worth}

    def _referrers(self, rules: Programme) -> list[Named]:
        """Those who refer to the programme, and whoever has referred this candidate."""
        refer = {*rules.referring_partners, self._before("referring_partner")}
        return [one for one in naming.partners(self._book) if one.code in refer]

    def _look_after(self) -> list[Named]:
        """Those who are named by positions, and those of the staff who look after interns."""
        names = {name for one in self.positions for who in LOOKED_AFTER_BY if (name := getattr(one, who))}
        register = self._register()
        staff = naming.people(register, names | looking_after(register))
        return [*staff, *(Named(name, name) for name in sorted(names - register.people.keys()))]

    def others(self, name: str) -> list[Named]:
        """Whom a field may name as well, though they are not offered: of who looks after an intern, all staff."""
        return naming.people(self._register()) if name in LOOKED_AFTER_BY else []

    def from_position(self, who: str, position: str | None) -> tuple[bool, str | None]:
        """Whether positions name who looks after an intern; and who it is at this one, by name."""
        named = {one.id: name for one in self.positions if (name := getattr(one, who, None))}
        name = named.get(position or "")
        return bool(named), next((one.title for one in self._look_after() if one.code == name), None)

    def _before(self, name: str) -> str | None:
        """What the latest event that has this field says."""
        said = [event for event in events_in_effect(self._rows()) if name in EVENT_CLASSES[event["kind"]].model_fields]
        return str(said[-1][name]) if said else None


def known_at(application: Application, journey_id: JourneyId, day: date) -> Knowledge:
    """What is known of a journey on a day."""
    return Knowledge(
        application.book,
        journey_id,
        lambda: application.lists.ledger(journey_id),
        day,
        lambda: application.authority,
        application.today(),
        lambda: application.lists.free_places(journey_id.programme, application.today()),
    )


def _only(names: list[str]) -> str | None:
    return names[0] if len(names) == 1 else None
