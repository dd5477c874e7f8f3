"""A programme file held against all that it names in the other files: as far as it can be read, and every fault."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from models.message import Message, msg
from models.partners.partner import Partner, Town
from models.programme.employment_form import EmploymentForm
from models.programme.programme import Programme
from models.programme.training import TrainingPackage
from runtime.rulebook.faults import Fault, examine, path_of, uncovered, with_choices, without_choices
from runtime.rulebook.listed import FORMS, PARTNERS, TOWNS, TRAINING
from runtime.rulebook.reading import NO_FORM, TWICE, contradictions, loose_ends_of_programme, named_twice
from runtime.rulebook.texts import FileText

T = TypeVar("T")

NO_TOWN = msg("file.no_town", "{name} is not a town in towns.toml")

FOLLOWS: dict[str, frozenset[str]] = {
    PARTNERS.stem: frozenset(
        {
            "file.no_partner",
            "file.a_kind_without_towns",
            "programme.recipient_misspelt",
            "programme.recipient_unknown",
            "programme.no_union",
            "town.lacks",
        }
    ),
    TOWNS.stem: frozenset({"file.no_town", "file.a_kind_without_towns", "programme.nobody_consulted"}),
    FORMS.stem: frozenset({"file.no_form", "programme.limited_form", "programme.chain_form"}),
    TRAINING.stem: frozenset({"file.no_package"}),
}
"""What is said of a programme where another file cannot be read, only because it cannot: nobody need be told."""


class Known(NamedTuple):
    """What a programme may name, by its names. `unread` are the files of which nothing could be read."""

    forms: Mapping[str, Sequence[EmploymentForm]]
    towns: Mapping[str, Town]
    packages: Mapping[str, TrainingPackage]
    partners: Mapping[str, Partner]
    unread: frozenset[str]


class Examined(NamedTuple):
    """A programme file as far as it can be read, and everything that is wrong with it."""

    read: FileText
    programme: Programme
    faults: tuple[Fault, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nothing is."""
        return not self.faults and not self.read.flaws


NOTHING = examine(Programme, {})[0]
"""A programme of which nothing could be read."""


def examine_programme(data: Mapping[str, Any], known: Known) -> tuple[Programme, list[Fault]]:
    """What a programme file says, as far as it can be read, and everything that is wrong with it."""
    unknown: list[Fault] = []
    versions = _named(data, "forms", known.forms, NO_FORM, unknown)
    named: dict[str, Any] = {
        "forms": [form for forms in versions for form in forms],
        "counted_forms": [
            form
            for name, forms in known.forms.items()
            if name not in {forms[0].id for forms in versions}
            for form in forms
            if form.counts_as or form.replaced_by
        ],
        "towns": _named(data, "towns", known.towns, NO_TOWN, unknown, _by_code_and_name(known.towns)),
    }
    rule = data.get("training")
    if isinstance(rule, Mapping) and "package" in rule:
        # A journey carries the package with its rules: nothing else is looked up while it is judged.
        package = known.packages.get(str(rule["package"]))
        named["training"] = {**rule, "package": package}
        if package is None:
            nowhere = msg("file.no_package", "{name} is not a package in training.toml", name=rule["package"])
            what = with_choices(nowhere, rule["package"], list(known.packages))
            unknown.append(Fault(path=("training", "package"), what=what))
    programme, faults = examine(Programme, {**data, **named})
    twice = list(named_twice(data))
    faults = [one for one in uncovered(faults, unknown) if not (twice and one.what.id in TWICE)]
    faults = [*unknown, *twice, *faults]
    ends = (Fault(path=path_of(where), what=what) for where, what in loose_ends_of_programme(programme, known.partners))
    faults += uncovered((*ends, *contradictions(programme, [fault.path for fault in faults])), faults)
    follows = {id_ for stem in known.unread for id_ in FOLLOWS.get(stem, ())}
    return programme, [fault for fault in faults if without_choices(fault.what).id not in follows]


def _by_code_and_name(towns: Mapping[str, Town]) -> dict[str, str]:
    """What towns are told as, by their codes and by their names: either may be meant."""
    told = {code: f"{code} ({town.name})" for code, town in towns.items()}
    return told | {town.name: told[code] for code, town in towns.items()}


def _named(
    data: Mapping[str, Any],
    key: str,
    there_are: Mapping[str, T],
    what: Message,
    faults: list[Fault],
    told: Mapping[str, str] | None = None,
) -> list[T]:
    """What a programme names from another file, in its order. Adds to `faults` where it names what is not there, with
    what there is, as it is `told`."""
    names = data.get(key, [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        faults.append(Fault(path=(key,), what=msg("file.a_list_of_names", "a list of names is expected")))
        return []
    faults += [
        Fault(path=(key,), what=with_choices(what.filled(name=name), name, told or list(there_are)))
        for name in names
        if name not in there_are
    ]
    return [there_are[name] for name in names if name in there_are]
