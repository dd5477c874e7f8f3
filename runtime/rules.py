"""Reading `programmes/`: programmes, employment forms, partners and positions, checked, with the place of a fault."""

import tomllib
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from models.partner import Partner
from models.position import Position
from models.programme import EmploymentForm, Programme
from runtime.errors import WrongUse

M = TypeVar("M", bound=BaseModel)

NOT_PROGRAMMES = frozenset({"employment_forms", "partners", "positions"})


class RuleBook:
    """The rules as the files define them today. Journeys that have begun carry their own."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    @cached_property
    def forms(self) -> dict[str, EmploymentForm]:
        return {form.id: form for form in self._list("employment_forms", "forms", EmploymentForm)}

    @cached_property
    def partners(self) -> tuple[Partner, ...]:
        return self._list("partners", "partners", Partner)

    @cached_property
    def positions(self) -> tuple[Position, ...]:
        return self._list("positions", "positions", Position)

    @cached_property
    def programmes(self) -> dict[str, Programme]:
        files = sorted(file for file in self._directory.glob("*.toml") if file.stem not in NOT_PROGRAMMES)
        return {programme.id: programme for programme in map(self._programme, files)}

    def programme(self, programme_id: str) -> Programme:
        if programme_id not in self.programmes:
            known = ", ".join(self.programmes)
            raise WrongUse(f"There is no programme {programme_id}; choose one of {known}.")
        return self.programmes[programme_id]

    def _programme(self, file: Path) -> Programme:
        data = _read(file)
        unknown = [form for form in data.get("forms", []) if form not in self.forms]
        if unknown:
            raise WrongUse(f"{file.name}: {unknown[0]} is no form in employment_forms.toml.")
        return _check(Programme, {**data, "forms": [self.forms[form] for form in data.get("forms", [])]}, file)

    def _list(self, stem: str, key: str, model: type[M]) -> tuple[M, ...]:
        file = self._directory / f"{stem}.toml"
        return tuple(_check(model, item, file) for item in _read(file).get(key, []))


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WrongUse(f"{file.name} cannot be read: {error}.") from error


def _check(model: type[M], data: dict[str, Any], file: Path) -> M:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole"
        name = data.get("id", "?")
        raise WrongUse(f"{file.name}, {name}, {where}: {first['msg'].removeprefix('Value error, ')}.") from error
