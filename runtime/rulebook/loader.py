"""The rules as `programmes/` defines them today: programmes, forms, partners, towns and positions."""

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from models.fields import BothLanguages
from models.message import msg
from models.partners.partner import Partner, Town
from models.programme.employment_form import EmploymentForm
from models.programme.periods import PlacePeriod
from models.programme.position import Position
from models.programme.programme import Programme
from models.programme.training import TrainingPackage
from runtime.errors import UsageError
from runtime.rulebook.examining import NOTHING, Examined, Known, examine_programme
from runtime.rulebook.faults import Fault
from runtime.rulebook.listed import (
    FORMS,
    LISTINGS,
    PARTNERS,
    POSITIONS,
    TOWNS,
    TRAINING,
    Listed,
    Listing,
    file_fault,
    misnamed_list,
    read_listed,
)
from runtime.rulebook.reading import (
    loose_ends_of_forms,
    loose_ends_of_partners,
    loose_ends_of_positions,
    loose_ends_of_towns,
    pinned,
    with_conversion,
)
from runtime.rulebook.texts import FileText, read_file

PERIODS = TypeAdapter(tuple[PlacePeriod, ...])

ID_TAKEN = msg("file.id_taken", "another file has this programme already")


class RuleBook:
    """The rules of today. Journeys that have begun carry their own.

    Each file is read when it is first needed, and then raises UsageError for its first fault, also where it names what
    another file does not have. A fault in one programme stops nobody who asks for another. A `lenient` one raises
    nothing, and takes of each file what can be read of it: to tell of all faults.
    """

    def __init__(self, directory: Path, *, lenient: bool = False) -> None:
        self.directory = directory
        self._is_lenient = lenient
        self._read: dict[Path, Examined] = {}
        self._lists: dict[str, Listed[Any]] = {}
        self._texts: dict[Path, FileText] = {}

    def check(self) -> None:
        """Read every file. Raises UsageError for the first fault in any of them."""
        self.refuse_an_empty_folder()
        for file in self.programme_files:
            self._programme(file)
        for listing in LISTINGS.values():
            self.listed(listing).refuse()
        self.positions_in_programmes(self.programmes).refuse()

    def listed(self, listing: Listing) -> Listed[Any]:
        """A list with everything that is wrong with it, but that positions name what is not in programmes."""
        if listing.stem not in self._lists:
            file = self.directory / listing.file
            read = read_listed(file, listing, listing.model) if self.has(listing) else Listed(listing, ())
            self._lists[listing.stem] = self._with_loose_ends(read)
        return self._lists[listing.stem]

    def has(self, listing: Listing) -> bool:
        """Whether there is such a list, or must be."""
        return listing.required or os.path.lexists(self.directory / listing.file)

    def elsewhere(self, file: Path, listing: Listing) -> Listed[Any]:
        """A list from a file outside the folder, held against the others of the folder."""
        return self._with_loose_ends(read_listed(file, listing, listing.model))

    def _with_loose_ends(self, read: Listed[Any]) -> Listed[Any]:
        if read.listing is PARTNERS:
            return read.with_faults(loose_ends_of_partners(read))
        if read.listing is FORMS:
            return read.with_faults(loose_ends_of_forms(read))
        if read.listing is TOWNS and read.entries:
            known, is_known = self._known, self.listed(PARTNERS).is_whole
            return read.with_faults(loose_ends_of_towns(read, known)) if is_known else read
        return read

    def positions_in_programmes(self, programmes: Mapping[str, Programme]) -> Listed[Position]:
        """The positions with what is wrong with them in the light of the programmes too."""
        listed: Listed[Position] = self.listed(POSITIONS)
        return listed.with_faults(loose_ends_of_positions(listed, programmes))

    def _entries(self, listing: Listing) -> tuple[Any, ...]:
        listed = self.listed(listing)
        if not self._is_lenient:
            listed.refuse()
        return tuple(one for one in listed.entries if one.id is not None)

    @cached_property
    def forms(self) -> dict[str, tuple[EmploymentForm, ...]]:
        """Every form of employment by its id, in the versions that followed one another."""
        versions: defaultdict[str, list[EmploymentForm]] = defaultdict(list)
        for form in (forms := self._entries(FORMS)):
            versions[form.id].append(with_conversion(form, forms))
        return {name: tuple(of_one) for name, of_one in versions.items()}

    def age_limits(self) -> set[int]:
        """The ages from which on the law makes no form of employment permanent."""
        rules = [form.conversion for forms in self.forms.values() for form in forms if form.conversion]
        return {rule.not_from_age for rule in rules if rule.not_from_age is not None}

    @cached_property
    def partners(self) -> tuple[Partner, ...]:
        return self._entries(PARTNERS)

    @cached_property
    def towns(self) -> dict[str, Town]:
        """Every town with its list; none where there is no such file."""
        known = {name: one for name, one in self._known.items() if one.kind is not None}
        return {entry.id: pinned(entry, known) for entry in self._entries(TOWNS) if entry.name is not None}

    @cached_property
    def packages(self) -> dict[str, TrainingPackage]:
        """The training packages; none where there is no such file."""
        return {package.id: package for package in self._entries(TRAINING)}

    @cached_property
    def positions(self) -> tuple[Position, ...]:
        """The positions, whether or not there are the programmes and profiles that they name: see `check`."""
        return self._entries(POSITIONS)

    @cached_property
    def programmes(self) -> dict[str, Programme]:
        """Every programme without faults by its id; the others are `set_aside`."""
        self.refuse_an_empty_folder()
        every = (self.examined(file) for file in self.programme_files)
        return {one.programme.id: one.programme for one in every if one.is_sound}

    @cached_property
    def set_aside(self) -> dict[Path, UsageError]:
        """The programme files that cannot be used, each with the first thing that is wrong."""
        faulty: dict[Path, UsageError] = {}
        for file in self.programme_files:
            try:
                self._programme(file)
            except UsageError as error:
                faulty[file] = error
        return faulty

    @property
    def titles(self) -> dict[str, BothLanguages]:
        """What each programme is called, by its id, also where something else in its file is wrong."""
        return {programme: title for programme in self._ids if (title := self.title(programme)) is not None}

    def refuse_an_empty_folder(self) -> None:
        """Raises UsageError where there is no programme at all: then the folder is another one."""
        if not self.programme_files:
            raise UsageError(
                "settings.programmes",
                "{folder} contains no programme. Correct HELAVAGEN_PROGRAMMES.",
                folder=self.directory,
            )

    @cached_property
    def programme_files(self) -> list[Path]:
        """The files of programmes; those with a full stop before their name are an editor's own."""
        every = (file for file in self.directory.glob("*.toml") if not file.name.startswith("."))
        return sorted(file for file in every if file.stem not in LISTINGS)

    @property
    def town_codes(self) -> set[str]:
        """The towns that there are: those with a list, and those with a position."""
        return {*self.towns, *(position.site for position in self.positions)}

    def positions_of(self, programme_id: str) -> list[Position]:
        return [position for position in self.positions if programme_id in (position.programmes or ())]

    def programme(self, programme_id: str) -> Programme:
        """A programme by its id, without the others. Raises UsageError where there is none, or it has a fault."""
        programme = self._named(programme_id)
        if programme is None:
            raise UsageError(
                "programme.unknown",
                "Unknown programme {programme}. Available: {known}.",
                programme=programme_id,
                known=", ".join(self._ids),
            )
        return programme

    def find(self, programme_id: str) -> Programme | None:
        """A programme by its id, without the others; None where there is none, or it is set aside. Journeys go on by
        the rules that they carry, and so does whoever asks after one."""
        try:
            return self._named(programme_id)
        except UsageError:
            return None

    def offered(self, programme_id: str) -> dict[str, Position]:
        """The positions of a programme by their ids, as far as they can be read: to show what they are called."""
        return {one.id: one for one in self.readable_positions if programme_id in one.programmes}

    @property
    def readable_partners(self) -> list[Partner]:
        """The partners without faults, whatever else is in their file."""
        return [one for _, one in self.listed(PARTNERS).sound]

    @property
    def readable_positions(self) -> list[Position]:
        """The positions without faults, whatever else is in their file."""
        return [one for _, one in self.listed(POSITIONS).sound]

    def _named(self, programme_id: str) -> Programme | None:
        file = self._ids.get(programme_id)
        if file is None:
            file = self.directory / f"{programme_id}.toml"
            if file not in self.programme_files or self._id_in(file) is not None:
                return None
        return self._programme(file)

    def title(self, programme_id: str) -> BothLanguages | None:
        """What a programme is called, without reading more of it; None where there is none, or it has no name."""
        named_so = self.directory / f"{programme_id}.toml"
        file = named_so if self._id_in(named_so) == programme_id else self._ids.get(programme_id)
        try:
            return BothLanguages.model_validate((self._text(file).data or {}).get("name")) if file else None
        except ValidationError:
            return None

    def periods(self, programme_id: str) -> tuple[PlacePeriod, ...]:
        """The periods in which the places of a programme are filled, without reading more of it; none where there is
        no such programme, or one of them has a fault."""
        file = self._ids.get(programme_id)
        try:
            return PERIODS.validate_python((self._text(file).data or {}).get("periods", ())) if file else ()
        except ValidationError:
            return ()

    @cached_property
    def town_names(self) -> dict[str, str]:
        """What the towns are called, by their codes; none where the file cannot be read."""
        try:
            entries = (read_file(self.directory / TOWNS.file).data or {}).get(TOWNS.key, [])
            return {str(one["id"]): str(one["name"]) for one in entries}
        except (KeyError, TypeError):
            return {}

    @cached_property
    def _ids(self) -> dict[str, Path]:
        """The files by the ids of their programmes, as far as they can be read; of two that have one the file that is
        named after it, otherwise the first."""
        found: dict[str, Path] = {}
        for file in self.programme_files:
            programme_id = self._id_in(file)
            if programme_id is not None and (programme_id not in found or file.stem == programme_id):
                found[programme_id] = file
        return found

    def _id_in(self, file: Path) -> str | None:
        """The id of the programme in a file; None where the file cannot be read, or has none."""
        written = (self._text(file).data or {}).get("id")
        return written if isinstance(written, str) else None

    def _text(self, file: Path) -> FileText:
        if file not in self._texts:
            self._texts[file] = read_file(file)
        return self._texts[file]

    @cached_property
    def _known(self) -> dict[str, Partner]:
        return {partner.id: partner for partner in self.partners}

    def _programme(self, file: Path) -> Programme:
        examined, written = self.examined(file), self._text(file)
        for flaw in written.flaws:
            raise flaw.error
        for fault in examined.faults:
            raise file_fault(file.name, (written.data or {}).get("id"), fault.where, fault.what)
        return examined.programme

    def examined(self, file: Path) -> Examined:
        """A programme file of the folder as far as it can be read."""
        if file not in self._read:
            read = self._text(file)
            programme, faults = self.examine_programme(read.data) if read.data is not None else (NOTHING, [])
            self._read[file] = Examined(read, programme, (*self.taken(file, read.data or {}), *faults))
        return self._read[file]

    def taken(self, file: Path, data: Mapping[str, Any]) -> tuple[Fault, ...]:
        """That another file of the folder has the programme of one in the folder, and rather than this one."""
        here = file.stem == data.get("id") or not self._is_inside(file)
        return (Fault(path=("id",), what=ID_TAKEN),) if not here and self._others(file, data) else ()

    def stands_in(self, file: Path, data: Mapping[str, Any]) -> Iterator[Fault]:
        """That a file outside the folder is read in the place of the one that has its programme there."""
        for other in () if self._is_inside(file) else self._others(file, data)[:1]:
            what = msg("file.stands_in", "it is checked in the place of {file} in the folder", file=other.name)
            yield Fault(path=("id",), what=what)

    def _is_inside(self, file: Path) -> bool:
        return os.path.realpath(file.parent) == os.path.realpath(self.directory)

    def _others(self, file: Path, data: Mapping[str, Any]) -> list[Path]:
        """The other files of the folder that have a file's programme."""
        programme_id, here = data.get("id"), os.path.realpath(file)
        others = (one for one in self.programme_files if os.path.realpath(one) != here)
        return [one for one in others if isinstance(programme_id, str) and self._id_in(one) == programme_id]

    def examine_programme(self, data: Mapping[str, Any]) -> tuple[Programme, list[Fault]]:
        """What a programme file says, as far as it can be read, and everything that is wrong with it."""
        if (misnamed := misnamed_list(data)) is not None:
            return NOTHING, [misnamed]
        unread = frozenset(stem for stem, listed in self._lists.items() if not listed.is_whole)
        return examine_programme(data, Known(self.forms, self.towns, self.packages, self._known, unread))
