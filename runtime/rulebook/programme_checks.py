"""What a programme must have beside what its types demand: days, words, profiles thought through. One function each."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from activities.messages import unworded
from models.events.events import EVENT_CLASSES
from models.programme.position import Position
from models.programme.programme import CountsFrom, Programme
from models.programme.review import review_position, review_profile
from models.stages import ENDED_STAGES, Stage
from runtime.i18n import translate
from runtime.rulebook.faults import Fault


class Checked(NamedTuple):
    """A programme as far as it can be read, the data it was read from, and the positions that belong to it."""

    programme: Programme
    data: Mapping[str, Any]
    positions: tuple[Position, ...]


def deadlines_say_their_days(checked: Checked) -> Iterator[Fault]:
    """Only an agreed end is a day by itself; from any other day it must be said how many days it is."""
    for number, deadline in enumerate(checked.programme.deadlines):
        written = checked.data["deadlines"][number]
        if deadline.counts_from not in (None, CountsFrom.AGREED_END) and "days" not in written:
            what = f"it does not say how many days after {deadline.counts_from}; add days"
            yield Fault(path=("deadlines", number), what=what)


def everything_has_words(checked: Checked) -> Iterator[Fault]:
    """Nobody is told of an event or a deadline for which there are no words."""
    programme = checked.programme
    kinds = {rule.event: number for number, rule in enumerate(programme.notices) if rule.event in EVENT_CLASSES}
    names = {rule.name: number for number, rule in enumerate(programme.deadlines) if rule.name}
    for name in unworded(kinds, names):
        path = ("notices", kinds[name], "event") if name in kinds else ("deadlines", names[name], "name")
        what = f"{name} has no wording; add it to activities/wording.py"
        yield Fault(path=path, what=what)


def profiles_are_thought_through(checked: Checked) -> Iterator[Fault]:
    for number, profile in enumerate(checked.programme.profiles):
        places = {requirement.id: place for place, requirement in enumerate(profile.requirements)}
        for concern in review_profile(profile):
            place = places.get(concern.requirement or "")
            path = ("profiles", number) if place is None else ("profiles", number, "requirements", place)
            yield Fault(path=path, what=_clause(translate(concern.message)))


def positions_fit(checked: Checked) -> Iterator[Fault]:
    """The positions of the programme ask for its profiles, and have what it demands of them."""
    programme = checked.programme
    places = {profile.id: number for number, profile in enumerate(programme.profiles)}
    for position in checked.positions:
        if position.profile not in places:
            what = f"the position {position.id} asks for the profile {position.profile}, which is not here"
            yield Fault(path=("profiles",), what=what)
            continue
        for concern in review_position(position, [programme]):
            if concern.requirement is None:
                yield Fault(path=("profiles", places[position.profile]), what=_clause(translate(concern.message)))


FAULTS = (deadlines_say_their_days, everything_has_words, profiles_are_thought_through, positions_fit)


def every_stage_has_a_deadline(checked: Checked) -> Iterator[Fault]:
    watched = {stage for deadline in checked.programme.deadlines for stage in deadline.stages}
    for stage in Stage:
        if stage not in watched and stage not in ENDED_STAGES:
            what = f"no deadline in the stage {stage}: nobody is reminded of whoever waits there"
            yield Fault(path=("deadlines",), what=what)


def every_profile_has_a_position(checked: Checked) -> Iterator[Fault]:
    asked_for = {position.profile for position in checked.positions}
    for number, profile in enumerate(checked.programme.profiles):
        if profile.id and profile.id not in asked_for:
            what = f"no position in positions.toml asks for {profile.id} in this programme yet"
            yield Fault(path=("profiles", number), what=what)


REMARKS = (every_stage_has_a_deadline, every_profile_has_a_position)


def _clause(sentence: str) -> str:
    return sentence.removesuffix(".")
