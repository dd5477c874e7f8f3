"""A programme's rules as typed data, read from TOML elsewhere. A journey carries its own copy from referral on."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from itertools import combinations
from typing import Annotated, Literal, Self

from pydantic import Field

from models.fields import BothLanguages, Day, Name, Strict, Text, added, checks_together
from models.message import InvalidValue, msg
from models.partners.partner import OWN_PARTS, Town
from models.programme.admission import AdmissionRule, AgeRule
from models.programme.cohorts import Cohort
from models.programme.duties import DutyRule, StudiesRule, Term
from models.programme.employment_form import ChainRule, EmploymentForm, FormLimit
from models.programme.hours import HoursRule
from models.programme.interns import InternsPerEmployees
from models.programme.lengths import FormLength, GroupLength, Weeks
from models.programme.offers import LotteryRule, OffersRule
from models.programme.periods import PlacePeriod
from models.programme.requirement_profile import RequirementProfile
from models.programme.sourced import Dated, Days, Months, Sourced
from models.programme.training import TrainingRule
from models.programme.way import USUAL, WayRule
from models.stages import Stage

Agreement = Literal["internship_agreed", "temporary_role_agreed", "permanent_role_agreed"]
"""Kinds of event before which unions can be consulted."""


class InternshipRule(Sourced):
    """What an internship must look like. Months are calendar months, weeks seven days, the last day included."""

    longest_months: Months | None = added(None)
    """How many months an internship may last at most, extensions included."""
    longest_weeks: Weeks | None = added(None)
    """How many weeks an internship may last at most, extensions included."""
    shortest_weeks: Weeks | None = added(None)
    """How many weeks an internship is agreed for at least. One that ends earlier breaks nothing."""
    lengths: tuple[GroupLength, ...] = added(())
    """How long an internship lasts by the person's group. Each referral then says the group."""
    not_where_last_worked: bool = added(False)
    """Whether an internship is in another unit than that in which the person last worked, which the referral says."""
    supervisor_required: bool = True
    """Whether an internship needs a supervisor who is named."""
    mentor_required: bool = False
    """Whether an internship needs a mentor who is named."""
    interns_per_employees: tuple[InternsPerEmployees, ...] = added(())
    """How many interns a unit may have at a time for its ordinary employees, whatever the programme: one table after
    another. As many as there are places where it is left out."""


NO_INTERNSHIP = InternshipRule(
    source=BothLanguages(sv="programmet har ingen praktik", en="the programme has no internship"),
    longest_months=1,
    supervisor_required=False,
)
"""What is ruled of internships by a programme that has none."""

OwnKey = Literal["offered", "demanded"]
"""Whether a decision of two may be, or must be, signed with a key of one's own."""


class DecisionRule(Sourced):
    """Who decides: with `by_two`, nobody decides on a role after having evaluated the candidate alone.

    With `corrections_by_two` as well, nobody corrects a decision of their own either; older rules do without.
    With `own_key` "demanded" whoever takes part in a decision of two signs it with a key of their own: what the desk
    says for them by a sign-in alone does not do.
    """

    by_two: bool = True
    """Whether a role is decided on by somebody else than who has evaluated."""
    corrections_by_two: bool = False
    """Whether a decision is corrected by two, too: one proposes and another approves."""
    own_key: OwnKey = added("offered")
    """Whether who decides by two may sign with a key of their own beside the desk's word, or must."""


class EvaluationRule(Sourced):
    """How a candidate is evaluated: always against criteria, never as a person.

    With `trainable_requirements` the evaluation also scores what the check left to be learnt; with
    `self_evaluation_required` the candidate scores the same.
    """

    trainable_requirements: bool = False
    """Whether an evaluation also scores the requirements that the check left to be learnt."""
    self_evaluation_required: bool = False
    """Whether the candidate evaluates the same before a role is agreed."""


class RelevanceRule(Sourced):
    """What a profile must show before anybody is checked against it: a reason for each essential requirement, and the
    agency's confirmation of each formal one among them. Without `formal_allowed` no essential requirement is formal."""

    reasons_required: bool = True
    """Whether each essential requirement must say why the job needs it."""
    confirmation_required: bool = True
    """Whether a formal requirement that is essential must have been confirmed by the agency."""
    formal_allowed: bool = True
    """Whether essential requirements may be formal ones at all."""


class RetentionRule(Sourced):
    """How long a candidate is kept after the end of the way, in calendar months; then they are due to be erased."""

    months: Months
    """Months from the end of the way until the candidate is due to be erased."""


class BalanceRule(Sourced):
    """Between which shares, in percent, each sex shall be among those hired. Read by reports; stops nobody."""

    lowest_percent: Annotated[int, Field(ge=0, le=50)]
    """The lowest share of each sex among those hired, in percent."""
    highest_percent: Annotated[int, Field(ge=50, le=100)]
    """The highest share of each sex among those hired, in percent."""


class CountsFrom(StrEnum):
    """The day from which a deadline is reckoned."""

    STAGE_ENTERED = "stage_entered"
    AGREED_END = "agreed_end"
    LAST_CHECK_IN = "last_check_in"
    EVALUATED = "evaluated"


class WayEnd(StrEnum):
    """How far a way had come when it ended."""

    BEFORE_INTERNSHIP = "before_internship"
    INTERNSHIP = "internship"
    TEMPORARY_ROLE = "temporary_role"
    PERMANENT_ROLE = "permanent_role"


class DeadlineRule(Strict):
    """Something that must have happened `days` after the day it counts from (before it, where negative), or so many
    `working_days` after it.

    The coordinator is reminded `remind_days_before` and the programme's manager told `escalate_days_after`.
    """

    name: Name
    """What is to be done by then, by one of the names of deadlines below; each may stand once."""
    stages: tuple[Stage, ...]
    """The stages in which it runs."""
    counts_from: CountsFrom
    """The day from which it is counted."""
    days: Annotated[int, Field(ge=-365, le=3_650)] = 0
    """How many days after that day it is due, or before it where negative. Only the agreed end is a day by itself."""
    working_days: Annotated[int, Field(ge=0, le=1_000)] | None = added(None)
    """How many working days after that day it is due, in the place of days: Saturdays, Sundays, public holidays and the
    eves that the law names do not count."""
    remind_days_before: Days | None = None
    """How many days before it is due the coordinator is reminded; nobody is where it is left out."""
    escalate_days_after: Days | None = None
    """How many days after it was due the programme's manager is told; nobody is where it is left out."""
    until_evaluated: bool = False
    """Whether it has been met once an evaluation is recorded."""


class NoticeRule(Strict):
    """Who is told of an event: partners' names; `coordinator`, `manager`, `referring_partner`; or a kind of partner.

    A kind, such as `union`, means the partners of that kind on the list of the journey's town. With
    `acknowledge_within_days` partners are to confirm the notice: they are reminded `remind_after_days` after it, and
    the coordinator and the manager are told where they have not.
    """

    event: Name
    """The kind of event that is told of, by one of the names of events below."""
    to: tuple[Name, ...]
    """Who is told: partners by their ids, parts in the journey, or kinds of partner, by the names of recipients
    below."""
    acknowledge_within_days: Annotated[Days, Field(ge=1)] | None = None
    """Within how many days partners are to confirm that they have it; nobody is asked where it is left out."""
    remind_after_days: Annotated[Days, Field(ge=1)] | None = None
    """After how many days a partner that has not confirmed is reminded."""

    @checks_together
    def _who_is_reminded_is_a_partner_and_has_time_left(self) -> Self:
        if self.remind_after_days and self.remind_after_days >= (self.acknowledge_within_days or 0):
            message = msg(
                "notice_rule.reminded_too_late", "remind_after_days must be less than acknowledge_within_days"
            )
            raise InvalidValue(message, "remind_after_days")
        if self.acknowledge_within_days and self.event in ("deadline_passed", "corrected"):
            message = msg(
                "notice_rule.follows_another",
                "reminders and corrections belong to the notice that they follow. Ask for acknowledgement of that one",
            )
            raise InvalidValue(message, "acknowledge_within_days")
        if self.acknowledge_within_days and OWN_PARTS & set(self.to):
            message = msg(
                "notice_rule.acknowledged_by_staff",
                "only partners acknowledge. Notify others by a rule of their own",
            )
            raise InvalidValue(message, "to")
        return self


class ConsultationRule(Sourced):
    """Before which agreements unions are consulted: those named, otherwise those on the list of the journey's town.

    Each has `answer_within_days` to answer, and is reminded `remind_after_days` after it was asked.
    """

    before: Annotated[tuple[Agreement, ...], Field(min_length=1)]
    """The agreements before which unions are consulted."""
    unions: tuple[Name, ...] = ()
    """The unions that are consulted, by their ids. Those on the list of the journey's town where it is left out."""
    answer_within_days: Annotated[Days, Field(ge=1)]
    """Within how many days a union is to answer."""
    remind_after_days: Annotated[Days, Field(ge=1)] | None = None
    """After how many days a union that has not answered is reminded."""
    must_agree: bool = added(False)
    """Whether each of them must agree, so that neither an objection nor a time that is out lets anything be agreed."""

    @checks_together
    def _unions_have_time_left(self) -> Self:
        if self.remind_after_days and self.remind_after_days >= self.answer_within_days:
            message = msg(
                "consultation_rule.reminded_too_late", "remind_after_days must be less than answer_within_days"
            )
            raise InvalidValue(message, "remind_after_days")
        return self


class Criterion(Strict):
    """One thing that an evaluation looks at."""

    id: Name
    """Its name in evaluations."""
    text: BothLanguages
    """What is looked at, in words that whoever is evaluated understands."""


class Programme(Dated):
    """The rules of one programme, complete: nothing else is looked up while a journey is judged.

    `counted_forms` are forms of other programmes of the employer whose days count as days in another form.
    """

    id: Name
    """Its name in commands and journeys. It never changes once somebody was referred, and is best the file's name
    too."""
    name: BothLanguages
    """What people call it."""
    goal: Annotated[int, Field(ge=1)] | None = None
    """How many are to be hired, for reports."""
    goal_until: Day | None = None
    """By which day the goal is to be reached."""
    retention: RetentionRule | None = None
    """How long candidates are kept after the end of the way. Nobody is due to be erased where it is left out."""
    balance: BalanceRule | None = None
    """Between which shares each sex shall be among those hired, for reports."""
    referring_partners: tuple[Name, ...]
    """The partners that may refer, by their ids."""
    internship: InternshipRule = added(NO_INTERNSHIP)
    """What an internship must look like. It must be there in every programme that has internships."""
    decisions: DecisionRule
    """Who decides, and who corrects."""
    ages: AgeRule | None = added(None)
    """How old whoever is referred is. People of all ages where it is left out."""
    admission: AdmissionRule | None = added(None)
    """Up to which days people are referred, and from which to which day they begin."""
    hours: HoursRule | None = added(None)
    """How many hours a week are agreed. Nobody is asked for hours where it is left out."""
    chain: ChainRule | None = None
    """Forms of employment that follow one another, so that nobody goes back along them."""
    evaluation: EvaluationRule | None = added(None)
    """What an evaluation scores, and whether the candidate evaluates too."""
    relevance: RelevanceRule | None = None
    """What a profile must show before anybody is checked against it."""
    training: TrainingRule | None = None
    """Who must have taken which training before an internship begins."""
    forms: tuple[EmploymentForm, ...] = ()
    """The forms of time-limited employment that can be agreed, by their ids in employment_forms.toml."""
    counted_forms: tuple[EmploymentForm, ...] = ()
    form_limits: tuple[FormLimit, ...] = ()
    """Where the programme allows less of a form in all than the form itself does."""
    form_lengths: tuple[FormLength, ...] = added(())
    """How long a role in a form is agreed for at least, or exactly."""
    reopen_within_days: Days
    """For how many days after the end a journey can go on from where it was."""
    follow_up_after_days: tuple[Annotated[Days, Field(ge=1)], ...] = ()
    """How many days after the end people are followed up, each time."""
    follow_up_window_days: Days = 30
    """How many days after a follow-up was due the manager is told that it is missing."""
    pause_reminder_days: Days = added(7)
    """How many days before a pause ends the coordinator is reminded."""
    criteria: tuple[Criterion, ...] = ()
    """What an evaluation looks at. At least one, where the way comes to an evaluation."""
    deadlines: tuple[DeadlineRule, ...] = ()
    """By when what must have happened."""
    notices: tuple[NoticeRule, ...] = ()
    """Who is told of what."""
    profiles: tuple[RequirementProfile, ...]
    """What positions ask for. At least one."""
    towns: tuple[Town, ...] = ()
    """The towns in which it is run, by their codes in towns.toml; everywhere where it is left out."""
    duties: tuple[DutyRule, ...] = added(())
    """What recurs while somebody works: claims of money, certificates of studies, other tasks of a period."""
    terms: tuple[Term, ...] = added(())
    """The terms of a year, for what is done each term."""
    studies: StudiesRule | None = added(None)
    """What is studied beside the work."""
    union_consultation: ConsultationRule | None = None
    """Before which agreements unions are consulted."""
    offers: OffersRule | None = added(None)
    """How places are offered to those who wait for one. Nobody is offered any where it is left out."""
    lottery: LotteryRule | None = added(None)
    """Whether lots are drawn of those who wait for a place, and what follows. None are where it is left out."""
    periods: tuple[PlacePeriod, ...] = added(())
    """The periods of which one is agreed, exactly. A place of a position is then one in each of them, and is counted
    day by day."""
    cohorts: tuple[Cohort, ...] = added(())
    """The cohorts to which candidates are admitted as their referral is accepted. Nobody is asked for one where it is
    left out."""
    blind: tuple[Stage, ...] = added(())
    """Stages in which not even whoever is in charge is told who a candidate is."""
    follow_up_ends: tuple[WayEnd, ...] = added(tuple(WayEnd))
    """The ends after which people are followed up; after any other one nobody waits for a follow-up."""
    employer: Text | None = added(None)
    """The employer's name as it writes it, for certificates."""
    certify_interrupted: bool = added(False)
    """Whether a certificate names internships that were interrupted, too."""
    way: WayRule | None = added(None)
    """The shape of the way. Every hire begins with one internship where it is left out."""

    @checks_together
    def _a_day_needs_its_goal(self) -> Self:
        if self.goal_until is not None and self.goal is None:
            raise InvalidValue(msg("programme.no_goal", "goal_until is given without a goal"), "goal_until")
        return self

    @checks_together
    def _internships_have_their_rule(self) -> Self:
        if self.shape.internships and self.internship == NO_INTERNSHIP:
            message = msg("programme.no_internship_rule", "it is missing. Write what an internship must look like")
            raise InvalidValue(message, "internship")
        return self

    @checks_together
    def _names_are_unique(self) -> Self:
        for what, names in {
            "form_limits": [limit.form for limit in self.form_limits],
            "form_lengths": [length.form for length in self.form_lengths],
            "internship": [length.group for length in self.internship.lengths],
            "criteria": [criterion.id for criterion in self.criteria],
            "deadlines": [deadline.name for deadline in self.deadlines],
            "duties": [duty.id for duty in self.duties],
            "terms": [term.id for term in self.terms],
            "profiles": [profile.id for profile in self.profiles],
            "towns": [town.id for town in self.towns],
        }.items():
            if len(names) != len(set(names)):
                raise InvalidValue(msg("programme.twice", "the same one stands twice in {what}", what=what), what)
        if any(one.id == other.id and one.overlaps(other) for one, other in combinations(self.forms, 2)):
            raise InvalidValue(msg("programme.form_twice", "a form stands twice for the same day"), "forms")
        return self

    @checks_together
    def _nobody_is_asked_for_a_paper(self) -> Self:
        if self.relevance is None or self.relevance.formal_allowed:
            return self
        for profile in self.profiles:
            for one in profile.requirements:
                if one.essential and one.formal:
                    message = msg(
                        "programme.formal_merit",
                        "{profile} asks for a formal merit in {requirement}, and this programme asks for none. "
                        "Make it desirable, or say what the job needs instead",
                        profile=profile.id,
                        requirement=one.id,
                    )
                    raise InvalidValue(message, "profiles")
        return self

    @checks_together
    def _the_chain_is_of_its_forms(self) -> Self:
        forms = {form.id for form in self.forms}
        for link in self.chain.forms if self.chain else ():
            if link not in forms:
                message = msg("programme.chain_form", "{form} is not among the programme's forms", form=link)
                raise InvalidValue(message, "chain")
        return self

    @checks_together
    def _a_score_names_one_thing(self) -> Self:
        trainable = {one.id for profile in self.profiles for one in profile.requirements if one.trainable}
        if self.scores_what_was_learnt and trainable & {criterion.id for criterion in self.criteria}:
            message = msg(
                "programme.scored_twice", "a criterion and a trainable requirement have the same id. Rename one of them"
            )
            raise InvalidValue(message, "criteria")
        return self

    @property
    def shape(self) -> WayRule:
        """The shape of the way, also where the programme says nothing of it."""
        return self.way or USUAL

    @property
    def scores_what_was_learnt(self) -> bool:
        """Whether an evaluation scores the trainable requirements too."""
        return self.evaluation is not None and self.evaluation.trainable_requirements

    @property
    def needs_self_evaluation(self) -> bool:
        """Whether a role is agreed only when the candidate has evaluated too."""
        return self.evaluation is not None and self.evaluation.self_evaluation_required

    def form(self, form_id: str, day: date | None = None) -> EmploymentForm | None:
        """The form as it is open on a day; where it is not, or without a day, its last version begun by then."""
        return _version(self.forms, form_id, day)

    def counted_form(self, form_id: str, day: date | None) -> EmploymentForm | None:
        """The same of any form of the employer's that counts as another; None of one that stands for itself alone."""
        return _version((*self.forms, *self.counted_forms), form_id, day)

    def form_limit(self, form_id: str) -> FormLimit | None:
        return next((limit for limit in self.form_limits if limit.form == form_id), None)

    def form_length(self, form_id: str) -> FormLength | None:
        return next((length for length in self.form_lengths if length.form == form_id), None)

    def group(self, name: str | None) -> GroupLength | None:
        """The group of that name, with its lengths."""
        return next((length for length in self.internship.lengths if length.group == name), None)

    def profile(self, profile_id: str) -> RequirementProfile | None:
        return next((profile for profile in self.profiles if profile.id == profile_id), None)

    def cohort(self, cohort_id: str | None) -> Cohort | None:
        return next((one for one in self.cohorts if one.id == cohort_id), None)

    def town(self, code: str) -> Town | None:
        return next((town for town in self.towns if town.id == code), None)

    def told_of(self, kind: str) -> tuple[str, ...]:
        """Names of those who are told of an event of this kind, in the programme's order, each once."""
        return tuple(dict.fromkeys(name for rule in self.notices if rule.event == kind for name in rule.to))


def _version(forms: Iterable[EmploymentForm], form_id: str, day: date | None) -> EmploymentForm | None:
    versions = sorted((form for form in forms if form.id == form_id), key=lambda form: form.valid_from or date.min)
    begun = [form for form in versions if day is None or (form.valid_from or date.min) <= day]
    found = begun or versions[:1]
    return found[-1] if found else None
