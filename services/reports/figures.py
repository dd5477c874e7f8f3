"""The figures of a report as they may be shown. Every format is made from these and from nothing else."""

from datetime import date

from pydantic import Field

from models.fields import BothLanguages, Source, Strict

Shown = int | None
"""A count of people; None where the group is too small to be shown, or would let a small one be worked out."""


class HiredInPeriod(Strict):
    """How many were hired from the first day of one month to the last day of another, and in all by then."""

    from_month: date
    until_month: date
    hired: int
    in_all: int


class Pace(Strict):
    """What it takes to reach the goal in time: people a month from the day of the report; None where time is up."""

    until: date
    missing: int
    a_month: float | None


class Share(Strict):
    """One legal sex among those hired. `percent` is of those whose sex is known."""

    sex: str
    hired: Shown
    percent: float | None


class Balance(Strict):
    """The sexes among those hired, and the band in which each share shall lie."""

    shares: tuple[Share, ...]
    lowest_percent: int | None
    highest_percent: int | None
    source: Source | None


class Step(Strict):
    """A step of the way: how many came so far, and of those who came no farther, how many ended or are on the way."""

    step: str
    reached: Shown
    ended: Shown
    on_the_way: Shown


class Loss(Strict):
    """How many whose way ended after a step for a reason. What is not listed is zero."""

    step: str
    reason: str
    people: Shown


class Stay(Strict):
    """The median of days in a stage, or from the referral to the first day at work or in a role."""

    stage: str
    median_days: float | None


class Group(Strict):
    """Those of one town, with its name where it is known, or referred by one kind of partner."""

    group: str
    name: str | None = None
    referred: Shown
    hired: Shown


class Outcomes(Strict):
    """What those who were followed up did, so many days after the end."""

    after_days: int
    people: Shown
    outcomes: dict[str, Shown]


class Obstacle(Strict):
    """An essential requirement, with the title of its profile where the programme has it, and how many it stopped."""

    profile: str
    title: BothLanguages | None
    requirement: str
    text: str | BothLanguages
    stopped: Shown


class Figures(Strict):
    """A programme in figures on a day.

    In `own` figures, for whoever may read them, nothing is hidden. `reasons` are the ends of the way whatever the step.
    Of `obstacles` None means that none of them can be shown.
    """

    programme: str
    name: BothLanguages
    day: date
    own: bool
    fewest: int
    goal: int | None
    referred: Shown
    hired: int
    pace: Pace | None = None
    hired_by_month: tuple[HiredInPeriod, ...] = ()
    balance: Balance | None = None
    funnel: tuple[Step, ...] = ()
    losses: tuple[Loss, ...] = ()
    reasons: dict[str, Shown] = Field(default_factory=dict)
    stays: tuple[Stay, ...] = ()
    towns: tuple[Group, ...] = ()
    partner_kinds: tuple[Group, ...] = ()
    follow_ups: tuple[Outcomes, ...] = ()
    obstacles: tuple[Obstacle, ...] | None = None
