"""Reading `programmes/`: programmes, forms, partners, towns and positions, checked, with the place of a fault."""

import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from models.events.events import EVENT_CLASSES
from models.partners.disclosure import DISCLOSABLE
from models.partners.partner import Partner, PartnerKind
from models.partners.town import Town
from models.programme.position import Position
from models.programme.programme import EmploymentForm, Programme
from models.programme.training import TrainingPackage
from runtime.errors import UsageError
from runtime.rulebook.faults import Fault, examine, path_of, uncovered
from runtime.rulebook.references import (
    TownEntry,
    loose_ends_of_hearing,
    loose_ends_of_recipients,
    loose_ends_of_town,
    pinned,
)

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")

NOT_PROGRAMMES = frozenset({"employment_forms", "partners", "positions", "towns", "training"})


class RuleBook:
    """The rules as the files define them today. Journeys that have begun carry their own.

    Reading raises UsageError for the first fault, also where one file names what another does not have.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    @cached_property
    def forms(self) -> dict[str, tuple[EmploymentForm, ...]]:
        """Every form of employment by its id, in the versions that followed one another."""
        versions: defaultdict[str, list[EmploymentForm]] = defaultdict(list)
        for form in self._list("employment_forms", "forms", EmploymentForm, unique=False):
            if any(form.overlaps(other) for other in versions[form.id]):
                raise _fault("employment_forms.toml", form.id, "id", "2 of the forms have this id on the same day")
            versions[form.id].append(form)
        return {name: tuple(_with_conversion(form, versions) for form in forms) for name, forms in versions.items()}

    def age_limits(self) -> set[int]:
        """The ages from which on the law makes no form of employment permanent."""
        rules = [form.conversion for forms in self.forms.values() for form in forms if form.conversion]
        return {rule.not_from_age for rule in rules if rule.not_from_age is not None}

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
    def packages(self) -> dict[str, TrainingPackage]:
        """The training packages; none where there is no such file."""
        if not (self._directory / "training.toml").exists():
            return {}
        return {package.id: package for package in self._list("training", "packages", TrainingPackage)}

    @cached_property
    def positions_as_written(self) -> tuple[Position, ...]:
        """The positions, whether or not there are the programmes and profiles that they name."""
        return self._list("positions", "positions", Position)

    @cached_property
    def positions(self) -> tuple[Position, ...]:
        for position in self.positions_as_written:
            for where, what in self._loose_ends_of_position(position):
                raise _fault("positions.toml", position.id, where, what)
        return self.positions_as_written

    @cached_property
    def programme_files(self) -> list[Path]:
        return sorted(file for file in self._directory.glob("*.toml") if file.stem not in NOT_PROGRAMMES)

    @cached_property
    def programmes(self) -> dict[str, Programme]:
        if not self.programme_files:
            raise UsageError("{folder} holds no programme; mend HELAVAGEN_PROGRAMMES.", folder=self._directory)
        programmes: dict[str, Programme] = {}
        for file in self.programme_files:
            programme = self._programme(file)
            if programme.id in programmes:
                raise _fault(file.name, programme.id, "id", "another file has this programme already")
            programmes[programme.id] = programme
        return programmes

    @property
    def town_codes(self) -> set[str]:
        """The towns that there are: those with a list, and those with a position."""
        return {*self.towns, *(position.site for position in self.positions)}

    @property
    def coordinators(self) -> set[str]:
        """Who may look after candidates."""
        kinds = (PartnerKind.COORDINATOR, PartnerKind.MANAGER)
        return {partner.id for partner in self.partners if partner.kind in kinds}

    def programme(self, programme_id: str) -> Programme:
        if programme_id not in self.programmes:
            known = ", ".join(self.programmes)
            raise UsageError(
                "There is no programme {programme}; choose one of {known}.", programme=programme_id, known=known
            )
        return self.programmes[programme_id]

    @property
    def _known(self) -> dict[str, Partner]:
        return {partner.id: partner for partner in self.partners}

    def _programme(self, file: Path) -> Programme:
        data = read_toml(file)
        programme, faults = self.examine_programme(data)
        for fault in faults:
            raise _fault(file.name, data.get("id"), fault.where, fault.what)
        return programme

    def examine_programme(self, data: Mapping[str, Any]) -> tuple[Programme, list[Fault]]:
        """What a programme file says, as far as it can be read, and everything that is wrong with it."""
        unknown: list[Fault] = []
        named: dict[str, Any] = {
            "forms": [
                version
                for versions in _named(data, "forms", self.forms, "form in employment_forms.toml", unknown)
                for version in versions
            ],
            "towns": _named(data, "towns", self.towns, "town in towns.toml", unknown),
        }
        rule = data.get("training")
        if isinstance(rule, Mapping) and "package" in rule:
            # A journey carries the package with its rules: nothing else is looked up while it is judged.
            package = self.packages.get(str(rule["package"]))
            named["training"] = {**rule, "package": package}
            if package is None:
                what = f"{rule['package']} is no package in training.toml"
                unknown.append(Fault(path=("training", "package"), what=what))
        programme, faults = examine(Programme, {**data, **named})
        faults = uncovered(faults, unknown)
        faults = [*unknown, *faults]
        loose = (Fault(path=path_of(where), what=what) for where, what in self._loose_ends_of_programme(programme))
        return programme, [*faults, *uncovered(loose, faults)]

    def _loose_ends_of_programme(self, programme: Programme) -> Iterator[tuple[str, str]]:
        """Where the programme names what is nowhere, and what is wrong there."""
        known = self._known
        if programme.manager not in known or known[programme.manager].kind is not PartnerKind.MANAGER:
            yield "manager", f"{programme.manager} is no manager in partners.toml"
        for name in programme.referring_partners:
            if name not in known:
                yield "referring_partners", f"{name} is not in partners.toml"
        for number, limit in enumerate(programme.form_limits):
            if programme.form(limit.form) is None:
                yield f"form_limits.{number}.form", f"{limit.form} is none of the programme's forms"
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

    def _list(self, stem: str, key: str, model: type[M], *, unique: bool = True) -> tuple[M, ...]:
        file = self._directory / f"{stem}.toml"
        data = read_toml(file)
        for other in data:
            if other != key:
                raise _fault(file.name, None, other, f"nothing of that name is read; write [[{key}]]")
        items = data.get(key, [])
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise _fault(file.name, None, key, f"a list of tables is expected; write [[{key}]] above each")
        for name, times in Counter(str(item.get("id")) for item in items).items():
            if unique and times > 1 and name != "None":
                raise _fault(file.name, name, "id", f"{times} of the {key} have this id")
        return tuple(_check(model, item, file) for item in items)


def _with_conversion(form: EmploymentForm, versions: Mapping[str, Sequence[EmploymentForm]]) -> EmploymentForm:
    """A form that counts as another becomes permanent as that one does; the rule stands in the file once."""
    if form.counts_as is None:
        return form
    others = [other for other in versions.get(form.counts_as, ()) if other.overlaps(form)]
    if not others:
        raise _fault("employment_forms.toml", form.id, "counts_as", f"{form.counts_as} is no form of the same time")
    if form.conversion is not None:
        raise _fault("employment_forms.toml", form.id, "conversion", f"{form.counts_as} has one already; leave it out")
    return form.model_copy(update={"conversion": others[-1].conversion})


def _named(data: Mapping[str, Any], key: str, there_are: Mapping[str, T], what: str, faults: list[Fault]) -> list[T]:
    """What a programme names from another file, in its order. Adds to `faults` where it names what is not there."""
    names = data.get(key, [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        faults.append(Fault(path=(key,), what="a list of names is expected"))
        return []
    faults += [Fault(path=(key,), what=f"{name} is no {what}") for name in names if name not in there_are]
    return [there_are[name] for name in names if name in there_are]


def read_toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(
            "{file} cannot be read: {why}; it is looked for in {folder}.",
            file=file.name,
            why=error.strerror,
            folder=file.parent,
        ) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError("{file} cannot be read: {why}.", file=file.name, why=error) from error


def _check(model: type[M], data: dict[str, Any], file: Path) -> M:
    read, faults = examine(model, data)
    for fault in faults:
        raise _fault(file.name, data.get("id"), fault.where, fault.what)
    return read


def _fault(file: str, name: Any, where: str, what: str) -> UsageError:
    """What is wrong, and where: file, programme or partner or whatever it is, field."""
    return UsageError(
        "{file}, {name}, {where}: {what}.", file=file, name=name or "the whole", where=where or "the whole", what=what
    )
