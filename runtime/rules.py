"""Reading `programmes/`: programmes, employment forms, partners and positions, checked, with the place of a fault."""

import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from models.events import EVENT_CLASSES
from models.partner import Partner, PartnerKind
from models.position import Position
from models.programme import EmploymentForm, Programme
from runtime.errors import WrongUse

M = TypeVar("M", bound=BaseModel)

NOT_PROGRAMMES = frozenset({"employment_forms", "partners", "positions"})

PARTS = frozenset({"coordinator", "manager", "referring_partner"})
"""Recipients that stand for a part in each journey rather than for a partner."""


class RuleBook:
    """The rules as the files define them today. Journeys that have begun carry their own.

    Reading raises WrongUse for the first fault, also where one file names what another does not have.
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
        return self._list("partners", "partners", Partner)

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

    def _programme(self, file: Path) -> Programme:
        data = _read(file)
        forms = data.get("forms", [])
        if not isinstance(forms, list) or not all(isinstance(form, str) for form in forms):
            raise _fault(file.name, data.get("id"), "forms", "a list of names is expected")
        for form in forms:
            if form not in self.forms:
                raise _fault(file.name, data.get("id"), "forms", f"{form} is no form in employment_forms.toml")
        programme = _check(
            Programme, {**data, "forms": [version for form in forms for version in self.forms[form]]}, file
        )
        for where, what in self._loose_ends_of_programme(programme):
            raise _fault(file.name, programme.id, where, what)
        return programme

    def _loose_ends_of_programme(self, programme: Programme) -> Iterator[tuple[str, str]]:
        """Where the programme names what is nowhere, and what is wrong there."""
        known = {partner.id: partner.kind for partner in self.partners}
        if known.get(programme.manager) is not PartnerKind.MANAGER:
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
            for name in rule.to:
                if name not in PARTS and name not in known:
                    yield f"notices.{number}.to", f"{name} is not in partners.toml"

    def _loose_ends_of_position(self, position: Position) -> Iterator[tuple[str, str]]:
        for name in position.programmes:
            programme = self.programmes.get(name)
            if programme is None:
                yield "programmes", f"there is no programme {name}"
            elif programme.profile(position.profile) is None:
                yield "profile", f"{name} has no profile {position.profile}"

    def _list(self, stem: str, key: str, model: type[M], *, unique: bool = True) -> tuple[M, ...]:
        file = self._directory / f"{stem}.toml"
        data = _read(file)
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
