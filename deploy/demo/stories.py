"""What happens to the people of the demo: every end of the way, and a few detours."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from models.events.events import EVENT, Event
from models.programme.position import Position
from models.programme.programme import Programme
from models.programme.requirement_profile import RequirementProfile
from models.stages import Stage

SHORTEST_MONTH = 28

ANNA, BO, LENA = "coordinator:anna.berg", "coordinator:bo.lind", "manager:lena.strand"


@dataclass(frozen=True)
class Said:
    """An event of a story, and whether the rules are expected to accept it."""

    event: Event
    accepted: bool = True


Story = Callable[["Teller"], Iterator[Said]]


@dataclass
class Teller:
    """Tells stories in one programme: knows its words and the day that it is in the story."""

    day: date
    rules: Programme
    at: Position
    asked: RequirementProfile
    site: str

    @property
    def position(self) -> str:
        return self.at.id

    @property
    def profile(self) -> str:
        return self.asked.id

    @property
    def hardest(self) -> str:
        """A requirement that nobody is taken on without."""
        return next(one.id for one in self.asked.requirements if one.essential and not one.trainable)

    def say(self, kind: str, after: int = 7, by: str = ANNA, **fields: Any) -> Said:
        """Something that happens `after` so many days."""
        self.day += timedelta(days=after)
        said = {"kind": kind, "event_id": uuid4(), "actor": by, "effective_on": self.day, **fields}
        return Said(EVENT.validate_python(said))

    def refused(self, kind: str, **fields: Any) -> Said:
        """Something that somebody tries and the rules refuse."""
        return Said(self.say(kind, 0, **fields).event, accepted=False)

    def checked(self, **results: str) -> Said:
        """Everything is met or will be learnt, unless said otherwise."""
        found = {one.id: "trainable" if one.trainable else "met" for one in self.asked.requirements} | results
        findings = [{"requirement": name, "result": result} for name, result in found.items()]
        return self.say("requirements_checked", profile=self.profile, findings=findings)

    def internship(self, days: int = 60) -> Iterator[Said]:
        yield from self.consulted_about("internship_agreed")
        who: dict[str, Any] = {"position": self.position, "supervisor": self.at.supervisor, "mentor": self.at.mentor}
        rule = self.rules.internship
        longest = [SHORTEST_MONTH * rule.longest_months] if rule.longest_months else []
        longest += [7 * rule.longest_weeks] if rule.longest_weeks else []
        period = self.period(max(min([days, *(most - 1 for most in longest)]), 7 * (rule.shortest_weeks or 0) - 1))
        yield self.say("internship_agreed", **who, **period)

    def evaluated(self, favourable: bool = True) -> Iterator[Said]:
        """By the supervisor, and by the candidate where the programme asks for that."""
        names = [criterion.id for criterion in self.rules.criteria]
        if self.rules.scores_what_was_learnt:
            names += [one.id for one in self.asked.requirements if one.trainable]
        scores = [{"criterion": name, "score": 4 if favourable else 2} for name in names]
        yield self.say("evaluation_recorded", favourable=favourable, scores=scores)
        if self.rules.needs_self_evaluation:
            yield self.say("self_evaluation_recorded", after=0, scores=scores)

    def role(self, days: int = 80) -> Iterator[Said]:
        form = next(form for form in self.rules.forms if form.is_open_on(self.day + timedelta(days=21)))
        yield from self.consulted_about("temporary_role_agreed")
        period = self.period(days, notice=form.apply_days_ahead or 0)
        yield self.say("temporary_role_agreed", by=BO, position=self.position, form=form.id, **period)

    def consulted_about(self, agreement: str) -> Iterator[Said]:
        """What the unions say first, where the programme consults them."""
        rule, town = self.rules.union_consultation, self.rules.town(self.site)
        if rule is None or agreement not in rule.before:
            return
        unions = rule.unions or (town.of_kind("union") if town else ())
        yield self.say("union_consulted", about=agreement, unions=unions)
        for union in unions:
            yield self.say("union_answered", after=2, by=f"partner:{union}", union=union, answer="no_objection")

    def period(self, days: int, notice: int = 0) -> dict[str, Any]:
        """So many days, from the day on which the next event of the story is said, or so long after it."""
        starts_on = self.day + timedelta(days=7 + notice)
        return {"starts_on": starts_on, "ends_on": starts_on + timedelta(days=days)}

    def permanent(self, by: str = BO) -> Iterator[Said]:
        yield from self.consulted_about("permanent_role_agreed")
        starts_on = self.day + timedelta(days=14)
        yield self.say("permanent_role_agreed", by=by, position=self.position, starts_on=starts_on)

    def hired(self) -> Iterator[Said]:
        yield from self.evaluated()
        yield from self.permanent()

    def taken_on(self) -> Iterator[Said]:
        yield self.say("referral_accepted")
        yield self.checked()

    def through_internship(self) -> Iterator[Said]:
        yield from self.taken_on()
        yield from self.internship()
        yield self.say("check_in_recorded", after=30)
        yield self.say("internship_completed", after=37)


def permanent(tell: Teller) -> Iterator[Said]:
    yield from tell.through_internship()
    yield from tell.hired()


def temporary_then_permanent(tell: Teller) -> Iterator[Said]:
    yield from tell.through_internship()
    yield from tell.evaluated()
    yield from tell.role()
    yield tell.say("temporary_role_ended", after=87)
    yield from tell.hired()


def not_qualified(tell: Teller) -> Iterator[Said]:
    yield tell.say("referral_accepted")
    yield tell.checked(**{tell.hardest: "unmet"})


def withdrawn(tell: Teller) -> Iterator[Said]:
    yield from tell.taken_on()
    yield tell.say("withdrawn", end_reason="studies", reason="Begins a course at the folk high school.")


def discontinued(tell: Teller) -> Iterator[Said]:
    yield from tell.through_internship()
    yield from tell.evaluated(favourable=False)
    yield tell.refused("permanent_role_agreed", position=tell.position, starts_on=tell.day, by=BO)
    yield tell.say("discontinued", by=BO, end_reason="not_suitable", reason="The evaluation was not favourable.")


def returned(tell: Teller) -> Iterator[Said]:
    yield from tell.taken_on()
    yield tell.say("returned_to_agency", after=60, end_reason="no_suitable_place")


def declined(tell: Teller) -> Iterator[Said]:
    yield tell.say("referral_declined", reason="All supervisors are taken until the autumn.")


def corrected(tell: Teller) -> Iterator[Said]:
    yield from tell.taken_on()
    *heard, agreed = tell.internship(days=50)
    yield from (*heard, agreed)
    right = agreed.event.model_copy(update={"ends_on": tell.day + timedelta(days=67)})
    correction: dict[str, Any] = {
        "corrects": agreed.event.event_id,
        "reason": "The last day was mistyped.",
        "replacement": right,
    }
    yield tell.refused("corrected", **correction)
    yield tell.say("corrected", by=BO, **correction)
    yield tell.say("internship_completed", after=67)
    yield from tell.hired()


def reopened(tell: Teller) -> Iterator[Said]:
    yield tell.say("referral_accepted")
    yield tell.say("withdrawn", end_reason="own_wish")
    yield tell.say("reopened", reason="Changed her mind after a visit to the ward.")
    yield tell.checked()
    yield from tell.internship()
    yield tell.say("internship_completed", after=67)
    yield from tell.evaluated()
    yield from tell.role()


def in_the_wrong_order(tell: Teller) -> Iterator[Said]:
    yield tell.refused("internship_completed")
    yield tell.say("referral_accepted")
    yield tell.refused("permanent_role_agreed", position=tell.position, starts_on=tell.day)
    yield tell.checked()
    yield from tell.internship()
    yield tell.say("internship_completed", after=67)
    yield from tell.evaluated()
    yield tell.refused("permanent_role_agreed", position=tell.position, starts_on=tell.day, by=ANNA)
    yield from tell.permanent()


def paused(tell: Teller) -> Iterator[Said]:
    yield tell.say("referral_accepted")
    yield tell.say("paused", reason="Parental leave.")
    yield tell.refused("requirements_checked", profile=tell.profile, findings=[])
    yield tell.say("resumed", after=60)
    yield tell.checked()


def interrupted(tell: Teller) -> Iterator[Said]:
    yield from tell.taken_on()
    yield from tell.internship()
    yield tell.say("internship_interrupted", after=20, reason="The ward was moved.", seeks_new_place=True)
    yield from tell.internship()


STORIES: dict[str, tuple[Story, Stage]] = {
    "permanent": (permanent, Stage.PERMANENT_ROLE),
    "temporary, then permanent": (temporary_then_permanent, Stage.PERMANENT_ROLE),
    "not qualified": (not_qualified, Stage.CLOSED),
    "withdrawn": (withdrawn, Stage.CLOSED),
    "discontinued": (discontinued, Stage.CLOSED),
    "returned to the agency": (returned, Stage.CLOSED),
    "declined": (declined, Stage.CLOSED),
    "corrected": (corrected, Stage.PERMANENT_ROLE),
    "reopened": (reopened, Stage.TEMPORARY_ROLE),
    "in the wrong order": (in_the_wrong_order, Stage.PERMANENT_ROLE),
    "paused": (paused, Stage.AWAITING_PLACEMENT),
    "interrupted": (interrupted, Stage.INTERNSHIP),
}
"""Each story with the stage in which it must end."""


def teller(rules: Programme, positions: Sequence[Position], site: str, day: date) -> Teller:
    """Someone who tells in a programme's own words, from `day` on, of a position in the town if there is one."""
    own = [position for position in positions if rules.id in position.programmes and position.places]
    in_town = [position for position in own if position.site == site]
    position = (in_town or own)[0]
    profile = rules.profile(position.profile)
    assert profile is not None, "the rule book checks that"
    return Teller(day, rules, position, profile, site)
