"""The rules as `programmes/` defines them today: programmes, forms, partners, towns and positions."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from models.fields import BothLanguages
from models.message import Message, msg
from models.partners.notice import DISCLOSABLE
from models.partners.partner import Partner, Town
from models.programme.employment_form import EmploymentForm
from models.programme.position import Position
from models.programme.programme import Programme
from models.programme.training import TrainingPackage
from runtime.errors import UsageError
from runtime.rulebook.faults import Fault, examine, path_of, uncovered
from runtime.rulebook.reading import (
    M,
    TownEntry,
    file_fault,
    loose_ends_of_position,
    loose_ends_of_programme,
    loose_ends_of_town,
    pinned,
    read_list,
    read_toml,
)

T = TypeVar("T")

ID_TAKEN = msg("file.id_taken", "another file has this programme already")

FORM_TWICE = msg("form.twice", "2 of the forms have this id on the same day")

OTHER_AGE = msg("form.other_age", "another form names another age, and a referral tells of one birthday")

NO_FORM = msg("file.no_form", "{name} is not a form in employment_forms.toml")

NO_TOWN = msg("file.no_town", "{name} is not a town in towns.toml")

NOT_PROGRAMMES = frozenset({"employment_forms", "partners", "positions", "towns", "training"})


class RuleBook:
    """The rules of today. Journeys that have begun carry their own.

    Each file is read when it is first needed, and then raises UsageError for its first fault, also where it names what
    another file does not have. A fault in one programme stops nobody who asks for another.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._read: dict[Path, Programme] = {}

    def check(self) -> None:
        """Read every file. Raises UsageError for the first fault in any of them."""
        for position in self.positions:
            for where, what in loose_ends_of_position(position, self.programmes):
                raise file_fault("positions.toml", position.id, where, what)

    @cached_property
    def forms(self) -> dict[str, tuple[EmploymentForm, ...]]:
        """Every form of employment by its id, in the versions that followed one another."""
        versions: defaultdict[str, list[EmploymentForm]] = defaultdict(list)
        for form in read_list(self._directory / "employment_forms.toml", "forms", EmploymentForm, unique=False):
            if any(form.overlaps(other) for other in versions[form.id]):
                raise file_fault("employment_forms.toml", form.id, "id", FORM_TWICE)
            versions[form.id].append(form)
        for where, name, what in _loose_ends_of_forms(versions):
            raise file_fault("employment_forms.toml", name, where, what)
        return {name: tuple(_with_conversion(form, versions) for form in forms) for name, forms in versions.items()}

    def age_limits(self) -> set[int]:
        """The ages from which on the law makes no form of employment permanent."""
        rules = [form.conversion for forms in self.forms.values() for form in forms if form.conversion]
        return {rule.not_from_age for rule in rules if rule.not_from_age is not None}

    @cached_property
    def partners(self) -> tuple[Partner, ...]:
        partners = read_list(self._directory / "partners.toml", "partners", Partner)
        for partner in partners:
            for name in set(partner.discloses or ()) - set(DISCLOSABLE):
                known = ", ".join(DISCLOSABLE)
                raise file_fault(
                    "partners.toml",
                    partner.id,
                    "discloses",
                    msg(
                        "partner.discloses",
                        "{name} is nothing that a notice tells. Available: {known}",
                        name=name,
                        known=known,
                    ),
                )
        return partners

    @cached_property
    def towns(self) -> dict[str, Town]:
        """Every town with its list; none where there is no such file."""
        entries = self._optional_list("towns", TownEntry)
        for entry in entries:
            for where, what in loose_ends_of_town(entry, self._known):
                raise file_fault("towns.toml", entry.id, where, what)
        return {entry.id: pinned(entry, self._known) for entry in entries}

    @cached_property
    def packages(self) -> dict[str, TrainingPackage]:
        """The training packages; none where there is no such file."""
        return {package.id: package for package in self._optional_list("training", TrainingPackage, "packages")}

    @cached_property
    def positions(self) -> tuple[Position, ...]:
        """The positions, whether or not there are the programmes and profiles that they name: see `check`."""
        return read_list(self._directory / "positions.toml", "positions", Position)

    @cached_property
    def programmes(self) -> dict[str, Programme]:
        """Every programme by its id."""
        if not self.programme_files:
            raise UsageError(
                "settings.programmes",
                "{folder} contains no programme. Correct HELAVAGEN_PROGRAMMES.",
                folder=self._directory,
            )
        programmes: dict[str, Programme] = {}
        for file in self.programme_files:
            programme = self._programme(file)
            if programme.id in programmes:
                raise file_fault(file.name, programme.id, "id", ID_TAKEN)
            programmes[programme.id] = programme
        return programmes

    @cached_property
    def programme_files(self) -> list[Path]:
        return sorted(file for file in self._directory.glob("*.toml") if file.stem not in NOT_PROGRAMMES)

    @property
    def town_codes(self) -> set[str]:
        """The towns that there are: those with a list, and those with a position."""
        return {*self.towns, *(position.site for position in self.positions)}

    def positions_of(self, programme_id: str) -> list[Position]:
        return [position for position in self.positions if programme_id in position.programmes]

    def programme(self, programme_id: str) -> Programme:
        """A programme by its id, without the others. Raises UsageError where there is none."""
        programme = self.find(programme_id)
        if programme is None:
            known = ", ".join(self._ids)
            raise UsageError(
                "programme.unknown",
                "Unknown programme {programme}. Available: {known}.",
                programme=programme_id,
                known=known,
            )
        return programme

    def find(self, programme_id: str) -> Programme | None:
        """A programme by its id, without the others; None where there is none."""
        named_so = self._directory / f"{programme_id}.toml"
        if named_so in self.programme_files and _id_in(named_so) in (programme_id, None):
            return self._programme(named_so)
        file = self._ids.get(programme_id)
        return self._programme(file) if file else None

    def title(self, programme_id: str) -> BothLanguages | None:
        """What a programme is called, without reading more of it; None where there is none, or it has no name."""
        named_so = self._directory / f"{programme_id}.toml"
        if named_so in self._read:
            return self._read[named_so].name
        file = named_so if _id_in(named_so) == programme_id else self._ids.get(programme_id)
        try:
            return BothLanguages.model_validate(read_toml(file).get("name")) if file else None
        except (UsageError, ValidationError):
            return None

    @cached_property
    def town_names(self) -> dict[str, str]:
        """What the towns are called, by their codes; none where the file cannot be read."""
        try:
            entries = read_toml(self._directory / "towns.toml").get("towns", [])
            return {str(one["id"]): str(one["name"]) for one in entries}
        except (UsageError, KeyError, TypeError):
            return {}

    @cached_property
    def _ids(self) -> dict[str, Path]:
        """The files by the ids of their programmes, as far as they can be read."""
        return {programme_id: file for file in self.programme_files if (programme_id := _id_in(file))}

    @cached_property
    def _known(self) -> dict[str, Partner]:
        return {partner.id: partner for partner in self.partners}

    def _optional_list(self, stem: str, model: type[M], key: str | None = None) -> tuple[M, ...]:
        file = self._directory / f"{stem}.toml"
        return read_list(file, key or stem, model) if file.exists() else ()

    def _programme(self, file: Path) -> Programme:
        if file not in self._read:
            data = read_toml(file)
            programme, faults = self.examine_programme(data)
            for fault in faults:
                raise file_fault(file.name, data.get("id"), fault.where, fault.what)
            self._read[file] = programme
        return self._read[file]

    def examine_programme(self, data: Mapping[str, Any]) -> tuple[Programme, list[Fault]]:
        """What a programme file says, as far as it can be read, and everything that is wrong with it."""
        unknown: list[Fault] = []
        versions = _named(data, "forms", self.forms, NO_FORM, unknown)
        named: dict[str, Any] = {
            "forms": [form for forms in versions for form in forms],
            "counted_forms": [
                form
                for name, forms in self.forms.items()
                if name not in {forms[0].id for forms in versions}
                for form in forms
                if form.counts_as or form.replaced_by
            ],
            "towns": _named(data, "towns", self.towns, NO_TOWN, unknown),
        }
        rule = data.get("training")
        if isinstance(rule, Mapping) and "package" in rule:
            # A journey carries the package with its rules: nothing else is looked up while it is judged.
            package = self.packages.get(str(rule["package"]))
            named["training"] = {**rule, "package": package}
            if package is None:
                what = msg("file.no_package", "{name} is not a package in training.toml", name=rule["package"])
                unknown.append(Fault(path=("training", "package"), what=what))
        programme, faults = examine(Programme, {**data, **named})
        faults = [*unknown, *uncovered(faults, unknown)]
        ends = loose_ends_of_programme(programme, self._known)
        loose = (Fault(path=path_of(where), what=what) for where, what in ends)
        return programme, [*faults, *uncovered(loose, faults)]


def _id_in(file: Path) -> str | None:
    """The id of the programme in a file; None where the file cannot be read, or has none."""
    try:
        return str(read_toml(file)["id"])
    except (UsageError, KeyError):
        return None


def _loose_ends_of_forms(versions: Mapping[str, Sequence[EmploymentForm]]) -> Iterator[tuple[str, str, Message]]:
    """What forms say that does not fit together: where, in which form, and what."""
    ages: set[int] = set()
    for form in chain.from_iterable(versions.values()):
        if form.replaced_by is not None and form.replaced_by.form not in versions:
            yield "replaced_by.form", form.id, NO_FORM.filled(name=form.replaced_by.form)
        if form.conversion is not None and form.conversion.not_from_age is not None:
            ages.add(form.conversion.not_from_age)
        if len(ages) > 1:
            yield "conversion.not_from_age", form.id, OTHER_AGE


def _with_conversion(form: EmploymentForm, versions: Mapping[str, Sequence[EmploymentForm]]) -> EmploymentForm:
    """A form that counts as another becomes permanent as that one does; the rule stands in the file once."""
    if form.counts_as is None:
        return form
    others = [other for other in versions.get(form.counts_as, ()) if other.overlaps(form)]
    if not others:
        raise file_fault(
            "employment_forms.toml",
            form.id,
            "counts_as",
            msg("form.counts_as_none", "{form} is not a form of the same time", form=form.counts_as),
        )
    if form.conversion is not None:
        what = msg("form.conversion_twice", "{form} has one already. Omit it", form=form.counts_as)
        raise file_fault("employment_forms.toml", form.id, "conversion", what)
    return form.model_copy(update={"conversion": others[-1].conversion})


def _named(
    data: Mapping[str, Any], key: str, there_are: Mapping[str, T], what: Message, faults: list[Fault]
) -> list[T]:
    """What a programme names from another file, in its order. Adds to `faults` where it names what is not there."""
    names = data.get(key, [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        faults.append(Fault(path=(key,), what=msg("file.a_list_of_names", "a list of names is expected")))
        return []
    faults += [Fault(path=(key,), what=what.filled(name=name)) for name in names if name not in there_are]
    return [there_are[name] for name in names if name in there_are]
