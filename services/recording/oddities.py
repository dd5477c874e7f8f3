"""What is odd about an event, though no rule forbids it: somebody is asked again before it is sent. Pure."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from models.calendar.public_holidays import is_day_off, is_holiday
from models.calendar.swedish_day import day_in_sweden
from models.events import events as e
from models.events.descriptions import name_of
from models.events.texts import with_texts
from models.journey.fold import Entry
from models.message import Message, msg
from models.programme.position import Position
from models.state.state import State
from services.days import in_both

EARLY = timedelta(days=14)
"""What ends sooner than agreed by this much is more than a last week that was dropped."""

FAR = timedelta(days=366)
"""Farther away than this a day is oftener a slip of the year than meant."""

COMPUTED = frozenset({"age_limit_on", "due_on"})
"""Days that nobody gave: they follow from others, or from a person's age."""

YEARS_END = (12, 31)

LOW = 2
"""A score that says less than expected."""

HIGH = 4
"""A score that says more than expected."""


@dataclass(frozen=True)
class About:
    """An event that is about to be sent, and what it is held against: the journey before it, as far as it is known,
    the positions, whoever the register knows as staff, those of them who look after interns, and what each is
    called."""

    event: e.Event
    today: date
    state: State | None = None
    entries: Sequence[Entry] = ()
    positions: Mapping[str, Position] = field(default_factory=dict)
    staff: Collection[str] = ()
    look_after: Collection[str] = ()
    called: Callable[[str], str] = str


Oddity = Callable[[About], Message | None]


def ended_weeks_early(about: About) -> Message | None:
    """An internship or a role that was agreed to go on for weeks is said to have ended as agreed."""
    agreed = about.state.agreed_end if about.state else None
    ended = about.event.effective_on
    if not isinstance(about.event, e.InternshipCompleted | e.TemporaryRoleEnded) or agreed is None:
        return None
    if agreed - ended < EARLY:
        return None
    days = (agreed - ended).days
    return msg(
        "odd.early", "It was agreed until {agreed}, which is {days} days later.", agreed=in_both(agreed), days=days
    )


def favourable_with_low_scores(about: About) -> Message | None:
    """A favourable evaluation whose scores all say otherwise."""
    if not isinstance(about.event, e.EvaluationRecorded) or not about.event.favourable or not about.event.scores:
        return None
    if any(one.score > LOW for one in about.event.scores):
        return None
    return msg("odd.low_scores", "The evaluation is favourable, though every score is {most} or lower.", most=LOW)


def unfavourable_with_high_scores(about: About) -> Message | None:
    """An unfavourable evaluation whose scores all say otherwise."""
    if not isinstance(about.event, e.EvaluationRecorded) or about.event.favourable or not about.event.scores:
        return None
    if any(one.score < HIGH for one in about.event.scores):
        return None
    return msg(
        "odd.high_scores", "The evaluation is not favourable, though every score is {least} or higher.", least=HIGH
    )


def in_another_town(about: About) -> Message | None:
    """A position in another town than the candidate's."""
    name = getattr(about.event, "position", None)
    position = about.positions.get(str(name)) if name else None
    if position is None or about.state is None or position.site == about.state.site:
        return None
    town, own = (_town(about.state, site) for site in (position.site, about.state.site))
    values = {"position": position.title, "town": town, "own": own}
    return msg("odd.another_town", "{position} is in {town}, and the candidate in {own}.", **values)


def _town(state: State, site: str) -> str:
    town = state.rules.town(site)
    return town.name if town else site


def nobody_known(about: About) -> Message | None:
    """A supervisor or mentor whom neither the register nor a position nor an earlier event knows: a slip of the pen
    would be a person who is written to."""
    earlier = (entry.event for entry in about.entries)
    known = {*about.staff, *_looking_after(about.positions.values()), *_looking_after(earlier)}
    new = next((name for name in _looking_after([about.event]) if name not in known), None)
    if new is None or not about.staff:
        return None
    return msg("odd.nobody_known", "Nobody here is known as {person}, who would be written to.", person=new)


def looks_after_nobody(about: About) -> Message | None:
    """A supervisor or mentor of the staff who has no such role, and would see nothing of the intern."""
    earlier = (entry.event for entry in about.entries)
    known = {*about.look_after, *_looking_after(about.positions.values()), *_looking_after(earlier)}
    named = (name for name in _looking_after([about.event]) if name in about.staff and name not in known)
    person = next(named, None)
    if person is None or not about.look_after:
        return None
    return msg("odd.not_their_role", "{person} is neither a supervisor nor a mentor here.", person=about.called(person))


def _looking_after(those: Iterable[object]) -> Iterator[str]:
    """The supervisors and mentors whom events or positions name."""
    named = (getattr(one, who, None) for one in those for who in ("supervisor", "mentor"))
    return (name for name in named if name)


def starts_on_a_day_off(about: About) -> Message | None:
    """Something that starts on a weekend or a public holiday."""
    starts_on = getattr(about.event, "starts_on", None)
    if starts_on is None or not is_day_off(starts_on):
        return None
    return msg("odd.day_off", "The first day, {day}, is a weekend or a public holiday.", day=in_both(starts_on))


def ends_on_a_holiday(about: About) -> Message | None:
    """Something that is planned to end on a public holiday. Much is agreed for whole weeks, months or years: neither a
    weekend nor New Year's Eve is odd."""
    ends_on = getattr(about.event, "ends_on", None)
    if ends_on is None or not is_holiday(ends_on) or (ends_on.month, ends_on.day) == YEARS_END:
        return None
    return msg("odd.ends_on_holiday", "The last day, {day}, is a public holiday.", day=in_both(ends_on))


def a_day_far_away(about: About) -> Message | None:
    """A day that somebody gave is more than a year away."""
    days = [day for name, day in dict(about.event).items() if isinstance(day, date) and name not in COMPUTED]
    far = next((day for day in days if abs(day - about.today) > FAR), None)
    return None if far is None else msg("odd.far", "The day {day} is more than a year away.", day=in_both(far))


def of_one_day(about: About) -> Message | None:
    """An internship that ends on the day on which it starts."""
    if not isinstance(about.event, e.InternshipAgreed) or about.event.starts_on != about.event.ends_on:
        return None
    return msg("odd.one_day", "The internship lasts a single day, {day}.", day=in_both(about.event.starts_on))


def said_already_today(about: About) -> Message | None:
    """The same as was recorded earlier today. Of a reminder the text is what matters: what it says is the same only
    where that is."""
    if isinstance(about.event, e.NoteAdded):
        return None
    for entry in about.entries:
        if isinstance(about.event, e.ReminderSet) and about.event.task != getattr(entry.event, "task", None):
            continue
        if day_in_sweden(entry.recorded_at) == about.today and _said(entry.event) == _said(about.event):
            return msg("odd.again", "The same {kind} was recorded today already.", kind=name_of(about.event.kind))
    return None


def _said(event: e.Event) -> tuple[object, ...]:
    """What an event says, but for its id and for what is written freely, of which the ledger has a reference only."""
    data = with_texts(event.model_dump(mode="json"), lambda _place, _text: "")
    return tuple(sorted((name, str(value)) for name, value in data.items() if name != "event_id"))


ODDITIES: tuple[Oddity, ...] = (
    ended_weeks_early,
    favourable_with_low_scores,
    unfavourable_with_high_scores,
    in_another_town,
    nobody_known,
    looks_after_nobody,
    starts_on_a_day_off,
    ends_on_a_holiday,
    a_day_far_away,
    of_one_day,
    said_already_today,
)


def oddities(about: About) -> Iterator[Message]:
    """All that is odd about an event; of a correction also about what it puts in the place."""
    found = [one for odd in ODDITIES if (one := odd(about)) is not None]
    replacement = about.event.replacement if isinstance(about.event, e.Corrected | e.CorrectionProposed) else None
    if replacement is not None:
        found += oddities(replace(about, event=replacement, state=None))
    yield from dict.fromkeys(found)
