"""A programme's rules as typed data, read from TOML elsewhere. A journey carries its own copy from referral on."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from models.fields import BothLanguages, Day, Name, Strict, Text
from models.kinds import HEARD_BEFORE, KINDS
from models.profile import RequirementProfile
from models.stages import Stage
from models.town import Town

Days = Annotated[int, Field(ge=0, le=3_650)]
Months = Annotated[int, Field(ge=1, le=120)]


class Rule(Strict):
    """A rule of law, agreement or programme, with where it is written and whether someone has checked that."""

    source: Text
    verified: bool = False


class InternshipRule(Rule):
    """What an internship must look like. Months are calendar months, the last day included."""

    longest_months: Months
    supervisor_required: bool = True
    mentor_required: bool = False


class DecisionRule(Rule):
    """Who decides: with `by_two`, nobody decides on a role after having evaluated the candidate alone.

    With `corrections_by_two` as well, nobody corrects a decision of their own either; older rules do without.
    """

    by_two: bool = True
    corrections_by_two: bool = False


class Dated(Rule):
    """A rule that is open to decisions from `valid_from` to `valid_until`, both included; without limit where None."""

    valid_from: Day | None = None
    valid_until: Day | None = None

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> Self:
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ValueError("valid_until lies before valid_from")
        return self

    def is_open_on(self, day: date) -> bool:
        return (self.valid_from or day) <= day <= (self.valid_until or day)


class EmploymentForm(Dated):
    """A form of time-limited employment (anställningsform).

    `longest_months` is the total in the form with this employer, `longest_decision_months` one agreement or extension.
    """

    id: Name
    name: BothLanguages
    longest_months: Months | None = None
    longest_decision_months: Months | None = None
    collective_agreement: Text | None = None


class CountsFrom(StrEnum):
    """The day from which a deadline is reckoned."""

    STAGE_ENTERED = "stage_entered"
    AGREED_END = "agreed_end"
    LAST_CHECK_IN = "last_check_in"
    EVALUATED = "evaluated"


class DeadlineRule(Strict):
    """Something that must have happened `days` after the day it counts from (before it, where negative).

    The coordinator is reminded `remind_days_before` and the programme's manager told `escalate_days_after`.
    """

    name: Name
    stages: tuple[Stage, ...]
    counts_from: CountsFrom
    days: Annotated[int, Field(ge=-365, le=3_650)] = 0
    remind_days_before: Days | None = None
    escalate_days_after: Days | None = None
    until_evaluated: bool = False


class NoticeRule(Strict):
    """Who is told of an event: partners' names; `coordinator`, `manager`, `referring_partner`; or a kind of partner.

    A kind, such as `union`, means the partners of that kind on the list of the journey's town. With
    `acknowledge_within_days` partners are to confirm the notice: they are reminded `remind_after_days` after it, and
    the coordinator and the manager are told where they have not.
    """

    event: Name
    to: tuple[Name, ...]
    acknowledge_within_days: Annotated[Days, Field(ge=1)] | None = None
    remind_after_days: Annotated[Days, Field(ge=1)] | None = None

    @field_validator("event")
    @classmethod
    def _the_event_exists(cls, event: str) -> str:
        if event not in KINDS:
            raise ValueError("there is no such event; the README lists those there are")
        return event

    @model_validator(mode="after")
    def _who_is_reminded_is_a_partner_and_has_time_left(self) -> Self:
        if self.remind_after_days and self.remind_after_days >= (self.acknowledge_within_days or 0):
            raise ValueError("remind_after_days must be less than acknowledge_within_days")
        if self.acknowledge_within_days and self.event in ("deadline_passed", "corrected"):
            raise ValueError("reminders and corrections belong to the notice that they follow; ask for that one's")
        if self.acknowledge_within_days and {"coordinator", "manager"} & set(self.to):
            raise ValueError("only partners acknowledge; tell the coordinator or the manager by a rule of their own")
        return self


class HearingRule(Rule):
    """Before which agreements unions are heard: those named, otherwise those on the list of the journey's town.

    Each has `answer_within_days` to answer, and is reminded `remind_after_days` after it was asked.
    """

    before: Annotated[tuple[Name, ...], Field(min_length=1)]
    unions: tuple[Name, ...] = ()
    answer_within_days: Annotated[Days, Field(ge=1)]
    remind_after_days: Annotated[Days, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _unions_are_heard_about_agreements_and_have_time_left(self) -> Self:
        for event in self.before:
            if event not in HEARD_BEFORE:
                raise ValueError(f"unions can be heard before {', '.join(HEARD_BEFORE)}")
        if self.remind_after_days and self.remind_after_days >= self.answer_within_days:
            raise ValueError("remind_after_days must be less than answer_within_days")
        return self


class Criterion(Strict):
    """One thing that an evaluation looks at."""

    id: Name
    text: BothLanguages


class Programme(Dated):
    """The rules of one programme, complete: nothing else is looked up while a journey is judged."""

    id: Name
    name: BothLanguages
    goal: Annotated[int, Field(ge=1)] | None = None
    manager: Name
    referring_partners: tuple[Name, ...]
    internship: InternshipRule
    decisions: DecisionRule
    forms: tuple[EmploymentForm, ...] = ()
    reopen_within_days: Days
    follow_up_after_days: tuple[Annotated[Days, Field(ge=1)], ...] = ()
    follow_up_window_days: Days = 30
    criteria: tuple[Criterion, ...]
    deadlines: tuple[DeadlineRule, ...] = ()
    notices: tuple[NoticeRule, ...] = ()
    profiles: tuple[RequirementProfile, ...]
    towns: tuple[Town, ...] = ()
    hearing: HearingRule | None = None

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        for what, names in {
            "forms": [form.id for form in self.forms],
            "criteria": [criterion.id for criterion in self.criteria],
            "deadlines": [deadline.name for deadline in self.deadlines],
            "profiles": [profile.id for profile in self.profiles],
            "towns": [town.id for town in self.towns],
        }.items():
            if len(names) != len(set(names)):
                raise ValueError(f"the programme's {what} name one of them twice")
        return self

    def form(self, form_id: str) -> EmploymentForm | None:
        return next((form for form in self.forms if form.id == form_id), None)

    def profile(self, profile_id: str) -> RequirementProfile | None:
        return next((profile for profile in self.profiles if profile.id == profile_id), None)

    def town(self, code: str) -> Town | None:
        return next((town for town in self.towns if town.id == code), None)

    def told_of(self, kind: str) -> tuple[str, ...]:
        """Names of those who are told of an event of this kind, in the programme's order, each once."""
        return tuple(dict.fromkeys(name for rule in self.notices if rule.event == kind for name in rule.to))
