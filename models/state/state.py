"""What is known of a journey at one moment: what its events, folded, amount to."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from models.calendar.public_holidays import working_days_between
from models.events.events import EvaluationRecorded, SelfEvaluationRecorded
from models.events.values import DeadlineStep, EarlierEmployment, EmploymentElsewhere, FollowUpOutcome
from models.identifiers import Actor, JourneyId
from models.programme.cohorts import Cohort
from models.programme.periods import Span
from models.programme.programme import Programme, WayEnd
from models.programme.requirement_profile import RequirementFinding
from models.stages import ENDED_STAGES, EndReason, Stage
from models.state.obligations import QUESTION, REMINDER, Acknowledgement, Consultation
from models.state.offer import Lot, Offer
from models.state.replacing import replace
from models.state.stage_history import StagePeriod
from models.state.waiting_corrections import WaitingCorrection


@dataclass(frozen=True)
class Agreement:
    """An internship or a role: where and for how long, both days included. A permanent role has no last day.

    `decided_on` is the day of the latest decision on a role: the form counts as it was then.
    """

    position: str
    starts_on: date
    ends_on: date | None
    form: str | None = None
    decided_on: date | None = None
    supervisor: str | None = None
    mentor: str | None = None
    hours_a_week: int | None = None

    def until(self, day: date, hours_a_week: int | None = None) -> "Agreement":
        """The same until another day, with other hours a week where those are given."""
        return replace(self, ends_on=day, hours_a_week=hours_a_week or self.hours_a_week)


@dataclass(frozen=True)
class Pause:
    """Days on which the journey stood still: from the first up to, but not including, the day it went on.

    `until` is the day on which it was to go on; `frees_place` says that the place of the internship was given up.
    """

    from_day: date
    to_day: date | None = None
    until: date | None = None
    frees_place: bool = False

    def days_since(self, day: date) -> int:
        """Days of this pause that fall on `day` or later."""
        return max(0, (self.to_day - max(self.from_day, day)).days) if self.to_day else 0

    def working_days_since(self, day: date) -> int:
        """Working days of this pause that fall on `day` or later."""
        return working_days_between(max(self.from_day, day), self.to_day) if self.to_day else 0


@dataclass(frozen=True)
class Reminder:
    """What somebody wants to be reminded of on a day, or what a note asks, by the event that says what."""

    event_id: UUID
    set_on: date
    remind_on: date
    asked: bool = False

    @property
    def deadline(self) -> str:
        return f"{QUESTION if self.asked else REMINDER}{self.event_id}"


@dataclass(frozen=True)
class DutyRecord:
    """What was done for a period: of a claim its days and kronor, of a certificate whether the candidate passed."""

    duty: str
    period: str
    done_on: date
    days: int | None = None
    kronor: int | None = None
    passed: bool | None = None


@dataclass(frozen=True)
class PassedDeadline:
    """A step that a deadline has taken."""

    name: str
    due_on: date
    step: DeadlineStep


@dataclass(frozen=True)
class State:
    """Where a candidate stands.

    `since` is the day on which the stage was entered; `touched_on` the day on which the latest event that can move a
    deadline was recorded; `completed` are internships, each until the day on which it was completed;
    `evaluation` the latest one of this internship or role, `evaluators` the actors who made it
    or corrected it, and `self_evaluation` the candidate's own. `journey_id` names the journey, as the ids of its
    notices ask for; `acknowledgements` and `consultations` are what partners owe or have answered;
    `passages` the stages passed, in their order; `proposals` are corrections that wait for a second person.
    `offer` is the latest offer of a place that has led to nothing yet. `earlier_employment` and
    `group` are what was told at the referral, and `employment_elsewhere` what other journeys of the same person tell.
    """

    journey_id: JourneyId
    rules: Programme
    stage: Stage
    since: date
    touched_on: date
    site: str
    coordinator: str
    referring_partner: str
    profile: str | None = None
    findings: tuple[RequirementFinding, ...] = ()
    internship: Agreement | None = None
    completed: tuple[Agreement, ...] = ()
    evaluation: EvaluationRecorded | None = None
    evaluators: frozenset[Actor] = frozenset()
    self_evaluation: SelfEvaluationRecorded | None = None
    roles: tuple[Agreement, ...] = ()
    pauses: tuple[Pause, ...] = ()
    last_check_in: date | None = None
    closed_from: Stage | None = None
    end_reason: EndReason | None = None
    follow_ups: tuple[tuple[int, FollowUpOutcome], ...] = ()
    passed: frozenset[PassedDeadline] = frozenset()
    reminders: tuple[Reminder, ...] = ()
    duties: tuple[DutyRecord, ...] = ()
    acknowledged: frozenset[UUID] = frozenset()
    acknowledgements: tuple[Acknowledgement, ...] = ()
    consultations: tuple[Consultation, ...] = ()
    earlier_employment: tuple[EarlierEmployment, ...] = ()
    employment_elsewhere: tuple[EmploymentElsewhere, ...] = ()
    age_limit_on: date | None = None
    group: str | None = None
    last_unit: str | None = None
    passages: tuple[StagePeriod, ...] = ()
    proposals: tuple[WaitingCorrection, ...] = ()
    offer: Offer | None = None
    cohort: str | None = None
    lot: Lot | None = None

    def __hash__(self) -> int:
        """By identity: quick, for a cache that only needs to know again what it has just seen."""
        return id(self)

    @property
    def paused(self) -> bool:
        return bool(self.pauses) and self.pauses[-1].to_day is None

    @property
    def pause(self) -> Pause | None:
        """The pause of today."""
        return self.pauses[-1] if self.paused else None

    @property
    def ended(self) -> bool:
        return self.stage in ENDED_STAGES

    @property
    def way_end(self) -> WayEnd:
        """How far the way has come, which decides whether anybody is followed up after its end."""
        if self.roles:
            lasting = any(role.ends_on is None for role in self.roles)
            return WayEnd.PERMANENT_ROLE if lasting else WayEnd.TEMPORARY_ROLE
        return WayEnd.INTERNSHIP if self.internship else WayEnd.BEFORE_INTERNSHIP

    @property
    def evaluated_on(self) -> date | None:
        """The day from which all evaluations that the rules ask for are there."""
        if self.evaluation is None or (self.rules.needs_self_evaluation and self.self_evaluation is None):
            return None
        own = self.self_evaluation.effective_on if self.rules.needs_self_evaluation and self.self_evaluation else None
        return max(self.evaluation.effective_on, own or self.evaluation.effective_on)

    @property
    def place(self) -> str | None:
        """The position of which the candidate holds a place: that of the internship, of an offer that stands, or of a
        role that began without an internship where places are offered or have periods. A pause may free it."""
        if self.pause is not None and self.pause.frees_place:
            return None
        return self._placed.position if self._placed else None

    @property
    def place_span(self) -> Span | None:
        """From when to when that place is held, where something says so."""
        placed = self._placed if self.place else None
        if placed is None or placed.ends_on is None:
            return None
        return Span(starts_on=placed.starts_on, ends_on=placed.ends_on)

    @property
    def _placed(self) -> "Offer | Agreement | None":
        """What a place is held for."""
        match self.stage:
            case Stage.AWAITING_PLACEMENT if self.offer is not None and self.offer.holds_a_place:
                return self.offer
            case Stage.INTERNSHIP:
                return self.internship
            case Stage.TEMPORARY_ROLE if self._went_to_work_at_once and (self.rules.periods or self.rules.offers):
                return self.role
        return None

    @property
    def _went_to_work_at_once(self) -> bool:
        """Whether the role was agreed with somebody who waited for a place, without an internship before it."""
        before = [one.stage for one in self.passages if one.stage not in (Stage.TEMPORARY_ROLE, Stage.CLOSED)]
        return before[-1:] == [Stage.AWAITING_PLACEMENT]

    @property
    def in_cohort(self) -> Cohort | None:
        """The cohort in which the candidate has a place: that of the admission, unless they left before it began."""
        cohort = self.rules.cohort(self.cohort)
        has_left = self.stage is Stage.CLOSED and cohort is not None and self.since < cohort.starts_on
        return None if has_left else cohort

    @property
    def role(self) -> Agreement | None:
        return self.roles[-1] if self.roles else None

    @property
    def agreed(self) -> Agreement | None:
        """The internship or the time-limited role of today."""
        return {Stage.INTERNSHIP: self.internship, Stage.TEMPORARY_ROLE: self.role}.get(self.stage)

    @property
    def agreed_start(self) -> date | None:
        """The first day of what is agreed now."""
        return self.agreed.starts_on if self.agreed else None

    @property
    def agreed_end(self) -> date | None:
        """The last day of what is agreed now."""
        return self.agreed.ends_on if self.agreed else None
