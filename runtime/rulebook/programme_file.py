"""Checking files of `programmes/`: every fault in one go, each with its line, its field and plain words."""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from pathlib import Path
from typing import Any, NamedTuple

from activities.messages import unworded
from models.events.events import EVENT_CLASSES
from models.events.wariness import Concern, concerns_in
from models.fields import Strict
from models.journey.transitions import stages_of
from models.message import Message, msg
from models.programme.position import Position
from models.programme.programme import CountsFrom, Programme
from models.programme.review import review_position, review_profile
from models.stages import ENDED_STAGES, Stage
from runtime.i18n import _n
from runtime.rulebook.examining import NOTHING
from runtime.rulebook.faults import Fault, uncovered
from runtime.rulebook.impossible import never, seldom
from runtime.rulebook.listed import LISTINGS, POSITIONS, THE_WHOLE, Listed
from runtime.rulebook.loader import RuleBook
from runtime.rulebook.position_checks import out_of_town, what_is_nowhere
from runtime.rulebook.reading import no_profile, stands_twice
from runtime.rulebook.texts import Flaw, read_file
from runtime.rulebook.toml_lines import line_at, lines_of


class Checked(NamedTuple):
    """A programme as far as it can be read, the data it was read from, and the positions that belong to it."""

    programme: Programme
    data: Mapping[str, Any]
    positions: tuple[Position, ...]


def deadlines_say_their_days(checked: Checked) -> Iterator[Fault]:
    """Only an agreed end is a day by itself; from any other day it must be said how many days it is."""
    for number, deadline in enumerate(checked.programme.deadlines):
        written = checked.data["deadlines"][number]
        if deadline.counts_from not in (None, CountsFrom.AGREED_END) and not {"days", "working_days"} & written.keys():
            what = msg(
                "file.no_days",
                "it does not say how many days after {what}. Add days",
                what=deadline.counts_from,
            )
            yield Fault(path=("deadlines", number), what=what)


def everybody_can_be_told(checked: Checked) -> Iterator[Fault]:
    """Nobody is told of an event for which there are no words."""
    kinds = {rule.event: number for number, rule in enumerate(checked.programme.notices) if rule.event in EVENT_CLASSES}
    for kind in unworded(kinds):
        what = msg("file.unworded_event", "letters have no words for {event}. Remove the rule", event=kind)
        yield Fault(path=("notices", kinds[kind], "event"), what=what)


def nothing_stands_twice(checked: Checked) -> Iterator[Fault]:
    yield from stands_twice(checked.data)


def it_can_come_about(checked: Checked) -> Iterator[Fault]:
    yield from never(checked.programme)


def profiles_are_thought_through(checked: Checked) -> Iterator[Fault]:
    for number, profile in enumerate(checked.programme.profiles):
        places = {requirement.id: place for place, requirement in enumerate(profile.requirements)}
        for concern in review_profile(profile):
            place = places.get(concern.requirement or "")
            path = ("profiles", number) if place is None else ("profiles", number, "requirements", place)
            yield Fault(path=path, what=concern.message)


def positions_fit(programme: Programme, positions: Listed[Position]) -> Iterator[Fault]:
    """What the positions of a programme lack: they ask for its profiles, and have what it demands of them. The paths
    are those of their file."""
    profiles = {profile.id for profile in programme.profiles}
    for number, position in positions.sound:
        path = (POSITIONS.key, number)
        if programme.id not in position.programmes:
            continue
        if position.profile not in profiles:
            yield Fault(path=(*path, "profile"), what=no_profile(position, programme))
            continue
        for concern in review_position(position, [programme]):
            if concern.requirement is None:
                yield Fault(path=path, what=concern.message)


FAULTS = (
    deadlines_say_their_days,
    everybody_can_be_told,
    it_can_come_about,
    nothing_stands_twice,
    profiles_are_thought_through,
)


def every_stage_has_a_deadline(checked: Checked) -> Iterator[Fault]:
    watched = {stage for deadline in checked.programme.deadlines for stage in deadline.stages}
    for stage in Stage:
        if stage not in watched and stage not in ENDED_STAGES and stage in stages_of(checked.programme.shape):
            what = msg(
                "file.no_deadline",
                "the stage {stage} has no deadline, so nobody is reminded of candidates in it",
                stage=stage,
            )
            yield Fault(path=("deadlines",), what=what)


def every_profile_has_a_position(checked: Checked) -> Iterator[Fault]:
    asked_for = {position.profile for position in checked.positions}
    for number, profile in enumerate(checked.programme.profiles):
        if profile.id and profile.id not in asked_for:
            what = msg(
                "file.profile_not_asked_for",
                "no position in positions.toml asks for {profile} in this programme yet",
                profile=profile.id,
            )
            yield Fault(path=("profiles", number), what=what)


def there_are_units_enough(checked: Checked) -> Iterator[Fault]:
    """Where each internship is in another unit, the positions are in as many units as there are internships."""
    shape, units = checked.programme.shape, {position.unit.sv for position in checked.positions}
    if shape.units_differ and units and len(units) < shape.internships:
        what = msg(
            "way.too_few_units",
            "the way has {internships} internships in different units, and the positions of the programme are in "
            "{units}. Add positions in other units",
            internships=shape.internships,
            units=len(units),
        )
        yield Fault(path=("way", "units_differ"), what=what)


def groups_tell_no_health(checked: Checked) -> Iterator[Fault]:
    """A group is recorded with the referral, and partners may read it."""
    for number, group in enumerate(checked.programme.internship.lengths):
        words = (group.group.replace("_", " "), group.name.sv, group.name.en)
        if any(Concern.HEALTH in concerns_in(one) for one in words):
            what = msg(
                "file.group_tells_health",
                "the group {group} may tell of somebody's health, which is not recorded. Name it by something else",
                group=group.group,
            )
            yield Fault(path=("internship", "lengths", number), what=what)


def it_is_meant(checked: Checked) -> Iterator[Fault]:
    yield from seldom(checked.programme)


REMARKS = (
    every_stage_has_a_deadline,
    every_profile_has_a_position,
    there_are_units_enough,
    groups_tell_no_health,
    it_is_meant,
)


NAMES = ("id", "name", "event")
"""Keys by which an item of a list is named, where it has one that is text."""


class FaultLine(Strict):
    """A fault as it is told: the line in the file, the field, and what is wrong. `file` is named where it is another
    than the one that was checked."""

    file: str | None = None
    line: int
    field: str | Message
    what: Message


class FileVerdict(Strict):
    """What a check of a file found. `remarks` are no faults. `programme` is its name, as far as it has one."""

    file: str
    programme: str | None
    faults: tuple[FaultLine, ...]
    remarks: tuple[FaultLine, ...] = ()
    summary: str = ""


def check_folder(book: RuleBook) -> list[FileVerdict]:
    """Check every file of a lenient book's folder, the lists before the programmes."""
    lists = [check_list(book.directory / one.file, book) for one in LISTINGS.values() if book.has(one)]
    told = {(one.file, fault.line, fault.field) for one in lists for fault in one.faults}
    programmes = [_but_for(told, check_programme_file(file, book)) for file in book.programme_files]
    return [*lists, *programmes, *_passed_over(book.directory)]


def _but_for(told: Set[tuple[str, int, str | Message]], found: FileVerdict) -> FileVerdict:
    """A verdict without the faults of another file that were told of that one."""
    left = tuple(one for one in found.faults if (one.file, one.line, one.field) not in told)
    return found.model_copy(update={"faults": left})


NAMED_OTHERWISE = re.compile(r"(?P<stem>[^.].*)\.toml(\.txt)?", re.IGNORECASE)
"""What a file of rules is called where a program for texts, or another system, has changed its ending."""


def _passed_over(folder: Path) -> Iterator[FileVerdict]:
    """Files that nobody reads, for their ending alone."""
    for file in sorted(folder.glob("*")):
        named = NAMED_OTHERWISE.fullmatch(file.name)
        if named and not file.name.endswith(".toml"):
            what = msg("file.other_ending", "it is not read. Rename it {name}", name=f"{named['stem']}.toml")
            told = FaultLine(line=1, field=THE_WHOLE, what=what)
            yield FileVerdict(file=file.name, programme=None, faults=(told,))


def check_list(file: Path, book: RuleBook) -> FileVerdict:
    """Check a file of partners, positions or the like, which may lie anywhere, against the book's other files."""
    listing = LISTINGS[file.stem]
    listed = book.listed(listing) if file.parent == book.directory else book.elsewhere(file, listing)
    remarks: list[Fault] = []
    if listing is POSITIONS:
        listed = listed.with_faults(what_is_nowhere(listed, book))
        remarks = list(out_of_town(listed, book))
    data, lines = listed.read.data or {}, lines_of(listed.read.text) if listed.is_read else {}
    twice = uncovered(stands_twice(data), listed.faults)
    return FileVerdict(
        file=file.name,
        programme=None,
        faults=(*_of_the_whole(listed.read.flaws), *_told([*listed.faults, *twice], data, lines)),
        remarks=_told(remarks, data, lines),
        summary=_n("{count} entry", "{count} entries", len(listed.entries)),
    )


def check_programme_file(file: Path, book: RuleBook) -> FileVerdict:
    """Check a programme file, which may lie anywhere, against the forms, partners and positions of a lenient book."""
    read = read_file(file)
    if read.data is None:
        return FileVerdict(file=file.name, programme=None, faults=_of_the_whole(read.flaws))
    programme, faults = book.examine_programme(read.data)
    if programme is NOTHING:
        told = _told(faults, read.data, lines_of(read.text))
        return FileVerdict(file=file.name, programme=None, faults=told)
    mine = tuple(book.positions_of(programme.id))
    checked = Checked(programme, read.data, mine)
    known = [*book.taken(file, read.data), *faults]
    more = uncovered((fault for check in FAULTS for fault in check(checked)), known)
    every, lines = [*known, *more], lines_of(read.text)
    listed: Listed[Position] = book.listed(POSITIONS)
    of_positions = positions_fit(programme, listed) if listed.is_read and programme.profiles else ()
    remarks = uncovered((remark for check in REMARKS for remark in check(checked)), every)
    return FileVerdict(
        file=file.name,
        programme=programme.id,
        faults=(
            *_of_the_whole(read.flaws),
            *_told(every, read.data, lines),
            *_told([*of_positions], listed.read.data or {}, lines_of(listed.read.text), POSITIONS.file),
        ),
        remarks=_told([*book.stands_in(file, read.data), *remarks], read.data, lines),
        summary=", ".join(
            (
                _n("{count} profile", "{count} profiles", len(programme.profiles)),
                _n("{count} deadline", "{count} deadlines", len(programme.deadlines)),
                _n("{count} position", "{count} positions", len(mine)),
            )
        ),
    )


def _of_the_whole(flaws: Sequence[Flaw]) -> tuple[FaultLine, ...]:
    return tuple(FaultLine(line=flaw.line, field=THE_WHOLE, what=flaw.what) for flaw in flaws)


def _told(
    faults: Sequence[Fault],
    data: Mapping[str, Any],
    lines: Mapping[tuple[str | int, ...], int],
    file: str | None = None,
) -> tuple[FaultLine, ...]:
    told = {
        FaultLine(file=file, line=line_at(lines, fault.path), field=_field(fault.path, data), what=fault.what): None
        for fault in faults
    }
    return tuple(sorted(told, key=lambda fault: fault.line))


def _field(path: Sequence[str | int], data: Any) -> str | Message:
    """`profiles[hospital_service].requirements[shift_work].why`: items by their names, where they have one."""
    written = ""
    for part in path:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            data = None
        if isinstance(part, int):
            names = [data[key] for key in NAMES if isinstance(data, dict) and isinstance(data.get(key), str)]
            written += f"[{names[0] if names else part + 1}]"
        else:
            written += f".{part}" if written else part
    return written or THE_WHOLE
