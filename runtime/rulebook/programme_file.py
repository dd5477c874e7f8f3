"""Checking files of `programmes/`: every fault in one go, each with its line, its field and plain words."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from activities.messages import unworded
from models.events.events import EVENT_CLASSES
from models.fields import Strict
from models.message import Message, msg
from models.programme.position import Position
from models.programme.programme import CountsFrom, Programme
from models.programme.review import review_position, review_profile
from models.stages import ENDED_STAGES, Stage
from runtime.i18n import _n
from runtime.rulebook.faults import Fault, uncovered
from runtime.rulebook.listed import LISTINGS, POSITIONS, THE_WHOLE, Listed
from runtime.rulebook.loader import RuleBook
from runtime.rulebook.reading import loose_ends_of_positions
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
        if deadline.counts_from not in (None, CountsFrom.AGREED_END) and "days" not in written:
            what = msg(
                "file.no_days",
                "it does not say how many days after {what}. Add days",
                what=deadline.counts_from,
            )
            yield Fault(path=("deadlines", number), what=what)


def everything_has_words(checked: Checked) -> Iterator[Fault]:
    """Nobody is told of an event or a deadline for which there are no words."""
    programme = checked.programme
    kinds = {rule.event: number for number, rule in enumerate(programme.notices) if rule.event in EVENT_CLASSES}
    names = {rule.name: number for number, rule in enumerate(programme.deadlines) if rule.name}
    for name in unworded(kinds, names):
        path = ("notices", kinds[name], "event") if name in kinds else ("deadlines", names[name], "name")
        what = msg("file.unworded", "{name} has no wording. Add it to activities/wording.py", name=name)
        yield Fault(path=path, what=what)


def profiles_are_thought_through(checked: Checked) -> Iterator[Fault]:
    for number, profile in enumerate(checked.programme.profiles):
        places = {requirement.id: place for place, requirement in enumerate(profile.requirements)}
        for concern in review_profile(profile):
            place = places.get(concern.requirement or "")
            path = ("profiles", number) if place is None else ("profiles", number, "requirements", place)
            yield Fault(path=path, what=concern.message)


def positions_fit(checked: Checked) -> Iterator[Fault]:
    """The positions of the programme ask for its profiles, and have what it demands of them."""
    programme = checked.programme
    places = {profile.id: number for number, profile in enumerate(programme.profiles)}
    for position in checked.positions:
        if position.profile not in places:
            what = msg(
                "file.profile_asked_for",
                "the position {position} asks for the profile {profile}, which is not here",
                position=position.id,
                profile=position.profile,
            )
            yield Fault(path=("profiles",), what=what)
            continue
        for concern in review_position(position, [programme]):
            if concern.requirement is None:
                yield Fault(path=("profiles", places[position.profile]), what=concern.message)


FAULTS = (deadlines_say_their_days, everything_has_words, profiles_are_thought_through, positions_fit)


def every_stage_has_a_deadline(checked: Checked) -> Iterator[Fault]:
    watched = {stage for deadline in checked.programme.deadlines for stage in deadline.stages}
    for stage in Stage:
        if stage not in watched and stage not in ENDED_STAGES:
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


REMARKS = (every_stage_has_a_deadline, every_profile_has_a_position)


NAMES = ("id", "name", "event")
"""Keys by which an item of a list is named, where it has one that is text."""


class FaultLine(Strict):
    """A fault as it is told: the line in the file, the field, and what is wrong."""

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
    return [*lists, *(check_programme_file(file, book) for file in book.programme_files)]


def check_list(file: Path, book: RuleBook) -> FileVerdict:
    """Check a file of partners, positions or the like, which may lie anywhere, against the book's other files."""
    listing = LISTINGS[file.stem]
    listed = book.listed(listing) if file.parent == book.directory else book.elsewhere(file, listing)
    if listing is POSITIONS:
        listed = listed.with_faults(_of_positions(listed, book))
    data, lines = listed.read.data or {}, lines_of(listed.read.text) if listed.is_read else {}
    return FileVerdict(
        file=file.name,
        programme=None,
        faults=(*_of_the_whole(listed.read.flaws), *_told(listed.faults, data, lines)),
        summary=_n("{count} entry", "{count} entries", len(listed.entries)),
    )


def _of_positions(positions: Listed[Position], book: RuleBook) -> Iterator[tuple[int, str, Message]]:
    """What positions name that is nowhere, but for what a programme with faults may have, and what it may be called."""
    every = [book.examined(file) for file in book.programme_files]
    if any(one.programme.id is None for one in every):
        return
    faulty = {one.programme.id for one in every if not one.is_sound}
    programmes = {one.programme.id: one.programme for one in every}
    for number, where, what in loose_ends_of_positions(positions, programmes):
        if what.values.get("programme") not in faulty:
            yield number, where, what


def check_programme_file(file: Path, book: RuleBook) -> FileVerdict:
    """Check a programme file, which may lie anywhere, against the forms, partners and positions of a lenient book."""
    read = read_file(file)
    if read.data is None:
        return FileVerdict(file=file.name, programme=None, faults=_of_the_whole(read.flaws))
    programme, faults = book.examine_programme(read.data)
    mine = tuple(book.positions_of(programme.id))
    checked = Checked(programme, read.data, mine)
    known = [*book.taken(file, read.data), *faults]
    more = uncovered((fault for check in FAULTS for fault in check(checked)), known)
    lines = lines_of(read.text)
    return FileVerdict(
        file=file.name,
        programme=programme.id,
        faults=(*_of_the_whole(read.flaws), *_told([*known, *more], read.data, lines)),
        remarks=_told([f for check in REMARKS for f in check(checked)], read.data, lines),
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
    faults: Sequence[Fault], data: Mapping[str, Any], lines: Mapping[tuple[str | int, ...], int]
) -> tuple[FaultLine, ...]:
    told = {
        FaultLine(line=line_at(lines, fault.path), field=_field(fault.path, data), what=fault.what): None
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
