"""The files of `programmes/` that are lists: partners, towns, positions, forms of employment, training packages."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from pydantic import BaseModel

from models.fields import Name, Strict, Text
from models.message import Message, msg
from models.partners.partner import Partner
from models.programme.employment_form import EmploymentForm
from models.programme.position import Position
from models.programme.training import TrainingPackage
from runtime.errors import UsageError
from runtime.rulebook.faults import Fault, examine
from runtime.rulebook.texts import FileText, read_file

M = TypeVar("M", bound=BaseModel)

THE_WHOLE = msg("file.the_whole", "the whole")


class TownEntry(Strict):
    """A town as the file has it: its municipality code (SCB), its name, and the names of its partners."""

    id: Name
    """The municipality's code (SCB)."""
    name: Text
    """What it is called."""
    partners: tuple[Name, ...]
    """The partners on its list, by their ids in partners.toml."""


class Listing(NamedTuple):
    """A kind of list: its file's name without the ending, the key above each entry, what an entry is.

    Without one that is not `required` there are no entries; one that is not `unique` may have several of an id.
    """

    stem: str
    key: str
    model: type[BaseModel]
    required: bool = True
    unique: bool = True

    @property
    def file(self) -> str:
        """The file's name."""
        return f"{self.stem}.toml"


FORMS = Listing("employment_forms", "forms", EmploymentForm, unique=False)
PARTNERS = Listing("partners", "partners", Partner)
POSITIONS = Listing("positions", "positions", Position)
TOWNS = Listing("towns", "towns", TownEntry, required=False)
TRAINING = Listing("training", "packages", TrainingPackage, required=False)

LISTINGS = {one.stem: one for one in (FORMS, PARTNERS, POSITIONS, TOWNS, TRAINING)}


def misnamed_list(data: Mapping[str, Any]) -> Fault | None:
    """That the data of a programme file are those of a list, and nothing else; None where they are not."""
    for one in LISTINGS.values():
        items = data.get(one.key)
        if set(data) == {one.key} and isinstance(items, list) and all(isinstance(item, dict) for item in items):
            what = msg("file.misnamed", "this is a list of {key}. Name the file {file}", key=one.key, file=one.file)
            return Fault(path=(one.key,), what=what)
    return None


NOT_THERE = FileText("", {}, ())
"""A list that need not be there, and is not."""


class Listed(NamedTuple, Generic[M]):
    """A list as far as it can be read: its entries in their order, and everything that is wrong.

    Of an entry with faults there is what could be read of it.
    """

    listing: Listing
    entries: tuple[M, ...]
    faults: tuple[Fault, ...] = ()
    read: FileText = NOT_THERE

    @property
    def is_read(self) -> bool:
        """Whether anything of the file could be read."""
        return self.read.data is not None

    @property
    def is_whole(self) -> bool:
        """Whether all that it names is known, though an entry may have other faults: what is not there is nowhere."""
        at_large = any(len(fault.path) < 2 for fault in self.faults)
        return self.is_read and not at_large and all(vars(entry).get("id") is not None for entry in self.entries)

    @property
    def sound(self) -> Iterator[tuple[int, M]]:
        """The entries without faults, each with its place."""
        wrong = {fault.path[1] for fault in self.faults if len(fault.path) > 1}
        return ((number, one) for number, one in enumerate(self.entries) if number not in wrong)

    def with_faults(self, found: Iterator[tuple[int, str, Message]]) -> "Listed[M]":
        """The same with what is wrong with entries in the light of other files: their places, the fields, and what."""
        more = (Fault(path=(self.listing.key, number, *where.split(".")), what=what) for number, where, what in found)
        return self._replace(faults=(*self.faults, *more))

    def refuse(self) -> None:
        """Raises UsageError for the first thing that is wrong."""
        for flaw in self.read.flaws:
            raise flaw.error
        for fault in self.faults:
            raise self._error(fault)

    def _error(self, fault: Fault) -> UsageError:
        inside = fault.path[1:]
        if not inside or not isinstance(inside[0], int):
            return file_fault(self.listing.file, None, fault.where, fault.what)
        name = (self.read.data or {})[self.listing.key][inside[0]].get("id")
        return file_fault(self.listing.file, name, ".".join(map(str, inside[1:])), fault.what)


def read_listed(file: Path, listing: Listing, model: type[M]) -> Listed[M]:
    """A list from its file, which may lie anywhere. Raises nothing for what is wrong with it."""
    read = read_file(file)
    if read.data is None:
        return Listed(listing, (), (), read)
    faults = list(_of_the_whole(read.data, listing))
    if listing.required and not read.text.strip():
        faults.append(Fault(path=(), what=msg("file.empty", "the file is empty. Write [[{key}]]", key=listing.key)))
    items = read.data.get(listing.key, [])
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        items = []
    entries: list[M] = []
    for number, item in enumerate(items):
        entry, found = examine(model, item)
        entries.append(entry)
        faults += [Fault(path=(listing.key, number, *fault.path), what=fault.what) for fault in found]
    return Listed(listing, tuple(entries), tuple(faults), read)


def read_list(file: Path, key: str, model: type[M]) -> tuple[M, ...]:
    """The tables under the one key of any file. Raises UsageError for the first fault."""
    listed = read_listed(file, Listing(file.stem, key, model), model)
    listed.refuse()
    return listed.entries


def _of_the_whole(data: dict[str, Any], listing: Listing) -> Iterator[Fault]:
    for other in data:
        if other != listing.key:
            what = msg("file.other_key", "the name is unknown. Write [[{key}]]", key=listing.key)
            yield Fault(path=(other,), what=what)
    items = data.get(listing.key, [])
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        what = msg("file.a_list_of_tables", "a list of tables is expected. Write [[{key}]] above each", key=listing.key)
        yield Fault(path=(listing.key,), what=what)
        return
    ids = [item.get("id") for item in items]
    times = Counter(one for one in ids if isinstance(one, str))
    for name, count in times.items():
        if listing.unique and count > 1:
            what = msg("file.id_twice", "{times} of the {key} have this id", times=count, key=listing.key)
            yield from (
                Fault(path=(listing.key, number, "id"), what=what)
                for number, one in enumerate(ids)
                if one == name and number != ids.index(name)
            )


def file_fault(file: str, name: Any, where: str, what: Message) -> UsageError:
    """What is wrong, and where: file, programme or partner or whatever it is, field."""
    return UsageError(
        "rules.fault",
        "{file}, {name}, {where}: {what}.",
        file=file,
        name=name or THE_WHOLE,
        where=where or THE_WHOLE,
        what=what,
    )
