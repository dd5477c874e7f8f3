"""Reading `programmes/`: programmes, forms, partners, towns and positions, checked, with the place of a fault."""

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from models.disclosure import DISCLOSABLE
from models.events import EVENT_CLASSES
from models.partner import Partner, PartnerKind
from models.position import Position
from models.programme import EmploymentForm, Programme
from models.town import Town
from runtime.errors import WrongUse
from runtime.town_lists import TownEntry, loose_ends_of_hearing, loose_ends_of_recipients, loose_ends_of_town, pinned

M = TypeVar("M", bound=BaseModel)

NOT_PROGRAMMES = frozenset({"employment_forms", "partners", "positions", "towns"})


class RuleBook:
    """The rules as the files define them today. Journeys that have begun carry their own.

    Reading raises WrongUse for the first fault, also where one file names what another does not have.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    @cached_property
    def forms(self) -> dict[str, EmploymentForm]:
        return {form.id: form for form in self._list("employment_forms", "forms", EmploymentForm)}

    @cached_property
    def partners(self) -> tuple[Partner, ...]:
        partners = self._list("partners", "partners", Partner)
        for partner in partners:
            for name in set(partner.discloses or ()) - set(DISCLOSABLE):
                known = ", ".join(DISCLOSABLE)
                raise _fault("partners.toml", partner.id, "discloses", f"{name} is nothing a notice tells: {known}")
        return partners

    @cached_property
    def towns(self) -> dict[str, Town]:
        """Every town with its list; none where there is no such file."""
        if not (self._directory / "towns.toml").exists():
            return {}
        entries, known = self._list("towns", "towns", TownEntry), self._known
        for entry in entries:
            for where, what in loose_ends_of_town(entry, known):
                raise _fault("towns.toml", entry.id, where, what)
        return {entry.id: pinned(entry, known) for entry in entries}

    @cached_property
    def positions(self) -> tuple[Position, ...]:
        positions = self._list("positions", "positions", Position)
        for position in positions:
            for where, what in self._loose_ends_of_position(position):
                raise _fault("positions.toml", position.id, where, what)
        return positions

    @cached_property
    def programmes(self) -> dict[str, Programme]:
        files = sorted(file for file in self._directory.glob("*.toml") if file.stem not in NOT_PROGRAMMES)
        if not files:
            raise WrongUse(f"{self._directory} holds no programme; mend HELAVAGEN_PROGRAMMES.")
        programmes: dict[str, Programme] = {}
        for file in files:
            programme = self._programme(file)
            if programme.id in programmes:
                raise _fault(file.name, programme.id, "id", "another file has this programme already")
            programmes[programme.id] = programme
        return programmes

    def programme(self, programme_id: str) -> Programme:
        if programme_id not in self.programmes:
            known = ", ".join(self.programmes)
            raise WrongUse(f"There is no programme {programme_id}; choose one of {known}.")
        return self.programmes[programme_id]

    @property
    def _known(self) -> dict[str, Partner]:
        return {partner.id: partner for partner in self.partners}

    def _programme(self, file: Path) -> Programme:
        data = _read(file)
        named = {
            "forms": _named(file, data, "forms", self.forms, "form in employment_forms.toml"),
            "towns": _named(file, data, "towns", self.towns, "town in towns.toml"),
        }
        programme = _check(Programme, {**data, **named}, file)
        for where, what in self._loose_ends_of_programme(programme):
            raise _fault(file.name, programme.id, where, what)
        return programme

    def _loose_ends_of_programme(self, programme: Programme) -> Iterator[tuple[str, str]]:
        """Where the programme names what is nowhere, and what is wrong there."""
        known = self._known
        if programme.manager not in known or known[programme.manager].kind is not PartnerKind.MANAGER:
            yield "manager", f"{programme.manager} is no manager in partners.toml"
        for name in programme.referring_partners:
            if name not in known:
                yield "referring_partners", f"{name} is not in partners.toml"
        for number, rule in enumerate(programme.notices):
            if rule.event not in EVENT_CLASSES:
                yield f"notices.{number}.event", f"there is no event {rule.event}"
            yield from loose_ends_of_recipients(programme, f"notices.{number}.to", rule.to, known)
        yield from loose_ends_of_hearing(programme, known)

    def _loose_ends_of_position(self, position: Position) -> Iterator[tuple[str, str]]:
        for name in position.programmes:
            programme = self.programmes.get(name)
            if programme is None:
                yield "programmes", f"there is no programme {name}"
            elif programme.profile(position.profile) is None:
                yield "profile", f"{name} has no profile {position.profile}"

    def _list(self, stem: str, key: str, model: type[M]) -> tuple[M, ...]:
        file = self._directory / f"{stem}.toml"
        data = _read(file)
        for other in data:
            if other != key:
                raise _fault(file.name, None, other, f"nothing of that name is read; write [[{key}]]")
        items = data.get(key, [])
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise _fault(file.name, None, key, f"a list of tables is expected; write [[{key}]] above each")
        for name, times in Counter(str(item.get("id")) for item in items).items():
            if times > 1 and name != "None":
                raise _fault(file.name, name, "id", f"{times} of the {key} have this id")
        return tuple(_check(model, item, file) for item in items)


def _named(file: Path, data: dict[str, Any], key: str, there_are: Mapping[str, M], what: str) -> list[M]:
    """What a programme names from another file, in its order."""
    names = data.get(key, [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise _fault(file.name, data.get("id"), key, "a list of names is expected")
    for name in names:
        if name not in there_are:
            raise _fault(file.name, data.get("id"), key, f"{name} is no {what}")
    return [there_are[name] for name in names]


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise WrongUse(f"{file.name} cannot be read: {error.strerror}; it is looked for in {file.parent}.") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WrongUse(f"{file.name} cannot be read: {error}.") from error


def _check(model: type[M], data: dict[str, Any], file: Path) -> M:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise _fault(file.name, data.get("id"), where, first["msg"].removeprefix("Value error, ")) from error


def _fault(file: str, name: Any, where: str, what: str) -> WrongUse:
    """What is wrong, and where: file, programme or partner or whatever it is, field."""
    return WrongUse(f"{file}, {name or 'the whole'}, {where or 'the whole'}: {what}.")
